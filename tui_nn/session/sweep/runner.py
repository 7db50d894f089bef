"""The runner of a sweep: it gives jobs to an executor and yields the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from typing import TypeVar

from tui_nn.session.sweep.grid import Job

Found = TypeVar("Found")

TICK = 0.25
"""The number of seconds after which `run_jobs` yields None if no result is ready."""


def run_jobs(jobs: Iterable[Job], executor: Executor, task: Callable[[Job], Found]) -> Iterator[Found | None]:
    """Carry out the task with all jobs. Yield each result when it is ready, in any order. Yield None while no result is ready.

    The executor may be any `concurrent.futures.Executor`: threads, processes or a cluster. The caller must end the
    executor. If the caller stops early, the remaining jobs continue until the executor ends.

    Raises:
        DataError: if a worker cannot load the data.
        BrokenExecutor: if a worker process has ended unexpectedly and the executor cannot replace it.
    """
    waiting = {executor.submit(task, job) for job in jobs}
    while waiting:
        done, waiting = wait(waiting, timeout=TICK, return_when=FIRST_COMPLETED)
        if not done:
            yield None
        for future in done:
            yield future.result()
