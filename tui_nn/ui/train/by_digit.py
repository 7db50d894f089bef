"""Ten columns, one a digit: a probe picture, the answer to it now, and the accuracy on all test digits of its kind."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.watch.metrics import class_accuracy, lowest_class
from tui_nn.data.dataset import Split
from tui_nn.render.bars import thin_bar
from tui_nn.render.pictures import braille

_LABEL = 10
_MUTED = "$foreground 62%"
_MARKS = {"▾": "lowest", "∅": "never"}
"""What stands beside a digit in the last row, and its word, written where there is room."""


class ByDigit(Widget):
    """Six rows (eight where there is room for full pictures). All that concerns a digit stands in its column."""

    DEFAULT_CSS = """
    ByDigit { height: 6; }
    """

    evaluation: reactive[Evaluation | None] = reactive(None)
    """The network's answers to the test digits."""

    test: reactive[Split | None] = reactive(None)
    """The test digits; the first of each class is its probe."""

    rows: reactive[int] = reactive(6, layout=True)
    """Rows to fill: under six the accuracy bars go first, then the pictures."""

    def watch_rows(self, rows: int) -> None:
        """Be as high as that."""
        self.styles.height = rows

    def render(self) -> Content:
        """The rows, one below the other."""
        test, evaluation = self.test, self.evaluation
        if test is None or evaluation is None:
            return Content("")
        width = 10 if self.size.width >= 120 and self.rows >= 8 else 6 if self.size.width >= 80 else 4
        probes = _probes(test)
        accuracy = class_accuracy(evaluation.predicted, test.labels, test.classes)
        marks = _marks(accuracy, evaluation)
        rows: list[list[str | tuple[str, str]]] = []
        if width > 4 and self.rows >= 5:
            height = 5 if width == 10 else 3
            pictures = [braille(test.images[probe], width, height) if probe >= 0 else [""] * height for probe in probes]
            labels = ["probe", *(f"{mark} {word}" for mark, word in _MARKS.items() if mark in marks)]
            for line in range(height):
                row = self._row(labels[line] if line < len(labels) else "")
                for picture in pictures:
                    row += [picture[line].ljust(width), " "]
                rows.append(row)
        rows.append(self._answers(probes, evaluation, width))
        if self.rows - len(rows) >= 2:
            row = self._row("accuracy")
            for share in accuracy:
                row += [(thin_bar(float(share), width), "$text-primary"), " "]
            rows.append(row)
        rows.append(self._accuracies(accuracy, marks, width))
        return Content("\n").join(Content.assemble(*row) for row in rows)

    def _row(self, label: str) -> list[str | tuple[str, str]]:
        return [(f" {label}".ljust(_LABEL), _MUTED)]

    def _answers(self, probes: NDArray[np.int64], evaluation: Evaluation, width: int) -> list[str | tuple[str, str]]:
        row = self._row("answer")
        for digit, probe in enumerate(probes):
            if probe < 0:  # The test data has no digit of this kind.
                row += [("–".ljust(width), _MUTED), " "]
                continue
            answer = int(evaluation.predicted[probe])
            p = float(evaluation.outputs[probe, answer])
            right = answer == digit and math.isfinite(p)
            wrong = "bold reverse" if self.app.no_color else "bold $text-error on $error-muted"
            row.append((f"{'✓' if right else '✗'}{answer}", "bold $text-success" if right else wrong))
            # Rounded down, and never 100: softmax is sure of nothing, and "✓3100%" could not be read.
            share = f"{min(math.floor(p * 100), 99)}%" if math.isfinite(p) else "NaN"
            row += [(share.rjust(4).ljust(width - 2) if width > 4 else "  ", _MUTED), " "]
        return row

    def _accuracies(self, accuracy: NDArray[np.float64], marks: list[str], width: int) -> list[str | tuple[str, str]]:
        row = self._row("by digit")
        never = "bold reverse" if self.app.no_color else "bold $text-error"
        styles = {" ": "bold", "▾": "bold $text-warning", "∅": never}
        for digit, (share, mark) in enumerate(zip(accuracy.tolist(), marks, strict=True)):
            text = f"{round(share * 100)}%" if math.isfinite(share) else "–"
            style = styles[mark]
            label = f"{digit}{mark}" if width > 4 else mark
            text = text.rjust(min(width, 6) - len(label)).ljust(width - len(label))
            # A mark is one piece with a number: in plain ASCII it goes by what it stands beside.
            pieces = (
                [(label, style if mark != " " else _MUTED), (text, style)] if width > 4 else [(label + text, style)]
            )
            row += [*pieces, " "]
        return row


def _marks(accuracy: NDArray[np.float64], evaluation: Evaluation) -> list[str]:
    """The mark of each digit: one that is never predicted, the one with the lowest accuracy, or none."""
    lowest = lowest_class(accuracy)
    predicted = set(np.unique(evaluation.predicted).tolist())
    return [
        "∅" if digit not in predicted and math.isfinite(share) else "▾" if digit == lowest else " "
        for digit, share in enumerate(accuracy.tolist())
    ]


def _probes(test: Split) -> NDArray[np.int64]:
    """The index of the first test example of each class, -1 for a class without one."""
    return np.array([np.argmax(test.labels == digit) if (test.labels == digit).any() else -1 for digit in range(10)])
