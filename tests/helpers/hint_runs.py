"""Runs that show the problems which the hints find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.presets import load_preset
from tui_nn.session.hints import RULES, Hint, hints
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

DIGITS = load_bundled()
SHUFFLED = replace(DIGITS, train=Split(DIGITS.train.images, np.random.default_rng(0).permutation(DIGITS.train.labels)))


def noisy(share: float) -> Dataset:
    """Return the digits with this share of the training labels exchanged among each other."""
    random, labels = np.random.default_rng(1), DIGITS.train.labels.copy()
    exchanged = random.random(len(labels)) < share
    labels[exchanged] = random.permutation(labels[exchanged])
    return replace(DIGITS, train=Split(DIGITS.train.images, labels))


NOISY = noisy(0.3)
SMALL = {"hidden_sizes": (32,), "train_limit": 1500}
SGD = {"optimizer": "sgd", **SMALL}
SIGMOIDS = {"hidden_sizes": (32,) * 5, "activation": "sigmoid", "weight_init": "xavier_normal", "train_limit": 1500}


def session(data: Dataset = DIGITS, preset: str = "quick-start", **settings: Any) -> Session:
    begun = load_preset(preset)
    of_network = {setting.name for setting in begun.network.settings}
    network = replace(begun.network, **{name: value for name, value in settings.items() if name in of_network})
    training = replace(begun.training, **{name: value for name, value in settings.items() if name not in of_network})
    return Session(data, network, training, preset=preset)


def trained(epochs: int, /, data: Dataset = DIGITS, preset: str = "quick-start", **settings: Any) -> Snapshot:
    run = session(data, preset, **settings)
    for _ in run.train(epochs):
        pass
    return run.snapshot()


def found(snapshot: Snapshot) -> dict[str, Hint]:
    """What the rules find, also before the first update."""
    return {hint.name: hint for hint in hints(snapshot, probe(snapshot, DIGITS.test, probe_digits(DIGITS.test)))}


def other_data(images: Any = lambda x: x, labels: Any = lambda y: y) -> Dataset:
    """The digits with other pixels or labels, in both splits."""
    train, test = (Split(images(s.images), labels(s.labels)) for s in (DIGITS.train.first(1000), DIGITS.test))
    return replace(DIGITS, train=train, test=test)


SHOWN: dict[str, tuple[int, dict[str, Any]]] = {
    "data_unusual": (0, {"data": other_data(images=lambda x: 255 - x), "hidden_sizes": (8,)}),
    "inputs_not_scaled": (1, {"scale_pixels": False, **SMALL}),
    "units_all_alike": (1, {"weight_init": "constant", **SMALL}),
    "start_weights_too_large": (0, {"weight_init": "normal", "weight_init_scale": 1.0, **SMALL}),
    "sum_with_large_rate": (1, {"reduction": "sum", **SMALL}),
    "rate_too_high_for_adam": (0, {"optimizer": "adam", "learning_rate": 0.1, **SMALL}),
    "momentum_too_high": (1, {"momentum": 0.99, **SMALL}),
    "steps_too_noisy": (2, {"batch_size": 1, "learning_rate": 0.1, "optimizer": "sgd", "hidden_sizes": (32,), "train_limit": 1500}),
    "not_a_number": (1, {"learning_rate": 1e6, "activation": "leaky_relu", **SMALL}),
    "labels_shuffled": (8, {"data": SHUFFLED, "hidden_sizes": (64,), "learning_rate": 0.03}),
    "penalty_too_strong": (2, {"l2": 0.1, **SMALL}),
    "dropout_too_strong": (3, {"dropout": 0.8, "learning_rate": 0.05, "hidden_sizes": (64,), "train_limit": 1500}),
    "rate_too_high": (1, {"learning_rate": 3.0, **SMALL}),
    "saturated": (0, {"activation": "tanh", "weight_init": "normal", "weight_init_scale": 1.0, **SMALL}),
    "vanishing_gradient": (1, SIGMOIDS),
    "exploding": (0, {"weight_init": "normal", "weight_init_scale": 3.0, **SMALL}),
    "dead_units": (3, {"learning_rate": 0.35, **SMALL}),
    "clipped_too_short": (1, {"clip_norm": 0.001, **SGD}),
    "schedule_over": (3, {"schedule": "step", "drop_epochs": 1, "drop_factor": 0.01, "learning_rate": 0.01, **SMALL}),
    "rate_too_low": (1, {"learning_rate": 1e-5, **SMALL}),
    "no_nonlinearity": (0, {"activation": "identity", **SMALL}),
    "batch_too_large": (10, {"batch_size": None, **SGD}),
    "squared_error_slow": (9, {"loss": "sigmoid_mse", "learning_rate": 0.03, **SGD, "hidden_sizes": (16,)}),
    "class_never_predicted": (
        40, {"loss": "sigmoid_mse", "learning_rate": 0.05, **SGD, "hidden_sizes": (16,)},
    ),
    "layer_too_narrow": (4, {"hidden_sizes": (32, 3), "learning_rate": 0.03, "train_limit": 1500}),
    "too_few_digits": (12, {"hidden_sizes": (32,), "train_limit": 200, "batch_size": 32, "learning_rate": 0.03}),
    "overfitting": (20, {"hidden_sizes": (64,), "train_limit": 2000, "batch_size": 32}),
    "plateau": (20, {"data": NOISY, "hidden_sizes": (), "optimizer": "sgd"}),
    "too_few_epochs": (2, {"epochs": 2, "learning_rate": 0.003, "hidden_sizes": (32,)}),
}  # fmt: skip
"""A run that shows each rule: the epochs, and the settings that differ from quick-start, without validation examples."""
SHOWN |= {rule.name: rule.shown_by for rule in RULES if rule.shown_by is not None}
