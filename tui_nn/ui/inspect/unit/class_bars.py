"""Ten rows, a digit each: what a unit answers to it, and how it votes on it."""

from __future__ import annotations

import numpy as np
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.arrays import Array
from tui_nn.render.bars import bar, signed_bar
from tui_nn.render.numbers import compact, fitted, signed
from tui_nn.ui.kit.picture import Coloured

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
