"""Rules about what is learned: train against test, digit by digit."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.analysis.health import VANISHING
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Fix, Rule, change, rate

_STEPS = (-3.5, -1.0)
"""log10 of update over weights, from where to where steps are of a good size."""


def _shuffled(facts: Facts) -> Finding | None:
    now, tests, classes = facts.now, len(facts.snapshot.evaluation.predicted), facts.network.output_size
    guessing = 1 / classes
    # Four standard deviations of the share that guessing gets right.
    at_chance = guessing + 4 * math.sqrt(guessing * (1 - guessing) / tests)
    if not facts.trained or now.test_accuracy > at_chance:
        return None
    shares = f"{percent(now.train_accuracy)} of the train digits are read right and {percent(now.test_accuracy)} of the test digits"
    if facts.epoch >= 3 and now.train_accuracy >= now.test_accuracy + 0.05:
        says = f"{shares}, which is guessing: what is learned holds for single digits only."
    elif _learns_nothing_though_well(facts):
        says = (
            f"{shares}, which is guessing, after {facts.updates:,} updates, the last of them 1/{10**-facts.ratio:,.0f} of the "
            f"weights: the gradients of one batch undo those of the others."
        )
    else:
        return None
    return Finding(says, Fix(pane="Mistakes"))


def _learns_nothing_though_well(facts: Facts) -> bool:
    """Whether many steps of a good size lead nowhere, in a network through which numbers and gradients pass."""
    gradients = facts.gradients
    return (
        facts.updates >= 50
        and 0.9 < facts.now.train_loss / facts.chance < 1.2
        and _STEPS[0] < facts.ratio < _STEPS[1]
        and facts.training.dropout < 0.5
        and sum(_penalties(facts)) < 0.1 * facts.chance
        and bool(gradients)
        and gradients[0] > 5 * VANISHING * max(gradients)
        and not any(layer.dead > 0.8 or layer.saturated > 0.3 for layer in facts.hidden)
    )


def _penalties(facts: Facts) -> tuple[float, float]:
    """What l2 and what l1 add to the loss that is minimised."""
    training, weights = facts.training, facts.snapshot.parameters.weights
    # Of float32 numbers a good estimate, which is enough here and takes no time for millions of weights.
    squares = sum(float(np.vdot(weight, weight)) for weight in weights) if training.l2 else 0.0
    sizes = sum(float(np.abs(weight).sum()) for weight in weights) if training.l1 else 0.0
    return training.l2 / 2 * squares, training.l1 * sizes


def _overfitting(facts: Facts) -> Finding | None:
    now, best = facts.now, facts.snapshot.history.best_until(facts.now.epoch)
    if best is None or now.epoch - best.epoch < 3 or now.train_loss >= best.train_loss:
        return None
    if not now.test_loss > 1.2 * best.test_loss or now.train_accuracy < now.test_accuracy:
        return None
    says = (
        f"Since epoch {best.epoch:,} the test loss has risen from {loss_text(best.test_loss)} to {loss_text(now.test_loss)}, "
        f"while the train loss fell to {loss_text(now.train_loss)}."
    )
    more = max(0.001, 3 * facts.training.l2)
    return Finding(says, change(l2=min(more, 0.03)))


def _few_digits(facts: Facts) -> Finding | None:
    now, limit = facts.now, facts.training.train_limit
    if limit is None or facts.snapshot.train_examples >= 2000 or now.train_accuracy < 0.995:
        return None
    if now.train_accuracy - now.test_accuracy < 0.08:
        return None
    says = (
        f"All of the {facts.snapshot.train_examples:,} train digits are as good as learned ({percent(now.train_accuracy)}), "
        f"and {percent(now.test_accuracy)} of the test digits are read right."
    )
    return Finding(says, change(train_limit=None))


def _pulled(facts: Facts) -> Finding | None:
    training, now = facts.training, facts.now
    if not (training.l2 or training.l1) or facts.epoch < 2:
        return None
    of_l2, of_l1 = _penalties(facts)
    penalty = of_l2 + of_l1
    if (
        OPTIMIZERS[training.optimizer].decay  # the penalty is in no gradient
        or not penalty > now.train_loss / 2
        or now.train_accuracy >= 0.95
        or penalty < 0.1 * facts.chance
    ):
        return None
    name, value = ("l2", training.l2) if of_l2 > of_l1 else ("l1", training.l1)
    says = (
        f"With {name} at {value:g} the weights cost {loss_text(penalty)}, beside the {loss_text(now.train_loss)} "
        f"that the answers cost; {percent(now.train_accuracy)} of the train digits are read right."
    )
    return Finding(says, change(False, **{name: rate(value / 10)}))


def _dropped(facts: Facts) -> Finding | None:
    now, dropout = facts.now, facts.training.dropout
    if facts.epoch < 3 or dropout < 0.5 or now.test_accuracy >= 0.9 or now.test_accuracy - now.train_accuracy < 0.1:
        return None
    says = (
        f"With {dropout * 100:.0f} % of the units left out {percent(now.train_accuracy)} of the train digits are read right, "
        f"with all of them {percent(now.test_accuracy)} of the test digits."
    )
    return Finding(says, change(dropout=0.2))


def _squared_error(facts: Facts) -> Finding | None:
    now = facts.now
    if facts.network.loss != "sigmoid_mse" or facts.updates < 200 or now.train_accuracy >= 0.55:
        return None
    says = (
        f"After {facts.updates:,} updates on the squared error {percent(now.train_accuracy)} of the train digits are read "
        f"right; the loss is {loss_text(now.train_loss)}, guessing costs {loss_text(facts.chance)}."
    )
    return Finding(says, change(loss="softmax_cross_entropy"))


def _never(facts: Facts) -> Finding | None:
    missing = np.flatnonzero(facts.answers == 0)
    span = max(3, math.ceil(50 / facts.snapshot.batches))
    if facts.epoch <= span or not missing.size or facts.now.train_accuracy < 0.5:
        return None
    # What is hard comes last: while more is read right, and early in a long plan, it may be on its way.
    on_its_way = facts.now.train_accuracy > facts.records[-1 - span].train_accuracy + 0.02
    if on_its_way or facts.epoch < facts.training.epochs / 2:
        return None
    names = " and ".join(
        [", ".join(map(str, missing[:-1])), str(missing[-1])] if missing.size > 1 else [str(missing[0])]
    )
    tests = len(facts.snapshot.evaluation.predicted)
    says = f"{names} {'is' if missing.size == 1 else 'are'} never the answer to any of the {tests:,} test digits."
    if facts.network.loss == "sigmoid_mse":
        return Finding(says, change(loss="softmax_cross_entropy"))
    training = facts.training
    return Finding(says, change(learning_rate=rate(training.learning_rate / 3), seed=(training.seed + 1) % 2**32))


SHUFFLED = Rule(
    "labels_shuffled", "labels do not belong to the digits",
    "Labels that have nothing to do with the pictures can be learned by heart and no other way: that takes long, and nothing "
    "carries over to new digits. Look whether the labels of the data are in the order of the images.", _shuffled,
)  # fmt: skip
OVERFITTING = Rule(
    "overfitting", "overfitting",
    "What is learned now holds for the train digits alone. Smaller weights (l2), dropout, more digits, or stopping at the "
    "best epoch help.", _overfitting,
)  # fmt: skip
FEW_DIGITS = Rule(
    "too_few_digits", "too few digits",
    "A network with more weights than it has pixels to learn from can know each digit by heart. More digits leave it no "
    "choice but to find what they have in common.", _few_digits,
)  # fmt: skip
PULLED = Rule(
    "penalty_too_strong", "penalty on the weights too strong",
    "Training minimises loss and penalty together. Where the penalty is the larger part, it is the weights that get "
    "small and not the mistakes.", _pulled,
)  # fmt: skip
DROPPED = Rule(
    "dropout_too_strong", "dropout too strong",
    "Dropout keeps units from relying on each other. Too much of it leaves too few of them to answer with.", _dropped,
)  # fmt: skip
SQUARED_ERROR = Rule(
    "squared_error_slow", "squared error learns slowly",
    "Its gradient carries the slope of the sigmoid, which is almost 0 where an output is surely wrong: the worst answers "
    "are corrected least. Cross-entropy has no such factor.", _squared_error,
)  # fmt: skip
NEVER = Rule(
    "class_never_predicted", "a digit is never the answer",
    "Answering the others is cheaper at first. If a digit stays away, its output has lost its way in: other start weights and "
    "shorter steps avoid it.", _never,
)  # fmt: skip
