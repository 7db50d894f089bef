"""The ten answers of a network to one digit, as bars."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.parameters import Array
from tui_nn.render.bars import bar
from tui_nn.render.numbers import probability

_MUTED = "$foreground 62%"
_BESIDE_BAR = len("▸0 ") + len(" >.99 right")


class OutputBars(Widget):
    """A heading and ten rows: digit, bar, number. Only the predicted and the true row have a mark, a colour and a word.

    At least 20 cells wide; what is more goes to the bars.
    """

    DEFAULT_CSS = """
    OutputBars { height: 11; min-width: 20; }
    """

    outputs: reactive[Array | None] = reactive(None, always_update=True)
    """(10,), or None for rows without bars."""

    predicted: reactive[int | None] = reactive(None)
    """The digit with the largest output."""

    true: reactive[int | None] = reactive(None)
    """The label."""

    symbol: reactive[str] = reactive("p")
    """What the numbers are: "p" for probabilities, "a" for outputs that need not add up to 1."""

    def render(self) -> Content:
        """All eleven rows."""
        width = max(self.size.width - _BESIDE_BAR, 1)
        heading = Content.assemble((f" digit{self.symbol:>{width + 2}}", _MUTED))
        return Content("\n").join([heading, *(self._row(digit, width) for digit in range(10))])

    def _row(self, digit: int, width: int) -> Content:
        if self.outputs is None:
            return Content.assemble((f" {digit}", "$foreground 38%"))
        mark, word, colour = self._role(digit)
        output = float(self.outputs[digit])
        number = f" {probability(output):>4} "
        # A sliver for each of ten small probabilities would be noise.
        cells = bar(output if output >= 0.01 else 0.0, width)
        if not word:
            return Content.assemble(f" {digit} ", (cells, "$primary 75%"), (number, _MUTED))
        return Content.assemble(
            (mark, f"bold {colour}"),
            (f"{digit} ", "bold"),
            (cells, colour),
            (number, "bold"),
            (word, f"bold {colour}"),
        )

    def _role(self, digit: int) -> tuple[str, str, str]:
        """The mark, the word and the colour of a row."""
        if digit == self.true:
            return "✓", "right" if digit == self.predicted else "true", "$text-success"
        if digit == self.predicted:
            return "▸", "pred", "$text-warning"
        return " ", "", ""
