"""Explanations of the settings of a network and of its training."""

from __future__ import annotations

from itertools import pairwise

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import count_parameters
from tui_nn.session.questions.explaining.explanation import Explanation, short
from tui_nn.session.run.epoch import batch_count

TERMS = {
    "hidden_sizes": "hidden layer",
    "activation": "activation",
    "leaky_slope": "activation",
    "weight_init": "start weights",
    "weight_init_scale": "start weights",
    "bias_init": "bias",
    "bias_init_scale": "bias",
    "use_bias": "bias",
    "loss": "loss",
    "scale_pixels": "example",
    "dtype": "parameter",
    "optimizer": "optimizer",
    "learning_rate": "learning rate",
    "momentum": "momentum",
    "beta1": "moment",
    "beta2": "moment",
    "epsilon": "optimizer",
    "batch_size": "batch",
    "reduction": "loss",
    "epochs": "epoch",
    "shuffle": "epoch",
    "seed": "seed",
    "generator": "seed",
    "train_limit": "training data",
    "schedule": "schedule",
    "warmup_epochs": "warm-up",
    "drop_epochs": "schedule",
    "drop_factor": "schedule",
    "l1": "l1",
    "l2": "l2",
    "dropout": "dropout",
    "label_smoothing": "label smoothing",
    "clip_norm": "clipping",
    "noise": "augmentation",
    "noise_std": "augmentation",
    "noise_shift": "augmentation",
    "noise_angle": "augmentation",
    "validation": "validation data",
    "patience": "patience",
    "keep_best": "validation data",
}
"""The term of the glossary for each setting."""


def setting(
    row: Setting, shown: str, network: NetworkConfig, training: TrainingConfig, examples: int | None
) -> Explanation:
    """Explain one setting with these values. `shown` is its value as text, and `examples` is the number of training examples."""
    value = getattr(network if hasattr(network, row.name) else training, row.name)
    formula = _formula(row.name, network, training, examples)
    return Explanation(row.label, shown, TERMS[row.name], formula, row.describe(value))


def _formula(name: str, network: NetworkConfig, training: TrainingConfig, examples: int | None) -> str:
    """Return the formula or the number that belongs to a setting, such as the number of parameters; "" if there is none."""
    sizes = network.sizes
    match name:
        case "hidden_sizes" | "use_bias":
            return f"parameters: {parameter_sum(network)}"
        case "activation":
            return ACTIVATIONS[network.activation].formula
        case "weight_init" | "weight_init_scale":
            row = INITIALIZERS[network.weight_init]
            std = row.std(sizes[0], sizes[1], network.weight_init_scale)
            return f"std of the start weights of layer 0 (fan-in {sizes[0]:,}): {row.formula} = {short(std)}"
        case "loss":
            return LOSSES[network.loss].formula
        case "optimizer" | "learning_rate" | "momentum" | "beta1" | "beta2" | "epsilon":
            return OPTIMIZERS[training.optimizer].formula.replace("rate", short(training.learning_rate))
        case "schedule":
            return SCHEDULES[training.schedule].formula.replace("rate", short(training.learning_rate))
        case "dropout" if network.hidden_sizes:
            off = training.dropout * network.hidden_sizes[0]
            product = f"{short(training.dropout)} × {network.hidden_sizes[0]:,} = {short(off)}"
            return f"mean number of units of layer 0 that dropout leaves out: {product}"
        case "label_smoothing":
            share, classes = training.label_smoothing, network.output_size
            low = share / classes
            return (
                f"target of the true class: 1 − {short(share)} + {short(share)} / {classes} = {short(1 - share + low)}"
            )
        case "batch_size" | "epochs" | "train_limit" if examples:
            size = training.batch_size or examples
            updates = batch_count(examples, training.batch_size)
            text = f"updates in an epoch: {examples:,} / {size:,}, rounded up = {updates:,}"
            if name == "epochs":
                text += f"; in all epochs: {training.epochs:,} × {updates:,} = {training.epochs * updates:,}"
            return text
        case _:
            return ""


def parameter_sum(network: NetworkConfig) -> str:
    """Return the number of parameters as a sum over the layers: "784 × 128 + 128 + ... = 101,770"."""
    bias = network.use_bias
    parts = [f"{a:,} × {b:,}{f' + {b:,}' if bias else ''}" for a, b in pairwise(network.sizes)]
    return f"{' + '.join(parts)} = {count_parameters(network.sizes, bias):,}"


def parameters(network: NetworkConfig) -> Explanation:
    """Explain the number of parameters of a network."""
    count = count_parameters(network.sizes, network.use_bias)
    return Explanation(
        "parameters", f"{count:,}", "parameter", f"inputs × units + biases, layer by layer: {parameter_sum(network)}"
    )


def preset(name: str, about: str, reported: str) -> Explanation:
    """Explain a preset."""
    return Explanation("preset", name, "preset", about=f"{about[0].upper()}{about[1:]}. Result: {reported}")
