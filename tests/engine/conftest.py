"""Fixtures for the tests of both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from waiting import PATIENCE, TimeLimit

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.engine.process import ProcessEngine
from tui_nn.session.run.snapshot import Snapshot, State

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.engine.messages import Message

Engine = InlineEngine | ProcessEngine


class Driver:
    """The test's side of an engine: it polls like a screen, and keeps all messages."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Message] = []
        self._looked_at = 0

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return [message for message in self.heard if isinstance(message, Snapshot)][-1]

    def send(self, command: Command) -> None:
        self.engine.send(command)

    def until(self, reached: Callable[[Message], Any], seconds: float = PATIENCE) -> Message:
        """Return the next message for which `reached` is true; wait for it on the engine's own event, not for ever."""
        limit = TimeLimit(seconds)
        while True:
            while self._looked_at < len(self.heard):
                self._looked_at += 1
                if reached(message := self.heard[self._looked_at - 1]):
                    return message
            heard = [type(message).__name__ for message in self.heard[-9:]]
            self.heard += self.engine.listen(limit.left(f"heard {heard}"))

    def until_type(self, kind: type[Any], seconds: float = PATIENCE) -> Any:
        return self.until(lambda message: isinstance(message, kind), seconds)

    def until_epoch(self, epoch: int, seconds: float = PATIENCE) -> Snapshot:
        """Return the snapshot of this epoch after all work is done."""
        return self.until_snapshot(
            lambda snapshot: snapshot.epoch == epoch and snapshot.status.state is not State.RUNNING, seconds
        )

    def until_snapshot(self, reached: Callable[[Snapshot], Any], seconds: float = PATIENCE) -> Snapshot:
        found = self.until(lambda message: isinstance(message, Snapshot) and reached(message), seconds)
        assert isinstance(found, Snapshot)
        return found


@pytest.fixture
def drive() -> Callable[[Engine], Driver]:
    return Driver


def _same_run(one: Snapshot, two: Snapshot) -> bool:
    return (
        one.history == two.history
        and (one.epoch, one.step, one.optimizer_steps) == (two.epoch, two.step, two.optimizer_steps)
        and (one.preset, one.network, one.training) == (two.preset, two.network, two.training)
        and (one.status, one.progress.batch, one.progress.share) == (two.status, two.progress.batch, two.progress.share)
        and np.array_equal(one.parameters.vector, two.parameters.vector)
        and all(map(np.array_equal, one.moments, two.moments))
        and np.array_equal(one.evaluation.outputs, two.evaluation.outputs)
    )


@pytest.fixture
def same_run() -> Callable[[Snapshot, Snapshot], bool]:
    """Return a function that compares two snapshots to the bit, without their times."""
    return _same_run


@pytest.fixture
def small() -> Start:
    """A start with 300 digits and eight units. An epoch of five batches takes a few milliseconds."""
    training = TrainingConfig(optimizer="momentum", batch_size=64, learning_rate=0.05, train_limit=300)
    return Start(NetworkConfig(hidden_sizes=(8,)), training, "custom")


def changed(start: Start, **values: Any) -> Start:
    """Return this start with other values of training settings."""
    assert start.training is not None
    return replace(start, training=replace(start.training, **values))


@pytest.fixture
def but() -> Callable[..., Start]:
    return changed
