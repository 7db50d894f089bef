"""The most confused pairs of classes: the largest numbers of the matrix as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.watch.metrics import Pair
from tui_nn.data.dataset import DIGITS
from tui_nn.render.bars import bar
from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import MINUS
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import BAR, KEY

COLUMN = 24
"""The width in cells of one pair of classes, if the class names have one character."""
_LONGEST = 8
"""The largest number of characters of a class name in the list. A longer name is cut."""


class PairList(Widget):
    """A widget that lists the most confused pairs of classes, as many as fit.

    A bar shows how often the network confuses the two classes of a pair.
    """

    DEFAULT_CSS = """
    PairList { height: 1fr; width: 1fr; }
    """

    pairs: reactive[tuple[Pair, ...]] = reactive(())
    """The pairs of a true and a predicted class, the most frequent first."""

    class_names: Sequence[str] = DIGITS
    """The name of each class. Set it before `pairs`, because new `pairs` redraw the widget."""

    signed: reactive[bool] = reactive(False)
    """True if the counts are changes since an earlier epoch. They are then shown with their sign."""

    cell: reactive[tuple[int, int]] = reactive((0, 1))
    """The chosen cell of the matrix."""

    class Chosen(Message):
        """This message reports that a pair was clicked."""

        def __init__(self, cell: tuple[int, int]) -> None:
            super().__init__()
            self.cell = cell

    def render(self) -> Content:
        """Return the content of the widget: one entry for each pair, column by column."""
        rows: list[list[Content]] = [[] for _ in range(max(self.size.height, 1))]
        most = max((abs(pair.count) for pair in self.pairs), default=1)
        for place, pair in enumerate(self.pairs[: self._fit]):
            rows[place % len(rows)].append(self._pair(pair, most))
        return Content("\n").join(Content.assemble(*row) for row in rows)

    @property
    def _names(self) -> int:
        """Return the number of characters of the longest class name on the screen."""
        return max(cells_of(short_name(name, _LONGEST)) for name in self.class_names)

    @property
    def _column(self) -> int:
        return COLUMN + 2 * (self._names - 1)

    @property
    def _fit(self) -> int:
        return max(self.size.height, 1) * max(self.size.width // self._column, 1)

    def _pair(self, pair: Pair, most: int) -> Content:
        here = (pair.true, pair.predicted) == self.cell
        sign = "" if not self.signed else "+" if pair.count > 0 else MINUS
        style = KEY if here else ""
        true, predicted = (short_name(self.class_names[label], _LONGEST) for label in (pair.true, pair.predicted))
        name = f"{true} as {predicted}"
        count = f"{sign}{abs(pair.count):,}"
        return Content.assemble(
            ("▸" if here else " ", KEY),
            (f"{to_left(name, 2 * self._names + 4)}{count:>6} ", style),
            (bar(abs(pair.count) / most, COLUMN - 15), BAR),
            " ",
        )

    def spots(self, page: Page, explain: Callable[[int, int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each pair that fits. `explain` takes the true and the predicted class."""
        rows = max(self.size.height, 1)
        for place, pair in enumerate(self.pairs[: self._fit]):
            across, down = divmod(place, rows)
            found = partial(explain, pair.true, pair.predicted)
            yield from page.on_cells(self, across * self._column + 1, down, 2 * self._names + 10, 1, found)

    def on_click(self, event: events.Click) -> None:
        """Choose the pair under the mouse."""
        place = event.x // self._column * max(self.size.height, 1) + event.y
        if place < min(self._fit, len(self.pairs)) and event.x // self._column < max(
            self.size.width // self._column, 1
        ):
            pair = self.pairs[place]
            self.post_message(self.Chosen((pair.true, pair.predicted)))
