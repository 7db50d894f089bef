"""Explanations of numbers that compare runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.session.questions.explaining.explanation import Explanation, exact, share_formula, short
from tui_nn.session.run.run_names import run_names
from tui_nn.session.run.run_set import NamedRun


def value_at(run: NamedRun, split: str, epoch: int, kind: str) -> Explanation:
    """Explain the loss or the accuracy (`kind`) of a run on a split at an epoch."""
    score = run.summary.curves.at(split, epoch)
    name = f"{split} {kind} of run {run.letter} at epoch {epoch:,}"
    if score is None:
        return Explanation(name, "–", kind, about=f"Run {run.letter} has no epoch {epoch:,}.")
    value = score.loss if kind == "loss" else score.accuracy
    count = len(run.test) if split == "test" else 0
    if kind == "accuracy" and count and math.isfinite(value):
        return Explanation(
            name, exact(value), kind, share_formula(round(value * count), count, "right predictions / test examples")
        )
    if count and math.isfinite(value):
        formula = f"sum of the losses / test examples = {short(value * count, 6)} / {count:,} = {short(value)}"
        return Explanation(name, exact(value), kind, formula)
    return Explanation(name, exact(value), kind, f"mean over the {split} data = {short(value)}")


def score(run: NamedRun, split: str, which: str) -> Explanation:
    """Explain the last or the best score (`which`) of a run on a split."""
    curves = run.summary.curves
    found = curves.last(split) if which == "last" else curves.best(split)
    if found is None or not found.epoch:
        return Explanation(f"{which} score of run {run.letter}", "untrained", "run")
    loss, accuracy = (value_at(run, split, found.epoch, kind) for kind in ("loss", "accuracy"))
    about = ""
    if which == "best":
        losses = curves.values[f"{split}_loss"][1:]
        about = f"This {split} loss is the lowest of {int(np.isfinite(losses).sum()):,} epochs."
    value = f"loss {loss.value}, accuracy {accuracy.value}"
    return Explanation(
        f"{which} score of run {run.letter}", value, "loss", f"{loss.formula}; {accuracy.formula}", about
    )


def settings_of(run: NamedRun, runs: Sequence[NamedRun]) -> Explanation:
    """Explain which of the compared runs a letter names."""
    name = run_names(runs)[run.letter][0]
    title = run.title if name == run.title else f"{run.title}, {name}"
    sizes = "-".join(map(str, run.summary.network.sizes))
    about = f"The network has the layers {sizes}, and the run has {len(run.summary.curves) - 1:,} epochs."
    return Explanation(f"run {run.letter}", title, "run", about=about)
