"""The microscope with both engines: no act is lost, and both show the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.commands import Act, DropUpdate, FinishUpdate, Run
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.engine.process import ProcessEngine
from tui_nn.session.run.snapshot import State


@pytest.fixture(params=[InlineEngine, ProcessEngine], ids=["inline", "process"])
def engine(request: pytest.FixtureRequest, small: Start, drive: Callable[..., Any]):
    engine = request.param(small)
    yield drive(engine)
    engine.close()


def test_acts_come_one_by_one_with_all_that_was_before_them(engine: Any, small: Start) -> None:
    for count in range(1, 12):
        engine.send(Act())
        snapshot = engine.until_snapshot(lambda s, count=count: s.update is not None and s.update.done == count)
        assert len(snapshot.update.z) == min(count // 2, 2)
        assert snapshot.status.state is (State.INSIDE if count < 11 else State.PAUSED)
        assert snapshot.step == (0 if count < 11 else 1)
    assert np.array_equal(snapshot.update.step.after.vector, snapshot.parameters.vector)


def test_many_keys_at_once_lose_no_act(engine: Any) -> None:
    for _ in range(14):
        engine.send(Act())
    snapshot = engine.until_snapshot(lambda s: s.update is not None and s.update.batch == 2 and s.update.done == 3)
    assert snapshot.status.state is State.INSIDE
    assert snapshot.progress.step == 1
    # An act may be dropped with what was done before it.
    engine.send(Act())
    engine.send(DropUpdate())
    snapshot = engine.until_snapshot(lambda s: s.update is None)
    assert (snapshot.progress.step, snapshot.status.state) == (1, State.PAUSED)


def test_an_act_pauses_a_run_after_the_batch_in_hand(engine: Any) -> None:
    engine.send(Run())
    engine.until_snapshot(lambda s: s.epoch > 0)
    engine.send(Act())
    snapshot = engine.until_snapshot(lambda s: s.status.state is State.INSIDE)
    assert snapshot.update.done == 1
    assert snapshot.update.batch == snapshot.progress.batch + 1
    assert np.array_equal(snapshot.update.before.vector, snapshot.parameters.vector)
    engine.send(FinishUpdate())
    finished = engine.until_snapshot(lambda s: s.update is not None and s.update.complete)
    assert finished.progress.step == snapshot.progress.step + 1
    assert finished.status.state is not State.RUNNING


def test_a_run_that_diverged_shows_the_update_that_failed(but: Any, small: Start, drive: Any) -> None:
    assert small.network is not None
    start = replace(but(small, learning_rate=1e6), network=replace(small.network, activation="identity"))
    engine = drive(InlineEngine(start))
    engine.send(Run())
    engine.until_snapshot(lambda s: s.status.state is State.DIVERGED)
    engine.send(Act())
    snapshot = engine.until_snapshot(lambda s: s.update is not None)
    assert snapshot.update.failure is not None
    assert snapshot.status.state is State.DIVERGED
