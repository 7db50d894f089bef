"""After an engine is lost, the next one continues the run with all its branches, to the bit."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tui_nn.engine.branch_news import branch_news, with_news
from tui_nn.engine.commands import Act, Change, Rename, Seek, StepBatch, StepEpoch, Switch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start, Stopped
from tui_nn.engine.process import ProcessEngine
from tui_nn.engine.worker import Worker
from tui_nn.session.run.snapshot import Snapshot, State

if TYPE_CHECKING:
    from conftest import Driver


def lose(driver: Driver) -> None:
    """End the engine without a request, as a crash does."""
    engine = driver.engine
    if isinstance(engine, ProcessEngine):
        assert engine._process.pid is not None
        os.kill(engine._process.pid, signal.SIGKILL)
    else:
        engine.send("no such command")
    driver.until_type(Stopped)


@pytest.fixture(params=[InlineEngine, ProcessEngine])
def driver(request: Any, drive: Callable[[Any], Driver], small: Start) -> Iterator[Driver]:
    engine = request.param(small)
    driver = drive(engine)
    driver.until_epoch(0)
    yield driver
    engine.close()


def make_branches(driver: Driver) -> Snapshot:
    """Three branches: the first of five epochs, one from epoch 2, and one from inside epoch 4 of that; here is epoch 1."""
    for _ in range(5):
        driver.send(StepEpoch())
    training = driver.until_epoch(5).training
    driver.send(Seek(epoch=2))
    driver.until_epoch(2)
    driver.send(Change(training=replace(training, learning_rate=0.2, epochs=77)))
    for _ in range(2):
        driver.send(StepEpoch())
    driver.until_snapshot(lambda s: s.epoch == 4 and s.status.state is State.READY)
    driver.send(Seek(epoch=3, batch=2))
    faster = driver.until_snapshot(lambda s: (s.epoch, s.progress.batch) == (3, 2)).training
    driver.send(Change(training=replace(faster, momentum=0.5)))
    driver.send(StepBatch())
    driver.until_snapshot(lambda s: s.branch == 2 and s.progress.batch == 3 and s.step == s.progress.step)
    driver.send(Rename(branch=1, title="twice as fast"))
    driver.send(Seek(epoch=1))
    return driver.until_snapshot(lambda s: s.epoch == 1 and s.branches[1].name == "twice as fast")


def test_all_branches_come_back_and_can_be_gone_to(driver: Driver, small: Start, drive: Any, same_run: Any) -> None:
    before = make_branches(driver)
    straight = drive(InlineEngine(small))
    make_branches(straight)
    lose(driver)
    driver.engine.start_again()
    after = driver.until_snapshot(lambda s: s.status.state is State.LOOKING_BACK)
    assert (after.branches, after.branch, after.run) == (before.branches, 2, before.run)
    assert same_run(after, before)
    for branch, place in ((0, (5, 0)), (1, (4, 0)), (2, (3, 3))):
        for one in (driver, straight):
            one.send(Switch(branch=branch))
            one.until_snapshot(lambda s, b=branch, p=place: (s.branch, s.epoch, s.progress.batch) == (b, *p))
            one.send(StepEpoch())
            one.until_epoch(place[0] + 1)
        assert np.array_equal(driver.snapshot.parameters.vector, straight.snapshot.parameters.vector)
        assert driver.snapshot.history == straight.snapshot.history
        assert driver.snapshot.training == straight.snapshot.training


def test_an_update_under_the_microscope_is_there_again_as_far_as_it_was(driver: Driver) -> None:
    driver.send(StepBatch())
    driver.until_snapshot(lambda s: s.progress.batch == 1)
    for act in range(1, 5):  # one after the other: all at once would be said in one report
        driver.send(Act())
        before = driver.until_snapshot(lambda s, act=act: s.update is not None and s.update.done == act)
    lose(driver)
    driver.engine.start_again()
    after = driver.until_snapshot(lambda s: s.update is not None and s.update.done == 4)
    assert after.status.state is State.INSIDE
    assert after.progress.batch == 1
    assert all(map(np.array_equal, after.update.z, before.update.z))
    assert np.array_equal(after.update.indices, before.update.indices)


def test_only_new_parts_of_branches_are_sent(small: Start) -> None:
    session = Worker(small).session
    session.step_epoch()
    first = session.snapshot().branches
    session.step_epoch()
    session.seek(1)
    session.change(replace(session.training, learning_rate=0.2))
    session.step_epoch()
    second = session.snapshot().branches
    news = branch_news(first, second)
    assert {number: (kept, len(b.history.records)) for number, (kept, b) in news.changed.items()} == {
        0: (2, 1),
        1: (2, 1),
    }
    assert with_news(first, news) == second
    session.step_epoch()
    third = session.snapshot().branches
    assert list(branch_news(second, third).changed) == [1]
    session.restart(session.snapshot().network, session.training)
    anew = session.snapshot().branches
    assert with_news(third, branch_news(third, anew)) == anew
