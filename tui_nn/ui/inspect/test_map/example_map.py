"""Test digits in a plane, a character each."""

from __future__ import annotations

from dataclasses import dataclass
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
from tui_nn.ui.kit.picture import Picture

_GUTTER = 1
_TICKS = 1
_CROWDED = 2
"""Digits in a cell from which it is drawn brighter."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """n test digits."""

    places: Array
    """(n, 2)."""
    labels: Labels
    wrong: NDArray[np.bool_]


class ExampleMap(Picture):
    """A digit is its label, where the network puts it; brighter where there are several in a cell.

    Misclassified ones are bold and underlined and stand before others. The cursor has a tick above and at the left.
    """

    DEFAULT_CSS = """
    ExampleMap { height: 1fr; width: 1fr; background: $background; color: $foreground; }
    ExampleMap > .example-map--one { color: $foreground 62%; }
    ExampleMap > .example-map--several { color: $foreground; }
    ExampleMap > .example-map--wrong { color: $text-warning; text-style: bold underline; }
    ExampleMap > .example-map--cursor { background: $text-success; color: $background; text-style: bold; }
    ExampleMap > .example-map--tick { color: $text-success; text-style: bold; }
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
    | `example-map--one` | A digit alone in its cell, and those that are left out. |
    | `example-map--several` | One of several in a cell. |
    | `example-map--wrong` | A misclassified one. |
    | `example-map--cursor` | The chosen one. |
    | `example-map--tick` | Its ticks. |
    """

    points: reactive[Points | None] = reactive(None, always_update=True)
    """What is shown."""

    only: reactive[int | None] = reactive(None)
    """The label of those that are shown as digits; the others are dots."""

    cursor: reactive[int | None] = reactive(None)
    """The chosen example, by its number."""

    class Chosen(Message):
        """A digit was clicked."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    _scatter: Scatter | None = None

    @property
    def scatter(self) -> Scatter | None:
        """Where the digits are at this size; None where they have no place."""
        columns, rows = self.size.width - _GUTTER, self.size.height - _TICKS
        points = self.points
        if points is None or columns < 1 or rows < 1 or not np.isfinite(points.places).all():
            return None
        if self._scatter is None:
            self._scatter = Scatter.of(points.places, points.labels, points.wrong, columns, rows)
        return self._scatter

    def nearest(self, down: int, right: int) -> int | None:
        """The digit next to the cursor that way, or None; without a cursor, the one next to the middle."""
        scatter, points = self.scatter, self.points
        if scatter is None or points is None:
            return None
        if self.cursor is None or self.cursor >= len(points.labels):
            here: Cell = scatter.rows // 2, scatter.columns // 2
        else:
            here = scatter.place(self.cursor)
        return scatter.nearest(here, down, right, None if self.only is None else points.labels == self.only)

    def forget(self) -> None:
        """Other digits, or another size."""
        super().forget()
        self._scatter = None

    def watch_points(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_only(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_cursor(self) -> None:
        """Draw it anew."""
        super().forget()

    def on_resize(self) -> None:
        """Draw it anew."""
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
            rows[row][column] = Segment(str(points.labels[example]), style)
        strips = [Strip([])]
        if here is not None and self.cursor is not None:
            strips = [Strip([Segment(" " * (_GUTTER + here[1]), self.rich_style), Segment("▾", tick)])]
            rows[here[0]][here[1]] = Segment(str(points.labels[self.cursor]), cursor + self._reversed)
        for number, cells in enumerate(rows):
            gutter = Segment("▸", tick) if here and here[0] == number else blank
            strips.append(Strip([gutter, *cells]).simplify())
        return [strip.adjust_cell_length(self.size.width, self.rich_style) for strip in strips]

    @property
    def _reversed(self) -> Style:
        """Without colours the cursor's cell is the other way round."""
        return Style() if self.in_colour else Style(reverse=True)

    def _no_places(self) -> list[Strip]:
        words = "not a number: no digit has a place"
        blank = Strip.blank(self.size.width, self.rich_style)
        row = Strip([Segment(words.center(self.size.width)[: self.size.width], self.rich_style)])
        return [*[blank] * (self.size.height // 2), row]

    def on_click(self, event: events.Click) -> None:
        """Choose the digit under the mouse."""
        cell = event.y - _TICKS, event.x - _GUTTER
        if (scatter := self.scatter) is not None and cell in scatter.shown:
            self.post_message(self.Chosen(scatter.shown[cell]))
