"""The values in the views of Mistakes that the app can explain, and their positions on the screen.

The explanations themselves are in `session.questions.explaining`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from textual.widget import Widget

from tui_nn.analysis.calibration import Calibration
from tui_nn.core.parameters import Pixels
from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.data.dataset import Split
from tui_nn.render.numbers import fitted, probability
from tui_nn.session.questions.explaining import classes, predictions, whys
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import OutputBars

if TYPE_CHECKING:
    from tui_nn.analysis.why import Why
    from tui_nn.session.questions.two_runs import TwoRuns
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.mistakes.by_class import ClassCurves
    from tui_nn.ui.mistakes.confusion.matrix import ConfusionMatrix
    from tui_nn.ui.mistakes.confusion.pairs import PairList
    from tui_nn.ui.mistakes.runs import TwoRunsPicture
    from tui_nn.ui.mistakes.vary.robustness_chart import RobustnessChart
    from tui_nn.ui.mistakes.vary.two_outputs import TwoOutputs
    from tui_nn.ui.mistakes.why.hidden_units import UnitContributions
    from tui_nn.ui.mistakes.why.neighbours import NearestExamples
    from tui_nn.ui.mistakes.why.pixels import PixelContributions


def example_spots(page: Page, view: Widget, cursor: MistakeCursor, test: Split) -> Iterator[Spot]:
    """Yield spots for the numbers of the list or gallery, then for the outputs, the loss and the pixels of the chosen example."""
    from tui_nn.ui.mistakes.gallery import Thumbnails
    from tui_nn.ui.mistakes.list.rows import MistakeRows

    snapshot, mistake = cursor.snapshot, cursor.mistake
    if mistake is None:
        return
    cell = partial(predictions.listed, snapshot, test)
    for rows in view.query(MistakeRows):
        yield from rows.spots(page, cell)
    for pictures in view.query(Thumbnails):
        yield from pictures.spots(page, partial(predictions.answer_of, snapshot, test))
    for bars in view.query(OutputBars):
        yield from bars.spots(page, partial(_output, cursor, test))
    for part in view.query(".loss"):
        yield from page.on(part, partial(cell, mistake, "loss"))
    for part in view.query(".caption"):
        loss = f"loss {fitted(mistake.loss, 2, 7)}"
        yield from page.on_text(part, loss, partial(cell, mistake, "loss"))
    scaled, image = snapshot.network.scale_pixels, test.images[mistake.index]
    for digit in view.query(DigitView):
        yield from digit.spots(page, lambda at: predictions.pixel(image, at, scaled=scaled))


def _output(cursor: MistakeCursor, test: Split, label: int) -> Explanation:
    mistake = cursor.mistake
    assert mistake is not None
    mlp = cursor.snapshot.mlp
    return predictions.drawn(mlp, test.images[mistake.index], label, test.class_names)


def matrix_spots(page: Page, matrix: ConfusionMatrix, pairs: PairList) -> Iterator[Spot]:
    """Yield spots for the cells of the confusion matrix, that of the cursor first, the recalls, precisions and listed pairs."""
    look, names = matrix.look, tuple(matrix.class_names)
    if look is None:
        return

    def cell(true: int, predicted: int) -> Explanation:
        if look.before is not None:
            return classes.change(look.before, look.counts, true, predicted, names)
        return classes.cell(look.counts, true, predicted, names)

    def recall(true: int) -> Explanation:
        return classes.recall(look.counts, true, names)

    def precision(predicted: int) -> Explanation:
        return classes.precision(look.counts, predicted, names)

    yield from matrix.spots(page, cell, recall, precision)
    yield from pairs.spots(page, cell)


def class_spots(page: Page, curves: ClassCurves, snapshot: Snapshot, test: Split) -> Iterator[Spot]:
    """Yield `Spot`s (explained regions) for the accuracy of each class and its last change, those of the chosen class first."""
    predicted = snapshot.record.predicted
    history = curves.history
    if predicted is None or history is None or not len(history.accuracy):
        return
    matrix = confusion_matrix(predicted, test.labels, test.classes)
    for label in sorted(curves.in_view, key=lambda label: label != curves.label):
        row, name = curves.row_of(label), test.class_names[label]
        accuracy = partial(classes.class_accuracy, matrix, label, test.class_names)
        now, step = curves.numbers_at
        yield from page.on_cells(curves, now[0], row, now[1], 1, accuracy)
        if len(history.accuracy) > 1:
            before, after = (float(share) for share in history.accuracy[-2:, label])
            change = partial(classes.step_of, before, after, name)
            yield from page.on_cells(curves, step[0], row, step[1], 1, change)


def calibration_spots(page: Page, bars: Widget, title: Widget, found: Calibration) -> Iterator[Spot]:
    """Yield spots for the rows of the chart, the row with most examples first, and for the calibration error."""
    bins = len(found.counts)
    for place in np.argsort(-found.counts, kind="stable").tolist():
        count, accuracy = int(found.counts[place]), float(found.accuracy[place])
        right = round(accuracy * count) if count else 0
        explain = partial(
            classes.calibration_bin, place / bins, (place + 1) / bins, count, right, float(found.confidence[place])
        )
        yield from page.on_cells(bars, 2, bins - place, 76, 1, explain)
    if found.counts.sum():
        gaps = np.abs(found.gaps)
        yield from page.on_text(title, "calibration error", partial(classes.calibration_error, found.counts, gaps))


def why_spots(
    page: Page, why: Why, pixels: PixelContributions, units: UnitContributions, near: NearestExamples, front: str
) -> Iterator[Spot]:
    """Yield spots for the parts "pixels", "units" and "near" (nearest training examples), those of the part `front` first."""
    if not why.finite:
        return
    parts = {
        "pixels": pixels.spots(page, partial(whys.pixel, why, pixels.side)),
        "units": units.spots(page, partial(whys.unit, why)),
        "near": near.spots(page),
    }
    yield from parts.pop(front)
    for part in parts.values():
        yield from part


def changed_spots(
    page: Page, outputs: TwoOutputs, cursor: MistakeCursor, test: Split, changed: Pixels
) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each output for the changed picture."""
    if (mistake := cursor.mistake) is not None:
        image = test.images[mistake.index]
        explain = partial(predictions.changed_output, cursor.snapshot.mlp, image, changed)
        yield from outputs.spots(page, lambda label: explain(label, test.class_names))


def robust_spots(page: Page, chart: RobustnessChart) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each bar of the chart, the chosen bar first."""
    yield from chart.spots(page, lambda name, share: classes.robustness(name, share, chart.examples))


def run_spots(page: Page, picture: TwoRunsPicture, pair: TwoRuns, example: int | None) -> Iterator[Spot]:
    """Yield spots for McNemar's test, the predictions of both runs for the picture, and the cells with the difference of the
    confusion matrices.
    """
    first, second, names = pair.first, pair.second, pair.test.class_names
    chance = partial(classes.chance_of, pair.disagreement, first.letter, second.letter)
    yield from page.on_cells(picture, 0, 0, 76, 2, chance)
    if example is not None:
        for run in (first, second):
            outputs = run.summary.evaluation.outputs[example]
            predicted = int(run.summary.evaluation.predicted[example])
            found = partial(predictions.drawn, run.summary.mlp, pair.test.images[example], predicted, names)
            text = f"{names[predicted]} {probability(float(outputs[predicted]))}"
            yield from page.on_text(picture, text, found, beside=run.letter, last=True)
    labels = pair.test.labels
    before, after = (confusion_matrix(run.summary.evaluation.predicted, labels, len(names)) for run in (first, second))
    yield from picture.cells(page, lambda true, predicted: classes.change(before, after, true, predicted, names))
