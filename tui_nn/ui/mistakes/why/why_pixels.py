"""What the pixels of a digit say: the digit, pixel × gradient beside it, and the sum."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.session.questions.why import SIDES, Why
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.mistakes.why import words

_MUTED = "$foreground 62%"


class WhyPixels(Vertical):
    """Digit and map share their rows and one cursor; what is under it is written in two lines below."""

    DEFAULT_CSS = """
    WhyPixels {
        height: 18;
        width: 80;
        padding: 0 0 0 1;
        Horizontal { height: 16; }
        .picture { width: 29; margin: 0 2 0 0; height: 16; }
        .heading { height: 1; padding: 0 0 0 1; color: $text-primary; text-style: bold; }
        .sums { width: 17; height: 16; }
        .pixel { height: 2; padding: 0 0 0 1; }
    }
    """

    why: reactive[Why | None] = reactive(None, always_update=True, init=False)
    """What is taken apart."""

    side: reactive[str] = reactive("both", init=False)
    """A name in `SIDES`."""

    cursor: reactive[tuple[int, int]] = reactive((14, 14), init=False)
    """Row and column, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._digit, self._map = PointedDigit(), SignedMap()
        self._heading = Static("pixel × gradient", classes="heading", markup=False)
        self._sums, self._pixel = Static(classes="sums"), Static(classes="pixel", markup=False)

    def compose(self) -> ComposeResult:
        """Two pictures and the sum; two lines."""
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
        """Show another; the cursor begins where another digit says most."""
        if why is not None and (before is None or before.answer.index != why.answer.index):
            self.set_reactive(WhyPixels.cursor, why.strongest_pixel)
        self._show()

    def watch_side(self) -> None:
        """Look at another sum."""
        self._show()

    def watch_cursor(self) -> None:
        """Say what is there."""
        self._point()

    def move(self, down: int, right: int) -> None:
        """Move the cursor by pixels, as far as the edges."""
        row, column = self.cursor
        self.cursor = min(max(row + down, 0), 27), min(max(column + right, 0), 27)

    @on(SignedMap.Chosen)
    @on(PointedDigit.Pointed)
    def _clicked(self, message: SignedMap.Chosen | PointedDigit.Pointed) -> None:
        self.cursor = message.row, message.column

    def _show(self) -> None:
        why = self.why
        if why is None:
            self._digit.image = self._map.values = self._digit.cursor = self._map.cursor = None
            self._sums.update("")
            self._pixel.update("")
            return
        self._digit.image = why.image
        self._map.values = why.attribution.part(SIDES[self.side]).products.reshape(28, 28)
        of = "" if self.side == "both" else f" for {why.pair[self.side == 'against']}"
        self._heading.update(f"pixel × gradient{of}")
        self._sums.update(self._adds_up(why))
        self._point()

    def _point(self) -> None:
        if (why := self.why) is not None:
            self._digit.cursor = self._map.cursor = self.cursor
            self._pixel.update("\n".join(words.pixel(why, self.side, *self.cursor)), layout=False)

    def _adds_up(self, why: Why) -> Content:
        """The column at the right: what the colours mean, then the sum."""
        below, above = self._map.sign_inks if self._map.in_colour else ("", "")
        plus, minus = ("+ orange", "− blue") if self._map.in_colour else ("+ #", "- =")
        pred, other = why.pair
        if self.side == "both":
            meanings = f"speaks for {pred}", f"speaks for {other}"
        else:
            digit = pred if self.side == "for" else other
            meanings = f"speaks for {digit}", "against it"
        *rows, (name, total) = words.sums(why, self.side)
        strongest = words.figure(self._map.strongest, 7)
        lines = [
            Content.assemble((plus, f"bold {above}")),
            Content(meanings[0]),
            Content.assemble((minus, f"bold {below}")),
            Content(meanings[1]),
            Content.assemble((f"strongest {strongest}", _MUTED)),
            Content(""),
            Content.assemble(("it adds up", "bold $text-primary")),
            *(Content.assemble((f"{what:<9}", _MUTED), f"{value:>8}") for what, value in rows),
            Content.assemble(("─" * 17, _MUTED)),
            Content.assemble((f"{name:<9}{total:>8}", "bold")),
        ]
        return Content("\n").join([Content(""), *lines])
