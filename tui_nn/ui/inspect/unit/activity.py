"""The right part of the unit view. It shows the examples for which a unit is active, and its effect on the next layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.parameters import Array, Labels, Pixels
from tui_nn.data.dataset import DIGITS, Split
from tui_nn.render.bars import bar, signed_bar
from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import compact, fitted, fitting, signed
from tui_nn.render.pictures import braille
from tui_nn.session.questions.explaining import units
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.words import number_lines
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import class_word, short_name
from tui_nn.ui.kit.picture import Coloured
from tui_nn.ui.kit.roles import BAR, CAPTION, HEADING, MUTED
from tui_nn.ui.kit.unit_grid import UnitGrid

_NUMBER = 6
"""The width of the number beside a bar, in cells."""
_LONGEST_NAME = 8
"""The largest number of characters of a class name beside a bar. A longer name is cut."""
_FEWEST_ROWS = 10
"""The smallest number of classes with a row, unless the data has fewer classes."""
_SIZES = ((14, 7), (10, 5), (6, 3))
"""The sizes (columns, rows) that a Braille picture can have, the largest first."""


def rows_for(values: Array, room: int) -> list[int]:
    """Return the labels of the classes that get a row, in ascending order.

    If there are more than `room` classes, only those with the largest absolute values get a row.
    """
    if len(values) <= room:
        return list(range(len(values)))
    sizes = np.where(np.isfinite(values), np.abs(values), 0)
    return sorted(np.argsort(-sizes, kind="stable")[:room].tolist())


class ClassBars(Widget):
    """A widget that shows a heading, and one row for each class: its name, and the mean activation as a bar and a number.

    The row with the largest value is bold.
    """

    DEFAULT_CSS = """
    ClassBars { height: 100%; width: 1fr; }
    """

    class_names: Sequence[str] = DIGITS
    """The name of each class. Set it before `values`, because a new `values` redraws the widget."""

    rows: Sequence[int] = range(len(DIGITS))
    """The labels of the classes that have a row. Set them before `values`, because new `values` redraw the widget."""

    values: reactive[Array | None] = reactive(None, always_update=True)
    """The mean activation for each class, an array of shape (classes,). With None, the rows have no bars."""

    symbol: reactive[str] = reactive("a")
    """The letter for the values in the heading: "a" for activations, "p" for probabilities."""

    def render(self) -> Content:
        """Draw all rows."""
        names = {label: short_name(self.class_names[label], _LONGEST_NAME) for label in self.rows}
        cells_of_name = max(map(cells_of, names.values()))
        width = max(self.size.width - len("   ") - cells_of_name - _NUMBER, 1)
        word, mean = f" {class_word(self.class_names)} ", f"mean {self.symbol}"
        part = f", {len(self.rows)} of {len(self.class_names)}"
        forms = (mean + part, mean) if len(self.rows) < len(self.class_names) else (mean,)
        rows = [Content.assemble((word, MUTED), (fitting(forms, self.size.width - len(word)), HEADING))]
        if self.values is None:
            return Content("\n").join([*rows, *(Content.assemble((f" {name}", MUTED)) for name in names.values())])
        finite = np.where(np.isfinite(self.values), self.values, 0)
        top, most = float(np.abs(finite).max()) or 1.0, int(finite.argmax()) if finite.any() else -1
        for label, name in names.items():
            weight, share = "bold" if label == most else "", float(finite[label]) / top
            number = "–" if np.isnan(self.values[label]) else fitted(float(self.values[label]), 2, _NUMBER)
            cells = bar(share, width) if finite.min() >= 0 else _either_way(share, width)
            rows.append(
                Content.assemble(
                    (f" {to_left(name, cells_of_name)}  ", weight), (cells, BAR), (f"{number:>{_NUMBER}}", weight)
                )
            )
        return Content("\n").join(rows)


def _either_way(share: float, width: int) -> str:
    """Return a bar as text. It begins at a line in the middle and goes to the left if `share` is negative, else to the right."""
    half = max((width - 1) // 2, 1)
    left, right = signed_bar(share, half)
    return f"{'█' * left:>{half}}│{'█' * right:<{half}}".ljust(width)[:width]


class OutgoingBars(Coloured):
    """A widget that shows a heading, and one row for each class: the weight that leads from the unit to this output.

    A bar to the left of the middle line stands for a negative weight, a bar to the right for a positive one.
    """

    DEFAULT_CSS = """
    OutgoingBars { height: 100%; width: 22; padding: 0 0 0 1; background: $background; }
    """

    rows: Sequence[int] = range(len(DIGITS))
    """The labels of the classes that have a row. Set them before `values`, because new `values` redraw the widget."""

    values: reactive[Array | None] = reactive(None, always_update=True)
    """The weight to each output, an array of shape (classes,). With None, there are no rows."""

    def render(self) -> Content:
        """Draw all rows."""
        rows = [Content.assemble(("weight to output".rjust(self.size.width), HEADING))]
        if self.values is None:
            return Content("\n").join(rows)
        finite = np.where(np.isfinite(self.values), self.values, 0)
        top, half = float(np.abs(finite).max()) or 1.0, max((self.size.width - 1 - 7) // 2, 1)
        below, above = self.sign_inks if self.in_colour else ("", "")
        for label in self.rows:
            value = float(self.values[label])
            left, right = signed_bar(float(finite[label]) / top, half)
            minus, plus = ("━" * left, "━" * right) if self.in_colour else ("-" * left, "+" * right)
            number = signed(value) if abs(value) < 100 else compact(value, 6)
            rows.append(
                Content.assemble((f"{minus:>{half}}", below), ("│", MUTED), (f"{plus:<{half}}", above), f"{number:>7}")
            )
        return Content("\n").join(rows)


@dataclass(frozen=True, slots=True, eq=False)
class SmallPicture:
    """One of the small pictures in a `PictureRow`: a test example with its class and a short text."""

    example: int
    """The index of the test example."""
    image: Pixels
    class_name: str
    words: str
    """A short text beside the class name, such as the activation for this example."""


class PictureRow(Widget):
    """A widget that shows small pictures side by side, as many as fit. Above each picture are its class and a number.

    The pictures are as large as the height allows.
    """

    DEFAULT_CSS = """
    PictureRow { height: 4; width: 1fr; }
    """

    pictures: reactive[tuple[SmallPicture, ...]] = reactive((), always_update=True)
    """The pictures, the most important first."""

    caption: reactive[tuple[str, ...]] = reactive(())
    """Short lines at the left that describe the pictures."""

    remark: reactive[str] = reactive("")
    """The sentence that is shown if there are no pictures."""

    class Chosen(Message):
        """This message reports that a picture was clicked."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    @property
    def cells(self) -> tuple[int, int]:
        """Return the numbers of columns and rows of one picture."""
        room = self.size.height - 1
        return next(
            (size for size in _SIZES if size[1] <= room and 3 * (size[0] + 1) <= self.size.width - self._margin),
            _SIZES[-1],
        )

    def render(self) -> Content:
        """Return a row with the classes and numbers, and below it the pictures."""
        if not self.pictures:
            return Content("\n").join(Content(self.remark).wrap(max(self.size.width, 10)))
        columns, rows = self.cells
        caption = [f"{line:<{self._margin}}" for line in (*self.caption, *[""] * (rows + 1))]
        shown = self.pictures[: max((self.size.width - self._margin + 1) // (columns + 1), 1)]
        words = [_words(picture, columns) for picture in shown]
        drawn = [braille(picture.image, columns, rows) for picture in shown]
        lines = [Content("").join(words)]
        lines += [Content(" ".join(picture[row] for picture in drawn)) for row in range(rows)]
        titled = zip(caption, lines, strict=False)
        return Content("\n").join(Content.assemble((title, HEADING), line) for title, line in titled)

    def left_of(self, place: int) -> int:
        """Return the first column of the picture with the index `place`."""
        return self._margin + place * (self.cells[0] + 1)

    @property
    def _margin(self) -> int:
        """Return the number of cells left of the first picture."""
        return max(map(len, self.caption), default=-1) + 1

    def on_click(self, event: events.Click) -> None:
        """Choose the picture under the mouse."""
        place = (event.x - self._margin) // (self.cells[0] + 1)
        if 0 <= place < len(self.pictures):
            self.post_message(self.Chosen(self.pictures[place].example))


def _words(picture: SmallPicture, columns: int) -> Content:
    """Return the text above a picture: its class name, and its `words` if there is room for both."""
    name = short_name(picture.class_name, columns)
    rest = picture.words if cells_of(name) + 1 + len(picture.words) <= columns else ""
    return Content.assemble((f"{name} ", "bold"), (f"{rest:<{columns - cells_of(name)}}", MUTED))


class UnitActivity(Vertical):
    """A widget that shows the mean activations of a unit beside its outgoing weights.

    Below them are the examples with the largest activation, and two lines about one incoming weight.
    """

    DEFAULT_CSS = f"""
    UnitActivity {{ width: 1fr; }}
    UnitActivity #bars {{ height: 11; }}
    UnitActivity #outgoing {{ width: 25; height: 100%; }}
    UnitActivity #outgoing Static {{
        width: 100%; height: 1; text-align: right; text-style: bold; color: {CAPTION};
    }}
    UnitActivity #outgoing #outgoing-legend {{ text-style: none; }}
    UnitActivity PictureRow {{ height: 4; }}
    UnitActivity.-tall PictureRow {{ height: 8; margin: 1 0; }}
    UnitActivity #number {{ height: 2; }}
    UnitActivity .-unused, UnitActivity.-narrow OutgoingBars, UnitActivity.-narrow #outgoing {{ display: none; }}
    """

    def compose(self) -> ComposeResult:
        """Yield the widgets: the bars, the grid of outgoing weights, the pictures and the two lines."""
        with Horizontal(id="bars"):
            yield ClassBars()
            yield OutgoingBars()
            with Vertical(id="outgoing", classes="-unused"):
                yield Static("weights to next layer")
                yield UnitGrid()
                yield Static(id="outgoing-legend")
        yield PictureRow()
        yield Static(id="number")

    def show(self, look: UnitLook, unit: int, source: int | None, test: Split) -> None:
        """Show a unit. The two lines describe the weight from the input `source`, or the bias if `source` is None."""
        bars, weights = self.query_one(ClassBars), self.query_one(OutgoingBars)
        means = look.responses.by_class[:, unit]
        below = 10 if self.has_class("-tall") else 4
        rows = rows_for(means, max(self.size.height - below - 3, _FEWEST_ROWS))
        self.query_one("#bars").styles.height = 1 + max(len(rows), _FEWEST_ROWS)
        bars.symbol = "p" if look.is_last and look.mlp.loss.output == "softmax" else "a"
        bars.class_names, bars.rows, bars.values = look.class_names, rows, means
        outgoing, to_outputs = look.outgoing(unit), look.layer == look.mlp.config.layer_count - 2
        # A style class hides and shows the widgets. Setting `display` would also show them on a narrow screen, where a style
        # rule must keep them hidden.
        weights.set_class(outgoing is None or not to_outputs, "-unused")
        self.query_one("#outgoing").set_class(outgoing is None or to_outputs, "-unused")
        if outgoing is not None and to_outputs:
            weights.rows, weights.values = rows, outgoing
        elif outgoing is not None:
            grid = self.query_one(UnitGrid)
            grid.signed, grid.values = True, outgoing
            self.query_one("#outgoing-legend", Static).update(grid.legend(short=True))
        row = self.query_one(PictureRow)
        row.caption = "most", "active"
        if look.responses.dead[unit]:
            row.remark = "This unit is dead: it gives 0 for every test example, so its gradient is exactly 0."
        else:
            row.remark = "The activations of this unit are not finite."
        row.pictures = tuple(
            SmallPicture(example, test.images[example], look.class_names[test.labels[example]], fitted(a, 2, 4))
            for example, a in look.most_active(unit)
        )
        self.query_one("#number", Static).update(number_lines(look, unit, source))

    def spots(self, page: Page, look: UnitLook, unit: int, labels: Labels) -> Iterator[Spot]:
        """Yield spots for the mean activations, the outgoing weights and the examples that activate the unit most."""
        bars, weights = self.query_one(ClassBars), self.query_one(OutgoingBars)
        for row, label in enumerate(bars.rows, 1):
            mean = partial(units.mean_activation, look, unit, label, labels)
            number = max(bars.size.width - _NUMBER, 0)
            yield from page.on_cells(bars, number, row, _NUMBER, 1, mean)
            if look.outgoing(unit) is not None:
                out = partial(units.outgoing, look, unit, label)
                yield from page.on_cells(weights, max(weights.size.width - 7, 0), row, 7, 1, out)
        yield from self.query_one(UnitGrid).spots(page, lambda target: units.outgoing(look, unit, target))
        row_of_pictures = self.query_one(PictureRow)
        for place, (example, a) in enumerate(look.most_active(unit)[: len(row_of_pictures.pictures)]):
            found = partial(units.strongest, look, unit, example, a)
            columns, rows = row_of_pictures.cells
            yield from page.on_cells(row_of_pictures, row_of_pictures.left_of(place), 0, columns, rows + 1, found)

    @property
    def first_example(self) -> int | None:
        """Return the index of the test example for which the unit is most active; None if there is none."""
        pictures = self.query_one(PictureRow).pictures
        return pictures[0].example if pictures else None
