"""The histograms view: how z, a, the weights, the gradient and the next update of one layer are distributed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from tui_nn.render.histograms import HEIGHTS, USUAL_HEIGHT
from tui_nn.render.layer_sentences import whole_percent
from tui_nn.render.numbers import compact
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.explained import histogram_spots
from tui_nn.ui.inspect.histogram_chart import HistogramChart
from tui_nn.ui.inspect.statistics_view import StatisticsView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.roles import BAR, MUTED

PARTS = ("z", "a", "weights", "gradient", "update")


class HistogramsView(StatisticsView):
    """A view that shows five histograms of one layer: bars for the present network, and marks for the network at the start.

    Both are measured on the same examples.
    """

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
    SHORT: ClassVar[str] = "hist"
    TOOLTIP: ClassVar[str] = "Histograms of one layer"
    HELP: ClassVar[str] = """
**histograms** shows how the values of one layer are distributed. The bars show the present values; `o` adds marks for the
values that the start weights give on the same examples. Both have the same scale.

- *height*: a bar's height is the square root of its share of the values, so that you also see rare values. `y` changes this
  to the share itself, or to the logarithm of the count.
- Exact zeros are counted in the caption and not drawn, because a relu makes about half of the values 0. The half percent
  at either end is not drawn either.
- *std* (standard deviation) and *RMS* (root mean square) give the typical size of a value: at the start → now.
- The *gradient* is that of the examples that are measured here. In layers and flow it is that of the last training batch.
- The *update* is what one step of the optimizer would add to the weights if the measured examples were the batch. It uses
  the present learning rate, moments and penalties, but no dropout and no noise.

If there is no room for five histograms, `v` switches between gradient and update.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "start", "start", id="start-weights", tooltip="Show or hide the marks of the start weights"),
        Binding("v", "turn", "update", id="histogram-turn", tooltip="Show the gradient, or the update that it causes"),
        Binding(
            "y",
            "scale",
            "scale",
            id="histogram-scale",
            tooltip="Change the height of the bars: square root of the share, share, logarithm",
        ),
    ]

    scale: reactive[str] = reactive(USUAL_HEIGHT, init=False)
    """The name in `HEIGHTS` of the quantity that the height of a bar shows, such as the share of the values."""

    with_start: reactive[bool] = reactive(True, init=False)
    """True if marks show the histogram of the network with its start weights."""

    update_shown: reactive[bool] = reactive(False, init=False)
    """True if the view shows the update, False if it shows the gradient. A view with room for both shows both."""

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title and five histograms."""
        yield Static(id="histograms-title")
        with Grid():
            for part in PARTS:
                # At first only four histograms are visible. Otherwise, a fifth one would appear on a small screen, and
                # vanish as soon as the size is known.
                yield HistogramChart(id=f"histogram-{part}", classes="-away" if part == "update" else "")

    def on_resize(self) -> None:
        """Choose the layout for the new size: a wide view shows all five histograms, a low one has no blank row."""
        self.set_class(self.size.height < 18, "-low")
        self.set_class(self.size.width >= 105, "-all")
        self._turn()
        self.show()

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the histograms depend on, including whether the start weights are shown."""
        return *super().question(snapshot, test), self._has_start(snapshot)

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """Return a function that measures every layer, with the present weights and, if marks are shown, the start weights."""
        start = self._has_start(snapshot)
        return partial(self.probe.look, snapshot, test, self.example, self.only_class, with_start=start)

    def _has_start(self, snapshot: Snapshot) -> bool:
        return self.with_start and snapshot.step > 0

    def watch_choice(self) -> None:
        """Show the chosen layer. If other examples were chosen, measure on them."""
        super().watch_choice()
        self.show()

    def watch_update_shown(self) -> None:
        """Show the histogram that the person has chosen: that of the gradient, or that of the update."""
        self._turn()

    def _turn(self) -> None:
        for part, away in (("gradient", self.update_shown), ("update", not self.update_shown)):
            self.query_one(f"#histogram-{part}").set_class(away and not self.has_class("-all"), "-away")
        self.refresh_bindings()

    def watch_scale(self) -> None:
        """Draw the bars with the new heights."""
        self.show()

    def watch_with_start(self) -> None:
        """Measure again, because the histograms of the start weights are now needed or no longer needed."""
        self.look_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now.

        The key for gradient or update works only if there is no room for both. The key for the start weights works only
        after the first update, because before that the weights are still the start weights.
        """
        if action == "turn":
            return not self.has_class("-all")
        if action == "start":
            return self.snapshot is not None and self.snapshot.step > 0
        return super().check_action(action, parameters)

    def action_start(self) -> None:
        """Show or hide the marks of the start weights."""
        self.with_start = not self.with_start

    def action_turn(self) -> None:
        """Show the update in place of the gradient, or the gradient again."""
        self.update_shown = not self.update_shown

    def action_scale(self) -> None:
        """Let the height of a bar show the next quantity in `HEIGHTS`."""
        names = list(HEIGHTS)
        self.scale = names[(names.index(self.scale) + 1) % len(names)]

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the captions of the histograms."""
        if (look := self.shown) is not None:
            charts = {part: self.query_one(f"#histogram-{part}", HistogramChart) for part in PARTS}
            yield from histogram_spots(page, look, min(self.choice.layer, len(look.statistics.layers) - 1), charts)

    def show(self) -> None:
        """Draw five histograms of the chosen layer."""
        look = self.shown
        if look is None:
            return
        number = min(self.choice.layer, len(look.statistics.layers) - 1)
        layer, start = look.statistics.layers[number], look.start.layers[number] if look.start else None
        self.query_one("#histograms-title", Static).update(self._title(look, number))
        for part, title in zip(PARTS, _titles(layer, number, look.examples_in_words), strict=True):
            view = self.query_one(f"#histogram-{part}", HistogramChart)
            view.title, view.scale, view.finite = title, self.scale, look.finite
            view.now = getattr(layer, part)
            view.start = getattr(start, part) if start else None
            view.note = _note(part, view.now, view.start)

    def _title(self, look: LayersLook, number: int) -> Content:
        """Return a title that names the layer and explains the bars and marks. If there is room, it also explains the heights."""
        name = f"layer {number} {look.statistics.layers[number].activation_name}"
        now = "now" if look.finite else "last finite values"
        title = Content.assemble((name, "bold"), (f"   {now} ", MUTED), ("█", BAR))
        if look.start is not None:
            title = Content.assemble(title, ("   at the start ", MUTED), ("o", "bold"))
        rest = (f"   height = {self.scale}", f"   {self.scale}", "")
        fitting = next(words for words in rest if len(title) + len(words) <= self.size.width or not words)
        return Content.assemble(title, (fitting, MUTED))


def _titles(layer: LayerStatistics, number: int, examples: str) -> tuple[str, ...]:
    below = "x" if number == 0 else f"a{number - 1}"
    bias = " + b" if layer.use_bias else ""
    name = "p" if layer.activation_name == "softmax" else "a"
    return (
        f"z = {below} @ W{bias}",
        f"{name} = {layer.activation_name}(z)",
        "weights W",
        f"gradient, {examples}",
        "next update",
    )


def _note(part: str, now: Summary, start: Summary | None) -> str:
    """Return the text at the right of a caption: the most useful number of the histogram, at the start and now."""
    if part in ("gradient", "update"):
        numbers = ("RMS", compact(now.rms), compact(start.rms) if start else "")
    elif part == "a" and now.zeros:
        numbers = ("0 in", whole_percent(now.zeros), whole_percent(start.zeros) if start else "")
    else:
        numbers = ("std", compact(now.std), compact(start.std) if start else "")
    word, after, before = numbers
    return f"{word} {before} → {after}" if before else f"{word} {after}"
