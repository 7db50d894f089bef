"""A limit of one core for a task, so that several tasks side by side do not compete for the cores."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack

from tui_nn.core.fast.blas import one_thread
from tui_nn.core.fast.workers import VARIABLE, ask_for_workers, worker_count

_lock = threading.Lock()
_limits = ExitStack()
_tasks = 0
"""The number of tasks in this process that are limited to one core now."""


class one_core:
    """A context in which this process trains on one thread, and BLAS computes on one thread.

    Tasks on several threads of one process may be inside this context at the same time. When the last task leaves, the
    numbers of threads are the same as before.
    """

    def __enter__(self) -> None:
        """Limit training and BLAS to one thread each, unless another task has done so already."""
        global _tasks
        with _lock:
            if not _tasks:
                _limits.enter_context(one_thread())
                _limits.callback(_ask_again, os.environ.get(VARIABLE))
                ask_for_workers(1)
            _tasks += 1

    def __exit__(self, *_: object) -> None:
        """Remove the limit of one core if no other task needs it."""
        global _tasks
        with _lock:
            _tasks -= 1
            if not _tasks:
                _limits.close()


def _ask_again(workers: str | None) -> None:
    """Restore `workers`, the earlier value of the environment variable for workers. If it is None, remove the variable."""
    if workers is None:
        del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = workers
    worker_count.cache_clear()
