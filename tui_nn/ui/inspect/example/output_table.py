"""The table of the network's outputs for one example, with their logits z."""

from __future__ import annotations

import numpy as np
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.parameters import Array
from tui_nn.render.bars import bar
from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import compact, plain, probability
from tui_nn.session.questions.example_look import ExampleLook
from tui_nn.ui.kit.output_bars import class_word, short_name
from tui_nn.ui.kit.roles import BAR, MUTED, RIGHT, WARNING, WRONG, bold

_BESIDE_BAR = len("▸✓  >.99 −12.3")
"""The number of cells of a row besides the class name and the bar."""
_AROUND = 3
"""The number of rows besides the classes: the heading, the temperature and the legend."""
_TOP = 3
"""The number of outputs that are emphasised, the largest ones."""
LONGEST_NAME = 6
"""The largest number of characters of a class name in the table. A longer name is cut."""
_LEGEND = Content.assemble(("▸", bold(WRONG)), (" predicted  ", MUTED), ("✓", bold(RIGHT)), (" true", MUTED))


class OutputTable(Widget):
    """A widget that shows a heading, one row for each class with bar, output and z, the temperature, and a legend of
    the two marks.

    If not all classes fit, the true and the predicted class have a row, and then those with the largest outputs.
    The table is at least 20 cells wide.
    """

    DEFAULT_CSS = """
    OutputTable { height: 13; }
    """

    look: reactive[ExampleLook | None] = reactive(None)
    """The example to show."""

    temperature: reactive[float] = reactive(1.0)
    """The temperature T. The table shows softmax(z / T), so a large T makes the outputs more alike."""

    def fit(self, look: ExampleLook, room: int) -> None:
        """Set the height of the table: enough rows for all classes, but at most `room`. Ten classes always fit."""
        self.styles.height = _AROUND + min(len(look.class_names), max(room - _AROUND, 10))

    def render(self) -> Content:
        """Draw all rows."""
        look = self.look
        if look is None:
            return Content("")
        symbol = "p" if look.output == "softmax" else "a"
        outputs, beside = look.outputs_at(self.temperature), self.beside(look)
        name = "z" if look.was_at(self.temperature) is None else "was"
        shown = self._rows(look, outputs)
        cells = max(cells_of(short_name(look.class_names[label], LONGEST_NAME)) for label in shown)
        width = max(self.size.width - _BESIDE_BAR - cells, 1)
        heading = f"  {class_word(look.class_names)}".ljust(width + cells + 6) + f"{symbol}{name:>6}"
        top = set(np.argsort(-outputs, kind="stable")[:_TOP].tolist())
        rows = [self._row(look, outputs, beside[label], label, cells, width, label in top) for label in shown]
        return Content("\n").join([Content.assemble((heading, MUTED)), *rows, self._softness(look), _LEGEND])

    def beside(self, look: ExampleLook) -> list[str]:
        """Return the text beside each output: the z of its class or, in an edited copy, the output of the unedited network."""
        was = look.was_at(self.temperature)
        return [_logit(float(z)) for z in look.trace.z[-1]] if was is None else [probability(float(p)) for p in was]

    def shown_classes(self) -> list[int]:
        """Return the labels of the classes that have a row, in ascending order; [] before an example is shown."""
        return [] if self.look is None else self._rows(self.look, self.look.outputs_at(self.temperature))

    def _rows(self, look: ExampleLook, outputs: Array) -> list[int]:
        """Return the labels of the classes that have a row in the table, in ascending order."""
        room = max(self.size.height - _AROUND, 3)
        if len(outputs) <= room:
            return list(range(len(outputs)))
        largest = np.argsort(-np.nan_to_num(outputs), kind="stable").tolist()
        always = [look.predicted, *([look.label] if look.label != look.predicted else [])]
        others = [label for label in largest if label not in always]
        return sorted([*always, *others[: room - len(always)]])

    def _softness(self, look: ExampleLook) -> Content:
        """Return a line with the temperature T. Sigmoid outputs have no temperature, so the line is empty for them."""
        if look.output != "softmax":
            return Content("")
        colour = MUTED if self.temperature == 1 else bold(WARNING)
        return Content.assemble(("softmax(z / T) ", MUTED), (f"T {self.temperature:g}", colour))

    @staticmethod
    def _row(
        look: ExampleLook, outputs: Array, beside: str, label: int, cells: int, width: int, is_in_top: bool
    ) -> Content:
        output = float(outputs[label])
        predicted, true = label == look.predicted, label == look.label
        colour = RIGHT if true else WRONG if predicted else BAR
        return Content.assemble(
            ("▸" if predicted else " ", bold(WRONG)),
            ("✓" if true else " ", bold(RIGHT)),
            (
                f"{to_left(short_name(look.class_names[label], LONGEST_NAME), cells)} ",
                "bold" if predicted or true else "",
            ),
            (bar(output, width), colour),
            (f" {probability(output):>4}", "bold" if is_in_top else MUTED),
            (f"{beside:>6}", MUTED),
        )


def _logit(z: float) -> str:
    """Return a logit as text in at most six characters."""
    if abs(z) >= 10_000:
        return compact(z, 6)
    return plain(z, 1 if abs(z) < 100 else 0)
