"""Pixels enter the network as 0 to 1, or as 0 to 255 if the setting `scale_pixels` is off."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.fast.training_step import TrainingStep


def test_pixels_as_they_are_give_what_weights_of_a_255th_give_for_scaled_ones() -> None:
    """x @ W is the same for 255 times the pixels and W / 255, so evaluation and training use the same x."""
    random = np.random.default_rng(1)
    images, labels = random.integers(0, 256, (20, 784), dtype=np.uint8), random.integers(0, 10, 20, dtype=np.uint8)
    scaled = new_network(NetworkConfig(hidden_sizes=(8,), dtype="float64"), 3)
    raw = new_network(NetworkConfig(hidden_sizes=(8,), dtype="float64", scale_pixels=False), 3)
    raw.parameters.weights[0][...] /= 255
    np.testing.assert_allclose(evaluate(raw, images, labels).outputs, evaluate(scaled, images, labels).outputs)
    gradients = []
    for mlp in (raw, scaled):
        backprop = TrainingStep(mlp)
        acts = list(backprop.batch_acts(images, labels, np.arange(20)))
        assert acts[0].formula == ("x = pixels / 255" if mlp is scaled else "x = pixels")
        gradients.append(backprop.gradient.total.weights[0])
    np.testing.assert_allclose(gradients[0], 255 * gradients[1])


@pytest.mark.parametrize("noise", list(AUGMENTATIONS))
def test_noise_is_as_strong_to_pixels_as_they_are(noise: str) -> None:
    random = np.random.default_rng(1)
    images, labels = random.integers(0, 256, (20, 784), dtype=np.uint8), random.integers(0, 10, 20, dtype=np.uint8)
    entered = []
    for scale_pixels in (True, False):
        backprop = TrainingStep(new_network(NetworkConfig(dtype="float64", scale_pixels=scale_pixels)))
        next(backprop.batch_acts(images, labels, np.arange(20), TrainingConfig(noise=noise), BatchIdentity(0, 1, 0, 1)))
        entered.append(backprop.buffers(20).batch.x)
    np.testing.assert_allclose(255 * entered[0], entered[1], atol=1e-9)
