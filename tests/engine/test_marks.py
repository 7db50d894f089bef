"""`Mark` and `Return`: the engine is again, to the bit, what it was at the mark, and trains on as it would have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import Edit
from tui_nn.engine.commands import (
    Act,
    ApplyEdits,
    BackABatch,
    Change,
    Command,
    FinishUpdate,
    Mark,
    Restart,
    Return,
    Run,
    Seek,
    StepBatch,
    StepEpoch,
    Undo,
)
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Start
from tui_nn.session.run.snapshot import Snapshot

NETWORK = NetworkConfig(hidden_sizes=(8,))
TRAINING = TrainingConfig(train_limit=200, batch_size=50, epochs=2, learning_rate=0.3, optimizer="momentum")


class Inline:
    """An inline engine, and all that it has said."""

    def __init__(self) -> None:
        self._engine = InlineEngine(Start(NETWORK, TRAINING, "custom"))
        self.said: list[Any] = self._engine.poll()

    def do(self, *commands: Command) -> Snapshot:
        """Carry out commands, each to its end, and return the last snapshot."""
        for command in commands:
            self._engine.send(command)
            while messages := self._engine.poll():
                self.said += messages
        return [message for message in self.said if isinstance(message, Snapshot)][-1]


def bits(run: Snapshot) -> tuple[Any, ...]:
    """Return everything that decides how a run looks and how it goes on."""
    update = None if run.update is None else (run.update.done, run.update.complete, run.update.before.vector.tobytes())
    return (
        run.run, run.place, run.network, run.training, run.branch, len(run.branches), run.history.changes, update,
        run.parameters.vector.tobytes(), [moment.tobytes() for moment in run.moments], run.status, run.step,
        [(record.train_loss, record.test_loss) for record in run.history.records],
        None if run.batch_losses is None else run.batch_losses.tobytes(),
    )  # fmt: skip


SLOWER = Change(replace(TRAINING, learning_rate=0.01))
BEFORE: dict[str, tuple[Command, ...]] = {
    "untrained": (),
    "after an epoch": (StepEpoch(),),
    "inside an epoch": (StepEpoch(), StepBatch()),
    "inside an update": (StepBatch(), Act(), Act(), Act()),
    "after an update": (Act(), FinishUpdate()),
    "looking back": (Run(), Seek(1)),
    "after a change": (StepEpoch(), SLOWER),
    "in a branch": (Run(), Seek(1), SLOWER, StepEpoch()),
    "after an edit": (StepEpoch(), ApplyEdits((Edit("off", 0, 3),))),
    "in another run": (Run(), Restart(NETWORK, replace(TRAINING, seed=5), "custom"), StepEpoch()),
}
AFTER: dict[str, tuple[Command, ...]] = {
    "training": (Run(),),
    "an act": (Act(),),
    "a restart": (Restart(replace(NETWORK, hidden_sizes=(4, 4)), TRAINING, "custom"), StepEpoch()),
    "a change": (SLOWER, StepBatch()),
    "time travel": (StepEpoch(), BackABatch()),
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_the_engine_returns_to_the_bit_and_trains_on_as_it_would_have(before: tuple[Command, ...]) -> None:
    alone = Inline()
    alone.do(*before)
    would_have = bits(alone.do(StepBatch(), StepEpoch()))
    engine = Inline()
    there = bits(engine.do(*before, Mark("here")))
    for after in AFTER.values():
        engine.do(*after)
        assert bits(engine.do(Return("here"))) == there
    assert bits(engine.do(StepBatch(), StepEpoch())) == would_have


def test_what_could_be_undone_at_the_mark_can_be_undone_after_the_return() -> None:
    engine = Inline()
    engine.do(StepEpoch())
    own = bits(engine.do(SLOWER, Mark("a"), Undo()))
    engine.do(StepEpoch(), Restart(NETWORK, TRAINING, "custom"), StepEpoch(), Return("a"))
    assert bits(engine.do(Undo())) == own


def test_a_mark_that_is_not_there_is_one_sentence() -> None:
    engine = Inline()
    before = bits(engine.do(StepBatch()))
    assert bits(engine.do(Return("there"))) == before
    assert [said for said in engine.said if isinstance(said, Notice)][-1] == Notice(
        "there is no mark 'there'; it was never set, or it was lost when the training process ended", is_error=True
    )
    engine.do(*(Mark(str(number)) for number in range(101)), Mark("3"))
    assert [message.text for message in engine.said if isinstance(message, Notice)][1:] == [
        "there are already 100 marks, which is the limit; use the name of an old mark to replace it"
    ]
