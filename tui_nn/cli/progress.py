"""A line that says how far an epoch is, on a terminal; nothing anywhere else."""

from __future__ import annotations

import os
import shutil
import sys
from time import perf_counter

from tui_nn.render.bars import thin_bar
from tui_nn.session.run.status import Progress

EVERY = 0.1
"""Seconds between two drawings."""


class ProgressLine:
    """Drawn over itself on stderr. `clear` takes it away before anything else is printed."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Draw if stderr is a terminal that can, and nobody wants it quiet."""
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._drawn = False
        self._due = 0.0

    def show(self, epoch: int, until: int, progress: Progress) -> None:
        """Draw how far `epoch`, the one under way, is; seldom enough to cost nothing."""
        if not self._shown or (now := perf_counter()) < self._due:
            return
        self._due = now + EVERY
        bar = thin_bar(progress.share, 20)
        text = f"epoch {epoch}/{until} {bar} {progress.share:4.0%}"
        if progress.examples_a_second:
            text += f"  {progress.examples_a_second:,.0f} examples/s"
        if "utf" not in (sys.stderr.encoding or "").lower():
            text = text.translate(str.maketrans("━╸╌", "##-"))
        self._write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
        self._drawn = True

    def clear(self) -> None:
        """Take it away; the next `show` draws it again."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
