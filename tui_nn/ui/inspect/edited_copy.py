"""What if: a copy of the network with a weight, a bias or a unit changed by hand, kept or dropped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from textual.binding import Binding, BindingType

from tui_nn.analysis.units import Stop, Stopped, count_correct
from tui_nn.core.choices.edits import OFF, Edit, Edits, edited, with_edit, without_edit
from tui_nn.core.network import MLP
from tui_nn.data.dataset import Split
from tui_nn.engine.commands import ApplyEdits
from tui_nn.render.numbers import MINUS, percent
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.branch_words import edit_words
from tui_nn.ui.kit.messages import Tell

EDIT_KEYS: list[BindingType] = [
    Binding("o", "switch(True)", "off", id="unit-off", tooltip="Switch this unit off, in a copy of the network"),
    Binding("o", "switch(False)", "on", id="unit-on", tooltip="Switch this unit on again"),
    Binding("k", "keep", "keep", show=False, id="keep-edits", tooltip="Go on with the copy: the run notes the change"),
    Binding("backspace", "drop", "drop", show=False, id="drop-edits", tooltip="Drop the copy: nothing was changed"),
]


class EditedCopyView(InspectView):
    """A view that may look at a copy. The message row says so, and what the copy is worth on all test digits.

    What is changed is part of the choice, so that the views show the same copy. A view defines `pointed`.
    """

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with the network as it is."""
        super().__init__(id=id)
        self._counting = Background[int](self, self._take_count)
        self._correct: int | None = None
        self._counted: object = None
        self._kept: tuple[tuple[str, ...], int] = (), 0
        """What was kept last, in words of several lengths, and at which step."""

    @property
    def pointed(self) -> tuple[int, int] | None:
        """The layer and the number of the unit that is pointed at."""
        raise NotImplementedError

    @property
    def pending(self) -> bool:
        """Whether something newer is still to come."""
        return super().pending or self._counting.busy

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        self._counted = None
        self._counting.drop()

    # ---- what the copy is worth

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """See what the copy is worth; a view does this too."""
        edits = self.choice.edits
        counted = snapshot.parameters, edits
        if counted == self._counted:
            return
        self._counted, self._correct = counted, None
        if edits:
            self._counting.ask(_count(snapshot, test, edits, lambda: self._counted is not counted))
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
        before = int(np.count_nonzero(snapshot.evaluation.predicted == test.labels))
        worth, more = f"test {percent(before / len(test), 2)} → …", ""
        if self._correct is not None:
            worth = worth.replace("…", percent(self._correct / len(test), 2))
            more = f", {self._correct - before:+,} digits".replace("-", MINUS)
        said, keys = [f"A copy: {words} · {worth}" for words in in_words(edits)], " · k keep, bksp drop"
        self.message = (f"{said[0]}{more}{keys}", *(f"{words}{keys}" for words in said), said[-1], worth)

    # ---- what is done to it

    def edit(self, edit: Edit) -> None:
        """Change one thing more in the copy."""
        self.choose(edits=with_edit(self.choice.edits, edit))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A unit can be switched off if it is on, and not if it is an output; only a copy is kept or dropped."""
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
        """Have the run go on with the copy."""
        edits, snapshot = self.choice.edits, self.snapshot
        if snapshot is None:
            return
        self.post_message(Tell(ApplyEdits(edits=edits)))
        self._kept = _kept_in_words(snapshot, edits), snapshot.step
        self.choose(edits=())

    def action_drop(self) -> None:
        """Look at the network as it is again."""
        self.choose(edits=())


def in_words(edits: Edits) -> tuple[str, ...]:
    """What was changed by hand: the one change, longest first, or how many."""
    return (*edit_words(edits[0]), "1 change") if len(edits) == 1 else (f"{len(edits)} changes",)


def _kept_in_words(snapshot: Snapshot, edits: Edits) -> tuple[str, ...]:
    """What was kept, and what follows from it."""
    words = in_words(edits)[0]
    said, shortest = f"Kept: {words}, in a new branch", f"Kept: {words}"
    match snapshot.status.state:
        case State.INSIDE:
            return f"{said}; the update begins again", said, shortest
        case State.LOOKING_BACK | State.DIVERGED:
            return f"{said} from epoch {snapshot.epoch:,}", said, shortest
    if len(edits) == 1 and edits[0].kind == OFF:
        return (
            f"{said}: its weights out are 0; training may bring them back",
            f"{said}: its weights out are 0",
            said,
            shortest,
        )
    return said, shortest


def not_the_copy(edits: Edits) -> tuple[str, ...]:
    """What a view says that has the network's own numbers while there is a copy."""
    said = "The network itself, not your copy"
    words = in_words(edits)
    where = (f"{said} ({shorter}): that is in u and x" for shorter in words)
    return *where, *(f"{said} ({shorter})" for shorter in words), said


def copied(snapshot: Snapshot, edits: Edits) -> MLP:
    """The network of a snapshot, or a copy with these changes."""
    return MLP(snapshot.network, edited(snapshot.parameters, edits)) if edits else snapshot.mlp


def _count(snapshot: Snapshot, test: Split, edits: Edits, stop: Stop) -> Iterator[int]:
    """How many test digits the copy gets right; nothing if nobody wants it any more."""
    try:
        yield count_correct(copied(snapshot, edits), test.images, test.labels, stop)
    except Stopped:
        return
