"""Hint rules about the results of learning: training data against test data, and each class by itself."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.analysis.health import VANISHING
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Fix, Goal, Rule, change, higher_accuracy, lower_loss, rate

_STEPS = (-3.5, -1.0)
"""The range of log10(update / weights) in which updates have a good size."""


def _shuffled(facts: Facts) -> Finding | None:
    now, tests, classes = facts.now, len(facts.snapshot.evaluation.predicted), facts.network.output_size
    guessing = 1 / classes
    # The accuracy of a pure guess plus four standard deviations: a network above it does better than a guess.
    at_chance = guessing + 4 * math.sqrt(guessing * (1 - guessing) / tests)
    # If the network was once better than a guess, it has learned from the labels, so the labels match the pictures.
    if not facts.trained or max(record.test_accuracy for record in facts.records[1:]) > at_chance:
        return None
    shares = (
        f"The network classifies {percent(now.train_accuracy)} of the training examples correctly and "
        f"{percent(now.test_accuracy)} of the test examples"
    )
    if facts.epoch >= 3 and now.train_accuracy >= now.test_accuracy + 0.05:
        says = f"{shares}, which is no better than a guess. The network has only memorised single examples."
    elif _learns_nothing_though_well(facts):
        says = (
            f"{shares}, which is no better than a guess. Update {facts.updates:,}, the last one, changed the weights by "
            f"1/{10 ** (-facts.ratio):,.0f} of their size, but each batch still undoes the effect of the other batches."
        )
    else:
        return None
    return Finding(says, Fix(pane="Mistakes"))


def _learns_nothing_though_well(facts: Facts) -> bool:
    """Return whether the network learns nothing, although updates, activations and gradients all have usual sizes."""
    gradients = facts.gradients
    return (
        facts.updates >= 50
        and 0.9 < facts.now.train_loss / facts.chance < 1.2
        and _STEPS[0] < facts.ratio < _STEPS[1]
        and facts.training.dropout < 0.5
        and sum(_penalties(facts)) < 0.1 * facts.chance
        and not _shrinks(facts)
        and bool(gradients)
        and gradients[0] > 5 * VANISHING * max(gradients)
        and not any(layer.dead > 0.8 or layer.saturated > 0.3 for layer in facts.hidden)
    )


def _penalties(facts: Facts) -> tuple[float, float]:
    """Return the l2 penalty and the l1 penalty, which training adds to the loss."""
    training, weights = facts.training, facts.snapshot.parameters.weights
    # A float32 sum is only an estimate, but it is good enough for a hint, and fast for millions of weights.
    squares = sum(float(np.vdot(weight, weight)) for weight in weights) if training.l2 else 0.0
    sizes = sum(float(np.abs(weight).sum()) for weight in weights) if training.l1 else 0.0
    return training.l2 / 2 * squares, training.l1 * sizes


def _shrinks(facts: Facts) -> bool:
    """True if l2 alone would make the weights ten times smaller within an epoch."""
    training = facts.training
    if OPTIMIZERS[training.optimizer].adaptive:
        return False
    return training.learning_rate * facts.carried * training.l2 * facts.snapshot.batches > math.log(10)


def _overfitting(facts: Facts) -> Finding | None:
    now, history = facts.now, facts.snapshot.history
    best, monitored_data = history.best_until(now.epoch), history.monitored_data
    if facts.carried_too_long or (facts.noisy_steps and now.train_accuracy < 0.9):
        return None  # Here, high momentum or noisy steps raise the loss, not overfitting.
    if best is None or now.epoch - best.epoch < 3 or now.train_loss >= best.train_loss:
        return None
    if now.epoch - best.epoch >= 10:
        rise = 0.1  # A small rise of the loss over many epochs counts as much as a large rise over a few epochs.
    else:
        # Over a few epochs, the loss on a few examples varies by chance.
        examples = facts.snapshot.set_aside or len(facts.snapshot.evaluation.predicted)
        rise = 0.2 * max(1.0, math.sqrt(1000 / examples))
    if not now.monitored_loss > (1 + rise) * best.monitored_loss or now.train_accuracy < now.monitored_accuracy:
        return None
    says = (
        f"Since epoch {best.epoch:,}, the {monitored_data} loss has risen from {loss_text(best.monitored_loss)} to "
        f"{loss_text(now.monitored_loss)}, "
        f"while the train loss fell to {loss_text(now.train_loss)}."
    )
    more = max(0.001, 3 * facts.training.l2)
    return Finding(says, change(l2=min(more, 0.03)))


def _few_digits(facts: Facts) -> Finding | None:
    now, limit = facts.now, facts.training.train_limit
    there = facts.snapshot.train_examples + facts.snapshot.set_aside
    if limit is None or there >= 2000 or now.train_accuracy < 0.995:
        return None
    if now.train_accuracy - now.monitored_accuracy < 0.08:
        return None
    says = (
        f"{percent(now.train_accuracy)} of the {facts.snapshot.train_examples:,} training examples are classified correctly, but "
        f"only {percent(now.monitored_accuracy)} of the {facts.monitored_data} examples."
    )
    return Finding(says, change(train_limit=None))


def _pulled(facts: Facts) -> Finding | None:
    training, now = facts.training, facts.now
    if not (training.l2 or training.l1) or facts.epoch < 2:
        return None
    if _shrinks(facts) and now.train_loss > 0.5 * facts.chance and now.train_accuracy < 0.95:
        share = training.learning_rate * facts.carried * training.l2
        says = (
            f"With l2 = {training.l2:g}, each update shrinks the weights by {percent(min(share, 1.0), 1)} "
            f"unless the gradient prevents it. The loss of the predictions is {loss_text(now.train_loss)}, "
            f"and a guess has a loss of {loss_text(facts.chance)}."
        )
        return Finding(says, change(True, l2=0.001))
    of_l2, of_l1 = _penalties(facts)
    penalty = of_l2 + of_l1
    if (
        OPTIMIZERS[training.optimizer].decay  # With weight decay, training minimises no penalty.
        or not penalty > now.train_loss / 2
        or now.train_accuracy >= 0.95
        or penalty < 0.1 * facts.chance
    ):
        return None
    name, value = ("l2", training.l2) if of_l2 > of_l1 else ("l1", training.l1)
    says = (
        f"With {name} = {value:g}, the penalty on the weights is {loss_text(penalty)} and the loss of the predictions is "
        f"{loss_text(now.train_loss)}; {percent(now.train_accuracy)} of the training examples are classified correctly."
    )
    return Finding(says, change(False, **{name: rate(min(value / 10, 0.001))}))


def _dropped(facts: Facts) -> Finding | None:
    now, dropout = facts.now, facts.training.dropout
    if (
        facts.epoch < 3
        or dropout < 0.5
        or now.monitored_accuracy >= 0.9
        or now.monitored_accuracy - now.train_accuracy < 0.1
    ):
        return None
    says = (
        f"With {dropout * 100:.0f} % of the units left out, {percent(now.train_accuracy)} of the training examples are classified "
        f"correctly; with all units, {percent(now.monitored_accuracy)} of the {facts.monitored_data} examples are."
    )
    return Finding(says, change(dropout=0.2))


def _squared_error(facts: Facts) -> Finding | None:
    now = facts.now
    if facts.network.loss != "sigmoid_mse" or facts.updates < 200 or now.train_accuracy >= 0.55:
        return None
    says = (
        f"After {facts.updates:,} updates with squared error, {percent(now.train_accuracy)} of the training examples are "
        f"classified correctly. The loss is {loss_text(now.train_loss)}; a guess has a loss of {loss_text(facts.chance)}."
    )
    return Finding(says, change(loss="softmax_cross_entropy"))


def _never(facts: Facts) -> Finding | None:
    missing = np.flatnonzero(facts.answers == 0)
    span = max(3, math.ceil(50 / facts.snapshot.batches))
    if facts.epoch <= span or not missing.size or facts.now.train_accuracy < 0.5:
        return None
    # A network learns hard classes last. While the accuracy still rises, or early in a long run, the network may still learn them.
    on_its_way = facts.now.train_accuracy > facts.records[-1 - span].train_accuracy + 0.02
    if on_its_way or facts.epoch < facts.training.epochs / 2:
        return None
    names = " and ".join(
        [", ".join(map(str, missing[:-1])), str(missing[-1])] if missing.size > 1 else [str(missing[0])]
    )
    names = f"class {names}" if missing.size == 1 else f"classes {names}"
    tests = len(facts.snapshot.evaluation.predicted)
    says = f"The network never predicts {names} for any of the {tests:,} test examples."
    if facts.network.loss == "sigmoid_mse":
        return Finding(says, change(loss="softmax_cross_entropy"))
    training = facts.training
    return Finding(says, change(learning_rate=rate(training.learning_rate / 3), seed=(training.seed + 1) % 2**32))


SHUFFLED = Rule(
    "labels_shuffled", "labels do not match the pictures",
    "If labels have nothing to do with their pictures, the network can only memorise them. This takes long and does not help "
    "with new pictures. Check that the labels of the data are in the same order as the pictures.", _shuffled,
)  # fmt: skip
OVERFITTING = Rule(
    "overfitting", "overfitting",
    "The network now learns details that occur only in the training examples. Smaller weights (l2), dropout, more examples, or "
    "stopping at the best epoch help.", _overfitting,
    Goal("validation or test loss", lambda record: record.monitored_loss, 0.9),
)  # fmt: skip
FEW_DIGITS = Rule(
    "too_few_digits", "too few training examples",
    ("With so few examples, the network can simply memorise each one. With more examples it must learn what "
        "all examples of a class have in common."), _few_digits,
    higher_accuracy(1.1),
)  # fmt: skip
PULLED = Rule(
    "penalty_too_strong", "penalty on the weights too strong",
    "Training minimises the loss and the penalty together. If the penalty is the larger part, training mainly makes the "
    "weights smaller instead of correcting mistakes.", _pulled,
    lower_loss(0.5),
)  # fmt: skip
DROPPED = Rule(
    "dropout_too_strong", "dropout too strong",
    "Dropout keeps units from relying on each other. If it leaves out too many, the rest cannot learn the task.", _dropped,
    lower_loss(0.5),
)  # fmt: skip
SQUARED_ERROR = Rule(
    "squared_error_slow", "squared error learns slowly",
    "The gradient of the squared error contains the slope of the sigmoid, which is almost 0 for confident outputs. So the most "
    "confident mistakes are corrected least. The gradient of cross-entropy does not contain this slope.", _squared_error,
    higher_accuracy(1.3),
)  # fmt: skip
NEVER = Rule(
    "class_never_predicted", "one of the classes is never predicted",
    "At first, a network lowers its loss fastest by learning the easy classes. If a class is still never predicted "
    "later, its output "
    "has stopped learning. Other start weights and smaller steps avoid this.", _never,
    higher_accuracy(1.1),
)  # fmt: skip
