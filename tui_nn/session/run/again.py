"""The start weights and the order of examples that two runs with different settings have in common."""

from __future__ import annotations

from tui_nn.config.configs import NetworkConfig, TrainingConfig

_DRAWN_BY = (
    "input_size",
    "output_size",
    "weight_init",
    "weight_init_scale",
    "bias_init",
    "bias_init_scale",
    "use_bias",
)
_SEEDED_BY = ("seed", "generator")
_ORDERED_BY = (*_SEEDED_BY, "shuffle", "train_limit", "validation")


def same_start_layers(
    network: NetworkConfig, training: TrainingConfig, other: NetworkConfig, other_training: TrainingConfig
) -> int:
    """Return how many layers, counted from the first, start with the same weights in both runs.

    The weights are drawn layer by layer from one stream of random numbers. So the layers are equal up to the first one
    whose shape differs.
    """
    if any(getattr(network, name) != getattr(other, name) for name in _DRAWN_BY):
        return 0
    if any(getattr(training, name) != getattr(other_training, name) for name in _SEEDED_BY):
        return 0
    shapes, others = (tuple(zip(config.sizes, config.sizes[1:], strict=False)) for config in (network, other))
    same = 0
    while same < min(len(shapes), len(others)) and shapes[same] == others[same]:
        same += 1
    return same


def common_words(
    network: NetworkConfig, training: TrainingConfig, other: NetworkConfig, other_training: TrainingConfig
) -> str:
    """Return a text that says whether two runs share their start weights and their order of examples."""
    same, layers = same_start_layers(network, training, other, other_training), len(other.sizes) - 1
    if same == layers:
        weights = "the same start weights"
    elif same:
        weights = f"the same start weights in the first {'layer' if same == 1 else f'{same} layers'} of {layers}"
    else:
        weights = "other start weights"
    ordered = all(getattr(training, name) == getattr(other_training, name) for name in _ORDERED_BY)
    return f"{weights}, {'the same' if ordered else 'another'} order of examples"
