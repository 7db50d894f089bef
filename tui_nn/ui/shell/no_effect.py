"""The sentence that answers a key without an effect: the reason, and a key that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

_REASONS = {
    "fix": "No hint has a fix now. w lists the hints and the checks.",
    "travel(-1)": "This is epoch 0, the start of the run.",
    "travel(-10)": "This is epoch 0, the start of the run.",
    "travel(1)": "This is the newest epoch. space trains another one.",
    "travel(10)": "This is the newest epoch. space trains another one.",
    "back_a_batch": "No batch is trained yet. b trains one batch.",
    "go_to_best": "No epoch is the best yet. space trains one epoch.",
    "go_to": "Nothing is trained yet. space trains one epoch.",
    "first": "Nothing is trained yet. space trains one epoch.",
    "newest": "Nothing is trained yet. space trains one epoch.",
    "apply": "The form has no change to apply. ← and → change a setting.",
    "undo": "This field has no change to undo.",
}
"""The reason of each action whose key can be greyed out, by the action without its namespace."""

_TRAINING = ("step_epoch", "step_batch", "run")


def reason(action: str, name: str, snapshot: Snapshot | None, stopped: bool) -> str:
    """Return why an action has no effect now. `name` is the word for it in the footer."""
    action = action.removeprefix("screen.")
    if stopped:
        return "The engine has stopped. e starts it again."
    if snapshot is None:
        return "The data are being loaded."
    if action in _TRAINING and snapshot.status.state is State.DIVERGED:
        return "The loss is not finite, so training cannot go on. w says what to change; [ goes back."
    if action in _TRAINING and snapshot.status.state is State.INSIDE:
        return "An update is open in the microscope: m shows it, enter finishes it, esc cancels it."
    return _REASONS.get(action, f"The key {name} has nothing to do here now.")


def unknown(key: str, place: str) -> str:
    """Return the sentence for a key that has no meaning in a place."""
    return f"{key} has no meaning in {place}. ? lists the keys."
