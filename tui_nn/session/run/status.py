"""What a session is doing, and how far it is. This module does not load NumPy, because the app draws its frame before."""

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
    """A state, and the reason for it."""

    state: State = State.READY
    reason: str = ""
    """For DIVERGED: which number is not finite, in which epoch and batch. For REPLAYING: the epoch it goes to.
    For READY: why the run ended early, or ""."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of the current epoch; small enough to be sent many times a second."""

    batch: int = 0
    """Complete batches of the epoch; 0 at its start."""
    share: float = 0.0
    """The share of the epoch's examples that were processed, 0 to 1. It also grows within a full batch."""
    step: int = 0
    """Updates since the start weights."""
    loss: float = 0.0
    """The sum of the losses of all examples in the complete batches of the epoch."""
    correct: int = 0
    """How many of these examples were classified correctly."""
    seconds_a_step: float = 0.0
    """Seconds for each update, in the current epoch or the last one; 0 before training."""
    examples_a_second: float = 0.0
    """Examples for each second, likewise."""
    seconds: float = 0.0
    """Training time of the current epoch."""
