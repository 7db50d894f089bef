"""The Inspect pane: views of the inside of the network, which share one choice of layer, unit and example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.engine.look import Look
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
from tui_nn.ui.inspect.runs import LayersOfRunsView
from tui_nn.ui.inspect.test_map.view import MapView
from tui_nn.ui.inspect.unit.view import UnitView
from tui_nn.ui.inspect.view import Choice, InspectView
from tui_nn.ui.kit.hint_line import hint_keys, hint_texts
from tui_nn.ui.kit.view import View
from tui_nn.ui.kit.view_pane import ViewPane, view_bindings
from tui_nn.ui.kit.words import looking_back_words

NEAR = 0.15
"""The relative difference from the loss of a pure guess below which a message calls a loss close to a guess."""

INTRODUCTION = f"""
A layer computes `z = x @ W + b` and from it the activation `a`. Training changes `W` and `b`. Only the microscope trains; the
other views measure the network. They use the **probe batch**, which is always the first {PROBE} test examples. Press `a` to
measure on one test example. At the right, below the names of the views, you see which examples were measured.
"""


def message(snapshot: Snapshot | None, found: Sequence[Hint] = ()) -> tuple[str, ...]:
    """Return the most important message about the run in several lengths; ("",) if there is none. `found` are its hints."""
    if snapshot is None:
        return ("The app is loading the data",)
    if snapshot.status.state is State.DIVERGED:
        return f"Diverged: {snapshot.status.reason}", snapshot.status.reason
    if snapshot.place < snapshot.own_branch.tip:
        said = looking_back_words(snapshot, snapshot)
        return f"{said} Press ] for the next epoch, end for the newest.", said
    if found:
        return hint_texts(found[0])
    if snapshot.step == 0 and snapshot.status.state is not State.RUNNING:
        return _untrained(snapshot)
    return ("",)


def _untrained(snapshot: Snapshot) -> tuple[str, ...]:
    loss, classes = snapshot.evaluation.loss, snapshot.network.output_size
    chance = snapshot.mlp.loss.chance(classes)
    formula = f"{loss_text(chance)} = ln {classes}" if snapshot.mlp.loss.output == "softmax" else loss_text(chance)
    if abs(loss - chance) < NEAR * chance:
        said = f"Untrained: the loss {loss_text(loss)} is close to a guess ({formula})."
    else:
        said = f"Untrained: the loss {loss_text(loss)} is far from a guess ({formula})."
    return f"{said} space trains", said, "Untrained: space trains"


class InspectPane(ViewPane):
    """A pane that shows one of its views, and passes to all of them the shared choice of layer, unit and example.

    It also writes the message row, and beside the names of the views the subject of the visible view.
    """

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
        LayersOfRunsView,
    )
    STRIP_FROM: ClassVar[int] = 17
    SHARED: ClassVar[str] = "choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        # The key `m` of the microscope is not defined here, because it works in every pane: the main screen defines it.
        *view_bindings(*(view for view in VIEWS if view is not MicroscopeView)),
        Binding("escape", "view('layers')", "layers", show=False, id="inspect-back", tooltip="Go back to the layers"),
    ]

    choice: reactive[Choice] = reactive(Choice(), init=False, repaint=False)
    """The chosen layer, unit and examples, which all views share."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._copy_of = 0

    def on_mount(self) -> None:
        """Write the message row and the description of the first view."""
        self.describe()

    def on_resize(self) -> None:
        """Use two rows for the names of the views and the text beside them if the pane is high enough, else one row."""
        self._strip.set_class(self.size.height >= 20, "-two")

    # ---- values

    def give(self, view: View) -> None:
        """Pass its values to a view.

        Whenever the subject of the view (a text about its contents) changes, write it beside the names of the views.
        """
        super().give(view)
        if isinstance(view, InspectView):
            self.watch(view, "subjects", self.describe, init=False)

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Pass the snapshot to the visible view. A new run drops the edited copy of the old network."""
        if snapshot is not None and snapshot.run != self._copy_of:
            self._copy_of = snapshot.run
            self.choice = replace(self.choice, edits=())
        super().watch_snapshot(snapshot)

    def watch_choice(self) -> None:
        """Pass the new choice to the visible view."""
        self.update()

    def describe(self) -> None:
        """Write the message row, the keys of a hint in it, and the description of the view."""
        super().describe()
        found = () if self.front.message or self._beside_the_copy else self._found
        self._message.right = hint_keys(found[0]) if found else ""
        self._strip.subjects = self.front.subjects if isinstance(self.front, InspectView) else ("",)

    @property
    def _found(self) -> tuple[Hint, ...]:
        """The hints about the run; none while the hints view is visible, because it shows them all."""
        return () if self.view == HintsView.NAME else self.hints

    def messages(self) -> tuple[str, ...]:
        """Return a message in several lengths: that of the visible view, else one about the edited copy, else one about the run."""
        return super().messages() or self._beside_the_copy or message(self.snapshot, self._found)

    @property
    def _beside_the_copy(self) -> tuple[str, ...]:
        """The note, in several lengths, that this view does not show the edited copy; () if there is no copy.

        After a divergence there is no note, because the message about the divergence is more important.
        """
        if not self.choice.edits or isinstance(self.front, EditedCopyView) or self.snapshot is None:
            return ()
        return () if self.snapshot.status.state is State.DIVERGED else not_the_copy(self.snapshot, self.choice.edits)

    @property
    def explanation(self) -> str:
        """The introduction and the help of the view in front."""
        return f"{INTRODUCTION}\n{self.front.HELP}"

    @property
    def compare_look(self) -> Look:
        """Return the `Look` (view description) of the view that compares the layers of two runs."""
        return Look(self.TITLE, LayersOfRunsView.NAME)

    @property
    def current_look(self) -> Look:
        """Return the `Look` (view description) of the visible view. It includes the choice, which all views share."""
        look, choice = super().current_look, self.choice
        if not isinstance(self.front, InspectView):
            return look
        layer = choice.layer if look.layer is None else look.layer
        return replace(look, layer=layer, unit=choice.unit, example=choice.example)

    async def show_look(self, look: Look) -> None:
        """Show the view that a `Look` (view description) names, with its layer, unit and test example.

        A `Look` at the microscope does not change the shared choice of a test example, because its example belongs to the
        training batch.
        """
        if look.view == MicroscopeView.NAME:
            await self.show_in_view(look)
            return
        chosen = {name: value for name in ("layer", "unit") if (value := getattr(look, name)) is not None}
        choice = replace(self.choice, **chosen)
        if self.snapshot is not None and self.test is not None:
            choice = choice.within(self.snapshot, self.test)
        self.choice = choice
        await super().show_look(look)

    def show_example(self, index: int) -> None:
        """Bring the example view to the front, with this test example."""
        self.choice = replace(self.choice, example=index)
        self.view = ExampleView.NAME
