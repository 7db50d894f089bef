"""The ten outputs for one example with the logits they come from."""

from __future__ import annotations

import numpy as np
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.parameters import Array
from tui_nn.render.bars import bar
from tui_nn.render.numbers import compact, plain, probability
from tui_nn.session.questions.example_look import ExampleLook

_MUTED = "$foreground 62%"
_BESIDE_BAR = len("▸✓5  >.99 −12.3")
_TOP = 3
"""Outputs that stand out: the largest."""
_LEGEND = Content.assemble(
    ("▸", "bold $text-warning"), (" predicted  ", _MUTED), ("✓", "bold $text-success"), (" true", _MUTED)
)


class OutputTable(Widget):
    """A heading and ten digits: bar, output, z; then the temperature, and what the two marks mean. 20 cells wide or more."""

    DEFAULT_CSS = """
    OutputTable { height: 13; }
    """

    look: reactive[ExampleLook | None] = reactive(None)
    """What is shown."""

    temperature: reactive[float] = reactive(1.0)
    """What the z are divided by before softmax."""

    def render(self) -> Content:
        """All rows."""
        look, width = self.look, max(self.size.width - _BESIDE_BAR, 1)
        if look is None:
            return Content("")
        symbol = "p" if look.output == "softmax" else "a"
        outputs, was = look.outputs_at(self.temperature), look.was_at(self.temperature)
        beside = [_logit(float(z)) for z in look.trace.z[-1]] if was is None else [probability(float(p)) for p in was]
        name = "z" if was is None else "was"
        heading = Content.assemble((f"  digit{symbol:>{width + 1}}{name:>6}", _MUTED))
        top = set(np.argsort(-outputs, kind="stable")[:_TOP].tolist())
        rows = [self._row(look, outputs, beside[digit], digit, width, digit in top) for digit in range(10)]
        return Content("\n").join([heading, *rows, self._softness(look), _LEGEND])

    def _softness(self, look: ExampleLook) -> Content:
        """The temperature, where there is one."""
        if look.output != "softmax":
            return Content("")
        colour = _MUTED if self.temperature == 1 else "bold $text-warning"
        return Content.assemble(("softmax(z / T) ", _MUTED), (f"T {self.temperature:g}", colour))

    @staticmethod
    def _row(look: ExampleLook, outputs: Array, beside: str, digit: int, width: int, in_top: bool) -> Content:
        output = float(outputs[digit])
        predicted, true = digit == look.predicted, digit == look.label
        colour = "$text-success" if true else "$text-warning" if predicted else "$primary 75%"
        weight = "bold" if predicted or true else ""
        return Content.assemble(
            ("▸" if predicted else " ", "bold $text-warning"),
            ("✓" if true else " ", "bold $text-success"),
            (f"{digit} ", weight),
            (bar(output, width), colour),
            (f" {probability(output):>4}", "bold" if in_top else _MUTED),
            (f"{beside:>6}", _MUTED),
        )


def _logit(z: float) -> str:
    """A logit in at most six characters."""
    if abs(z) >= 10_000:
        return compact(z, 6)
    return plain(z, 1 if abs(z) < 100 else 0)
