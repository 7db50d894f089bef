"""The table of metrics: everything that a check of a lesson can measure on a run.

A metric is a function of a `Snapshot` (the state of a run) and a `Check` (which data, which epoch, which layer). It
returns NaN if the run does not contain the value, and then the check fails. To add a metric, add a row; the loader, the
docs and the tests find it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tui_nn.analysis.transforms import Transformation
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.parameters import Array, count_parameters
from tui_nn.core.watch.metrics import accuracy, confusion_matrix
from tui_nn.render.numbers import MINUS, compact, not_finite, percent, plain

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.lessons.lesson import Check
    from tui_nn.session.run.history import EpochRecord
    from tui_nn.session.run.snapshot import Snapshot

SPLITS = ("train", "validation", "test")
"""The names of the data that a loss or an accuracy can be measured on."""
PLACES = ("start", "end", "best", "lowest", "highest")
"""The words for the epoch of a metric.

"start" means the untrained network. "best" means the epoch with the lowest validation loss, or test loss if there are no
validation data.
"""

SAME = 1e-3
"""Two units are equal if none of their weights differ by more than this share of the largest weight."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of measurement of a metric, and the form in which its values are shown."""

    name: str
    show: Callable[[float], str]
    """A function that returns a value as text."""


SHARE = Unit("share", lambda value: percent(value) if 0 <= value <= 1 else _points(value))
LOSS = Unit("loss", lambda value: plain(value, 3))
COUNT = Unit("count", lambda value: f"{value:,.10g}".replace("-", MINUS))
FACTOR = Unit("factor", lambda value: f"{compact(value)} ×")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: one row of the table."""

    name: str
    label: str
    """The words before the value. `{split}`, `{at}`, `{layer}` and `{level}` stand for values of the check."""
    unit: Unit
    measure: Callable[[Snapshot, Split, Check], float]
    """The function that measures a run. It receives the run, the test data and the check."""
    meaning: str
    """A sentence for the documentation that says what the metric measures."""
    takes: tuple[str, ...] = ()
    """The keys of a check that the metric uses."""

    def title(self, check: Check) -> str:
        """Return the label for one check, such as "test accuracy at the end"."""
        level = percent(check.level, 0) if 0 < check.level <= 1 else f"{check.level:g}"
        at = _AT.get(check.at, f"after epoch {check.at}")
        layer = "last" if check.layer < 0 else str(check.layer)
        return self.label.format(split=_SPLIT[check.split], at=at, layer=layer, level=level)


_SPLIT = {"train": "training", "validation": "validation", "test": "test"}
_AT = {
    "start": "at the start", "end": "at the end", "best": "at the best epoch", "lowest": "at its lowest",
    "highest": "at its highest",
}  # fmt: skip


def measure(run: Snapshot, test: Split, check: Check) -> float:
    """Return the value that a check's metric has for a run. The value may be NaN or infinite."""
    with np.errstate(all="ignore"):
        return float(METRICS[check.metric].measure(run, test, check))


def show_value(check: Check, value: float) -> str:
    """Return a value of a check's metric as text, such as "1.1 %", or "NaN"."""
    if not math.isfinite(value):
        return not_finite(value)
    unit = METRICS[check.metric].unit
    if check.divided_by is not None:
        unit = FACTOR
    elif unit is SHARE and check.minus is not None:
        return _points(value)
    return unit.show(value)


def _points(value: float) -> str:
    """Return a difference of two shares, such as "+31.0 points"."""
    return f"{100 * value:+.1f} points".replace("-", MINUS)


# ---- losses and accuracies, by epoch


def _records(run: Snapshot) -> tuple[EpochRecord, ...]:
    return run.history.records[: run.epoch + 1]


def _values(run: Snapshot, name: str) -> list[float]:
    return [getattr(record, name) for record in _records(run)]


def _at(run: Snapshot, name: str, at: str) -> float:
    """Return the figure `name`, such as a loss, at the epoch `at`: one of `PLACES`, or the number of an epoch."""
    values = _values(run, name)
    match at:
        case "start":
            return values[0]
        case "end":
            return values[-1]
        case "best":
            best = run.history.best_until(run.epoch)
            return values[best.epoch] if best else math.nan
        case "lowest" | "highest":
            known = [value for value in values if not math.isnan(value)]
            return (min if at == "lowest" else max)(known, default=math.nan)
        case _:
            return values[int(at)] if int(at) < len(values) else math.nan


def _loss(run: Snapshot, _: Split, check: Check) -> float:
    return _at(run, f"{check.split}_loss", check.at)


def _accuracy(run: Snapshot, _: Split, check: Check) -> float:
    return _at(run, f"{check.split}_accuracy", check.at)


def _loss_fall(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_loss")
    return (values[0] - values[-1]) / values[0]


def _loss_growth(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_loss")
    return float(np.max(values)) / values[0]


def _loss_rises(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_loss")
    return sum(after > before for before, after in pairwise(values))


def _rebound(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_loss")
    return values[-1] / float(np.min(values))


def _gap(run: Snapshot, _: Split, check: Check) -> float:
    return _at(run, "train_accuracy", "end") - _at(run, f"{check.split}_accuracy", "end")


def _epochs_to(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_accuracy")
    return next((epoch for epoch, value in enumerate(values) if value >= check.level), math.inf)


def _best_epoch(run: Snapshot, _: Split, check: Check) -> float:
    values = _values(run, f"{check.split}_loss")
    return math.nan if any(map(math.isnan, values)) else values.index(min(values))


def _batch_spread(run: Snapshot, _: Split, check: Check) -> float:
    losses = _records(run)[-1].batch_losses
    if losses is None or len(losses) == 0:
        return math.nan
    return float(losses.std(dtype=np.float64) / losses.mean(dtype=np.float64))


# ---- layers


def _layer(run: Snapshot, figure: str, layer: int, at: str) -> float:
    """Return a figure of one layer at the epoch `at`: a number, "start" for epoch 0, or another word for the present state."""
    layers = run.layers
    if at == "start" or at.isdecimal():
        epoch = 0 if at == "start" else int(at)
        layers = _records(run)[epoch].layers if epoch <= run.epoch else ()
    return float(getattr(layers[layer], figure)) if -len(layers) <= layer < len(layers) else math.nan


def _dead(run: Snapshot, _: Split, check: Check) -> float:
    return _layer(run, "dead", check.layer, check.at)


def _saturated(run: Snapshot, _: Split, check: Check) -> float:
    return _layer(run, "saturated", check.layer, check.at)


def _spread_kept(run: Snapshot, _: Split, check: Check) -> float:
    return _layer(run, "a_std", -2, check.at) / _layer(run, "a_std", 0, check.at)


def _gradient_ratio(run: Snapshot, _: Split, check: Check) -> float:
    return _layer(run, "gradient_rms", 0, check.at) / _layer(run, "gradient_rms", -1, check.at)


def _different_units(run: Snapshot, _: Split, check: Check) -> float:
    weights: Array = run.parameters.weights[check.layer]
    size = float(np.abs(weights).max()) or 1.0
    seen: list[Array] = []
    for column in weights.T:
        if not any(np.abs(column - other).max() <= SAME * size for other in seen):
            seen.append(column)
    return len(seen)


# ---- one update


def _drop_ratio(run: Snapshot, _: Split, check: Check) -> float:
    update = run.update
    if update is None or update.step is None:
        return math.nan
    return (update.step.loss - update.batch_loss) / update.step.predicted


def _output_sum(run: Snapshot, _: Split, check: Check) -> float:
    return float(run.evaluation.outputs.sum(axis=1, dtype=np.float64).mean())


# ---- predictions


def _classes_predicted(run: Snapshot, _: Split, check: Check) -> float:
    return len(np.unique(run.evaluation.predicted))


def _mistakes_in_pairs(run: Snapshot, test: Split, check: Check) -> float:
    counts = confusion_matrix(run.evaluation.predicted, test.labels, run.network.output_size)
    np.fill_diagonal(counts, 0)
    pairs = np.sort(np.triu(counts + counts.T), axis=None)[::-1]
    return float(pairs[: int(check.level)].sum() / pairs.sum())


def _accuracy_of_confident(run: Snapshot, test: Split, check: Check) -> float:
    sure = run.evaluation.outputs.max(axis=1) >= check.level
    right = run.evaluation.predicted == test.labels
    return float(right[sure].mean()) if sure.any() else math.nan


def _share_of_confident(run: Snapshot, _: Split, check: Check) -> float:
    return float((run.evaluation.outputs.max(axis=1) >= check.level).mean())


def _lost_when_moved(run: Snapshot, test: Split, check: Check) -> float:
    moved = evaluate(run.mlp, Transformation(right=int(check.level)).apply(test.images), test.labels)
    return accuracy(run.evaluation.predicted, test.labels) - accuracy(moved.predicted, test.labels)


# ---- sizes


def _parameters(run: Snapshot, _: Split, check: Check) -> float:
    return count_parameters(run.network.sizes, run.network.use_bias)


def _updates(run: Snapshot, _: Split, check: Check) -> float:
    return run.step


def _epochs(run: Snapshot, _: Split, check: Check) -> float:
    return run.epoch


METRICS: dict[str, Metric] = {
    row.name: row
    for row in (
        Metric(
            "loss", "{split} loss {at}", LOSS, _loss, "The loss on the training, validation or test data after one epoch.",
            ("split", "at"),
        ),
        Metric(
            "accuracy", "{split} accuracy {at}", SHARE, _accuracy,
            "The share of right predictions on the training, validation or test data after one epoch.", ("split", "at"),
        ),
        Metric(
            "loss_fall", "{split} loss falls by", SHARE, _loss_fall,
            "The fall of the loss from the start to the end, as a share of the loss at the start.", ("split",),
        ),
        Metric(
            "loss_growth", "highest {split} loss / first loss", FACTOR, _loss_growth,
            "The highest loss of all epochs, divided by the loss at the start.", ("split",),
        ),
        Metric(
            "loss_rises", "epochs where the {split} loss rises", COUNT, _loss_rises,
            "The number of epochs with a higher loss than the previous epoch.", ("split",),
        ),
        Metric(
            "rebound", "last {split} loss / lowest loss", FACTOR, _rebound,
            "The loss at the end, divided by the lowest loss of all epochs.", ("split",),
        ),
        Metric(
            "gap", "training minus {split} accuracy", SHARE, _gap,
            "The training accuracy minus the accuracy on validation or test data, at the end.", ("split",),
        ),
        Metric(
            "epochs_to", "epochs until {level} {split} accuracy", COUNT, _epochs_to,
            "The first epoch with at least the accuracy `level`; infinite if no epoch reaches it.", ("split", "level"),
        ),
        Metric(
            "best_epoch", "epoch with the lowest {split} loss", COUNT, _best_epoch,
            "The number of the epoch with the lowest loss.", ("split",),
        ),
        Metric(
            "batch_spread", "spread of the batch losses / their mean", FACTOR, _batch_spread,
            "The standard deviation of the losses of the batches in the last epoch, divided by their mean.",
        ),
        Metric(
            "dead", "dead units in layer {layer}, {at}", SHARE, _dead,
            (
                "The share of units of a hidden layer that output 0 for every test example. `at` is \"start\", "
                "\"end\" or the number of an epoch."
            ),
            ("layer", "at"),
        ),
        Metric(
            "saturated", "saturated activations, layer {layer}, {at}", SHARE, _saturated,
            (
                "The share of activations of a hidden layer that are near a limit of the activation function. `at` is "
                "\"start\", \"end\" or the number of an epoch."
            ),
            ("layer", "at"),
        ),
        Metric(
            "spread_kept", "spread in last / first hidden layer", FACTOR, _spread_kept,
            (
                "The standard deviation of the activations in the last hidden layer, divided by their standard "
                "deviation in the first hidden layer."
            ), ("at",),
        ),
        Metric(
            "gradient_ratio", "gradient in first / last layer", FACTOR, _gradient_ratio,
            (
                "The RMS gradient of a weight in the first layer, divided by the RMS gradient in the last layer. There is no "
                "update before epoch 1, so `at` begins at 1."
            ),
            ("at",),
        ),
        Metric(
            "different_units", "different units in layer {layer}", COUNT, _different_units,
            "How many different units a layer has: units with the same weights count once.", ("layer",),
        ),
        Metric(
            "drop_ratio", "measured / predicted fall of the loss", FACTOR, _drop_ratio,
            (
                "The measured change of the loss of a batch in the last update of the microscope, divided by the predicted "
                "change, learning rate × |gradient|²."
            ),
        ),
        Metric(
            "output_sum", "sum of the ten outputs", LOSS, _output_sum,
            "The sum of the outputs for one test example, as a mean over all test examples.",
        ),
        Metric(
            "classes_predicted", "classes that are ever predicted", COUNT, _classes_predicted,
            "The number of different classes among the predictions for the test examples.",
        ),
        Metric(
            "mistakes_in_pairs", "mistakes in the {level} most confused pairs", SHARE, _mistakes_in_pairs,
            "The share of the test mistakes in the `level` pairs of classes that the network confuses most often.", ("level",),
        ),
        Metric(
            "accuracy_of_confident", "accuracy where p ≥ {level}", SHARE, _accuracy_of_confident,
            "The accuracy among the test examples whose prediction has at least the confidence `level`.", ("level",),
        ),
        Metric(
            "share_of_confident", "predictions with p ≥ {level}", SHARE, _share_of_confident,
            "The share of the test examples whose prediction has at least the confidence `level`.", ("level",),
        ),
        Metric(
            "lost_when_moved", "accuracy lost by moving {level} pixels", SHARE, _lost_when_moved,
            (
                "The test accuracy minus the accuracy on the same pictures after they were moved to the right by "
                "`level` pixels."
            ), ("level",),
        ),
        Metric("parameters", "parameters", COUNT, _parameters, "The number of weights and biases of the network."),
        Metric("updates", "updates", COUNT, _updates, "The number of updates since the start weights."),
        Metric("epochs", "epochs", COUNT, _epochs, "The number of complete epochs."),
    )
}  # fmt: skip
