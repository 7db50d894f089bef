"""The robustness chart: the accuracy for more and more noise, rotation and shift, as three rows of upright bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.robustness import SWEEPS, Sweep
from tui_nn.render.bars import columns
from tui_nn.render.numbers import percent
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.roles import BAR, HEADING, KEY, MUTED

_TALLEST = 10
_ROWS_BESIDE = 6
_AXIS = len("100 ")
_GAP = 3

POINTS = tuple((sweep, level) for sweep in SWEEPS for level in sweep.levels)
"""A pair for each bar, from left to right: the kind of change, such as noise, and its strength."""

Found = dict[tuple[str, float], float]
"""The measured accuracies, by the name of the change (such as "noise") and its strength."""


class RobustnessChart(Widget):
    """A widget that draws three groups of bars: the accuracy under noise, rotation and shift, a bar for each strength.

    A mark stands above the chosen bar, and a sentence below the chart describes it.
    """

    DEFAULT_CSS = """
    RobustnessChart { height: 1fr; max-height: 17; width: 1fr; max-width: 80; padding: 0 1; }
    """

    found: reactive[Found] = reactive(dict, always_update=True)
    """The accuracies that have been measured so far, for the bars."""

    chosen: reactive[int] = reactive(0)
    """The index of the chosen bar in `POINTS`."""

    examples: reactive[int] = reactive(0)
    """The number of test examples on which the accuracies were measured."""

    noun: str = "digit"
    """The word for one example, such as "digit"."""

    class Chosen(Message):
        """This message reports that a bar was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    @property
    def _cells(self) -> int:
        """Return the width of a bar in cells."""
        levels = sum(len(sweep.levels) for sweep in SWEEPS)
        return 2 if self.content_size.width >= _AXIS + 2 * levels + _GAP * (len(SWEEPS) - 1) else 1

    @property
    def _height(self) -> int:
        """Return the height of the bars in rows."""
        return min(max(self.content_size.height - _ROWS_BESIDE, 2), _TALLEST)

    def render(self) -> Content:
        """Return the content of the widget: the headings, the mark, the bars, the axis, and two lines of text."""
        cells, height = self._cells, self._height
        heading = " " * _AXIS + (" " * _GAP).join(s.name.ljust(cells * len(s.levels)) for s in SWEEPS)
        marks = " " * self._start(self.chosen) + "▾" * cells
        bars = [self._bars(sweep) for sweep in SWEEPS]
        rows = []
        for number, parts in enumerate(zip(*bars, strict=True)):
            label = {0: "100", height // 2: " 50", height - 1: "  0"}.get(number, "")
            rows.append(Content.assemble((f"{label:<{_AXIS}}", MUTED), ((" " * _GAP).join(parts), BAR)))
        axis = " " * _AXIS + (" " * _GAP).join(_axis(sweep, cells * len(sweep.levels)) for sweep in SWEEPS)
        lines = [
            Content.assemble((heading, HEADING)),
            Content.assemble((marks, KEY)),
            *rows,
            Content.assemble((axis, MUTED)),
            Content(""),
            Content.assemble((self._words(*POINTS[self.chosen]), "bold")),
            Content.assemble((self._progress(), MUTED)),
        ]
        return Content("\n").join(lines)

    def _bars(self, sweep: Sweep) -> list[str]:
        # The function `columns` draws its largest value at full height. With 1.0 added to the values, full height always means
        # 100 %. The bar of the added value is removed again.
        values = [self.found.get((sweep.name, level), 0.0) for level in sweep.levels]
        rows = columns([*values, 1.0], self._height)
        return ["".join(character * self._cells for character in row[:-1]) for row in rows]

    def _words(self, sweep: Sweep, level: float) -> str:
        share, plain = self.found.get((sweep.name, level)), self.found.get((sweep.name, 0.0))
        text = f"{sweep.name} {sweep.show(level)}: "
        if share is None:
            return text + "not measured yet"
        text += f"{percent(share)} are right"
        return text if plain is None or level == 0 else f"{text}, {percent(plain)} unchanged"

    def _progress(self) -> str:
        if len(self.found) == len(POINTS):
            return f"The bars show the accuracy on the first {self.examples:,} test {self.noun}s, in %."
        return f"Measured {len(self.found)} of {len(POINTS)} bars…"

    def spots(self, page: Page, explain: Callable[[str, float], Explanation]) -> Iterator[Spot]:
        """Yield a spot for each measured bar, the chosen bar first. `explain` takes the change in words and the accuracy."""
        for place in sorted(range(len(POINTS)), key=lambda place: place != self.chosen):
            sweep, level = POINTS[place]
            share = self.found.get((sweep.name, level))
            if share is not None:
                found = partial(explain, f"{sweep.name} {sweep.show(level)}", share)
                yield from page.on_cells(self, self._start(place), self._height + 1, self._cells, 1, found)

    def on_click(self, event: events.Click) -> None:
        """Choose the bar under the mouse."""
        for place in range(len(POINTS)):
            if 0 <= event.x - 1 - self._start(place) < self._cells and event.y < self._height + 3:
                self.post_message(self.Chosen(place))

    def _start(self, place: int) -> int:
        """Return the column of the screen in which the bar with the index `place` in `POINTS` begins."""
        passed = 0
        for sweep in SWEEPS:
            if place < len(sweep.levels):
                break
            place -= len(sweep.levels)
            passed += self._cells * len(sweep.levels) + _GAP
        return _AXIS + passed + self._cells * place


def _axis(sweep: Sweep, width: int) -> str:
    """Return the labels under one group of bars: the first and the last strength, and the middle one if it fits."""
    first, middle, last = (sweep.tick(sweep.levels[at]) for at in (0, len(sweep.levels) // 2, -1))
    room = width - len(first) - len(last)
    start = width // 2 - len(middle) // 2 - len(first)
    between = (" " * start + middle).ljust(room) if start > 0 and start + len(middle) < room else " " * room
    return f"{first}{between}{last}"
