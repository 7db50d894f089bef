"""The numbers on the screen of the microscope are those of an update worked out by itself, from the pixels on, with NumPy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from piloting import rows, settle
from textual.pilot import Pilot

from tests.ui.conftest import OpenApp
from tui_nn.data.dataset import Dataset
from tui_nn.data.validation import examples_of
from tui_nn.session.run.snapshot import Snapshot

Made = dict[str, np.ndarray]
"""What each act makes, by its name on the screen: (examples, units), (from, to) of a gradient and of weights."""

RATE, MOMENTUM, BETA1, BETA2, EPSILON = 0.1, 0.9, 0.9, 0.999, 1e-8


def update_by_hand(snapshot: Snapshot, images: np.ndarray, labels: np.ndarray) -> Made:
    """The first update of a run, in float64, by the textbook."""
    sigmoid = snapshot.network.activation == "sigmoid"
    squared = snapshot.network.loss == "sigmoid_mse"
    l2, count = snapshot.training.l2, len(labels)
    weights = [weight.astype(float) for weight in snapshot.parameters.weights]
    biases = [0.0 if bias is None else bias.astype(float) for bias in snapshot.parameters.biases]
    made, layers = {"x": images / 255}, len(weights)
    below = [made["x"]]
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        made[f"z{layer}"] = z = below[-1] @ weight + bias
        if layer < layers - 1:
            made[f"a{layer}"] = 1 / (1 + np.exp(-z)) if sigmoid else np.maximum(z, 0)
            below.append(made[f"a{layer}"])
    out = 1 / (1 + np.exp(-z)) if squared else np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    truth = np.eye(10)[labels]
    made["a" if squared else "p"] = out
    made["L"] = ((out - truth) ** 2).sum(axis=1) / 2 if squared else -np.log(out[np.arange(count), labels])
    delta = (out - truth) * (out * (1 - out) if squared else 1) / count
    for layer in reversed(range(layers)):
        made[f"δ{layer}"], made[f"dW{layer}"] = delta, below[layer].T @ delta
        gradient = made[f"dW{layer}"] + l2 * weights[layer]
        adam = snapshot.training.optimizer == "adam"
        # The moments were 0 before: adam's means, put right for that, are g and g².
        made[f"W{layer}"] = weights[layer] - RATE * (gradient / (np.abs(gradient) + EPSILON) if adam else gradient)
        slope = below[layer] * (1 - below[layer]) if sigmoid else below[layer] > 0
        delta = (delta @ weights[layer].T) * slope
    return made


def on_screen(pilot: Pilot[Any]) -> list[tuple[str, tuple[int, ...], float]]:
    """What the line of numbers says: of what, of which cell, and what it comes to."""
    line = rows(pilot)[5].strip()
    # An adam line may begin with "m 0.1, v 0.2;" and a delta line speak of two digits.
    parts = line.split(";  ")[-1].split("  δ")
    found = []
    for part in parts:
        text = part if part is parts[0] else f"δ{part}"
        match = re.fullmatch(r"(?P<name>[^\[]+)\[(?P<cell>[\d,]+)\] = .* = (?P<value>\S+)", text)
        if match:
            cell = tuple(map(int, match["cell"].split(",")))
            found.append((match["name"], cell, float(match["value"].replace("−", "-"))))
    return found


CONFIGS: dict[str, dict[str, Any]] = {
    "relu": {"hidden_sizes": (128,), "optimizer": "momentum"},
    "sigmoid": {"hidden_sizes": (32,) * 5, "activation": "sigmoid", "optimizer": "adam", "l2": 0.01, "use_bias": False},
    "squared": {"hidden_sizes": (16,), "loss": "sigmoid_mse", "dtype": "float64", "optimizer": "sgd"},
    "none": {"hidden_sizes": (), "optimizer": "sgd", "l2": 0.05},
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
async def test_every_act_shows_what_comes_out_by_hand(
    open_app: OpenApp, digits: Dataset, config: dict[str, Any]
) -> None:
    async with open_app(
        batch_size=32, learning_rate=RATE, momentum=MOMENTUM, beta1=BETA1, beta2=BETA2, **config
    ) as pilot:
        screen: Any = pilot.app.screen
        start: Snapshot = screen.snapshot
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("n")
        chosen = screen.snapshot.update.indices
        train = examples_of(digits, start.training).train
        made = update_by_hand(start, train.images[chosen].astype(float), train.labels[chosen])
        seen = set()
        for _ in range(len(screen.snapshot.update.plan)):
            for key in ("u", "right"):
                await pilot.press(key)
                await pilot.pause()
                for name, cell, value in on_screen(pilot):
                    true = float(made[name][cell])
                    assert value == pytest.approx(true, rel=6e-3, abs=1e-9), (name, cell)
                    seen.add(name)
            await pilot.press("m")
            await settle(pilot)
        # "w = ..." is said where there is no room for the cell of a weight.
        assert seen >= {name for name in made if not name.startswith("W")}
