"""What a session is doing, and how far it is: without NumPy, for the frame of the app is drawn before that is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a session is doing."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    LOOKING_BACK = "looking back"
    INSIDE = "inside an update"
    REPLAYING = "replaying"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class Status:
    """A state, and why it is so."""

    state: State = State.READY
    reason: str = ""
    """Of a divergence: what is not finite, in which epoch and batch. Of a replay: the epoch that it goes to.
    Of ready: why the run ended before its time, or ""."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present epoch is; cheap enough to send many times a second."""

    batch: int = 0
    """Batches of the epoch that are done; 0 at its start."""
    share: float = 0.0
    """Share of the epoch's examples that are done, 0 to 1: moves inside a full batch too."""
    step: int = 0
    """Updates since the start weights."""
    loss: float = 0.0
    """Summed over the examples of the epoch's batches that are done."""
    correct: int = 0
    """Correct answers among them."""
    seconds_a_step: float = 0.0
    examples_a_second: float = 0.0
    """Of the last epoch or part of one; 0 before anything was trained."""
    seconds: float = 0.0
    """Spent training in the epoch under way."""
