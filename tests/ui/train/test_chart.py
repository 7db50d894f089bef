"""The chart: its curves lie at the right height, and no values can end the process."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import plotext
import pytest

from tui_nn.render.scale import EpochAxis
from tui_nn.session.run.history import EpochRecord, History
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.timeline import Branch
from tui_nn.ui.kit.plot import Columns
from tui_nn.ui.train.chart import draw
from tui_nn.ui.train.chart_curves import BranchLine, Curves, RunLine
from tui_nn.ui.train.window import Window


def curves(train: list[float], test: list[float], *, kind: str = "loss", log: bool = False, plan: int = 20) -> Curves:
    records = tuple(EpochRecord(k, a, a, b, b) for k, (a, b) in enumerate(zip(train, test, strict=True)))
    return Curves((RunLine.of("this run", records),), kind, log, plan, math.log(10))


def with_branches(chart: Curves, *branches: Branch) -> Curves:
    """Return the chart with other branches of its live run."""
    others = tuple(BranchLine(branch, RunCurves.of(branch.history.records)) for branch in branches)
    return replace(chart, runs=(replace(chart.live, branches=others),))


def lines(chart: Curves, width: int = 49, height: int = 13) -> list[str]:
    rows, _ = draw(plotext, chart, width, height)
    return ["".join(text for text, _ in row) for row in rows]


def test_the_chart_has_the_size_it_is_given() -> None:
    """At every size of the terminal, each row has the requested width."""
    for width, height in ((30, 8), (49, 13), (81, 25), (200, 60)):
        shown = lines(curves([2.4, 1.0], [2.3, 0.8]), width, height)
        assert len(shown) == height
        assert {len(row) for row in shown} == {width}


def test_a_constant_loss_lies_on_its_tick() -> None:
    """A loss that is always 1.0 is drawn in the row of the tick 1.0."""
    shown = lines(curves([1.0] * 11, [1.0] * 11))
    row = next(row for row in shown if row.startswith("1.0"))
    assert sum("⠀" < character <= "⣿" for character in row) >= 20


def test_train_is_solid_and_test_is_dashed() -> None:
    """The two curves differ in their marks, not in colour alone."""
    shown = lines(curves([2.0] * 11, [1.0] * 11))
    dots = {tick: next(row for row in shown if row.startswith(tick))[4:].rstrip() for tick in ("2.0", "1.0")}
    assert "⠀" not in dots["2.0"].replace(" ", "⠀")
    assert " " in dots["1.0"]


def test_curves_and_axes_have_roles_not_colours() -> None:
    """The theme decides the colour of every part."""
    rows, _ = draw(plotext, curves([2.4, 1.0], [2.3, 0.8]), 49, 13)
    roles = {role for row in rows for _, role in row}
    assert {"chart--train", "chart--test", "chart--chance", "chart--axis"} <= roles


@pytest.mark.parametrize(
    ("newest", "plan", "end"),
    [(0, 20, "10"), (3, 20, "10"), (12, 20, "20"), (12, 400, "20"), (3, 5, " 5"), (950, 1000, "1,000")],
)
def test_the_axis_ends_at_a_round_epoch(newest: int, plan: int, end: str) -> None:
    """It does not end at the plan while the run is young, or most of the chart would be empty."""
    assert lines(curves([1.0] * (newest + 1), [1.0] * (newest + 1), plan=plan))[-1].endswith(end)


@pytest.mark.parametrize("height", [7, 11, 13, 25])
@pytest.mark.parametrize("largest", [3.0, 300.0, 1e9, 9e28])
def test_every_label_of_a_log_axis_is_whole(largest: float, height: int) -> None:
    """No label covers another, and over many decades the labels are evenly spaced."""
    shown = lines(curves([0.05, largest], [0.05, largest], log=True), 49, height)
    labels = [math.log10(float(row.split("┤")[0])) for row in shown if "┤" in row and row.split("┤")[0].strip()]
    assert len(labels) >= 2
    assert labels == sorted(labels, reverse=True)
    if largest > 1000:
        gaps = {round(above - below, 6) for above, below in pairwise(labels)}
        assert len(gaps) == 1, labels


NASTY = """
import math, random, plotext
from tui_nn.session.run.history import EpochRecord
from tui_nn.ui.train.chart import draw
from tui_nn.ui.train.chart_curves import Curves, RunLine
random.seed(0)
pool = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1e-300, 1e300, 1e308, -5.0, 2.3, 1.0, 1e-12, 1e12]
for number in range(80):
    length = random.choice([1, 2, 3, 10, 500])
    records = tuple(EpochRecord(k, *random.choices(pool, k=4)) for k in range(length))
    chart = Curves((RunLine.of("this run", records),), random.choice(["loss", "accuracy"]), random.random() < 0.5,
                   random.choice([1, 20, 10**6]), random.choice([0.45, math.log(10)]))
    draw(plotext, chart, random.choice([20, 49, 120]), random.choice([5, 13, 40]))
print("alive")
"""


def test_no_series_ends_the_process() -> None:
    """plotext aborts on a NaN in a line. 80 series with NaN, infinite and extreme values leave the process alive."""
    done = subprocess.run([sys.executable, "-c", NASTY], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "alive", done.stderr[-2000:]
    assert done.returncode == 0


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_a_long_run_costs_what_a_short_one_does(noise: float) -> None:
    """A curve of 100,000 epochs has the columns of one of 100, and no spike of it is lost."""
    random = np.random.default_rng(0)
    long, short = (1 + noise * random.random(epochs + 1) for epochs in (100_000, 100))
    long[77_777] = 9.0
    reduced, usual = Columns.of(long, EpochAxis(0, 100_000), 49), Columns.of(short, EpochAxis(0, 100), 49)
    assert len(reduced.low) == len(usual.low) <= 2 * 49
    assert reduced.high.max() == 9.0
    assert reduced.low.min() == long.min()
    x, _ = reduced.dots(0.0, 2.0, 11, (1, 0))
    assert len(x) <= 4 * 11 * len(reduced.low)


@pytest.mark.parametrize("newest", [1, 3, 20, 40])
@pytest.mark.parametrize("value", [0.3, 2.2, 2.3026, 2.4])
def test_the_name_of_another_branch_is_whole_and_does_not_cover_chance(newest: int, value: float) -> None:
    """It ends where its branch ends, however short that is, and has a row of its own."""
    records = tuple(EpochRecord(k, value, 0.1, value, 0.1) for k in range(newest + 1))
    other = Branch(History(records), "a longer name", parent=0)
    shown = "\n".join(lines(with_branches(curves([2.0] * 41, [1.0] * 41, plan=40), other)))
    assert " a longer name" in shown
    assert " chance: ln 10 = 2.303" in shown


@pytest.mark.parametrize("newest", [0, 1, 2, 3, 20])
@pytest.mark.parametrize("size", [(30, 8), (49, 13), (81, 25)])
def test_a_name_covers_no_dot_of_train_or_test(newest: int, size: tuple[int, int]) -> None:
    """Every dot of train and test is where it would be without a name, also where the curves fall steeply."""
    fall = [2.4, 0.9, 0.6, *[0.5] * 17, 0.4]
    shown = curves(fall, [value * 0.95 for value in fall])
    records = tuple(EpochRecord(k, 0.0, 0.0, value, 0.0) for k, value in enumerate(fall[: newest + 1]))
    other = with_branches(shown, Branch(History(records), "branch 2", parent=0))
    nameless = with_branches(shown, Branch(History(records), "", parent=0))
    roles = {"chart--train", "chart--test"}

    def dots(chart: Curves) -> set[tuple[int, int, str]]:
        rows, _ = draw(plotext, chart, *size)
        cells = [[(c, role) for text, role in row for c in text] for row in rows]
        return {
            (y, x, c) for y, row in enumerate(cells) for x, (c, role) in enumerate(row) if role in roles and c != "⠀"
        }

    assert dots(other) == dots(nameless)
    assert " branch 2" in "".join(lines(other, *size)) or size == (30, 8), "it is left out only if there is no room"


def test_another_run_is_a_faint_line_with_its_name() -> None:
    """The chart takes a list of runs. The first one is live, and the others show their test values."""
    alone = curves([2.0] * 11, [1.0] * 11)
    frozen = RunLine.of("wide", tuple(EpochRecord(k, 0.3, 0.9, 0.4, 0.8) for k in range(11)))
    rows, _ = draw(plotext, replace(alone, runs=(alone.live, frozen)), 49, 13)
    faint = [text for row in rows for text, role in row if role == "chart--before"]
    assert "wide" in "".join(faint)
    assert any("⠀" < character <= "⣿" for text in faint for character in text)
    assert "chart--before" not in {role for row in draw(plotext, alone, 49, 13)[0] for _, role in row}


def test_validation_is_a_third_curve() -> None:
    records = tuple(EpochRecord(k, 2.0, 0.1, 1.0, 0.2, validation_loss=1.5, validation_accuracy=0.3) for k in range(11))
    alone = curves([2.0] * 11, [1.0] * 11)
    rows, _ = draw(plotext, replace(alone, runs=(RunLine.of("this run", records),)), 49, 13)
    assert "chart--validation" in {role for row in rows for _, role in row}
    assert "chart--validation" not in {role for row in draw(plotext, alone, 49, 13)[0] for _, role in row}


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("value", [0.002, 0.05, 0.4, 2.0, 9.0, 400.0])
def test_another_branch_lies_at_its_own_height(value: float, log: bool) -> None:
    """A logarithmic axis reaches down to it. What is above the axis is not drawn, and its name says where it is."""
    other = Branch(History(tuple(EpochRecord(k, value, 0.1, value, 0.1) for k in range(11))), "X", parent=0)
    rows, _ = draw(plotext, with_branches(curves([0.3] * 11, [0.2] * 11, log=log, plan=10), other), 49, 25)
    faint = [
        y for y, row in enumerate(rows[:-2]) for text, role in row
        if role == "chart--other" and any("⠀" < character <= "⣿" for character in text)
    ]  # fmt: skip
    above = "X ↑" in "".join(text for row in rows for text, _ in row)
    assert above == (value > 3)
    assert bool(faint) == (value < 3)
    ticks = {}
    for y, row in enumerate(rows[:-2]):
        label = "".join(text for text, _ in row).split("┤")[0].strip()
        if "┤" in "".join(text for text, _ in row) and label:
            ticks[y] = float(label)
    # The rows of two ticks give the height of every other row.
    (low, below), (high, beyond) = max(ticks.items()), min(ticks.items())
    place = math.log10 if log else float
    share = (place(value) - place(below)) / (place(beyond) - place(below))
    expected = low + share * (high - low)
    assert all(abs(y - expected) <= 1 for y in faint), (faint, expected, ticks)


def test_a_loss_of_0_has_no_height_on_a_logarithmic_axis() -> None:
    shown, _ = draw(plotext, curves([1.5] * 11, [1.2] * 5 + [0.0] * 6, log=True, plan=10), 49, 25)
    cells = [
        (y, x) for y, row in enumerate(shown[:-2])
        for x, (c, role) in enumerate([(c, role) for text, role in row for c in text])
        if role == "chart--test" and "⠀" < c <= "⣿"
    ]  # fmt: skip
    assert len({y for y, _ in cells}) == 1
    assert max(x for _, x in cells) < 30


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.1])
def test_the_names_of_two_lines_do_not_touch(gap: float) -> None:
    """Two branches that end side by side have their names apart, or in different rows."""
    others = [
        Branch(History(tuple(EpochRecord(k, v, 0.1, v, 0.1) for k in range(21))), name, parent=0)
        for name, v in (("first", 0.5), ("branch 3", 0.5 + gap), ("branch 4", 0.5 - gap))
    ]
    rows, _ = draw(plotext, with_branches(curves([2.0] * 21, [1.0] * 21), *others), 49, 13)
    for row in rows:
        text = "".join(text for text, _ in row)
        for name in ("first", "branch 3", "branch 4"):
            at = text.find(name)
            if at > 0:
                end = text[at + len(name) : at + len(name) + 1]
                assert not text[at - 1].isalnum(), text
                assert not end.isalnum(), text


@pytest.mark.parametrize(("classes", "words"), [(26, "chance: ln 26 = 3.258"), (2, "chance: ln 2 = 0.693")])
def test_chance_depends_on_the_number_of_classes(classes: int, words: str) -> None:
    chart = replace(curves([2.4, 1.0], [2.3, 0.8]), classes=classes, chance=math.log(classes))
    assert words in "\n".join(lines(chart))
    assert f"chance: {100 / classes:.3g} %" in "\n".join(lines(replace(chart, kind="accuracy")))


@pytest.mark.parametrize("measured", [True, False])
def test_the_run_before_shows_validation_where_both_runs_have_it(measured: bool) -> None:
    with_validation = RunLine.of(
        "A", tuple(EpochRecord(k, 2.0, 0.1, 1.0, 0.2, validation_loss=1.5, validation_accuracy=0.3) for k in range(11))
    )
    alone = curves([2.0] * 11, [1.0] * 11)
    live = with_validation if measured else alone.live
    (before,) = replace(alone, runs=(live, with_validation)).others
    assert before.values[3] == (1.5 if measured else 1.0)
    (before,) = replace(alone, runs=(live, alone.live)).others
    assert before.values[3] == 1.0


@pytest.mark.parametrize("log", [False, True])
def test_a_part_of_the_run_has_an_axis_for_its_own_values(log: bool) -> None:
    """The newest epochs are far below chance, which is above the axis then."""
    falls = [2.3] * 10 + [0.02] * 11
    whole = curves(falls, falls, log=log)
    part = replace(whole, window=Window(span=10))
    assert "chance: ln 10 = 2.303 ↑" in lines(part)[0]
    assert "↑" not in "\n".join(lines(whole))
    highest = max(float(row.split("┤")[0]) for row in lines(part) if row.split("┤")[0].strip() and "┤" in row)
    assert highest < 0.05
