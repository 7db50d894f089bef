"""The sentence that the app shows for a key without an effect. It gives the reason and names a key that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

_REASONS = {
    "fix": "No hint has a fix now. Press w to list the hints and the checks.",
    "travel(-1)": "This is epoch 0, the start of the run.",
    "travel(-10)": "This is epoch 0, the start of the run.",
    "travel(1)": "This is the newest epoch. Press space to train another one.",
    "travel(10)": "This is the newest epoch. Press space to train another one.",
    "back_a_batch": "The network has not been trained. Press b to train one batch.",
    "go_to_best": "The run has no best epoch yet. Press space to train one epoch.",
    "go_to": "The network has not been trained. Press space to train one epoch.",
    "first": "The network has not been trained. Press space to train one epoch.",
    "newest": "The network has not been trained. Press space to train one epoch.",
    "apply": "The form has no change to apply. Press ← or → to change a setting.",
    "undo": "This field has no change to undo.",
}
"""The reason why the key of an action has no effect now, by the name of the action without its namespace."""

_TRAINING = ("step_epoch", "step_batch", "run")


def reason(action: str, name: str, snapshot: Snapshot | None, stopped: bool) -> str:
    """Return why an action has no effect now. `name` is the word for it in the footer."""
    action = action.removeprefix("screen.")
    if stopped:
        return "The training engine has stopped. Press e to start it again."
    if snapshot is None:
        return "The app is still loading the data."
    if action in _TRAINING and snapshot.status.state is State.DIVERGED:
        return "The loss is not finite, so training cannot go on. w says what to change; [ goes back."
    if action in _TRAINING and snapshot.status.state is State.INSIDE:
        return "An update is open in the microscope: m shows it, enter finishes it, esc cancels it."
    return _REASONS.get(action, f"The key {name} has no effect now.")


def unknown(key: str, place: str, advice: str = "") -> str:
    """Return the message for a key that has no meaning in a place. `advice` is a sentence about the right keys."""
    return " ".join(filter(None, (f"The key {key} has no meaning in {place}.", advice, "Press ? to list the keys.")))
