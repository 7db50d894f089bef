"""The map of the test set: layer by layer the digits come apart."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.projection import PROJECTIONS
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.render.bars import bar
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import percent, probability
from tui_nn.session.questions.map_look import MOST, MapLook, place_digits
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.test_map.example_map import ExampleMap, Points
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.steadily import Steadily

_MUTED = "$foreground 62%"

HELP = f"""
**test map**: every character is a test digit, its true label, where one layer puts it: digits for which its units
answer alike are close together (of the last layer, by its `z`). Up to {MOST:,} are shown, the first. Misclassified ones
are bold and underlined. `,` and `.` go from the pixels through the layers: what lay in one heap comes apart. Of a
layer's many directions two are drawn, and `v` says which: **Fisher's**, {PROJECTIONS["Fisher"].purpose}, or the
**principal** ones, {PROJECTIONS["principal"].purpose}. They keep their order and signs from epoch to epoch. *apart* is
the share of the variance of all units of the layer that the label explains: 0 % for one heap, 100 % for ten points.
"""


def title(look: MapLook, layer: int, width: int) -> Content:
    """What is placed, by what, and how far apart the digits are where there is room to say it."""
    by = "the pixels" if layer < 0 else f"layer {layer}"
    said = Content.assemble((f"{len(look.labels):,} test digits", "bold"), (f" placed by {by}", _MUTED))
    share = f" · apart {percent(look.layers[layer + 1].apart, 0)}"
    return Content.assemble(said, (share, _MUTED)) if len(said) + len(share) <= width else said


def apart_in_words(look: MapLook, here: int) -> Content:
    """A bar a layer: how far apart the digits are; `here` is the layer that is drawn."""
    lines = [Content.assemble(("apart, layer by layer", "bold $text-primary"))]
    for layer, placed in enumerate(look.layers, -1):
        lines.append(
            Content.assemble(
                ("▸" if layer == here else " ", "bold $text-accent"),
                (f"{'pixels' if layer < 0 else f'layer {layer}':8}", "bold" if layer == here else ""),
                (bar(placed.apart, 12), "$primary 75%"),
                (f"{percent(placed.apart, 0):>6}", "bold" if layer == here else _MUTED),
            )
        )
    return Content("\n").join(lines)


def legend(asking: bool, only: int | None) -> Content:
    """What the marks are; of one digit alone, how all come back; or what may be pressed."""
    key = "bold $text-accent"
    if asking:
        return Content.assemble(("0-9", key), " which digit?   ", ("d", key), " all")
    if only is not None:
        return Content.assemble((f"only {only}", "bold"), (", others ·   ", _MUTED), ("d d", key), " all")
    wrong = ("7", "bold underline $text-warning")
    return Content.assemble("7", (" a digit, true label   ", _MUTED), wrong, (" misclassified", _MUTED))


def answer(snapshot: Snapshot, test: Split, example: int) -> Content:
    """The answer to a digit in a line of 28 cells: "pred 2 .84 · true 7 .02"."""
    outputs, label = snapshot.evaluation.outputs[example], int(test.labels[example])
    predicted = int(snapshot.evaluation.predicted[example])
    symbol = symbol_of(snapshot.network.loss)
    name = "" if symbol == "p" else f"{symbol} "
    if not np.isfinite(outputs).all():
        return Content.assemble(("no answer", "bold $text-error"), f" · true {label}")
    true = (f"true {label} {name}{probability(float(outputs[label]))}", "bold $text-success")
    if predicted == label:
        return Content.assemble(("pred and ", "bold $text-success"), true)
    pred = (f"pred {predicted} {name}{probability(float(outputs[predicted]))}", "bold $text-warning")
    return Content.assemble(pred, " · ", true)


_MUTED = "$foreground 62%"


class MapView(InspectView):
    """The digits on the left, the chosen one on the right."""

    DEFAULT_CSS = """
    MapView { padding: 0 1; }
    MapView > Horizontal { height: 1fr; }
    MapView Static { height: auto; }
    MapView #map { width: 1fr; }
    MapView #chosen { width: 28; margin: 0 0 0 2; }
    MapView #chosen-name { margin: 0 0 1 0; }
    MapView #layers-apart { margin: 1 0 0 0; display: none; }
    MapView.-tall #layers-apart { display: block; }
    MapView.-narrow #chosen { display: none; }
    """

    KEY: ClassVar[str] = "t"
    NAME: ClassVar[str] = "test map"
    SHORT: ClassVar[str] = "map"
    TOOLTIP: ClassVar[str] = "Where each layer puts the test digits"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "move", key_display="←↑↓→", id="map-up", tooltip="The nearest digit above"),
        Binding("down", "move(1, 0)", "down", show=False, id="map-down", tooltip="The nearest digit below"),
        Binding("left", "move(0, -1)", "left", show=False, id="map-left", tooltip="The nearest digit on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="map-right", tooltip="The nearest digit on the right"),
        Binding("full_stop", "deeper(1)", "layer", key_display=", .", id="map-next-layer", tooltip="The layer after"),
        Binding("comma", "deeper(-1)", "layer before", show=False, id="map-layer-before", tooltip="The layer before"),
        Binding("n", "mistake", "mistake", id="map-mistake", tooltip="The next misclassified digit"),
        Binding("d", "choose_digit", "one digit", id="map-one-digit", tooltip="Then a digit: only those; d again: all"),
        Binding("v", "kind", "axes", id="map-directions", tooltip="Fisher's two directions, or the principal ones"),
        Binding("enter", "open", "example", show=False, key_display="enter", id="map-open", tooltip="It in the network"),
    ]  # fmt: skip

    kind: reactive[str] = reactive("Fisher", init=False)
    """Which two directions."""

    only: reactive[int | None] = reactive(None, init=False)
    """The label of the digits that are shown alone."""

    asking: reactive[bool] = reactive(False, init=False)
    """Whether the next digit key says which label."""

    depth: reactive[int] = reactive(0, init=False)
    """The layer whose map it is; −1: the pixels."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with nothing."""
        super().__init__(id=id)
        self._looks: dict[str, MapLook] = {}
        self._looking = Steadily[MapLook](self, self._take)

    def compose(self) -> ComposeResult:
        """Title, map and legend; the digit, its answer, and how far apart every layer has them."""
        with Horizontal():
            with Vertical(id="map"):
                yield Static(id="map-title")
                yield ExampleMap()
                yield Static(id="map-legend")
            with Vertical(id="chosen"):
                yield Static(id="chosen-name")
                yield DigitView()
                yield Static(id="chosen-answer")
                yield Static(id="layers-apart")

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        self.set_class(event.size.width < 64, "-narrow")
        self.set_class(event.size.height >= 22, "-tall")

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        self._looking.drop()

    # ---- looking

    @property
    def pending(self) -> bool:
        """Whether a newer map is still to come."""
        return super().pending or self._looking.busy

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """All layers are placed at once; what is chosen does not matter."""
        return *super().question(snapshot, test)[:-1], self.kind

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Along which directions."""
        name = "Fisher's two directions" if self.kind == "Fisher" else "the two principal directions"
        return name, self.kind

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Have the digits placed."""
        look = partial(place_digits, snapshot, test, self.kind, self._looks.get(self.kind))
        self._looking.ask(look, self.kind, running=snapshot.status.state is State.RUNNING)

    def _take(self, look: MapLook) -> None:
        self._looks[look.kind] = look
        self._show()

    def watch_choice(self) -> None:
        """Point at another digit."""
        super().watch_choice()
        self._show_chosen()

    def watch_kind(self) -> None:
        """Place them along others."""
        self.look_again()
        self._show()

    def watch_depth(self) -> None:
        """Show another layer."""
        self._show()

    def watch_only(self) -> None:
        """Show some, or all."""
        self._show()

    def watch_asking(self) -> None:
        """Say what is to be pressed."""
        self._show_legend()
        self.refresh_bindings()

    # ---- drawing

    @property
    def shown(self) -> MapLook | None:
        """The newest look of this kind."""
        return self._looks.get(self.kind)

    def _show(self) -> None:
        look = self.shown
        if look is None:
            return
        if self.depth >= len(look.layers) - 1:
            self.set_reactive(MapView.depth, len(look.layers) - 2)
        placed, view = look.layers[self.depth + 1], self.query_one(ExampleMap)
        view.only, view.points = self.only, Points(placed.places, look.labels, look.wrong)
        self.query_one("#map-title", Static).update(title(look, self.depth, view.size.width))
        self.query_one("#layers-apart", Static).update(apart_in_words(look, self.depth))
        self._show_legend()
        self._show_chosen()

    def _show_legend(self) -> None:
        self.query_one("#map-legend", Static).update(legend(self.asking, self.only))

    def _show_chosen(self) -> None:
        snapshot, test, look = self.snapshot, self.test, self.shown
        if snapshot is None or test is None or look is None:
            return
        example = min(self.choice.example, len(test) - 1)
        on_map = example < len(look.labels)
        self.query_one(ExampleMap).cursor = example if on_map else None
        self.query_one(DigitView).image = test.images[example]
        where = "under the cursor" if on_map else "not on the map"
        name = Content.assemble((where, "bold $text-primary"), (f"  #{example}", _MUTED))
        self.query_one("#chosen-name", Static).update(name)
        self.query_one("#chosen-answer", Static).update(answer(snapshot, test, example))

    # ---- actions

    @on(ExampleMap.Chosen)
    def _choose(self, event: ExampleMap.Chosen) -> None:
        self.choose(example=event.example)

    def on_key(self, event: events.Key) -> None:
        """A digit key means a digit after `d`; else it leads to a pane. Any other key ends the question."""
        if self.asking and event.key != "d":
            self.asking = False
            if event.key in set("0123456789"):
                event.stop()
                event.prevent_default()
                self.only = int(event.key)

    def action_move(self, down: int, right: int) -> None:
        """Go to the nearest digit that way."""
        if (example := self.query_one(ExampleMap).nearest(down, right)) is not None:
            self.choose(example=example)

    def action_deeper(self, step: int) -> None:
        """Go a layer on, or back."""
        if self.shown is not None:
            self.depth = min(max(self.depth + step, -1), len(self.shown.layers) - 2)

    def action_mistake(self) -> None:
        """Go to the next misclassified digit on the map."""
        if (look := self.shown) is not None:
            wrong = np.flatnonzero(look.wrong if self.only is None else look.wrong & (look.labels == self.only))
            if wrong.size:
                after = np.searchsorted(wrong, self.choice.example, side="right")
                self.choose(example=int(wrong[after % wrong.size]))

    def action_choose_digit(self) -> None:
        """Take the next digit key as a label; the second time show all again."""
        if self.asking:
            self.only = None
        self.asking = not self.asking

    def action_kind(self) -> None:
        """Look along the other directions."""
        names = list(PROJECTIONS)
        self.kind = names[(names.index(self.kind) + 1) % len(names)]

    def action_open(self) -> None:
        """Show the chosen digit on its way through the network."""
        self.post_message(Show(Look("Inspect", example=self.choice.example)))
