"""Hint rules about the signals in the layers: activations in the forward pass, gradients in backpropagation."""

from __future__ import annotations

import math

from tui_nn.analysis.health import EXPLODING_A, EXPLODING_GRADIENT, VANISHING
from tui_nn.analysis.statistics import SICK_DEAD, SICK_SATURATED
from tui_nn.render.numbers import compact, percent
from tui_nn.session.hints.hint import Facts, Finding, Rule, change, rate

_STUCK = 0.97
"""A share of the loss of a pure guess. A network whose loss is above this share has learned nothing yet."""


def _saturated(facts: Facts) -> Finding | None:
    for layer, record in enumerate(facts.hidden):
        if record.saturated >= SICK_SATURATED:
            says = (
                f"{percent(record.saturated, 0)} of the activations of layer {layer} are at a limit of "
                f"{facts.network.activation}, where its slope is almost 0."
            )
            if facts.network.weight_init.startswith("xavier"):
                return Finding(says, change(True, learning_rate=rate(facts.training.learning_rate / 3)))
            return Finding(says, change(weight_init="xavier_normal"))
    return None


def _vanishing(facts: Facts) -> Finding | None:
    gradients = facts.gradients
    largest = max(gradients, default=math.nan)
    # In a run that has learned nothing yet, a smaller difference matters, as in the check before the first update.
    stuck = facts.trained and len(gradients) > 2 and facts.now.train_loss > _STUCK * facts.chance
    if len(gradients) < 2 or not largest > 0 or not gradients[0] < (5 * VANISHING if stuck else VANISHING) * largest:
        return None
    times = largest / gradients[0] if gradients[0] else math.inf
    beside = f"{times:,.0f} times smaller than" if times < 1e6 else "almost nothing compared with"
    layer, small, large = gradients.index(largest), compact(gradients[0]), compact(largest)
    says = f"The typical gradient of a weight in layer 0 is {small}, {beside} the {large} in layer {layer}."
    activation = "leaky_relu" if facts.network.activation == "relu" else "relu"
    return Finding(says, change(activation=activation, weight_init="he_normal"))


def _exploding(facts: Facts) -> Finding | None:
    gradients = facts.gradients
    largest = max(gradients, default=math.nan)
    sizes = [math.hypot(record.a_mean, record.a_std) for record in facts.hidden]
    if largest > EXPLODING_GRADIENT:
        says = (
            f"The typical gradient of a weight in layer {gradients.index(largest)} is {largest:.2g}; a few hundredths are "
            f"usual."
        )
    elif (size := max(sizes, default=math.nan)) > EXPLODING_A:
        says = (
            f"The activations of layer {sizes.index(size)} are about {size:,.0f}; values between 0.1 and 5 are usual."
        )
    else:
        return None
    return Finding(says, change(True, clip_norm=1.0, learning_rate=rate(min(facts.training.learning_rate / 3, 0.1))))


def _dead(facts: Facts) -> Finding | None:
    if facts.trained and facts.noisy_steps and facts.now.train_accuracy < 0.9:
        return None  # Another hint already says that noisy steps have switched these units off.
    for layer, record in enumerate(facts.hidden):
        if record.dead >= SICK_DEAD:
            units = facts.network.hidden_sizes[layer]
            tests = len(facts.snapshot.evaluation.predicted)
            dead = round(record.dead * units)
            give = "outputs" if dead == 1 else "output"
            says = f"{dead:,} of the {units:,} units of layer {layer} {give} 0 for all {tests:,} test examples."
            return Finding(says, change(activation="leaky_relu", weight_init="he_normal"))
    return None


SATURATED = Rule(
    "saturated", "units saturated",
    "Sigmoid and tanh are flat at both ends. A unit at such an end gets almost no gradient, so its weights hardly "
    "change.",
    _saturated,
)  # fmt: skip
VANISHED = Rule(
    "vanishing_gradient", "gradient vanishes",
    "On its way back, the gradient is multiplied by the weights and slopes of each layer, and the slope of a sigmoid is at "
    "most 0.25. After a few layers almost nothing is left for the first one.", _vanishing,
)  # fmt: skip
EXPLODED = Rule(
    "exploding", "numbers explode",
    "Each layer makes its input larger, on the way forward and on the way back. The gradients grow with it, and the updates "
    "become too large.", _exploding,
)  # fmt: skip
DEAD = Rule(
    "dead_units", "dead units",
    "A relu that outputs 0 has slope 0. If it outputs 0 for every example, its gradient is always 0 and its weights never "
    "change again. A new start or a leaky relu avoids this.", _dead,
)  # fmt: skip
