"""Rules about how a run begins: its inputs, its start weights, the shape of its network."""

from __future__ import annotations

import numpy as np

from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Rule, change

_ALIKE = 0.01
"""Of the largest weight: units whose weights differ by less compute the same."""
_BAD_START = {"softmax": 2.0, "sigmoid": 4.0}
"""Times the loss of guessing: from there on the start weights are a handicap. A squared error has a ceiling of 11 times."""
_GOOD = 0.9
"""The accuracy from which nobody needs to hear of a bad start."""
_LINEAR_SLOPE = 0.9
_DIGITS = 10


def _not_scaled(facts: Facts) -> Finding | None:
    if facts.network.scale_pixels:
        return None
    says = (
        f"Pixels enter as 0 to 255, and layer 0 adds up 784 of them: the first loss is {loss_text(facts.first.test_loss)}, "
        f"guessing costs {loss_text(facts.chance)}."
    )
    return Finding(says, change(scale_pixels=True))


def _all_alike(facts: Facts) -> Finding | None:
    for layer, weight in enumerate(facts.snapshot.parameters.weights[:-1]):
        largest = max(float(weight.max()), -float(weight.min()))
        # The first rows mostly tell, and spare looking through millions of weights.
        if weight.shape[1] > 1 and np.isfinite(largest) and np.ptp(weight[:8], axis=1).max() <= _ALIKE * largest:
            differ = float(np.ptp(weight, axis=1).max())
            if differ <= _ALIKE * largest:
                same = "all 0" if not weight.any() else "the same"
                says = (
                    f"The weights of all {weight.shape[1]} units of layer {layer} are {same}: they compute one number."
                )
                init = "he_normal" if "relu" in facts.network.activation else "xavier_normal"
                return Finding(says, change(weight_init=init))
    return None


def _too_large(facts: Facts) -> Finding | None:
    loss, output = facts.first.test_loss, facts.snapshot.mlp.loss.output
    large = loss > _BAD_START[output] * facts.chance
    if not large or facts.now.train_accuracy >= _GOOD or not facts.network.scale_pixels:
        return None
    says = f"The first loss is {loss_text(loss)}, and guessing costs {loss_text(facts.chance)}: it begins sure of wrong answers."
    if not facts.updates:
        std = float(facts.snapshot.parameters.weights[0].std())
        says = f"{says} The weights of layer 0 have a std of {std:.2g}."
    init = "he_normal" if facts.network.weight_init != "he_normal" else "lecun_normal"
    return Finding(says, change(weight_init=init))


def _linear(facts: Facts) -> Finding | None:
    network, hidden = facts.network, len(facts.network.hidden_sizes)
    straight = network.activation == "leaky_relu" and network.leaky_slope >= _LINEAR_SLOPE
    if not hidden or not (network.activation == "identity" or straight):
        return None
    layers = "hidden layer is" if hidden == 1 else f"{hidden} hidden layers are"
    slope = f"leaky_relu with slope {network.leaky_slope:g}" if straight else "identity"
    says = f"The activation is {slope}: the {layers} no more than a detour, 784 pixels to 10 sums."
    return Finding(says, change(activation="relu", weight_init="he_normal"))


def _narrow(facts: Facts) -> Finding | None:
    sizes = facts.network.hidden_sizes
    if not sizes or min(sizes) >= _DIGITS or facts.epoch < 3 or facts.now.test_accuracy >= _GOOD:
        return None
    layer = sizes.index(min(sizes))
    units = "1 unit" if sizes[layer] == 1 else f"{sizes[layer]} units"
    says = f"Layer {layer} has {units} for ten digits, and {percent(facts.now.test_accuracy)} are read right."
    return Finding(says, change(hidden_sizes=tuple(64 if size < _DIGITS else size for size in sizes)))


NOT_SCALED = Rule(
    "inputs_not_scaled", "inputs not scaled",
    "Start weights are made for inputs of about 0 to 1. Inputs 255 times as large make z and the gradient of layer 0 255 times "
    "as large, and no learning rate suits both layers.", _not_scaled,
)  # fmt: skip
ALL_ALIKE = Rule(
    "units_all_alike", "all units start alike",
    "Units with the same weights get the same gradient and stay the same for ever, however many they are. Random start "
    "weights are there to make them differ.", _all_alike,
)  # fmt: skip
TOO_LARGE = Rule(
    "start_weights_too_large", "start weights too large",
    "Large weights make large z, which means certain answers before anything is learned. The first epochs go into "
    "undoing that. He and Xavier divide by the number of inputs.", _too_large,
)  # fmt: skip
LINEAR = Rule(
    "no_nonlinearity", "no nonlinearity",
    "Layers that only add up and multiply are together one matrix. What bends between them is what lets a network do more "
    "than draw straight borders.", _linear,
)  # fmt: skip
NARROW = Rule(
    "layer_too_narrow", "a layer too narrow",
    "All that the layers above learn of a digit comes through the narrowest one.", _narrow,
)  # fmt: skip
