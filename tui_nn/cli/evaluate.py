"""`tui-nn evaluate`: how right a saved run is."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from tui_nn.analysis.calibration import calibrate
from tui_nn.cli.answers import Answers, add_run_arguments, ask
from tui_nn.cli.output import event, result
from tui_nn.core.watch.metrics import confused_pairs, confusion_matrix, precision, recall
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.questions.mistakes import unanswered

ABOUT = "Tell how many test digits a saved run reads, of each class, and what it takes them for."
EXAMPLES = "tui-nn evaluate a.run\ntui-nn evaluate a.run --data mnist.npz --json"

PAIRS = 10
"""Confused pairs that are told of, at most."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    add_run_arguments(parser)


def run(args: Namespace) -> int:
    """Evaluate, and tell."""
    answers = ask(args)
    (_as_json if args.json else _as_text)(answers)
    return 0


def _as_json(answers: Answers) -> None:
    predicted, labels = answers.evaluation.predicted, answers.test.labels
    matrix = confusion_matrix(predicted, labels)
    calibration = calibrate(answers.evaluation.outputs, labels)
    event(
        "evaluated",
        preset=answers.run.preset,
        epoch=answers.run.epoch,
        data=answers.data_name,
        examples=len(labels),
        unanswered=unanswered(answers.evaluation),
        correct=int(matrix.trace()),
        accuracy=int(matrix.trace()) / len(labels),
        loss=answers.evaluation.loss,
        per_class_recall=recall(matrix).tolist(),
        per_class_precision=precision(matrix).tolist(),
        never_predicted=[digit for digit in range(len(matrix)) if not matrix[:, digit].any()],
        confusion_matrix=matrix.tolist(),
        most_confused=[asdict(pair) for pair in confused_pairs(matrix)[:PAIRS]],
        calibration_error=calibration.error,
        calibration={
            "counts": calibration.counts.tolist(),
            "accuracy": calibration.accuracy.tolist(),
            "confidence": calibration.confidence.tolist(),
        },
    )


def _as_text(answers: Answers) -> None:
    predicted, labels = answers.evaluation.predicted, answers.test.labels
    matrix = confusion_matrix(predicted, labels)
    correct = int(matrix.trace())
    result(answers.title)
    result(f"accuracy  {percent(correct / len(labels))}  ({correct:,} of {len(labels):,})")
    result(f"loss      {loss_text(answers.evaluation.loss)}")
    result()
    # Wide enough for the largest count and one blank.
    width = max(5, len(str(int(matrix.max()))) + 1)
    result("true    predicted")
    result(" " * 4 + "".join(f"{digit:{width}}" for digit in range(len(matrix))) + "     recall")
    shares = recall(matrix)
    for digit, row in enumerate(matrix):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        result(f"{digit:4}{cells}{percent(float(shares[digit])):>11}")
    result("prec" + "".join(_short_share(float(share), width) for share in precision(matrix)))
    result()
    error = calibrate(answers.evaluation.outputs, labels).error
    sure = "" if symbol_of(answers.run.network.loss) == "p" else ", its sigmoid outputs read as probabilities"
    result(f"expected calibration error  {percent(error)}{sure}")
    if never := [str(digit) for digit in range(len(matrix)) if not matrix[:, digit].any()]:
        result(f"never predicted  {', '.join(never)}")
    if pairs := confused_pairs(matrix):
        worst = pairs[0]
        times = f"{worst.count:,} {'time' if worst.count == 1 else 'times'}"
        result(f"most often {worst.true} is taken for {worst.predicted}, {times}: tui-nn mistakes shows them")


def _short_share(share: float, width: int) -> str:
    """Whole percent in `width` cells: a dash for none."""
    return ("–" if math.isnan(share) else f"{round(share * 100)}%").rjust(width)
