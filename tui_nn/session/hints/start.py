"""Hint rules about the start of a run: the inputs, the start weights and the shape of the network."""

from __future__ import annotations

import numpy as np

from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Rule, change, higher_accuracy, lower_loss

_ALIKE = 0.01
"""Units are too similar if their weights differ by less than this share of the largest weight."""
_BAD_START = {"softmax": 2.0, "sigmoid": 4.0}
"""The start weights slow training down if the first loss is above this multiple of the loss of a guess, for each output function.
"""
_GOOD = 0.9
"""The accuracy above which a bad start no longer matters."""
_LINEAR_SLOPE = 0.9
"""The slope from which a leaky relu is almost a straight line."""


def _not_scaled(facts: Facts) -> Finding | None:
    data = facts.snapshot.data_facts
    largest = data.largest if data else 255
    if facts.network.scale_pixels or largest <= 1:
        return None
    says = (
        f"The network receives pixels from 0 to {largest}, and each unit of layer 0 adds up "
        f"{facts.network.input_size:,} of them. The first loss is "
        f"{loss_text(facts.first.test_loss)}; a guess has a loss of {loss_text(facts.chance)}."
    )
    return Finding(says, change(scale_pixels=True))


def _all_alike(facts: Facts) -> Finding | None:
    for layer, weight in enumerate(facts.snapshot.parameters.weights[:-1]):
        largest = max(float(weight.max()), -float(weight.min()))
        # The first rows of the weights are usually enough to show that units differ. A comparison of all rows would
        # need a pass over millions of weights.
        if weight.shape[1] > 1 and np.isfinite(largest) and np.ptp(weight[:8], axis=1).max() <= _ALIKE * largest:
            differ = float(np.ptp(weight, axis=1).max())
            if differ <= _ALIKE * largest:
                same = "all 0" if not weight.any() else "the same"
                units = weight.shape[1]
                says = (
                    f"The weights of all {units} units of layer {layer} are {same}, so all units compute the same "
                    "number."
                )
                return Finding(says, change(weight_init=suitable_init(facts)))
    return None


def _too_large(facts: Facts) -> Finding | None:
    loss, output = facts.first.test_loss, facts.snapshot.mlp.loss.output
    large = loss > _BAD_START[output] * facts.chance
    if not large or facts.now.train_accuracy >= _GOOD or not facts.network.scale_pixels:
        return None
    says = (
        f"The first loss is {loss_text(loss)}, and a guess has a loss of {loss_text(facts.chance)}: the untrained "
        "network makes confident but wrong predictions."
    )
    if not facts.updates:
        std = float(facts.snapshot.parameters.weights[0].std())
        says = f"{says} The weights of layer 0 have a standard deviation of {std:.2g}."
    init = suitable_init(facts)
    return Finding(says, change(weight_init=init if facts.network.weight_init != init else "lecun_normal"))


def suitable_init(facts: Facts) -> str:
    """Return the name of the start weights that suit the activation: He's for relu and its relatives, otherwise Xavier's."""
    return "he_normal" if "relu" in facts.network.activation else "xavier_normal"


def _linear(facts: Facts) -> Finding | None:
    network, hidden = facts.network, len(facts.network.hidden_sizes)
    straight = network.activation == "leaky_relu" and network.leaky_slope >= _LINEAR_SLOPE
    if not hidden or not (network.activation == "identity" or straight):
        return None
    layers = "1 hidden layer" if hidden == 1 else f"{hidden} hidden layers"
    slope = f"leaky_relu with slope {network.leaky_slope:g}" if straight else "identity"
    says = (
        f"With {layers} and the activation {slope}, each of the {network.output_size} outputs is still only a weighted sum of "
        f"the {network.input_size:,} pixels."
    )
    return Finding(says, change(activation="relu", weight_init="he_normal"))


def _narrow(facts: Facts) -> Finding | None:
    sizes, classes = facts.network.hidden_sizes, facts.network.output_size
    if not sizes or min(sizes) >= classes or facts.epoch < 3 or facts.now.monitored_accuracy >= _GOOD:
        return None
    layer = sizes.index(min(sizes))
    units = "1 unit" if sizes[layer] == 1 else f"{sizes[layer]} units"
    says = (
        f"Layer {layer} has {units} for {classes} classes, and {percent(facts.now.monitored_accuracy)} of the "
        f"{facts.monitored_data} examples are classified correctly."
    )
    wide = max(64, 2 * classes)
    return Finding(says, change(hidden_sizes=tuple(wide if size < classes else size for size in sizes)))


NOT_SCALED = Rule(
    "inputs_not_scaled", "inputs not scaled",
    "Start weights are chosen for inputs between 0 and 1. Inputs that are 255 times as large make z and the gradient of "
    "layer 0 also 255 times as large. Then no learning rate suits all layers.", _not_scaled,
    lower_loss(0.5),
)  # fmt: skip
ALL_ALIKE = Rule(
    "units_all_alike", "all units start alike",
    "Without dropout, units with the same weights and biases get the same gradient, so they stay the same. Random start "
    "weights make the units different.", _all_alike,
    lower_loss(0.5),
)  # fmt: skip
TOO_LARGE = Rule(
    "start_weights_too_large", "start weights too large",
    "Large weights make large z, and large z make the network confident before it has learned anything. "
    "The first epochs only correct this. The He and Xavier start weights are smaller for units with more "
    "inputs.", _too_large,
    lower_loss(0.5),
)  # fmt: skip
LINEAR = Rule(
    "no_nonlinearity", "no nonlinearity",
    ("Without an activation, several layers work like a single matrix, and one matrix can only draw straight "
        "borders between classes. With a curved or bent activation between the layers, the borders can be curved."), _linear,
    lower_loss(0.9),
)  # fmt: skip
NARROW = Rule(
    "layer_too_narrow", "layer too narrow",
    "Everything that later layers learn about an example has to pass through the narrowest layer.", _narrow,
    higher_accuracy(1.05),
)  # fmt: skip
