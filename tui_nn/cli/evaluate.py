"""`tui-nn evaluate`: how right a saved run is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import numpy as np

from tui_nn.cli.answers import Answers, add_run_arguments, ask
from tui_nn.cli.output import event, result
from tui_nn.core.metrics import class_accuracy, confusion_matrix
from tui_nn.render.numbers import loss_text, percent

ABOUT = "Tell how many test digits a saved run reads, of each class, and what it takes them for."
EXAMPLES = "tui-nn evaluate a.run\ntui-nn evaluate a.run --data mnist.npz --json"


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
    event(
        "evaluated",
        preset=answers.run.preset,
        epoch=answers.run.epoch,
        data=answers.data_name,
        examples=len(labels),
        correct=int(matrix.trace()),
        accuracy=int(matrix.trace()) / len(labels),
        loss=answers.evaluation.loss,
        per_class_accuracy=class_accuracy(predicted, labels).tolist(),
        confusion_matrix=matrix.tolist(),
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
    result(" " * 4 + "".join(f"{digit:{width}}" for digit in range(len(matrix))) + "   accuracy")
    shares = class_accuracy(predicted, labels)
    for digit, row in enumerate(matrix):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        result(f"{digit:4}{cells}{percent(float(shares[digit])):>11}")
    np.fill_diagonal(matrix, 0)
    if matrix.max():
        true, taken_for = (int(index) for index in np.unravel_index(matrix.argmax(), matrix.shape))
        result()
        result(f"most often {true} is taken for {taken_for}, {matrix.max():,} times: tui-nn mistakes shows them")
