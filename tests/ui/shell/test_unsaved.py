"""What is not saved is not thrown away unasked: one rule for ctrl+q and for all that begins another run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from piloting import press, settle, snapshot, text

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.engine.commands import Restart, StepBatch
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.shell import unsaved
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.unsaved import Kept, Unsaved
from tui_nn.ui.train.branches import _best

SMALL = {"hidden_sizes": (4,), "train_limit": 200, "batch_size": 40}


def branched() -> Session:
    """Four epochs on the first branch, then from epoch 2 one on another."""
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(4,)), TrainingConfig(train_limit=200, batch_size=40))
    for _ in range(4):
        session.step_epoch()
    session.seek(2)
    session.change(replace(session.training, learning_rate=0.3))
    session.step_epoch()
    return session


def test_all_branches_count_and_what_was_inherited_does_not() -> None:
    """The seconds are those of five epochs, whichever branch is shown."""
    session = branched()
    now = session.snapshot()
    lost = Unsaved.of(now, None)
    first, second = (branch.history.records for branch in now.branches)
    assert (lost.epochs, lost.branches) == (5, 2)
    assert lost.seconds == pytest.approx(sum(r.seconds for r in (*first, second[-1])))
    session.switch(0)
    assert Unsaved.of(session.snapshot(), None) == lost


def test_what_is_in_the_file_is_not_lost() -> None:
    """After a save only what was trained since counts, and what another run has saved is nothing to this one."""
    session = branched()
    kept = Kept.all_of(session.snapshot())
    assert Unsaved.of(session.snapshot(), kept) == Unsaved()
    session.step_batch()
    assert Unsaved.of(session.snapshot(), kept).branches == 1
    session.step_epoch()
    lost = Unsaved.of(session.snapshot(), kept)
    assert (lost.epochs, lost.branches) == (1, 1)
    assert Unsaved.of(session.snapshot(), replace(kept, run=kept.run + 1)).epochs == 6


def test_of_an_epoch_saved_half_way_the_other_half_counts() -> None:
    session = branched()
    session.step_batch()
    half = session.snapshot()
    kept = Kept.all_of(half)
    session.step_batch()
    more = session.snapshot()
    rest = more.progress.seconds - half.progress.seconds
    assert Unsaved.of(more, kept).seconds == pytest.approx(rest)
    session.step_epoch()
    last = session.snapshot().history.records[-1]
    assert Unsaved.of(session.snapshot(), kept).seconds == pytest.approx(last.seconds - half.progress.seconds)


def test_words_name_nothing_that_there_is_none_of() -> None:
    assert Unsaved(1, 1, 0.9).words == "1 epoch"
    assert Unsaved(44, 3, 1.2).words == "44 epochs, 3 branches, 1 second of training"
    assert Unsaved(1200, 1, 61.0).words == "1,200 epochs, 61 seconds of training"


def asked(pilot: Any) -> bool:
    return isinstance(pilot.app.screen, Ask)


async def test_quitting_asks_once_and_only_for_what_is_not_saved(
    open_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """esc stays, ctrl+s makes the question needless."""
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(save_as=str(tmp_path / "a.run"), **SMALL) as pilot:
        await press(pilot, "space", "ctrl+q")
        assert asked(pilot)
        for words in ("Quit without saving?", "you lose 1 epoch.", "ctrl+s", "enter quit", "esc stay"):
            assert words in text(pilot)
        await press(pilot, "escape")
        assert not asked(pilot)
        assert snapshot(pilot).epoch == 1
        await press(pilot, "ctrl+s")
        await pilot.press("ctrl+q")
        assert not asked(pilot)
        assert pilot.app._exit


@pytest.mark.parametrize("key", ["ctrl+q", "enter"])
async def test_a_second_ctrl_q_or_enter_quits(open_app: Any, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "ctrl+q")
        assert asked(pilot)
        assert not pilot.app._exit
        await pilot.press(key)
        assert pilot.app._exit


async def test_a_run_that_is_only_about_to_train_takes_the_place_behind(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """b and N arrive together: the engine trains a batch before N, so N loses the run before, and asks first."""
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "N")
        assert snapshot(pilot).epoch == 0
        screen, seen = pilot.app.screen, snapshot(pilot)
        screen.send(StepBatch())
        restart = Restart(seen.network, seen.training, seen.preset)
        screen.door.start_over(StartOver(restart, "Start over?", ""))
        assert screen.snapshot is seen  # The batch is not reported yet.
        await settle(pilot)
        assert asked(pilot)


async def test_a_short_run_and_a_lost_engine_keep_nobody(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space")
        assert pilot.app.screen.question_before_quitting() is None
        monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
        assert pilot.app.screen.question_before_quitting() is not None
        pilot.app.screen.set_stopped("it ended")
        assert pilot.app.screen.question_before_quitting() is None


async def test_two_branches_are_asked_about_before_the_app_quits(open_app: Any) -> None:
    """However short they were; the list of branches counts what was inherited, as Train does."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 4, "left_square_bracket", "left_square_bracket")
        await press(pilot, "1", "tab", "right", "a", "2", "space", "ctrl+q")
        assert asked(pilot)
        assert "5 epochs, 2 branches" in text(pilot)
        await press(pilot, "escape")
        assert snapshot(pilot).epoch == 3


async def test_a_restart_asks_only_if_an_unsaved_run_would_be_lost(
    open_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first restart asks nothing, because ctrl+u brings the run back. An untrained run does not
    take its place, but a trained one does.
    """
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(save_as=str(tmp_path / "a.run"), **SMALL) as pilot:
        await press(pilot, "space", "space", "R")
        assert not asked(pilot)
        assert snapshot(pilot).epoch == 0
        assert any("ctrl+u brings back the previous run" in notice.message for notice in pilot.app._notifications)
        await press(pilot, "2", "t", "right", "enter", "N")
        assert not asked(pilot), "ctrl+u still brings the trained run back"
        assert snapshot(pilot).training.learning_rate == 0.3
        for keys in (["ctrl+q"], ["ctrl+u", "R", "space", "N"]):
            await press(pilot, *keys)
            assert asked(pilot)
            shown = " ".join(text(pilot).split())
            assert "The previous run is not saved (2 epochs)" in shown
            await press(pilot, "escape")
        await press(pilot, "t", "right", "enter")
        assert asked(pilot)
        assert snapshot(pilot).training.learning_rate == 0.1
        await press(pilot, "escape", "ctrl+u")
        assert snapshot(pilot).epoch == 2
        await press(pilot, "ctrl+s", "ctrl+u", "N")
        assert not asked(pilot), "the run before is in a file"


async def test_a_change_after_a_restart_is_what_ctrl_u_undoes_then(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After this, no run is left that a restart could lose."""
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "R", "space", "t", "right", "enter", "enter")
        assert snapshot(pilot).training.learning_rate == 0.3
        await press(pilot, "N")
        assert not asked(pilot)
        assert snapshot(pilot).training.seed == 1


def test_best_of_a_branch_is_that_of_its_history() -> None:
    """As `★ best` in Train: a branch that only got worse has the best epoch that it inherited."""
    now: Snapshot = branched().snapshot()
    branch = now.branches[1]
    worse = replace(branch.history.records[-1], test_loss=9.0)
    history = replace(branch.history, records=(*branch.history.records[:-1], worse))
    assert history.best is not None
    assert _best(replace(branch, history=history)) == f"{history.best.test_loss:.3f}"
