"""What one unit answers, what comes of it, and one number of it in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.dataset import Split
from tui_nn.render.bars import bar, signed_bar
from tui_nn.render.numbers import compact, fitted, signed
from tui_nn.render.pictures import braille
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.words import subject_lines
from tui_nn.ui.kit.picture import Coloured
from tui_nn.ui.kit.unit_grid import UnitGrid

_MUTED = "$foreground 62%"
_NUMBER = 6


class ClassBars(Widget):
    """A heading and ten rows: digit, bar, mean answer. The digit with the largest is bold."""

    DEFAULT_CSS = """
    ClassBars { height: 11; width: 1fr; }
    """

    values: reactive[Array | None] = reactive(None, always_update=True)
    """(10,), or None for rows without bars."""

    symbol: reactive[str] = reactive("a")
    """What the values are the mean of."""

    def render(self) -> Content:
        """All eleven rows."""
        width = max(self.size.width - len(" 0  ") - _NUMBER, 1)
        rows = [Content.assemble((" digit ", _MUTED), (f"mean {self.symbol}", "bold $text-primary"))]
        if self.values is None:
            return Content("\n").join([*rows, *(Content.assemble((f" {digit}", _MUTED)) for digit in range(10))])
        finite = np.where(np.isfinite(self.values), self.values, 0)
        top, most = float(np.abs(finite).max()) or 1.0, int(finite.argmax()) if finite.any() else -1
        for digit, value in enumerate(finite):
            weight = "bold" if digit == most else ""
            number = fitted(float(self.values[digit]), 2, _NUMBER)
            if np.isnan(self.values[digit]):
                number = "–"
            cells = bar(float(value) / top, width) if finite.min() >= 0 else _either_way(float(value) / top, width)
            rows.append(
                Content.assemble((f" {digit}  ", weight), (cells, "$primary 75%"), (f"{number:>{_NUMBER}}", weight))
            )
        return Content("\n").join(rows)


def _either_way(share: float, width: int) -> str:
    """A bar from a line in the middle, for answers that may be below 0."""
    half = max((width - 1) // 2, 1)
    left, right = signed_bar(share, half)
    return f"{'█' * left:>{half}}│{'█' * right:<{half}}".ljust(width)[:width]


class VoteBars(Coloured):
    """A heading and ten rows: a weight to each output, left of a line below 0 and right of it above, and the number."""

    DEFAULT_CSS = """
    VoteBars { height: 11; width: 22; padding: 0 0 0 1; background: $background; }
    """

    values: reactive[Array | None] = reactive(None, always_update=True)
    """(10,), or None."""

    def render(self) -> Content:
        """All eleven rows."""
        rows = [Content.assemble(("weight to output".rjust(self.size.width), "bold $text-primary"))]
        if self.values is None:
            return Content("\n").join(rows)
        finite = np.where(np.isfinite(self.values), self.values, 0)
        top, half = float(np.abs(finite).max()) or 1.0, max((self.size.width - 1 - 7) // 2, 1)
        below, above = self.sign_inks if self.in_colour else ("", "")
        for value, share in zip(self.values, finite / top, strict=True):
            left, right = signed_bar(float(share), half)
            minus, plus = ("━" * left, "━" * right) if self.in_colour else ("-" * left, "+" * right)
            number = signed(float(value)) if abs(value) < 100 else compact(float(value), 6)
            rows.append(
                Content.assemble((f"{minus:>{half}}", below), ("│", _MUTED), (f"{plus:<{half}}", above), f"{number:>7}")
            )
        return Content("\n").join(rows)


_SIZES = ((14, 7), (10, 5), (6, 3))
"""Columns and rows of Braille, the largest first."""


@dataclass(frozen=True, slots=True, eq=False)
class SmallDigit:
    """One digit."""

    example: int
    """Its number."""
    image: Pixels
    label: int
    words: str
    """What is said of it beside its label, in at most 6 cells."""


class DigitRow(Widget):
    """As many digits as fit side by side, as large as the height allows; below nothing, above the label and a word."""

    DEFAULT_CSS = """
    DigitRow { height: 4; width: 1fr; }
    """

    digits: reactive[tuple[SmallDigit, ...]] = reactive((), always_update=True)
    """The most important first."""

    caption: reactive[tuple[str, ...]] = reactive(())
    """What the digits are, in short lines at the left."""

    remark: reactive[str] = reactive("")
    """What is said where there is none."""

    class Chosen(Message):
        """A digit was clicked."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and rows of one digit."""
        room = self.size.height - 1
        return next(
            (size for size in _SIZES if size[1] <= room and 3 * (size[0] + 1) <= self.size.width - self._margin),
            _SIZES[-1],
        )

    def render(self) -> Content:
        """Words, and digits below them."""
        if not self.digits:
            return Content("\n").join(Content(self.remark).wrap(max(self.size.width, 10)))
        columns, rows = self.cells
        caption = [f"{line:<{self._margin}}" for line in (*self.caption, *[""] * (rows + 1))]
        shown = self.digits[: max((self.size.width - self._margin + 1) // (columns + 1), 1)]
        words = [
            Content.assemble(
                (f"{digit.label} ", "bold"), (f"{digit.words:<{columns - 1}}"[: columns - 1], "$foreground 62%")
            )
            for digit in shown
        ]
        pictures = [braille(digit.image, columns, rows) for digit in shown]
        lines = [Content("").join(words)]
        lines += [Content(" ".join(picture[row] for picture in pictures)) for row in range(rows)]
        titled = zip(caption, lines, strict=False)
        return Content("\n").join(Content.assemble((title, "bold $text-primary"), line) for title, line in titled)

    @property
    def _margin(self) -> int:
        """Cells left of the first digit."""
        return max(map(len, self.caption), default=-1) + 1

    def on_click(self, event: events.Click) -> None:
        """Choose the digit under the mouse."""
        place = (event.x - self._margin) // (self.cells[0] + 1)
        if 0 <= place < len(self.digits):
            self.post_message(self.Chosen(self.digits[place].example))


class UnitAnswers(Vertical):
    """Its mean answer to each digit beside its weights to the next layer; the digits that excite it most; a number."""

    DEFAULT_CSS = """
    UnitAnswers { width: 1fr; }
    UnitAnswers #bars { height: 11; }
    UnitAnswers #votes { width: 22; height: 11; }
    UnitAnswers #votes Static { width: 100%; height: 1; text-align: right; text-style: bold; color: $text-primary; }
    UnitAnswers DigitRow { height: 4; }
    UnitAnswers.-tall DigitRow { height: 8; margin: 1 0; }
    UnitAnswers #number { height: 2; }
    UnitAnswers .-unused, UnitAnswers.-narrow VoteBars, UnitAnswers.-narrow #votes { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Bars and votes, digits, number."""
        with Horizontal(id="bars"):
            yield ClassBars()
            yield VoteBars()
            with Vertical(id="votes", classes="-unused"):
                yield Static("weights to next layer")
                yield UnitGrid()
        yield DigitRow()
        yield Static(id="number")

    def show(self, look: UnitLook, unit: int, source: int | None, test: Split) -> None:
        """Show a unit; `source` is where the weight comes from that is told in words, None for the bias."""
        bars, votes = self.query_one(ClassBars), self.query_one(VoteBars)
        bars.symbol = "p" if look.is_last and look.mlp.loss.output == "softmax" else "a"
        bars.values = look.responses.by_class[:, unit]
        outgoing, to_outputs = look.outgoing(unit), look.layer == look.mlp.config.layer_count - 2
        # Classes, as `display` would outdo the rule for a narrow screen.
        votes.set_class(outgoing is None or not to_outputs, "-unused")
        self.query_one("#votes").set_class(outgoing is None or to_outputs, "-unused")
        if outgoing is not None and to_outputs:
            votes.values = outgoing
        elif outgoing is not None:
            grid = self.query_one(UnitGrid)
            grid.signed, grid.values = True, outgoing
        row = self.query_one(DigitRow)
        row.caption = "top", "digits"
        dead = look.responses.dead[unit]
        row.remark = "dead: 0 for every test digit, so its gradient is exactly 0" if dead else "not a number"
        row.digits = most_exciting(look, unit, test)
        self.query_one("#number", Static).update(subject_lines(look, unit, source))

    @property
    def first_digit(self) -> int | None:
        """The number of the digit that excites it most."""
        digits = self.query_one(DigitRow).digits
        return digits[0].example if digits else None


def most_exciting(look: UnitLook, unit: int, test: Split) -> tuple[SmallDigit, ...]:
    """The test digits with the largest a; of a unit that can be off only those for which it is on."""
    found = look.responses
    examples, values = found.strongest[:, unit].tolist(), found.strongest_a[:, unit].tolist()
    return tuple(
        SmallDigit(example, test.images[example], int(test.labels[example]), fitted(a, 2, 4))
        for example, a in zip(examples, values, strict=True)
        if np.isfinite(a) and (a > 0 or not look.can_die)
    )
