"""The accuracy of each class over the epochs: a small curve a class, and what it is now."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.watch.metrics import lowest_class
from tui_nn.render.bars import columns
from tui_nn.session.questions.class_watch import ClassHistory

CLASSES = 10
_MUTED = "$foreground 62%"
_BEFORE, _NOW, _WORDS = len("▸0  "), len("  100%   +3"), 26


class ClassCurves(Widget):
    """Ten rows, or as many times that as fit. The height of a curve is from 0 to 100 %, the same for all.

    The worst class has a mark and a word, and so has one that is never predicted.
    """

    DEFAULT_CSS = """
    ClassCurves { height: 1fr; width: 1fr; }
    """

    history: reactive[ClassHistory | None] = reactive(None, always_update=True)
    """What is drawn, up to the epoch that is shown."""

    digit: reactive[int] = reactive(0)
    """The class that is looked at."""

    class Chosen(Message):
        """A class was clicked."""

        def __init__(self, digit: int) -> None:
            super().__init__()
            self.digit = digit

    @property
    def lines(self) -> int:
        """Rows for each class."""
        return max(min((self.size.height - 2) // CLASSES, 4), 1)

    @property
    def room(self) -> int:
        """Cells for a curve."""
        return max(self.size.width - _BEFORE - _NOW - _WORDS, 8)

    def on_click(self, event: events.Click) -> None:
        """Choose the class under the mouse."""
        digit = (event.y - 1) // self.lines
        if event.y >= 1 and digit < CLASSES:
            self.post_message(self.Chosen(digit))

    def render(self) -> Content:
        """Heading, curves, and the epochs below them."""
        history = self.history
        if history is None or not len(history.accuracy):
            return Content("")
        shown = spread(len(history.accuracy), self.room)
        rows = [
            Content.assemble((" " * _BEFORE + "accuracy over the epochs".ljust(self.room) + "   now  step", _MUTED))
        ]
        for digit in range(CLASSES):
            rows += self._curve(history, digit, shown)
        last, wide = len(history.accuracy) - 1, _cells_each(len(shown), self.room)
        axis = "0".ljust(max(len(shown) * wide - len(str(last)), 1)) + (str(last) if last else "")
        legend = "step: points, last epoch"
        rows.append(Content.assemble((" " * _BEFORE + axis.ljust(self.room), _MUTED), ("  " + legend, _MUTED)))
        return Content("\n").join(rows)

    def _curve(self, history: ClassHistory, digit: int, shown: Sequence[int]) -> list[Content]:
        wide = _cells_each(len(shown), self.room)
        values = [share if math.isfinite(share) else 0.0 for share in history.accuracy[shown, digit]]
        # The tallest bar would fill its rows; a bar of 1 beside them makes that 100 %.
        bars = ["".join(cell * wide for cell in line[:-1]) for line in columns([*values, 1.0], self.lines)]
        here, last = digit == self.digit, self.lines - 1
        now, step = history.accuracy[-1, digit], _step(history.accuracy[:, digit])
        word, style = self._word(history, digit)
        lines = []
        for row, bar in enumerate(bars):
            label = f"{'▸' if here else ' '}{digit}  " if row == last else " " * _BEFORE
            line = [(label, "bold $text-accent" if here else "bold"), (bar.ljust(self.room), "$primary 75%")]
            if row == last:
                line += [(f"{_percent(now):>6}", "bold"), (f"{step:>5}", _MUTED), (f"  {word}", style)]
            lines.append(Content.assemble(*line))
        return lines

    def _word(self, history: ClassHistory, digit: int) -> tuple[str, str]:
        since = history.never_since(digit)
        if since is not None:
            # A class that was never predicted from the start on has no epoch at which that began.
            return (f"never predicted since {since}" if since else "never predicted yet"), "bold $text-error"
        if digit == lowest_class(history.accuracy[-1]):
            return "▾ the lowest", "bold $text-warning"
        return "", ""


def spread(epochs: int, room: int) -> list[int]:
    """Which of the epochs are drawn in so many cells: all, or evenly spaced ones with the first and the last."""
    if epochs <= room:
        return list(range(epochs))
    return [round(place * (epochs - 1) / (room - 1)) for place in range(room)]


def _cells_each(epochs: int, room: int) -> int:
    """How wide an epoch is: a few of them alone would be a stroke at the left."""
    return max(min(room // epochs, 4), 1)


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    return "100%" if share == 1 else f"{min(round(share * 100), 99)}%"


def _step(accuracy: NDArray[np.float64]) -> str:
    """By how many points it changed in the last epoch."""
    if len(accuracy) < 2 or not np.isfinite(accuracy[-2:]).all():
        return ""
    points = round(100 * float(accuracy[-1] - accuracy[-2]))
    return f"{points:+d}".replace("-", "−") if points else "·"
