"""The base class of the views that can show a copy of the network. A person changes the copy, and keeps or drops it."""

from __future__ import annotations

from math import isqrt

from textual.binding import Binding, BindingType

from tui_nn.core.choices.edits import OFF, Edit, Edits, with_edit, without_edit
from tui_nn.data.dataset import Split
from tui_nn.engine.commands import ApplyEdits
from tui_nn.render.numbers import MINUS, percent
from tui_nn.session.questions.branch_words import edit_words
from tui_nn.session.questions.edited_copy import correct_of_copy, correct_of_network
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.messages import Tell

EDIT_KEYS: list[BindingType] = [
    Binding("o", "switch(True)", "off", id="unit-off", tooltip="Switch this unit off in a copy of the network"),
    Binding("o", "switch(False)", "on", id="unit-on", tooltip="Switch this unit on again"),
    Binding("k", "keep", "keep", show=False, id="keep-edits", tooltip="Continue the training with the edited copy"),
    Binding(
        "backspace",
        "drop",
        "drop",
        show=False,
        id="drop-edits",
        tooltip="Drop the edited copy; the run does not change",
    ),
]


class EditedCopyView(InspectView):
    """A view that can show an edited copy. The message row compares the test accuracy of the copy with that of the network.

    The edits are part of the `Choice` that all views share, so that all views of this kind show the same copy. A
    subclass defines `pointed`.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._counting = Background[int](self, self._take_count)
        self._correct: int | None = None
        self._counted: object = None
        self._kept: tuple[tuple[str, ...], int] = (), 0
        """The message about the last kept copy, in several lengths, and the number of updates that the network then had."""

    @property
    def pointed(self) -> tuple[int, int] | None:
        """Return the layer of the unit under the cursor, and the number of this unit."""
        raise NotImplementedError

    @property
    def pending(self) -> bool:
        """Return whether the accuracy of the copy is still being measured."""
        return super().pending or self._counting.busy

    def on_unmount(self) -> None:
        """Stop counting the correct predictions of the copy."""
        self._counted = None
        self._counting.drop()

    # ---- the accuracy of the copy

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Let a thread count the correct predictions of the edited copy. A subclass calls this from its own `look`."""
        edits = self.choice.edits
        counted = snapshot.parameters, edits
        if counted == self._counted:
            return
        self._counted, self._correct = counted, None
        if edits:
            self._counting.ask(correct_of_copy(snapshot, test, edits, lambda: self._counted is not counted))
        self._say()

    def _take_count(self, correct: int) -> None:
        self._correct = correct
        self._say()

    def _say(self) -> None:
        snapshot, test, edits = self.snapshot, self.test, self.choice.edits
        if snapshot is None or test is None:
            return
        if not edits:
            kept, step = self._kept
            self.message = kept if snapshot.step == step else ()
            return
        before = correct_of_network(snapshot, test)
        accuracy, more = f"test {percent(before / len(test), 2)} → …", ""
        if self._correct is not None:
            accuracy = accuracy.replace("…", percent(self._correct / len(test), 2))
            more = f", {self._correct - before:+,} correct".replace("-", MINUS)
        said, keys = (
            [f"Copy with {words} · {accuracy}" for words in edits_in_words(edits, _side(snapshot))],
            " · k keep, bksp drop",
        )
        self.message = (f"{said[0]}{more}{keys}", *(f"{words}{keys}" for words in said), said[-1], accuracy)

    # ---- editing, keeping and dropping

    def edit(self, edit: Edit) -> None:
        """Change one weight, bias or unit in the copy."""
        self.choose(edits=with_edit(self.choice.edits, edit))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. A hidden unit can be switched, and a copy can be kept or dropped."""
        match action:
            case "switch":
                return self._can_switch(off=bool(parameters[0]))
            case "keep" | "drop":
                return bool(self.choice.edits)
            case _:
                return super().check_action(action, parameters)

    def _can_switch(self, *, off: bool) -> bool:
        if self.snapshot is None or self.pointed is None:
            return False
        edit = Edit(OFF, *self.pointed)
        return not edit.fault(self.snapshot.network) and off is not (edit in self.choice.edits)

    def action_switch(self, off: bool) -> None:
        """Switch the unit off, or on again."""
        if self.pointed is not None:
            edit = Edit(OFF, *self.pointed)
            if off:
                self.edit(edit)
            else:
                self.choose(edits=without_edit(self.choice.edits, edit))

    def action_keep(self) -> None:
        """Make the run continue with the copy in a new branch."""
        edits, snapshot = self.choice.edits, self.snapshot
        if snapshot is None:
            return
        self.post_message(Tell(ApplyEdits(edits=edits)))
        self._kept = _kept_in_words(snapshot, edits), snapshot.step
        self.choose(edits=())

    def action_drop(self) -> None:
        """Drop all edits, and show the network of the run again."""
        self.choose(edits=())


def edits_in_words(edits: Edits, side: int) -> tuple[str, ...]:
    """Return a description of the edits in several lengths, the longest first. Several edits are only counted: "2 changes".

    Pictures have `side` pixels along each side.
    """
    return (*edit_words(edits[0], side), "1 change") if len(edits) == 1 else (f"{len(edits)} changes",)


def _side(snapshot: Snapshot) -> int:
    return isqrt(snapshot.network.input_size)


def _kept_in_words(snapshot: Snapshot, edits: Edits) -> tuple[str, ...]:
    """Return a message, in several lengths, after the copy was kept in a new branch. It explains the consequences."""
    words = edits_in_words(edits, _side(snapshot))[0]
    said, shortest = f"Now in a new branch: {words}", f"New branch: {words}"
    match snapshot.status.state:
        case State.INSIDE:
            return f"{said}. The update in the microscope starts again.", said, shortest
        case State.LOOKING_BACK | State.DIVERGED:
            return f"Now in a new branch from epoch {snapshot.epoch:,}: {words}", said, shortest
    if len(edits) == 1 and edits[0].kind == OFF:
        zero = "its outgoing weights are 0"
        return f"{said} ({zero}; training may change them)", f"{said} ({zero})", said, shortest
    return said, shortest


def not_the_copy(snapshot: Snapshot, edits: Edits) -> tuple[str, ...]:
    """Return a sentence, in several lengths, for a view that shows the network of the run and not the copy."""
    said = "This view shows the run, not your edits"
    words = edits_in_words(edits, _side(snapshot))
    where = (f"{said} ({shorter}). u and x show them." for shorter in words)
    return *where, *(f"{said} ({shorter})" for shorter in words), said
