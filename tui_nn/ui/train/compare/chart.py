"""The chart of the compare view: one curve for each run, with its letter on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np
from textual.reactive import reactive

from tui_nn.render.scale import EpochAxis, epoch_end
from tui_nn.session.run.run_set import LETTERS
from tui_nn.ui.kit.plot import Axes, Columns, PlotChart, Row
from tui_nn.ui.kit.roles import FAINT, RUN_COLOURS, TEXT
from tui_nn.ui.train.chart_scale import Series, draw_band, draw_chance, shown_values, y_axis
from tui_nn.ui.train.compare.comparison import Comparison

_FIRST = 10
_CHANCE, _CURSOR = 4, 6
_RUNS = {_FIRST + number: f"chart--run-{letter.lower()}" for number, letter in enumerate(LETTERS)}
_RISING = {role + len(LETTERS): name.replace("run", "rising") for role, name in _RUNS.items()}
_FALLING = {role + len(LETTERS): name.replace("rising", "falling") for role, name in _RISING.items()}
_ROLES = {_CHANCE: "chart--chance", Axes.AXIS: "chart--axis", _CURSOR: "chart--cursor"}
_ROLES |= _RUNS | _RISING | _FALLING
DASHES = ((1, 0), (3, 2), (2, 1), (6, 2), (1, 1), (1, 3))
"""The dash patterns of the curves of the runs A to F: the number of dots drawn, then the number of dots left out."""
_APART = 16
"""The number of cells between two letters on one curve."""
_HIGHEST = 3.0
"""A linear axis of the loss ends at this multiple of the loss of a pure guess, unless all curves lie above that."""


class CompareChart(PlotChart):
    """A widget that draws the curves of all shown runs, and the value cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_ROLES.values())
    """The colours of the curves, the axes, chance and the cursor."""

    PLAIN: ClassVar[Mapping[str, str]] = (
        {role: role[-1] for role in _RUNS.values()}
        | dict.fromkeys(_RISING.values(), "/")
        | dict.fromkeys(_FALLING.values(), "\\")
    )

    DEFAULT_CSS = f"""
    CompareChart {{
        height: 1fr;
        width: 1fr;
        & > .chart--chance {{ color: {FAINT}; }}
        & > .chart--axis {{ color: {FAINT}; }}
        & > .chart--cursor {{ color: {TEXT}; }}
    }}
    """ + "".join(
        f"CompareChart > .{role} {{ color: {colour}; }}\n"
        for roles in (_RUNS, _RISING, _FALLING)
        for role, colour in zip(roles.values(), RUN_COLOURS, strict=True)
    )

    comparison: reactive[Comparison | None] = reactive(None, init=False, repaint=False)
    """The data that the chart draws: at once, or a little later if new data arrives often."""

    @property
    def wanted(self) -> Comparison | None:
        """Return the comparison that the chart should show now."""
        return self.comparison

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Return the rows of the chart."""
        assert self.comparison is not None
        return draw_runs(plotext, self.comparison, width, height)

    def watch_comparison(self, before: Comparison | None, comparison: Comparison | None) -> None:
        """Draw at once if a person has changed a choice with a key. If the runs have changed, draw at once or after a
        short pause.
        """
        if before is None or comparison is None or before.runs == comparison.runs:
            self._pace.now()
        else:
            self._pace.soon()


def draw_runs(plotext: Any, comparison: Comparison, width: int, height: int) -> list[Row]:
    """Return the chart of all shown runs in `height` rows of `width` cells."""
    axes = Axes(plotext, width, height)
    name = f"{comparison.split}_{comparison.kind}"
    values = {run.letter: Series(run.summary.curves.values[name]) for run in comparison.shown}
    end = epoch_end(comparison.newest, max(comparison.newest, 1))
    axis = EpochAxis(0, end)

    shown = partial(shown_values, comparison.kind)
    curves = [of_run.first_columns(axis, width, shown) for of_run in values.values()]
    scale, bottom, top, ticks, labels = y_axis(comparison, _bounded(curves, comparison), curves, height - 2)
    axes.scale((bottom, top), ticks, labels, axis)
    words, chance_height = draw_chance(axes, comparison, scale, _CHANCE)
    axes.upright(comparison.epoch, _CURSOR)
    for run, seeds in comparison.seeds:
        if run.letter not in comparison.hidden:
            bands = _RISING if run.live else _FALLING
            colour = next(role for role, band in bands.items() if band[-1] == run.letter.lower())
            draw_band(axes, seeds.bands[name], shown, scale, colour, rising=run.live)
    heights = {
        letter: of_run.drawn_columns(columns, axes.cells, shown, scale).below(top)
        for (letter, of_run), columns in zip(values.items(), curves, strict=True)
    }
    for letter, columns in heights.items():
        number = LETTERS.index(letter)
        axes.curve(columns, _FIRST + number, DASHES[number])
    axes.text(end, chance_height, words, _CHANCE)
    rows = axes.rows(_ROLES)
    for letter, columns in heights.items():
        _write_letters(rows, axes, letter, columns)
    return rows


def _bounded(curves: list[Columns], comparison: Comparison) -> list[Columns]:
    """Return the curves without very large losses. `y_axis` chooses the top of a linear axis from these curves.

    Otherwise, one diverging run would make the curves of all other runs look flat.
    """
    if comparison.kind == "accuracy" or comparison.log:
        return curves
    bounded = [columns.below(_HIGHEST * comparison.chance) for columns in curves]
    return bounded if any(np.isfinite(columns.high).any() for columns in bounded) else curves


def _write_letters(rows: list[Row], axes: Axes, letter: str, columns: Columns) -> None:
    """Write the letter of a run at the end of its curve, and on the curve every `_APART` cells.

    The letters of different runs begin at different cells, so that they do not cover each other where curves overlap.
    """
    epochs_each = _APART * axes.axis.end / max(axes.cells - 1, 1)
    first = (LETTERS.index(letter) + 1) * epochs_each / len(LETTERS)
    for place in [*np.arange(first, columns.right, epochs_each).tolist(), columns.right]:
        height = columns.at(place)
        if math.isfinite(height):
            y, x = axes.cell(place, height)
            put(rows[y], x, letter, f"chart--run-{letter.lower()}")


def put(row: Row, at: int, character: str, role: str) -> None:
    """Write one character with its style into a row, in place of the character at column `at`."""
    cells = [(text, part) for piece, part in row for text in piece]
    is_word = at < len(cells) and cells[at][1] == _ROLES[_CHANCE] and cells[at][0].isascii()
    # The label of the line of chance keeps its characters, because the letter of a run would make it illegible.
    if at < len(cells) and not is_word:
        cells[at] = character, role
        row[:] = cells
