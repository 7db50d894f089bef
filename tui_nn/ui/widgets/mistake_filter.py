"""The filter of the mistakes: which true and which predicted digit."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_LABEL = len("▸true ")
_ROWS = ("true", "pred")


class MistakeFilter(Widget, can_focus=True):
    """Two rows of digits, each with how many mistakes it has; what is chosen in them counts at once.

    It has the keys while it is open, so that a digit chooses and does not lead to another pane.
    """

    DEFAULT_CSS = """
    MistakeFilter {
        height: 2;
        display: none;
        background: $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "row(0)", "true", id="filter-true", tooltip="Choose among true digits"),
        Binding("p", "row(1)", "pred", id="filter-predicted", tooltip="Choose among predicted digits"),
        Binding("up,down,tab,shift+tab", "other_row", "other row", show=False, id="filter-row"),
        *(
            Binding(str(digit), f"choose({digit})", f"only {digit}", show=False, id=f"filter-{digit}")
            for digit in range(10)
        ),
        Binding("left", "step(-1)", "digit", key_display="0-9 ←→", id="filter-back", tooltip="Choose a digit"),
        Binding("right", "step(1)", "next digit", show=False, id="filter-on", tooltip="Choose a digit"),
        Binding("a,backspace,delete", "choose(-1)", "all", key_display="a", id="filter-all", tooltip="Any digit in this row"),
        Binding("enter,f", "close(True)", "keep", key_display="enter", id="filter-keep", tooltip="Close, and keep the filter"),
        Binding("escape", "close(False)", "no filter", key_display="esc", id="filter-none", tooltip="Close, and show all"),
    ]  # fmt: skip

    counts: reactive[NDArray[np.int64] | None] = reactive(None, always_update=True)
    """(10, 10): mistakes by true and predicted digit."""

    true: reactive[int | None] = reactive(None)
    """The chosen true digit, None for all."""

    predicted: reactive[int | None] = reactive(None)
    """The chosen predicted digit, None for all."""

    row: reactive[int] = reactive(0)
    """The row that digits are chosen in: 0 true, 1 predicted."""

    class Changed(Message):
        """Another filter was chosen."""

        def __init__(self, true: int | None, predicted: int | None) -> None:
            super().__init__()
            self.true = true
            self.predicted = predicted

    class Closed(Message):
        """The filter is done with."""

    def action_row(self, row: int) -> None:
        """Choose in this row."""
        self.row = row

    def action_other_row(self) -> None:
        """Choose in the other row."""
        self.row = 1 - self.row

    def action_choose(self, digit: int) -> None:
        """Choose a digit in the row; −1 for all."""
        if self.row == 0:
            self.true = digit if digit >= 0 else None
        else:
            self.predicted = digit if digit >= 0 else None
        self.post_message(self.Changed(self.true, self.predicted))

    def action_step(self, by: int) -> None:
        """Choose the digit beside; "all" stands before 0 and after 9."""
        chosen = self._chosen(self.row)
        self.action_choose(((-1 if chosen is None else chosen) + by + 1) % 11 - 1)

    def action_close(self, keep: bool) -> None:
        """Close it, with or without a filter."""
        if not keep:
            self.true = self.predicted = None
            self.post_message(self.Changed(None, None))
        self.post_message(self.Closed())

    def on_blur(self) -> None:
        """Without the keys it is of no use."""
        self.post_message(self.Closed())

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked."""
        self.row = min(event.y, 1)
        if event.x >= _LABEL:
            cells = [0, *np.cumsum([len(text) + 1 for text in self._cells(self.row)])]
            digit = int(np.searchsorted(cells, event.x - _LABEL, side="right")) - 2
            if digit < 10:
                self.action_choose(digit)

    def render(self) -> Content:
        """Both rows."""
        return Content("\n").join([self._line(row) for row in (0, 1)])

    def _chosen(self, row: int) -> int | None:
        return self.predicted if row else self.true

    def _counts(self, row: int) -> list[int]:
        """Mistakes by the digit of this row, among those that the other row lets through."""
        if self.counts is None:
            return [0] * 10
        other = self._chosen(1 - row)
        if other is None:
            return [int(count) for count in self.counts.sum(axis=1 - row)]
        return [int(count) for count in (self.counts[:, other] if row == 0 else self.counts[other])]

    def _cells(self, row: int) -> list[str]:
        """"all" and ten digits with their counts, where there is room for them."""
        roomy = self.size.width >= _LABEL + 4 + 10 * 6
        return ["all", *(f"{digit} {_short(count):<3}" if roomy else f" {digit} " for digit, count in enumerate(self._counts(row)))]

    def _line(self, row: int) -> Content:
        here = row == self.row
        chosen = self._chosen(row)
        counts = [1, *self._counts(row)]
        parts = [Content.assemble(("▸" if here else " ", "bold $text-accent"), (_ROWS[row], "bold" if here else "$foreground 62%"))]
        for place, (text, count) in enumerate(zip(self._cells(row), counts, strict=True), -1):
            if place == (-1 if chosen is None else chosen):
                parts.append(Content.assemble(("▐", "$primary"), (text, "bold $foreground on $primary"), ("▌", "$primary")))
            else:
                parts.append(Content.assemble((text, "" if count else "$foreground 38%")))
        return _joined(parts)


def _joined(parts: list[Content]) -> Content:
    """The parts with a blank between them, where there is no half block already."""
    line = parts[0]
    for part in parts[1:]:
        meets = line.plain.endswith("▌") or part.plain.startswith("▐")
        line = Content.assemble(line, "" if meets else " ", part)
    return line


def _short(count: int) -> str:
    """A count in at most three characters: "12", "1k"."""
    return str(count) if count < 1000 else f"{min(count // 1000, 99)}k"
