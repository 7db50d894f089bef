"""The compare view of Train."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.session.run.run_set import LETTERS, RunSet
from tui_nn.session.sweep.repeats import Repeats
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.roles import KEY, MUTED, RUN_COLOURS
from tui_nn.ui.train.compare.chart import CompareChart
from tui_nn.ui.train.compare.comparison import Comparison
from tui_nn.ui.train.compare.table import CompareTable
from tui_nn.ui.train.repeat_line import Repeated, RepeatLine

_EPOCH = Binding.Group("epoch", compact=True)
_RUN = Binding.Group("run", compact=True)

HELP = """
**Compare** draws up to six runs on one chart. Each run has a letter, which you see on its curve. First come the runs of this
session in the order in which they began, then those that you opened with `--compare`. A seventh run replaces the oldest, and
a message says so. Runs of one preset are named by the settings in which they differ.

**The table** shows for each run the values at the value cursor `┊`, after its last epoch, and after its best epoch. `↑` and
`↓` choose a run, `x` hides it or shows it again, `←` and `→` move the value cursor (with shift by ten epochs), `o` draws
another split, `v` the accuracy, and `y` a log axis.

**Below the table** the chosen run is compared with the live one: the settings in which they differ, and McNemar's test. It
counts the test examples that only one of the two networks, as they are now, classifies correctly. If both networks were
equally good, each such example would belong to either of them with a probability of one half, like a thrown coin. The test
computes the probability that coins fall at least as unevenly. A small probability says that the two *networks* differ. It
does not say that the *setting* is better: another seed may reverse the result. `V` trains both runs again with five seeds,
from the first epoch on with their newest settings. It draws the spread of each as a hatched band, and compares them seed by
seed.
"""


class CompareView(Widget, can_focus=True):
    """A widget that shows several runs on one chart and in one table."""

    DEFAULT_CSS = """
    CompareView { height: 1fr; width: 1fr; layout: vertical; }
    CompareView > #compare-heading { height: 1; padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "run", group=_RUN, id="compare-up", tooltip="Choose the run above"),
        Binding("down", "choose(1)", "next run", group=_RUN, id="compare-down", tooltip="Choose the run below"),
        Binding("x", "turn", "hide/show", id="compare-hide", tooltip="Hide the chosen run, or show it again"),
        Binding(
            "left", "move(-1)", "epoch", group=_EPOCH, id="compare-left", tooltip="Move the value cursor one epoch back"
        ),
        Binding(
            "right",
            "move(1)",
            "on",
            group=_EPOCH,
            id="compare-right",
            tooltip="Move the value cursor one epoch forward",
        ),
        Binding(
            "shift+left",
            "move(-10)",
            "back 10",
            show=False,
            id="compare-back",
            tooltip="Move the value cursor ten epochs back",
        ),
        Binding(
            "shift+right",
            "move(10)",
            "on 10",
            show=False,
            id="compare-on",
            tooltip="Move the value cursor ten epochs forward",
        ),
        *first_and_last("epoch", "compare-epoch", f"move(-{FAR})", f"move({FAR})"),
        Binding(
            "o",
            "split",
            "split",
            show=False,
            id="compare-split",
            tooltip="Show the curves for other data: test, training or validation",
        ),
        Binding("escape", "leave", "close", show=False, id="compare-leave", tooltip="Go back to the live run"),
    ]

    comparison: reactive[Comparison | None] = reactive(None, init=False, repaint=False)
    """The compared runs, and the choices of the person; None until there is a run."""

    def compose(self) -> ComposeResult:
        """Yield the widgets: the heading, the chart and the table."""
        yield Static(id="compare-heading")
        yield CompareChart()
        yield CompareTable()
        yield RepeatLine()

    def on_mount(self) -> None:
        """Draw the runs that were set before the chart and the table existed."""
        self.watch_comparison()

    def take(self, runs: RunSet | None, kind: str, log: bool, repeats: Repeats | None) -> None:
        """Use the newest runs and their repeats with other seeds. The kind of the chart and its axis (`log`) are those
        of the pane.
        """
        if runs is not None:
            present = self.comparison or Comparison(())
            self.comparison = replace(present, kind=kind, log=log and kind == "loss", repeats=repeats).of(runs)

    def watch_comparison(self) -> None:
        """Show the comparison in all parts of the view."""
        comparison = self.comparison
        if comparison is None or not self.is_mounted:
            return
        self.query_one(CompareChart).comparison = self.query_one(CompareTable).comparison = comparison
        self.query_one(RepeatLine).repeated = _repeated(comparison)
        kind = f"{comparison.split} {comparison.kind}" + (" log" if comparison.log else "")
        keys = ("o", " split  "), ("v", " loss/accuracy  "), ("y", " log  "), ("C", " close")
        heading = [(f"{kind:<20}", "bold"), *(part for key, word in keys for part in ((key, KEY), (word, MUTED)))]
        self.query_one("#compare-heading", Static).update(Content.assemble(*heading))

    # ---- keys

    def action_choose(self, step: int) -> None:
        """Choose another run of the table."""
        if self.comparison is not None:
            self.comparison = self.comparison.choose(step)

    def action_turn(self) -> None:
        """Hide the chosen run, or show it again."""
        if self.comparison is not None:
            if len(self.comparison.runs) == 1:
                self.notify("There is only one run, so it cannot be hidden. R or A starts another one.", markup=False)
            self.comparison = self.comparison.turn()

    def action_move(self, epochs: int) -> None:
        """Move the value cursor."""
        if self.comparison is not None:
            self.comparison = self.comparison.move(epochs)

    def action_split(self) -> None:
        """Draw another split."""
        if self.comparison is not None:
            self.comparison = self.comparison.next_split()

    async def action_leave(self) -> None:
        """Go back to the live run."""
        await self.run_action("screen.compare")

    @on(CompareTable.Turned)
    def _turn(self, event: CompareTable.Turned) -> None:
        if self.comparison is not None:
            self.comparison = replace(self.comparison, chosen=event.letter).turn()


def _repeated(comparison: Comparison) -> Repeated | None:
    """Return the content of the rows about repeats with other seeds, for the live run and the run compared with it."""
    if comparison.repeats is None:
        return None
    live = comparison.live
    other = next((run for run in comparison.pair or () if run is not live), None)
    colours = [RUN_COLOURS[LETTERS.index(run.letter)] for run in (live, other or live)]
    return Repeated(comparison.repeats, live, other, (colours[0], colours[1]))
