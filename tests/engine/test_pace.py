"""The pace of a run: epochs begin no sooner, a command is not kept waiting, and no bit of the result changes."""

from __future__ import annotations

from typing import Any

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine import driver
from tui_nn.engine.command_text import CommandTextError, command_text, read_command
from tui_nn.engine.commands import Change, Pause, Run, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.shell.pace import Pace


class Clock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(driver, "perf_counter", lambda: self.now)
        monkeypatch.setattr(driver, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        assert 0 < seconds <= driver.SLICE
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def engine() -> InlineEngine:
    return InlineEngine(
        Start(NetworkConfig(hidden_sizes=(4,)), TrainingConfig(train_limit=50, batch_size=10, epochs=4))
    )


def newest(messages: list[Any], before: Snapshot | None = None) -> Snapshot:
    """Return the newest snapshot."""
    return [before, *(message for message in messages if isinstance(message, Snapshot))][-1]


def run_to_end(session: InlineEngine, clock: Clock) -> tuple[Snapshot, dict[int, float]]:
    """Poll until the run is over. Return the last snapshot, and the time at which each epoch was complete."""
    run, seen = newest(session.poll()), dict[int, float]()
    seen[run.epoch] = clock.now - 100
    while run.epoch < 4:
        run = newest(session.poll(), run)
        seen.setdefault(run.epoch, round(clock.now - 100, 6))
    return run, seen


def test_a_run_with_a_pace_takes_its_time_and_gives_the_same_bits(clock: Clock) -> None:
    slow, fast = engine(), engine()
    slow.send(Run(2.0))
    fast.send(Run())
    one, times = run_to_end(slow, clock)
    assert times == {1: 0.0, 2: 0.5, 3: 1.0, 4: 1.5}
    clock.now = 100.0
    other, at_once = run_to_end(fast, clock)
    assert set(at_once.values()) == {0.0}
    assert one.parameters.vector.tobytes() == other.parameters.vector.tobytes()


def test_the_pace_can_change_during_the_run_and_commands_do_not_wait(clock: Clock) -> None:
    session = engine()
    session.send(Run(0.01))
    run = newest(session.poll())
    while run.epoch < 1:
        run = newest(session.poll(), run)
    session.send(Change(TrainingConfig(train_limit=50, batch_size=10, epochs=4, learning_rate=0.5)))
    session.poll()
    assert clock.now < 101, "the change did not wait for the next epoch, which is 100 seconds away"
    session.send(Run(1.0))
    _, times = run_to_end(session, clock)
    assert max(times.values()) < 5
    session.send(Run(0.01))
    session.send(Pause())
    assert newest(session.poll()).status.state.name != "RUNNING"
    session.send(StepEpoch())
    before = clock.now
    assert newest(session.poll()).epoch == 5
    assert clock.now == before, "a single epoch has no pace"


def test_a_change_during_a_run_keeps_its_pace_and_moves_its_end(clock: Clock) -> None:
    session = engine()
    session.send(Run(2.0))
    run = newest(session.poll())
    while run.epoch < 1:
        run = newest(session.poll(), run)
    session.send(Change(TrainingConfig(train_limit=50, batch_size=10, epochs=3)))
    while run.status.state.name == "RUNNING":
        run = newest(session.poll(), run)
    assert run.epoch == 3, "the run ends with the new plan"
    assert clock.now == pytest.approx(101.0), "the epochs 2 and 3 were due after 0.5 and 1 seconds"


def test_the_text_of_a_pace_is_read_and_a_wrong_one_is_one_sentence() -> None:
    assert command_text(Run(0.5)) == "run pace 0.5"
    assert read_command("run pace 2") == Run(2.0)
    for wrong in ("0", "-1", "nan", "2000", "x"):
        with pytest.raises(CommandTextError, match=r"the epochs a second must be a number from 0.01 to 1000"):
            read_command(f"run pace {wrong}")


def test_the_keys_lead_from_no_limit_to_a_slow_pace_and_back() -> None:
    pace, words = Pace(), []
    for _ in range(7):
        pace = pace.changed(faster=False)
        words.append(pace.words)
    assert words == [
        "8 epochs a second", "4 epochs a second", "2 epochs a second", "1 epoch a second", "one epoch in 2 seconds",
        "one epoch in 4 seconds", "one epoch in 4 seconds",
    ]  # fmt: skip
    for _ in range(6):
        pace = pace.changed(faster=True)
    assert pace == Pace(None)
    assert Pace(3.0).changed(faster=True) == Pace(4.0)
    assert Pace(None).changed(faster=True) == Pace(None)
