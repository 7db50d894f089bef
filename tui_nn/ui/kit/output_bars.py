"""The outputs of a network for one example, as bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.parameters import Array
from tui_nn.data.dataset import DIGITS
from tui_nn.render.bars import bar
from tui_nn.render.cells import cells_of, cut, to_left
from tui_nn.render.numbers import probability
from tui_nn.ui.kit.roles import BAR, FAINTEST, MUTED, RIGHT, WRONG, bold

if TYPE_CHECKING:
    from tui_nn.session.questions.explaining.explanation import Explanation
    from tui_nn.ui.kit.explaining import Page, Spot

LONGEST_NAME = 10
"""The largest number of characters of a class name on the screen."""

_BESIDE_BAR = len("▸ ") + len(" >.99 right")


class OutputBars(Widget):
    """A widget that shows one row for each class: name, bar, number. The predicted and the true class have a mark and a
    word.

    If not all classes fit, it shows those with the largest outputs, and always the true class.
    The widget is at least 20 cells wide; a wider one has longer bars.
    """

    DEFAULT_CSS = """
    OutputBars { height: 11; min-width: 20; }
    """

    outputs: reactive[Array | None] = reactive(None, always_update=True)
    """The output for each class, an array of shape (classes,); None for rows without bars."""

    predicted: reactive[int | None] = reactive(None)
    """The class with the largest output."""

    true: reactive[int | None] = reactive(None)
    """The true class."""

    symbol: reactive[str] = reactive("p")
    """The letter above the numbers: "p" for probabilities, "a" for outputs that need not add up to 1."""

    class_names: reactive[Sequence[str]] = reactive(DIGITS)
    """The name of each class; set before `outputs`."""

    def render(self) -> Content:
        """Return the text of the widget: the heading and one row for each class."""
        names = max(cells_of(short_name(name)) for name in self.class_names)
        width = max(self.size.width - _BESIDE_BAR - names, 1)
        heading = Content.assemble((f" {class_word(self.class_names)}{self.symbol:>{width + names + 1}}", MUTED))
        return Content("\n").join([heading, *(self._row(label, names, width) for label in self._shown())])

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each shown output, that of the predicted class first. `explain` is called with a
        class.
        """
        if self.outputs is not None:
            rows = list(enumerate(self._shown(), 1))
            for row, label in sorted(rows, key=lambda pair: pair[1] != self.predicted):
                yield from page.on_text(self, probability(float(self.outputs[label])), partial(explain, label), row=row)

    def _shown(self) -> list[int]:
        """Return the classes that are shown."""
        room, classes = max(self.size.height - 1, 1), len(self.class_names)
        if classes <= room or self.outputs is None:
            return list(range(min(classes, room)))
        largest = np.argsort(-np.nan_to_num(self.outputs), kind="stable").tolist()
        shown = largest[:room]
        return shown if self.true is None or self.true in shown else [*shown[:-1], self.true]

    def _row(self, label: int, names: int, width: int) -> Content:
        name = to_left(short_name(self.class_names[label]), names)
        if self.outputs is None:
            return Content.assemble((f" {name}", FAINTEST))
        mark, word, colour = self._role(label)
        output = float(self.outputs[label])
        number = f" {probability(output):>4} "
        # Bars of outputs below 0.01 are left out, because they would all have the same shortest length.
        cells = bar(output if output >= 0.01 else 0.0, width)
        if not word:
            return Content.assemble(f" {name} ", (cells, BAR), (number, MUTED))
        return Content.assemble(
            (mark, bold(colour)), (f"{name} ", "bold"), (cells, colour), (number, "bold"), (word, bold(colour))
        )

    def _role(self, label: int) -> tuple[str, str, str]:
        """Return the mark, the word and the colour of a row."""
        if label == self.true:
            return "✓", "right" if label == self.predicted else "true", RIGHT
        if label == self.predicted:
            return "▸", "pred", WRONG
        return " ", "", ""


def class_word(class_names: Sequence[str]) -> str:
    """Return the word for one class: "digit" if the classes are the ten digits, else "class"."""
    return "digit" if tuple(class_names) == DIGITS else "class"


def short_name(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a class name in at most `longest` cells: "Ankle boo…"."""
    return cut(name, longest)
