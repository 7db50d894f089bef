"""Histograms as text."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.analysis.histogram import sample
from tui_nn.analysis.statistics import summarize
from tui_nn.render.histograms import (
    HEIGHTS,
    axis_labels,
    axis_line,
    cells_a_bin,
    end_label,
    histogram_text,
    round_away,
)


def spread(seed: int = 0, std: float = 1.0, count: int = 20_000) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count) * std


def height_of(bars: tuple[str, ...], column: int) -> int:
    return sum(row[column] != " " for row in bars)


def test_bars_are_high_where_there_are_many() -> None:
    text = histogram_text(summarize(spread()), None, 36, 5)
    assert text is not None
    assert [len(row) for row in (*text.bars, text.axis, text.labels)] == [36] * 7
    heights = [height_of(text.bars, column) for column in range(36)]
    assert max(heights) == 5
    assert heights[17] == heights[18] == 5
    assert heights[2] < heights[8] < heights[17] > heights[27] > heights[33]


def test_the_tallest_of_bars_and_marks_has_the_full_height() -> None:
    """The start was narrower: its peak is the top, and the bars of now stay below."""
    text = histogram_text(summarize(spread(std=2.0)), summarize(spread(seed=1, std=0.5)), 36, 6)
    assert text is not None
    rows = [row for row in text.marks if row is not None]
    assert min(rows) == 0
    assert text.bars[0].strip() == ""
    assert text.marks[0] is None, "the start has nothing where only now reaches"


def test_the_axis_reaches_as_far_as_both() -> None:
    text = histogram_text(summarize(spread(std=0.5)), summarize(spread(seed=1, std=2.0)), 36, 6)
    assert text is not None
    assert text.labels.split() == ["−6", "0", "6"]
    assert text.marks[2] is not None
    assert all(row[2] == " " for row in text.bars)


def test_marks_lie_on_the_bars_where_nothing_has_changed() -> None:
    values = summarize(spread())
    text = histogram_text(values, values, 36, 6)
    assert text is not None
    assert [6 - height_of(text.bars, column) for column in range(36)] == list(text.marks)


def test_the_root_shows_rare_values_that_a_share_hides() -> None:
    heights = {}
    for scale in HEIGHTS:
        text = histogram_text(summarize(spread()), None, 36, 8, scale)
        assert text is not None
        heights[scale] = height_of(text.bars, 3)
    assert heights["log of count"] > heights["square root of share"] > heights["share"]


def test_zeros_are_told_and_not_drawn() -> None:
    values = np.concatenate([np.zeros(660), np.linspace(0.01, 3, 340)])
    text = histogram_text(summarize(values), None, 30, 4)
    assert text is not None
    assert text.labels == "0 (66 % of values, no bar)   3"
    assert height_of(text.bars, 0) == height_of(text.bars, 29), "no spike at 0"


@pytest.mark.parametrize("values", [np.zeros(4), np.full(4, np.nan)])
def test_nothing_to_draw_is_none(values: np.ndarray) -> None:
    assert histogram_text(summarize(values), None, 30, 4) is None


def test_some_values_that_are_not_finite_do_not_hide_the_rest() -> None:
    values = spread(count=500)
    values[:3] = np.nan, np.inf, -np.inf
    text = histogram_text(summarize(values), None, 30, 4)
    assert text is not None
    assert "█" in text.bars[-1]


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.37, 0.4), (-0.011, -0.015), (1.0, 1.0), (2.01, 3.0), (8.1, 10.0), (97.0, 100.0), (0.0, 0.0), (1.2e-7, 1.5e-7)],
)
def test_ends_are_rounded_away_from_0(value: float, rounded: float) -> None:
    assert round_away(value) == pytest.approx(rounded, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "label"), [(4.0, "4"), (-0.3, "−0.3"), (0.015, "0.015"), (-1e-5, "−1e−5"), (1.5e7, "1.5e7"), (0.0, "0")]
)
def test_end_labels_are_short(value: float, label: str) -> None:
    assert end_label(value) == label


def test_0_stands_under_its_tick() -> None:
    line, labels = axis_line(-4, 4, 36), axis_labels(-4, 4, 0.0, 36)
    assert line.index("┼") == labels.index("0") == 18
    assert (labels[:2], labels[-1]) == ("−4", "4")
    assert "┼" not in axis_line(0, 4, 36)


@pytest.mark.parametrize(("low", "high"), [(-0.015, 0.015), (0, 400), (-3e-5, 0)])
@pytest.mark.parametrize("zeros", [0.0, 0.004, 0.46, 1.0])
def test_labels_fit_and_keep_both_ends(low: float, high: float, zeros: float) -> None:
    for width in range(8, 60, 2):
        labels = axis_labels(low, high, zeros, width)
        assert len(labels) == max(width, len(end_label(low)) + len(end_label(high)))
        assert labels.startswith(end_label(low))
        assert labels.endswith(end_label(high)) or (high == 0 and zeros and labels.endswith(")"))


def test_few_values_have_wide_bins() -> None:
    """57 activations in 30 bins would be a comb; with both signs the number of bins stays even."""
    assert cells_a_bin(100_000, 36, both_signs=True) == 1
    assert cells_a_bin(57, 30, both_signs=False) == 2
    assert (36 // cells_a_bin(10, 36, both_signs=True)) % 2 == 0
    for width in range(8, 80, 2):
        for values in (0, 1, 10, 57, 128, 30_000):
            cells = cells_a_bin(values, width, both_signs=True)
            assert width % cells == 0
            assert cells == 1 or (width // cells) % 2 == 0


@pytest.mark.parametrize("shape", [(300, 10), (1000, 128), (7, 5), (4000, 64), (1,)])
def test_a_sample_has_as_much_of_every_column(shape: tuple[int, ...]) -> None:
    columns = np.broadcast_to(np.arange(shape[-1]), shape)
    found = np.bincount(sample(columns, 1000), minlength=shape[-1])
    assert found.sum() <= 1000
    assert found.max() - found.min() <= 1
    assert columns.size > 1000 or found.sum() == columns.size
