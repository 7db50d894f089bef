"""The why view: what led the network to its prediction for one example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.reactive import reactive

from tui_nn.analysis.neighbours import nearest
from tui_nn.analysis.why import SIDES, Why
from tui_nn.core.choices.initializers import start_network
from tui_nn.core.network import MLP
from tui_nn.data.dataset import DataError
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_trained_examples
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.explained import why_spots
from tui_nn.ui.mistakes.why import words
from tui_nn.ui.mistakes.why.hidden_units import EACH, FEW, UnitContributions
from tui_nn.ui.mistakes.why.neighbours import COUNT, Near, NearestExamples
from tui_nn.ui.mistakes.why.pixels import PixelContributions
from tui_nn.ui.mistakes.words import EMPTY_LIST, LOADING


class WhyView(CursorView):
    """A view that explains one prediction in three ways: by pixels, by hidden units, and by the nearest training examples."""

    KEY: ClassVar[str] = "w"
    NAME: ClassVar[str] = "why"
    TOOLTIP: ClassVar[str] = "See what led to the prediction: pixels, hidden units, training examples"
    HELP: ClassVar[str] = words.HELP
    DEFAULT_CSS = """
    WhyView {
        .title { text-style: bold; }
        Horizontal { height: 1fr; }
        Container { height: auto; width: auto; }
        PixelContributions, UnitContributions, NearestExamples { display: none; }
        &.-pixels PixelContributions { display: block; }
        &.-units UnitContributions { display: block; }
        &.-near NearestExamples { display: block; }
        NearestExamples { max-width: 100%; max-height: 100%; }
        &.-narrow PixelContributions #the-pixels, &.-narrow UnitContributions .map { display: none; }
        &.-low PixelContributions .heading { display: none; }
        &.-wide PixelContributions, &.-wide UnitContributions, &.-wide NearestExamples { display: block; }
        &.-wide NearestExamples { width: 1fr; height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", "pixel", key_display="←↑↓→", id="why-up", tooltip="Go to the pixel above"),
        Binding("down", "move(1, 0)", "pixel below", show=False, id="why-down", tooltip="Go to the pixel below"),
        Binding("left", "move(0, -1)", "pixel to the left", show=False, id="why-left", tooltip="Go to the pixel on the left"),
        Binding("right", "move(0, 1)", "pixel to the right", show=False, id="why-right", tooltip="Go to the pixel on the right"),
        Binding("up,left", "unit(-1)", "unit", key_display="↑↓", id="why-unit-before", tooltip="Go to the previous unit"),
        Binding("down,right", "unit(1)", "next unit", show=False, id="why-unit-next", tooltip="Go to the next unit"),
        Binding(
            "o", "side", "for one", id="why-side",
            tooltip="Show the z of the predicted class, of the class compared with it, or their difference",
        ),
        Binding("h", "page('units')", "hidden units", id="why-units", tooltip="Show the hidden units that contribute most"),
        Binding("t", "page('near')", "nearest", id="why-near", tooltip="Show the nearest training examples"),
        Binding("w", "page('pixels')", "pixels", id="why-pixels", tooltip="Show the contributions of the pixels"),
        Binding("n", "next(1)", "next", id="why-next", tooltip="Go to the next example of the list"),
        Binding("p", "next(-1)", "previous", show=False, id="why-previous", tooltip="Go to the previous example of the list"),
        *first_and_last("example of the list", "why-list", f"next(-{FAR})", f"next({FAR})"),
    ]  # fmt: skip

    page: reactive[str] = reactive("pixels", init=False)
    """The part in which the arrow keys work: "pixels", "units" or "near". If not all parts fit, only this one is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._pixels, self._units, self._near = PixelContributions(), UnitContributions(), NearestExamples()
        self._search = Background[Near | str](self, self._found)
        self._why: Why | None = None
        self._of: tuple[object, ...] = ()
        self._searched: Why | None = None
        self.add_class("-pixels")

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the pixels above the hidden units, and the nearest training examples beside them."""
        yield self._title
        with Horizontal():
            with Container():
                yield self._pixels
                yield self._units
            yield self._near

    def on_mount(self) -> None:
        """Describe the pixel under the cursor again whenever the cursor moves or another sum is chosen."""
        self.watch(self._pixels, "cursor", self._say_pixel, init=False)
        self.watch(self._pixels, "side", self._say_pixel, init=False)

    # ---- reactions to new values

    def watch_cursor(self, cursor: MistakeCursor | None) -> None:
        """Explain the prediction for the example under the cursor."""
        mistake = None if cursor is None else cursor.mistake
        if cursor is None or mistake is None or self.test is None:
            self._of, self._why = (), None
            self._title.texts = (LOADING if cursor is None else EMPTY_LIST,)
            self._pixels.why = self._units.why = None
            self._search.drop()
            self._near.near, self._near.problem = None, " "
            return
        snapshot = cursor.snapshot
        of = (snapshot.parameters, mistake.index, self.test)
        if of != self._of:
            self._of = of
            outputs = cursor.found.evaluation.outputs[mistake.index]
            self._why = Why.of(snapshot.mlp, self.test.images[mistake.index], mistake, outputs, self.test.class_names)
            self._title.texts = words.title(self._why)
            self._units.start = self._start_of(cursor)
            self._pixels.why = self._units.why = self._why
            self._say_pixel()
            self._look_for_neighbours()

    def on_resize(self) -> None:
        """Show all three parts if they fit."""
        self._fit()
        self._look_for_neighbours()

    def _fit(self) -> None:
        # The size of the pane decides which parts are shown. The size of the view cannot, because it depends on these parts.
        width, height = self.query_ancestor(Pane).size
        self.set_class(width >= 118 and height >= 37, "-wide")
        # In a narrow view, the picture and the map of a unit are left out, because the other parts explain more.
        self.set_class(width < 80, "-narrow")
        self.set_class(height < 20, "-low")
        self._units.each = FEW if height < 20 else EACH
        self._say_pixel()

    def _say_pixel(self) -> None:
        """Describe the pixel under the cursor in the message row, if the lines below the picture do not fit."""
        why = self._why
        shown = why is not None and why.finite and self.page == "pixels" and self.has_class("-low")
        self.message = words.pixel_in_a_row(why, self._pixels.side, *self._pixels.cursor) if why and shown else ()

    def watch_page(self, before: str, page: str) -> None:
        """Show another part."""
        self.remove_class(f"-{before}")
        self.add_class(f"-{page}")
        self._fit()
        self._look_for_neighbours()
        self.refresh_bindings()

    def _start_of(self, cursor: MistakeCursor) -> MLP:
        """Return the network with its start weights."""
        snapshot = cursor.snapshot
        return start_network(snapshot.network, snapshot.training.seed, snapshot.training.generator)

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the pixels and their sums, the hidden units and the nearest examples."""
        if self._why is not None:
            yield from why_spots(page, self._why, self._pixels, self._units, self._near, self.page)

    # ---- neighbours

    @property
    def pending(self) -> bool:
        """Return whether a search for neighbours is running."""
        return self._search.busy

    def _look_for_neighbours(self) -> None:
        """Start the search for the nearest examples, if they are shown and were not searched for the present explanation."""
        why, data, cursor = self._why, self.data, self.cursor
        seen = self.page == "near" or self.has_class("-wide")
        if not seen or why is None or data is None or cursor is None or why is self._searched:
            return
        self._searched = why
        self._near.near, self._near.problem = None, ""
        self._search.ask(_search(why, data, cursor.snapshot))

    def _found(self, found: Near | str) -> None:
        if isinstance(found, str):
            self._near.problem = found
        elif found.why is self._why:
            self._near.near = found

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have no effect now."""
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
        """Stop the key `w` if the pixels are shown already. Otherwise, it would open the hints, as it does outside this view."""
        if event.key == self.KEY and self.page == "pixels":
            event.stop()

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        self._pixels.move(down, right)

    def action_unit(self, by: int) -> None:
        """Choose another unit."""
        self._units.move(by)

    def action_side(self) -> None:
        """Explain the next sum: the z of one class, the z of the other class, or their difference."""
        names = list(SIDES)
        self._pixels.side = names[(names.index(self._pixels.side) + 1) % len(names)]

    def action_page(self, page: str) -> None:
        """Show another part."""
        self.page = page

    def action_next(self, by: int) -> None:
        """Go to another example of the list."""
        self.change(lambda cursor: cursor.at(cursor.position + by))


def _search(why: Why, data: Opened, snapshot: Snapshot) -> Iterator[Near | str]:
    """Yield the nearest examples, or a sentence if the training examples cannot be read. This runs on a thread."""
    try:
        train = load_trained_examples(data, snapshot)
    except DataError as error:
        yield str(error)
        return
    found = nearest(why.mlp, why.image, train.images, COUNT)
    yield Near(why, found, train.images[found.indices], train.labels[found.indices], len(train))
