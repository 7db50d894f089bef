"""The Inspect pane: what the numbers inside the network look like."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Static

from tui_nn.render.histograms import HEIGHTS
from tui_nn.session.snapshot import State
from tui_nn.ui.messages import ShowPane
from tui_nn.ui.panes.inspect_words import HELP, message, subject
from tui_nn.ui.panes.pane import Pane
from tui_nn.ui.probe import Probe
from tui_nn.ui.widgets.example_view import ExampleView
from tui_nn.ui.widgets.histograms_view import HistogramsView
from tui_nn.ui.widgets.layer_table import LayerTable
from tui_nn.ui.widgets.layers_view import LayersView
from tui_nn.ui.widgets.sub_views import SubViews
from tui_nn.ui.widgets.unit_grid import UnitGrid

VIEWS = (("l", "layers"), ("h", "histograms"), ("x", "example"))

REST = 0.5
"""Seconds between two looks while training goes on."""
SHARE = 0.1
"""Of the time that looking may take while training goes on: a wide network is looked at less often."""


class InspectPane(Pane):
    """Three views of one network on the probe batch, or on one test example.

    Looking costs a few milliseconds: it is done when the parameters, or what is looked at, are others than last time.
    """

    NUMBER: ClassVar[str] = "3"
    TITLE: ClassVar[str] = "Inspect"
    HELP: ClassVar[str] = HELP

    DEFAULT_CSS = """
    InspectPane > ContentSwitcher { height: 1fr; margin: 1 0 0 0; }
    InspectPane.-low > ContentSwitcher { margin: 0; }
    InspectPane > #inspect-message { height: 1; padding: 0 1; }
    InspectPane > #inspect-message.-said { background: $primary-muted; }
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
        Binding("enter", "mistakes", "in Mistakes", show=False, id="open-mistake", tooltip="This digit in Mistakes"),
        Binding("escape", "show('layers')", "layers", show=False, id="inspect-back", tooltip="Back to the layers"),
    ]  # fmt: skip

    view: reactive[str] = reactive("layers", init=False)
    """The view in front."""

    layer: reactive[int] = reactive(0, init=False)
    """The selected layer."""

    example: reactive[int] = reactive(0, init=False)
    """The chosen test digit."""

    one: reactive[bool] = reactive(False, init=False)
    """Whether layers and histograms are of the chosen digit alone."""

    with_start: reactive[bool] = reactive(True, init=False)
    """Whether the start weights are shown too, where they can be."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with the layers."""
        super().__init__(id=id)
        self._probe = Probe()
        self._seen: tuple[object, ...] = ()
        self._timer: Timer | None = None
        self._next_look = 0.0

    def compose(self) -> ComposeResult:
        """Strip, view, message."""
        yield SubViews(VIEWS, self.view)
        with ContentSwitcher(initial=self.view):
            yield LayersView(id="layers")
            yield HistogramsView(id="histograms")
            yield ExampleView(id="example")
        yield Static(id="inspect-message")

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self._show_words()

    def on_resize(self) -> None:
        """Where rows are few, the blank one goes."""
        self.set_class(self.size.height < 20, "-low")

    # ---- when to look

    def watch_snapshot(self) -> None:
        """Look at other parameters now, or, while training, half a second after the last look."""
        if not self.is_mounted:
            return
        self._keep_within()
        self._show_words()
        running = self.snapshot is not None and self.snapshot.status.state is State.RUNNING
        if not running or monotonic() >= self._next_look:
            self.look()
        elif self._timer is None:
            # Trailing: whatever comes last is always drawn.
            self._timer = self.set_timer(self._next_look - monotonic(), self.look)

    def watch_test(self) -> None:
        """Look again."""
        self.watch_snapshot()

    def look(self) -> None:
        """Draw the view in front, if it is not drawn yet."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        snapshot, test = self.snapshot, self.test
        if snapshot is None or test is None or not self.is_mounted:
            return
        example = self.example if self.one or self.view == "example" else None
        with_start = self.view == "histograms" and self.with_start and snapshot.step > 0
        diverged = snapshot.status.state is State.DIVERGED
        seen = (self.view, snapshot.parameters, diverged, example, with_start)
        if seen == self._seen:
            return
        began = monotonic()
        if self.view == "example":
            self.query_one(ExampleView).look = self._probe.example(snapshot, test, self.example)
        else:
            look = self._probe.look(snapshot, test, example, with_start=with_start)
            self._statistics_view.look = look
        self._seen = seen
        self._next_look = monotonic() + max(REST, (monotonic() - began) / SHARE)

    def _keep_within(self) -> None:
        """A new network may have fewer layers, and other data fewer examples."""
        if self.snapshot is not None:
            self.layer = min(self.layer, self.snapshot.network.layer_count - 1)
        if self.test is not None:
            self.example = min(self.example, len(self.test) - 1)

    @property
    def _statistics_view(self) -> LayersView | HistogramsView:
        return self.query_one(LayersView) if self.view == "layers" else self.query_one(HistogramsView)

    # ---- what to look at

    def show_example(self, index: int) -> None:
        """Turn to a test digit on its way through the network."""
        self.view, self.example = "example", index

    def watch_view(self, before: str, view: str) -> None:
        """Bring a view to the front."""
        self.query_one(ContentSwitcher).current = view
        self._look_elsewhere()

    def watch_layer(self, before: int, layer: int) -> None:
        """Turn both views of layers to it."""
        self.query_one(LayersView).layer = self.query_one(HistogramsView).layer = layer

    def watch_example(self) -> None:
        """Look at another digit."""
        self._look_elsewhere()

    def watch_one(self) -> None:
        """Look at one digit, or at the probe batch."""
        self._look_elsewhere()

    def watch_with_start(self) -> None:
        """Show the start weights, or do not."""
        self._look_elsewhere()

    def _look_elsewhere(self) -> None:
        self._show_words()
        self.refresh_bindings()
        self.look()

    def _show_words(self) -> None:
        strip = self.query_one(SubViews)
        strip.current = self.view
        strip.subject = subject(self.test, self.example if self.one or self.view == "example" else None)
        said = message(self.snapshot)
        row = self.query_one("#inspect-message", Static)
        row.update(said)
        row.set_class(bool(said), "-said")

    @on(SubViews.Chosen)
    def _show_view(self, event: SubViews.Chosen) -> None:
        self.view = event.name

    @on(LayerTable.Chosen)
    def _choose_layer(self, event: LayerTable.Chosen) -> None:
        self.layer = event.layer

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        self.query_one(ExampleView).unit = event.unit

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys mean what they can mean in the view in front."""
        match action:
            case "layer" | "one":
                return self.view != "example" and (action == "layer" or self.one is not parameters[0])
            case "example":
                return self.one or self.view == "example"
            case "unit" | "mistake":
                return self.view == "example"
            case "start":
                return self.view == "histograms"
            case "scale":
                return self.view == "histograms"
            case "mistakes":
                return self.view == "example" and self._is_misclassified()
            case _:
                return True

    def action_show(self, view: str) -> None:
        """Bring a view to the front."""
        self.view = view

    def action_layer(self, step: int) -> None:
        """Go a layer down or up the table."""
        if self.snapshot is not None:
            self.layer = min(max(self.layer + step, 0), self.snapshot.network.layer_count - 1)

    def action_example(self, step: int) -> None:
        """Go to the test digit after or before; behind the last comes the first."""
        if self.test is not None:
            self.example = (self.example + step) % len(self.test)

    def action_mistake(self) -> None:
        """Go to the next misclassified test digit."""
        if self.snapshot is None or self.test is None:
            return
        wrong = np.flatnonzero(self.snapshot.evaluation.predicted != self.test.labels)
        if wrong.size:
            self.example = int(wrong[np.searchsorted(wrong, self.example, side="right") % wrong.size])

    def action_unit(self, step: int) -> None:
        """Go to the unit that speaks more or less for the answer."""
        self.query_one(ExampleView).move_unit(step)

    def action_start(self) -> None:
        """Show or hide what the start weights gave."""
        self.with_start = not self.with_start

    def action_scale(self) -> None:
        """Draw at other heights."""
        view, names = self.query_one(HistogramsView), list(HEIGHTS)
        view.scale = names[(names.index(view.scale) + 1) % len(names)]

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
