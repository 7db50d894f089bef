"""What flows through the layers, epoch by epoch: gradients, updates, activations, and the units that take no part."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
from tui_nn.render.numbers import compact
from tui_nn.render.scale import epoch_end, epoch_ticks, linear_ticks, log_ticks, tick_label
from tui_nn.render.sentences import update_in_words, whole_percent
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.plot import Axes, PlotChart, Row, Values

_ROLES = {1: "flow-chart--chosen", 2: "flow-chart--line", 5: "flow-chart--axis", 6: "flow-chart--here"}
_DASHES = ((1, 0), (4, 2), (2, 2), (1, 2), (1, 4))
"""Of the lines, the first layer's first: they are told apart without colour too."""
_NARROWEST = 2.0
"""Decades that a log axis has at least: less would make waves of what is flat."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is drawn."""

    title: str
    lines: tuple[tuple[float, ...], ...]
    """A line a layer, the first layer's first; a value an epoch from 0, NaN where it is not known."""
    log: bool
    """Whether the axis is in powers of ten; else it begins at 0."""
    plan: int
    """Epochs that are planned."""
    chosen: int = 0
    """The layer whose line is drawn in the accent's colour."""
    here: int | None = None
    """The epoch that is shown, while looking back."""


class FlowChart(PlotChart):
    """Draws `flow` as large as it is, below a row with its title."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_ROLES.values(), "flow-chart--title"}
    """Colours of the chosen layer's line, the other lines, axes, and the title."""

    PLAIN: ClassVar[Mapping[str, str]] = {"flow-chart--chosen": "#"}

    DEFAULT_CSS = """
    FlowChart {
        height: 1fr;
        width: 1fr;
        & > .flow-chart--chosen { color: $text-accent; }
        & > .flow-chart--line { color: $text-primary; }
        & > .flow-chart--here { color: $text-primary; }
        & > .flow-chart--axis { color: $foreground 50%; }
        & > .flow-chart--title { color: $text-primary; text-style: bold; }
    }
    """

    flow: reactive[Flow | None] = reactive(None, init=False, repaint=False)
    """The newest data; its view sees to the pace."""

    @property
    def wanted(self) -> Flow | None:
        """The newest data."""
        return self.flow

    def watch_flow(self) -> None:
        """Draw it."""
        self._pace.now()

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Title and chart."""
        assert self.flow is not None
        return [
            [(self.flow.title[:width], "flow-chart--title")],
            *draw_flow(plotext, self.flow, width, height - 1),
        ]


def draw_flow(plotext: Any, flow: Flow, width: int, height: int) -> list[Row]:
    """The chart in `height` rows of `width` cells; words in their place where no epoch has a number."""
    lines = [_values(line, log=flow.log) for line in flow.lines]
    known = np.concatenate([line[np.isfinite(line)] for line in lines]) if lines else np.empty(0)
    if not known.size:
        words = "a line begins with the first epoch" if not _any_zero(flow) else "0 in every epoch"
        return [[("", "")]] * (height // 2) + [[(words.center(width)[:width], "flow-chart--axis")]]
    axes = Axes(plotext, width, height)
    low, high, ticks, labels = _axis(known, flow.log, height - 2)
    end = epoch_end(max(map(len, lines)) - 1, flow.plan)
    axes.scale((low, high), ticks, labels, end)
    axes.epochs(epoch_ticks(end, axes.cells))
    if flow.here is not None:
        axes.upright(flow.here, 6)
    order = sorted(range(len(lines)), key=lambda number: number == flow.chosen)
    for number in order:
        axes.curve(lines[number], 1 if number == flow.chosen else 2, _DASHES[number % len(_DASHES)])
    for number in order:
        last = np.flatnonzero(np.isfinite(lines[number]))
        if last.size:
            # Beside the line's end, not on it; at the right edge before it.
            at = min(int(last[-1]) + max(1, round(2 * end / axes.cells)), end)
            axes.text(at, float(lines[number][last[-1]]), str(number), 1 if number == flow.chosen else 2)
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
    """From, to, ticks and their labels, in axis units."""
    if not log:
        top, ticks = linear_ticks(max(float(known.max()), 1e-3) * 1.02, rows)
        return 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    low, high = float(known.min()) - 0.1, float(known.max()) + 0.1
    if high - low < _NARROWEST:
        low = high - _NARROWEST
    # Few enough decades to be written one above the other.
    every = max(1, math.ceil((high - low) / max(rows // 2, 2)))
    decades = [power for power in range(math.ceil(low), math.floor(high) + 1) if power % every == 0]
    if len(decades) < 2:
        marks = log_ticks(10**low, 10**high, rows)
        return low, high, [math.log10(mark) for mark in marks], [f"{mark:.0e}".replace("e-0", "e−") for mark in marks]
    return low, high, [float(power) for power in decades], [f"1e{power}".replace("-", "−") for power in decades]


_MUTED = "$foreground 62%"


class FlowView(InspectView):
    """Four charts, or two of them where there is no room for more; below, the chosen layer in words."""

    KEY: ClassVar[str] = "f"
    NAME: ClassVar[str] = "flow"
    TOOLTIP: ClassVar[str] = "Gradients, updates, activations and dead units over the epochs"
    HELP: ClassVar[str] = """
**flow**: a line a layer, with the layer's number at its end; the chosen layer's has another colour. **gradient RMS** is
the root mean square of the gradient of the layer's weights, per weight, in the last update of each epoch: where the
lines of the lower layers are decades below the others, the gradient vanishes on its way down. **update / weights** is
how far that update moved the weights, ‖ΔW‖ / ‖W‖: about 1/1000 is usual, 1/10 is far and 1/100,000 next to nothing. **std
of a** is how far the layer's activations on the test digits spread. **dead or saturated** is the share of its relu units
that give 0 for every test digit, or of its sigmoid or tanh activations that are near a limit. An axis with powers of ten
has no 0: a line that ends has come to it. `┊` is the epoch that is looked at.
"""

    DEFAULT_CSS = """
    FlowView { padding: 0 1; }
    FlowView > Grid { grid-size: 2; grid-rows: 1fr; grid-gutter: 1 3; height: 1fr; }
    FlowView > #flow-words { height: 2; padding: 0 1; }
    FlowView FlowChart.-away { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="flow-layer-up", tooltip="The layer before"),
        Binding("down", "layer(1)", "next layer", show=False, id="flow-layer-down", tooltip="The layer after"),
        Binding("v", "turn", "other charts", id="flow-turn", tooltip="Gradients and updates, or activations and dead units"),
    ]  # fmt: skip

    page: reactive[int] = reactive(0, init=False, repaint=False)
    """Which two charts are shown where there is no room for four: 0 or 1."""

    def compose(self) -> ComposeResult:
        """Charts and words."""
        with Grid():
            for _ in range(4):
                yield FlowChart()
        yield Static(id="flow-words")

    def on_resize(self) -> None:
        """See how many charts there is room for."""
        self._turn()
        self._say()

    def watch_page(self) -> None:
        """Show the other two."""
        self._turn()

    def _turn(self) -> None:
        for number, chart in enumerate(self.query(FlowChart)):
            chart.set_class(not self._all and number // 2 != self.page, "-away")
        self.refresh_bindings()

    @property
    def _all(self) -> bool:
        return self.size.height >= 30

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """The records, and the epoch that is shown: the weights say nothing here."""
        known = bool(snapshot.record.layers)
        shown = snapshot.run, snapshot.branch, snapshot.epoch, snapshot.newest_epoch
        return *shown, known, snapshot.training.epochs, self.choice.layer

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Draw the four figures of every layer."""
        for chart, flow in zip(self.query(FlowChart), flows(snapshot, self.choice.layer), strict=True):
            chart.flow = flow
        self._say()

    def _say(self) -> None:
        """The chosen layer in the longest words that fit two rows."""
        if self.snapshot is not None and self.choice.layer < self.snapshot.network.layer_count:
            said, width = _words(self.snapshot, self.choice.layer), max(self.size.width - 4, 20)
            fitting = (words for words in said if len(words.wrap(width)) <= 2)
            self.query_one("#flow-words", Static).update(next(fitting, said[-1]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to turn to where not all is seen."""
        return not self._all if action == "turn" else super().check_action(action, parameters)

    def action_layer(self, step: int) -> None:
        """Go a layer down or up."""
        if self.snapshot is not None:
            self.choose(layer=min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1))

    def action_turn(self) -> None:
        """Show the other two charts."""
        self.page = 1 - self.page


def flows(snapshot: Snapshot, chosen: int) -> list[Flow]:
    """The four charts of a snapshot, over all epochs of its branch."""
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
        flow("gradient RMS, per weight", True, range(count), "gradient_rms"),
        flow("update / weights, by norm", True, range(count), "update"),
        flow("std of a, test digits", True, range(count), "a_std"),
        flow(f"{_share(snapshot)}, in % of hidden units", False, hidden, "share"),
    ]


def _figure(layer: LayerRecord, name: str) -> float:
    match name:
        case "update":
            return float(10.0**layer.update_ratio)
        case "share":
            return 100.0 * float(layer.saturated if math.isnan(layer.dead) else layer.dead)
        case _:
            return float(getattr(layer, name))


def _share(snapshot: Snapshot) -> str:
    return "saturated" if snapshot.mlp.activation.limits else "dead"


def _words(snapshot: Snapshot, chosen: int) -> list[Content]:
    """The chosen layer at the epoch that is shown, in several lengths: whose numbers these are goes before the numbers do."""
    layers = snapshot.record.layers
    if not layers:
        return [
            Content.assemble(
                ("This run was saved without what its layers did: a line begins with the next epoch.", _MUTED)
            )
        ]
    layer = layers[chosen]
    batch, tests = [], [f"std of a {compact(layer.a_std)}"]
    if not math.isnan(layer.gradient_rms):
        moved = update_in_words(layer.update_ratio)
        batch = [f"gradient RMS {compact(layer.gradient_rms)}", f"its update is {moved} of the weights"]
    share = layer.saturated if math.isnan(layer.dead) else layer.dead
    if not math.isnan(share):
        tests.append(f"{whole_percent(share)} {_share(snapshot)}")
    whose = [f"last training batch: {' · '.join(batch)}"] if batch else []
    forms = [*whose, f"all test digits: {' · '.join(tests)}"], [*batch, *tests], [*batch[:1], *tests]
    when = (f"layer {chosen}", "bold"), (f" after epoch {snapshot.epoch:,}  ", _MUTED)
    return [Content.assemble(*when, " · ".join(form)) for form in forms]
