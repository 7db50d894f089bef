"""Explanations of a training: its losses, accuracies, learning rate and counts."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.core.choices.schedules import SCHEDULES, scheduled_rate
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Labels
from tui_nn.session.questions.explaining import settings
from tui_nn.session.questions.explaining.explanation import Explanation, exact, mean_formula, share_formula, short
from tui_nn.session.run.epoch import batch_count
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.snapshot import Snapshot


def loss_on_test(snapshot: Snapshot) -> Explanation:
    """Explain the loss of the present network on the test data."""
    losses = snapshot.evaluation.losses
    total, count = float(losses.sum(dtype=np.float64)), len(losses)
    formula = mean_formula(total, count, total / count, "sum of the losses of all test examples")
    return Explanation("loss on the test data", exact(snapshot.evaluation.loss), "loss", formula)


def accuracy_on_test(snapshot: Snapshot, labels: Labels) -> Explanation:
    """Explain the accuracy of the present network on the test data with these labels, shape (n,)."""
    right = int(np.count_nonzero(snapshot.evaluation.predicted == labels))
    formula = share_formula(right, len(labels), "right predictions / test examples")
    return Explanation("accuracy on the test data", exact(right / len(labels)), "accuracy", formula)


def epoch_loss(snapshot: Snapshot, record: EpochRecord, kind: str) -> Explanation:
    """Explain the loss of an epoch. `kind` is "train", "validation" or "test"."""
    loss, count = getattr(record, f"{kind}_loss"), _examples(snapshot, kind)
    about = ""
    if kind == "train" and record.epoch:
        about = "The loss of each batch is measured before its update, so most losses come from earlier weights of the network."
    if not count:
        return Explanation(
            f"{kind} loss of epoch {record.epoch:,}", exact(loss), "loss", f"mean = {short(loss)}", about
        )
    formula = mean_formula(loss * count, count, loss, "sum of the losses of all examples")
    return Explanation(f"{kind} loss of epoch {record.epoch:,}", exact(loss), "loss", formula, about)


def epoch_accuracy(snapshot: Snapshot, record: EpochRecord, kind: str) -> Explanation:
    """Explain the accuracy of an epoch. `kind` is "train", "validation" or "test"."""
    share, count = getattr(record, f"{kind}_accuracy"), _examples(snapshot, kind)
    right = round(share * count) if count and math.isfinite(share) else 0
    name = f"{kind} accuracy of epoch {record.epoch:,}"
    formula = share_formula(right, count, "right predictions / examples") if count else f"share = {short(share)}"
    return Explanation(name, exact(share), "accuracy", formula)


def _examples(snapshot: Snapshot, kind: str) -> int:
    """Return the number of examples from which the figure of this kind is computed; 0 if the snapshot does not contain it."""
    return {"train": snapshot.train_examples, "validation": snapshot.set_aside}.get(
        kind, len(snapshot.evaluation.losses)
    )


def chance(snapshot: Snapshot, *, of_accuracy: bool = False) -> Explanation:
    """Explain the loss, or the accuracy, of a network that gives all classes the same output."""
    loss, classes = LOSSES[snapshot.network.loss], snapshot.network.output_size
    if of_accuracy:
        return Explanation(
            "accuracy of a guess", exact(1 / classes), "chance", f"1 / classes = 1 / {classes} = {short(1 / classes)}"
        )
    value = loss.chance(classes)
    if loss.output == "softmax":
        formula = f"{_minus_ln(classes)} = ln {classes} = {short(value)}"
    else:
        formula = f"(1 − 1/{classes}) / 2 = {short(value)}"
    return Explanation("loss of a guess", exact(value), "chance", formula)


def _minus_ln(classes: int) -> str:
    return f"−ln p = −ln(1/{classes})"


def best_epoch(snapshot: Snapshot) -> Explanation:
    """Explain which epoch is the best one."""
    best, data = snapshot.history.best, snapshot.history.monitored_data
    if best is None:
        return Explanation(
            "best epoch", "none yet", "epoch", about="The first epoch that you train will be the best one so far."
        )
    losses = [record.monitored_loss for record in snapshot.history.records if math.isfinite(record.monitored_loss)]
    formula = (
        f"lowest {data} loss = min of {len(losses):,} epochs = {short(best.monitored_loss)}, at epoch {best.epoch:,}"
    )
    return Explanation(
        "best epoch", exact(best.epoch), "epoch", formula, f"The {data} data decides which epoch is the best."
    )


def learning_rate(snapshot: Snapshot) -> Explanation:
    """Explain the learning rate of the next update, which follows from the schedule."""
    training = snapshot.training
    batch = snapshot.place[1]
    position = snapshot.epoch + batch / snapshot.batches
    rate, schedule = scheduled_rate(training, position), SCHEDULES[training.schedule]
    share = schedule.factor(position, training)
    formula = f"rate × factor of the schedule ({schedule.label}) = {short(training.learning_rate)} × {short(share)} = {short(rate)}"
    about = f"This rate applies to batch {batch + 1:,} of epoch {snapshot.epoch + 1:,}."
    return Explanation("learning rate", exact(rate), "learning rate", formula, about)


def optimizer(snapshot: Snapshot) -> Explanation:
    """Explain the optimizer by its formula."""
    row = OPTIMIZERS[snapshot.training.optimizer]
    formula = row.formula.replace("rate", short(snapshot.training.learning_rate))
    return Explanation("optimizer", row.name, "optimizer", formula, f"{row.purpose[0].upper()}{row.purpose[1:]}.")


def batch_size(snapshot: Snapshot) -> Explanation:
    """Explain the batch size and the number of updates in an epoch."""
    size, there = snapshot.training.batch_size, snapshot.train_examples
    updates = batch_count(there, size)
    formula = f"updates in an epoch = examples / batch size, rounded up = {there:,} / {size or there:,} = {updates:,}"
    return Explanation("batch size", "all" if size is None else exact(size), "batch", formula)


def updates(snapshot: Snapshot) -> Explanation:
    """Explain the number of updates so far."""
    progress = snapshot.progress
    if progress.step == snapshot.epoch * snapshot.batches + progress.batch:
        product = f"{snapshot.epoch:,} × {snapshot.batches:,} + {progress.batch:,}"
        formula = f"epochs × batches of an epoch + batches of the current epoch = {product} = {progress.step:,}"
    else:  # The batch size was changed during the run, so the epochs have different numbers of updates.
        formula = f"batches of all epochs so far = {progress.step:,}"
    return Explanation("updates so far", exact(progress.step), "update", formula)


def speed(snapshot: Snapshot) -> Explanation:
    """Explain the number of examples a second."""
    progress = snapshot.progress
    ms, each = progress.seconds_a_step * 1000, progress.examples_a_second
    formula = f"1,000 ms / {short(ms)} ms = {short(1000 / ms if ms else math.nan)} updates a second"
    return Explanation(
        "examples a second", exact(round(each)), "update", formula, "The clock of the computer measures the time."
    )


def parameters(snapshot: Snapshot) -> Explanation:
    """Explain the number of parameters."""
    return settings.parameters(snapshot.network)


def examples(snapshot: Snapshot) -> Explanation:
    """Explain the number of examples that the run trains on."""
    used, aside = snapshot.train_examples, snapshot.set_aside
    formula = f"all examples − examples set aside for validation = {used + aside:,} − {aside:,} = {used:,}"
    return Explanation("training examples", exact(used), "training data", formula)


def epoch(snapshot: Snapshot) -> Explanation:
    """Explain the epoch that is on the screen."""
    done, batch = snapshot.place
    examples = snapshot.train_examples
    seen = done * examples + min(batch * (snapshot.epoch_training.batch_size or examples), examples)
    formula = (
        f"examples seen so far = {done:,} × {examples:,}{f' + {seen - done * examples:,}' if batch else ''} = {seen:,}"
    )
    return Explanation("epoch", exact(done), "epoch", formula)


def progress(snapshot: Snapshot) -> Explanation:
    """Explain the share of the current epoch that is done."""
    batch = snapshot.progress.batch
    formula = share_formula(batch, snapshot.batches, "batches done / batches of the epoch")
    return Explanation("progress of the epoch", exact(snapshot.progress.share), "epoch", formula)


def preset(snapshot: Snapshot) -> Explanation:
    """Explain the preset from which the run began."""
    return Explanation("preset", snapshot.preset, "preset", about=f"The seed of this run is {snapshot.training.seed}.")
