"""The test map view: a map on which test examples with similar activations in a layer lie close together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from string import ascii_lowercase, ascii_uppercase
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
from tui_nn.data.dataset import DIGITS, Split
from tui_nn.engine.look import Look
from tui_nn.render.bars import bar
from tui_nn.render.caption import symbol_of
from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import percent, probability
from tui_nn.session.questions.map_look import MOST, MapLook, place_examples
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.explained import map_spots
from tui_nn.ui.inspect.test_map.example_map import ExampleMap, Points
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.output_bars import class_word, short_name
from tui_nn.ui.kit.roles import BAR, BROKEN, HEADING, KEY, MUTED, RIGHT, WRONG, bold
from tui_nn.ui.kit.steadily import Steadily

HELP = f"""
**test map**: each character is a test example, written as its true class and placed by one layer. Examples with similar
activations lie close together; the last layer places them by its `z`. The first {MOST:,} test examples are shown.
Misclassified examples are bold and underlined. `,` and `.` go from the pixels through the layers, and you see how the classes
separate.

A layer has many directions, and the map shows two of them. `v` chooses which ones: **Fisher's**,
{PROJECTIONS["Fisher"].purpose}, or the **principal** ones, {PROJECTIONS["principal"].purpose}. The axes keep their order and
signs from epoch to epoch.

*Separation* is the share of the variance of all units of the layer that the class explains: 0 % if all classes overlap fully,
100 % if each class is a single point.
"""

_SYMBOLS = "0123456789" + ascii_lowercase + ascii_uppercase


def symbols_of(class_names: Sequence[str]) -> str:
    """Return one character for each class.

    If every class name is a single character, the names are used. Otherwise the characters are 0 to 9, a to z and A to Z.
    """
    names = "".join(class_names)
    return names if len(names) == cells_of(names) == len(class_names) else _SYMBOLS[: len(class_names)]


def title(look: MapLook, layer: int, width: int) -> Content:
    """Return a title with the layer of the map and, if there is room, the class separation of this layer."""
    by, count = "the pixels" if layer < 0 else f"layer {layer}", f"{len(look.labels):,}"
    share = f" · separation {percent(look.layers[layer + 1].separation, 0)}"
    placed = f" placed by {by}"
    forms = (f"{count} test examples", placed + share), (count, placed + share), (f"{count} test examples", placed)
    name, rest = next((form for form in forms if len(form[0] + form[1]) <= width), forms[-1])
    return Content.assemble((name, "bold"), (rest, MUTED))


def separation_in_words(look: MapLook, here: int) -> Content:
    """Return a row for each layer, with a bar that shows how well the layer separates the classes.

    `here` is the number of the layer that the test map shows.
    """
    lines = [Content.assemble(("class separation by layer", HEADING))]
    for layer, placed in enumerate(look.layers, -1):
        lines.append(
            Content.assemble(
                ("▸" if layer == here else " ", KEY),
                (f"{'pixels' if layer < 0 else f'layer {layer}':8}", "bold" if layer == here else ""),
                (bar(placed.separation, 12), BAR),
                (f"{percent(placed.separation, 0):>6}", "bold" if layer == here else MUTED),
            )
        )
    return Content("\n").join(lines)


def legend(test: Split | None, asking: bool, only: int | None) -> Content:
    """Return an explanation of the characters on the map.

    If only one class is shown, return the keys that show all classes. While the view asks for a class, return the keys that
    choose one.
    """
    names = DIGITS if test is None else test.class_names
    symbols = symbols_of(names)
    if asking:
        what = f" which {class_word(names)}?   "
        return Content.assemble((f"{symbols[0]}-{symbols[-1]}", KEY), what, (_key_for_all(symbols), KEY), " all")
    if only is not None:
        key = f"c {_key_for_all(symbols)}"
        shown = (
            short_name(names[only]) if names[only] == symbols[only] else f"{symbols[only]} {short_name(names[only])}"
        )
        return Content.assemble((f"only {shown}", "bold"), (", others ·   ", MUTED), (key, KEY), " all")
    sample = symbols[min(7, len(symbols) - 1)]
    wrong = (sample, f"underline {bold(WRONG)}")
    return Content.assemble(sample, (" examples by true class   ", MUTED), wrong, (" misclassified", MUTED))


def _key_for_all(symbols: str) -> str:
    """Return the key that shows all classes after the key c was pressed: c again, or esc if c stands for a class."""
    return "esc" if "c" in symbols.lower() else "c"


def answer(snapshot: Snapshot, test: Split, example: int) -> Content:
    """Return the prediction for an example in one line, such as "pred 2 .84 · true 7 .02".

    If the class names are short, the line fits into 28 cells.
    """
    outputs, label = snapshot.evaluation.outputs[example], int(test.labels[example])
    predicted = int(snapshot.evaluation.predicted[example])
    true_name, predicted_name = (short_name(test.class_names[number]) for number in (label, predicted))
    symbol = symbol_of(snapshot.network.loss)
    name = "" if symbol == "p" else f"{symbol} "
    if not np.isfinite(outputs).all():
        return Content.assemble(("no prediction", bold(BROKEN)), f" · true {true_name}")
    true = (f"true {true_name} {name}{probability(float(outputs[label]))}", bold(RIGHT))
    if predicted == label:
        return Content.assemble(("pred and ", bold(RIGHT)), true)
    pred = (f"pred {predicted_name} {name}{probability(float(outputs[predicted]))}", bold(WRONG))
    return Content.assemble(pred, " · ", true)


class MapView(InspectView):
    """A view with the map on the left. On the right are the example under the cursor and the separation of each layer."""

    DEFAULT_CSS = """
    MapView { padding: 0 1; }
    MapView > Horizontal { height: 1fr; }
    MapView Static { height: auto; }
    MapView #map { width: 1fr; }
    MapView #chosen { width: 28; margin: 0 0 0 2; }
    MapView #chosen-name { margin: 0 0 1 0; }
    MapView #separation { margin: 1 0 0 0; display: none; }
    MapView.-tall #separation { display: block; }
    MapView.-narrow #chosen { display: none; }
    """

    KEY: ClassVar[str] = "t"
    NAME: ClassVar[str] = "test map"
    SHORT: ClassVar[str] = "map"
    TOOLTIP: ClassVar[str] = "A map on which similar test examples lie close together"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "move", key_display="←↑↓→", id="map-up", tooltip="Go to the nearest example above"),
        Binding("down", "move(1, 0)", "down", show=False, id="map-down", tooltip="Go to the nearest example below"),
        Binding("left", "move(0, -1)", "left", show=False, id="map-left", tooltip="Go to the nearest example on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="map-right", tooltip="Go to the nearest example on the right"),
        Binding("full_stop", "deeper(1)", "layer", key_display=", .", id="map-next-layer", tooltip="Go to the next layer"),
        Binding("comma", "deeper(-1)", "layer before", show=False, id="map-layer-before", tooltip="Go to the previous layer"),
        *first_and_last("layer", "map-layer", f"deeper(-{FAR})", f"deeper({FAR})"),
        Binding("n", "mistake", "mistake", id="map-mistake", tooltip="Go to the next misclassified example"),
        Binding(
            "c", "choose_class", "one class", id="map-one-digit",
            tooltip="Show only one class: press c, then the key of the class",
        ),
        Binding("v", "kind", "axes", id="map-directions", tooltip="Switch between Fisher's and the principal directions"),
        Binding(
            "enter", "open", "example", show=False, key_display="enter", id="map-open",
            tooltip="Show this example in the example view",
        ),
    ]  # fmt: skip

    kind: reactive[str] = reactive("Fisher", init=False)
    """The kind of the two directions along which the map shows the activations: a name in `PROJECTIONS`."""

    only: reactive[int | None] = reactive(None, init=False)
    """The label of the only class that is shown, or None for all classes."""

    asking: reactive[bool] = reactive(False, init=False)
    """True while the view waits for a key that chooses a class."""

    depth: reactive[int] = reactive(0, init=False)
    """The number of the layer whose map is shown. −1 is the map of the pixels."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._looks: dict[str, MapLook] = {}
        self._looking = Steadily[MapLook](self, self._take)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the map with title and legend, and beside it the chosen example and the separation."""
        with Horizontal():
            with Vertical(id="map"):
                yield Static(id="map-title")
                yield ExampleMap()
                yield Static(id="map-legend")
            with Vertical(id="chosen"):
                yield Static(id="chosen-name")
                yield DigitView()
                yield Static(id="chosen-answer")
                yield Static(id="separation")

    def on_resize(self, event: events.Resize) -> None:
        """Leave out parts that do not fit."""
        self.set_class(event.size.width < 64, "-narrow")
        self.set_class(event.size.height >= 22, "-tall")
        # The length of the title depends on the width of the map, which is known only after the layout.
        self.call_after_refresh(self._show_title)

    def on_unmount(self) -> None:
        """Stop measuring."""
        self._looking.drop()

    # ---- looking

    @property
    def pending(self) -> bool:
        """Return whether a newer map is still being computed."""
        return super().pending or self._looking.busy

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the maps depend on.

        The chosen layer is not one of them, because all layers are measured together.
        """
        return *super().question(snapshot, test)[:-1], self.kind

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return the name of the directions along which the map shows the activations, in two lengths."""
        name = "Fisher's two directions" if self.kind == "Fisher" else "the two principal directions"
        return name, self.kind

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) with the layer of the map. The layer None stands for the pixels."""
        return Look(layer=self.depth if self.depth >= 0 else None)

    def show_look(self, look: Look) -> None:
        """Show the map of the layer that the `Look` (view description) names."""
        if look.layer is not None:
            self.depth = look.layer

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Compute the positions of the examples on a thread."""
        look = partial(place_examples, snapshot, test, self.kind, self._looks.get(self.kind))
        self._looking.ask(look, self.kind, running=snapshot.status.state is State.RUNNING)

    def _take(self, look: MapLook) -> None:
        self._looks[look.kind] = look
        self._show()

    def watch_choice(self) -> None:
        """Move the cursor to the chosen example."""
        super().watch_choice()
        self._show_chosen()

    def watch_kind(self) -> None:
        """Show the map for the new directions. If there is none yet, it is computed."""
        self.look_again()
        self._show()

    def watch_depth(self) -> None:
        """Show the map of the new layer."""
        self._show()

    def watch_only(self) -> None:
        """Show only one class on the map, or all classes again."""
        self._show()

    def watch_asking(self) -> None:
        """Write the legend again, because it names other keys while the view asks for a class."""
        self._show_legend()
        self.refresh_bindings()

    # ---- drawing

    @property
    def shown(self) -> MapLook | None:
        """The newest maps of all layers, for the chosen kind of directions."""
        return self._looks.get(self.kind)

    def _show(self) -> None:
        look = self.shown
        if look is None:
            return
        if self.depth >= len(look.layers) - 1:
            self.set_reactive(MapView.depth, len(look.layers) - 2)
        placed, view = look.layers[self.depth + 1], self.query_one(ExampleMap)
        view.only, view.points = (
            self.only,
            Points(placed.places, look.labels, look.wrong, symbols_of(look.test.class_names)),
        )
        self._show_title()
        self.query_one("#separation", Static).update(separation_in_words(look, self.depth))
        self._show_legend()
        self._show_chosen()

    def _show_title(self) -> None:
        if self.shown is not None:
            width = self.query_one(ExampleMap).size.width
            self.query_one("#map-title", Static).update(title(self.shown, self.depth, width))

    def _show_legend(self) -> None:
        self.query_one("#map-legend", Static).update(legend(self.test, self.asking, self.only))

    def _show_chosen(self) -> None:
        snapshot, test, look = self.snapshot, self.test, self.shown
        if snapshot is None or test is None or look is None:
            return
        example = min(self.choice.example, len(test) - 1)
        on_map = example < len(look.labels)
        self.query_one(ExampleMap).cursor = example if on_map else None
        self.query_one(DigitView).image = test.images[example]
        where = "under the cursor" if on_map else "this example is not on the map"
        name = Content.assemble((where, HEADING), (f"  #{example}", MUTED))
        self.query_one("#chosen-name", Static).update(name)
        self.query_one("#chosen-answer", Static).update(answer(snapshot, test, example))

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield spots for the example under the cursor, the separation of the layers, and the other examples."""
        snapshot, test, look = self.snapshot, self.test, self.shown
        if snapshot is not None and test is not None and look is not None:
            yield from map_spots(page, self, look, snapshot, self.depth, min(self.choice.example, len(test) - 1))

    # ---- actions

    @on(ExampleMap.Chosen)
    def _choose(self, event: ExampleMap.Chosen) -> None:
        self.choose(example=event.example)

    def on_key(self, event: events.Key) -> None:
        """After the key `c`, choose one class or all classes. A key that stands for no class ends the question."""
        if not self.asking or self.test is None:
            return
        symbols = symbols_of(self.test.class_names)
        is_all = event.key == "escape" or (event.key == "c" and _key_for_all(symbols) == "c")
        label = _label_of(event.character or "", symbols)
        self.asking = False
        if is_all or label is not None:
            event.stop()
            event.prevent_default()
            self.only = None if is_all else label

    def action_move(self, down: int, right: int) -> None:
        """Go to the nearest example in this direction."""
        if (example := self.query_one(ExampleMap).nearest(down, right)) is not None:
            self.choose(example=example)

    def action_deeper(self, step: int) -> None:
        """Go to the next or the previous layer."""
        if self.shown is not None:
            self.depth = min(max(self.depth + step, -1), len(self.shown.layers) - 2)

    def action_mistake(self) -> None:
        """Go to the next misclassified example on the map."""
        if (look := self.shown) is not None:
            example = look.next_misclassified(self.choice.example, self.only)
            if example is not None:
                self.choose(example=example)

    def action_choose_class(self) -> None:
        """Ask for a class. `on_key` then handles the next key, which chooses the class."""
        self.asking = True

    def action_kind(self) -> None:
        """Show the other kind of directions: Fisher's or the principal ones."""
        names = list(PROJECTIONS)
        self.kind = names[(names.index(self.kind) + 1) % len(names)]

    def action_open(self) -> None:
        """Show the chosen example in the example view."""
        self.post_message(Show(Look("Inspect", example=self.choice.example)))


def _label_of(character: str, symbols: str) -> int | None:
    """Return the label of the class with this character; None if there is none.

    The case of a letter counts only if there is a class for both cases.
    """
    for form in (character, character.upper(), character.lower()):
        if len(form) == 1 and form in symbols:
            return symbols.index(form)
    return None
