"""The Inspect pane: what the numbers inside the network look like."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import ContentSwitcher

from tui_nn.data.dataset import Split
from tui_nn.render.histograms import HEIGHTS
from tui_nn.session.snapshot import Snapshot, State
from tui_nn.ui.messages import ShowPane
from tui_nn.ui.pace import Pace
from tui_nn.ui.panes.inspect_words import HELP, message, subject
from tui_nn.ui.panes.pane import Pane
from tui_nn.ui.probe import Probe
from tui_nn.ui.widgets.example_view import ExampleView
from tui_nn.ui.widgets.fitted_line import FittedLine
from tui_nn.ui.widgets.histograms_view import HistogramsView
from tui_nn.ui.widgets.layer_table import LayerTable
from tui_nn.ui.widgets.layers_view import LayersView
from tui_nn.ui.widgets.sub_views import SubViews
from tui_nn.ui.widgets.unit_grid import UnitGrid

VIEWS = (("l", "layers"), ("h", "histograms"), ("x", "example"))
_ACTIONS = {
    "layer": ("layers", "histograms"),
    "one": ("layers", "histograms"),
    "start": ("histograms",),
    "scale": ("histograms",),
    "unit": ("example",),
    "mistake": ("example",),
    "mistakes": ("example",),
}
"""The views in which an action means something; what is not named means something in all."""


class InspectPane(Pane):
    """Three views of one network on the probe batch, or on one test example.

    Looking takes a few milliseconds. It is done when the parameters are others than last time, or what is looked at.
    """

    NUMBER: ClassVar[str] = "3"
    TITLE: ClassVar[str] = "Inspect"
    HELP: ClassVar[str] = HELP

    DEFAULT_CSS = """
    InspectPane {
        ContentSwitcher { height: 1fr; margin: 1 0 0 0; }
        &.-low ContentSwitcher { margin: 0; }
        #inspect-message.-said { background: $primary-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "show('layers')", "layers", show=False, id="layers", tooltip="Every layer in numbers"),
        Binding("h", "show('histograms')", "histograms", show=False, id="histograms", tooltip="One layer in pictures"),
        Binding("x", "show('example')", "example", show=False, id="example", tooltip="One digit through the network"),
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="layer-up", tooltip="The layer before"),
        Binding("down", "layer(1)", "next layer", show=False, id="layer-down", tooltip="The layer after"),
        Binding("left", "example(-1)", "example", key_display="←→", id="example-left", tooltip="The digit before"),
        Binding("right", "example(1)", "next example", show=False, id="example-right", tooltip="The digit after"),
        Binding("n", "mistake", "next mistake", id="next-mistake", tooltip="The next misclassified test digit"),
        Binding("up", "unit(-1)", "unit", key_display="↑↓", id="unit-up", tooltip="A unit that says more for it"),
        Binding("down", "unit(1)", "next unit", show=False, id="unit-down", tooltip="A unit that says less for it"),
        Binding("o", "start", "start", id="start-weights", tooltip="Show or hide what the start weights give"),
        Binding("s", "scale", "scale", id="histogram-scale", tooltip="Heights: square root of share, share, log"),
        Binding("p", "one(True)", "one example", id="probe-example", tooltip="Look at one test digit alone"),
        Binding("p", "one(False)", "probe batch", id="probe-batch", tooltip="Look at many test digits together"),
        Binding("enter", "mistakes", "in Mistakes", show=False, key_display="enter", id="open-mistake", tooltip="Show it there"),
        Binding("escape", "show('layers')", "layers", show=False, id="inspect-back", tooltip="Back to the layers"),
    ]  # fmt: skip

    view: reactive[str] = reactive("layers", init=False)
    """The view in front."""

    chosen_layer: reactive[int] = reactive(0, init=False)
    """The selected layer."""

    example: reactive[int] = reactive(0, init=False)
    """The chosen test digit."""

    one: reactive[bool] = reactive(False, init=False)
    """Whether layers and histograms are of the chosen digit alone."""

    with_start: reactive[bool] = reactive(True, init=False)
    """Whether histograms show the start weights too."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with the layers."""
        super().__init__(id=id)
        self._strip, self._message = SubViews(VIEWS, "layers"), FittedLine(id="inspect-message")
        self._layers = LayersView(id="layers")
        self._histograms = HistogramsView(id="histograms")
        self._example = ExampleView(id="example")
        self._probe = Probe()
        self._pace = Pace(self, self._look)
        self._seen: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Strip, view, message."""
        yield self._strip
        with ContentSwitcher(initial=self.view):
            yield self._layers
            yield self._histograms
            yield self._example
        yield self._message

    def on_mount(self) -> None:
        """Say that there is nothing yet, or show what there is already."""
        for name in ("example", "one", "with_start"):
            self.watch(self, name, self._look_elsewhere, init=False)
        self._look_elsewhere()

    def on_resize(self) -> None:
        """Where rows are few, the blank one goes."""
        self.set_class(self.size.height < 20, "-low")

    # ---- when to look

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Look at other parameters at once, or while training goes on twice a second."""
        if snapshot is not None:
            # A new network may have fewer layers.
            self.chosen_layer = min(self.chosen_layer, snapshot.network.layer_count - 1)
        self._show_words()
        if snapshot is not None and snapshot.status.state is State.RUNNING:
            self._pace.soon()
        else:
            self._pace.now()

    def watch_test(self, test: Split | None) -> None:
        """Look at other digits, of which there may be fewer."""
        if test is not None:
            self.example = min(self.example, len(test) - 1)
        self._look_elsewhere()

    def _look(self) -> None:
        """Bring the view in front up to date."""
        snapshot, test = self.snapshot, self.test
        if snapshot is None or test is None or not self.is_mounted:
            return
        with_start = self.view == "histograms" and self.with_start and snapshot.step > 0
        diverged = snapshot.status.state is State.DIVERGED
        seen = (self.view, snapshot.parameters, test, diverged, self._subject, with_start)
        if seen == self._seen:
            return
        self._seen = seen
        self.refresh_bindings()
        if self.view == "example":
            self._example.look = self._probe.example(snapshot, test, self.example)
        else:
            view = self._layers if self.view == "layers" else self._histograms
            view.look = self._probe.look(snapshot, test, self._subject, with_start=with_start)

    # ---- what to look at

    @property
    def _subject(self) -> int | None:
        """The test digit that is looked at, or None for the probe batch."""
        return self.example if self.one or self.view == "example" else None

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting

    def show_example(self, index: int) -> None:
        """Turn to a test digit on its way through the network."""
        self.view, self.example = "example", index

    def watch_view(self, before: str, view: str) -> None:
        """Bring a view to the front."""
        self.query_one(ContentSwitcher).current = view
        self._look_elsewhere()

    def watch_chosen_layer(self, before: int, layer: int) -> None:
        """Turn both views of layers to it."""
        self._layers.chosen_layer = self._histograms.chosen_layer = layer

    def _look_elsewhere(self) -> None:
        """At what a person chose: at once, even while training goes on."""
        self._show_words()
        self.refresh_bindings()
        self._pace.now()

    def _show_words(self) -> None:
        self._strip.current = self.view
        self._strip.subjects = subject(self.test, self._subject)
        self._message.texts = message(self.snapshot)

    @on(SubViews.Chosen)
    def _choose_view(self, event: SubViews.Chosen) -> None:
        self.view = event.name

    @on(LayerTable.Chosen)
    def _choose_layer(self, event: LayerTable.Chosen) -> None:
        self.chosen_layer = event.layer

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        self._example.unit = event.unit

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys mean what they can mean in the view in front."""
        if self.view not in _ACTIONS.get(action, (self.view,)):
            return False
        match action:
            case "one":
                return self.one is not parameters[0]
            case "example":
                return self._subject is not None
            case "start":
                return self.snapshot is not None and self.snapshot.step > 0
            case "mistakes":
                return self._is_misclassified()
            case _:
                return True

    def action_show(self, view: str) -> None:
        """Bring a view to the front."""
        self.view = view

    def action_layer(self, step: int) -> None:
        """Go a layer down or up the table."""
        if self.snapshot is not None:
            self.chosen_layer = min(max(self.chosen_layer + step, 0), self.snapshot.network.layer_count - 1)

    def action_example(self, step: int) -> None:
        """Go to the test digit after or before; behind the last comes the first."""
        if self.test is not None:
            self.example = (self.example + step) % len(self.test)

    def action_mistake(self) -> None:
        """Go to the next misclassified test digit."""
        if self.snapshot is not None and self.test is not None:
            wrong = np.flatnonzero(self.snapshot.evaluation.predicted != self.test.labels)
            if wrong.size:
                self.example = int(wrong[np.searchsorted(wrong, self.example, side="right") % wrong.size])

    def action_unit(self, step: int) -> None:
        """Go to the unit that says more or less for the answer."""
        self._example.move_unit(step)

    def action_start(self) -> None:
        """Show or hide what the start weights give."""
        self.with_start = not self.with_start

    def action_scale(self) -> None:
        """Draw at other heights."""
        names = list(HEIGHTS)
        self._histograms.scale = names[(names.index(self._histograms.scale) + 1) % len(names)]

    def action_one(self, one: bool) -> None:
        """Look at one digit, or at the probe batch."""
        self.one = one

    def action_mistakes(self) -> None:
        """Show this digit in the Mistakes pane."""
        self.post_message(ShowPane("Mistakes", example=self.example))

    def _is_misclassified(self) -> bool:
        if self.snapshot is None or self.test is None:
            return False
        return bool(self.snapshot.evaluation.predicted[self.example] != self.test.labels[self.example])
