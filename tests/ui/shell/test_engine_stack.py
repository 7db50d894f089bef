"""The engine of a lesson on top of the engine of the learner's own run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import Run, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Opened, Start
from tui_nn.session.file.rescue import found_rescue_paths, new_rescue_path
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.ui.shell.engine_stack import EngineStack


def start(**settings: Any) -> Start:
    """Return the start of a small network."""
    return Start(NetworkConfig(hidden_sizes=(4,)), TrainingConfig(train_limit=100, epochs=5, **settings))


def newest(stack: EngineStack) -> Snapshot:
    """Poll until nothing trains, and return the last snapshot."""
    last = None
    while messages := stack.poll():
        last = next((m for m in reversed(messages) if isinstance(m, Snapshot)), last)
    assert last is not None
    return last


def test_the_own_run_comes_back_as_it_was() -> None:
    stack = EngineStack(InlineEngine(start()), InlineEngine)
    stack.send(StepEpoch())
    own = newest(stack)
    stack.put_lesson(start(seed=7))
    stack.send(StepEpoch())
    lesson = newest(stack)
    assert lesson.training.seed == 7
    assert lesson.run != own.run
    assert stack.has_run(lesson.run)
    assert not stack.has_run(own.run)
    stack.end_lesson()
    messages = stack.poll()
    assert isinstance(messages[0], Opened), "the data come first"
    back = [message for message in messages if isinstance(message, Snapshot)][-1]
    assert (back.run, back.place) == (own.run, (1, 0))
    assert back.parameters.vector.tobytes() == own.parameters.vector.tobytes()


def test_a_run_that_trains_pauses_below_the_lesson() -> None:
    stack = EngineStack(InlineEngine(start()), InlineEngine)
    stack.send(Run())
    stack.poll()
    stack.put_lesson(start())
    newest(stack)
    stack.end_lesson()
    back = newest(stack)
    assert back.status.state is not State.RUNNING
    assert back.epoch < 5


def test_each_lesson_numbers_its_runs_differently() -> None:
    stack = EngineStack(InlineEngine(start()), InlineEngine)
    numbers = {newest(stack).run}
    for _ in range(2):
        stack.put_lesson(start())
        numbers.add(newest(stack).run)
    assert len(numbers) == 3


@pytest.mark.parametrize("keeps", [False, True])
def test_the_rescue_file_of_a_lesson_stays_only_if_its_engine_stopped_by_itself(keeps: bool) -> None:
    stack = EngineStack(InlineEngine(start()), InlineEngine)
    stack.put_lesson(replace(start(), rescue=str(new_rescue_path())))
    stack.send(StepEpoch())
    newest(stack)
    stack.end_lesson(keeps_rescue_file=keeps)
    assert bool(found_rescue_paths()) == keeps
