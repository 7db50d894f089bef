"""Two functions that keep the garbage collector from delaying keys."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


FULL_EVERY = 500
"""The number of middle passes of the garbage collector after which a full pass may follow; Python's own number is 10."""


def collect_rarely(app: App[None]) -> None:
    """Make full passes of the garbage collector rare. Each takes 8 to 30 ms, and by default a training caused one every two
    seconds.

    Almost all garbage is young, and the passes over young objects stay as frequent as before.
    """
    # Headless apps keep Python's own number. Tests run many of them in one process, and only a full pass frees a closed app, which
    # is large.
    if not app.is_headless:
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, FULL_EVERY)


def freeze_widgets(app: App[None]) -> None:
    """Exclude all present objects from garbage collection. A full collection of 120,000 objects would delay a key by 80 ms."""
    # Garbage that is frozen is never freed, so the young generations are collected first, which takes about 1 ms. This
    # function runs once for each pane and view, some twenty times in all.
    # Headless apps are not frozen. A process with many of them, one after another (tests), would never free their memory.
    if not app.is_headless:
        gc.collect(1)
        gc.freeze()
