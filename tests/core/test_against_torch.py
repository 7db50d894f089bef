"""The same network in PyTorch gives the same numbers in float64. The tests are skipped if PyTorch is not installed.

docs/pytorch.md lists the conventions that differ.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.losses import LOSSES
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS, Optimizer

torch = pytest.importorskip("torch")
F = torch.nn.functional

CLOSE = 1e-12
STEPS = 6
N = 12
"""Examples."""

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "relu": torch.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "identity": lambda z: z,
}
OPTIMIZERS_THERE: dict[str, Callable[[Any, float], Any]] = {
    "sgd": lambda p, rate: torch.optim.SGD(p, lr=rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9),
    "nesterov": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9, nesterov=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, lr=rate, alpha=0.999, eps=1e-8),
    "adam": lambda p, rate: torch.optim.Adam(p, lr=rate),
    # Decay for the weights alone: theirs takes the biases too, unless it is told.
    "adamw": lambda p, rate: torch.optim.AdamW(
        [{"params": p[::2], "weight_decay": 0.1}, {"params": p[1::2], "weight_decay": 0.0}], lr=rate
    ),
}


def smooth(y: Any, smoothing: float) -> Any:
    return y * (1 - smoothing) + smoothing / 10


LOSSES_THERE: dict[str, Callable[[Any, Any, float], Any]] = {
    "softmax_cross_entropy": lambda z, labels, s: F.cross_entropy(z, labels, label_smoothing=s),
    # Theirs is the mean over examples and outputs, ours half the sum over the outputs: 10 / 2 times as much.
    "sigmoid_mse": lambda z, labels, s: 5 * F.mse_loss(torch.sigmoid(z), smooth(F.one_hot(labels, 10).double(), s)),
}


def examples() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.integers(0, 256, (N, 784)).astype(np.uint8), random.integers(0, 10, N).astype(np.uint8)


def both(network: NetworkConfig) -> tuple[MLP, list[Any]]:
    """Return our network, and its weights and biases as PyTorch tensors, layer by layer."""
    mlp = new_network(network)
    pairs = zip(mlp.parameters.weights, mlp.parameters.biases, strict=True)
    return mlp, [torch.tensor(part.copy(), requires_grad=True) for pair in pairs for part in pair if part is not None]


def loss_there(parts: list[Any], network: NetworkConfig, smoothing: float = 0.0) -> Any:
    images, labels = examples()
    a = torch.tensor(images / 255)
    for layer in range(0, len(parts), 2):
        z = a @ parts[layer] + parts[layer + 1]
        a = FUNCTIONS[network.activation](z)
    return LOSSES_THERE[network.loss](z, torch.tensor(labels.astype(np.int64)), smoothing)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_gradient_is_autograd_s(activation: str, loss: str, smoothing: float) -> None:
    network = NetworkConfig(
        hidden_sizes=(9, 7), activation=activation, loss=loss, bias_init="normal", bias_init_scale=0.1, dtype="float64"
    )
    mlp, parts = both(network)
    loss_there(parts, network, smoothing).backward()
    backprop = TrainingStep(mlp)
    for _ in backprop.batch_acts(*examples(), np.arange(N), TrainingConfig(label_smoothing=smoothing)):
        pass
    there = np.concatenate([part.grad.numpy().ravel() for part in parts])
    assert np.abs(backprop.gradient.total.vector - there).max() < CLOSE
    plain = float(loss_there(parts, network).detach())
    assert backprop.gradient.loss / N == pytest.approx(plain, rel=CLOSE)


@pytest.mark.parametrize("schedule", ["constant", "warmup_cosine"])
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_the_updates_are_its_optimizer_s(optimizer: str, schedule: str) -> None:
    """The rate is set by hand, to show that the decay uses the rate of its own step."""
    network = NetworkConfig(hidden_sizes=(9,), activation="tanh", dtype="float64")
    training = TrainingConfig(
        optimizer=optimizer, learning_rate=0.01, schedule=schedule, epochs=2, l2=0.1 if optimizer == "adamw" else 0.0
    )
    mlp, parts = both(network)
    rule, there = Optimizer(optimizer, mlp.parameters.vector), OPTIMIZERS_THERE[optimizer](parts, 0.01)
    backprop = TrainingStep(mlp)
    for number in range(STEPS):
        place = BatchIdentity(0, 1 + number // 3, number % 3, 3)
        for _ in backprop.update_acts(*examples(), np.arange(N), rule, training, place):
            pass
        done = (number + 0.5) / 3
        rate = 0.01 if schedule == "constant" else 0.01 * (done if done < 1 else (1 + np.cos(np.pi * (done - 1))) / 2)
        for group in there.param_groups:
            group["lr"] = rate
        there.zero_grad()
        loss_there(parts, network).backward()
        there.step()
        now = np.concatenate([part.detach().numpy().ravel() for part in parts])
        assert np.abs(mlp.parameters.vector - now).max() < CLOSE
