"""The ten outputs for one example with the logits they come from."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.bars import bar
from tui_nn.render.numbers import compact, plain, probability
from tui_nn.ui.probe import ExampleLook

_MUTED = "$foreground 62%"
_BESIDE_BAR = len("▸✓5  >.99 −12.3")


class OutputTable(Widget):
    """A heading and ten digits: bar, output, z; then what the two marks mean. 20 cells wide or more."""

    DEFAULT_CSS = """
    OutputTable { height: 13; }
    """

    look: reactive[ExampleLook | None] = reactive(None)
    """What is shown."""

    def render(self) -> Content:
        """All rows."""
        look, width = self.look, max(self.size.width - _BESIDE_BAR, 1)
        if look is None:
            return Content("")
        symbol = "p" if look.output == "softmax" else "a"
        heading = Content.assemble((f"  digit{symbol:>{width + 1}}{'z':>6}", _MUTED))
        legend = Content.assemble(
            ("▸", "bold $text-warning"), (" predicted  ", _MUTED), ("✓", "bold $text-success"), (" true", _MUTED)
        )
        rows = [self._row(look, digit, width) for digit in range(10)]
        return Content("\n").join([heading, *rows, Content(""), legend])

    @staticmethod
    def _row(look: ExampleLook, digit: int, width: int) -> Content:
        output, z = float(look.outputs[digit]), float(look.trace.z[-1][digit])
        predicted, true = digit == look.predicted, digit == look.label
        colour = "$text-success" if true else "$text-warning" if predicted else "$primary 75%"
        weight = "bold" if predicted or true else ""
        return Content.assemble(
            ("▸" if predicted else " ", "bold $text-warning"),
            ("✓" if true else " ", "bold $text-success"),
            (f"{digit} ", weight),
            (bar(output, width), colour),
            (f" {probability(output):>4}", weight),
            (f"{_logit(z):>6}", _MUTED),
        )


def _logit(z: float) -> str:
    """A logit in at most six characters."""
    if abs(z) >= 10_000:
        return compact(z, 6)
    # Rounded first, and 0 added: there is no "−0.0".
    return plain(round(z, 1) + 0.0, 1 if abs(z) < 100 else 0)
