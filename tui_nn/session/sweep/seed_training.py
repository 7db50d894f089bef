"""The training of several seeds in the background. A thread gives jobs to a pool of processes and collects the results."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager
from queue import SimpleQueue
from statistics import median

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.session.sweep.grid import Job
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.repeats import SeedRun
from tui_nn.session.sweep.runner import run_jobs
from tui_nn.session.sweep.task import train_seed

Pool = Callable[[int, Dataset], AbstractContextManager[Executor]]
"""A function that makes a pool for jobs on a dataset, with a number of workers."""


def beside_the_app(jobs: int, dataset: Dataset) -> LocalPool:
    """Return a pool of processes with a low priority. It leaves one core to the app. This process passes the data to the pool."""
    return LocalPool(min(jobs, max(cores() - 1, 1)), dataset, behind=True)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class SeedTraining:
    """A training of several settings with several seeds, in the background. The method `poll` never waits."""

    def __init__(
        self,
        wanted: Sequence[tuple[NetworkConfig, TrainingConfig]],
        load: Callable[[], Dataset],
        pool: Pool = beside_the_app,
    ) -> None:
        """Start a thread that loads the data and then trains."""
        self._wanted, self._load, self._pool = wanted, load, pool
        self._found: SimpleQueue[SeedRun] = SimpleQueue()
        self._seconds: list[float] = []
        self._stopping = threading.Event()
        self.error = ""
        """The reason why the training ended early, as a sentence without a capital letter and a full stop; "" if it did not."""
        self._thread = threading.Thread(target=self._train, daemon=True, name="tui-nn seeds")
        self._thread.start()

    @property
    def ended(self) -> bool:
        """True if all results have arrived, or the training has ended early."""
        return not self._thread.is_alive()

    def poll(self) -> list[SeedRun]:
        """Return the runs that have finished since the last call."""
        return [self._found.get() for _ in range(self._found.qsize())]

    def seconds_left(self, runs: int) -> float:
        """Return the estimated seconds that this number of runs will take, from the times of the finished runs; NaN if there are
        none.
        """
        workers = max(min(len(self._wanted), cores() - 1), 1)
        return median(self._seconds) * -(-runs // workers) if self._seconds else float("nan")

    def stop(self, *, wait: bool) -> None:
        """End all workers, and perhaps wait until they have ended. The runs that have finished remain."""
        self._stopping.set()
        if wait:
            self._thread.join()

    def _train(self) -> None:
        try:
            dataset = self._load()
            digest = dataset.digest
            jobs = [Job(network, training, dataset.source, digest) for network, training in self._wanted]
            with self._pool(len(jobs), dataset) as executor:
                for found in run_jobs(jobs, executor, train_seed):
                    if self._stopping.is_set():
                        return
                    if found is not None:
                        self._seconds.append(found.result.seconds)
                        self._found.put(found)
        except BrokenExecutor:
            self.error = "the system or a user has ended a worker process"
        except DataError as error:
            self.error = str(error).rstrip(".")
        except Exception as error:
            # All exceptions are caught, because a traceback of this thread would be written across the screen.
            self.error = "there is not enough memory" if isinstance(error, MemoryError) else type(error).__name__
