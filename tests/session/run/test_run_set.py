"""A set of runs: one live, the others frozen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_names import run_names
from tui_nn.session.run.run_set import MOST_RUNS, NamedRun, RunSet, same_examples
from tui_nn.session.run.run_summary import RunSummary, different_settings
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

DATA = load_bundled()
SMALL = replace(DATA, train=DATA.train.first(40), test=DATA.test.first(20))
NETWORK, TRAINING = NetworkConfig(hidden_sizes=(3,)), TrainingConfig()


@pytest.fixture(scope="module")
def snapshots() -> list[Snapshot]:
    """Return the snapshots of eight runs of one session, each after one epoch."""
    session = Session(SMALL, NETWORK, TRAINING)
    found = [session.step_epoch()]
    for seed in range(1, 8):
        session.restart(NETWORK, replace(TRAINING, seed=seed))
        found.append(session.step_epoch())
    return found


def letters(runs: RunSet) -> str:
    return "".join(run.letter for run in runs.runs)


def test_another_run_freezes_the_live_one_and_the_oldest_leaves(snapshots: list[Snapshot]) -> None:
    runs = RunSet.of(snapshots[0], SMALL.test)
    assert runs.previous is None
    seen = []
    for snapshot in snapshots[1:]:
        runs = runs.with_live(snapshot, SMALL.test)
        seen.append(letters(runs))
    assert seen == ["BA", "CAB", "DABC", "EABCD", "FABCDE", "ABCDEF", "BCDEFA"]
    assert len(runs.runs) == MOST_RUNS
    assert runs.live.summary.run == 8
    assert runs.previous is runs.frozen[-1]


def test_a_set_names_the_runs_that_left_it(snapshots: list[Snapshot]) -> None:
    runs = RunSet.of(snapshots[0], SMALL.test)
    left = []
    for snapshot in (*snapshots[1:7], snapshots[3]):
        before, runs = runs, runs.with_live(snapshot, SMALL.test)
        left.append("".join(run.letter for run in runs.left_since(before)))
    assert left == ["", "", "", "", "", "A", ""]


def test_runs_with_equal_titles_are_named_by_what_differs() -> None:
    def run(letter: str, title: str = "quick-start", *, sizes: tuple[int, ...] = (3,), **settings: Any) -> NamedRun:
        training = replace(TRAINING, **settings)
        summary = Session(SMALL, NetworkConfig(hidden_sizes=sizes), training).summary()
        return NamedRun(letter, title, summary, SMALL.test)

    runs = [run("A"), run("B", learning_rate=0.3), run("C", learning_rate=0.3, batch_size=16), run("D", "b.run")]
    assert run_names(runs) == {
        "A": ("learning rate 0.1, batch size 64", "lr 0.1, bs 64", "quick-start"),
        "B": ("learning rate 0.3, batch size 64", "lr 0.3, bs 64", "lr 0.3"),
        "C": ("learning rate 0.3, batch size 16", "lr 0.3, bs 16", "lr 0.3 bs 16"),
        "D": ("b.run",),
    }
    assert run_names([run("A"), run("B")]) == {"A": ("quick-start",), "B": ("quick-start",)}


def test_a_run_that_is_live_again_has_its_old_letter(snapshots: list[Snapshot]) -> None:
    runs = RunSet.of(snapshots[0], SMALL.test).with_live(snapshots[1], SMALL.test)
    back = runs.with_live(snapshots[0], SMALL.test)
    assert letters(back) == "AB"
    assert letters(back.with_live(snapshots[1], SMALL.test)) == "BA"


def test_a_run_from_a_file_stays_while_others_leave(snapshots: list[Snapshot]) -> None:
    file = ("wide.run", RunSummary.of(snapshots[7]), SMALL.test)
    runs = RunSet.of(snapshots[0], SMALL.test, [file])
    for snapshot in snapshots[1:7]:
        runs = runs.with_live(snapshot, SMALL.test)
    assert [run.title for run in runs.runs if run.from_file] == ["wide.run"]
    assert len(runs.runs) == MOST_RUNS
    assert letters(runs.without("B")).find("B") == -1


def test_an_untrained_run_is_not_kept(snapshots: list[Snapshot]) -> None:
    untrained = Session(SMALL, NETWORK, TRAINING).snapshot()
    assert letters(RunSet.of(untrained, SMALL.test).with_live(snapshots[1], SMALL.test)) == "A"


def test_frozen_runs_keep_to_their_memory(snapshots: list[Snapshot], monkeypatch: pytest.MonkeyPatch) -> None:
    size = RunSummary.of(snapshots[0]).bytes
    monkeypatch.setattr("tui_nn.session.run.run_set.FROZEN_BYTES", 2 * size)
    runs = RunSet.of(snapshots[0], SMALL.test)
    for snapshot in snapshots[1:5]:
        runs = runs.with_live(snapshot, SMALL.test)
    assert [run.summary.run for run in runs.frozen] == [3, 4]


def test_the_last_state_of_a_run_replaces_the_one_that_was_shown() -> None:
    session = Session(SMALL, NETWORK, TRAINING)
    runs = RunSet.of(session.step_epoch(), SMALL.test)
    session.step_epoch()
    last = session.summary()
    runs = runs.with_live(session.restart(NETWORK, TRAINING), SMALL.test)
    assert [len(run.summary.curves) for run in runs.frozen] == [2]
    assert [len(run.summary.curves) for run in runs.with_final(last).frozen] == [3]


def test_curves_of_a_longer_history_continue_those_of_a_shorter() -> None:
    session = Session(SMALL, NETWORK, TRAINING)
    first = RunCurves.of(session.step_epoch().history.records)
    later = session.step_epoch().history
    grown, whole = RunCurves.of(later.records, first), RunCurves.of(later.records)
    for name, values in whole.values.items():
        assert np.array_equal(grown.values[name], values, equal_nan=True)
    assert RunCurves.of(later.records, grown) is grown
    other = Session(SMALL, NETWORK, replace(TRAINING, seed=5)).step_epoch().history
    assert RunCurves.of(other.records, first).values["test_loss"][1] == other.records[1].test_loss


def test_the_best_epoch_is_the_first_with_the_lowest_loss() -> None:
    losses = np.array([0.1, 2.0, 1.0, 1.0, np.nan])
    curves = RunCurves({"test_loss": losses, "test_accuracy": np.arange(5.0)})
    assert curves.best("test") == (2, 1.0, 2.0)
    assert RunCurves({"test_loss": losses[:1], "test_accuracy": losses[:1]}).best("test") is None


def test_settings_differ_only_where_they_have_an_effect() -> None:
    one = Session(SMALL, NETWORK, TRAINING).summary()
    two = Session(SMALL, replace(NETWORK, leaky_slope=0.3), replace(TRAINING, learning_rate=0.5)).summary()
    assert [(s.name, texts) for s, texts in different_settings(one, two)] == [("learning_rate", ("0.1", "0.5"))]


def test_a_changed_setting_names_both_values() -> None:
    session = Session(SMALL, NETWORK, TRAINING)
    before = session.summary()
    session.step_epoch()
    session.change(replace(TRAINING, learning_rate=0.5))
    assert [texts for _, texts in different_settings(before, session.summary())] == [("0.1", "0.1 → 0.5")]


def test_a_setting_that_was_changed_before_the_first_update_has_one_value() -> None:
    session = Session(SMALL, NETWORK, TRAINING)
    session.change(replace(TRAINING, learning_rate=0.5))
    session.step_epoch()
    session.change(replace(TRAINING, learning_rate=0.5, momentum=0.5, optimizer="momentum"))
    rate, momentum = (next(s for s in TRAINING.settings if s.name == name) for name in ("learning_rate", "momentum"))
    assert (session.summary().shown(rate), session.summary().shown(momentum)) == ("0.5", "0.9 → 0.5")


def test_runs_disagree_only_about_the_same_examples(snapshots: list[Snapshot]) -> None:
    runs = RunSet.of(snapshots[0], SMALL.test, [("b.run", RunSummary.of(snapshots[1]), SMALL.test)])
    first, second = runs.runs
    found = first.disagreement(second)
    assert isinstance(found, Disagreement)
    right = [int((run.summary.evaluation.predicted == SMALL.test.labels).sum()) for run in runs.runs]
    assert found.first_only - found.second_only == right[0] - right[1]
    other = replace(second, test=DATA.test.first(21))
    assert first.disagreement(other) is None
    copy = replace(SMALL.test, images=SMALL.test.images.copy())
    assert same_examples(copy, SMALL.test)
