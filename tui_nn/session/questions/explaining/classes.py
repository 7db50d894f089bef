"""Explanations of the classes: the confusion matrix, recall, precision and calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.confusion import Matrix
from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.session.questions.explaining.explanation import Explanation, exact, share_formula, short


def cell(matrix: Matrix, true: int, predicted: int, names: tuple[str, ...]) -> Explanation:
    """Explain one cell of the confusion matrix."""
    count, row = int(matrix[true, predicted]), int(matrix[true].sum())
    of = f"examples of {names[true]} predicted as {names[predicted]} / examples of {names[true]}"
    term = "recall" if true == predicted else "confusion matrix"
    name = f"true {names[true]}, predicted {names[predicted]}"
    return Explanation(name, exact(count), term, share_formula(count, row, of))


def recall(matrix: Matrix, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the recall of a class."""
    right, row = int(matrix[label, label]), int(matrix[label].sum())
    formula = f"right / (right + missed) = {right:,} / ({right:,} + {row - right:,}) = {_ratio(right, row)}"
    return Explanation(f"recall of {names[label]}", _exact_ratio(right, row), "recall", formula)


def precision(matrix: Matrix, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the precision of a class."""
    right, column = int(matrix[label, label]), int(matrix[:, label].sum())
    formula = f"right / (right + wrong) = {right:,} / ({right:,} + {column - right:,}) = {_ratio(right, column)}"
    return Explanation(f"precision of {names[label]}", _exact_ratio(right, column), "precision", formula)


def f1(matrix: Matrix, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the F1 of a class."""
    right = int(matrix[label, label])
    both = int(matrix[label].sum()) + int(matrix[:, label].sum())
    formula = f"2 × right / (examples + predictions) = 2 × {right:,} / {both:,} = {_ratio(2 * right, both)}"
    return Explanation(f"F1 of {names[label]}", _exact_ratio(2 * right, both), "F1", formula)


def class_accuracy(matrix: Matrix, label: int, names: tuple[str, ...]) -> Explanation:
    """Explain the accuracy among the examples of one class."""
    right, row = int(matrix[label, label]), int(matrix[label].sum())
    formula = share_formula(right, row, f"right predictions / examples of {names[label]}")
    return Explanation(f"accuracy of {names[label]}", _exact_ratio(right, row), "recall", formula)


def calibration_bin(low: float, high: float, count: int, right: int, confidence: float) -> Explanation:
    """Explain one group of predictions with a confidence between `low` and `high`; `confidence` is their mean."""
    name = f"predictions with {100 * low:.0f} to {100 * high:.0f} % confidence"
    if not count:
        return Explanation(name, "none", "calibration", about="No prediction has a confidence in this range.")
    formula = f"{share_formula(right, count, 'right / all')}; mean confidence {short(100 * confidence)} %"
    return Explanation(name, f"{100 * right / count:.4g} % right", "calibration", formula)


def calibration_error(counts: NDArray[np.int64], gaps: NDArray[np.float64]) -> Explanation:
    """Explain the calibration error: the mean gap between confidence and accuracy, over groups with `counts` examples."""
    total, kept = int(counts.sum()), counts > 0
    parts = [f"{int(n):,}/{total:,} × {short(gap, 3)}" for n, gap in zip(counts[kept], gaps[kept], strict=True)]
    value = float((counts[kept] * gaps[kept]).sum() / total)
    shown = " + ".join(parts[:3]) + (f" + {len(parts) - 3} more" if len(parts) > 3 else "")
    return Explanation(
        "calibration error",
        exact(value),
        "calibration error",
        f"Σ share × |confidence − accuracy| = {shown} = {short(value)}",
    )


def _ratio(part: int, whole: int) -> str:
    return short(part / whole) if whole else "0/0, which is NaN"


def _exact_ratio(part: int, whole: int) -> str:
    return exact(part / whole) if whole else "NaN"


def change(before: Matrix, after: Matrix, true: int, predicted: int, names: tuple[str, ...]) -> Explanation:
    """Explain how much a cell of the confusion matrix has grown."""
    first, last = int(before[true, predicted]), int(after[true, predicted])
    name = f"change of the count: true {names[true]}, predicted {names[predicted]}"
    formula = f"now − before = {last:,} − {first:,} = {exact(last - first)}"
    return Explanation(name, exact(last - first), "confusion matrix", formula)


def chance_of(found: Disagreement, first: str, second: str) -> Explanation:
    """Explain McNemar's test of two runs."""
    count, fewer = found.first_only + found.second_only, min(found.first_only, found.second_only)
    formula = (
        f"2 × P(at most {fewer:,} of {count:,}, each with probability 1/2) = {short(found.chance)}"
        if count
        else "both runs are right on the same examples, so the probability is 1"
    )
    about = (
        f"Only run {first} is right on {found.first_only:,} examples, and only run {second} on {found.second_only:,}."
    )
    return Explanation("probability that the difference is chance", exact(found.chance), "accuracy", formula, about)


def step_of(before: float, now: float, name: str) -> Explanation:
    """Explain by how many percentage points an accuracy has changed in the last epoch."""
    points = 100 * (now - before)
    formula = f"now − before = {short(100 * now)} − {short(100 * before)} = {short(points)} points"
    return Explanation(f"change of the accuracy of {name}", exact(round(points, 6)), "accuracy", formula)


def robustness(name: str, share: float, examples: int) -> Explanation:
    """Explain the accuracy on changed pictures."""
    formula = share_formula(round(share * examples), examples, "right predictions / test examples")
    return Explanation(f"accuracy with {name}", exact(share), "accuracy", formula)
