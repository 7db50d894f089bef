"""What is on the screen to stay, and the garbage collector."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


def spare(app: App[None]) -> None:
    """Leave what there is now out of full collections: one that looks through 120,000 objects holds a key up for 80 ms."""
    # Cycles that are garbage at this moment stay for good, some twenty times a run at most (once a pane, once a view): those
    # of late are collected first, which takes a millisecond or so.
    # A process that runs one app after another (tests do, headless) would keep them all.
    if not app.is_headless:
        gc.collect(1)
        gc.freeze()
