"""Waiting without polling: a test blocks on an event of what it waits for, and gives up after a time limit."""

from __future__ import annotations

import os
import select
from time import monotonic

PATIENCE = 60.0
"""Seconds after which a test that waits gives up: many times what a slow machine needs."""


class TimeLimit:
    """How long a test may still wait, over several waits."""

    def __init__(self, seconds: float = PATIENCE) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self, state: str = "") -> float:
        """Return the seconds that are left.

        Raises:
            AssertionError: if none are; the message ends with `state`.
        """
        left = self._end - monotonic()
        assert left > 0, f"not within {self._seconds} s; {state}"
        return left


def wait_for_end(pid: int, seconds: float = PATIENCE) -> None:
    """Block until this process, which need not be a child, has ended.

    Raises:
        AssertionError: if it is still there after `seconds`.
    """
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([process], [], [], seconds)
    finally:
        os.close(process)
    assert ended, f"process {pid} is still there after {seconds} s"
