"""Worker threads. NumPy releases Python's global lock while it computes, so two cores process two chunks at the same time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from queue import SimpleQueue

Task = Callable[[], None]

MOST = 8
"""The largest number of workers. More threads would wait for Python's lock and for the thread that adds up their results."""

VARIABLE = "TUI_NN_WORKERS"
"""The environment variable that sets the number of workers. Child processes inherit it."""

_tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
_threads: list[threading.Thread] = []


@cache
def worker_count() -> int:
    """Return the number of workers, which process chunks at the same time: the requested number, or else the number of cores, but
    at most `MOST`.
    """
    asked = os.environ.get(VARIABLE, "")
    if asked.isdecimal() and int(asked):
        return min(int(asked), MOST)
    return min(_cores(), MOST)


def ask_for_workers(count: int) -> None:
    """Set the number of workers, from 1 to `MOST`, for this process and the processes that it starts."""
    os.environ[VARIABLE] = str(count)
    worker_count.cache_clear()


def side_by_side(tasks: Sequence[Task]) -> None:
    """Run all tasks at the same time, the first on this thread, and return when all are done.

    Raises:
        Exception: if tasks fail. It is the exception of the failed task that comes first in the list.
    """
    if len(tasks) == 1:
        tasks[0]()
        return
    results: SimpleQueue[tuple[int, Exception | None]] = SimpleQueue()
    while len(_threads) < len(tasks) - 1:
        _threads.append(threading.Thread(target=_work, daemon=True, name="tui-nn worker"))
        _threads[-1].start()
    for number, task in enumerate(tasks[1:], 1):
        _tasks.put(lambda number=number, task=task: results.put((number, _try(task))))  # type: ignore[misc]
    found = {0: _try(tasks[0])} | dict(results.get() for _ in tasks[1:])
    for _, error in sorted(found.items()):
        if error is not None:
            raise error


def _try(task: Task) -> Exception | None:
    try:
        task()
    except Exception as error:
        return error
    return None


def _work() -> None:
    # NumPy is imported here and not above, because the command line must set the number of workers before NumPy is loaded.
    import numpy as np

    # NumPy has separate error settings for each thread, so every worker must silence the warnings. The callers check for numbers
    # that are not finite.
    with np.errstate(all="ignore"):
        while True:
            _tasks.get()()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
