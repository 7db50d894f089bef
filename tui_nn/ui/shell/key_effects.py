"""The effects of the keys: which keys can be used now, and the sentence for a key that has no effect.

The sentence gives the reason and names a key that helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_nn.session.run.status import State
from tui_nn.ui.kit.view_pane import ViewPane

if TYPE_CHECKING:
    from textual.events import Key

    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.main_screen import MainScreen

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
"""For each action (without its namespace): the sentence that explains why its key has no effect now."""

_TRAINING = ("step_epoch", "step_batch", "run")
_TRAVELLING = ("travel", "back_a_batch", "go_to", "go_to_best", "branches", "first", "newest")


def deciding_values(snapshot: Snapshot | None) -> tuple[object, ...] | None:
    """Return the values that decide which keys can be used. While they stay equal, the footer need not be updated."""
    if snapshot is None:
        return None
    ends = snapshot.epoch == 0, snapshot.place < snapshot.own_branch.tip, bool(snapshot.progress.batch)
    return (snapshot.status.state, *ends, len(snapshot.branches))


def is_possible(screen: MainScreen, action: str, parameters: tuple[object, ...]) -> bool | None:
    """Return whether an action can be used now. False hides its key, and None shows the key in grey."""
    snapshot, stopped = screen.snapshot, bool(screen.stopped)
    state = snapshot.status.state if snapshot is not None else None
    can_train = state not in (None, State.DIVERGED, State.INSIDE) and not stopped
    match action:
        case "step_epoch" | "step_batch":
            return can_train or None
        case "run":
            return False if state in (State.RUNNING, State.REPLAYING) else (can_train or None)
        case "pause":
            return state in (State.RUNNING, State.REPLAYING) and not stopped
        case "gradients" | "repeat" | "export":
            return (snapshot is not None and screen.opened is not None) or None
        case "start_over" | "save" | "save_as" | "undo_run" | "open_run" | "apply" | "settings" | "bookmarks":
            return (snapshot is not None and not stopped) or None
        case "teach" | "notes":
            return screen.lessons.teaching is not None
        case "restart_engine":
            return stopped
        case "fix":
            first = screen.hints.first
            return (first is not None and first.fix is not None and not stopped) or None
        case _ if action in _TRAVELLING:
            return None if stopped else screen.time_travel.is_possible(action, parameters)
        case _:
            return True


def no_effect(screen: MainScreen, event: Key) -> str:
    """Return why a key does nothing: its action has no effect now, or the pane has no such key. Return "" if it acts."""
    letter = event.character or ""
    if len(letter) == 1 and letter.isalpha() and not letter.isascii():
        return (
            "The keys of the app are the letters a to z, and you typed another letter. Change the "
            "language of the keyboard."
        )
    if (known := screen.active_bindings.get(event.key)) is None:
        look, front = screen.current_look, screen.arrangement.front
        place = f"{look.pane}"
        if isinstance(front, ViewPane):
            if letter == front.front.KEY:
                return f"The key {letter} leads to the view {front.view}, which is already open."
            place = f"{look.pane}, {look.view}"
        return _unknown(letter if event.is_printable else event.key, place, front.advice if front is not None else "")
    if not known.enabled:
        return _reason(known.binding.action, known.binding.description, screen.snapshot, bool(screen.stopped))
    return ""


def _reason(action: str, name: str, snapshot: Snapshot | None, stopped: bool) -> str:
    """Return why an action has no effect now. `name` is the word for the action in the footer."""
    action = action.removeprefix("screen.")
    if stopped:
        return "The training engine has stopped. Press e to start it again."
    if snapshot is None:
        return "The app is still loading the data."
    if action in _TRAINING and snapshot.status.state is State.DIVERGED:
        return "The loss is not finite, so training cannot go on. Press w for hints, or [ to go back."
    if action in _TRAINING and snapshot.status.state is State.INSIDE:
        return "An update in the microscope is not finished. Press m to go on, enter to finish it, or esc to cancel it."
    return _REASONS.get(action, f"The key {name} has no effect now.")


def _unknown(key: str, place: str, advice: str = "") -> str:
    """Return the message for a key without a meaning in `place`, such as "Train". `advice` is a sentence about other keys."""
    return " ".join(filter(None, (f"The key {key} has no meaning in {place}.", advice, "Press ? to list the keys.")))
