"""Rules about what gets through the layers: activations upwards, gradients downwards."""

from __future__ import annotations

import math

from tui_nn.analysis.health import EXPLODING_A, EXPLODING_GRADIENT, VANISHING
from tui_nn.analysis.statistics import SICK_DEAD, SICK_SATURATED
from tui_nn.render.numbers import compact
from tui_nn.session.hints.hint import Facts, Finding, Rule, change, rate

_STUCK = 0.97
"""Of the loss of guessing: nothing is learned yet."""


def _saturated(facts: Facts) -> Finding | None:
    for layer, record in enumerate(facts.hidden):
        if record.saturated >= SICK_SATURATED:
            says = (
                f"{100 * record.saturated:.0f} % of what layer {layer} gives is at a limit of {facts.network.activation}, "
                f"where its slope is almost 0."
            )
            if facts.network.weight_init.startswith("xavier"):
                return Finding(says, change(True, learning_rate=rate(facts.training.learning_rate / 3)))
            return Finding(says, change(weight_init="xavier_normal"))
    return None


def _vanishing(facts: Facts) -> Finding | None:
    gradients = facts.gradients
    largest = max(gradients, default=math.nan)
    # A run that has learned nothing yet is held back by less, and what was said before the first step stays true.
    stuck = facts.trained and len(gradients) > 2 and facts.now.train_loss > _STUCK * facts.chance
    if len(gradients) < 2 or not largest > 0 or not gradients[0] < (5 * VANISHING if stuck else VANISHING) * largest:
        return None
    times = largest / gradients[0] if gradients[0] else math.inf
    beside = f"{times:,.0f} times smaller than" if times < 1e6 else "next to nothing beside"
    layer, small, large = gradients.index(largest), compact(gradients[0]), compact(largest)
    says = f"The gradient of a weight in layer 0 is {small}, {beside} the {large} of layer {layer}."
    activation = "leaky_relu" if facts.network.activation == "relu" else "relu"
    return Finding(says, change(activation=activation, weight_init="he_normal"))


def _exploding(facts: Facts) -> Finding | None:
    gradients = facts.gradients
    largest = max(gradients, default=math.nan)
    sizes = [math.hypot(record.a_mean, record.a_std) for record in facts.hidden]
    if largest > EXPLODING_GRADIENT:
        says = f"The gradient of a weight in layer {gradients.index(largest)} is {largest:.2g}: a few hundredths are usual."
    elif (size := max(sizes, default=math.nan)) > EXPLODING_A:
        says = f"Layer {sizes.index(size)} gives out numbers of about {size:,.0f}: a few tenths to a few are usual."
    else:
        return None
    return Finding(says, change(True, clip_norm=1.0, learning_rate=rate(min(facts.training.learning_rate / 3, 0.1))))


def _dead(facts: Facts) -> Finding | None:
    for layer, record in enumerate(facts.hidden):
        if record.dead >= SICK_DEAD:
            units = facts.network.hidden_sizes[layer]
            tests = len(facts.snapshot.evaluation.predicted)
            dead = round(record.dead * units)
            give = "gives" if dead == 1 else "give"
            says = f"{dead:,} of the {units:,} units of layer {layer} {give} 0 for all {tests:,} test digits."
            return Finding(says, change(activation="leaky_relu", weight_init="he_normal"))
    return None


SATURATED = Rule(
    "saturated", "units saturated",
    "A sigmoid or tanh is flat at its ends. A unit that sits there passes hardly any gradient to its weights, so it stays.",
    _saturated,
)  # fmt: skip
VANISHED = Rule(
    "vanishing_gradient", "gradient vanishes",
    "On its way down the gradient is multiplied by each layer's weights and slopes; the slope of a sigmoid is 0.25 at most. "
    "After a few layers nothing is left for the first.", _vanishing,
)  # fmt: skip
EXPLODED = Rule(
    "exploding", "numbers explode",
    "Each layer makes what comes in larger, forwards and backwards: steps are too long wherever the gradient is.", _exploding,
)  # fmt: skip
DEAD = Rule(
    "dead_units", "dead units",
    "A relu that gives 0 has slope 0. If it does so for every digit, none of them can teach it anything: it is lost, and only "
    "a fresh start or a leaky relu brings it back.", _dead,
)  # fmt: skip
