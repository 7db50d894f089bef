"""The layers view: a table of all layers, and sentences and histograms about the selected one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.render.init_card import StartFacts, init_sentences
from tui_nn.render.layer_sentences import layer_sentences
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.explained import histogram_spots, layer_spots
from tui_nn.ui.inspect.histogram_chart import HistogramChart
from tui_nn.ui.inspect.layers.layer_table import LayerTable
from tui_nn.ui.inspect.statistics_view import StatisticsView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import CAPTION, FAINTEST, HEADING

_TERM = 9


class Words(Widget):
    """A widget that shows as many sentences about one layer or about the start weights as fit."""

    DEFAULT_CSS = """
    Words { width: 1fr; height: 1fr; }
    """

    sentences: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Pairs of a term and a sentence about it, the most important pair first."""

    def render(self) -> Content:
        """Draw each sentence with its term at the left."""
        width, height = self.size.width - 4 - _TERM, self.size.height
        lines: list[Content] = []
        for term, sentence in self.sentences:
            rows = Content(sentence).wrap(max(width, 20))
            if len(lines) + len(rows) > height:
                break
            for row, text in enumerate(rows):
                name = term if row == 0 else ""
                lines.append(Content.assemble((f"  {name:{_TERM}}", HEADING), text.rstrip()))
        return Content("\n").join(lines)


class LayersView(StatisticsView):
    """A view that shows a table of all layers, and below it sentences and histograms about the selected layer.

    There are up to three histograms, as many as fit: of the activations, the gradient and the weights.
    """

    DEFAULT_CSS = f"""
    LayersView {{ height: 1fr; layout: vertical; }}
    LayersView > Horizontal {{
        height: 1fr;
        margin: 1 1 0 1;
        border-top: solid {FAINTEST};
        border-title-color: {CAPTION};
        border-title-style: bold;
        border-title-background: $background;
    }}
    LayersView.-full > Horizontal {{ margin: 0 1; }}
    LayersView HistogramChart {{ width: 30; max-height: 15; margin: 0 1 0 0; display: none; }}
    LayersView.-two HistogramChart {{ width: 32; margin: 0 1 0 1; }}
    LayersView.-one #a, LayersView.-two #gradient, LayersView.-three #weights {{ display: block; }}
    LayersView.-tall > Horizontal {{ layout: grid; grid-size: 3 2; grid-rows: auto 1fr; grid-gutter: 1 0; }}
    LayersView.-tall Words {{ column-span: 3; height: auto; }}
    LayersView.-tall HistogramChart {{ width: 1fr; max-height: 36; display: block; }}
    LayersView.-card #a, LayersView.-card #gradient, LayersView.-card #weights {{ display: none; }}
    """

    KEY: ClassVar[str] = "l"
    NAME: ClassVar[str] = "layers"
    TOOLTIP: ClassVar[str] = "A table with a row of numbers for each layer"
    HELP: ClassVar[str] = """
**layers** has a row for each layer. Below its name is its number of parameters: the weights, plus one bias for each unit. On
a wide screen the parameters have a column of their own.

- **a mean ± std**: the mean of the activations `a`, and how far they spread; *min* and *max* are the smallest and the largest
  activation.
- **dead**: the share of the relu units that give 0 for every test example, so that no example can change their weights.
  **satur.**: the share of sigmoid or tanh activations so close to a limit that the slope is almost 0. Both are counted on
  all test examples.
- **grad RMS**: the typical size (root mean square) of the gradient of the loss for one weight, before penalty and clipping
  change it. With smoothed labels it is the gradient of the smoothed loss. The small bars show the gradient over the epochs.
- **u:w**: the size of an update divided by the size of the weights, ‖ΔW‖ / ‖W‖, as a power of ten. −3 means 1/1000, which
  is usual.
- **health**: `ok`, or the problem. `exploding` and `vanishing`: the gradient is much larger or smaller than in other layers
  or   networks. `gradient 0`: no weight has a gradient for these examples. `huge step`: the update is larger than the
  weights. `NaN`: some numbers are not finite.

grad RMS and u:w come from the last training update of the epoch, as in flow. Before the first epoch, or for a chosen
class or example, they are measured on the examples shown; u:w then includes the momentum of earlier updates. The
histogram of the gradient always shows that of the examples shown.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "i",
            "card",
            "init card",
            id="init-card",
            tooltip="Show how good the start weights were, or describe the layer in words",
        ),
        Binding(
            "enter",
            "units",
            "its units",
            key_display="enter",
            id="layer-units",
            tooltip="Show the units of this layer",
        ),
    ]

    card: reactive[bool | None] = reactive(None, init=False)
    """True if the sentences are about the start weights, False if they are about the selected layer.

    None means: about the start weights until the first update, then about the layer.
    """

    def compose(self) -> ComposeResult:
        """Yield the widgets: the table of layers, the sentences and the histograms."""
        yield LayerTable()
        with Horizontal():
            yield Words()
            for part in ("a", "gradient", "weights"):
                yield HistogramChart(id=part)

    def on_resize(self, event: events.Resize) -> None:
        """Choose how many histograms are shown, because the size has changed."""
        for least, name in ((70, "-one"), (110, "-two"), (140, "-three")):
            self.set_class(event.size.width >= least, name)
        self.set_class(event.size.width >= 90 and event.size.height >= 36, "-tall")
        self.query_one(LayerTable).room = event.size.height
        self._show_room()

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """Return a function that measures every layer, and also the start weights if the sentences are about them."""
        look = partial(self.probe.look, snapshot, test, self.example, self.only_class, with_start=False)
        if not self.shows_card:
            return look
        return lambda: replace(look(), start=self.probe.start(snapshot, test))

    def watch_choice(self) -> None:
        """Show the chosen layer. If other examples were chosen, measure on them."""
        super().watch_choice()
        self.show()

    @property
    def shows_card(self) -> bool:
        """True if the sentences are about the start weights, False if they are about the selected layer."""
        snapshot = self.snapshot
        untrained = snapshot is not None and not snapshot.step and snapshot.status.state is not State.DIVERGED
        return untrained if self.card is None else self.card

    def choose(self, **chosen: Any) -> None:
        """Change some fields of the choice that all views share.

        If another layer is chosen, the sentences are about this layer from then on.
        """
        if "layer" in chosen:
            self.set_reactive(LayersView.card, False)
        super().choose(**chosen)
        self.show()

    def watch_card(self) -> None:
        """Show the sentences about the start weights or those about the layer. Measure the start weights if that is needed."""
        if self.shows_card and self.shown is not None and self.shown.start is None:
            self.look_anew()
        else:
            self.show()

    def action_units(self) -> None:
        """Show the units of the selected layer."""
        self.post_message(Show(Look("Inspect", view="unit")))

    def action_card(self) -> None:
        """Show the sentences about the start weights, or about the chosen layer."""
        self.card = not self.shows_card

    def watch_hints(self) -> None:
        """Write the sentences about the start weights again, because they name the problem of the first hint."""
        if self.shows_card:
            self.show()

    def _start_of_run(self, statistics: NetworkStatistics) -> StartFacts | None:
        snapshot = self.snapshot
        if snapshot is None:
            return None
        wrong = self.hints if not snapshot.epoch else ()
        return StartFacts(
            statistics,
            snapshot.history.records[0].test_loss,
            snapshot.mlp.loss.chance(snapshot.network.output_size),
            snapshot.network.output_size,
            snapshot.mlp.loss.output == "softmax",
            wrong[0].title if wrong else "",
            snapshot.record.test_loss if snapshot.epoch else None,
        )

    @on(LayerTable.Chosen)
    def _choose_layer(self, event: LayerTable.Chosen) -> None:
        self.choose(layer=event.layer)

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield spots for the numbers of the table, those of the selected layer first, and for the captions of the histograms."""
        look = self.shown
        if look is not None:
            yield from layer_spots(page, self.query_one(LayerTable))
            charts = {part: self.query_one(f"#{part}", HistogramChart) for part in ("a", "gradient", "weights")}
            yield from histogram_spots(page, look, self.query_one(LayerTable).selected, charts)

    def show(self) -> None:
        """Draw the table, and the sentences about the chosen layer or about the start weights."""
        look = self.shown
        if look is None:
            return
        table = self.query_one(LayerTable)
        number = min(self.choice.layer, len(look.statistics.layers) - 1)
        table.look, table.selected = look, number
        layer = look.statistics.layers[number]
        beginning = self._start_of_run(look.start) if look.start is not None and self.shows_card else None
        self.set_class(beginning is not None, "-card")
        if beginning:
            sentences, title = init_sentences(beginning), " before the first update "
        else:
            stale = "" if look.finite else " (last finite numbers)"
            names = self.test.class_names if self.test is not None else ()
            sentences = layer_sentences(
                look.statistics, number, look.last_update, names, epoch=look.epoch, smoothed=look.smoothed
            )
            title = f" layer {number} in words{stale} "
        self.query_one(Words).sentences = tuple(sentences)
        self.query_one(Horizontal).border_title = title
        for part, title in (("a", "a of layer"), ("gradient", "gradient of layer"), ("weights", "weights of layer")):
            view = self.query_one(f"#{part}", HistogramChart)
            view.title, view.finite = f"{title} {number}", look.finite
            view.note = look.examples_in_words if part == "gradient" else self._note(layer, part)
            view.now = getattr(layer, part)
        self._show_room()

    def _show_room(self) -> None:
        """Leave out the blank row above the sentences if there are many layers."""
        table = self.query_one(LayerTable)
        rows = table.get_content_height(self.size, self.size, self.size.width)
        self.set_class(rows + 10 > self.size.height, "-full")

    @staticmethod
    def _note(layer: LayerStatistics, part: str) -> str:
        return f"all {layer.fan_out:,} units" if part == "a" else "all weights"
