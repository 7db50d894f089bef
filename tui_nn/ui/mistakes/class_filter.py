"""The filter of the mistakes: one true class, one predicted class, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.data.dataset import DIGITS
from tui_nn.render.cells import cells_of, to_right
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import CHOSEN, CHOSEN_EDGE, FAINTEST, FRAME, KEY, MUTED

_ROWS = ("true", "pred")
_LABEL = len("▸true")
_NARROWEST, _WIDEST = 4, 6
"""The smallest width of a column, and its width if there is room, in cells."""


class ClassFilter(Widget, can_focus=True):
    """A widget that shows the number of mistakes for each true class, and below that for each predicted class.

    As soon as the person chooses a class, the list shows only its mistakes. While the filter is open, it has the keyboard
    focus, so that a digit chooses a class and does not switch panes. If the classes are no digits, the person types the
    beginning of a name. The filter covers the last rows of the pane, so that nothing above it moves.
    """

    DEFAULT_CSS = f"""
    ClassFilter {{
        height: 3;
        padding: 0 1;
        display: none;
        layer: filter;
        dock: bottom;
        background: {FRAME};
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "row(0)", "true", id="filter-true", tooltip="Choose the true class"),
        Binding("p", "row(1)", "pred", id="filter-predicted", tooltip="Choose the predicted class"),
        Binding(
            "up,down,tab,shift+tab",
            "other_row",
            "other row",
            show=False,
            id="filter-row",
            tooltip="Switch between the true and the predicted class",
        ),
        Binding("0", "choose(0)", "digit", key_display="0-9", id="filter-0", tooltip="List only this class"),
        *(Binding(f"{n}", f"choose({n})", f"digit {n}", show=False, id=f"filter-{n}") for n in range(1, 10)),
        Binding(
            "left",
            "step_name(-1)",
            "class",
            key_display="←→",
            id="filter-name",
            tooltip="Choose a class, or type its name",
        ),
        Binding(
            "left", "step(-1)", "digit before", show=False, id="filter-back", tooltip="Choose the class on the left"
        ),
        Binding("right", "step(1)", "next digit", show=False, id="filter-on", tooltip="Choose the class on the right"),
        Binding(
            "a,backspace,delete",
            "choose(-1)",
            "any digit",
            show=False,
            id="filter-all",
            tooltip="List the examples of every class in this row",
        ),
        Binding(
            "enter,f",
            "close(True)",
            "keep",
            key_display="enter",
            id="filter-keep",
            tooltip="Close the dialog and list only the chosen classes",
        ),
        Binding("escape", "close(False)", "show all", key_display="esc", id="filter-none", tooltip="Remove the filter"),
    ]

    class_names: reactive[Sequence[str]] = reactive(DIGITS)
    """The name of each of the k classes."""

    counts: reactive[NDArray[np.int64] | None] = reactive(None, always_update=True)
    """The numbers of mistakes, an array of shape (classes, classes): rows are true classes, columns predicted classes."""

    true: reactive[int | None] = reactive(None)
    """The chosen true class; None for all classes."""

    predicted: reactive[int | None] = reactive(None)
    """The chosen predicted class; None for all classes."""

    row: reactive[int] = reactive(0)
    """The row in which the person chooses: 0 for the true class, 1 for the predicted class."""

    class Changed(Message):
        """This message reports that another filter was chosen."""

        def __init__(self, true: int | None, predicted: int | None) -> None:
            super().__init__()
            self.true = true
            self.predicted = predicted

    class Closed(Message):
        """This message reports that the filter was closed."""

    _typed = ""
    """The letters that the person has typed so far to choose a class by its name."""

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """Choose the class whose name begins with the typed letters, unless the classes are digits."""
        if self.class_names == DIGITS or not event.is_printable or event.character is None:
            return
        event.stop()
        for typed in (self._typed + event.character, event.character):
            # First look for names with the same upper and lower case, because "a" and "A" may be two classes. Then ignore case.
            for alike in (str, str.lower):
                starts = [name for name in self.class_names if alike(name).startswith(alike(typed))]
                if starts:
                    self._typed = typed
                    self.action_choose(list(self.class_names).index(starts[0]))
                    return

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. The keys 0 to 9 work only if classes are digits. Otherwise, letters choose a class."""
        of_digits = self.class_names == DIGITS
        if action == "row" or (action == "choose" and parameters != (-1,)):
            return of_digits
        return not of_digits if action == "step_name" else True

    def action_row(self, row: int) -> None:
        """Let the keys choose a class in this row from now on: 0 is the row of true classes, 1 that of predicted classes."""
        self.row, self._typed = row, ""

    def action_other_row(self) -> None:
        """Let the keys choose a class in the other row from now on."""
        self.action_row(1 - self.row)

    def action_choose(self, label: int) -> None:
        """Choose a class in the present row. The label −1 chooses all classes."""
        if self.row == 0:
            self.true = label if label >= 0 else None
        else:
            self.predicted = label if label >= 0 else None
        self.post_message(self.Changed(self.true, self.predicted))

    def action_step(self, by: int) -> None:
        """Choose the class on the left (−1) or on the right (1). "all" comes before the first class and after the last."""
        chosen = self._chosen(self.row)
        self.action_choose(((-1 if chosen is None else chosen) + by + 1) % (len(self.class_names) + 1) - 1)

    def action_step_name(self, by: int) -> None:
        """Do the same as the action `step`. The footer shows this second action if the classes are no digits."""
        self.action_step(by)

    def action_close(self, keep: bool) -> None:
        """Close the filter. If `keep` is False, also remove it, so that all mistakes are listed again."""
        if not keep:
            self.true = self.predicted = None
            self.post_message(self.Changed(None, None))
        self._typed = ""
        self.post_message(self.Closed())

    def on_blur(self) -> None:
        """Close the filter, because another widget has the keyboard focus. Keep it open if only the terminal has lost the focus."""
        if self.app.app_focus:
            self.post_message(self.Closed())

    def on_click(self, event: events.Click) -> None:
        """Choose the row and the class under the mouse."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y:
            self.row = place.y - 1
        column = (place.x - _LABEL) // self._column
        if place.x >= _LABEL and column < len(self._in_view):
            self.action_choose(self._in_view[column] - 1)

    # ---- drawing

    def render(self) -> Content:
        """Return the names, and the two rows of counts."""
        names = ("all", *self.class_names)
        shown = [to_right(short_name(names[place], self._column - 1), self._column) for place in self._in_view]
        heading = Content.assemble((" " * _LABEL + "".join(shown), "bold"))
        return Content("\n").join([heading, self._line(0), self._line(1)])

    @property
    def _room(self) -> int:
        return self.size.width - _LABEL - 1

    @property
    def _column(self) -> int:
        """Return the width of a column in cells. Longer class names make columns wider, as long as all columns fit."""
        columns, longest = len(self.class_names) + 1, max(map(cells_of, self.class_names)) + 1
        return max(min(self._room // columns, max(_WIDEST, longest)), _NARROWEST)

    @property
    def _in_view(self) -> range:
        """Return the numbers of the columns on the screen: 0 is "all", and n + 1 is class n.

        If not all columns fit, the chosen column is among those on the screen.
        """
        columns, fit = len(self.class_names) + 1, max(self._room // self._column, 1)
        chosen = self._chosen(self.row)
        at = 0 if chosen is None else chosen + 1
        first = max(min(at - fit // 2, columns - fit), 0)
        return range(first, min(first + fit, columns))

    def _chosen(self, row: int) -> int | None:
        return self.predicted if row else self.true

    def _counts(self, row: int) -> list[int]:
        """Return the numbers of mistakes in a row: first the number for all classes, then a number for each class.

        If a class is chosen in the other row, only the mistakes of that class are counted.
        """
        if self.counts is None:
            return [0] * (len(self.class_names) + 1)
        other = self._chosen(1 - row)
        if other is None:
            counts = self.counts.sum(axis=1 - row)
        else:
            counts = self.counts[:, other] if row == 0 else self.counts[other]
        return [int(counts.sum()), *map(int, counts)]

    def _line(self, row: int) -> Content:
        here, chosen, counts = row == self.row, self._chosen(row), self._counts(row)
        place = 0 if chosen is None else chosen + 1
        line = [("▸" if here else " ", KEY), (_ROWS[row], "bold" if here else MUTED)]
        for column in self._in_view:
            text = _short(counts[column], self._column - 1)
            gap = " " * (self._column - 1 - len(text))
            line.append(("▌" if column == place + 1 and column > self._in_view[0] else " ", CHOSEN_EDGE))
            if column == place:
                # Half blocks at both edges mark the chosen count, so that it is visible without colours. The left half block
                # replaces a blank.
                line[-1:] = [((line[-1][0] + gap)[:-1], "")]
                line += [("▐", CHOSEN_EDGE), (text, CHOSEN)]
            else:
                line.append((gap + text, "" if counts[column] else FAINTEST))
        if place == self._in_view[-1]:
            line.append(("▌", CHOSEN_EDGE))
        return Content.assemble(*line)


def _short(count: int, width: int) -> str:
    """Return a count in at most `width` characters: "602", "1k", or a dot for 0."""
    text = str(count) if count else "·"
    return text if len(text) <= width else f"{count // 1000}k"
