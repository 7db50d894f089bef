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

_ROWS = ("true", "pred")
_LABEL = len("▸true")


class MistakeFilter(Widget, can_focus=True):
    """How many mistakes each digit has as the true one and as the predicted one; what is chosen counts at once.

    It has the keys while it is open, so that a digit chooses and does not lead to another pane. It lies over the last rows:
    what is looked at stays where it is, and need not be laid out anew.
    """

    DEFAULT_CSS = """
    MistakeFilter {
        height: 3;
        padding: 0 1;
        display: none;
        layer: filter;
        dock: bottom;
        background: $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "row(0)", "true", id="filter-true", tooltip="Choose the true digit"),
        Binding("p", "row(1)", "pred", id="filter-predicted", tooltip="Choose the predicted digit"),
        Binding("up,down,tab,shift+tab", "other_row", "other row", show=False, id="filter-row", tooltip="True or pred"),
        Binding("0", "choose(0)", "digit", key_display="0-9", id="filter-0", tooltip="Only this digit"),
        *(Binding(f"{n}", f"choose({n})", f"digit {n}", show=False, id=f"filter-{n}") for n in range(1, 10)),
        Binding("left", "step(-1)", "digit before", show=False, id="filter-back", tooltip="Choose the one to the left"),
        Binding("right", "step(1)", "next digit", show=False, id="filter-on", tooltip="Choose the one to the right"),
        Binding("a,backspace,delete", "choose(-1)", "any digit", show=False, id="filter-all", tooltip="The whole row"),
        Binding("enter,f", "close(True)", "keep", key_display="enter", id="filter-keep", tooltip="Close and keep it"),
        Binding("escape", "close(False)", "show all", key_display="esc", id="filter-none", tooltip="Drop the filter"),
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
        """Without the keys it is of no use; but a terminal that is left takes them away and gives them back."""
        if self.app.app_focus:
            self.post_message(self.Closed())

    def on_click(self, event: events.Click) -> None:
        """Choose the row and the digit that are clicked."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y:
            self.row = place.y - 1
        digit = (place.x - _LABEL) // self._column - 1
        if place.x >= _LABEL and digit < 10:
            self.action_choose(digit)

    def render(self) -> Content:
        """Heading and two rows."""
        names = "".join(name.rjust(self._column) for name in ("all", *"0123456789"))
        return Content("\n").join([Content.assemble((" " * _LABEL + names, "bold")), self._line(0), self._line(1)])

    @property
    def _column(self) -> int:
        """Cells from one column to the next."""
        return min((self.size.width - _LABEL - 1) // 11, 6)

    def _chosen(self, row: int) -> int | None:
        return self.predicted if row else self.true

    def _counts(self, row: int) -> list[int]:
        """All mistakes, and those of each digit of this row, among those that the other row lets through."""
        if self.counts is None:
            return [0] * 11
        other = self._chosen(1 - row)
        if other is None:
            counts = self.counts.sum(axis=1 - row)
        else:
            counts = self.counts[:, other] if row == 0 else self.counts[other]
        return [int(counts.sum()), *map(int, counts)]

    def _line(self, row: int) -> Content:
        here, chosen = row == self.row, self._chosen(row)
        place = 0 if chosen is None else chosen + 1
        line = [("▸" if here else " ", "bold $text-accent"), (_ROWS[row], "bold" if here else "$foreground 62%")]
        for column, count in enumerate(self._counts(row)):
            text = _short(count, self._column - 1)
            gap = " " * (self._column - 1 - len(text))
            line.append(("▌" if column == place + 1 else " ", "$primary"))
            if column == place:
                # Between half blocks, so that it is seen without colour too: the left one takes the place of a blank.
                line[-1:] = [((line[-1][0] + gap)[:-1], "")]
                line += [("▐", "$primary"), (text, "bold $text on $primary")]
            else:
                line.append((gap + text, "" if count else "$foreground 38%"))
        if place == 10:
            line.append(("▌", "$primary"))
        return Content.assemble(*line)


def _short(count: int, width: int) -> str:
    """A count in at most `width` characters: "602", "1k", or a dot for none."""
    text = str(count) if count else "·"
    return text if len(text) <= width else f"{count // 1000}k"
