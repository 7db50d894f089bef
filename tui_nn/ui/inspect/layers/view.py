"""Inspect's opening picture: the table of the layers, and the selected one in words."""

from __future__ import annotations

from collections.abc import Callable
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
from tui_nn.render.init_card import Beginning, init_sentences
from tui_nn.render.sentences import layer_sentences
from tui_nn.session.hints import hints
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.histogram_chart import HistogramChart
from tui_nn.ui.inspect.layers.layer_table import LayerTable
from tui_nn.ui.inspect.statistics_view import StatisticsView
from tui_nn.ui.kit.messages import Show

_TERM = 9


class Words(Widget):
    """The sentences about one layer, as many as have room."""

    DEFAULT_CSS = """
    Words { width: 1fr; height: 1fr; }
    """

    sentences: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """(term, sentence) pairs, the most telling first."""

    def render(self) -> Content:
        """A term at the left of each sentence."""
        width, height = self.size.width - 4 - _TERM, self.size.height
        lines: list[Content] = []
        for term, sentence in self.sentences:
            rows = Content(sentence).wrap(max(width, 20))
            if len(lines) + len(rows) > height:
                break
            for row, text in enumerate(rows):
                name = term if row == 0 else ""
                lines.append(Content.assemble((f"  {name:{_TERM}}", "bold $text-primary"), text.rstrip()))
        return Content("\n").join(lines)


class LayersView(StatisticsView):
    """Table above; below it sentences, and beside them histograms of a, the gradient and the weights as room allows."""

    DEFAULT_CSS = """
    LayersView { height: 1fr; layout: vertical; }
    LayersView > Horizontal {
        height: 1fr;
        margin: 1 1 0 1;
        border-top: solid $foreground 38%;
        border-title-color: $text-primary;
        border-title-style: bold;
        border-title-background: $background;
    }
    LayersView.-full > Horizontal { margin: 0 1; }
    LayersView HistogramChart { width: 30; max-height: 15; margin: 0 1 0 0; display: none; }
    LayersView.-two HistogramChart { width: 32; margin: 0 1 0 1; }
    LayersView.-one #a, LayersView.-two #gradient, LayersView.-three #weights { display: block; }
    LayersView.-card #a, LayersView.-card #gradient, LayersView.-card #weights { display: none; }
    """

    KEY: ClassVar[str] = "l"
    NAME: ClassVar[str] = "layers"
    TOOLTIP: ClassVar[str] = "Every layer in numbers"
    HELP: ClassVar[str] = """
**layers**: a row for what a layer gives out, `a`, and one for the **gradient** of the mean loss by its weights; below
its name is where its number of parameters comes from: weights, and a bias a unit. On a high screen `z` and the
weights have rows too. *mean* and *std* say where the numbers are and how far they spread; *min* and *max* are the
smallest and the largest; *zeros* is the share that is exactly 0. **grad RMS** is the root mean square of the gradient
of its weights, and **u:w** the power of ten of update over weights, ‖ΔW‖ / ‖W‖: −3 is 1/1000, which is usual. Both
are of the last training update of the epoch, as in flow; before the first epoch, and for chosen digits, of these
digits, where the step has the momentum of earlier ones too. The picture of the gradient is always that of the digits
looked at. **dead** is the share of relu units that give 0 for every test digit, those behind the probe too, so that
none can teach them anything; **satur.** the share of outputs so near a limit of sigmoid or tanh that the slope is
almost 0, of all test digits as well. **health** is `ok`; `dead 43 %` and `saturated` where that is much; `exploding`
and `vanishing` for numbers far from those of the other layers or of other networks; `huge step` where a step is
longer than the weights; `NaN` where numbers stopped being finite.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "i",
            "card",
            "init card",
            id="init-card",
            tooltip="Whether the start weights were well, or the layer in words",
        ),
        Binding(
            "enter",
            "units",
            "its units",
            key_display="enter",
            id="layer-units",
            tooltip="The units of this layer",
        ),
    ]

    card: reactive[bool | None] = reactive(None, init=False)
    """Whether the start is in words, and not the chosen layer; None: before the first step."""

    def compose(self) -> ComposeResult:
        """Table, title, sentences and histograms."""
        yield LayerTable()
        with Horizontal():
            yield Words()
            for part in ("a", "gradient", "weights"):
                yield HistogramChart(id=part)

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        for least, name in ((70, "-one"), (110, "-two"), (140, "-three")):
            self.set_class(event.size.width >= least, name)
        self.query_one(LayerTable).room = event.size.height
        self._show_room()

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """Every layer, and for the card the start on the probe batch."""
        look = partial(self.probe.look, snapshot, test, self.example, self.kind, with_start=False)
        if not self.shows_card:
            return look
        return lambda: replace(look(), start=self.probe.start(snapshot, test))

    def watch_choice(self) -> None:
        """Show another layer, or look at other digits."""
        super().watch_choice()
        self.show()

    @property
    def shows_card(self) -> bool:
        """Whether the start is in words."""
        snapshot = self.snapshot
        untrained = snapshot is not None and not snapshot.step and snapshot.status.state is not State.DIVERGED
        return untrained if self.card is None else self.card

    def choose(self, **chosen: Any) -> None:
        """Who chooses a layer wants to read of it."""
        if "layer" in chosen:
            self.set_reactive(LayersView.card, False)
        super().choose(**chosen)
        self.show()

    def watch_card(self) -> None:
        """Show the other words; the start is measured when it is first asked for."""
        if self.shows_card and self.shown is not None and self.shown.start is None:
            self.look_anew()
        else:
            self.show()

    def action_units(self) -> None:
        """Show the units of the selected layer."""
        self.post_message(Show(Look("Inspect", view="unit")))

    def action_card(self) -> None:
        """Show the start in words, or the chosen layer."""
        self.card = not self.shows_card

    def _beginning(self, statistics: NetworkStatistics) -> Beginning | None:
        snapshot = self.snapshot
        if snapshot is None:
            return None
        wrong = hints(snapshot, statistics) if not snapshot.epoch else ()
        return Beginning(
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

    def show(self) -> None:
        """The table, and the chosen layer or the start in words."""
        look = self.shown
        if look is None:
            return
        table = self.query_one(LayerTable)
        number = min(self.choice.layer, len(look.statistics.layers) - 1)
        table.look, table.selected = look, number
        layer = look.statistics.layers[number]
        beginning = self._beginning(look.start) if look.start is not None and self.shows_card else None
        self.set_class(beginning is not None, "-card")
        if beginning:
            sentences, title = init_sentences(beginning), " before the first step "
        else:
            stale = "" if look.finite else ", with the last finite numbers"
            sentences, title = (
                layer_sentences(look.statistics, number, look.last_update),
                f" layer {number} in words{stale} ",
            )
        self.query_one(Words).sentences = tuple(sentences)
        self.query_one(Horizontal).border_title = title
        for part, title in (("a", "a of layer"), ("gradient", "gradient of layer"), ("weights", "weights of layer")):
            view = self.query_one(f"#{part}", HistogramChart)
            view.title, view.finite = f"{title} {number}", look.finite
            view.note = look.whose if part == "gradient" else self._note(layer, part)
            view.now = getattr(layer, part)
        self._show_room()

    def _show_room(self) -> None:
        """The blank row above the title is the first to go where there are many layers."""
        table = self.query_one(LayerTable)
        rows = table.get_content_height(self.size, self.size, self.size.width)
        self.set_class(rows + 10 > self.size.height, "-full")

    @staticmethod
    def _note(layer: LayerStatistics, part: str) -> str:
        return f"all {layer.fan_out:,} units" if part == "a" else "all weights"
