"""The base class of the views in Inspect. The views share one choice, and redraw only when a value in their picture changes."""

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
    """The layer, unit and example that a person chose. All views of Inspect share it."""

    layer: int = 0
    unit: int = 0
    """The chosen unit of that layer."""
    example: int = 0
    """The index of the chosen test example."""
    only_class: int | None = None
    """The label of the class on whose examples layers are measured; None for all classes."""
    alone: bool = False
    """True if layers are measured on the chosen example alone, False if on the probe batch or on the examples of a class."""
    edits: Edits = ()
    """The changes made by hand in a copy of the network. Views that show the copy apply them."""

    def within(self, snapshot: Snapshot, test: Split) -> Choice:
        """Return this choice without parts that this network and these data lack.

        A number of a layer, unit or example that is too large becomes the largest possible one. Other such parts are removed.
        """
        layer = min(self.layer, snapshot.network.layer_count - 1)
        unit = min(self.unit, snapshot.network.sizes[layer + 1] - 1)
        edits = tuple(edit for edit in self.edits if not edit.fault(snapshot.network))
        only = self.only_class if self.only_class is None or self.only_class < test.classes else None
        example = min(self.example, len(test) - 1)
        return replace(self, layer=layer, unit=unit, edits=edits, only_class=only, example=example)


class InspectView(View):
    """A view of the inside of the network of a snapshot.

    A subclass defines `look`, which draws, and `subject`. It also defines `question` if its picture depends on values that
    differ from the default.
    """

    choice: reactive[Choice] = reactive(Choice(), init=False, repaint=False)
    """The choice that all views share. When a view changes it, the pane passes it to the other views."""

    subjects: reactive[tuple[str, ...]] = reactive(("",), init=False, repaint=False)
    """The descriptions that `subject` returned when the view was drawn last."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pace = Pace(self, self._look)
        self._asked: tuple[object, ...] = ()
        self._complete = False
        self._held = self._missed = False

    # ---- methods that a subclass defines

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Update the picture. The app waits for this method, so slow work must be given to a thread."""
        raise NotImplementedError

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return everything that the picture depends on. `look` runs only when this changes (compared by `==`)."""
        return snapshot.parameters, test, snapshot.status.state is State.DIVERGED, self.choice

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return a text about the contents of the view, in several lengths, the longest first. The pane writes it beside the
        names of the views.
        """
        return ("",)

    # ---- when `look` is called

    @property
    def pending(self) -> bool:
        """Return whether the view has not drawn its newest picture yet."""
        return self._pace.waiting

    def look_again(self) -> None:
        """Call `look` immediately, even during training. A view calls this when a person has chosen something."""
        self._pace.now()

    def look_anew(self) -> None:
        """Call `look` immediately, even if `question` returns the same values as before."""
        self._asked = ()
        self.look_again()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Return a context in which several values change. At its end, `look` is called once for all of them."""
        self._held, self._missed = True, False
        yield
        self._held = False
        if self._missed:
            self.look_again()

    def choose(self, **chosen: Any) -> None:
        """Change some fields of the choice that all views share, such as the layer."""
        self.choice = replace(self.choice, **chosen)

    def on_mount(self) -> None:
        """Draw the values that arrived before the widgets existed."""
        self._complete = True
        self.look_again()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Draw the new snapshot: at once, or during training at most twice a second."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Draw the results for the new test data."""
        self.look_again()

    def watch_choice(self) -> None:
        """Draw the results for the new choice."""
        self.look_again()

    def _look(self) -> None:
        snapshot, test = self.snapshot, self.test
        if self._held:
            self._missed = True
            return
        if snapshot is None or test is None or not self._complete:
            return
        # A new network or new data may lack the chosen layer, unit or example.
        self.set_reactive(InspectView.choice, self.choice.within(snapshot, test))
        self.subjects = self.subject(snapshot, test)
        question = self.question(snapshot, test)
        if question != self._asked:
            self._asked = question
            self.look(snapshot, test)
        self.refresh_bindings()
