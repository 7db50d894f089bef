"""The pairs of digits that are confused most: the same numbers as in the matrix, for those who do not read matrices."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.watch.metrics import Pair
from tui_nn.render.bars import bar
from tui_nn.render.numbers import MINUS

COLUMN = 24
"""Cells for one pair."""


class PairList(Widget):
    """As many pairs as fit, column by column, each with a bar as long as it is often."""

    DEFAULT_CSS = """
    PairList { height: 1fr; width: 1fr; }
    """

    pairs: reactive[tuple[Pair, ...]] = reactive(())
    """The most frequent first."""

    signed: reactive[bool] = reactive(False)
    """Whether the counts are changes, with a sign."""

    cell: reactive[tuple[int, int]] = reactive((0, 1))
    """The pair that is looked at."""

    class Chosen(Message):
        """A pair was clicked."""

        def __init__(self, cell: tuple[int, int]) -> None:
            super().__init__()
            self.cell = cell

    def render(self) -> Content:
        """The rows."""
        rows: list[list[Content]] = [[] for _ in range(max(self.size.height, 1))]
        most = max((abs(pair.count) for pair in self.pairs), default=1)
        for place, pair in enumerate(self.pairs[: self._fit]):
            rows[place % len(rows)].append(self._pair(pair, most))
        return Content("\n").join(Content.assemble(*row) for row in rows)

    @property
    def _fit(self) -> int:
        return max(self.size.height, 1) * max(self.size.width // COLUMN, 1)

    def _pair(self, pair: Pair, most: int) -> Content:
        here = (pair.true, pair.predicted) == self.cell
        sign = "" if not self.signed else "+" if pair.count > 0 else MINUS
        style = "bold $text-accent" if here else ""
        count = f"{sign}{abs(pair.count):,}"
        return Content.assemble(
            ("▸" if here else " ", "bold $text-accent"),
            (f"{pair.true} as {pair.predicted}{count:>6} ", style),
            (bar(abs(pair.count) / most, COLUMN - 15), "$primary 75%"),
            " ",
        )

    def on_click(self, event: events.Click) -> None:
        """Choose the pair under the mouse."""
        place = event.x // COLUMN * max(self.size.height, 1) + event.y
        if place < min(self._fit, len(self.pairs)) and event.x // COLUMN < max(self.size.width // COLUMN, 1):
            pair = self.pairs[place]
            self.post_message(self.Chosen((pair.true, pair.predicted)))
