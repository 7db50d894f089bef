"""Undo of a restart, a change or an edit: the run is again what it was, and undo of undo redoes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.session import Session, UndoError
from tui_nn.session.run.snapshot import Snapshot

DATA = load_bundled()
SMALL = replace(DATA, train=DATA.train.first(150), test=DATA.test.first(60))
NETWORK = NetworkConfig(hidden_sizes=(6,))
TRAINING = TrainingConfig(optimizer="momentum", batch_size=40, learning_rate=0.05)


@pytest.fixture
def session() -> Session:
    """Return a session with two branches, inside an epoch."""
    session = Session(SMALL, NETWORK, TRAINING)
    for _ in session.run(3):
        pass
    session.seek(1)
    session.change(replace(TRAINING, learning_rate=0.1))
    session.step_epoch()
    session.step_batch()
    return session


def same(one: Snapshot, two: Snapshot) -> bool:
    return (
        (one.run, one.branch, one.place, one.history) == (two.run, two.branch, two.place, two.history)
        and [branch.name for branch in one.branches] == [branch.name for branch in two.branches]
        and (one.network, one.training, one.preset) == (two.network, two.training, two.preset)
        and np.array_equal(one.parameters.vector, two.parameters.vector)
        and all(map(np.array_equal, one.moments, two.moments))
    )


def test_nothing_can_be_undone_in_a_new_session() -> None:
    with pytest.raises(UndoError, match="nothing to undo"):
        Session(SMALL, NETWORK, TRAINING).undo()


def test_a_restart_is_undone_and_redone(session: Session) -> None:
    old = session.snapshot()
    session.restart(NetworkConfig(hidden_sizes=(9,)), TRAINING, preset="wide")
    new = session.step_epoch()
    assert same(session.undo(), old)
    assert same(session.undo(), new)


def test_a_run_that_is_back_trains_on_and_travels_as_if_it_had_never_left(session: Session) -> None:
    twin = Session.restored(SMALL, session.snapshot())
    session.restart(NETWORK, TRAINING)
    session.undo()
    assert same(session.step_epoch(), twin.step_epoch())
    assert same(session.seek(1), twin.seek(1))


def test_a_change_is_undone_with_the_epochs_after_it(session: Session) -> None:
    old = session.snapshot()
    session.change(replace(session.training, momentum=0.5))
    session.step_epoch()
    assert same(session.undo(), old)


def test_an_edit_is_undone(session: Session) -> None:
    old = session.snapshot()
    session.edit((Edit(OFF, 0, 2),))
    assert same(session.undo(), old)


def test_other_data_are_undone(session: Session) -> None:
    old = session.snapshot()
    session.train_on(replace(SMALL, train=DATA.train.first(80)))
    assert same(session.undo(), old)
    assert session.dataset is SMALL


def test_a_change_that_is_refused_or_changes_nothing_leaves_the_last_undo(session: Session) -> None:
    old = session.snapshot()
    session.restart(NETWORK, TRAINING)
    session.change(session.training)
    with pytest.raises(ConfigError):
        session.change(replace(session.training, seed=9))
    assert same(session.undo(), old)


def test_an_untrained_run_does_not_take_the_place_of_the_trained_run_before_it(session: Session) -> None:
    old = session.snapshot()
    session.restart(NETWORK, TRAINING)
    session.change(replace(TRAINING, learning_rate=0.2))
    new = session.restart(NETWORK, replace(TRAINING, seed=4))
    assert same(session.undo(), old)
    assert same(session.undo(), new)


def test_start_weights_that_were_edited_are_kept_for_undo(session: Session) -> None:
    session.restart(NETWORK, TRAINING)
    edited = session.edit((Edit(OFF, 0, 2),))
    session.restart(NETWORK, TRAINING)
    assert same(session.undo(), edited)


def test_every_run_of_a_session_has_its_own_number(session: Session) -> None:
    numbers = [session.restart(NETWORK, TRAINING).run, session.undo().run, session.restart(NETWORK, TRAINING).run]
    assert numbers == [2, 1, 3]
