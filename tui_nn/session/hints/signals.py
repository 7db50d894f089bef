"""Hint rules about the signals in the layers: activations in the forward pass, gradients in backpropagation."""

from __future__ import annotations

import math

from tui_nn.analysis.health import EXPLODING_A, EXPLODING_GRADIENT, VANISHING
from tui_nn.analysis.statistics import SICK_DEAD, SICK_SATURATED
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.render.numbers import compact, loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Goal, Rule, change, lower_loss, rate
from tui_nn.session.hints.start import suitable_init
from tui_nn.session.run.history import EpochRecord

_STUCK = 0.97
"""A network has learned nothing yet if its loss is above this share of the loss of a pure guess."""
_FLAT = 3
"""If a run makes no progress in its first epochs, there is a hint from this number of epochs on."""
_HARMLESS_DEAD = 0.5
"""A network that learns well needs no hint if its share of dead units is below this number."""
_LEARNS = 0.85
"""A network learns well if its accuracy is at least this share."""
_PRODUCTS = (
    "In backpropagation, the gradient is multiplied by the weights and slopes of each layer. If these products are smaller than 1, "
    "almost nothing is left for the first layer."
)
"""The reason for vanishing gradients with any activation function except the sigmoid."""


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
    # If the trained network has learned nothing, even a smaller difference between the gradients of the layers is a problem.
    stuck = facts.trained and len(gradients) > 2 and facts.now.train_loss > _STUCK * facts.chance
    if _vanishes(gradients, 5 * VANISHING if stuck else VANISHING):
        return _vanishing_finding(facts, gradients, "The typical gradient of a weight is")
    # If the run has begun to learn late, its first epochs were wasted. So the gradients of these epochs are checked too.
    flat = next((r.epoch for r in facts.records[1:] if r.train_loss <= _STUCK * facts.chance), facts.epoch + 1) - 1
    lost = facts.gradients_of(facts.records[flat])
    if flat >= _FLAT and len(lost) > 2 and _vanishes(lost, 5 * VANISHING):
        near = loss_text(facts.chance)
        begin = f"In the first {flat:,} epochs, with a train loss near {near}, the typical gradient of a weight was"
        return _vanishing_finding(facts, lost, begin)
    return None


def _vanishes(gradients: list[float], share: float) -> bool:
    """Return whether the gradient of layer 0 is smaller than this share of the largest gradient of a layer."""
    largest = max(gradients, default=math.nan)
    return len(gradients) > 1 and largest > 0 and gradients[0] < share * largest


def _vanishing_finding(facts: Facts, gradients: list[float], begin: str) -> Finding:
    largest = max(gradients)
    times = largest / gradients[0] if gradients[0] else math.inf
    layer, small, large = gradients.index(largest), compact(gradients[0]), compact(largest)
    if times < 1e6:
        says = f"{begin} {small} in layer 0 and {times:,.0f} times as large in layer {layer} ({large})."
    else:
        says = f"{begin} {small} in layer 0 and {large} in layer {layer}."
    activation, training = facts.network.activation, facts.training
    # When the gradients no longer vanish, a deep network needs shorter steps.
    usual = 0.001 if OPTIMIZERS[training.optimizer].adaptive else 0.1
    most = rate(usual / len(facts.network.hidden_sizes))
    slower = {"learning_rate": most} if training.learning_rate > most else {}
    fix = change(activation="leaky_relu" if activation == "relu" else "relu", weight_init="he_normal", **slower)
    return Finding(says, fix, "" if activation == "sigmoid" else _PRODUCTS)


def _first_share(record: EpochRecord) -> float:
    """Return the gradient RMS of layer 0 divided by the largest gradient RMS of all layers."""
    gradients = [layer.gradient_rms for layer in record.layers]
    return gradients[0] / max(gradients)


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
    if facts.first.test_loss > 2 * facts.chance:
        # The untrained network already makes confident mistakes, so its start weights are the cause.
        return Finding(says, change(weight_init=suitable_init(facts)))
    return Finding(says, change(True, clip_norm=1.0, learning_rate=rate(min(facts.training.learning_rate / 3, 0.1))))


def _dead(facts: Facts) -> Finding | None:
    if facts.trained and facts.noisy_steps and facts.now.train_accuracy < 0.9:
        return None  # Another hint already explains that noisy steps have switched units off.
    learns = facts.trained and max(facts.now.train_accuracy, facts.now.monitored_accuracy) >= _LEARNS
    for layer, record in enumerate(facts.hidden):
        if record.dead >= (_HARMLESS_DEAD if learns else SICK_DEAD):
            units = facts.network.hidden_sizes[layer]
            tests = len(facts.snapshot.evaluation.predicted)
            dead = round(record.dead * units)
            give = "outputs" if dead == 1 else "output"
            says = f"{dead:,} of the {units:,} units of layer {layer} {give} 0 for all {tests:,} test examples."
            return Finding(
                says, change(activation="leaky_relu", weight_init="he_normal", **_shorter_steps(facts, layer))
            )
    return None


def _shorter_steps(facts: Facts, layer: int) -> dict[str, float]:
    """Return a lower learning rate as a setting if the updates killed the units of this layer; {} if they were dead before."""
    layers = facts.first.layers
    killed = facts.trained and not (layers and layers[layer].dead >= SICK_DEAD)
    return {"learning_rate": rate(facts.training.learning_rate / 3)} if killed else {}


def _dead_share(record: EpochRecord) -> float:
    """Return the largest share of dead units in a hidden layer. The share is 0 for an activation with which units cannot die."""
    return max(0.0 if math.isnan(layer.dead) else layer.dead for layer in record.layers[:-1])


SATURATED = Rule(
    "saturated", "units saturated",
    "Sigmoid and tanh are flat at both ends. A unit at such an end gets almost no gradient, so its weights hardly "
    "change.",
    _saturated,
    Goal("share of saturated activations", lambda record: max(layer.saturated for layer in record.layers[:-1]), 0.6),
)  # fmt: skip
VANISHED = Rule(
    "vanishing_gradient", "gradient vanishes",
    "In backpropagation, the gradient is multiplied by the weights and slopes of each layer, and the slope of a sigmoid is at "
    "most 0.25. After a few layers almost nothing is left for the first one.", _vanishing,
    Goal("gradient of layer 0 compared with the largest", _first_share, 5),
)  # fmt: skip
EXPLODED = Rule(
    "exploding", "numbers explode",
    "Each layer enlarges the numbers, in the forward and in the backward pass. So the gradients grow from layer to layer, and "
    "the updates become too large.", _exploding,
    lower_loss(0.5),
)  # fmt: skip
DEAD = Rule(
    "dead_units", "dead units",
    "A relu that outputs 0 has slope 0. If it outputs 0 for every example, its gradient is always 0 and its weights never "
    "change again. A new start or a leaky relu avoids this.", _dead,
    Goal("share of dead units", _dead_share, 0.5),
)  # fmt: skip
