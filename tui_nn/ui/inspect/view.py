"""What the views of the Inspect pane have in common: they share a choice, and look no oftener than there is something new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual.reactive import reactive

from tui_nn.session.run.status import State
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.view import View

if TYPE_CHECKING:
    from tui_nn.core.choices.edits import Edits
    from tui_nn.data.dataset import Split
    from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to look at. It goes along from view to view."""

    layer: int = 0
    unit: int = 0
    """A unit of that layer."""
    example: int = 0
    """A test digit, by its number."""
    kind: int | None = None
    """A digit that layers are looked at on, or None for all."""
    alone: bool = False
    """Whether layers are looked at on that digit alone, and not on the probe batch."""
    edits: Edits = ()
    """What is changed by hand in the copy of the network that is looked at; a view of copies heeds it."""

    def within(self, snapshot: Snapshot, test: Split) -> Choice:
        """This choice, or the nearest that there is in this network and among these digits."""
        layer = min(self.layer, snapshot.network.layer_count - 1)
        unit = min(self.unit, snapshot.network.sizes[layer + 1] - 1)
        edits = tuple(edit for edit in self.edits if not edit.fault(snapshot.network))
        return replace(self, layer=layer, unit=unit, example=min(self.example, len(test) - 1), edits=edits)


class InspectView(View):
    """One way to look inside the network of a snapshot.

    A view defines `look`, and `subject`; `question` too if its picture depends on more than what is here.
    """

    choice: reactive[Choice] = reactive(Choice(), init=False, repaint=False)
    """What is chosen; a view that changes it changes it for all."""

    subjects: reactive[tuple[str, ...]] = reactive(("",), init=False, repaint=False)
    """The `subject` of the last look."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with nothing to look at."""
        super().__init__(id=id)
        self._pace = Pace(self, self._look)
        self._asked: tuple[object, ...] = ()
        self._complete = False
        self._held = self._missed = False

    # ---- for a view to define

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Bring the picture up to date. Called on the event loop: what takes long goes to a worker."""
        raise NotImplementedError

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """What the picture depends on: while this stays, there is no other look. Compared with `==`."""
        return snapshot.parameters, test, snapshot.status.state is State.DIVERGED, self.choice

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """What is looked at, in several lengths, the longest first: stands beside the strip."""
        return ("",)

    # ---- when to look

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting

    def look_again(self) -> None:
        """At what a person chose: at once, even while training goes on. Also for the watchers of a view's own reactives."""
        self._pace.now()

    def look_anew(self) -> None:
        """Even where the question is the same as before."""
        self._asked = ()
        self.look_again()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Take several values, and look once."""
        self._held, self._missed = True, False
        yield
        self._held = False
        if self._missed:
            self.look_again()

    def choose(self, **chosen: Any) -> None:
        """Choose another layer, unit or example."""
        self.choice = replace(self.choice, **chosen)

    def on_mount(self) -> None:
        """Look at what was given before there was anything to show it with."""
        self._complete = True
        self.look_again()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Look at once, or while training goes on twice a second."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Look at other digits."""
        self.look_again()

    def watch_choice(self) -> None:
        """Look at something else."""
        self.look_again()

    def _look(self) -> None:
        snapshot, test = self.snapshot, self.test
        if self._held:
            self._missed = True
            return
        if snapshot is None or test is None or not self._complete:
            return
        # Another network may have fewer layers and units.
        self.set_reactive(InspectView.choice, self.choice.within(snapshot, test))
        self.subjects = self.subject(snapshot, test)
        question = self.question(snapshot, test)
        if question != self._asked:
            self._asked = question
            self.look(snapshot, test)
        self.refresh_bindings()
