"""The comparison of runs: choices, chart, table, and how many keys it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plotext
import pytest
from piloting import drawn, press, rows, settle, snapshot, text

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.session import Session
from tui_nn.ui.train.compare.chart import CompareChart, draw_runs
from tui_nn.ui.train.compare.comparison import Comparison
from tui_nn.ui.train.compare.view import CompareView
from tui_nn.ui.train.two_runs import score_text, settings_in_words

DATA = load_bundled()
SMALL = replace(DATA, train=DATA.train.first(40), test=DATA.test.first(20))


def curves(*losses: float) -> RunCurves:
    values = np.array(losses)
    unknown = np.full(len(losses), np.nan)
    return RunCurves(
        {
            "train_loss": values, "train_accuracy": 1 / (1 + values), "test_loss": values,
            "test_accuracy": 1 / (1 + values), "validation_loss": unknown, "validation_accuracy": unknown,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def runs() -> RunSet:
    """Return a live run A of three epochs, B of six, and C that diverged after two."""
    summary = Session(SMALL, NetworkConfig(hidden_sizes=(3,)), TrainingConfig()).summary()
    live = NamedRun("A", "quick-start", replace(summary, curves=curves(2.4, 1.0, 0.5, 0.4)), SMALL.test, live=True)
    faster, fastest = TrainingConfig(learning_rate=0.5), TrainingConfig(learning_rate=3.0)
    slow = curves(2.2, 1.8, 1.5, 1.3, 1.2, 1.2, 1.1)
    long = replace(summary, curves=slow, training=faster, begun_with=faster)
    broken = replace(summary, curves=curves(2.4, 9.0, 1e9), training=fastest, begun_with=fastest)
    frozen = (NamedRun("B", "b.run", long, SMALL.test), NamedRun("C", "c.run", broken, SMALL.test))
    return RunSet(live, frozen)


def shown(comparison: Comparison, width: int = 60, height: int = 16) -> list[str]:
    return ["".join(piece for piece, _ in row) for row in draw_runs(plotext, comparison, width, height)]


def test_the_cursor_starts_at_the_last_epoch_that_all_shown_runs_have(runs: RunSet) -> None:
    comparison = Comparison(()).of(runs)
    assert comparison.epoch == 2
    without_c = comparison.turn()
    assert (without_c.hidden, without_c.epoch) == ({"C"}, 3)
    assert without_c.move(99).epoch == 6
    assert without_c.move(-99).epoch == 0


def test_the_chosen_run_is_compared_with_the_live_one(runs: RunSet) -> None:
    comparison = Comparison(()).of(runs)
    pairs = []
    for step in range(4):
        pair = comparison.choose(step).pair if step else comparison.pair
        assert pair is not None
        pairs.append("".join(run.letter for run in pair))
    assert pairs == ["AC", "AC", "AB", "AC"]


def test_the_last_run_that_is_shown_cannot_be_hidden(runs: RunSet) -> None:
    comparison = Comparison(()).of(runs)
    for letter in "ABC":
        comparison = replace(comparison, chosen=letter).turn()
    assert [run.letter for run in comparison.shown] == ["C"]


def test_choices_stay_while_runs_come_and_go(runs: RunSet) -> None:
    comparison = replace(Comparison(()).of(runs), chosen="C", hidden=frozenset("C"), cursor=1)
    assert comparison.of(runs) == comparison
    fewer = comparison.of(runs.without("C"))
    assert (fewer.chosen, fewer.hidden, fewer.cursor) == ("", frozenset(), 1)


def test_each_curve_bears_its_letter_and_a_diverged_run_flattens_no_other(runs: RunSet) -> None:
    rows = shown(Comparison(()).of(runs))
    assert {len(row) for row in rows} == {60}
    chart = "\n".join(rows[:-2])
    assert all(letter in chart.replace("chance", "") for letter in "AB")
    top = float(rows[0].split("┤")[0]) if "┤" in rows[0] else float(rows[1].split("┤")[0])
    assert top < 10
    a, b = (next(y for y, row in enumerate(rows) if letter in row) for letter in "AB")
    assert b < a or "A" in rows[b]


@pytest.mark.parametrize("kind", ["loss", "accuracy"])
@pytest.mark.parametrize("log", [False, True])
def test_hidden_runs_are_not_drawn(runs: RunSet, kind: str, log: bool) -> None:
    comparison = replace(Comparison(()).of(runs), kind=kind, log=log, hidden=frozenset("BC"))
    roles = {role for row in draw_runs(plotext, comparison, 60, 16) for _, role in row}
    assert "chart--run-a" in roles
    assert not roles & {"chart--run-b", "chart--run-c"}


def test_settings_are_named_as_far_as_there_is_room(runs: RunSet) -> None:
    first, second = runs.live, runs.frozen[0]
    assert settings_in_words(first, second, 40) == ("learning rate 0.1", "learning rate 0.5")
    assert settings_in_words(first, first, 40) == ("none", "none")
    assert settings_in_words(first, second, 4) == ("lr …", "lr …")


def test_an_untrained_run_has_no_score(runs: RunSet) -> None:
    assert score_text(None) == "untrained"
    last = runs.live.summary.curves.last("test")
    texts = score_text(last), score_text(last, "loss"), score_text(last, "accuracy")
    assert texts == ("0.400  71.4 %  at 3", "0.400 at 3", "71.4 % at 3")


async def test_in_ascii_the_sample_of_a_curve_is_the_letter_that_draws_it(open_app: Any) -> None:
    async with open_app((120, 40), ascii_only=True, hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space", "N", "space", "N", "space", "C")
        await drawn(pilot)
        for letter in "ABC":
            drawn_with = CompareChart.PLAIN[f"chart--run-{letter.lower()}"]
            assert drawn_with == letter.lower()
            (row,) = [row for row in rows(pilot) if f"O {letter} " in row]
            assert f"O {letter} {2 * drawn_with} " in row


async def test_two_sizes_are_compared_in_six_keys(open_app: Any) -> None:
    """From a trained run: another size, then the comparison."""
    async with open_app(hidden_sizes=(8,), train_limit=200, epochs=2) as pilot:
        await press(pilot, "r")
        await settle(pilot)
        await press(pilot, "1", "left", "a", "r", "C")
        await settle(pilot)
        await drawn(pilot)
        seen = text(pilot)
        assert "hidden sizes: A 8, B none" in seen or "hidden sizes: A 8, B" in seen
        assert "A alone reads" in seen or "classify the same" in seen
        view = pilot.app.screen.query_one(CompareView)
        assert view.has_focus
        assert pilot.app.screen.current_look.text.startswith("train/compare")
        await press(pilot, "up", "x", "right", "o", "v", "y")
        assert view.comparison is not None
        assert (view.comparison.hidden, view.comparison.split, view.comparison.log) == ({"B"}, "test", True)
        await press(pilot, "escape")
        assert pilot.app.screen.current_look.text.startswith("train/log-loss")
        assert snapshot(pilot).epoch == 2


async def test_six_runs_have_names_and_a_seventh_says_which_run_has_left(open_app: Any) -> None:
    """The table has all columns on the smallest screen, and says that three validation examples are few."""
    async with open_app((120, 40), hidden_sizes=(8,), train_limit=50) as pilot:
        await press(pilot, "space", *["N", "space"] * 5, "C")
        await drawn(pilot)
        for letter, name in (("A", "seed 0"), ("F", "seed 5 (live)")):
            (row,) = [row for row in rows(pilot) if f"● {letter} " in row]
            assert f" {name} " in row
        assert "Only 3 examples decide the validation accuracy: each counts for 33 percentage points" in text(pilot)
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        assert "at epoch 1  last validation best validation" in text(pilot)
        assert "Only 3 examples for validation: small gaps mean little." in text(pilot)
        await press(pilot, "C")
        await settle(pilot)
        (head,) = [row for row in rows(pilot) if "best validation" in row]
        assert head.split("best validation")[0] == "           last validation "
        assert "Only 3 examples for validation" in text(pilot)
        assert "by 3 examples: epoch 1" in text(pilot)
        await press(pilot, "N")
        (said,) = (notice.message for notice in pilot.app._notifications if "left" in notice.message)
        assert said == (
            "The comparison holds at most 6 runs, so the oldest run A (seed 0) has left it. The new run is A."
        )
