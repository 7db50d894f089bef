"""Time travel back and forward, with both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.commands import Change, Pause, Rename, Run, Seek, StepEpoch, Switch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Start
from tui_nn.engine.process import ProcessEngine
from tui_nn.session.run.snapshot import State


@pytest.fixture(params=[InlineEngine, ProcessEngine])
def driver(request: Any, drive: Callable[..., Any], small: Start) -> Any:
    engine = request.param(small)
    yield drive(engine)
    engine.close()


def train(driver: Any, epochs: int) -> list[Any]:
    found = [driver.until_epoch(0)]
    for epoch in range(1, epochs + 1):
        driver.send(StepEpoch())
        found.append(driver.until_epoch(epoch))
    return found


def test_time_travel_shows_the_network_of_that_epoch(driver: Any) -> None:
    then = train(driver, 4)
    for epoch in (1, 3, 0, 4):
        driver.send(Seek(epoch=epoch))
        there = driver.until_snapshot(lambda s, epoch=epoch: s.epoch == epoch and s.status.state is not State.REPLAYING)
        assert np.array_equal(there.parameters.vector, then[epoch].parameters.vector)
        assert np.array_equal(there.evaluation.predicted, then[epoch].record.predicted)
        assert there.newest_epoch == 4
        assert there.history == then[4].history
        assert there.status.state is (State.READY if epoch == 4 else State.LOOKING_BACK)


def test_a_branch_and_back(driver: Any) -> None:
    then = train(driver, 3)
    driver.send(Seek(epoch=1))
    back = driver.until_epoch(1)
    driver.send(Change(training=replace(back.training, learning_rate=0.2)))
    driver.send(StepEpoch())
    branched = driver.until_snapshot(lambda s: s.epoch == 2 and s.branch == 1)
    assert not np.array_equal(branched.parameters.vector, then[2].parameters.vector)
    driver.send(Rename(branch=1, title="fast"))
    driver.send(Switch(branch=0))
    first = driver.until_snapshot(lambda s: s.epoch == 3 and s.branch == 0)
    assert np.array_equal(first.parameters.vector, then[3].parameters.vector)
    assert first.history.records == then[3].history.records
    assert [branch.name for branch in first.branches] == ["first", "fast"]


def test_running_from_the_past_shows_every_epoch_again(driver: Any) -> None:
    train(driver, 3)
    driver.send(Seek(epoch=1))
    driver.until_epoch(1)
    driver.send(StepEpoch())
    again = driver.until_epoch(2)
    assert again.status.state is State.LOOKING_BACK
    driver.send(Run())
    driver.until_snapshot(lambda s: s.epoch > 3)
    driver.send(Pause())


@pytest.mark.parametrize("command", [Seek(9), Switch(3), Rename(3, "x")])
def test_an_unreachable_place_is_refused_in_one_sentence(driver: Any, command: Any) -> None:
    train(driver, 1)
    driver.send(command)
    notice = driver.until_type(Notice)
    assert notice.is_error
    assert notice.text.startswith("there is no")
    driver.send(StepEpoch())
    assert driver.until_epoch(2).epoch == 2
