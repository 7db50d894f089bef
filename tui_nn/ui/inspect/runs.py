"""The runs view of Inspect. It shows the layers of the live run beside the layers of another run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.health import VANISHING
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics
from tui_nn.data.dataset import Split
from tui_nn.render.layer_sentences import whole_percent
from tui_nn.render.numbers import compact
from tui_nn.session.questions.layers_of_runs import MeasuredRun, paired_layers
from tui_nn.session.questions.probe import LIGHT
from tui_nn.session.run.run_set import LETTERS, NamedRun
from tui_nn.session.run.run_summary import different_settings
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.explained import two_run_spots
from tui_nn.ui.inspect.statistics_view import examples_in_words
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.roles import MUTED, RUN_COLOURS, SOFT, WARNING, bold
from tui_nn.ui.kit.steadily import Steadily

_NAME = 9
"""The width of the name of a layer, in cells."""
_COLUMNS = {"a mean ± std": 14, "grad RMS": 9, "w RMS": 6, "sick": 5}
"""The columns that each run has, with their widths in cells. A narrow view shows only the first columns."""


class LayersOfTwo(Widget):
    """A widget that draws a table of the layers of two runs, and sentences below it."""

    DEFAULT_CSS = """
    LayersOfTwo { height: auto; width: 1fr; padding: 0 1; }
    """

    pair: reactive[tuple[MeasuredRun, MeasuredRun] | None] = reactive(None, layout=True)
    """The measured layers of two runs, in the order of the letters of the runs; None if there are not two runs."""
    reason: reactive[str] = reactive("", layout=True)
    """The sentence to show if `pair` is None: why two runs cannot be compared."""

    def render(self) -> Content:
        """Return the content of the widget."""
        return Content("\n").join(self._lines(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of rows that the content needs at this width."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        if self.pair is None:
            return [Content.styled(line, MUTED) for line in wrap(self.reason, max(width, 20))]
        columns = _columns(width)
        side = sum(columns.values()) + 1
        rows = [_names(self.pair, side), _heads(columns, self.pair)]
        first, second = self.pair
        for number, (name, one, other) in enumerate(paired_layers(first.statistics, second.statistics)):
            cells = [
                cell
                for measured, layer in ((first, one), (second, other))
                for cell in _cells(measured, number, layer, columns)
            ]
            rows.append(Content.assemble((name.ljust(_NAME), "bold"), *cells))
        rows.append(Content(""))
        return [*rows, *(line for text in _sentences(self.pair) for line in _wrapped(text, max(width, 20)))]


def _columns(width: int) -> dict[str, int]:
    """Return the columns that fit into half of `width`, with their widths in cells."""
    columns: dict[str, int] = {}
    for name, cells in _COLUMNS.items():
        if not columns or _NAME + 2 * (sum(columns.values()) + cells) <= width:
            columns[name] = cells
    return columns


def _names(pair: tuple[MeasuredRun, MeasuredRun], side: int) -> Content:
    """Return the row that names both runs above their columns."""
    parts: list[str | tuple[str, str]] = [" " * _NAME]
    for measured in pair:
        run = measured.run
        sizes = "-".join(map(str, run.summary.network.hidden_sizes)) or "no hidden layer"
        words = f"{run.letter} {sizes} {run.summary.network.activation}, epoch {run.summary.epoch:,}"
        words = words if len(words) < side - 2 else f"{run.letter} {sizes}, epoch {run.summary.epoch:,}"
        words = words if len(words) < side - 2 else f"{words[: side - 4]}…"
        parts.append((f"  {words}".ljust(side - 1), bold(RUN_COLOURS[LETTERS.index(run.letter)])))
    return Content.assemble(*parts)


def _heads(columns: dict[str, int], pair: tuple[MeasuredRun, MeasuredRun]) -> Content:
    text = "".ljust(_NAME)
    for measured in pair:
        limits = any(layer.activation is not None and layer.activation.limits for layer in measured.statistics.layers)
        names = {"sick": "sat." if limits else "dead"}
        text += "".join(f"{names.get(name, name):>{cells}}" for name, cells in columns.items())
    return Content.styled(text, MUTED)


def _cells(
    measured: MeasuredRun, number: int, layer: LayerStatistics | None, columns: dict[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield the text and the style of each cell for one layer of one run. The mark "‡" means that a number shows a problem."""
    if layer is None:
        yield "–".rjust(columns["a mean ± std"]).ljust(sum(columns.values())), MUTED
        return
    # The output layers of both networks share the last row. In that row, `number` is too large for the smaller network.
    word = measured.health[min(number, len(measured.statistics.layers) - 1)]
    sick = layer.saturated if layer.dead is None else layer.dead / layer.fan_out
    texts = {
        "a mean ± std": f"{compact(layer.a.mean, 5)} ± {compact(layer.a.std, 5)}",
        "grad RMS": compact(layer.gradient.rms, 6),
        "w RMS": compact(layer.weights.rms, 5),
        "sick": "–" if sick is None else whole_percent(sick).replace(" ", ""),
    }
    about = "sick" if word.startswith(("dead", "saturated")) else "a mean ± std" if word == "NaN" else "grad RMS"
    for name, cells in columns.items():
        marked = name == about and word not in ("ok", "–")
        yield f"{'‡' if marked else ''}{texts[name]}".rjust(cells), WARNING if marked else ""


def _sentences(pair: tuple[MeasuredRun, MeasuredRun]) -> Iterator[tuple[str, str]]:
    """Yield sentences and their styles: the settings that differ, and for each run the gradients and the health of its layers."""
    first, second = pair
    letters = first.run.letter, second.run.letter
    different = [
        f"{setting.label} {letters[0]} {texts[0]}, {letters[1]} {texts[1]}"
        for setting, texts in different_settings(first.run.summary, second.run.summary)
    ]
    yield (f"Settings that differ: {'; '.join(different)}." if different else "The settings are the same."), SOFT
    for measured in pair:
        if not math.isnan(measured.gradient_ratio):
            yield _gradients(measured), ""
    for measured in pair:
        yield _health(measured), ""


def _gradients(measured: MeasuredRun) -> str:
    ratio, letter = measured.gradient_ratio, measured.run.letter
    part = f"1/{round(1 / ratio):,} of" if 0 < ratio < 0.5 else f"{compact(ratio)} times"
    words = f"{letter}: the gradient of layer 0 is {part} that of the output layer"
    return f"{words}, so the gradient vanishes." if ratio <= VANISHING else f"{words}."


def _health(measured: MeasuredRun) -> str:
    layers = measured.health
    sick = [
        f"{_name(measured.statistics, number)} {word}"
        for number, word in enumerate(layers)
        if word not in ("ok", "–", "")
    ]
    return f"{measured.run.letter}: ‡ {', '.join(sick)}." if sick else f"{measured.run.letter}: every layer is ok."


def _name(statistics: NetworkStatistics, number: int) -> str:
    return "output" if number == len(statistics.layers) - 1 else f"layer {number}"


def _wrapped(sentence: tuple[str, str], width: int) -> list[Content]:
    text, style = sentence
    return [Content.styled(line, style) for line in wrap(text, width)]


class LayersOfRunsView(InspectView):
    """A view that shows the layers of the live run beside those of another run."""

    DEFAULT_CSS = """
    LayersOfRunsView > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """
    KEY: ClassVar[str] = "C"
    NAME: ClassVar[str] = "runs"
    TOOLTIP: ClassVar[str] = "Compare the layers of two runs"
    HELP: ClassVar[str] = """
**runs** shows the layers of the live run beside those of another run, which `↑` and `↓` choose. Both networks are measured on the
same test examples, with the same loss for every example, so the numbers can be compared. The other run is
measured with its last weights.

- **a mean ± std**: the mean of the activations, and how far they spread.
- **grad RMS**: the typical size of the gradient of the loss for one weight.
- **w RMS**: the typical size of a weight.
- **dead**: the share of the units whose output is 0 for all these examples. **sat.**: the share of activations near a limit.

`‡` marks a number that points to a problem. Layers are counted from the input, and the output layers stand in the last row. So a
network with fewer layers has `–` where the other one has more.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "choose(-1)", "run", key_display="↑↓", id="layers-runs-up", tooltip="Compare with the previous run"
        ),
        Binding(
            "down", "choose(1)", "next run", show=False, id="layers-runs-down", tooltip="Compare with the next run"
        ),
    ]

    chosen: reactive[str] = reactive("", init=False, repaint=False)
    """The letter of the run that is compared with the live run; "" for the newest of the other runs."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._measuring = Steadily[tuple[MeasuredRun, MeasuredRun]](self, self._take)
        self._frozen: MeasuredRun | None = None
        """The measured other run; None before it is measured. It is measured only once, because a frozen run does not change."""

    def compose(self) -> ComposeResult:
        """Yield the only widget, which draws the whole view."""
        with VerticalScroll(can_focus=False):
            yield LayersOfTwo()

    @property
    def pending(self) -> bool:
        """Return whether newer numbers are still being measured."""
        return super().pending or self._measuring.busy

    @property
    def _other(self) -> NamedRun | None:
        frozen = self.runs.frozen if self.runs is not None else ()
        return next((run for run in frozen if run.letter == self.chosen), frozen[-1] if frozen else None)

    def watch_runs(self) -> None:
        """Measure the runs again, because a run was added or has changed."""
        self.look_again()

    def watch_chosen(self) -> None:
        """Measure the run that was chosen for the comparison."""
        self.look_again()

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the table depends on: the parameters of the live run, and the other run."""
        return snapshot.parameters, self._other

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return the name of the examples on which the numbers are measured, in several lengths."""
        return examples_in_words(test, None)

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Measure both runs, on a thread if one of the networks is large."""
        other, runs = self._other, self.runs
        if other is None or runs is None:
            table = self.query_one(LayersOfTwo)
            table.reason = (
                "There is only one run. R, N, A or a new network starts another run, and --compare opens saved runs."
            )
            table.pair = None
            return
        sizes = (run.summary.parameters.vector.size for run in (runs.live, other))
        if max(sizes) <= LIGHT:
            self._measuring.drop()
            self._take(self._measured(runs.live, other))
        else:
            running = snapshot.status.state is State.RUNNING
            self._measuring.ask(
                lambda stop: (self._measured(runs.live, other) for _ in range(1)), other, running=running
            )

    def _measured(self, live: NamedRun, other: NamedRun) -> tuple[MeasuredRun, MeasuredRun]:
        if self._frozen is None or self._frozen.run.summary is not other.summary:
            self._frozen = MeasuredRun.of(other)
        first, second = sorted((MeasuredRun.of(live), self._frozen), key=lambda measured: measured.run.letter)
        return first, second

    def _take(self, pair: tuple[MeasuredRun, MeasuredRun]) -> None:
        self.query_one(LayersOfTwo).pair = pair

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each number of both runs."""
        if (pair := self.query_one(LayersOfTwo).pair) is not None:
            yield from two_run_spots(page, self.query_one(LayersOfTwo), pair)

    def on_unmount(self) -> None:
        """Stop measuring."""
        self._measuring.drop()

    def action_choose(self, step: int) -> None:
        """Compare the live run with another run."""
        other = self._other
        if self.runs is not None and other is not None:
            letters = [run.letter for run in self.runs.frozen]
            self.chosen = letters[(letters.index(other.letter) + step) % len(letters)]
