"""The lower part of Train: a column for each class, with an example, the prediction for it, and the accuracy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.watch.metrics import class_accuracy, lowest_class
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.render.bars import thin_bar
from tui_nn.render.cells import cells_of, shortened, to_left
from tui_nn.render.numbers import short_percent
from tui_nn.render.pictures import braille
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import MUTED, RIGHT, TEST, WRONG, bold

_LABEL = 11
"""The width of the labels on the left, in cells."""
_MARKS = {"▾": "lowest", "∅": "never"}
"""The marks in the last row, with their words: the class has the lowest accuracy, or the network never predicts it."""
_SHARE = 5
"""The number of cells that a mark and a percentage need in a column, besides the class name."""

Line = list[str | tuple[str, str]]


class ByClass(Widget):
    """A widget that shows the classes in six rows, or in eight with larger pictures. If not all classes fit, it shows
    the first ones.
    """

    DEFAULT_CSS = """
    ByClass { height: 6; }
    """

    evaluation: reactive[Evaluation | None] = reactive(None)
    """The network's predictions for the test examples."""

    test: reactive[Split | None] = reactive(None)
    """The test examples. The widget shows the first one of each class."""

    rows: reactive[int] = reactive(6, layout=True)
    """The height of the widget in rows. Below six rows it has no bars, and below five rows no pictures."""

    def watch_rows(self, rows: int) -> None:
        """Redraw the classes at the new height."""
        self.styles.height = rows

    def render(self) -> Content:
        """Draw all rows."""
        test, evaluation = self.test, self.evaluation
        if test is None or evaluation is None:
            return Content("")
        names = test.class_names
        width = self._column_width(names)
        shown = min(len(names), max((self.size.width - _LABEL + 1) // (width + 1), 1))
        examples = _first_examples(test)
        accuracy = class_accuracy(evaluation.predicted, test.labels, test.classes)
        marks = _marks(accuracy, evaluation)
        lines: list[Line] = []
        if width > 4 and self.rows >= 5:
            lines += self._pictures(test, examples[:shown], width, self._labels(names, accuracy, marks, shown))
        lines.append(self._predictions(names, examples[:shown], evaluation, width))
        if self.rows - len(lines) >= 2:
            line = _label("accuracy")
            for share in accuracy[:shown]:
                line += [(thin_bar(float(share), width), TEST), " "]
            lines.append(line)
        lines.append(self._accuracies(test, accuracy[:shown], marks, width))
        return Content("\n").join(Content.assemble(*line) for line in lines)

    def on_click(self, event: events.Click) -> None:
        """Open the example view of Inspect, which shows what the network computes for the clicked example."""
        if self.test is None or self.evaluation is None:
            return
        examples = _first_examples(self.test)
        column = (event.x - _LABEL) // (self._column_width(self.test.class_names) + 1)
        if 0 <= column < len(examples) and examples[column] >= 0:
            self.post_message(Show(Look("Inspect", "example", example=int(examples[column]))))

    def columns(self) -> list[tuple[int, int, int]]:
        """Return, for each shown class, its first column and its width in cells, and the index of its example (-1 if none)."""
        test = self.test
        if test is None:
            return []
        width = self._column_width(test.class_names)
        shown = max((self.size.width - _LABEL + 1) // (width + 1), 1)
        examples = _first_examples(test)[:shown].tolist()
        return [(_LABEL + label * (width + 1), width, example) for label, example in enumerate(examples)]

    def _column_width(self, names: tuple[str, ...]) -> int:
        longest = max(map(cells_of, names))
        if self.size.width < 80:
            return 4
        if (self.size.width >= 120 and self.rows >= 8 and len(names) * 11 <= self.size.width) or longest > 1:
            return 10
        return 6

    def _labels(self, names: tuple[str, ...], accuracy: NDArray[np.float64], marks: list[str], shown: int) -> list[str]:
        """Return the labels left of the pictures. A label explains a mark. If no column shows the marked class, the label names the
        class.
        """
        labels = ["example"]
        for mark, word in _MARKS.items():
            marked = [number for number, other in enumerate(marks) if other == mark]
            if any(number < shown for number in marked):
                labels.append(f"{mark} {word}")
            elif marked:
                share = accuracy[marked[0]]
                labels.append(f"{mark} {shortened(names[marked[0]], 2)} {short_percent(float(share))}")
        return labels

    def _pictures(self, test: Split, examples: NDArray[np.int64], width: int, labels: list[str]) -> list[Line]:
        height = 5 if width == 10 and self.rows >= 8 else 3
        cells = 10 if height == 5 else 6
        pictures = [
            braille(test.images[example], cells, height) if example >= 0 else [""] * height for example in examples
        ]
        lines = []
        for row in range(height):
            line = _label(labels[row] if row < len(labels) else "")
            for picture in pictures:
                line += [picture[row].ljust(width), " "]
            lines.append(line)
        return lines

    def _predictions(
        self, names: tuple[str, ...], examples: NDArray[np.int64], evaluation: Evaluation, width: int
    ) -> Line:
        line = _label("predicted")
        for number, example in enumerate(examples.tolist()):
            if example < 0:  # The test data contains no example of this class.
                line += [("–".ljust(width), MUTED), " "]
                continue
            predicted = int(evaluation.predicted[example])
            p = float(evaluation.outputs[example, predicted])
            right = predicted == number and math.isfinite(p)
            wrong = "bold reverse" if self.app.no_color else bold(WRONG)
            name = shortened(names[predicted], max(width - _SHARE, 1))
            line.append((f"{'✓' if right else '✗'}{name}", bold(RIGHT) if right else wrong))
            # Round down and stop at 99, because softmax is never certain. "100%" would also stand directly after the class:
            # "✓3100%".
            share = f"{min(math.floor(p * 100), 99)}%" if math.isfinite(p) else "NaN"
            room = width - 1 - cells_of(name)
            line += [(share.rjust(min(room, 4)).ljust(room) if width > 4 else " " * room, MUTED), " "]
        return line

    def _accuracies(self, test: Split, accuracy: NDArray[np.float64], marks: list[str], width: int) -> Line:
        hidden = test.classes > len(accuracy)
        line = _label(f"{len(accuracy)} of {test.classes}" if hidden else "by class")
        styles = {
            " ": "bold",
            "▾": bold(WRONG),
            "∅": "bold reverse" if self.app.no_color else bold(WRONG),
        }
        for number, share in enumerate(accuracy.tolist()):
            mark = marks[number]
            text = short_percent(share)
            style = styles[mark]
            name = shortened(test.class_names[number], max(width - _SHARE, 1))
            label = f"{name}{mark}" if width > 4 else mark
            beside = cells_of(label)
            text = text.rjust(min(width, max(6, beside + 4)) - beside).ljust(width - beside)
            # The ASCII filter chooses the character for a mark by the number beside it. It sees both only if they are in one
            # piece of text.
            pieces = [(label, style if mark != " " else MUTED), (text, style)] if width > 4 else [(label + text, style)]
            line += [*pieces, " "]
        return line


def _label(text: str) -> Line:
    return [(to_left(f" {text}", _LABEL), MUTED)]


def _marks(accuracy: NDArray[np.float64], evaluation: Evaluation) -> list[str]:
    """Return one mark for each class: "∅" if it is never predicted, "▾" if its accuracy is the lowest, else a blank."""
    lowest = lowest_class(accuracy)
    predicted = set(np.unique(evaluation.predicted).tolist())
    return [
        "∅" if number not in predicted and math.isfinite(share) else "▾" if number == lowest else " "
        for number, share in enumerate(accuracy.tolist())
    ]


def _first_examples(test: Split) -> NDArray[np.int64]:
    """Return the index of the first test example of each class; -1 for a class without test examples."""
    found = (test.labels == number for number in range(test.classes))
    return np.array([np.argmax(there) if there.any() else -1 for there in found])
