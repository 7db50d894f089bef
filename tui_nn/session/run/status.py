"""The status and the progress of a session.

This module does not load NumPy, because the app draws its frame before NumPy is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The possible states of a session, which say what it is doing."""

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
    """The reason for the state. For DIVERGED, it is the number that is not finite, with its epoch and batch. For
    REPLAYING, it is the target epoch. For READY, it is the reason why the run ended early, or "".
    """


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of the current epoch. It is small, so that it can be sent many times a second."""

    batch: int = 0
    """The number of complete batches of the epoch; 0 at its start."""
    share: float = 0.0
    """The share of the examples that are processed, from 0 to 1. It grows with each chunk of a large batch."""
    step: int = 0
    """The number of updates since the start weights."""
    loss: float = 0.0
    """The sum of the losses of all examples in the complete batches of the epoch."""
    correct: int = 0
    """The number of correct predictions in the batches of this epoch that are finished."""
    seconds_a_step: float = 0.0
    """The seconds for each update in the current epoch or the last one; 0 before training."""
    examples_a_second: float = 0.0
    """The examples for each second in the current epoch or the last one; 0 before training."""
    seconds: float = 0.0
    """The training time of the current epoch in seconds."""
