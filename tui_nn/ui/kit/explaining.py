"""The values on the screen that the app can explain.

A `Spot` is the screen region of one such value, together with the explanation. A `Page` finds the region.

The method `explained` of a pane or view yields a spot for each value on the screen. The spot of the value under the cursor comes
first. An explanation is made only when somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.errors import NoWidget
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from tui_nn.render.ascii import to_ascii
from tui_nn.render.cells import cells_of

if TYPE_CHECKING:
    # This module imports NumPy, which is loaded after the first paint.
    from tui_nn.session.questions.explaining.explanation import Explanation

Explain = Callable[[], "Explanation"]
"""A function that makes an explanation."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A region of the screen, in cells from the top left corner, and a function that makes the explanation of its value."""

    region: Region
    explain: Explain
    is_cell: bool = False
    """True if the spot is one of the many cells of a picture."""


class Page:
    """The text on a screen, and the regions of its widgets."""

    def __init__(self, screen: Screen[Any]) -> None:
        """Read the text of `screen`."""
        self.screen = screen
        self._rows = [
            _cells("".join(segment.text for segment in strip)) for strip in screen._compositor.render_strips()
        ]

    def text(self, region: Region) -> list[str]:
        """Return the rows of text in a region."""
        return ["".join(row[region.x : region.right]) for row in self._rows[region.y : region.bottom]]

    def area(self, widget: Widget) -> Region:
        """Return the visible part of a widget; an empty region if it is hidden."""
        if not widget.is_attached or not all(
            node.display for node in widget.ancestors_with_self if isinstance(node, Widget)
        ):
            return Region()
        try:
            # `Widget.region` cannot be used here: it is the region in the last layout, even after the widget has moved. The clip
            # is the visible part of the parent, and removes a widget that has scrolled out of view.
            place = self.screen.find_widget(widget)
        except NoWidget:
            return Region()
        return place.region.intersection(place.clip).intersection(self.screen.region)

    def on(self, widget: Widget, explain: Explain) -> Iterator[Spot]:
        """Yield one `Spot` (explained region) for all text of a widget, without the empty edges. Yield none if no text
        is visible.
        """
        if area := self.area(widget):
            rows = [row for row, line in enumerate(self.text(area)) if line.strip()]
            if rows:
                lines = [self.text(area)[row] for row in rows]
                left = min(len(line) - len(line.lstrip()) for line in lines)
                right = max(len(line.rstrip()) for line in lines)
                yield Spot(
                    Region(area.x + left, area.y + rows[0], max(right - left, 1), rows[-1] - rows[0] + 1), explain
                )

    def on_cells(
        self, widget: Widget, x: int, y: int, width: int, height: int, explain: Explain, *, is_cell: bool = False
    ) -> Iterator[Spot]:
        """Yield one `Spot` (explained region) for some cells of a widget. Yield none if these cells are hidden.

        `x` and `y` are counted from the top left corner of the widget's content.
        """
        area = self.area(widget)
        inner = widget.content_region.offset if area else area.offset
        region = Region(inner.x + x, inner.y + y, width, height).intersection(area)
        if region:
            yield Spot(region, explain, is_cell)

    def row_of(self, widget: Widget, beginning: str) -> int | None:
        """Return the number of the first row of a widget's content that begins with `beginning`; None if no visible row does."""
        area = self.area(widget)
        for number, line in enumerate(self.text(area)):
            if line.lstrip().startswith(beginning):
                return number + area.y - widget.content_region.y
        return None

    def on_text(
        self,
        widget: Widget,
        text: str,
        explain: Explain,
        *,
        row: int | None = None,
        beside: str = "",
        last: bool = False,
    ) -> Iterator[Spot]:
        """Yield one `Spot` (explained region) for `text` in a widget. Yield none if the text is not visible.

        The region is in the first row that contains the text. If the row contains the text several times, the first one counts, or
        the last one if `last` is true. `row` is the only row of the widget's content to search. `beside` is another text that
        the row must contain.
        """
        area = self.area(widget)
        if not area or not text.strip():
            return
        sought = to_ascii(text)
        top = widget.content_region.y - area.y
        for number, line in enumerate(self.text(area)):
            plain = to_ascii(line)
            if (row is not None and number != top + row) or (beside and not _is_in(to_ascii(beside), plain)):
                continue
            found = [match.start() for match in _word(sought).finditer(plain)]
            if found:
                at = found[-1 if last else 0]
                yield Spot(Region(area.x + at, area.y + number, cells_of(text), 1), explain)
                return


def _word(text: str) -> re.Pattern[str]:
    """Return a pattern that finds a text, unless a letter, a digit or an underscore stands directly beside it."""
    return re.compile(rf"(?<![\w.]){re.escape(text)}(?!\w)")


def _is_in(text: str, line: str) -> bool:
    return bool(_word(text).search(line))


def _cells(line: str) -> list[str]:
    """Return the character in each cell of a row. A wide character has two cells, and the second of them is ""."""
    if line.isascii() or cells_of(line) == len(line):
        return list(line)
    cells: list[str] = []
    for character in line:
        width = cells_of(character)
        cells += [character, *[""] * (width - 1)] if width else []
    return cells
