"""Again with one change, and undo, as commands of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tui_nn.engine.commands import Again, Restart, Run, StepEpoch, Undo
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Ended, Notice, Opened, Start
from tui_nn.engine.process import ProcessEngine


def test_again_trains_another_run_as_long_as_the_last(small: Start, drive: Callable[..., Any]) -> None:
    driver = drive(InlineEngine(small))
    for epoch in (1, 2, 3):
        driver.send(StepEpoch())
        old = driver.until_epoch(epoch)
    driver.send(Again(old.network, replace(old.training, learning_rate=0.5)))
    new = driver.until_snapshot(lambda snapshot: snapshot.run != old.run and snapshot.epoch == 3)
    (ended,) = (message for message in driver.heard if isinstance(message, Ended))
    losses = ended.summary.curves.values["test_loss"].tolist()
    assert losses == [record.test_loss for record in old.history.records]
    assert new.history.records[0].test_loss == old.history.records[0].test_loss
    assert new.training.learning_rate == 0.5


def test_again_without_a_change_gives_the_same_run(small: Start, drive: Callable[..., Any]) -> None:
    driver = drive(InlineEngine(small))
    driver.send(StepEpoch())
    old = driver.until_epoch(1)
    driver.send(Again(old.network, old.training))
    new = driver.until_snapshot(lambda snapshot: snapshot.run != old.run and snapshot.epoch == 1)
    assert np.array_equal(new.parameters.vector, old.parameters.vector)


def test_undo_during_a_run_stops_it_and_brings_the_other_run_back_to_the_bit(
    small: Start, drive: Callable[..., Any], same_run: Callable[..., bool]
) -> None:
    engine = ProcessEngine(small)
    try:
        driver = drive(engine)
        driver.until_type(Opened)
        driver.send(StepEpoch())
        old = driver.until_epoch(1)
        driver.send(Restart(replace(old.network, hidden_sizes=(5,)), old.training, "custom"))
        driver.send(Run())
        driver.until_snapshot(lambda snapshot: snapshot.run != old.run and snapshot.epoch > 1)
        driver.send(Undo())
        back = driver.until_snapshot(lambda snapshot: snapshot.run == old.run)
        assert same_run(back, old)
        driver.until(
            lambda message: isinstance(message, Notice) and "is back, and the shown epoch is 1" in message.text
        )
        assert any(isinstance(message, Ended) for message in driver.heard)
    finally:
        engine.close()


def test_undo_without_a_change_is_refused_in_one_sentence(small: Start, drive: Callable[..., Any]) -> None:
    driver = drive(InlineEngine(small))
    driver.send(Undo())
    notice = driver.until_type(Notice)
    assert notice.is_error
    assert "nothing to undo" in notice.text
