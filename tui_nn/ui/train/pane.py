"""The Train pane: the curves, the numbers beside them, and what has been learned digit by digit."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from tui_nn.core.losses import LOSSES
from tui_nn.engine.commands import Seek, Travel
from tui_nn.session.run.status import State
from tui_nn.ui.kit.hint_line import HintLine
from tui_nn.ui.kit.keys import in_footer
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.train.by_digit import ByDigit
from tui_nn.ui.train.chart_heading import ChartHeading
from tui_nn.ui.train.loss_chart import Curves, LossChart
from tui_nn.ui.train.numbers import Numbers
from tui_nn.ui.train.timeline import Timeline

_AROUND = Binding.Group("back/on", compact=True)


class TrainPane(Pane):
    """Where training is watched. Most of its keys belong to the screen, for they work in every pane."""

    NUMBER: ClassVar[str] = "2"
    TITLE: ClassVar[str] = "Train"
    HELP: ClassVar[str] = """
**The chart** has one point an epoch. *Train* (solid) is the loss on the batches of the epoch, each before its update;
*test* (dashed) is the loss on digits that are never trained on. When train goes on falling and test does not, the
network is memorising. The dotted line is *chance*: what guessing costs. For softmax outputs that is −ln(1/10) = ln 10 = 2.303; for
sigmoid outputs with squared error, 0.45.

**The line under it** is the run: `━` trained, `●` what is shown now, `─` trained and ahead of now, `┄` planned, `★` the
epoch with the lowest test loss, `┻` a changed setting or the start of a branch, `✗` where it diverged. Click it, or drag along it,
to go to an epoch.

**Time travel**: `[` and `]` go an epoch back and on, `{` and `}` ten, `home` and `end` to the first and the newest, `g` to
any, `*` to the best; `B` goes back a batch. All panes show the network as it was. Training on from there goes the same way
again, to the bit. Change a setting there and a *branch* begins: the old future stays as a faint line, and `T` leads back.
A what-if that is kept begins one too; the epoch as it was before is in the branch that was left, and never the best of this one.

**loss** is what training makes small: 0 is certain and right, the dotted line is guessing. **accuracy** is the share of
digits read right.

**By digit**: a test digit of each kind with the network's answer to it now, and how sure it is; below, how many of all
test digits of that kind are read right. `3▾` is the digit that is read worst, `3∅` one that is never answered at all.

An **epoch** is every training example once; a **batch** is the examples behind one **step**, one update of all weights.
"""

    DEFAULT_CSS = """
    TrainPane #upper { height: 1fr; }
    TrainPane #curves { width: 1fr; height: 1fr; padding: 0 0 0 1; }
    TrainPane Numbers { margin: 0 0 0 3; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *map(in_footer, ("step_epoch", "step_batch", "run", "pause", "microscope")),
        Binding(
            "v", "turn('kind')", "loss/accuracy", show=False, id="chart-kind", tooltip="Draw the loss, or the accuracy"
        ),
        in_footer("travel(-1)", _AROUND),
        in_footer("travel(1)", _AROUND),
        Binding("home", "screen.first", "first epoch", show=False, id="first-epoch", tooltip="The untrained network"),
        Binding(
            "end", "screen.newest", "newest epoch", show=False, id="newest-epoch", tooltip="Where training was left"
        ),
        Binding(
            "y", "turn('log')", "log", show=False, id="chart-log", tooltip="Draw the loss on a linear or a log axis"
        ),
    ]

    kind: reactive[str] = reactive("loss", init=False, repaint=False)
    """What the chart draws: "loss" or "accuracy"."""

    log_axis: reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether the loss has a log axis."""

    def compose(self) -> ComposeResult:
        """Curves at the left, numbers at the right, digits below."""
        with Horizontal(id="upper"):
            with Vertical(id="curves"):
                yield ChartHeading()
                yield LossChart()
                yield Timeline()
            yield Numbers()
        yield ByDigit()
        yield HintLine()

    def on_mount(self) -> None:
        """Write the heading."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Give the digits the rows that there are, and the numbers the width of the roomy layout."""
        height, width = event.size.height, event.size.width
        self.query_one(ByDigit).rows = (
            8 if height >= 30 and width >= 120 else 6 if height >= 21 else 5 if height >= 20 else 2
        )
        self.query_one(Numbers).styles.width = 37 if width >= 110 else 28
        self.query_one(Numbers).styles.margin = (0, 0, 0, 3 if width >= 80 else 1)
        self._show()

    def watch_snapshot(self) -> None:
        """Hand the parts their part."""
        self._show()

    def watch_test(self) -> None:
        """Hand the digits on."""
        self.query_one(ByDigit).test = self.query_one(Numbers).test = self.test

    def watch_hints(self) -> None:
        """Show the first hint."""
        self.query_one(HintLine).hints = self.hints

    def watch_stopped(self) -> None:
        """Say so."""
        self.query_one(Numbers).stopped = self.stopped

    def action_turn(self, what: str) -> None:
        """Switch the chart between loss and accuracy, or between a linear and a log axis."""
        if what == "kind":
            self.kind = "accuracy" if self.kind == "loss" else "loss"
        else:
            self.log_axis = not self.log_axis
            self.kind = "loss"
        self._show()

    @on(Timeline.Sought)
    def _seek(self, event: Timeline.Sought) -> None:
        self.post_message(Tell(Seek(epoch=event.epoch)))

    @on(Numbers.Stepped)
    def _step(self, event: Numbers.Stepped) -> None:
        self.post_message(Tell(Travel(epochs=event.epochs)))

    @on(LossChart.Drawn)
    def _align(self, event: LossChart.Drawn) -> None:
        self.query_one(Timeline).indent = event.indent

    def _show(self) -> None:
        if not self.is_mounted:
            return
        snapshot = self.snapshot
        heading = self.query_one(ChartHeading)
        heading.kind, heading.log_axis = self.kind, self.log_axis
        self.query_one(Numbers).snapshot = snapshot
        self.query_one(Timeline).snapshot = snapshot
        self.query_one(ByDigit).evaluation = snapshot.evaluation if snapshot else None
        if snapshot:
            self.query_one(LossChart).curves = Curves(
                snapshot.history.records,
                self.kind,
                self.log_axis,
                snapshot.training.epochs,
                LOSSES[snapshot.network.loss].chance(snapshot.network.output_size),
                untrained=not snapshot.progress.step and snapshot.status.state is State.READY,
                here=snapshot.epoch if snapshot.epoch < snapshot.newest_epoch else None,
                others=tuple(b for number, b in enumerate(snapshot.branches) if number != snapshot.branch),
            )
            heading.branches = len(snapshot.branches)
