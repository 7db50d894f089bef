"""Reliability bars: how often predictions are right, beside how often they say they are."""

from __future__ import annotations

import math

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.calibration import Calibration
from tui_nn.render.bars import bar
from tui_nn.render.numbers import MINUS

_MUTED = "$foreground 62%"
_BESIDE = len("  .90–1.0   10,000  ") + len("  .98 right  .99 said  −.01 too unsure ")

VISIBLE = 0.05
"""A gap that is seen: where it is no larger than chance makes it, that is said. A smaller one is not remarkable."""


class Reliability(Widget):
    """A row a bin, the surest on top. The bar is the share that is right; a line across stands where it should end."""

    DEFAULT_CSS = """
    Reliability { height: 13; width: 1fr; }
    """

    calibration: reactive[Calibration | None] = reactive(None, always_update=True)
    """What is drawn."""

    symbol: reactive[str] = reactive("p")
    """What the outputs are called."""

    def render(self) -> Content:
        """A heading, the rows, and the scale."""
        found = self.calibration
        if found is None:
            return Content("")
        room = max(min(self.size.width - _BESIDE, 60), 8)
        bins = len(found.counts)
        heading = f"  {self.symbol}(pred)     digits  {'share that is right'.ljust(room)}  right  said   gap"
        rows = [Content.assemble((heading, _MUTED))]
        for place in reversed(range(bins)):
            low, high = f"{place / bins:.2f}"[1:], "1.0" if place == bins - 1 else f"{(place + 1) / bins:.2f}"[1:]
            rows.append(self._row(f"  {low}–{high}", found, place, room))
        rows.append(Content.assemble((" " * 20 + "0" + "1".rjust(room - 1), _MUTED)))
        return Content("\n").join(rows)

    def _row(self, label: str, found: Calibration, place: int, room: int) -> Content:
        count, right, said = int(found.counts[place]), float(found.accuracy[place]), float(found.confidence[place])
        label = f"{label.ljust(9)}{count or '·':>9}  " if count < 1000 else f"{label.ljust(9)}{count:>9,}  "
        if not count:
            return Content.assemble((label, _MUTED))
        cells = bar(right, room)
        at = min(int(said * room), room - 1)
        gap = said - right
        word, style = ("too sure", "$text-warning") if gap > 0 else ("too unsure", "$text-accent")
        # A gap that chance would make too is none: two standard errors of the share that is right.
        if abs(gap) <= 2 * math.sqrt(max(right * (1 - right), 0.25 / count) / count):
            word, style = "may be chance" if abs(gap) >= VISIBLE else "", _MUTED
        return Content.assemble(
            label,
            (cells[:at], "$primary 75%"),
            ("┃", f"bold $foreground{' on $primary 75%' if cells[at] == '█' else ''}"),
            (cells[at + 1 :], "$primary 75%"),
            (f"  {_share(right):>5}", "bold"),
            (f"  {_share(said):>4}", _MUTED),
            (f"  {'+' if gap > 0 else MINUS}{abs(gap):.2f}".replace("0.", "."), style),
            (f" {word}", f"bold {style}" if style != _MUTED else style),
        )


def _share(share: float) -> str:
    """A share in at most four characters: ".81", "1.0" for all, ".00" for none."""
    return "1.0" if share == 1 else f"{min(share, 0.99):.2f}"[1:]
