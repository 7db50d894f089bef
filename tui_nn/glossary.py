"""The glossary: the terms of the field that the app uses, each explained in one sentence.

The help pages of the app, docs/glossary.md and lessons read this table. It imports neither NumPy nor Textual.
"""

from __future__ import annotations

import re

GLOSSARY: dict[str, str] = {
    # Data
    "example": "one picture together with its label.",
    "class": "one of the groups that a picture can belong to, such as the digit 4.",
    "label": "the true class of an example.",
    "training data": "the examples that the network learns from.",
    "validation data": "examples that are kept out of training and used to choose settings and the best epoch.",
    "test data": "examples that the network never learns from; they show how well the network classifies new pictures.",
    "augmentation": "small random changes of the training pictures (noise, shifts, rotations), so that they differ in every epoch.",
    # The network
    "layer": "a group of units that all receive the same inputs; the data flows from layer to layer.",
    "hidden layer": "a layer between the pixels and the output.",
    "unit": "one neuron: it computes a weighted sum of its inputs, adds its bias and applies the activation.",
    "weight": "the number that an input is multiplied by, so it says how much this input counts; training changes it.",
    "bias": "the number that a unit adds to its weighted sum; training changes it.",
    "parameter": "any number that training changes: a weight or a bias.",
    "fan-in": "the number of inputs of a unit.",
    "fan-out": "the number of units in a layer; each input of the layer goes to all of them.",
    "z": "the weighted sum of a unit's inputs plus its bias, before the activation is applied.",
    "activation": "the function that turns z into the output a of a unit; also that output itself.",
    "kink": "a point where the slope of an activation jumps, such as 0 for relu.",
    "logit": "a z of the last layer, before softmax or sigmoid turns it into an output.",
    "softmax": "the function that turns the z of the last layer (the logits) into probabilities that add up to 1.",
    "output": "the value that the last layer gives for one class, between 0 and 1.",
    "prediction": "the class with the largest output, also called the predicted class.",
    "confidence": "the output of the predicted class: how strongly the network favours its prediction.",
    # Learning
    "loss": "a number that says how wrong the outputs are; training makes it smaller.",
    "cross-entropy": "the loss −ln p, where p is the probability that the network gives to the true class.",
    "squared error": "the loss that adds up the squared differences between the outputs and their targets.",
    "accuracy": "the share of examples whose predicted class is the true class.",
    "chance": "the loss or accuracy of a network that gives every class the same output.",
    "batch": "the examples that are used together for one update.",
    "update": "one change of all weights and biases, computed from one batch.",
    "epoch": "one pass through all training examples.",
    "forward pass": "the calculation of the outputs from the pixels, layer by layer.",
    "backpropagation": "the calculation of the gradient, from the last layer back to the first.",
    "gradient": "for every weight and bias, how fast the loss changes when this weight or bias grows.",
    "delta": "the gradient of the loss with respect to a unit's z; backpropagation passes it from layer to layer (written δ).",
    "gradient descent": "training by small steps against the gradient, so that the loss falls.",
    "update ratio": "the size of an update divided by the size of the weights, as a power of ten; −3 means 1/1000.",
    "learning rate": "the factor that turns a gradient into a step: a larger rate means larger steps.",
    "schedule": "a rule that changes the learning rate during training.",
    "warm-up": "the first epochs of a schedule, in which the learning rate rises from 0.",
    "optimizer": "the rule that computes the next update from the gradient and from earlier gradients.",
    "momentum": "the share of the last step that an optimizer carries over into the next one.",
    "velocity": "the running sum of gradients that an optimizer with momentum follows.",
    "moment": "a running average of the gradient or of its square, which adam and rmsprop keep for every parameter.",
    "start weights": "the random weights of a network that has not been trained yet.",
    "seed": "the number that decides all random choices of a run; the same seed gives the same run.",
    "sweep": "a set of runs, one for each combination of given settings; the command tui-nn sweep trains and compares them.",
    "divergence": "the failure of a run in which the loss or a weight becomes NaN or infinite.",
    "NaN": '"not a number", the result of a calculation such as 0/0 or infinity minus infinity.',
    # Help against overfitting
    "overfitting": "a state of training in which the loss on the training data still falls, but the loss on the test data rises.",
    "regularization": "any method against overfitting, such as l1, l2 or dropout.",
    "l1": "a penalty that pulls every weight towards 0 with the same strength.",
    "l2": "a penalty that pulls every weight towards 0 in proportion to its size; also called weight decay.",
    "dropout": "a method that switches random hidden units off in every batch, so that no unit is essential.",
    "label smoothing": "a method that asks for a little less than 1 for the true class and a little more than 0 for the others.",
    "clipping": "the shortening of every gradient that is longer than a limit, to avoid huge steps.",
    "patience": "the number of epochs without a better loss after which training stops early.",
    # Looking inside
    "RMS": "root mean square, the typical size of a set of numbers regardless of their signs.",
    "standard deviation": "how far numbers spread around their mean: the root of the mean squared distance from it.",
    "dead unit": "a unit that gives 0 for every example, so that its weights no longer change.",
    "saturated unit": "a unit whose z lies where the activation is almost flat, so that hardly any gradient gets through.",
    "vanishing gradient": "a gradient that becomes so small towards the first layers that they hardly learn.",
    "exploding gradient": "a gradient or signal that grows from layer to layer until training fails.",
    "gradient check": "a comparison of backpropagation with numerical gradients, which come from moving a weight a little.",
    "saliency": "how strongly each pixel of a picture affects an output.",
    "contribution": "the part of an output that comes from one pixel or one unit; all parts and the biases add up to it.",
    "class separation": (
        "how well a layer separates the classes: how far apart it places examples of different classes, compared "
        "with examples of the same class."
    ),
    "projection": "a flat map of a layer's activations, in which similar examples lie close together.",
    "confusion matrix": "a table that counts, for every true class, how often each class was predicted.",
    "recall": "the share of the examples of a class that are predicted as this class.",
    "precision": "the share of the predictions of a class that are right.",
    "F1": "one score for precision and recall together: 2 × precision × recall / (precision + recall).",
    "calibration error": "the mean distance between confidence and accuracy, over groups of predictions with similar confidence.",
    "margin": "the output of the predicted class minus the output of the true class.",
    "calibration": "how well confidence matches accuracy: of the predictions made with 80 % confidence, 80 % should be right.",
    "temperature": "a number that the logits are divided by before softmax; a high temperature makes the probabilities more equal.",
    # The app
    "run": "one training of a network, with its settings and history; it can be saved to a file.",
    "preset": "a network and its training settings, ready to start from.",
    "branch": "one sequence of epochs in a run; if you go back and change a setting, a new branch begins.",
    "checkpoint": "a copy of the network and the optimizer, from which the app returns to earlier epochs.",
    "step": "one part of the calculation of an update, as the microscope shows it.",
    "hint": "a problem that the app found in the run, with its reason and a change that helps.",
}
"""Every term with its explanation: a sentence whose subject is the term itself, so that "**epoch**: ..." reads well."""

_TAUGHT: dict[str, tuple[str, ...]] = {
    "look-first": (
        "example", "class", "label", "training data", "test data", "weight", "output", "prediction", "loss", "accuracy",
        "chance", "epoch", "run", "preset", "branch", "checkpoint", "parameter",
    ),
    "one-update": (
        "layer", "hidden layer", "unit", "bias", "z", "activation", "logit", "softmax", "batch", "update", "forward pass",
        "backpropagation", "delta", "gradient", "gradient check", "step", "fan-out",
    ),
    "learning-rate": (
        "gradient descent", "learning rate", "schedule", "warm-up", "divergence", "NaN", "update ratio",
        "clipping", "sweep",
    ),
    "dead-units": ("kink", "dead unit", "hint"),
    "symmetry": ("start weights", "seed", "class separation", "projection"),
    "start-scale": ("fan-in", "exploding gradient", "standard deviation"),
    "vanishing-gradients": ("RMS", "saturated unit", "vanishing gradient"),
    "the-loss": ("cross-entropy", "squared error"),
    "overfitting": (
        "validation data", "augmentation", "overfitting", "regularization", "l1", "l2", "dropout", "label smoothing",
        "patience",
    ),
    "momentum": ("optimizer", "momentum", "velocity", "moment"),
    "mistakes": (
        "confidence", "saliency", "contribution", "confusion matrix", "recall", "precision", "F1", "calibration error",
        "margin", "calibration", "temperature",
    ),
}  # fmt: skip

LESSONS: dict[str, str] = {term: lesson for lesson, terms in _TAUGHT.items() for term in terms}
"""The name of the lesson file that teaches each term. Every term of `GLOSSARY` has a lesson."""


def terms_in(text: str) -> dict[str, str]:
    """Return the terms that occur in `text` as whole words, singular or plural, with their explanations."""
    return {
        term: meaning
        for term, meaning in GLOSSARY.items()
        if re.search(rf"(?<![\w-]){re.escape(term)}(e?s)?(?![\w-])", text, 0 if term[:1].isupper() else re.IGNORECASE)
    }
