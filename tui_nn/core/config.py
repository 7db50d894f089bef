"""What is chosen before training: two flat, frozen, validated dataclasses.

One field is one control on the screen, one flag of the command line and one key of a preset. What all of these need to
know about a field (its label, what it may be, when a change takes effect) is a `Setting`, kept in the field's metadata.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from importlib import import_module
from typing import Any, ClassVar, Self, TypeVar

MAX_UNITS = 4096
MAX_LAYERS = 8


class Effect(StrEnum):
    """When a changed setting takes effect."""

    NEW_NETWORK = "takes a new network"
    NEXT_BATCH = "from the next batch"
    NEXT_EPOCH = "from the next epoch"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field."""

    field: str
    value: object
    allowed: str
    """What is allowed, short enough for the row under the field: "each from 1 to 4,096"."""

    def __str__(self) -> str:
        return f"{self.field} is {format_value(self.value)}: it must be {self.allowed}"


class ConfigError(ValueError):
    """A configuration that cannot be; carries every error found, not only the first."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[FieldError, ...]]]:
        return type(self), (self.errors,)


@dataclass(frozen=True, slots=True)
class Setting:
    """What forms, flags and error messages know about one field."""

    name: str
    label: str
    kind: str
    """"choice", "number", "count", "yes_no", "sizes" or "optional_count"."""
    help: str
    """One sentence with the formula; `{value}` stands for the present value."""
    effect: Effect
    default: Any
    table: str | None = None
    """For a choice: "module.TABLE", whose keys are the choices and whose rows have a `purpose`."""
    choices: tuple[str, ...] = ()
    """For a choice without a table."""
    low: float = 0
    high: float = math.inf
    above_low: bool = False
    """Whether `low` itself is refused."""
    ladder: Sequence[Any] = ()
    """The values that left and right walk through, smallest first; None is the last."""
    unset: str = ""
    """What None is called: "full", "all"."""
    short: str = ""
    """What the field is called in a line that is shared: "lr". A field without one is called by its name."""
    used: Callable[[NetworkConfig, TrainingConfig], bool] = lambda _network, _training: True
    """Whether the field matters beside the other choices."""

    @property
    def options(self) -> tuple[str, ...]:
        """The names a choice may have, in the order of its table."""
        return tuple(_table(self.table)) if self.table else self.choices

    @property
    def steps(self) -> Sequence[Any]:
        """The values to walk through: a ladder, or the names of a choice."""
        return self.options or self.ladder

    def describe(self, value: object) -> str:
        """What one value is for: a choice's own purpose, else the field's sentence."""
        if self.table and value in self.options:
            row = _table(self.table)[value]
            return f"{row.formula}: {row.purpose}."
        return self.help.replace("{value}", self.format(value))

    def format(self, value: object) -> str:
        """The value as a person would type it, and `parse` reads it."""
        return self.unset if value is None else format_value(value)

    def show(self, value: object) -> str:
        """The value as a form shows it: a choice by its label, thousands with commas. `parse` reads this too."""
        if self.table and value in self.options:
            return str(getattr(_table(self.table)[value], "label", value))
        return f"{value:,}" if _is_count(value) else self.format(value)

    @property
    def allowed(self) -> str:
        """What the field accepts, as the end of a sentence that begins with "must be"."""
        if self.options:
            return "one of " + ", ".join(self.options)
        match self.kind:
            case "yes_no":
                return "yes or no"
            case "sizes":
                return f"1 to {MAX_LAYERS} whole numbers from 1 to {MAX_UNITS:,}, with commas"
            case "number":
                bound = f"a number {'above' if self.above_low else 'from'} {format_value(self.low)}"
                return bound if math.isinf(self.high) else f"{bound} to {format_value(self.high)}"
            case _:
                bound = f"a whole number from {int(self.low):,}"
                bound = bound if math.isinf(self.high) else f"{bound} to {int(self.high):,}"
                return f'{bound}, or "{self.unset}"' if self.kind == "optional_count" else bound

    @property
    def hint(self) -> str:
        """What is allowed in at most 25 characters, for the row under the field."""
        match self.kind:
            case "choice":
                return "one of the names below"
            case "yes_no":
                return "yes or no"
            case "sizes":
                return f"1 to {MAX_LAYERS} sizes, 1 to {MAX_UNITS:,}"
            case "number":
                low = f"{'above' if self.above_low else 'from'} {format_value(self.low)}"
                up_to = ", up to" if self.above_low else " to"
                return low if math.isinf(self.high) else f"{low}{up_to} {self.high:,.10g}"
            case _:
                return f"whole, from {self.low:,}" if math.isinf(self.high) else f"whole, {self.low:,} to {self.high:,}"

    def parse(self, text: str) -> Any:
        """The value that `text` stands for.

        Raises:
            ConfigError: if it stands for none; the value in the error is the text.
        """
        word = text.strip().lower().replace("_", "")
        try:
            match self.kind:
                case "choice":
                    names = {_letters(name): option for option in self.options for name in (option, self.show(option))}
                    return names[_letters(text)]
                case "yes_no":
                    return {"yes": True, "true": True, "no": False, "false": False}[word]
                case "sizes":
                    value: Any = tuple(int(part) for part in text.replace("-", ",").split(",") if part.strip())
                case "number":
                    value = float(text)
                case "optional_count":
                    value = None if word in (self.unset, "none", "") else int(text.replace(",", ""))
                case _:
                    value = int(text.replace(",", ""))
        except (KeyError, ValueError):
            raise ConfigError([FieldError(self.name, text.strip(), self.allowed)]) from None
        if not self.accepts(value):
            raise ConfigError([FieldError(self.name, text.strip(), self.allowed)])
        return value

    def accepts(self, value: object) -> bool:
        """Whether `value` is of the field's kind and within its bounds."""
        match self.kind:
            case "choice":
                return value in self.options
            case "yes_no":
                return isinstance(value, bool)
            case "sizes":
                return (
                    isinstance(value, tuple)
                    and 1 <= len(value) <= MAX_LAYERS
                    and all(_is_count(size) and 1 <= size <= MAX_UNITS for size in value)
                )
            case "optional_count" if value is None:
                return True
            case "number" if not _is_count(value):
                return isinstance(value, float) and self._within(value)
            case _:
                return _is_count(value) and self._within(value)

    def _within(self, value: Any) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high and not (self.above_low and value == self.low)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _letters(text: str) -> str:
    """What is left of a name when it is written with other signs: "softmax + CE", "softmax-ce"."""
    return "".join(character for character in text.lower() if character.isalnum())


def _table(path: str) -> Mapping[Any, Any]:
    # Found when asked for: the tables hold NumPy functions, and the command line's help must not wait for NumPy.
    module, _, name = path.rpartition(".")
    table: Mapping[Any, Any] = getattr(import_module(f"tui_nn.core.{module}"), name)
    return table


def format_value(value: object) -> str:
    """A setting's value as a person would type it: 0.03, 128,64, yes."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.10g}".replace("e-0", "e-")
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _setting(default: Any, label: str, kind: str, effect: Effect, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"label": label, "kind": kind, "help": help, "effect": effect, **more})


class _Config:
    """What the two configs share; not for use by itself."""

    __slots__ = ()
    settings: ClassVar[tuple[Setting, ...]] = ()

    def __post_init__(self) -> None:
        errors = [
            FieldError(setting.name, value, setting.allowed)
            for setting in self.settings
            if not setting.accepts(value := getattr(self, setting.name))
        ]
        if errors:
            raise ConfigError(errors)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, ready for JSON or TOML."""
        values = {setting.name: getattr(self, setting.name) for setting in self.settings}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The config that `to_dict` or a TOML table wrote; a field left out has its default.

        Raises:
            ConfigError: naming every unknown key and every value that is not allowed.
        """
        known = {setting.name for setting in cls.settings}
        unknown = [
            FieldError(name, values[name], "left out: there is no such setting") for name in values if name not in known
        ]
        if unknown:
            raise ConfigError(unknown)
        words = {setting.name: setting.unset for setting in cls.settings if setting.unset}
        return cls(**{name: _plain(value, words.get(name)) for name, value in values.items()})

    def changes(self, other: Self) -> dict[str, Any]:
        """The fields of `other` that differ from this config's."""
        return {
            s.name: getattr(other, s.name) for s in self.settings if getattr(self, s.name) != getattr(other, s.name)
        }


def _plain(value: Any, unset: str | None) -> Any:
    if isinstance(value, list):
        return tuple(value)
    # TOML has no None: a file says "full" or "all".
    return None if unset is not None and value == unset else value


ConfigClass = TypeVar("ConfigClass", bound=type[_Config])


def _with_settings(cls: ConfigClass) -> ConfigClass:
    cls.settings = tuple(Setting(name=f.name, default=f.default, **f.metadata) for f in fields(cls))  # type: ignore[arg-type]
    return cls


_NEW, _BATCH, _EPOCH = Effect.NEW_NETWORK, Effect.NEXT_BATCH, Effect.NEXT_EPOCH


@_with_settings
@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig(_Config):
    """What the network is. A change of any field takes a new network."""

    hidden_sizes: tuple[int, ...] = _setting(
        (128,), "hidden sizes", "sizes", _NEW,
        "Units in each hidden layer: more see more, and cost more.",
        ladder=((16,), (32,), (64,), (128,), (256,), (512,)),
    )  # fmt: skip
    activation: str = _setting(
        "relu", "activation", "choice", _NEW, "What every hidden layer does to its z.", table="activations.ACTIVATIONS"
    )
    leaky_slope: float = _setting(
        0.01, "leaky slope", "number", _NEW, "What leaky_relu leaves of a negative z: a = {value} × z.",
        high=1.0, ladder=(0.001, 0.004, 0.01, 0.03, 0.1, 0.3), short="slope",
        used=lambda n, _: n.activation == "leaky_relu",
    )  # fmt: skip
    weight_init: str = _setting(
        "he_normal", "weight init", "choice", _NEW, "How the weights start.", table="initializers.INITIALIZERS"
    )
    weight_init_scale: float = _setting(
        0.01, "init scale", "number", _NEW, "Std of normal, bound of uniform, value of constant: {value}.",
        high=100.0, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), short="scale",
        used=lambda n, _: n.weight_init in ("normal", "uniform", "constant"),
    )  # fmt: skip
    bias_init: str = _setting(
        "zeros", "bias init", "choice", _NEW, "How the biases start: all 0, or normal with a small std.",
        choices=("zeros", "normal"), short="bias-init", used=lambda n, _: n.use_bias,
    )  # fmt: skip
    bias_init_scale: float = _setting(
        0.01, "bias scale", "number", _NEW, "The std of the biases at the start: {value}.",
        high=100.0, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0), short="bias-scale",
        used=lambda n, _: n.use_bias and n.bias_init == "normal",
    )  # fmt: skip
    use_bias: bool = _setting(
        True, "use bias", "yes_no", _NEW, "Whether z = x @ W + b has its b, one number a unit.",
        ladder=(True, False), short="bias",
    )  # fmt: skip
    loss: str = _setting("softmax_cross_entropy", "loss", "choice", _NEW, "What is minimised.", table="losses.LOSSES")
    dtype: str = _setting(
        "float32", "dtype", "choice", _NEW,
        "Digits of every number: about 7, or 16 at half the speed.",
        choices=("float32", "float64"),
    )  # fmt: skip

    input_size: ClassVar[int] = 784
    output_size: ClassVar[int] = 10

    @property
    def sizes(self) -> tuple[int, ...]:
        """Input, hidden layers, output: (784, 128, 10)."""
        return (self.input_size, *self.hidden_sizes, self.output_size)

    @property
    def layer_count(self) -> int:
        """Weight matrices, the output's included."""
        return len(self.hidden_sizes) + 1


@_with_settings
@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig(_Config):
    """How the network learns. Most fields may change while it does."""

    optimizer: str = _setting(
        "sgd", "optimizer", "choice", _BATCH, "What is made of a gradient.", table="optimizers.OPTIMIZERS"
    )
    learning_rate: float = _setting(
        0.1, "learning rate", "number", _BATCH, "How far one step goes: w ← w − {value} × gradient.",
        above_low=True, high=1e6, ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0), short="lr",
    )  # fmt: skip
    momentum: float = _setting(
        0.9, "momentum", "number", _BATCH, "What the velocity keeps a step: v ← {value} × v + gradient.",
        high=0.9999, ladder=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99), used=lambda _, t: t.optimizer == "momentum",
    )  # fmt: skip
    beta1: float = _setting(
        0.9, "beta1", "number", _BATCH, "What adam's mean gradient keeps from step to step: {value}.",
        high=0.9999, ladder=(0.0, 0.5, 0.8, 0.9, 0.95, 0.99), used=lambda _, t: t.optimizer == "adam",
    )  # fmt: skip
    beta2: float = _setting(
        0.999, "beta2", "number", _BATCH, "What adam's mean squared gradient keeps a step: {value}.",
        high=0.99999, ladder=(0.9, 0.95, 0.99, 0.995, 0.999, 0.9999), used=lambda _, t: t.optimizer == "adam",
    )  # fmt: skip
    epsilon: float = _setting(
        1e-8, "epsilon", "number", _BATCH, "adam adds {value} to the root, so nothing is divided by 0.",
        above_low=True, high=1.0, ladder=(1e-10, 1e-8, 1e-6, 1e-4), short="eps",
        used=lambda _, t: t.optimizer == "adam",
    )  # fmt: skip
    l2: float = _setting(
        0.0, "l2", "number", _BATCH, "Pulls weights towards 0: adds {value} × w to their gradient.",
        high=10.0, ladder=(0.0, 1e-5, 1e-4, 0.001, 0.01, 0.1),
    )  # fmt: skip
    batch_size: int | None = _setting(
        64, "batch size", "optional_count", _EPOCH, "Examples behind one update: {value}.",
        low=1, high=1_000_000, unset="full", ladder=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, None), short="bs",
    )  # fmt: skip
    reduction: str = _setting(
        "mean", "reduction", "choice", _BATCH, "The loss of a batch: mean or sum of its examples'.",
        choices=("mean", "sum"),
    )  # fmt: skip
    epochs: int = _setting(
        20, "epochs", "count", _BATCH, "How long r runs: to epoch {value}.",
        low=1, high=1_000_000, ladder=(5, 10, 20, 40, 60, 100, 200, 400, 1000), short="ep",
    )  # fmt: skip
    shuffle: bool = _setting(
        True, "shuffle", "yes_no", _EPOCH, "Whether every epoch draws its batches in a new order.", ladder=(True, False)
    )
    seed: int = _setting(
        0, "seed", "count", _NEW, "The same seed gives the same start weights and order.",
        high=2**32 - 1, ladder=range(2**32),
    )  # fmt: skip
    generator: str = _setting(
        "pcg64", "generator", "choice", _NEW, "legacy: NumPy's old generator, which the notebooks used.",
        choices=("pcg64", "legacy"),
    )  # fmt: skip
    train_limit: int | None = _setting(
        None, "train limit", "optional_count", _NEW, "Train on the first examples only: {value}.",
        low=1, high=1_000_000, unset="all", short="limit",
        ladder=(100, 200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 40000, None),
    )  # fmt: skip


def settings() -> tuple[Setting, ...]:
    """The settings of both configs, in the order of the form."""
    return NetworkConfig.settings + TrainingConfig.settings
