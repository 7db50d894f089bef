"""How much memory a run takes: known before any of it is asked for."""

from __future__ import annotations

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import count_parameters

MUCH = 2**30
"""Bytes from which a person is told."""


def memory_needed(network: NetworkConfig, training: TrainingConfig) -> int:
    """Bytes that a session takes while it trains, digits and the buffers of a batch left out: both are small beside them.

    Counted in vectors of all parameters. Training has these, their gradient, the step and the moments, and the gradient of
    a second chunk. Beside them there are copies of parameters and moments: two checkpoints, and what was last seen and
    what is seen now, each with the last update.
    """
    moments = OPTIMIZERS[training.optimizer].moments
    vectors = 4 + moments + 4 * (1 + moments) + 2
    size = 4 if network.dtype == "float32" else 8
    return vectors * size * count_parameters(network.sizes, network.use_bias)


def describe_memory(network: NetworkConfig, training: TrainingConfig) -> str:
    """ "about 7.6 GB of memory", or "" where it is not much."""
    needed = memory_needed(network, training)
    return f"about {needed / 1e9:.1f} GB of memory" if needed >= MUCH else ""
