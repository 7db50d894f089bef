"""The Train pane: the chart, the numbers beside it, and the classes below; or the comparison of several runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.losses import LOSSES
from tui_nn.engine.commands import Seek, Travel
from tui_nn.engine.look import Look
from tui_nn.session.run.epoch import MOST_LOSSES
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.session.sweep.repeats import SeedRuns, other_run
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.hint_line import HintLine
from tui_nn.ui.kit.keys import in_footer
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.roles import BEFORE, SPREAD
from tui_nn.ui.train.batch_curve import MOST_EPOCHS, BatchCurve
from tui_nn.ui.train.by_class import ByClass
from tui_nn.ui.train.chart import Chart
from tui_nn.ui.train.chart_curves import CurveMemory, Curves, RunLine
from tui_nn.ui.train.chart_heading import ChartHeading
from tui_nn.ui.train.compare.table import CompareTable
from tui_nn.ui.train.compare.view import HELP, CompareView
from tui_nn.ui.train.epoch_line import EpochLine
from tui_nn.ui.train.explained import chart_spots, class_spots, compare_spots, number_spots, two_run_spots
from tui_nn.ui.train.numbers import Numbers
from tui_nn.ui.train.repeat_line import Repeated, RepeatLine
from tui_nn.ui.train.two_runs import TwoRuns, rows_of
from tui_nn.ui.train.window import SMOOTHING, Window

_AROUND = Binding.Group("back/on", compact=True)

_BATCHES = "batch loss"
_CHARTS = {
    "loss": ("loss", False),
    "log loss": ("loss", True),
    "accuracy": ("accuracy", False),
    _BATCHES: (_BATCHES, False),
    "log batch loss": (_BATCHES, True),
}
"""For each name of a chart in a `Look` (view description): the kind of the chart, and whether its axis is logarithmic."""
_COMPARE = "compare"
"""The name by which a `Look` (view description) refers to the comparison of runs."""


class TrainPane(Pane):
    """A pane that shows the training. Most of its keys belong to the screen, because they work in every pane."""

    NUMBER: ClassVar[str] = "2"
    TITLE: ClassVar[str] = "Train"
    HELP: ClassVar[str] = f"""
**The chart** has one point for each epoch. *Train* (solid) is the loss on the batches of the epoch; each batch is measured
before its update. *Test* (dashed) is the loss on examples that are not used for training. If the training loss falls
and the test loss does not,
the network memorises the training examples. The dotted line is *chance*, the loss of a pure guess among k classes: −ln(1/k)
for softmax, which is ln 10 = 2.303 for ten classes, and 0.45 for sigmoid outputs with squared error.

**More of the chart.** `v` goes from the loss to the accuracy and to the *batch loss*: the loss of each batch before its
update, also within the current epoch. An epoch keeps at most {MOST_LOSSES} values; if it has more batches, each value is the
mean of neighbouring batches. The newest {MOST_EPOCHS:,} epochs of the window are drawn.

`←` and `→` move a *value cursor*, with shift by ten epochs: the row above the chart shows the values of all lines at its
epoch. `+` and `-` show half or twice as many epochs. This window lies around the cursor; without a cursor, it shows the
newest epochs and follows the run. `,` and `.` move the window. The axis of the loss ends at the largest value in the window.
The mouse wheel zooms, with shift it moves the window, and a click sets the cursor. `esc` removes the cursor, then the window.
`y` makes the axis of the loss logarithmic, and `X` the axis of the epochs (epoch k is at log(1 + k)). A vertical line marks
an epoch after which something was changed.

**Smoothing.** `d` damps the noise lightly (β = {SMOOTHING[1]}) or strongly (β = {SMOOTHING[2]}) with an exponential moving
average: s ← β·s + (1 − β)·x for each value x, beginning with s = the first value. The smoothed curve follows a change
late. The value
cursor shows the values before smoothing.

**Why the train accuracy can be below the test accuracy.** The train accuracy of a batch is measured before its update. The
test accuracy is measured at the end of the epoch, when the network is better. In the first epochs, the train accuracy is
therefore lower. Dropout and noise also lower it.

**Validation.** The setting *validation* sets a share of the training examples aside, the same share of each class. They have
a line of their own. The validation loss decides about the best epoch `★`, patience, keep best and the hints. If you chose
settings by the test data, you would report the luckiest result, and new pictures would give a worse one. Look at the test
numbers last. Without validation examples, the test loss decides which epoch is the best.

**The line under the chart** is the run: `━` trained, `●` the epoch that you see, `─` trained and later than that, `┄` planned,
`★` the best epoch, `┻` a changed setting or the start of a branch, `✗` a divergence. Click or drag along it to go to an epoch.

**Time travel**: `[` and `]` (or `H`, `L`) go one epoch back and forward, `{{` and `}}` (or `J` and `K`) ten. `home` and `end`
go to the first and the newest epoch, `g` to any, `*` to the best one, and `B` goes back one batch. All panes then show the
network of that moment. If you continue the training there, exactly the same epochs follow. If you change a setting there, a
*branch* starts: the old epochs stay as a faint line, and `T` leads back to them. Keeping an edited copy (Inspect, e) starts a
branch too.

**Learning rate, optimizer and batch size** are listed beside the chart. `t` opens a box in which you change them; the
training continues with the new values, and `ctrl+u` undoes them.

**The previous run** stays as a sparse line with its letter when you start over (`R`, `N`, a preset, a setting that needs a new
network). The table under the chart shows both runs: the last and the best score, and the settings that differ. `ctrl+u` undoes
the start: the old run is back as it was. A second `ctrl+u` returns to the new run. `x` hides the line of the previous run, or
shows it again; a click on the name of a line above the chart does the same for that line. `C` compares up to six runs.

**Seeds.** Another seed gives other start weights and another order, and so another result. `V` trains the present settings with
seeds 0 to 4 in the background, for the planned epochs. If the previous run had other settings, it trains these too. You can
use the app during this time; `V` stops the training. The hatched band is the mean ± the standard deviation at each epoch. The
rows under the chart contain both for the last network, and say whether the difference of two settings may be chance. For this,
they compare the settings seed by seed: the paired permutation test counts how often equal settings would differ as much. Five
seeds cannot show less than 6.2 %, so each further press of `V` adds five more.

**loss** is the number that training makes small; 0 means that every prediction is certain and right. **accuracy** is the
share of correct predictions.

**The columns below** belong to one class each. They show a test example, the prediction for it with its probability, and the
accuracy for all test examples of the class. `3▾` marks the class with the lowest accuracy, `3∅` a class that is never predicted.

In an **epoch** the network sees every training example once. A **batch** is the group of examples used for one **update** of
all weights.
"""

    DEFAULT_CSS = """
    TrainPane #upper { height: 1fr; }
    TrainPane #curves { width: 1fr; height: 1fr; padding: 0 0 0 1; }
    TrainPane Numbers { margin: 0 0 0 3; }
    TrainPane CompareView { display: none; }
    TrainPane.-comparing CompareView { display: block; }
    TrainPane.-comparing #upper, TrainPane.-comparing TwoRuns { display: none; }
    TrainPane.-comparing > RepeatLine, TrainPane.-comparing ByClass { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *map(in_footer, ("step_epoch", "step_batch", "run", "pause", "microscope")),
        Binding(
            "v", "turn('kind')", "loss/accuracy", show=False, id="chart-kind", tooltip="Draw the loss or the accuracy"
        ),
        Binding(
            "x",
            "hide_before",
            "previous run",
            show=False,
            id="chart-before",
            tooltip="Hide the line of the previous run, or show it again",
        ),
        Binding(
            "t",
            "screen.settings",
            "training settings",
            show=False,
            id="train-settings",
            tooltip="Change the learning rate, the batch size or the optimizer",
        ),
        in_footer("travel(-1)", _AROUND),
        in_footer("travel(1)", _AROUND),
        Binding(
            "y", "turn('log')", "log", show=False, id="chart-log", tooltip="Draw the loss on a linear or a log axis"
        ),
        Binding(
            "X",
            "log_epochs",
            "log epochs",
            show=False,
            id="chart-log-epochs",
            tooltip="Draw the epochs on a linear or a log axis",
        ),
        Binding(
            "d",
            "smooth",
            "smooth",
            show=False,
            id="chart-smooth",
            tooltip="Smooth the curves lightly, strongly or not at all",
        ),
        Binding(
            "plus",
            "zoom(True)",
            "zoom in",
            show=False,
            id="chart-in",
            tooltip="Show half as many epochs: those around the value cursor, or the newest ones if there is no cursor",
        ),
        Binding("minus", "zoom(False)", "zoom out", show=False, id="chart-out", tooltip="Show twice as many epochs"),
        Binding("comma", "pan(-0.25)", "earlier", show=False, id="chart-earlier", tooltip="Show earlier epochs"),
        Binding("full_stop", "pan(0.25)", "later", show=False, id="chart-later", tooltip="Show later epochs"),
        Binding(
            "left",
            "move(-1)",
            "values",
            show=False,
            id="chart-left",
            tooltip="Move the value cursor one epoch back; the row above the chart shows the values there",
        ),
        Binding(
            "right", "move(1)", "on", show=False, id="chart-right", tooltip="Move the value cursor one epoch forward"
        ),
        Binding(
            "shift+left",
            "move(-10)",
            "back 10",
            show=False,
            id="chart-back",
            tooltip="Move the value cursor ten epochs back",
        ),
        Binding(
            "shift+right",
            "move(10)",
            "on 10",
            show=False,
            id="chart-on",
            tooltip="Move the value cursor ten epochs forward",
        ),
        Binding(
            "escape",
            "whole",
            "all epochs",
            show=False,
            id="chart-whole",
            tooltip="Remove the value cursor; press again to show all epochs",
        ),
    ]

    kind: reactive[str] = reactive("loss", init=False, repaint=False)
    """The kind of the chart: "loss", "accuracy" or "batch loss"."""

    window: reactive[Window] = reactive(Window, init=False, repaint=False)
    """The epochs that the chart shows, and its smoothing and value cursor."""

    log_axis: reactive[bool] = reactive(False, init=False, repaint=False)
    """True if the axis of the loss is logarithmic."""

    hidden: reactive[frozenset[str]] = reactive(frozenset(), init=False, repaint=False)
    """The kinds of the curves that the chart does not draw."""

    comparing: reactive[bool] = reactive(False, init=False, repaint=False)
    """True while the comparison of several runs is shown."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._memory = CurveMemory()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the chart on the left, the numbers on the right, and the row of classes below."""
        with Horizontal(id="upper"):
            with Vertical(id="curves"):
                yield ChartHeading()
                yield Chart()
                yield EpochLine()
            yield Numbers()
        yield CompareView()
        yield TwoRuns()
        yield RepeatLine()
        yield ByClass()
        yield HintLine()

    def on_mount(self) -> None:
        """Show the current snapshot."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the width of the numbers beside the chart for the new size, and show all parts again."""
        width = event.size.width
        self.query_one(Numbers).styles.width = 37 if width >= 110 else 28
        self.query_one(Numbers).styles.margin = (0, 0, 0, 3 if width >= 80 else 1)
        self._show()

    def watch_snapshot(self) -> None:
        """Show the new snapshot in each part of the pane."""
        self._show()

    def watch_runs(self, before: RunSet | None, runs: RunSet | None) -> None:
        """Redraw the chart if a run other than the live one has changed. The live run is redrawn with each snapshot."""
        if before is not None and runs is not None and before.frozen is not runs.frozen:
            self._show()

    def watch_repeats(self) -> None:
        """Show the new results of the repeats with other seeds."""
        self._show()

    def watch_test(self) -> None:
        """Give the test examples to the parts that show them."""
        self.query_one(ByClass).test = self.query_one(Numbers).test = self.test

    def watch_hints(self) -> None:
        """Show the most important hint below the chart."""
        self.query_one(HintLine).hints = self.hints

    def watch_stopped(self) -> None:
        """Show beside the chart that the engine has stopped, and why."""
        self.query_one(Numbers).stopped = self.stopped

    @classmethod
    def view_names(cls) -> tuple[str, ...]:
        """Return the names of the charts and of the comparison."""
        return (*_CHARTS, _COMPARE)

    @classmethod
    def all_bindings(cls) -> Iterator[tuple[str, Binding]]:
        """Yield the keys of the pane, then those of the comparison."""
        yield from super().all_bindings()
        yield from ((_COMPARE, binding) for binding in CompareView.BINDINGS if isinstance(binding, Binding))

    @property
    def with_keys(self) -> Widget:
        """Return the widget that gets the focus: the comparison if it is shown, else the pane itself."""
        return self.query_one(CompareView) if self.comparing else self

    @property
    def explanation(self) -> str:
        """Return the help of the comparison if it is shown, else that of the pane."""
        return HELP if self.comparing else self.HELP

    @property
    def compare_look(self) -> Look:
        """Return the `Look` (view description) to which the compare key leads: the comparison, or the chart if that is shown."""
        return Look(self.TITLE, self._chart_name if self.comparing else _COMPARE)

    def watch_comparing(self, comparing: bool) -> None:
        """Show the comparison, or the live run."""
        had_focus = self.has_focus_within
        self.set_class(comparing, "-comparing")
        self._show()
        if had_focus:
            # `Widget.focus` would take effect only later, and the next key would still go to the hidden part.
            self.screen.set_focus(self.with_keys)
        self.refresh_bindings()

    @property
    def current_look(self) -> Look:
        """Return the `Look` (view description) of this pane, which names the current chart."""
        return Look(self.TITLE, _COMPARE if self.comparing else self._chart_name)

    @property
    def _chart_name(self) -> str:
        return f"log {self.kind}" if self.log_axis and self.kind != "accuracy" else self.kind

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the numbers, the curves of the chart and the classes, or for the table of the
        comparison.
        """
        snapshot = self.snapshot
        if snapshot is None:
            return
        if self.comparing:
            yield from compare_spots(page, self.query_one(CompareTable))
            return
        chart = chart_spots(page, self.query_one(ChartHeading), self.query_one(EpochLine), snapshot, self.kind)
        numbers = number_spots(page, self.query_one(Numbers), snapshot, self.test)
        # The values at the value cursor come first. Without a value cursor, the numbers of the present epoch come first.
        yield from chain(*((chart, numbers) if self.window.cursor is not None else (numbers, chart)))
        yield from class_spots(page, self.query_one(ByClass), snapshot)
        yield from two_run_spots(page, self.query_one(TwoRuns), self.runs)

    async def show_look(self, look: Look) -> None:
        """Draw the chart, or the comparison, that a `Look` (view description) names."""
        await super().show_look(look)
        if look.view in _CHARTS:
            self.kind, self.log_axis = _CHARTS[look.view]
            self._show()
        if look.view is not None:
            self.comparing = look.view == _COMPARE

    def action_turn(self, what: str) -> None:
        """Switch the chart between loss and accuracy, or between a linear and a logarithmic axis."""
        if what == "kind":
            # The comparison cannot draw batch losses.
            kinds = ("loss", "accuracy") if self.comparing else ("loss", "accuracy", _BATCHES)
            self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds) if self.kind in kinds else 1]
        else:
            self.log_axis = not self.log_axis
            self.kind = "loss" if self.kind == "accuracy" else self.kind
        self._show()

    def watch_hidden(self) -> None:
        """Draw the chart again, because a curve was hidden or shown."""
        self._show()

    def watch_window(self) -> None:
        """Draw the chart again, because the person has chosen other epochs, another smoothing or another cursor."""
        self._show()

    @property
    def _newest(self) -> int:
        curves = self.query_one(Chart).curves
        return curves.newest if curves is not None else 0

    def action_zoom(self, closer: bool) -> None:
        """Show half as many epochs on the chart, or twice as many."""
        why_not = "The chart cannot show fewer epochs." if closer else "The chart already shows all epochs."
        self._turn_window(self.window.zoom(closer, self._newest), why_not)

    def action_pan(self, share: float) -> None:
        """Move the chart by `share` of the epochs that it shows: to later epochs, or to earlier ones if `share` is negative."""
        why_not = "There are no earlier epochs." if share < 0 else "There are no later epochs."
        self._turn_window(self.window.pan(share, self._newest), why_not)

    def _turn_window(self, window: Window, why_not: str) -> None:
        """Show the epochs of `window`. If the chart shows them already, show a message that begins with `why_not`."""
        if window == self.window:
            self.notify(f"{why_not} + shows fewer epochs, - shows more, and esc shows all.", markup=False)
        self.window = window

    def action_move(self, epochs: int) -> None:
        """Move the value cursor. If there is none, show it at the epoch on the screen."""
        if self.snapshot is not None:
            self.window = self.window.move(epochs, self._newest, self.snapshot.epoch)

    def action_log_epochs(self) -> None:
        """Switch between a linear and a logarithmic axis of epochs."""
        self.window = replace(self.window, log=not self.window.log)

    def action_smooth(self) -> None:
        """Smooth the curves to the next degree: from not at all to lightly, from lightly to strongly, and from strongly to not at
        all.
        """
        self.window = self.window.smoother()

    def action_whole(self) -> None:
        """Remove the cursor; if there is none, show all epochs."""
        self._turn_window(self.window.back(), "The chart already shows all epochs.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. The keys of the chart do not work while the comparison is shown."""
        if self.comparing and action in ("zoom", "pan", "move", "log_epochs", "smooth", "whole", "hide_before"):
            return False
        return super().check_action(action, parameters)

    @on(Chart.Wheeled)
    def _wheel(self, event: Chart.Wheeled) -> None:
        if event.pans:
            self.action_pan(-0.1 if event.back else 0.1)
        else:
            self.window = self.window.zoom(not event.back, self._newest, event.epoch)

    @on(Chart.Pointed)
    def _point(self, event: Chart.Pointed) -> None:
        self.window = self.window.point(event.epoch, self._newest)

    @on(ChartHeading.Hidden)
    def _hide(self, event: ChartHeading.Hidden) -> None:
        self.hidden = self.hidden ^ {event.line}

    def action_hide_before(self) -> None:
        """Hide the curve of the previous run, or show it again."""
        if self.runs is None or self.runs.previous is None:
            self.notify("The chart shows no previous run. R starts another run.", markup=False)
        else:
            self.hidden = self.hidden ^ {"before"}

    @on(ChartHeading.Turned)
    def _turn(self, event: ChartHeading.Turned) -> None:
        self.action_turn(event.what)

    @on(EpochLine.Sought)
    def _seek(self, event: EpochLine.Sought) -> None:
        self.post_message(Tell(Seek(epoch=event.epoch)))

    @on(Numbers.Stepped)
    def _step(self, event: Numbers.Stepped) -> None:
        self.post_message(Tell(Travel(epochs=event.epochs)))

    @on(Chart.Drawn)
    def _align(self, event: Chart.Drawn) -> None:
        self.query_one(EpochLine).indent = event.indent

    def _show(self) -> None:
        if not self.is_mounted:
            return
        snapshot = self.snapshot
        if self.comparing:
            kind = "loss" if self.kind == _BATCHES else self.kind
            self.query_one(CompareView).take(self.runs, kind, self.log_axis, self.repeats)
            return
        self.query_one("TrainPane > RepeatLine", RepeatLine).repeated = self._repeated()
        self.query_one(TwoRuns).runs = self.runs
        self.query_one(ByClass).rows = self._class_rows()
        self.query_one(Numbers).snapshot = snapshot
        self.query_one(EpochLine).snapshot = snapshot
        self.query_one(ByClass).evaluation = snapshot.evaluation if snapshot else None
        if snapshot:
            curves = self._curves(snapshot)
            self.query_one(Chart).curves = self.query_one(ChartHeading).curves = curves
            self.query_one(EpochLine).axis = curves.axis

    def _class_rows(self) -> int:
        """Return the number of rows for the classes. It depends on the height that the other tables leave free."""
        width, height = self.size
        height -= rows_of(self.runs)
        if (repeated := self._repeated()) is not None and not repeated.is_empty:
            height -= 2
        if height >= 30 and width >= 120:
            return 8
        # Large numbers above the pane are for a projector. The audience should still see the pictures of the digits, so the chart
        # gets fewer rows instead.
        for_pictures = 17 if self.screen.has_class("-large") else 20
        return 6 if height >= 21 else 5 if height >= for_pictures else 3 if height >= 18 else 2

    def _repeated(self) -> Repeated | None:
        """Return the content of the rows about repeats with other seeds; None before the first repeat."""
        if self.repeats is None or self.runs is None:
            return None
        return Repeated(self.repeats, self.runs.live, other_run(self.runs), (SPREAD, BEFORE))

    def _seeds(self, run: NamedRun | None) -> SeedRuns | None:
        return self.repeats.of(run) if self.repeats is not None and run is not None else None

    def _curves(self, snapshot: Snapshot) -> Curves:
        """Return everything that the chart draws: the runs, the choices of the person, and marks such as changes."""
        classes = snapshot.network.output_size
        previous = self.runs.previous if self.runs is not None else None
        live = replace(
            self._memory.line("this run", snapshot),
            seeds=self._seeds(self.runs.live if self.runs is not None else None),
        )
        before = []
        if previous is not None:
            seeds = self._seeds(previous)
            # Runs with equal settings have the same band, so it is drawn only once.
            seeds = None if seeds is live.seeds else seeds
            before.append(RunLine(f"run {previous.letter}", previous.summary.curves, seeds=seeds))
        curves = Curves(
            (live, *before),
            "accuracy" if self.kind == "accuracy" else "loss",
            self.log_axis,
            snapshot.training.epochs,
            LOSSES[snapshot.network.loss].chance(classes),
            classes,
            untrained=not snapshot.progress.step and snapshot.status.state is State.READY,
            here=snapshot.epoch if snapshot.epoch < snapshot.newest_epoch else None,
            window=self.window,
            changes=tuple(sorted({change.epoch - 1 for change in snapshot.history.later_changes})),
            hidden=self.hidden,
        )
        if self.kind == _BATCHES:
            return replace(curves, batches=BatchCurve.of(snapshot, curves.axis))
        return curves
