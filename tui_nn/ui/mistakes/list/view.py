"""The list view: one large example with its outputs and its loss, beside the list of examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.outputs import Mistake
from tui_nn.core.parameters import Array, Pixels
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.loss_steps import loss_steps
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import OutputBars
from tui_nn.ui.kit.roles import HEADING, MUTED
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.cursor_view import SELECTING, BrowseView
from tui_nn.ui.mistakes.explained import example_spots
from tui_nn.ui.mistakes.list.rows import FULL, SHORT, MistakeRows

_BESIDE_LIST = 32 + 25 + 2
"""The width of the picture and the bars beside the list, in cells. A large picture needs 28 more."""


class ListView(BrowseView):
    """A view that shows one example with its outputs, and beside it the list. A narrow view leaves out the list."""

    KEY: ClassVar[str] = "l"
    NAME: ClassVar[str] = "list"
    TOOLTIP: ClassVar[str] = "See one mistake enlarged, and the list of all mistakes"
    DEFAULT_CSS = """
    ListView {
        .both { height: 1fr; }
        ExampleCard { width: 1fr; padding: 0 0 0 2; }
        MistakeRows { margin: 0 1 0 2; }
    }
    ListView.-short {
        DigitView { margin: 0 2 0 0; }
        .loss { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "mistake", key_display="↑↓", id="mistake-next", tooltip="Go to the next mistake"),
        Binding(
            "up",
            "move(-1)",
            "previous mistake",
            show=False,
            id="mistake-previous",
            tooltip="Go to the previous mistake",
        ),
        Binding("pagedown", "page(1)", "page down", show=False, id="mistake-page-down", tooltip="Go one page down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="mistake-page-up", tooltip="Go one page up"),
        Binding(
            "home", "jump(0)", "first mistake", show=False, id="mistake-first", tooltip="Go to the top of the list"
        ),
        Binding("end", "jump(1)", "last mistake", show=False, id="mistake-last", tooltip="Go to the end of the list"),
        *SELECTING,
        Binding(
            "Z",
            "enlarge",
            "large picture",
            show=False,
            id="mistake-large",
            tooltip="Double the size of the picture, or return to the small size",
        ),
    ]

    large: bool | None = None
    """True if the person chose the large picture, False for the small one. None means large if the view is wide enough."""

    def __init__(self) -> None:
        super().__init__()
        self._card, self._rows = ExampleCard(), MistakeRows()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the example with its outputs, and the list of examples."""
        yield self.title
        with Horizontal(classes="both"):
            yield self._card
            yield self._rows

    def watch_cursor(self, before: MistakeCursor | None, cursor: MistakeCursor | None) -> None:
        """Show the example under the cursor, and mark its row."""
        if cursor is None or self.test is None:
            self._rows.found = self._card.example = None
            self._card.past = self._card.remark = ""
        else:
            found, mistake, loss = cursor.found, cursor.mistake, cursor.snapshot.network.loss
            if before is None or before.found is not found:
                self._rows.symbol, self._rows.class_names = symbol_of(loss), self.test.class_names
                self._rows.found = found
            self._rows.position = cursor.position
            self._card.nothing = words.none_listed(cursor.selection, self.test)
            if mistake is None:
                self._card.example = None
            else:
                image, outputs = self.test.images[mistake.index], found.evaluation.outputs[mistake.index]
                self._card.example = Example(mistake, image, outputs, loss, self.test.class_names)
            self._card.past = words.past_of(cursor)
            self._remark()
        self.describe()

    def on_resize(self) -> None:
        """Leave out the blank rows between the parts if the view has few rows."""
        self.set_class(self.size.height < 19, "-short")
        self._fit()

    def _fit(self) -> None:
        """Give the list the width that the example leaves free. If this is too little, hide the list."""
        width = self.size.width
        large = self._fits_large and (width >= 110 if self.large is None else self.large)
        room = width - _BESIDE_LIST - 28 * large - 1
        self._rows.display = room >= SHORT
        self._rows.styles.width = min(room, FULL)
        self._card.large = large
        self._remark()

    @property
    def _fits_large(self) -> bool:
        """Return whether there is room for a large picture."""
        return self.size.width >= 80 and self.size.height >= 32

    def _remark(self) -> None:
        if self.cursor is not None:
            in_view = self._rows.display
            self._card.remark = words.confident_ones(self.cursor) if in_view else words.place_of(self.cursor)

    @on(MistakeRows.Chosen)
    def _row_clicked(self, message: MistakeRows.Chosen) -> None:
        self.change(lambda cursor: cursor.at(message.position))

    @on(MistakeRows.Sorted)
    def _heading_clicked(self, message: MistakeRows.Sorted) -> None:
        self.change(lambda cursor: cursor.select(replace(cursor.selection, order=message.order)))

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the numbers of the list, and for the outputs and the loss of the chosen example."""
        if self.cursor is not None and self.test is not None:
            yield from example_spots(page, self, self.cursor, self.test)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the key for a large picture if there is no room for such a picture."""
        if action == "enlarge":
            return self._fits_large
        return super().check_action(action, parameters)

    def action_page(self, by: int) -> None:
        """Go one page up or down in the list."""
        self.action_move(by * self._rows.page)

    def action_enlarge(self) -> None:
        """Make the picture large, or small again."""
        self.large = not self._card.large
        self._fit()


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """The values that the `ExampleCard` shows for one example."""

    mistake: Mistake
    image: Pixels
    """The picture, a uint8 array of shape (side * side,)."""
    outputs: Array
    """The outputs of the network, an array of shape (classes,)."""
    loss: str
    """The name of the loss in `LOSSES`."""
    class_names: tuple[str, ...]
    """The name of each of the k classes."""


class ExampleCard(Vertical):
    """A widget that shows one example: its picture, and beside it the outputs and the calculation of the loss.

    Below these are three lines: the caption, a line about earlier predictions, and a remark.
    """

    DEFAULT_CSS = f"""
    ExampleCard {{
        Horizontal {{ height: auto; }}
        Vertical {{ width: 1fr; max-width: 42; height: auto; }}
        DigitView {{ margin: 1 2 0 0; }}
        Static {{ width: 1fr; height: 1; }}
        .loss {{ margin: 1 0 0 1; height: 3; }}
        .caption {{ text-style: bold; }}
        .past, .remark {{ color: {MUTED}; }}
    }}
    """

    example: reactive[Example | None] = reactive(None, always_update=True, init=False)
    """The example to show; None if there is none."""

    nothing: reactive[str] = reactive("", init=False)
    """The text in place of the caption if there is no example to show. It explains why the list is empty."""

    past: reactive[str] = reactive("", init=False)
    """The line under the caption about whether earlier predictions were right."""

    remark: reactive[str] = reactive("", init=False)
    """The last line: the number of confident predictions, or the position of the example in the list."""

    large: reactive[bool] = reactive(False, init=False)
    """True if the picture has twice its usual size."""

    def __init__(self) -> None:
        super().__init__()
        self._digit = DigitView()
        self._bars = OutputBars()
        self._loss = Static(classes="loss")
        self._caption = Static(classes="caption", markup=False)
        self._past = Static(classes="past", markup=False)
        self._remark = Static(classes="remark", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the picture, the outputs, the loss, the caption, and two lines of text below."""
        with Horizontal():
            yield self._digit
            with Vertical():
                yield self._bars
                yield self._loss
        yield self._caption
        yield self._past
        yield self._remark

    def watch_example(self, example: Example | None) -> None:
        """Show the example in every part of the widget."""
        if example is None:
            self._digit.image = self._bars.outputs = self._bars.predicted = self._bars.true = None
            self._loss.update("", layout=False)
            self._caption.update(self.nothing, layout=False)
            return
        mistake, symbol, names = example.mistake, symbol_of(example.loss), example.class_names
        self._digit.image = example.image
        self._bars.symbol, self._bars.class_names = symbol, names
        self._bars.predicted, self._bars.true = mistake.predicted, mistake.true
        self._bars.outputs = example.outputs
        first, second, third = loss_steps(example.loss, names[mistake.true], mistake.p_true, mistake.loss)
        loss = Content.assemble(("loss ", HEADING), f"{first}\n     {second}\n     ", (third, "bold"))
        self._loss.update(loss, layout=False)
        self._caption.update(caption(mistake, symbol, names), layout=False)

    def watch_nothing(self, nothing: str) -> None:
        """Write the text about why there is no example to show."""
        if self.example is None:
            self._caption.update(nothing, layout=False)

    def watch_past(self, past: str) -> None:
        """Write the line about whether earlier predictions were right."""
        self._past.update(past, layout=False)

    def watch_remark(self, remark: str) -> None:
        """Write the remark in the last line of the widget."""
        self._remark.update(remark, layout=False)

    def watch_large(self, large: bool) -> None:
        """Change the size of the picture."""
        self._digit.zoom = large
