"""The chart of Train: loss or accuracy over the epochs, for the live run, its branches and other runs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.smoothing import smoothed
from tui_nn.render.numbers import loss_text, percent
from tui_nn.render.scale import EpochAxis, linear_ticks, log_ticks, tick_label
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import LETTERS
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import Branch
from tui_nn.session.sweep.repeats import SeedRuns
from tui_nn.ui.kit.plot import Axes, Columns, PlotChart, Row, Scale
from tui_nn.ui.kit.roles import BEFORE, CHANGED, FAINT, KEY, MUTED, SPREAD, TEST, TEXT, TRAIN, VALIDATION
from tui_nn.ui.train.batch_curve import BatchCurve
from tui_nn.ui.train.window import Window

_CURSOR, _CHANGE, _CHANCE, _HERE = 1, 2, 4, 6
_ROLES = {
    _CURSOR: "chart--cursor",
    _CHANGE: "chart--change",
    _CHANCE: "chart--chance",
    Axes.AXIS: "chart--axis",
    _HERE: "chart--here",
    7: "chart--train",
    8: "chart--validation",
    9: "chart--test",
    10: "chart--other",
    11: "chart--before",
    12: "chart--band",
    13: "chart--band-before",
}
"""The stand-in colours. Words and straight lines have those from 1 to 6, which plotext draws."""
_DASHES = {"train": (1, 0), "validation": (2, 1), "test": (3, 3), "other": (1, 2), "before": (1, 4)}
"""The number of dots that each kind of line draws, and the number that it then leaves out."""
_NAMED = 3
"""The largest number of other lines with a name on the chart. More names would cover the curves."""
_LARGEST = 1e30
"""The largest value on the chart. A larger one is drawn at this height."""

_LINES = {"train": "⠒⠒⠒", "validation": "⠒⠂⠒", "test": "⠒⠀⠒", "other": "⠂⠐⠀", "before": "⠂⠀⠂"}
_SHORT_KINDS = {"loss": "loss", "accuracy": "acc."}
_PLAIN = {"train": "...", "validation": "v v", "test": "o o", "other": ", ,", "before": "- -"}
"""The samples of the lines in the heading; the second set is for plain ASCII."""


_ALL = Window()


@dataclass(frozen=True, slots=True)
class BranchLine:
    """The values of another branch of the live run, for the chart."""

    branch: Branch
    curves: RunCurves


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run on the chart. The first run of a chart is live; the others are frozen and draw one split only."""

    name: str
    curves: RunCurves
    branches: tuple[BranchLine, ...] = ()
    """The branches of the run that are not shown in full."""
    seeds: SeedRuns | None = None
    """The runs with the same settings and other seeds. A band shows their spread. None if there are no such runs."""

    @classmethod
    def of(cls, name: str, records: Sequence[EpochRecord], branches: Sequence[Branch] = ()) -> RunLine:
        """Return a run as the chart needs it: with these records and these other branches."""
        others = tuple(BranchLine(branch, RunCurves.of(branch.history.records)) for branch in branches)
        return cls(name, RunCurves.of(records), others)


class CurveMemory:
    """The curves of all branches of a run, as they were drawn last. A longer branch adds only its new epochs to them."""

    def __init__(self) -> None:
        self._known: dict[int, RunCurves] = {}

    def line(self, name: str, snapshot: Snapshot) -> RunLine:
        """Return the values of the live run."""
        histories = {number: branch.history for number, branch in enumerate(snapshot.branches)}
        histories[snapshot.branch] = snapshot.history
        self._known = {number: RunCurves.of(h.records, self._known.get(number)) for number, h in histories.items()}
        others = (
            BranchLine(branch, self._known[number])
            for number, branch in enumerate(snapshot.branches)
            if number != snapshot.branch
        )
        return RunLine(name, self._known[snapshot.branch], tuple(others))


@dataclass(frozen=True, slots=True)
class FaintLine:
    """One more line on the chart, beside those of the live branch: its values for each epoch, its name and its kind."""

    name: str
    kind: str
    """The kind of the line: "other" for another branch, "before" for another run."""
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Everything that the chart draws."""

    runs: tuple[RunLine, ...]
    """The runs on the chart, at least one; the live run is the first."""
    kind: str
    """"loss" or "accuracy"."""
    log: bool
    """True if the axis of the loss is logarithmic."""
    plan: int
    """The number of planned epochs. The axis does not go beyond it, unless the run does."""
    chance: float
    """The loss of a pure guess."""
    classes: int = 10
    """The number of classes; the accuracy of a pure guess is one divided by it."""
    untrained: bool = False
    """True if the live run has no training yet. The chart then shows the first keys."""
    here: int | None = None
    """The epoch that all panes show, if it is not the newest one."""
    window: Window = _ALL
    """The epochs that the chart shows, and the smoothing and the cursor."""
    changes: tuple[int, ...] = ()
    """The epochs after which something was changed by hand."""
    batches: BatchCurve | None = None
    """The losses of the batches, if the chart draws them in place of the mean of each epoch."""
    hidden: frozenset[str] = frozenset()
    """The kinds of the lines that are not drawn: "train", "validation", "test", "other" or "before"."""

    def shown(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return losses or accuracies as the chart draws them: not above `_LARGEST`, or in percent."""
        return shown_values(self.kind, values)

    @property
    def asked(self) -> tuple[object, ...]:
        """Return the parts that change only after a key was pressed."""
        batches, seeds = self.batches is not None, tuple(line.seeds for line in self.runs)
        lines = len(self.live.branches), len(self.runs), self.hidden
        return self.kind, self.log, self.here, lines, self.window, batches, seeds

    @property
    def axis(self) -> EpochAxis:
        """Return the axis of epochs, which the line under the chart shares."""
        return self.window.axis(self.newest, self.plan)

    @property
    def newest(self) -> int:
        """Return the newest epoch of all lines."""
        of_runs = [line.curves for line in self.runs]
        return max(map(len, [*of_runs, *(line.curves for line in self.live.branches)])) - 1

    @property
    def live(self) -> RunLine:
        """Return the live run, which is being trained."""
        return self.runs[0]

    @property
    def others(self) -> list[FaintLine]:
        """Return all other lines: the branches of the live run, then the other runs."""
        faint = []
        for line in self.live.branches:
            values = line.curves.values[f"test_{self.kind}"].copy()
            # Leave out the epochs before the fork, because they belong to the parent branch.
            values[: line.branch.fork[0]] = np.nan
            faint.append(FaintLine(line.branch.name, "other", values))
        for run in self.runs[1:]:
            faint.append(FaintLine(run.name, "before", run.curves.values[f"{self.split(run)}_{self.kind}"]))
        return faint

    def split(self, run: RunLine) -> str:
        """Return the split of a run's line if it has one only, and of its band: the one that decides, if the live run has it."""
        return run.curves.monitored if self.has_validation else "test"

    @property
    def has_validation(self) -> bool:
        """Return whether the live run was measured on validation data."""
        return self.live.curves.has_validation


class Chart(PlotChart):
    """A widget that draws `curves`: a solid line for train, a dashed line for test, and a dotted line for chance with
    its name.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*_ROLES.values(), "chart--key"}
    """The colours of the curves, the axes, and the keys on an empty chart."""

    PLAIN: ClassVar[Mapping[str, str]] = {
        "chart--train": ".", "chart--validation": "v", "chart--test": "o", "chart--other": ",",
        "chart--before": "-", "chart--band": "/", "chart--band-before": "\\",
    }  # fmt: skip

    DEFAULT_CSS = f"""
    Chart {{
        height: 1fr;
        width: 1fr;
        & > .chart--train {{ color: {TRAIN}; }}
        & > .chart--validation {{ color: {VALIDATION}; }}
        & > .chart--test {{ color: {TEST}; }}
        & > .chart--other {{ color: {FAINT}; }}
        & > .chart--before {{ color: {BEFORE}; }}
        & > .chart--band {{ color: {SPREAD}; }}
        & > .chart--band-before {{ color: {BEFORE}; }}
        & > .chart--chance {{ color: {FAINT}; }}
        & > .chart--here {{ color: {TEST}; }}
        & > .chart--cursor {{ color: {TEXT}; }}
        & > .chart--change {{ color: {CHANGED.removeprefix("bold ")}; }}
        & > .chart--axis {{ color: {FAINT}; }}
        & > .chart--key {{ color: {KEY.removeprefix("bold ")}; text-style: bold; }}
    }}
    """

    class Drawn(Message):
        """This message says that the chart was drawn, and epoch 0 is `indent` columns from its left edge."""

        def __init__(self, indent: int) -> None:
            super().__init__()
            self.indent = indent

    class Wheeled(Message):
        """This message says that the mouse wheel was turned over an epoch: to zoom, or to pan if `pans`."""

        def __init__(self, epoch: float, *, back: bool, pans: bool) -> None:
            super().__init__()
            self.epoch, self.back, self.pans = epoch, back, pans

    class Pointed(Message):
        """This message says that an epoch was clicked."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    _indent = 0

    curves: reactive[Curves | None] = reactive(None, init=False, repaint=False)
    """The newest data. The chart draws it at once, or a little later if new data comes often."""

    @property
    def wanted(self) -> Curves | None:
        """Return the data that the chart draws next."""
        return self.curves

    def plot(self, plotext: Any, width: int, height: int) -> list[Row]:
        """Return the rows of the chart, with the first keys on an empty one."""
        assert self.curves is not None
        rows, indent = draw(plotext, self.curves, width, height)
        self._indent = indent
        self.post_message(self.Drawn(indent))
        if self.curves.untrained and rows:
            _write_manual(rows)
        return rows

    def watch_curves(self, before: Curves | None, curves: Curves | None) -> None:
        """Redraw the chart: at once if a key changed its kind, else a little later."""
        asked = before is None or curves is None or before.asked != curves.asked
        if asked:
            self._pace.now()
        elif self._drawn[:1] != (curves,):
            self._pace.soon()

    def _epoch_at(self, x: int) -> float:
        """Return the epoch at a column of the chart."""
        assert self.curves is not None
        share = (x - self._indent) / max(self.size.width - self._indent - 1, 1)
        return self.curves.axis.at(min(max(share, 0.0), 1.0))

    def on_click(self, event: events.Click) -> None:
        """Set the value cursor."""
        if self.curves is not None:
            self.post_message(self.Pointed(round(self._epoch_at(event.x))))

    def _wheel(self, event: events.MouseEvent, *, back: bool, pans: bool) -> None:
        if self.curves is not None:
            event.stop()
            self.post_message(self.Wheeled(self._epoch_at(event.x), back=back, pans=pans))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in on the epoch under the mouse; with shift, pan to earlier epochs."""
        self._wheel(event, back=event.shift, pans=event.shift)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out; with shift, pan to later epochs."""
        self._wheel(event, back=not event.shift, pans=event.shift)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan to earlier epochs."""
        self._wheel(event, back=True, pans=True)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan to later epochs."""
        self._wheel(event, back=False, pans=True)


@dataclass(frozen=True, slots=True)
class Legend:
    """The names of the lines in one row, with the columns of each name."""

    content: Content
    columns: dict[str, range]
    """The columns of each name and its sample, by the kind of its line."""


class ChartHeading(Widget):
    """The row over the chart with the kind of the chart, the names of its lines, and two keys.

    A click on a name hides its line, or shows it again. A narrow row has shorter names and no keys. The help lists these keys,
    too.
    """

    DEFAULT_CSS = """
    ChartHeading { height: 1; }
    """

    class Turned(Message):
        """This message says that you clicked a key of this row: "kind" for v, "log" for y."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Hidden(Message):
        """This message is sent when you click the name of a line to hide the line or to show it again."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    curves: reactive[Curves | None] = reactive(None)
    """The data of the chart, whose lines this row names."""

    _keys_at: tuple[int, int] | None = None
    """The columns where v and y begin; None if the row is too narrow for them."""

    _names_at: Mapping[str, range] = MappingProxyType({})
    """The columns of the names, by the kinds of their lines."""

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does, or hide the clicked line."""
        if self._keys_at is not None and event.x >= self._keys_at[0]:
            self.post_message(self.Turned("log" if event.x >= self._keys_at[1] else "kind"))
        for line, columns in self._names_at.items():
            if event.x in columns:
                self.post_message(self.Hidden(line))

    def render(self) -> Content:
        """Draw the row at its present width."""
        curves = self.curves
        kind = curves.kind if curves else "loss"
        log = curves is not None and curves.log and kind == "loss"
        samples = _PLAIN if getattr(self.app, "ascii_only", False) else _LINES
        name, short = ("loss log", "log") if log else (kind, _SHORT_KINDS[kind])
        hidden = curves.hidden if curves is not None else frozenset()
        self._keys_at, self._names_at = None, {}
        if curves is not None and curves.window.cursor is not None:
            return fitted_content(cursor_values(curves, curves.window.cursor), self.size.width)
        if curves is not None and curves.batches is not None:
            name, short = f"batch {name}", "batch"
        if curves is not None and curves.window.smoothing:
            average = f" ~{curves.window.smoothing:.1g}"
            name, short = name + average, short + average
        validation, others = curves is not None and curves.has_validation, _other_lines(curves)
        forms = [
            _legend(f"{name:<8}", samples, 3, "  ", "validation" if validation else "", others, hidden),
            _legend(name, samples, 3, " ", "validation" if validation else "", others, hidden),
            _legend(name, samples, 2, " ", "val." if validation else "", others, hidden),
            _legend(short, samples, 2, " ", "val." if validation else "", [], hidden),
        ]
        legend = next((form for form in forms if len(form.content) <= self.size.width), forms[-1])
        left, self._names_at = legend.content, legend.columns
        other = "accuracy"
        if kind == "accuracy":
            other = "batch loss"
        elif curves is not None and curves.batches is not None:
            other = "loss"
        right = Content.assemble(
            ("v", KEY), (f" {other} ", MUTED), ("y", KEY), (f" {'linear' if log else 'log'}", MUTED)
        )
        gap = self.size.width - len(left) - len(right)
        start = len(left) + gap
        self._keys_at = (start, start + len(f"v {other} ")) if gap > 0 else None
        return Content.assemble(left, " " * gap, right) if gap > 0 else left


def cursor_values(curves: Curves, epoch: int) -> list[Content]:
    """Return the values of all lines at an epoch in several lengths, the longest first."""
    batches = curves.batches.in_epoch(epoch) if curves.batches is not None else None
    live = curves.live.curves
    parts: list[tuple[str, str, float]] = []
    if batches is None:
        parts = [("train", TRAIN, _value(live.values[f"train_{curves.kind}"], epoch))]
    elif len(batches):
        for name, value in (("batches", batches.mean()), ("lowest", batches.min()), ("highest", batches.max())):
            parts.append((name, TRAIN, float(value)))
    if batches is None:
        colours = {"validation": VALIDATION, "test": TEST}
        parts += [
            (split, colours[split], _value(live.values[f"{split}_{curves.kind}"], epoch)) for split in live.splits[1:]
        ]
    for line in curves.others:
        parts.append((line.name, BEFORE if line.kind == "before" else MUTED, _value(line.values, epoch)))
    text = percent if curves.kind == "accuracy" else loss_text
    shorter = {"validation": "val.", "lowest": "low", "highest": "high"}
    shorter |= {f"run {letter}": letter for letter in LETTERS}
    forms = []
    for kept in range(len(parts), 0, -1):
        for head, gap, words in (("epoch", "  ", {}), ("at", "  ", shorter), ("at", " ", shorter)):
            named = [(f"{gap}{words.get(name, name)} {text(value)}", role) for name, role, value in parts[:kept]]
            forms.append(Content.assemble((f"{head} {epoch:,}", "bold"), *named))
    return forms or [
        Content.assemble((f"epoch {epoch:,}", "bold"), ("  the losses of its batches were not kept", MUTED))
    ]


def _value(values: NDArray[np.float64], epoch: int) -> float:
    return float(values[epoch]) if epoch < len(values) else math.nan


def fitted_content(forms: Sequence[Content], width: int) -> Content:
    """Return the first content that fits, else the last one."""
    return next((form for form in forms if len(form) <= width), forms[-1])


def _legend(
    kind: str,
    samples: Mapping[str, str],
    cells: int,
    gap: str,
    validation: str,
    others: Sequence[tuple[str, str]],
    hidden: Collection[str],
) -> Legend:
    """Return the kind of the chart, and the name of each line after `cells` cells of its sample. `validation` may be ""."""
    named = [("train", "train"), *([("validation", validation)] if validation else []), ("test", "test"), *others]
    parts: list[str | tuple[str, str]] = [(f"{kind} ", "bold")]
    start, columns = len(kind) + 1, {}
    for line, name in named:
        if start > len(kind) + 1:
            parts.append(gap)
            start += len(gap)
        is_hidden = line in hidden
        text = f"{('off' if cells > 2 else 'x ') if is_hidden else samples[line][:cells]} {name}"
        parts.append((text, MUTED if is_hidden else _NAME_ROLES[line]))
        columns[line] = range(start, start + len(text))
        start += len(text)
    return Legend(Content.assemble(*parts), columns)


_NAME_ROLES = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "other": MUTED, "before": BEFORE}
"""The colour of the name of each kind of line."""


def _other_lines(curves: Curves | None) -> list[tuple[str, str]]:
    """Return the kind and the name of the lines beside those of the live branch."""
    if curves is None:
        return []
    branches = len(curves.live.branches)
    names = [("other", "other branch" if branches == 1 else "other branches")] if branches else []
    return names + [("before", run.name) for run in curves.runs[1:]]


def draw(plotext: Any, curves: Curves, width: int, height: int) -> tuple[list[Row], int]:
    """Return the chart in `height` rows of `width` cells, and the cell of epoch 0."""
    axes = Axes(plotext, width, height)
    live, others, axis = curves.live.curves, curves.others, curves.axis
    share = curves.window.smoothing
    own = {split: Series(smoothed(live.values[f"{split}_{curves.kind}"], share)) for split in live.splits}
    if (batches := curves.batches) is not None:
        own["train"] = Series(smoothed(batches.values, share), batches.first, batches.step)
    beside = [Series(smoothed(line.values, share)) for line in others]

    of_own = [series.first_columns(axis, width, curves.shown) for series in own.values()]
    of_others = [series.first_columns(axis, width, curves.shown) for series in beside]
    # If only a part of the run is shown, the axis fits the values of this part, which may be far below chance.
    whole = curves.window.span is None
    scale, bottom, top, ticks, labels = y_axis(curves, of_own, of_others, height - 2, with_chance=whole)
    axes.scale((bottom, top), ticks, labels, axis)

    def drawn(series: Series, columns: Columns) -> Columns:
        return series.drawn_columns(columns, axes.cells, curves.shown, scale)

    words, chance_height = draw_chance(axes, curves, scale, _CHANCE)
    if chance_height > top:
        words, chance_height = f"{words} ↑", top
    for epoch in curves.changes:
        axes.upright(epoch, _CHANGE)
    if curves.here is not None:
        axes.upright(curves.here, _HERE)
    if curves.window.cursor is not None:
        axes.upright(curves.window.cursor, _CURSOR, "│")
    for number, run in enumerate(curves.runs):
        if run.seeds is not None and (curves.split(run) if not number else "before") not in curves.hidden:
            band = run.seeds.bands[f"{curves.split(run)}_{curves.kind}"]
            smooth = (smoothed(values, share) for values in band)
            draw_band(axes, smooth, curves.shown, scale, _role("band-before" if number else "band"), rising=not number)
    heights = [drawn(series, columns) for series, columns in zip(beside, of_others, strict=True)]
    for line, columns in zip(others, heights, strict=True):
        if line.kind in curves.hidden:
            continue
        # Only the values of the live run decide the top of the axis. Larger values of other runs are not drawn.
        axes.curve(columns.below(top), _role(line.kind), _DASHES[line.kind])
    for (split, series), columns in zip(own.items(), of_own, strict=True):
        if split not in curves.hidden:
            axes.curve(drawn(series, columns), _role(split), _DASHES[split])
    axes.text(axis.end, chance_height, words, _CHANCE)
    rows = axes.rows(_ROLES)
    for line, columns in list(zip(others, heights, strict=True))[:_NAMED]:
        at = columns.last
        if math.isfinite(at) and line.kind not in curves.hidden:
            place = axes.cell(columns.right, min(at, top))
            name = f" {line.name} ↑" if at > top else f" {line.name}"
            write_name(rows, name, f"chart--{line.kind}", place, axes.indent)
    return rows, axes.indent


_INDENT = 4
"""The usual cells left of the axis: a label such as "0.5", and the axis."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve for a chart: its values, and the epochs to which they belong."""

    values: NDArray[np.float64]
    first: float = 0.0
    """The epoch of the first value."""
    step: float = 1.0
    """The epochs between two values."""

    def first_columns(self, axis: EpochAxis, width: int, shown: Scale) -> Columns:
        """Return the columns for a chart `width` cells wide, from which `y_axis` chooses the axis."""
        return Columns.of(self.values, axis, width - _INDENT, shown, self.first, self.step)

    def drawn_columns(self, first: Columns, cells: int, shown: Scale, scale: Scale) -> Columns:
        """Return the columns to draw on an axis of `cells` cells: the first ones if they have this width, because a long
        curve is read only once then.
        """
        if first.reduced and first.cells == cells:
            return first.scaled(scale)
        return Columns.of(self.values, first.axis, cells, lambda some: scale(shown(some)), self.first, self.step)


def draw_band(
    axes: Axes, band: Iterable[NDArray[np.float64]], shown: Scale, scale: Scale, colour: int, *, rising: bool
) -> None:
    """Hatch the area between two curves, the lower one first."""
    low, high = (Columns.of(values, axes.axis, axes.cells, lambda some: scale(shown(some))) for values in band)
    axes.band(replace(low, high=high.high), colour, rising=rising)


def _role(kind: str) -> int:
    """Return the stand-in colour of a kind of line."""
    return next(number for number, name in _ROLES.items() if name == f"chart--{kind}")


def shown_values(kind: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return losses or accuracies as charts draw them: losses up to `_LARGEST`, accuracies in percent."""
    shown: NDArray[np.float64] = np.clip(values, 0, 1) * 100 if kind == "accuracy" else np.minimum(values, _LARGEST)
    return shown


class Axis(Protocol):
    """The values that decide the axis of a chart."""

    @property
    def kind(self) -> str:
        """ "loss" or "accuracy"."""

    @property
    def log(self) -> bool:
        """True if the axis of the loss is logarithmic."""

    @property
    def chance(self) -> float:
        """The loss of a pure guess."""

    @property
    def classes(self) -> int:
        """The number of classes."""


def y_axis(
    curves: Axis, own: Sequence[Columns], others: Sequence[Columns], rows: int, *, with_chance: bool = True
) -> tuple[Any, float, float, list[float], list[str]]:
    """Return a function from values to axis units, the bottom, the top, the ticks and their labels.

    The top is that of the curves `own`, or the loss of a pure guess if that is higher and `with_chance`. A log axis also reaches
    down to the values of the `others`, and the function gives NaN for values without a logarithm.
    Its units are powers of 10, because plotext places its own log ticks wrongly.
    """
    highest = np.concatenate([columns.high for columns in own])
    finite = highest[np.isfinite(highest)]
    if curves.kind == "accuracy":
        ticks = [tick for tick in linear_ticks(100.0, rows)[1] if tick <= 100]
        return (lambda values: values), 0.0, 100.0, ticks, [f"{tick:.0f}" for tick in ticks]
    need = (
        max([curves.chance * 1.04, *finite.tolist()]) if with_chance or not finite.size else float(finite.max()) * 1.04
    )
    need = max(need, 1e-6)
    if not curves.log:
        top, ticks = linear_ticks(need, rows)
        return (lambda values: values), 0.0, top, ticks, [tick_label(tick) for tick in ticks]
    everything = np.concatenate([columns.low for columns in (*own, *others)])
    positive = everything[np.isfinite(everything) & (everything > 0)]
    low = max(float(positive.min()) * 0.9 if positive.size else 0.1, 1e-9)
    marks = log_ticks(low, need * 1.05, rows) or [low, need]

    def scale(values: NDArray[np.float64]) -> NDArray[np.float64]:
        logs: NDArray[np.float64] = np.log10(np.where(values >= low, values, np.nan))
        return logs

    heights = [math.log10(mark) for mark in marks]
    return scale, math.log10(low), math.log10(need * 1.05), heights, [tick_label(mark) for mark in marks]


def draw_chance(axes: Axes, curves: Axis, scale: Any, colour: int) -> tuple[str, float]:
    """Draw the line of a pure guess. Return its name, which is written later, and its height."""
    if curves.kind == "accuracy":
        value = 100 / curves.classes
        name = f" chance: {value:.3g} %"
    else:
        value = curves.chance
        ln = f"ln {curves.classes} = " if math.isclose(value, math.log(curves.classes)) else ""
        name = f" chance: {ln}{value:.3f}"
    height = float(scale(np.array([value]))[0])
    if height <= axes.top:
        axes.across(height, colour)
    return name, height


_ROWS_AWAY, _CELLS_AWAY = 3, 24
"""The largest distance of a name from the end of its line. Further away, it would seem to belong to another line."""
_ROW = 6
"""One row counts as this many cells in the distance of a name from its line. A name beside the line is easier to find
than a name below it.
"""


def write_name(rows: list[Row], name: str, role: str, end: tuple[int, int], indent: int) -> None:
    """Write a name so that it ends at `end`, (row, cell), or near it; leave it out if there is no free place.

    A name may cover blanks and its own line. The first `indent` cells belong to the axis.
    """
    row, cell = end
    # One cell on each side of a name stays free, so that two names never touch.
    cells = {y: [(c, r) for text, r in rows[y] for c in text] for y in range(max(row - _ROWS_AWAY, 0), len(rows) - 2)}
    for y, start in _places(row, cell - len(name) + 1):
        line = cells.get(y, [])
        if start < indent or start + len(name) > len(line):
            continue
        if all(_is_free(there, role) for there in line[max(start - 1, indent) : start + len(name) + 1]):
            line[start : start + len(name)] = [(character, role) for character in name]
            rows[y] = list(line)
            return


def _places(row: int, start: int) -> Iterator[tuple[int, int]]:
    """Yield the places for a name, (row, first cell), the nearest first."""
    down, right = range(-_ROWS_AWAY, _ROWS_AWAY + 1), range(-_CELLS_AWAY, _CELLS_AWAY + 1)
    around = [(y, x) for y in down for x in right]
    for y, x in sorted(around, key=lambda place: abs(place[0]) * _ROW + abs(place[1])):
        yield row + y, start + x


def _is_free(cell: tuple[str, str], role: str) -> bool:
    """Return whether a name may cover the cell: a blank, the line of chance, or a line of the same role."""
    character, there = cell
    return character in " ⠀┈" or (there == role and "⠀" < character <= "⣿")


def _write_manual(rows: list[Row]) -> None:
    """Write the first four keys in the middle of an empty chart."""
    lines: Sequence[Row] = (
        [("Nothing trained yet.", "")],
        [],
        [("space", "chart--key"), ("  train one epoch", "")],
        [("r", "chart--key"), ("      run, and pause", "")],
        [("b", "chart--key"), ("      one batch", "")],
        [("?", "chart--key"), ("      help", "")],
    )
    first = max(2, (len(rows) - len(lines)) // 2)
    for row, line in zip(rows[first:], lines, strict=False):
        if line:
            _overlay(row, 12, [("  ", ""), *line, ("  ", "")])


def _overlay(row: Row, start: int, line: Row) -> None:
    """Replace the cells of `row` from `start` on by `line`."""
    cells = [(character, role) for text, role in row for character in text]
    new = [(character, role) for text, role in line for character in text]
    cells[start : start + len(new)] = new
    row[:] = cells
