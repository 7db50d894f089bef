"""Four histograms of one layer: what it computes, what it has learnt, and what pulls at it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.statistics import LayerStatistics, Summary
from tui_nn.render.numbers import compact
from tui_nn.render.sentences import whole_percent
from tui_nn.ui.probe import Look
from tui_nn.ui.widgets.histogram import HistogramView

PARTS = ("z", "a", "weights", "gradient")


class HistogramsView(Widget):
    """z, a, weights and gradient: bars for now, and marks for the start weights on the same examples."""

    DEFAULT_CSS = """
    HistogramsView { height: 1fr; layout: vertical; padding: 0 2; }
    HistogramsView > #histograms-title { height: 2; }
    HistogramsView.-low > #histograms-title { height: 1; }
    HistogramsView > Grid { grid-size: 2; grid-rows: 1fr; grid-gutter: 0 4; height: 1fr; }
    """

    look: reactive[Look | None] = reactive(None, init=False)
    """What is shown."""

    chosen_layer: reactive[int] = reactive(0, init=False)
    """The selected layer."""

    scale: reactive[str] = reactive("square root of share", init=False)
    """What the heights are."""

    def compose(self) -> ComposeResult:
        """A title and four pictures."""
        yield Static(id="histograms-title")
        with Grid():
            for part in PARTS:
                yield HistogramView(id=f"histogram-{part}")

    def on_mount(self) -> None:
        """Show what was given before there was anything to show it with."""
        self._show()

    def on_resize(self) -> None:
        """Where rows are few, the blank one goes."""
        self.set_class(self.size.height < 18, "-low")
        self._show()

    def watch_look(self) -> None:
        """Show other numbers."""
        self._show()

    def watch_chosen_layer(self) -> None:
        """Show another layer."""
        self._show()

    def watch_scale(self) -> None:
        """Draw at other heights."""
        self._show()

    def _show(self) -> None:
        if self.look is None or not self.is_mounted:
            return
        look, number = self.look, min(self.chosen_layer, len(self.look.statistics.layers) - 1)
        layer, start = look.statistics.layers[number], look.start.layers[number] if look.start else None
        self.query_one("#histograms-title", Static).update(self._title(look, number))
        for part, title in zip(PARTS, _titles(layer, number), strict=True):
            view = self.query_one(f"#histogram-{part}", HistogramView)
            view.title, view.scale, view.finite = title, self.scale, look.finite
            view.now = getattr(layer, part)
            view.start = getattr(start, part) if start else None
            view.note = _note(part, view.now, view.start)

    def _title(self, look: Look, number: int) -> Content:
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


def _titles(layer: LayerStatistics, number: int) -> tuple[str, ...]:
    below = "x" if number == 0 else f"a{number - 1}"
    bias = " + b" if layer.use_bias else ""
    name = "p" if layer.activation_name == "softmax" else "a"
    return f"z = {below} @ W{bias}", f"{name} = {layer.activation_name}(z)", "weights W", "gradient of W"


def _note(part: str, now: Summary, start: Summary | None) -> str:
    """The number that tells most of it, at the start and now."""
    if part == "gradient":
        numbers = ("RMS", compact(now.rms), compact(start.rms) if start else "")
    elif part == "a" and now.zeros:
        numbers = ("0 in", whole_percent(now.zeros), whole_percent(start.zeros) if start else "")
    else:
        numbers = ("std", compact(now.std), compact(start.std) if start else "")
    word, after, before = numbers
    return f"{word} {before} → {after}" if before else f"{word} {after}"
