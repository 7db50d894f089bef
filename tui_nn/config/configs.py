"""The two configs, with the settings of the network and of the training. Both are flat, frozen dataclasses that check their values.

Each field is one control on the screen, one flag of the command line and one key of a preset. The metadata of a field
give its label, its allowed values, and the time at which a change takes effect. The decorator `with_settings` makes a
`Setting` from the metadata of each field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tui_nn.config.base import BaseConfig, setting_field, with_settings
from tui_nn.config.setting import Effect, Setting
from tui_nn.config.tables import row_uses


def _if_chosen(choice: str, setting: str) -> dict[str, Any]:
    """Return the metadata of a setting that only some choices use. For example, only some optimizers use the momentum.

    `choice` is the name of the setting that is chosen, such as "optimizer".
    """
    return {"used": lambda _, t: row_uses(choice, getattr(t, choice), setting)}


def _by_optimizer(setting: str) -> dict[str, Any]:
    return _if_chosen("optimizer", setting)


def _by_schedule(setting: str) -> dict[str, Any]:
    return _if_chosen("schedule", setting)


def _by_noise(setting: str) -> dict[str, Any]:
    return _if_chosen("noise", setting)


def _hidden(network: NetworkConfig, _: TrainingConfig) -> bool:
    return bool(network.hidden_sizes)


_NEW, _BATCH, _EPOCH = Effect.NEW_NETWORK, Effect.NEXT_BATCH, Effect.NEXT_EPOCH


@with_settings
@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig(BaseConfig):
    """The settings of the network. A change of any field needs a new network."""

    hidden_sizes: tuple[int, ...] = setting_field(
        (128,), "hidden sizes", "sizes", _NEW,
        "The size of each hidden layer. More units learn finer detail but take longer.",
        ladder=((), (16,), (32,), (64,), (128,), (256,), (512,)),
    )  # fmt: skip
    activation: str = setting_field(
        "relu", "activation", "choice", _NEW, "The function that every hidden unit applies to z, its weighted sum plus bias.",
        used=_hidden,
    )  # fmt: skip
    leaky_slope: float = setting_field(
        0.01, "leaky slope", "number", _NEW, "The slope of leaky_relu for negative z: a = {value} × z.",
        high=1.0, ladder=(0.001, 0.004, 0.01, 0.03, 0.1, 0.3), short="slope",
        used=lambda n, t: _hidden(n, t) and row_uses("activation", n.activation, "leaky_slope"), rare=True,
    )  # fmt: skip
    weight_init: str = setting_field(
        "he_normal",
        "weight init",
        "choice",
        _NEW,
        "The rule for the spread of the random start weights.",
    )
    weight_init_scale: float = setting_field(
        0.01, "init scale", "number", _NEW, "The std (normal), limit (uniform) or value (constant) of start weights: {value}.",
        high=100.0, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), short="scale",
        used=lambda n, _: row_uses("weight_init", n.weight_init, "weight_init_scale"), rare=True,
    )  # fmt: skip
    bias_init: str = setting_field(
        "zeros", "bias init", "choice", _NEW, "The biases start at 0, or are drawn at random from a normal distribution.",
        choices=("zeros", "normal"), short="bias-init", used=lambda n, _: n.use_bias, rare=True,
    )  # fmt: skip
    bias_init_scale: float = setting_field(
        0.01, "bias scale", "number", _NEW, "The random start biases have a standard deviation of {value}.",
        high=100.0, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), short="bias-scale",
        used=lambda n, _: n.use_bias and n.bias_init == "normal", rare=True,
    )  # fmt: skip
    use_bias: bool = setting_field(
        True, "use bias", "yes_no", _NEW, "If yes, each unit adds a bias, the b in z = x @ W + b.",
        ladder=(True, False), short="bias", rare=True,
    )  # fmt: skip
    loss: str = setting_field(
        "softmax_cross_entropy",
        "loss",
        "choice",
        _NEW,
        "The function that measures the error of the outputs; training lowers it.",
    )
    scale_pixels: bool = setting_field(
        True, "scale pixels", "yes_no", _NEW, "If yes, pixels are divided by 255, so they range from 0 to 1, not 0 to 255.",
        ladder=(True, False), short="scale-px", rare=True,
    )  # fmt: skip
    dtype: str = setting_field(
        "float32", "dtype", "choice", _NEW,
        "float32 computes with about 7 digits, float64 with about 16 but half as fast.",
        choices=("float32", "float64"), rare=True,
    )  # fmt: skip

    input_size: int = 784
    """The number of pixels of a picture. The data decides this number, so it is not a setting; the default fits the
    bundled digits.
    """
    output_size: int = 10
    """The number of classes. The data decides this number too, so it is not a setting."""

    def for_data(self, input_size: int, output_size: int) -> NetworkConfig:
        """Return a copy of this config for pictures of `input_size` pixels and for `output_size` classes."""
        return replace(self, input_size=input_size, output_size=output_size)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the input, the hidden layers and the output, such as (784, 128, 10)."""
        return (self.input_size, *self.hidden_sizes, self.output_size)

    @property
    def layer_count(self) -> int:
        """The number of layers with weights: all hidden layers and the output layer."""
        return len(self.hidden_sizes) + 1


@with_settings
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig(BaseConfig):
    """The settings of the training. Most of them may change while the network is trained."""

    optimizer: str = setting_field(
        "sgd",
        "optimizer",
        "choice",
        _BATCH,
        "The rule that turns a gradient into an update of the weights.",
    )
    learning_rate: float = setting_field(
        0.1, "learning rate", "number", _BATCH, "The size of one update step. With sgd: w ← w − {value} × gradient.",
        above_low=True, high=1e6, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), short="lr",
    )  # fmt: skip
    momentum: float = setting_field(
        0.9, "momentum", "number", _BATCH, "Each step adds {value} × the previous step: v ← {value} × v + gradient.",
        high=0.9999, ladder=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99), **_by_optimizer("momentum"),
    )  # fmt: skip
    beta1: float = setting_field(
        0.9, "beta1", "number", _BATCH, "Past gradients are averaged: m ← {value} × m + (1 − {value}) × gradient.",
        high=0.9999, ladder=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99), rare=True, **_by_optimizer("beta1"),
    )  # fmt: skip
    beta2: float = setting_field(
        0.999, "beta2", "number", _BATCH, "Squared gradients are averaged: v ← {value} × v + (1 − {value}) × gradient².",
        high=0.99999, ladder=(0.9, 0.95, 0.99, 0.995, 0.999, 0.9999), rare=True, **_by_optimizer("beta2"),
    )  # fmt: skip
    epsilon: float = setting_field(
        1e-8, "epsilon", "number", _BATCH, "The optimizer adds {value} to its divisor, so that it never divides by 0.",
        low=1e-30, high=1.0, ladder=(1e-10, 1e-8, 1e-6, 1e-4), short="eps",
        rare=True, **_by_optimizer("epsilon"),
    )  # fmt: skip
    batch_size: int | None = setting_field(
        64, "batch size", "optional_count", _EPOCH, "The number of examples that are used together for one update: {value}.",
        low=1, high=1_000_000, unset="full", ladder=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, None), short="bs",
    )  # fmt: skip
    reduction: str = setting_field(
        "mean", "reduction", "choice", _BATCH, "The loss of a batch is the mean or the sum of its examples' losses.",
        choices=("mean", "sum"), rare=True,
    )  # fmt: skip
    epochs: int = setting_field(
        20, "epochs", "count", _BATCH, "Press r to train until epoch {value}. Press r again to train {value} more epochs.",
        low=1, high=1_000_000, ladder=(5, 10, 20, 40, 60, 100, 200, 400, 1000), short="ep",
    )  # fmt: skip
    shuffle: bool = setting_field(
        True,
        "shuffle",
        "yes_no",
        _EPOCH,
        "If yes, each epoch takes the examples in a new random order.",
        ladder=(True, False),
        rare=True,
    )
    seed: int = setting_field(
        0, "seed", "count", _NEW, "The same seed and settings give the same start weights and order of examples.",
        high=2**32 - 1, ladder=range(2**32),
    )  # fmt: skip
    generator: str = setting_field(
        "pcg64", "generator", "choice", _NEW, "NumPy's random number generator: pcg64 is the current one, legacy the old one.",
        choices=("pcg64", "legacy"), rare=True,
    )  # fmt: skip
    train_limit: int | None = setting_field(
        None, "train limit", "optional_count", _NEW, "The number of training examples to use, beginning with the first: {value}.",
        low=1, high=1_000_000, unset="all", short="limit",
        ladder=(100, 200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 40000, None), rare=True,
    )  # fmt: skip
    schedule: str = setting_field(
        "constant",
        "schedule",
        "choice",
        _BATCH,
        "The rule by which the learning rate changes during training.",
        rare=True,
    )
    warmup_epochs: float = setting_field(
        1.0, "warm-up", "number", _BATCH, "During the first {value} epochs, the learning rate rises from 0.",
        high=1e6, ladder=(0.5, 1.0, 2.0, 3.0, 5.0, 10.0), short="warmup", rare=True, **_by_schedule("warmup_epochs"),
    )  # fmt: skip
    drop_epochs: int = setting_field(
        10, "drop every", "count", _BATCH, "The number of epochs between two drops of the learning rate: {value}.",
        low=1, high=1_000_000, ladder=(1, 2, 5, 10, 20, 50, 100), short="drop-every", rare=True, **_by_schedule("drop_epochs"),
    )  # fmt: skip
    drop_factor: float = setting_field(
        0.5, "drop factor", "number", _BATCH, "Each drop multiplies the learning rate: rate ← {value} × rate.",
        high=1.0, ladder=(0.1, 0.2, 0.5, 0.7, 0.9), short="drop", rare=True, **_by_schedule("drop_factor"),
    )  # fmt: skip
    l1: float = setting_field(
        0.0, "l1", "number", _BATCH, "l1 pulls all weights to 0 equally: it adds {value} × sign(w) to the gradient.",
        high=10.0, ladder=(0.0, 1e-6, 1e-5, 1e-4, 0.001, 0.01), rare=True,
    )  # fmt: skip
    l2: float = setting_field(
        0.0, "l2", "number", _BATCH, "l2 pulls large weights towards 0: it adds {value} × w to the gradient.",
        high=10.0, ladder=(0.0, 1e-5, 1e-4, 0.001, 0.01, 0.1),
    )  # fmt: skip
    dropout: float = setting_field(
        0.0, "dropout", "number", _BATCH, "For each training example, each hidden unit is off with probability {value}.",
        high=0.95, ladder=(0.0, 0.1, 0.2, 0.3, 0.5, 0.7), used=_hidden,
    )  # fmt: skip
    label_smoothing: float = setting_field(
        0.0, "smoothing", "number", _BATCH, "Training softens the targets: (1 − {value}) × target + {value} / number of classes.",
        high=0.9, ladder=(0.0, 0.01, 0.03, 0.1, 0.2), short="smooth", rare=True,
    )  # fmt: skip
    clip_norm: float = setting_field(
        0.0, "clip norm", "number", _BATCH, "A gradient longer than {value} is shortened to {value}; 0 turns this off.",
        high=1e6, ladder=(0.0, 0.1, 0.3, 1.0, 3.0, 10.0), short="clip", rare=True,
    )  # fmt: skip
    noise: str = setting_field(
        "none",
        "noise",
        "choice",
        _BATCH,
        "The random change that training makes to each picture, against overfitting.",
    )
    noise_std: float = setting_field(
        0.1, "noise std", "number", _BATCH, "The strength of the random noise on each pixel, where 1 is full ink: {value}.",
        high=10.0, ladder=(0.01, 0.03, 0.1, 0.2, 0.3, 0.5), short="std", rare=True, **_by_noise("noise_std"),
    )  # fmt: skip
    noise_shift: int = setting_field(
        2, "noise shift", "count", _BATCH, "The largest shift of a picture along each side, in pixels: {value}.",
        high=14, ladder=(1, 2, 3, 4, 6, 8), short="shift", rare=True, **_by_noise("noise_shift"),
    )  # fmt: skip
    noise_angle: float = setting_field(
        10.0, "noise angle", "number", _BATCH, "The largest turn of a picture to either side, in degrees: {value}.",
        high=180.0, ladder=(2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0), short="angle", rare=True, **_by_noise("noise_angle"),
    )  # fmt: skip
    validation: float = setting_field(
        0.0, "validation", "number", _NEW, "The fraction {value} of the training data is set aside to choose the best epoch.",
        high=0.5, ladder=(0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5), short="val",
    )  # fmt: skip
    patience: int | None = setting_field(
        None, "patience", "optional_count", _EPOCH,
        "How many epochs without a lower validation (or test) loss end the run: {value}.",
        low=1, high=1_000_000, unset="off", ladder=(1, 2, 3, 5, 10, 20, 50, None),
    )  # fmt: skip
    keep_best: bool = setting_field(
        False, "keep best", "yes_no", _EPOCH,
        "If yes, a finished run returns to the epoch of lowest validation or test loss.",
        ladder=(True, False), short="keep-best", rare=True,
    )  # fmt: skip

    def plan_end(self, epoch: int) -> int:
        """Return the epoch at which a run ends if it trains from `epoch` on: the next multiple of the planned epochs."""
        return (epoch // self.epochs + 1) * self.epochs


def settings() -> tuple[Setting, ...]:
    """Return the settings of both configs, in the order of the form."""
    return NetworkConfig.settings + TrainingConfig.settings
