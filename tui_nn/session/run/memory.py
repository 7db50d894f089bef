"""An estimate of the memory that a run needs, before the run begins."""

from __future__ import annotations

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import count_parameters

MUCH = 2**30
"""A run that needs more bytes than this number gets a warning."""


def memory_needed(network: NetworkConfig, training: TrainingConfig) -> int:
    """Return the number of bytes that a session needs for training.

    The data and the buffers of a batch are small, so they are not counted.

    The estimate counts vectors with one number for each parameter. Training needs the parameters, their gradient, the
    step, the moments, and the gradient of a second chunk. There are also copies of the parameters and moments: two
    checkpoints and two observations (evaluated copies), each with the last update.
    """
    moments = OPTIMIZERS[training.optimizer].moments
    vectors = 4 + moments + 4 * (1 + moments) + 2
    size = 4 if network.dtype == "float32" else 8
    return vectors * size * count_parameters(network.sizes, network.use_bias)


def describe_memory(network: NetworkConfig, training: TrainingConfig) -> str:
    """Return the memory that training needs as text, such as "about 7.6 GB of memory"; "" if it is at most `MUCH`."""
    needed = memory_needed(network, training)
    return f"about {needed / 1e9:.1f} GB of memory" if needed >= MUCH else ""
