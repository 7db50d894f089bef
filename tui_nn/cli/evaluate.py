"""`tui-nn evaluate`: measure the accuracy of a saved run on test data."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.calibration import calibrate
from tui_nn.analysis.outputs import unanswered
from tui_nn.cli.output import event, result
from tui_nn.cli.sources import Answers, add_run_arguments, answer_test_data, identity
from tui_nn.core.watch.metrics import class_accuracy, confused_pairs, confusion_matrix, precision
from tui_nn.render.caption import symbol_of
from tui_nn.render.cells import cells_of, to_right
from tui_nn.render.numbers import loss_text, percent, short_percent

ABOUT = "Measure the test accuracy of a saved run, and show which classes it confuses."
EXAMPLES = (
    "tui-nn evaluate a.run\ntui-nn evaluate a.run --epoch 3 --branch 2\ntui-nn evaluate a.run --data mnist.npz --json"
)

_VALIDATION = ("examples", "loss", "accuracy")
"""The names of the validation results in the JSON object."""

PAIRS = 10
"""The largest number of confused pairs of classes in the JSON output."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn evaluate`."""
    add_run_arguments(parser)


def run(args: Namespace) -> int:
    """Evaluate the run, and print the results."""
    answers = answer_test_data(args)
    (_as_json if args.json else _as_text)(answers)
    return 0


def _as_json(answers: Answers) -> None:
    labels, classes = answers.test.labels, answers.test.classes
    matrix = _matrix(answers)
    calibration = calibrate(answers.evaluation.outputs, labels)
    event(
        "evaluated",
        **identity(answers.run),
        data=answers.data_name,
        examples=len(labels),
        unanswered=unanswered(answers.evaluation),
        correct=int(matrix.trace()),
        accuracy=int(matrix.trace()) / len(labels),
        loss=answers.evaluation.loss,
        validation=None if answers.validation is None else dict(zip(_VALIDATION, answers.validation, strict=True)),
        per_class_recall=class_accuracy(answers.evaluation.predicted, labels, classes).tolist(),
        per_class_precision=precision(matrix).tolist(),
        never_predicted=[label for label in range(len(matrix)) if not matrix[:, label].any()],
        confusion_matrix=matrix.tolist(),
        most_confused=[asdict(pair) for pair in confused_pairs(matrix)[:PAIRS]],
        calibration_error=calibration.error,
        calibration={
            "counts": calibration.counts.tolist(),
            "accuracy": calibration.accuracy.tolist(),
            "confidence": calibration.confidence.tolist(),
        },
    )


def _matrix(answers: Answers) -> NDArray[np.int64]:
    """Return the confusion matrix. It leaves out examples whose outputs are not finite, because they have no prediction."""
    found = np.isfinite(answers.evaluation.outputs).all(axis=1)
    predicted, labels = answers.evaluation.predicted[found], answers.test.labels[found]
    return confusion_matrix(predicted, labels, answers.test.classes)


def _as_text(answers: Answers) -> None:
    labels, names = answers.test.labels, answers.test.class_names
    matrix = _matrix(answers)
    correct = int(matrix.trace())
    result(answers.title)
    result(f"accuracy  {percent(correct / len(labels))}  ({correct:,} of {len(labels):,})")
    result(f"loss      {loss_text(answers.evaluation.loss)}")
    if answers.validation is not None:
        count, loss, share = answers.validation
        result(f"on the {count:,} validation examples: accuracy {percent(share)}, loss {loss_text(loss)}")
    result()
    # Each column has room for a space and for the widest count or class name.
    longest = max(map(cells_of, names))
    width, first = max(5, len(str(int(matrix.max()))) + 1, longest + 1), max(4, longest + 1)
    result("true    predicted")
    result(" " * first + "".join(to_right(name, width) for name in names) + "     recall")
    shares = class_accuracy(answers.evaluation.predicted, labels, len(names))
    for name, share, row in zip(names, shares, matrix, strict=True):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        result(f"{to_right(name, first)}{cells}{percent(float(share)):>11}")
    result("prec".ljust(first) + "".join(_short_share(float(share), width) for share in precision(matrix)))
    result()
    error = calibrate(answers.evaluation.outputs, labels).error
    remark = (
        "" if symbol_of(answers.run.network.loss) == "p" else " (computed as if the sigmoid outputs were probabilities)"
    )
    result(f"expected calibration error  {percent(error)}{remark}")
    if never := [name for label, name in enumerate(names) if not matrix[:, label].any()]:
        result(f"never predicted  {', '.join(never)}")
    if pairs := confused_pairs(matrix):
        worst = pairs[0]
        times = f"{worst.count:,} {'time' if worst.count == 1 else 'times'}"
        result(f"most frequent confusion  {names[worst.true]} predicted as {names[worst.predicted]}, {times}")


def _short_share(share: float, width: int) -> str:
    """Return a share as text in whole percent, right-aligned in `width` cells; "–" for NaN."""
    return short_percent(share).rjust(width)
