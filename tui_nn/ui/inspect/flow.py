"""The flow view: gradients, updates, activations and dead units of every layer, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.data.dataset import Split
from tui_nn.render.layer_sentences import update_in_words, whole_percent
from tui_nn.render.numbers import compact
from tui_nn.render.scale import EpochAxis, epoch_end, linear_ticks, log_ticks, tick_label
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.explained import flow_spots
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.plot import Axes, PlotChart, Row, Values
from tui_nn.ui.kit.roles import CAPTION, CHOSEN_LINE, FAINT, MUTED

_ROLES = {1: "flow-chart--chosen", 2: "flow-chart--line", 5: "flow-chart--axis", 6: "flow-chart--here"}
_DASHES = ((1, 0), (4, 2), (2, 2), (1, 2), (1, 4))
"""The dash pattern of each layer's curve, so that the curves differ without colour too."""
_NARROWEST = 2.0
"""The least number of powers of ten on a logarithmic axis. On a shorter axis, small changes would look like large ones."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The data of one of the four charts: a curve for each layer, the number of planned epochs, and the layer to highlight."""

    title: str
    lines: tuple[tuple[float, ...], ...]
    """The curve of each layer: one value for each epoch from 0 on, NaN if it is not known."""
    log: bool
    """True if the vertical axis is logarithmic; a linear axis begins at 0."""
    plan: int
    """The number of epochs that the run is planned to have."""
    chosen: int = 0
    """The number of the layer whose curve is highlighted by another colour."""
    here: int | None = None
    """The epoch on the screen, which a vertical line marks; None if this is the newest epoch."""


class FlowChart(PlotChart):
    """A widget that shows a title, and below it a chart of `flow` that fills the widget."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_ROLES.values(), "flow-chart--title"}
    """The parts of the chart that have a style: the curve of the chosen layer, other curves, axes, the marked epoch, title."""

    PLAIN: ClassVar[Mapping[str, str]] = {"flow-chart--chosen": "#"}

    DEFAULT_CSS = f"""
    FlowChart {{
        height: 1fr;
        width: 1fr;
        & > .flow-chart--chosen {{ color: {CHOSEN_LINE}; }}
        & > .flow-chart--line {{ color: {CAPTION}; }}
        & > .flow-chart--here {{ color: {CAPTION}; }}
        & > .flow-chart--axis {{ color: {FAINT}; }}
        & > .flow-chart--title {{ color: {CAPTION}; text-style: bold; }}
    }}
    """

    flow: reactive[Flow | None] = reactive(None, init=False, repaint=False)
    """The data to draw. The view changes them at most twice a second during training."""

    @property
    def wanted(self) -> Flow | None:
        """The data that the chart should show now."""
        return self.flow

    def watch_flow(self) -> None:
        """Draw the new data at once."""
        self._pace.now()

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Return the rows of the title and the chart."""
        assert self.flow is not None
        return [
            [(self.flow.title[:width], "flow-chart--title")],
            *draw_flow(plotext, self.flow, width, height - 1),
        ]


def draw_flow(plotext: Any, flow: Flow, width: int, height: int) -> list[Row]:
    """Return the chart in `height` rows of `width` cells. If there is no curve yet, return rows with a sentence about this."""
    lines = [_values(line, log=flow.log) for line in flow.lines]
    known = np.concatenate([line[np.isfinite(line)] for line in lines]) if lines else np.empty(0)
    if not known.size:
        words = "This chart begins with the first epoch." if not _any_zero(flow) else "0 in every epoch"
        return [[("", "")]] * (height // 2) + [[(words.center(width)[:width], "flow-chart--axis")]]
    axes = Axes(plotext, width, height)
    low, high, ticks, labels = _axis(known, flow.log, height - 2)
    end = epoch_end(max(map(len, lines)) - 1, flow.plan)
    axes.scale((low, high), ticks, labels, EpochAxis(0, end))
    if flow.here is not None:
        axes.upright(flow.here, 6)
    order = sorted(range(len(lines)), key=lambda number: number == flow.chosen)
    for number in order:
        axes.curve(lines[number], 1 if number == flow.chosen else 2, _DASHES[number % len(_DASHES)])
    # The number of a layer is written at the end of its curve. If several curves end in the same cell, one text contains
    # the numbers of all their layers, such as "0,3".
    ends: dict[tuple[int, int], list[int]] = {}
    for number, line in enumerate(lines):
        if (known_at := np.flatnonzero(np.isfinite(line))).size:
            epoch = int(known_at[-1])
            ends.setdefault((epoch, axes.cell(epoch, float(line[epoch]))[0]), []).append(number)
    for (epoch, row), numbers in ends.items():
        first, last = numbers[0], numbers[-1]
        together = len(numbers) > 2 and last - first == len(numbers) - 1
        words = f"{first}–{last}" if together else ",".join(map(str, numbers))
        # The text stands to the right of the end of the curve. At the right edge of the chart, it is moved to the left.
        at = min(epoch + max(1, round((1 + len(words)) * end / axes.cells)), end)
        y = axes.top - row / max(height - 3, 1) * (axes.top - axes.bottom)
        axes.text(at, y, words, 1 if flow.chosen in numbers else 2)
    return axes.rows(_ROLES)


def _values(line: tuple[float, ...], *, log: bool) -> Values:
    values = np.array(line, dtype=np.float64)
    if not log:
        return values
    with np.errstate(all="ignore"):
        logs: Values = np.log10(values)
    logs[~np.isfinite(logs)] = np.nan
    return logs


def _any_zero(flow: Flow) -> bool:
    return any(value == 0 for line in flow.lines for value in line)


def _axis(known: Values, log: bool, rows: int) -> tuple[float, float, list[float], list[str]]:
    """Return the vertical axis: its lowest and highest value, the values of its ticks, and their labels.

    If `log` is True, all these values are logarithms to base ten.
    """
    if not log:
        top, ticks = linear_ticks(max(float(known.max()), 1e-3) * 1.02, rows)
        return 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    low, high = float(known.min()) - 0.1, float(known.max()) + 0.1
    if high - low < _NARROWEST:
        low = high - _NARROWEST
    # If there are more powers of ten than rows, only some powers get a label, so that each label has its own row.
    every = max(1, math.ceil((high - low) / max(rows // 2, 2)))
    decades = [power for power in range(math.ceil(low), math.floor(high) + 1) if power % every == 0]
    if len(decades) < 2:
        marks = log_ticks(10**low, 10**high, rows)
        return low, high, [math.log10(mark) for mark in marks], [f"{mark:.0e}".replace("e-0", "e−") for mark in marks]
    return low, high, [float(power) for power in decades], [f"1e{power}".replace("-", "−") for power in decades]


class FlowView(InspectView):
    """A view that shows four charts, or two if there is no room for four, and below them a sentence about the chosen layer."""

    KEY: ClassVar[str] = "f"
    NAME: ClassVar[str] = "flow"
    TOOLTIP: ClassVar[str] = "Gradients, updates, activations and dead units over the epochs"
    HELP: ClassVar[str] = """
**flow** shows every layer over the epochs. Each line is one layer; the number at its end is that of the layer, and `0,3`
or `1–4` marks lines that end in the same place. The chosen layer has a colour of its own. `┊` marks the epoch that is shown.

- **gradient of one weight**: the typical size (root mean square) of the gradient of the loss in the last update of each
  epoch, before penalty and clipping; with smoothed labels, of the smoothed loss. If the lines of the first layers lie
  decades below the others, the gradient vanishes on its way back through the layers.
- **size of update / size of weights**: the size of the last update of the epoch, divided by the size of the weights, ‖ΔW‖ /
  ‖W‖. About 1/1000 is usual; 1/10 is large, and with 1/100,000 the weights hardly move.
- **std of a**: how far the activations spread over the test examples.
- **dead** units: the share of relu units that give 0 for every test example. **saturated** activations: the share of
  sigmoid or tanh activations that are near a limit.

A logarithmic axis has no 0: where a value becomes 0, its line ends.
"""

    DEFAULT_CSS = """
    FlowView { padding: 0 1; }
    FlowView > Grid { grid-size: 2; grid-rows: 1fr; grid-gutter: 1 3; height: 1fr; }
    FlowView > #flow-words { height: 2; padding: 0 1; }
    FlowView FlowChart.-away { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="flow-layer-up", tooltip="Go to the previous layer"),
        Binding("down", "layer(1)", "next layer", show=False, id="flow-layer-down", tooltip="Go to the next layer"),
        *first_and_last("layer", "flow-layer", f"layer(-{FAR})", f"layer({FAR})"),
        Binding("v", "turn", "other charts", id="flow-turn", tooltip="Show gradients and updates, or activations and dead units"),
    ]  # fmt: skip

    page: reactive[int] = reactive(0, init=False, repaint=False)
    """The charts that are shown if only two fit: 0 for the first two of the four charts, 1 for the last two."""

    def compose(self) -> ComposeResult:
        """Yield the widgets: the four charts, and the sentence about the chosen layer."""
        with Grid():
            for _ in range(4):
                yield FlowChart()
        yield Static(id="flow-words")

    def on_resize(self) -> None:
        """Show as many charts as fit."""
        self._turn()
        self._say()

    def watch_page(self) -> None:
        """Show the two charts of this page."""
        self._turn()

    def _turn(self) -> None:
        for number, chart in enumerate(self.query(FlowChart)):
            chart.set_class(not self._all and number // 2 != self.page, "-away")
        self.refresh_bindings()

    @property
    def _all(self) -> bool:
        return self.size.height >= 30

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the charts depend on: the records and the shown epoch, but not the weights."""
        known = bool(snapshot.record.layers)
        shown = snapshot.run, snapshot.branch, snapshot.epoch, snapshot.newest_epoch
        return *shown, known, snapshot.training.epochs, self.choice.layer

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Draw the four charts and write the sentence."""
        for chart, flow in zip(self.query(FlowChart), flows(snapshot, self.choice.layer), strict=True):
            chart.flow = flow
        self._say()

    def _say(self) -> None:
        """Write the sentence about the chosen layer in the longest form that fits two rows."""
        if self.snapshot is not None and self.choice.layer < self.snapshot.network.layer_count:
            said, width = _words(self.snapshot, self.choice.layer), max(self.size.width - 4, 20)
            fitting = (words for words in said if len(words.wrap(width)) <= 2)
            self.query_one("#flow-words", Static).update(next(fitting, said[-1]))

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the numbers of the chosen layer and the titles of the charts."""
        snapshot = self.snapshot
        if snapshot is not None and self.choice.layer < snapshot.network.layer_count:
            charts, words = list(self.query(FlowChart)), self.query_one("#flow-words")
            yield from flow_spots(page, charts, words, snapshot, self.choice.layer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. The key for the other two charts does not while all four charts are visible."""
        return not self._all if action == "turn" else super().check_action(action, parameters)

    def action_layer(self, step: int) -> None:
        """Choose the next or the previous layer."""
        if self.snapshot is not None:
            self.choose(layer=min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1))

    def action_turn(self) -> None:
        """Show the other two charts."""
        self.page = 1 - self.page


def flows(snapshot: Snapshot, chosen: int) -> list[Flow]:
    """Return the data of the four charts, for all epochs of the current branch."""
    records, count = snapshot.history.records, snapshot.network.layer_count
    here = snapshot.epoch if snapshot.epoch < snapshot.newest_epoch else None

    def flow(title: str, log: bool, layers: range, figure: str) -> Flow:
        lines = tuple(
            tuple(_figure(record.layers[layer], figure) if record.layers else math.nan for record in records)
            for layer in layers
        )
        return Flow(title, lines, log, snapshot.training.epochs, chosen, here)

    hidden = range(count - 1)
    return [
        flow("gradient of one weight (RMS)", True, range(count), "gradient_rms"),
        flow("size of update / size of weights", True, range(count), "update"),
        flow("std of a over the test examples", True, range(count), "a_std"),
        flow(_sick_title(snapshot), False, hidden, "share"),
    ]


def _figure(layer: LayerRecord, name: str) -> float:
    match name:
        case "update":
            return float(10.0**layer.update_ratio)
        case "share":
            return 100.0 * float(layer.saturated if math.isnan(layer.dead) else layer.dead)
        case _:
            return float(getattr(layer, name))


def _sick_title(snapshot: Snapshot) -> str:
    return "saturated activations, in %" if snapshot.mlp.activation.limits else "dead units, in %"


def _words(snapshot: Snapshot, chosen: int) -> list[Content]:
    """Return a description of the chosen layer at the shown epoch, in several lengths. Only the longest one names the measured
    examples.
    """
    layers = snapshot.record.layers
    if not layers:
        said = "The file of this run contains no numbers about its layers. The lines begin with the next epoch."
        return [Content.assemble((said, MUTED))]
    layer = layers[chosen]
    batch, tests = [], [f"std of a {compact(layer.a_std)}"]
    if not math.isnan(layer.gradient_rms):
        moved = update_in_words(layer.update_ratio)
        batch = [f"gradient RMS {compact(layer.gradient_rms)}", f"update of {moved} of the weights"]
    share = layer.saturated if math.isnan(layer.dead) else layer.dead
    if not math.isnan(share):
        tests.append(f"{whole_percent(share)} {_sick_title(snapshot).split()[0]}")
    of_batch = [f"{', '.join(batch)} in the last training batch"] if batch else []
    forms = ["; ".join([*of_batch, f"{', '.join(tests)} on all test examples"])]
    forms += [", ".join([*batch, *tests]), ", ".join([*batch[:1], *tests])]
    when = (f"layer {chosen}", "bold"), (f" after epoch {snapshot.epoch:,}: ", MUTED)
    return [Content.assemble(*when, form) for form in forms]
