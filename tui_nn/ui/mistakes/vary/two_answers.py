"""The ten answers to a digit as it is, and as it was made."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.parameters import Array
from tui_nn.render.bars import bar
from tui_nn.render.numbers import probability

_MUTED = "$foreground 62%"
_BESIDE_BAR = len("▸0 >.99 >.99 ")


class TwoAnswers(Widget):
    """A heading and ten rows: digit, output before, output now with its bar. 16 cells wide or more."""

    DEFAULT_CSS = """
    TwoAnswers { height: 11; min-width: 16; }
    """

    before: reactive[Array | None] = reactive(None, always_update=True)
    """(10,): to the digit as it is."""

    now: reactive[Array | None] = reactive(None, always_update=True)
    """(10,): to what it was made."""

    true: reactive[int | None] = reactive(None)
    """The label."""

    def render(self) -> Content:
        """All eleven rows."""
        heading = Content.assemble((f"{'was':>7}{'now':>5}", _MUTED))
        if self.before is None or self.now is None:
            return heading
        return Content("\n").join([heading, *(self._row(digit) for digit in range(10))])

    def _row(self, digit: int) -> Content:
        assert self.before is not None
        assert self.now is not None
        was, now = float(self.before[digit]), float(self.now[digit])
        predicted = now > 0 and digit == int(self.now.argmax())  # Of NaN none is.
        mark, colour = "▸" if predicted else " ", "$text-warning" if predicted else "$primary 75%"
        if digit == self.true:
            mark, colour = "✓", "$text-success"
        weight = "bold" if predicted or digit == self.true else ""
        return Content.assemble(
            (mark, f"bold {colour}"),
            (f"{digit} ", weight),
            (f"{probability(was):>4} ", _MUTED),
            (f"{probability(now):>4} ", weight),
            (bar(now if now >= 0.01 else 0.0, max(self.size.width - _BESIDE_BAR, 1)), colour),
        )
