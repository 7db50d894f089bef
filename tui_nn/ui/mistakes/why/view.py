"""Why the network answers one digit as it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.reactive import reactive

from tui_nn.analysis.neighbours import nearest
from tui_nn.core.network import MLP
from tui_nn.data.dataset import DataError
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_training_split
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.why import SIDES, Why
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.why import words
from tui_nn.ui.mistakes.why.why_near import COUNT, Near, WhyNear
from tui_nn.ui.mistakes.why.why_pixels import WhyPixels
from tui_nn.ui.mistakes.why.why_units import EACH, FEW, WhyUnits

HELP = """\
Why did the network take this digit for that one? Its ten numbers **z** come from sums, and a sum can be taken apart.

| word | means |
| --- | --- |
| **gradient** | how much a z changes for a pixel of 1 more |
| **pixel × gradient** | how much of a z comes from the ink of this pixel |
| **it adds up** | all pixels together and the biases make the difference of the two z |
| **curvature** | what is left where an activation bends; none for relu, leaky_relu and identity |
| **a × (w9 − w2)** | what a hidden unit adds to the lead of 9 over 2: its activation times the difference of its two weights |
| **switched off** | the answer if the unit gave 0 |
| **nearest** | training digits for which the last hidden layer gives nearly the same numbers, by Euclidean distance |

**strongest** is the largest pixel × gradient of all, either way. Below the picture of a hidden unit stands what its
strongest colours are worth: few weights are beyond that.

`s` looks at one digit's z alone: what speaks for it and against it. A pixel without ink says nothing here, though the
lack of ink may be what matters: the gradient tells. `h` shows the hidden units, `t` the training digits most like it. Where
there is room all three are seen.

Sources: Simonyan, Vedaldi and Zisserman 2013; Shrikumar et al. 2016 (arXiv:1605.01713).
"""


class WhyView(CursorView):
    """Three looks at one answer: its pixels, its hidden units, and the training digits most like it."""

    KEY: ClassVar[str] = "w"
    NAME: ClassVar[str] = "why"
    TOOLTIP: ClassVar[str] = "What speaks for the answer, pixel by pixel"
    HELP: ClassVar[str] = HELP
    DEFAULT_CSS = """
    WhyView {
        .title { text-style: bold; }
        Horizontal { height: 1fr; }
        Container { height: auto; width: auto; }
        WhyPixels, WhyUnits, WhyNear { display: none; }
        &.-pixels WhyPixels { display: block; }
        &.-units WhyUnits { display: block; }
        &.-near WhyNear { display: block; }
        WhyNear { max-width: 100%; max-height: 100%; }
        &.-narrow WhyPixels #the-pixels, &.-narrow WhyUnits .map { display: none; }
        &.-low WhyPixels .heading { display: none; }
        &.-wide WhyPixels, &.-wide WhyUnits, &.-wide WhyNear { display: block; }
        &.-wide WhyNear { width: 1fr; height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "pixel", key_display="←↑↓→", id="why-up", tooltip="The pixel above"),
        Binding("down", "move(1, 0)", "pixel below", show=False, id="why-down", tooltip="The pixel below"),
        Binding("left", "move(0, -1)", "pixel to the left", show=False, id="why-left", tooltip="The pixel to the left"),
        Binding("right", "move(0, 1)", "pixel to the right", show=False, id="why-right", tooltip="The pixel to the right"),
        Binding("up,left", "unit(-1)", "unit", key_display="↑↓", id="why-unit-before", tooltip="The unit before in the list"),
        Binding("down,right", "unit(1)", "next unit", show=False, id="why-unit-next", tooltip="The next unit of the list"),
        Binding("s", "side", "for one", id="why-side", tooltip="The sum for one digit, for the other, or for both"),
        Binding("h", "page('units')", "hidden units", id="why-units", tooltip="The hidden units that say most"),
        Binding("t", "page('near')", "training digits", id="why-near", tooltip="The training digits most like it"),
        Binding("w", "page('pixels')", "pixels", id="why-pixels", tooltip="What the pixels say"),
        Binding("n", "next(1)", "next", id="why-next", tooltip="The next digit of the list"),
        Binding("p", "next(-1)", "previous", show=False, id="why-previous", tooltip="The digit before in the list"),
    ]  # fmt: skip

    page: reactive[str] = reactive("pixels", init=False)
    """What is shown where there is no room for all, and what the arrows move in."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._pixels, self._units, self._near = WhyPixels(), WhyUnits(), WhyNear()
        self._search = Background[Near | str](self, self._found)
        self._why: Why | None = None
        self._of: tuple[object, ...] = ()
        self._searched: Why | None = None
        self._start: tuple[object, MLP] | None = None
        self.add_class("-pixels")

    def compose(self) -> ComposeResult:
        """Title; pixels over units, neighbours beside."""
        yield self._title
        with Horizontal():
            with Container():
                yield self._pixels
                yield self._units
            yield self._near

    def on_mount(self) -> None:
        """Follow the cursor."""
        self.watch(self._pixels, "cursor", self._say_pixel, init=False)
        self.watch(self._pixels, "side", self._say_pixel, init=False)

    # ---- what comes in

    def watch_cursor(self, cursor: MistakeCursor | None) -> None:
        """Take its answer apart."""
        mistake = None if cursor is None else cursor.mistake
        if cursor is None or mistake is None or self.test is None:
            self._of, self._why = (), None
            self._title.texts = (
                "loading digits" if cursor is None else "No digit is listed here: esc, f lists others",
            )
            self._pixels.why = self._units.why = None
            self._search.drop()
            self._near.near, self._near.problem = None, " "
            return
        snapshot = cursor.snapshot
        of = (snapshot.parameters, mistake.index, self.test)
        if of != self._of:
            self._of = of
            outputs = cursor.found.evaluation.outputs[mistake.index]
            self._why = Why.of(snapshot.mlp, self.test.images[mistake.index], mistake, outputs)
            self._title.texts = words.title(self._why)
            self._units.start = self._start_of(cursor)
            self._pixels.why = self._units.why = self._why
            self._say_pixel()
            self._look_for_neighbours()

    def on_resize(self) -> None:
        """Show all where there is room."""
        self._fit()
        self._look_for_neighbours()

    def _fit(self) -> None:
        # Of the pane: the view's own size depends on what it shows, and this decides on that.
        width, height = self.query_ancestor(Pane).size
        self.set_class(width >= 118 and height >= 37, "-wide")
        # The map and the sum tell what the digit alone does not.
        self.set_class(width < 80, "-narrow")
        self.set_class(height < 20, "-low")
        self._units.each = FEW if height < 20 else EACH
        self._say_pixel()

    def _say_pixel(self) -> None:
        """Where rows are few, what is under the cursor is said in the message row."""
        why = self._why
        shown = why is not None and why.finite and self.page == "pixels" and self.has_class("-low")
        self.message = words.pixel_in_a_row(why, self._pixels.side, *self._pixels.cursor) if why and shown else ()

    def watch_page(self, before: str, page: str) -> None:
        """Show another."""
        self.remove_class(f"-{before}")
        self.add_class(f"-{page}")
        self._fit()
        self._look_for_neighbours()
        self.refresh_bindings()

    def _start_of(self, cursor: MistakeCursor) -> MLP:
        """The start weights, made again from the seed."""
        snapshot = cursor.snapshot
        made_of = snapshot.network, snapshot.training.seed, snapshot.training.generator
        if self._start is None or self._start[0] != made_of:
            self._start = made_of, MLP.initialize(*made_of)
        return self._start[1]

    # ---- neighbours

    @property
    def pending(self) -> bool:
        """Whether neighbours are being looked for."""
        return self._search.busy

    def _look_for_neighbours(self) -> None:
        """Search, if they are seen and are not those of this answer."""
        why, data, cursor = self._why, self.data, self.cursor
        seen = self.page == "near" or self.has_class("-wide")
        if not seen or why is None or data is None or cursor is None or why is self._searched:
            return
        self._searched = why
        self._near.near, self._near.problem = None, ""
        self._search.ask(_search(why, data, cursor.snapshot.training.train_limit))

    def _found(self, found: Near | str) -> None:
        if isinstance(found, str):
            self._near.problem = found
        elif found.why is self._why:
            self._near.near = found

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        if self._why is None:
            return False
        if action == "page":
            return self.page != parameters[0]
        if action == "side":
            return self.page == "pixels"
        if action == "unit":
            return self.page == "units" and bool(self._why.unit_count)
        return action != "move" or self.page == "pixels"

    def on_key(self, event: events.Key) -> None:
        """See to it that the key that leads here does not lead away, to the hints, where one is here already."""
        if event.key == self.KEY and self.page == "pixels":
            event.stop()

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        self._pixels.move(down, right)

    def action_unit(self, by: int) -> None:
        """Choose another unit."""
        self._units.move(by)

    def action_side(self) -> None:
        """Look at the next sum."""
        names = list(SIDES)
        self._pixels.side = names[(names.index(self._pixels.side) + 1) % len(names)]

    def action_page(self, page: str) -> None:
        """Show another look."""
        self.page = page

    def action_next(self, by: int) -> None:
        """Turn to another digit of the list."""
        self.change(lambda cursor: cursor.at(cursor.position + by))


def _search(why: Why, data: Opened, limit: int | None) -> Iterator[Near | str]:
    """Look for the neighbours, on a thread; or tell what is in the way."""
    try:
        train = load_training_split(data, limit)
    except DataError as error:
        yield str(error)
        return
    found = nearest(why.mlp, why.image, train.images, COUNT)
    yield Near(why, found, train.images[found.indices], train.labels[found.indices], len(train))
