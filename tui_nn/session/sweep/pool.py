"""Worker processes on this computer. They end together with the process that started them, even if that process is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing.connection import Connection

from tui_nn.data.dataset import Dataset
from tui_nn.session.sweep.task import give_data


class LocalPool:
    """A context manager with an executor of worker processes. At its end, all workers end, even in the middle of a run."""

    def __init__(self, jobs: int, dataset: Dataset | None = None, *, behind: bool = False) -> None:
        """Prepare `jobs` workers.

        The workers start with the first job. If a dataset is given, this process passes it to the workers, and they
        need not load it. If `behind` is true, the workers have a low priority.
        """
        context = multiprocessing.get_context("spawn")
        # The workers hold the reading end of the pipe, and only this process holds the writing end. So the pipe closes when this
        # process closes it or is killed, and then the workers end.
        self._lifeline, self._held = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            jobs, context, initializer=_begin, initargs=(self._lifeline, dataset, behind)
        )

    def __enter__(self) -> Executor:
        """Return the executor."""
        return self._executor

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        # The futures are not cancelled first, because Python 3.11 prints a traceback if workers end while a future is
        # cancelled.
        self._held.close()
        self._executor.shutdown()
        self._lifeline.close()


def _begin(lifeline: Connection, dataset: Dataset | None, behind: bool) -> None:
    """Prepare a worker process. The process that started it decides when it ends."""
    if behind and hasattr(os, "nice"):
        os.nice(10)
    if dataset is not None:
        give_data(dataset)
    # A terminal sends ctrl+c to all processes of a command, so the workers ignore it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True, name="tui-nn lifeline").start()


def _end_with(lifeline: Connection) -> None:
    lifeline.poll(None)
    os._exit(0)
