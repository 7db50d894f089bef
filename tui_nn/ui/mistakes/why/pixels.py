"""The contributions of the pixels to a prediction: the picture, beside it a map of pixel × gradient, and the sum of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.why import SIDES, Why
from tui_nn.render.cells import to_left
from tui_nn.render.pictures import from_screen, on_screen, to_screen
from tui_nn.session.questions.explaining import whys
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.roles import HEADING, MUTED, colour
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.mistakes.why import words


class PixelContributions(Vertical):
    """A widget that shows the picture, and beside it a map with the contribution of each pixel.

    Both have a cursor on the same pixel, and two lines below them describe this pixel.
    """

    DEFAULT_CSS = f"""
    PixelContributions {{
        height: 18;
        width: 80;
        padding: 0 0 0 1;
        Horizontal {{ height: 16; }}
        .picture {{ width: 29; margin: 0 2 0 0; height: 16; }}
        .heading {{ height: 1; padding: 0 0 0 1; color: {colour(HEADING)}; text-style: bold; }}
        .sums {{ width: 17; height: 16; }}
        .pixel {{ height: 2; padding: 0 0 0 1; }}
    }}
    """

    why: reactive[Why | None] = reactive(None, always_update=True, init=False)
    """The explanation to show: the contributions of pixels and units to a prediction; None if there is none."""

    side: reactive[str] = reactive("both", init=False)
    """The name in `SIDES` of the explained sum: the z of one class, or the difference between the z of two classes."""

    cursor: reactive[tuple[int, int]] = reactive((14, 14), init=False)
    """The row and the column of the pixel under the cursor, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._digit, self._map = PointedDigit(), SignedMap()
        self._heading = Static("pixel × gradient", classes="heading", markup=False)
        self._sums, self._pixel = Static(classes="sums"), Static(classes="pixel", markup=False)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the picture, the map of contributions, the sum, and two lines about the pixel under the cursor."""
        with Horizontal():
            with Vertical(classes="picture", id="the-pixels"):
                yield Static("the pixels", classes="heading")
                yield self._digit
            with Vertical(classes="picture"):
                yield self._heading
                yield self._map
            yield self._sums
        yield self._pixel

    def watch_why(self, before: Why | None, why: Why | None) -> None:
        """Show the new explanation. If it is about another picture, move the cursor to the pixel that contributes most."""
        if why is not None and (before is None or before.answer.index != why.answer.index):
            self.set_reactive(PixelContributions.cursor, why.strongest_pixel)
        self._show()

    def watch_side(self) -> None:
        """Show another sum."""
        self._show()

    def watch_cursor(self) -> None:
        """Draw the cursor on its new pixel, and describe this pixel."""
        self._point()

    def move(self, down: int, right: int) -> None:
        """Move the cursor by some pixels. It stops at the edges of the picture."""
        if self.why is not None:
            row, column, last = *self.cursor, self.why.side - 1
            self.cursor = min(max(row + down, 0), last), min(max(column + right, 0), last)

    def spots(self, page: Page, explain: Callable[[int, int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each pixel, first the one under the cursor, and one for the sum.

        `explain` takes the row and column of a pixel.
        """
        why = self.why
        if why is None:
            return
        yield from page.on(self._pixel, partial(explain, *self.cursor))
        side = why.side
        yield from self._map.spots(page, lambda row, column: explain(from_screen(row, side), from_screen(column, side)))
        *rows, (_, total) = words.sums(why, self.side)
        for which, (_, value) in zip(("ups", "downs", "bias"), rows, strict=False):
            yield from page.on_text(self._sums, value, partial(whys.side_sum, why, self.side, which))
        yield from page.on_text(self._sums, total, partial(whys.whole, why, self.side), last=True)
        yield from self._digit.spots(page, explain)

    @on(PointedDigit.Pointed)
    def _picture_clicked(self, message: PointedDigit.Pointed) -> None:
        self.cursor = message.row, message.column

    @on(SignedMap.Chosen)
    def _map_clicked(self, message: SignedMap.Chosen) -> None:
        if self.why is not None:
            self.cursor = from_screen(message.row, self.why.side), from_screen(message.column, self.why.side)

    def _show(self) -> None:
        why = self.why
        if why is None:
            self._digit.image = self._map.values = self._digit.cursor = self._map.cursor = None
            self._sums.update("")
            self._pixel.update("")
            return
        self._digit.image = why.image
        self._map.values = on_screen(why.attribution.part(SIDES[self.side]).products)
        of = "" if self.side == "both" else f" for {short_name(why.names[self.side == 'against'], 7)}"
        self._heading.update(f"pixel × gradient{of}")
        self._sums.update(self._adds_up(why))
        self._point()

    def _point(self) -> None:
        if (why := self.why) is not None:
            self._digit.cursor = self.cursor
            self._map.cursor = to_screen(self.cursor[0], why.side), to_screen(self.cursor[1], why.side)
            self._pixel.update("\n".join(words.pixel(why, self.side, *self.cursor)), layout=False)

    def _adds_up(self, why: Why) -> Content:
        """Return the text on the right: the meaning of the two colours, and below it how the contributions add up."""
        below, above = self._map.sign_inks if self._map.in_colour else ("", "")
        plus, minus = ("+ orange", "− blue") if self._map.in_colour else ("+ #", "- =")
        pred, other = (short_name(name, 7) for name in why.names)
        if self.side == "both":
            meanings = f"speaks for {pred}", f"speaks for {other}"
        else:
            name = pred if self.side == "for" else other
            meanings = f"speaks for {name}", "against it"
        *rows, (of_sum, total) = words.sums(why, self.side)
        strongest = words.figure(self._map.strongest, 7)
        lines = [
            Content.assemble((plus, f"bold {above}")),
            Content(meanings[0]),
            Content.assemble((minus, f"bold {below}")),
            Content(meanings[1]),
            Content.assemble((f"strongest {strongest}", MUTED)),
            Content(""),
            Content.assemble(("the sum", HEADING)),
            *(Content.assemble((to_left(what, 9), MUTED), f"{value:>8}") for what, value in rows),
            Content.assemble(("─" * 17, MUTED)),
            Content.assemble((f"{to_left(of_sum, 9)}{total:>8}", "bold")),
        ]
        return Content("\n").join([Content(""), *lines])
