"""Inspect's opening picture: the table of the layers, and the selected one in words."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.statistics import LayerStatistics
from tui_nn.render.sentences import layer_sentences
from tui_nn.ui.probe import Look
from tui_nn.ui.widgets.histogram import HistogramView
from tui_nn.ui.widgets.layer_table import LayerTable

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


class LayersView(Widget):
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
    LayersView HistogramView { width: 30; max-height: 15; margin: 0 1 0 0; display: none; }
    LayersView.-two HistogramView { width: 32; margin: 0 1 0 1; }
    LayersView.-one #a, LayersView.-two #gradient, LayersView.-three #weights { display: block; }
    """

    look: reactive[Look | None] = reactive(None, init=False)
    """What is shown."""

    chosen_layer: reactive[int] = reactive(0, init=False)
    """The selected layer."""

    def compose(self) -> ComposeResult:
        """Table, title, sentences and histograms."""
        yield LayerTable()
        with Horizontal():
            yield Words()
            for part in ("a", "gradient", "weights"):
                yield HistogramView(id=part)

    def on_mount(self) -> None:
        """Show what was given before there was anything to show it with."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        for least, name in ((70, "-one"), (110, "-two"), (140, "-three")):
            self.set_class(event.size.width >= least, name)
        self.query_one(LayerTable).room = event.size.height
        self._show_room()

    def watch_look(self) -> None:
        """Show other numbers."""
        self._show()

    def watch_chosen_layer(self) -> None:
        """Show another layer."""
        self._show()

    def _show(self) -> None:
        if self.look is None or not self.is_mounted:
            return
        table = self.query_one(LayerTable)
        number = min(self.chosen_layer, len(self.look.statistics.layers) - 1)
        table.look, table.selected = self.look, number
        layer = self.look.statistics.layers[number]
        self.query_one(Words).sentences = tuple(layer_sentences(self.look.statistics, number))
        stale = "" if self.look.finite else ", with the last finite numbers"
        self.query_one(Horizontal).border_title = f" layer {number} in words{stale} "
        for part, title in (("a", "a of layer"), ("gradient", "gradient of layer"), ("weights", "weights of layer")):
            view = self.query_one(f"#{part}", HistogramView)
            view.title, view.finite = f"{title} {number}", self.look.finite
            view.note = self._note(layer, part)
            view.now = getattr(layer, part)
        self._show_room()

    def _show_room(self) -> None:
        """The blank row above the title is the first to go where there are many layers."""
        table = self.query_one(LayerTable)
        rows = table.get_content_height(self.size, self.size, self.size.width)
        self.set_class(rows + 10 > self.size.height, "-full")

    @staticmethod
    def _note(layer: LayerStatistics, part: str) -> str:
        return f"all {layer.fan_out} units" if part == "a" else "all weights"
