"""Four histograms of one layer: what it computes, what it has learnt, and what pulls at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.statistics import LayerStatistics, Summary
from tui_nn.data.dataset import Split
from tui_nn.render.histograms import HEIGHTS
from tui_nn.render.numbers import compact
from tui_nn.render.sentences import whole_percent
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.histogram_chart import HistogramChart
from tui_nn.ui.inspect.statistics_view import StatisticsView

PARTS = ("z", "a", "weights", "gradient", "update")


class HistogramsView(StatisticsView):
    """z, a, weights, gradient and update: bars for now, and marks for the start weights on the same examples."""

    DEFAULT_CSS = """
    HistogramsView { height: 1fr; layout: vertical; padding: 0 2; }
    HistogramsView > #histograms-title { height: 2; }
    HistogramsView.-low > #histograms-title { height: 1; }
    HistogramsView > Grid { grid-size: 2; grid-rows: 1fr; grid-gutter: 0 4; height: 1fr; }
    HistogramsView.-all > Grid { grid-size: 3; grid-gutter: 0 3; }
    HistogramsView .-away { display: none; }
    """

    KEY: ClassVar[str] = "h"
    NAME: ClassVar[str] = "histograms"
    SHORT: ClassVar[str] = "histo"
    TOOLTIP: ClassVar[str] = "One layer in pictures"
    HELP: ClassVar[str] = """
**histograms**: bars are now, `o` is what the start weights give on the same digits. One scale for both; *height* says
what is drawn: the square root of the share shows rare values too. Exact zeros are counted under the picture and not
drawn, for the half that a relu makes 0 would flatten the rest; the outermost half percent at either end is left out
as well. The *update* is what one step of the optimizer would add to the weights if these digits were its batch: with its
present rate, moments and penalties, without dropout and noise; the *gradient* too is that of these digits, and not of
the last training batch, as in layers and flow. Where five pictures have no room, `v` changes between
gradient and update. *std* and *RMS* (root of the mean square) say how large a typical number is, at the start → now.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "start", "start", id="start-weights", tooltip="Show or hide what the start weights give"),
        Binding("v", "turn", "update", id="histogram-turn", tooltip="Show the gradient, or the update it makes"),
        Binding("s", "scale", "scale", id="histogram-scale", tooltip="Heights: square root of share, share, log"),
    ]

    scale: reactive[str] = reactive("square root of share", init=False)
    """What the heights are."""

    with_start: reactive[bool] = reactive(True, init=False)
    """Whether what the start weights give is shown too."""

    update_shown: reactive[bool] = reactive(False, init=False)
    """Whether the update has the gradient's place, where there is none for both."""

    def compose(self) -> ComposeResult:
        """A title and five pictures."""
        yield Static(id="histograms-title")
        with Grid():
            for part in PARTS:
                # Until the size is known it is taken to be small: a fifth picture for a moment would be a flash.
                yield HistogramChart(id=f"histogram-{part}", classes="-away" if part == "update" else "")

    def on_resize(self) -> None:
        """Where rows are few, the blank one goes."""
        self.set_class(self.size.height < 18, "-low")
        self.set_class(self.size.width >= 105, "-all")
        self._turn()
        self.show()

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Whether there is a start to show besides."""
        return *super().question(snapshot, test), self._has_start(snapshot)

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """Every layer, now and at the start."""
        start = self._has_start(snapshot)
        return partial(self.probe.look, snapshot, test, self.example, self.kind, with_start=start)

    def _has_start(self, snapshot: Snapshot) -> bool:
        return self.with_start and snapshot.step > 0

    def watch_choice(self) -> None:
        """Show another layer, or look at other digits."""
        super().watch_choice()
        self.show()

    def watch_update_shown(self) -> None:
        """Show the other."""
        self._turn()

    def _turn(self) -> None:
        for part, away in (("gradient", self.update_shown), ("update", not self.update_shown)):
            self.query_one(f"#histogram-{part}").set_class(away and not self.has_class("-all"), "-away")
        self.refresh_bindings()

    def watch_scale(self) -> None:
        """Draw at other heights."""
        self.show()

    def watch_with_start(self) -> None:
        """Look at the start, or no longer."""
        self.look_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the first step the start is now."""
        if action == "turn":
            return not self.has_class("-all")
        if action == "start":
            return self.snapshot is not None and self.snapshot.step > 0
        return super().check_action(action, parameters)

    def action_start(self) -> None:
        """Show or hide what the start weights give."""
        self.with_start = not self.with_start

    def action_turn(self) -> None:
        """Show the gradient, or the update."""
        self.update_shown = not self.update_shown

    def action_scale(self) -> None:
        """Draw at other heights."""
        names = list(HEIGHTS)
        self.scale = names[(names.index(self.scale) + 1) % len(names)]

    def show(self) -> None:
        """Five pictures of the chosen layer."""
        look = self.shown
        if look is None:
            return
        number = min(self.choice.layer, len(look.statistics.layers) - 1)
        layer, start = look.statistics.layers[number], look.start.layers[number] if look.start else None
        self.query_one("#histograms-title", Static).update(self._title(look, number))
        for part, title in zip(PARTS, _titles(layer, number, look.whose), strict=True):
            view = self.query_one(f"#histogram-{part}", HistogramChart)
            view.title, view.scale, view.finite = title, self.scale, look.finite
            view.now = getattr(layer, part)
            view.start = getattr(start, part) if start else None
            view.note = _note(part, view.now, view.start)

    def _title(self, look: LayersLook, number: int) -> Content:
        """Which layer, what the marks are, and how heights are to be read where there is room to say so."""
        muted = "$foreground 62%"
        name = f"layer {number} {look.statistics.layers[number].activation_name}"
        now = "now" if look.finite else "when last finite"
        title = Content.assemble((name, "bold"), (f"   {now} ", muted), ("█", "$primary 75%"))
        if look.start is not None:
            title = Content.assemble(title, ("   at the start ", muted), ("o", "bold"))
        rest = (f"   height = {self.scale}", f"   {self.scale}", "")
        fitting = next(words for words in rest if len(title) + len(words) <= self.size.width or not words)
        return Content.assemble(title, (fitting, muted))


def _titles(layer: LayerStatistics, number: int, whose: str) -> tuple[str, ...]:
    below = "x" if number == 0 else f"a{number - 1}"
    bias = " + b" if layer.use_bias else ""
    name = "p" if layer.activation_name == "softmax" else "a"
    return (
        f"z = {below} @ W{bias}",
        f"{name} = {layer.activation_name}(z)",
        "weights W",
        f"gradient: {whose}",
        "update, one step",
    )


def _note(part: str, now: Summary, start: Summary | None) -> str:
    """The number that tells most of it, at the start and now."""
    if part in ("gradient", "update"):
        numbers = ("RMS", compact(now.rms), compact(start.rms) if start else "")
    elif part == "a" and now.zeros:
        numbers = ("0 in", whole_percent(now.zeros), whole_percent(start.zeros) if start else "")
    else:
        numbers = ("std", compact(now.std), compact(start.std) if start else "")
    word, after, before = numbers
    return f"{word} {before} → {after}" if before else f"{word} {after}"
