"""The Inspect pane: views of what is inside the network, that share what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.render.numbers import loss_text
from tui_nn.session.hints import Hint
from tui_nn.session.questions.probe import PROBE
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.edited_copy import EditedCopyView, not_the_copy
from tui_nn.ui.inspect.example.view import ExampleView
from tui_nn.ui.inspect.flow import FlowView
from tui_nn.ui.inspect.hints import HintsView
from tui_nn.ui.inspect.histograms import HistogramsView
from tui_nn.ui.inspect.layers.view import LayersView
from tui_nn.ui.inspect.microscope.view import MicroscopeView
from tui_nn.ui.inspect.test_map.view import MapView
from tui_nn.ui.inspect.unit.view import UnitView
from tui_nn.ui.inspect.view import Choice, InspectView
from tui_nn.ui.kit.hint_line import hint_keys
from tui_nn.ui.kit.hint_watch import HintWatch, hint_texts
from tui_nn.ui.kit.view import View
from tui_nn.ui.kit.view_pane import ViewPane, view_bindings
from tui_nn.ui.kit.words import epoch_words

NEAR = 0.15
"""Share of the loss of guessing within which a loss is called close to it."""

INTRODUCTION = f"""
A layer computes `z = x @ W + b` and then its activation `a`; training changes `W` and `b`. Nothing here trains: every
number is measured on the **probe batch**, the first {PROBE} test digits, always the same ones, or with `p` on one
test digit. What is looked at stands at the right, below the names of the views.
"""


def message(snapshot: Snapshot | None, found: Sequence[Hint] = ()) -> tuple[str, ...]:
    """The one thing to be said about the state of the run, in several lengths, or nothing; `found` is what is wrong."""
    if snapshot is None:
        return ("Loading digits",)
    if snapshot.status.state is State.DIVERGED:
        return f"Diverged  {snapshot.status.reason}", snapshot.status.reason
    if snapshot.epoch < snapshot.newest_epoch:
        said = f"Looking back at epoch {epoch_words(snapshot)} of {snapshot.newest_epoch:,}"
        return f"{said}   ] on   end newest", said
    if found:
        return hint_texts(found[0])
    if snapshot.step == 0 and snapshot.status.state is not State.RUNNING:
        return _untrained(snapshot)
    return ("",)


def _untrained(snapshot: Snapshot) -> tuple[str, ...]:
    loss, classes = snapshot.evaluation.loss, snapshot.network.output_size
    chance = snapshot.mlp.loss.chance(classes)
    formula = f"ln {classes} = {loss_text(chance)}" if snapshot.mlp.loss.output == "softmax" else loss_text(chance)
    if abs(loss - chance) < NEAR * chance:
        said = f"Untrained  loss {loss_text(loss)}, close to {formula}: it is guessing."
    else:
        said = f"Untrained  loss {loss_text(loss)}; guessing costs {formula}."
    return f"{said} space trains", said, "Untrained  space trains"


class InspectPane(ViewPane):
    """Keeps the choice, says what is looked at beside the strip, and what there is to say of the run below."""

    NUMBER: ClassVar[str] = "3"
    TITLE: ClassVar[str] = "Inspect"
    HELP: ClassVar[str] = INTRODUCTION
    VIEWS: ClassVar[tuple[type[View], ...]] = (
        LayersView,
        HistogramsView,
        FlowView,
        UnitView,
        ExampleView,
        MapView,
        MicroscopeView,
        HintsView,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        # The microscope's key works everywhere: the screen has it.
        *view_bindings(*(view for view in VIEWS if view is not MicroscopeView)),
        Binding("escape", "view('layers')", "layers", show=False, id="inspect-back", tooltip="Back to the layers"),
    ]

    choice: reactive[Choice] = reactive(Choice(), init=False, repaint=False)
    """What is chosen, whatever the view."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with the layers."""
        super().__init__(id=id)
        self._hints = HintWatch()
        self._copy_of = 0

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self.describe()

    def on_resize(self) -> None:
        """Where rows are few, the one below the strip goes."""
        self._strip.set_class(self.size.height >= 20, "-two")

    # ---- values

    def give(self, view: View) -> None:
        """The choice too; what the view chooses is the choice."""
        if not isinstance(view, InspectView):
            super().give(view)
            return
        with view.at_once():
            view.choice = self.choice
            super().give(view)
        self.watch(view, "choice", self._take_choice, init=False)
        self.watch(view, "subjects", self.describe, init=False)

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Hand it on; a network that begins anew has nothing of the copy of another."""
        if snapshot is not None and snapshot.run != self._copy_of:
            self._copy_of = snapshot.run
            self.choice = replace(self.choice, edits=())
        super().watch_snapshot(snapshot)

    def watch_choice(self) -> None:
        """Hand it on."""
        self.update()

    def _take_choice(self, choice: Choice) -> None:
        self.choice = choice

    def describe(self) -> None:
        """What is looked at, too, and the keys that help where something is wrong."""
        super().describe()
        found = () if self.front.message or self._beside_the_copy else self._found
        self._message.right = hint_keys(fixable=found[0].fix is not None) if found else ""
        self._strip.subjects = self.front.subjects if isinstance(self.front, InspectView) else ("",)

    @property
    def _found(self) -> tuple[Hint, ...]:
        """What is wrong, where it is not being read already."""
        return () if self.view == HintsView.NAME else self._hints.of(self.snapshot, self.test)

    def messages(self) -> tuple[str, ...]:
        """What the view has to say, else what there is to be known of the run."""
        return super().messages() or self._beside_the_copy or message(self.snapshot, self._found)

    @property
    def _beside_the_copy(self) -> tuple[str, ...]:
        """That a copy was made by hand, where it is not seen; nothing if the run has something graver to say."""
        if not self.choice.edits or isinstance(self.front, EditedCopyView) or self.snapshot is None:
            return ()
        return () if self.snapshot.status.state is State.DIVERGED else not_the_copy(self.choice.edits)

    @property
    def explanation(self) -> str:
        """What all views have in common, and the one in front."""
        return f"{INTRODUCTION}\n{self.front.HELP}"

    def show_example(self, index: int) -> None:
        """Turn to a test digit on its way through the network."""
        self.choice = replace(self.choice, example=index)
        self.view = ExampleView.NAME
