"""How often something is done."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tui_nn.session.run.status import State, Status
from tui_nn.ui.kit.pace import REST, SHARE, Pace


class Owner:
    """A widget as far as timers go: they ring when the test says so."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Any:
        self.timers.append((delay, callback))
        return self

    def stop(self) -> None:
        self.timers.pop()


def make(takes: float = 0.0) -> tuple[Pace, Owner, list[float], list[float]]:
    """A pace, its owner, the clock's hand, and when the work was done; the work takes this many seconds."""
    hand, done, owner = [100.0], [], Owner()

    def work() -> None:
        done.append(hand[0])
        hand[0] += takes

    return Pace(owner, work, clock=lambda: hand[0]), owner, hand, done  # type: ignore[arg-type]


def test_the_first_request_is_carried_out_at_once() -> None:
    pace, owner, _, done = make()
    pace.soon()
    assert done == [100.0]
    assert owner.timers == []


def test_many_requests_lead_to_one_run_of_the_work_after_the_rest() -> None:
    pace, owner, hand, done = make()
    pace.soon()
    for _ in range(20):
        hand[0] += 0.02
        pace.soon()
    assert done == [100.0]
    [(delay, ring)] = owner.timers
    assert delay == pytest.approx(REST - 0.02)
    hand[0] += 0.1
    ring()
    assert len(done) == 2, "the last request is carried out"
    assert owner.timers == []
    pace.soon()
    assert len(done) == 2
    assert pace.waiting


def test_now_does_the_work_at_once_and_ends_the_waiting() -> None:
    pace, owner, hand, done = make()
    pace.soon()
    hand[0] += 0.1
    pace.soon()
    pace.now()
    assert len(done) == 2
    assert owner.timers == []
    assert not pace.waiting


def test_long_work_is_done_less_often() -> None:
    pace, owner, hand, _ = make(takes=0.2)
    pace.soon()
    pace.soon()
    [(delay, _)] = owner.timers
    assert delay == pytest.approx(0.2 / SHARE)
    assert hand[0] == 100.2


@pytest.mark.parametrize(
    ("state", "at_once"), [(State.RUNNING, False), (State.PAUSED, True), (State.LOOKING_BACK, True)]
)
def test_a_newer_snapshot_waits_only_while_training_goes_on(state: State, at_once: bool) -> None:
    pace, owner, hand, done = make()
    pace.now()
    hand[0] += REST / 2
    pace.follow(SimpleNamespace(status=Status(state)))  # type: ignore[arg-type]
    assert len(done) == (2 if at_once else 1)
    assert len(owner.timers) == (0 if at_once else 1)
    pace.follow(None)
    assert len(done) == (3 if at_once else 2)
