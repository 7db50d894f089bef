"""The description of one setting, and the errors for wrong values. Forms, flags, presets and error messages use the
description.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from tui_nn.config.tables import TABLES, rows

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig

MAX_UNITS = 4096
MAX_LAYERS = 8
NO_LAYERS = "none"
"""The word that stands for a network without hidden layers in a text of layer sizes."""

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
"""A pattern for a whole number with commas between thousands. The pattern does not match "0,5"."""
_LONGEST = 40
"""The largest number of characters of a wrong value that an error shows."""


class Effect(StrEnum):
    """The time at which a changed setting takes effect, such as the next batch."""

    NEW_NETWORK = "starts a new network"
    NEXT_BATCH = "applies from the next batch"
    NEXT_EPOCH = "applies from the next epoch"


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error for a value that is not allowed for its field."""

    field: str
    value: object
    allowed: str
    """The allowed values in words, such as "each from 1 to 4,096". These words fit into the row under the field."""

    @property
    def shown(self) -> str:
        """The value on one line, shortened if it is too long. A text value is in quotes, because it may look like a number."""
        plain = self.value is None or isinstance(self.value, int | float)
        try:
            text = format_value(self.value) if plain else repr(self.value)
        except ValueError:
            # Python raises ValueError instead of converting an integer of more than 4,300 digits to text.
            text = "a number with too many digits to show"
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def __str__(self) -> str:
        return f"{self.field} is {self.shown}: it must be {self.allowed}"


class ConfigError(ValueError):
    """An error for a config with values that are not allowed. The exception lists every error, not only the first."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[FieldError, ...]]]:
        return type(self), (self.errors,)


@dataclass(frozen=True, slots=True)
class Setting:
    """The description of one setting, which is a field of a config."""

    name: str
    label: str
    kind: str
    """The kind of the field's values: "choice", "number", "count", "yes_no", "sizes" or "optional_count"."""
    help: str
    """A sentence that explains the setting. `{value}` in it stands for the present value."""
    effect: Effect
    default: Any
    choices: tuple[str, ...] = ()
    """The allowed names of a choice that has no table of its own."""
    low: float = 0
    high: float = math.inf
    above_low: bool = False
    """True if a value must be above `low`; False if a value may also be equal to `low`."""
    ladder: Sequence[Any] = ()
    """The values that the keys left and right step through, the smallest first and None last."""
    unset: str = ""
    """The word for the value None, such as "full" or "all"."""
    short: str = ""
    """The name of the field in a share line (all settings on one line), such as "lr"; "" if the share line uses `name`."""
    used: Callable[[NetworkConfig, TrainingConfig], bool] = lambda _network, _training: True
    """A function that takes both configs and returns True if the field has an effect with them."""
    rare: bool = False
    """True if people seldom change this setting. The form hides it until it shows all settings."""

    @property
    def table(self) -> bool:
        """True if the field is a choice among the rows of a table, such as the table of optimizers."""
        return self.name in TABLES

    @property
    def options(self) -> tuple[str, ...]:
        """The allowed names of a choice, in the order of its table."""
        return tuple(rows(self.name)) if self.table else self.choices

    @property
    def steps(self) -> Sequence[Any]:
        """The values that the keys left and right step through: the names of a choice, or else the values of `ladder`."""
        return self.options or self.ladder

    def describe(self, value: object) -> str:
        """Return a sentence that explains one value.

        For a choice, the sentence is the formula and the purpose of the row in the table. For other fields, it is the
        help of the field.
        """
        if self.table and value in self.options:
            row = rows(self.name)[value]
            return f"{row.formula}: {row.purpose}."
        return self.help.replace("{value}", self.format(value))

    def format(self, value: object) -> str:
        """Return the value as a person types it. `parse` reads this text."""
        return self.unset if value is None else format_value(value)

    def show(self, value: object) -> str:
        """Return the value as the form shows it, with labels and with commas between thousands. `parse` reads this text too."""
        if self.table and value in self.options:
            return str(getattr(rows(self.name)[value], "label", value))
        return f"{value:,}" if _is_count(value) else self.format(value)

    @property
    def allowed(self) -> str:
        """The allowed values in words that can follow "it must be"."""
        if self.options:
            return "one of " + ", ".join(self.options)
        match self.kind:
            case "yes_no":
                return "yes or no"
            case "sizes":
                return f'"{NO_LAYERS}", or up to {MAX_LAYERS} whole numbers from 1 to {MAX_UNITS:,}: 128,64'
            case "number":
                bound = f"a number {'above' if self.above_low else 'from'} {format_value(self.low)}"
                up_to = "and at most" if self.above_low else "to"
                return bound if math.isinf(self.high) else f"{bound} {up_to} {self.high:,.10g}"
            case _:
                bound = f"a whole number from {int(self.low):,}"
                bound = bound if math.isinf(self.high) else f"{bound} to {int(self.high):,}"
                return f'{bound}, or "{self.unset}"' if self.kind == "optional_count" else bound

    @property
    def characters(self) -> str:
        """The characters that a typed value can contain; "" if the value is chosen from a list."""
        match self.kind:
            case "choice" | "yes_no":
                return ""
            case "number":
                return "0123456789.+-e"
            case "sizes":
                return "0123456789,- " + NO_LAYERS
            case "optional_count":
                return "0123456789," + self.unset
            case _:
                return "0123456789,"

    @property
    def hint(self) -> str:
        """The allowed values, in a few words for the form."""
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
        """Return the value that `text` stands for.

        Raises:
            ConfigError: if the text does not stand for an allowed value. The error contains the text.
        """
        word = text.strip().lower().replace("_", "")
        try:
            match self.kind:
                case "choice":
                    names = {_letters(name): option for option in self.options for name in (option, self.show(option))}
                    return names[_letters(text)]
                case "yes_no":
                    return {"yes": True, "true": True, "no": False, "false": False}[word]
                case _ if not is_plain(text.strip()):
                    raise ValueError
                case "sizes":
                    # The screen shows "128,64", but people also type "128-64", "128 64" and "128, 64". The text "-5" has none of
                    # these forms, so it stays an error.
                    parts = re.split(r" *, *|-| +", text.strip())
                    value: Any = () if word == NO_LAYERS else tuple(int(part) for part in parts)
                case "number":
                    value = float(text)
                case "optional_count" if word in (self.unset, "none", ""):
                    value = None
                case _:
                    value = int(text.replace(",", "") if _THOUSANDS.fullmatch(text.strip()) else text)
        except (KeyError, ValueError):
            raise ConfigError([FieldError(self.name, text.strip(), self.allowed)]) from None
        if not self.accepts(value):
            raise ConfigError([FieldError(self.name, text.strip(), self.allowed)])
        return value

    def accepts(self, value: object) -> bool:
        """Return whether `value` is of the field's kind and within its bounds."""
        match self.kind:
            case "choice":
                return value in self.options
            case "yes_no":
                return isinstance(value, bool)
            case "sizes":
                return (
                    isinstance(value, tuple)
                    and len(value) <= MAX_LAYERS
                    and all(_is_count(size) and 1 <= size <= MAX_UNITS for size in value)
                )
            case "optional_count" if value is None:
                return True
            case "number" if not _is_count(value):
                return isinstance(value, float) and self._within(value)
            case _:
                return _is_count(value) and self._within(value)

    def _within(self, value: Any) -> bool:
        # Compare the value with the bounds first, because isfinite raises an error for a very large integer.
        return self.low <= value <= self.high and math.isfinite(value) and not (self.above_low and value == self.low)


def is_plain(text: str) -> bool:
    """Return whether a text is ASCII without "_". Only such a text may become a number, although Python also accepts "1_0" and the
    digits of other scripts.
    """
    return text.isascii() and "_" not in text


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _letters(text: str) -> str:
    """Return only the letters and digits of a name, in lower case: "softmax + CE" and "softmax-ce" both give "softmaxce"."""
    return "".join(character for character in text.lower() if character.isalnum())


def format_value(value: object) -> str:
    """Return the value of a setting as a person types it, such as 0.03, "128,64" or "yes"."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            short = f"{value:.10g}"
            return (short if float(short) == value else repr(value)).replace("e-0", "e-")
        case tuple():
            return ",".join(map(str, value)) or NO_LAYERS
        case _:
            return str(value)
