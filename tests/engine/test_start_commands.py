"""Commands with which an engine starts: each is carried out to its end before the first report."""

from __future__ import annotations

from typing import Any

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Opened, Start
from tui_nn.engine.process import ProcessEngine
from tui_nn.session.run.run_set import MOST_RUNS, RunSet
from tui_nn.session.run.snapshot import Snapshot

COMMANDS = ("run", "again learning-rate=0.3", "seek 1")


def start(*commands: str) -> Start:
    """Return the start of a small network with commands."""
    training = TrainingConfig(train_limit=100, batch_size=20, epochs=2, learning_rate=0.1)
    return Start(NetworkConfig(hidden_sizes=(4,)), training, "custom", commands=commands)


def told(engine: Any) -> tuple[Opened, Snapshot]:
    """Return the first two messages of an engine."""
    heard: list[Any] = []
    while len(heard) < 2:
        heard += engine.listen(10)
    opened, run = heard[:2]
    assert isinstance(opened, Opened)
    assert isinstance(run, Snapshot)
    return opened, run


def test_the_first_report_is_the_prepared_state_with_the_runs_before_it() -> None:
    opened, run = told(InlineEngine(start(*COMMANDS)))
    assert (run.epoch, run.newest_epoch, run.training.learning_rate, run.status.state.name) == (
        1,
        2,
        0.3,
        "LOOKING_BACK",
    )
    assert [(earlier.training.learning_rate, earlier.epoch) for earlier in opened.earlier] == [(0.1, 2)]
    runs = RunSet.of(run, opened.test).with_earlier(opened.earlier)
    assert [(line.letter, line.live) for line in runs.runs] == [("A", True), ("B", False)]


def test_a_child_process_gives_the_same_bits() -> None:
    engine = ProcessEngine(start(*COMMANDS))
    try:
        opened, run = told(engine)
    finally:
        engine.close()
    here, inline = told(InlineEngine(start(*COMMANDS)))
    assert run.parameters.vector.tobytes() == inline.parameters.vector.tobytes()
    assert [e.parameters.vector.tobytes() for e in opened.earlier] == [
        e.parameters.vector.tobytes() for e in here.earlier
    ]


def test_more_runs_than_a_set_can_have_leave_the_newest() -> None:
    opened, run = told(InlineEngine(start("step-epoch", *["again"] * 7)))
    assert len(opened.earlier) == 7
    runs = RunSet.of(run, opened.test).with_earlier(opened.earlier)
    assert len({line.letter for line in runs.runs}) == MOST_RUNS
    assert runs.frozen[-1].summary is opened.earlier[-1]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("dance", "'dance' is not a command"),
        ("seek 9", "epoch"),
        ("change learning-rate=-1", "learning_rate is '-1'"),
        ("return there", "there is no mark 'there'"),
    ],
)
def test_a_wrong_first_command_is_one_sentence(command: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        InlineEngine(start("step-epoch", command))
