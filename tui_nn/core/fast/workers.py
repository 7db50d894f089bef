"""Threads that work side by side: NumPy lets go of Python's lock while it computes, so two cores do two chunks at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from queue import SimpleQueue

Task = Callable[[], None]

MOST = 8
"""More threads would wait for Python's lock, and for the one that adds up what they found."""

VARIABLE = "TUI_NN_WORKERS"
"""The environment variable that says how many, where the cores should not: child processes inherit it."""

_tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
_threads: list[threading.Thread] = []


@cache
def worker_count() -> int:
    """How many chunks are worked on at once: as many as there are cores, or as the person asked for."""
    asked = os.environ.get(VARIABLE, "")
    if asked.isdecimal() and int(asked):
        return min(int(asked), MOST)
    return min(_cores(), MOST)


def ask_for_workers(count: int) -> None:
    """Have this many, and in the processes that this one starts; from 1 to MOST."""
    os.environ[VARIABLE] = str(count)
    worker_count.cache_clear()


def side_by_side(tasks: Sequence[Task]) -> None:
    """Do all tasks, the first on this thread, and return when the last is done.

    Raises:
        Exception: what the first task in order raised that did.
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
    # Not above: the command line names the number before NumPy is loaded.
    import numpy as np

    # What is not finite is looked for by those who know what it means; NumPy's warnings are a thread's own.
    with np.errstate(all="ignore"):
        while True:
            _tasks.get()()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
