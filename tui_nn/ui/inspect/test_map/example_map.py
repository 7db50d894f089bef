"""A widget that draws test examples as characters on a map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.parameters import Array, Labels
from tui_nn.render.scatter import Cell, Scatter
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.picture import Picture
from tui_nn.ui.kit.roles import MUTED, POINTED, TEXT, WRONG

_GUTTER = 1
_TICKS = 1
_CROWDED = 2
"""The number of examples from which a cell is drawn brighter."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The positions, labels and characters of n test examples on the map."""

    places: Array
    """The position of each example on the map, an array of shape (n, 2)."""
    labels: Labels
    wrong: NDArray[np.bool_]
    """Whether each example is misclassified, an array of shape (n,)."""
    symbols: str
    """The characters of all classes in the order of their labels. The first character stands for class 0."""


class ExampleMap(Picture):
    """A widget that draws each example at its position as the character of its true class.

    A cell with several examples is brighter. A misclassified example is bold and underlined, and is drawn in place of the
    others in its cell. The example under the cursor has one mark above the map and one mark left of the map.
    """

    DEFAULT_CSS = f"""
    ExampleMap {{ height: 1fr; width: 1fr; background: $background; color: {TEXT}; }}
    ExampleMap > .example-map--one {{ color: {MUTED}; }}
    ExampleMap > .example-map--several {{ color: {TEXT}; }}
    ExampleMap > .example-map--wrong {{ color: {WRONG}; text-style: bold underline; }}
    ExampleMap > .example-map--cursor {{ background: {POINTED}; color: $background; text-style: bold; }}
    ExampleMap > .example-map--tick {{ color: {POINTED}; text-style: bold; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "example-map--one",
        "example-map--several",
        "example-map--wrong",
        "example-map--cursor",
        "example-map--tick",
    }
    """
    | Class | Description |
    | :- | :- |
    | `example-map--one` | An example alone in its cell, or of a class that is not shown. |
    | `example-map--several` | One of several examples in a cell. |
    | `example-map--wrong` | A misclassified example. |
    | `example-map--cursor` | The example under the cursor. |
    | `example-map--tick` | The ticks of the cursor. |
    """

    points: reactive[Points | None] = reactive(None, always_update=True)
    """The examples to show."""

    only: reactive[int | None] = reactive(None)
    """The label of the only class that is drawn as characters, while other examples are dots; None for all classes."""

    cursor: reactive[int | None] = reactive(None)
    """The index of the example under the cursor."""

    class Chosen(Message):
        """This message reports that an example was clicked."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    _scatter: Scatter | None = None

    @property
    def scatter(self) -> Scatter | None:
        """The cell of each example at the present size; None if positions are NaN or infinite, or there is no room."""
        columns, rows = self.size.width - _GUTTER, self.size.height - _TICKS
        points = self.points
        if points is None or columns < 1 or rows < 1 or not np.isfinite(points.places).all():
            return None
        if self._scatter is None:
            self._scatter = Scatter.of(points.places, points.labels, points.wrong, columns, rows)
        return self._scatter

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a spot for each drawn example, the one under the cursor first. `explain` takes the index of an example."""
        scatter = self.scatter
        if scatter is None:
            return
        if self.cursor is not None:
            row, column = scatter.place(self.cursor)
            yield from page.on_cells(
                self, _GUTTER + column, _TICKS + row, 1, 1, partial(explain, self.cursor), is_cell=True
            )
        for (row, column), example in scatter.shown.items():
            yield from page.on_cells(
                self, _GUTTER + column, _TICKS + row, 1, 1, partial(explain, example), is_cell=True
            )

    def nearest(self, down: int, right: int) -> int | None:
        """Return the index of the nearest example in a direction; None if there is no example.

        The search starts at the cursor, or in the middle of the map if there is no cursor.
        """
        scatter, points = self.scatter, self.points
        if scatter is None or points is None:
            return None
        if self.cursor is None or self.cursor >= len(points.labels):
            here: Cell = scatter.rows // 2, scatter.columns // 2
        else:
            here = scatter.place(self.cursor)
        return scatter.nearest(here, down, right, None if self.only is None else points.labels == self.only)

    def forget(self) -> None:
        """Compute the cells of the examples again and redraw the map, because the examples or the size have changed."""
        super().forget()
        self._scatter = None

    def watch_points(self) -> None:
        """Redraw with the new examples."""
        self.forget()

    def watch_only(self) -> None:
        """Redraw the map with one class, or with all classes."""
        self.forget()

    def watch_cursor(self) -> None:
        """Redraw with the cursor on another example."""
        super().forget()

    def on_resize(self) -> None:
        """Redraw at the new size."""
        self.forget()

    def _draw(self) -> list[Strip]:
        scatter, points = self.scatter, self.points
        if points is None:
            return []
        if scatter is None:
            return self._no_places()
        one, several, wrong, cursor, tick = (
            self.get_component_rich_style(f"example-map--{name}")
            for name in ("one", "several", "wrong", "cursor", "tick")
        )
        here = None if self.cursor is None or self.cursor >= len(points.labels) else scatter.place(self.cursor)
        blank = Segment(" ", self.rich_style)
        rows = [[blank] * scatter.columns for _ in range(scatter.rows)]
        for (row, column), example in scatter.shown.items():
            if self.only is not None and points.labels[example] != self.only:
                rows[row][column] = Segment("·", one)
                continue
            crowded = scatter.crowd[row, column] >= _CROWDED
            style = wrong if points.wrong[example] else several if crowded else one
            rows[row][column] = Segment(points.symbols[points.labels[example]], style)
        strips = [Strip([])]
        if here is not None and self.cursor is not None:
            strips = [Strip([Segment(" " * (_GUTTER + here[1]), self.rich_style), Segment("▾", tick)])]
            rows[here[0]][here[1]] = Segment(points.symbols[points.labels[self.cursor]], cursor + self._reversed)
        for number, cells in enumerate(rows):
            gutter = Segment("▸", tick) if here and here[0] == number else blank
            strips.append(Strip([gutter, *cells]).simplify())
        return [strip.adjust_cell_length(self.size.width, self.rich_style) for strip in strips]

    @property
    def _reversed(self) -> Style:
        """Return the additional style of the cursor: reverse video if the terminal has no colours, else nothing."""
        return Style() if self.in_colour else Style(reverse=True)

    def _no_places(self) -> list[Strip]:
        words = "No map: the values are NaN or infinite."
        blank = Strip.blank(self.size.width, self.rich_style)
        row = Strip([Segment(words.center(self.size.width)[: self.size.width], self.rich_style)])
        return [*[blank] * (self.size.height // 2), row]

    def on_click(self, event: events.Click) -> None:
        """Choose the example under the mouse."""
        cell = event.y - _TICKS, event.x - _GUTTER
        if (scatter := self.scatter) is not None and cell in scatter.shown:
            self.post_message(self.Chosen(scatter.shown[cell]))
