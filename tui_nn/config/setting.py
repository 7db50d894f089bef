"""What forms, flags, presets and error messages know about one field of a config, and how a wrong value is told."""

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
"""What a network without hidden layers has for sizes."""

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
"""How a comma may stand in a whole number: "0,5" is none."""
_LONGEST = 40
"""Characters of a wrong value that are shown."""


class Effect(StrEnum):
    """When a changed setting takes effect."""

    NEW_NETWORK = "starts a new network"
    NEXT_BATCH = "counts from the next batch"
    NEXT_EPOCH = "counts from the next epoch"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field."""

    field: str
    value: object
    allowed: str
    """What is allowed, short enough for the row under the field: "each from 1 to 4,096"."""

    @property
    def shown(self) -> str:
        """The value on one line, not too long to be read; a text in quotes, for it may look like a number."""
        plain = self.value is None or isinstance(self.value, int | float)
        try:
            text = format_value(self.value) if plain else repr(self.value)
        except ValueError:
            # Python writes no more than 4,300 digits.
            text = "a number too long to write"
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def __str__(self) -> str:
        return f"{self.field} is {self.shown}: it must be {self.allowed}"


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
    def table(self) -> bool:
        """Whether the choices are the rows of a table."""
        return self.name in TABLES

    @property
    def options(self) -> tuple[str, ...]:
        """The names a choice may have, in the order of its table."""
        return tuple(rows(self.name)) if self.table else self.choices

    @property
    def steps(self) -> Sequence[Any]:
        """The values to walk through: a ladder, or the names of a choice."""
        return self.options or self.ladder

    def describe(self, value: object) -> str:
        """What one value is for: a choice's own purpose, else the field's sentence."""
        if self.table and value in self.options:
            row = rows(self.name)[value]
            return f"{row.formula}: {row.purpose}."
        return self.help.replace("{value}", self.format(value))

    def format(self, value: object) -> str:
        """The value as a person would type it, and `parse` reads it."""
        return self.unset if value is None else format_value(value)

    def show(self, value: object) -> str:
        """The value as a form shows it: a choice by its label, thousands with commas. `parse` reads this too."""
        if self.table and value in self.options:
            return str(getattr(rows(self.name)[value], "label", value))
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
    def hint(self) -> str:
        """What is allowed, in a few words."""
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
                case _ if not is_plain(text.strip()):
                    raise ValueError
                case "sizes":
                    # "128,64" as the screen writes it, "128-64" as networks are spoken of; "-5" is neither.
                    parts = text.strip().rstrip(",").replace("-", ",").split(",")
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
        """Whether `value` is of the field's kind and within its bounds."""
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
        # The bounds first: an integer may be too large to be asked whether it is finite.
        return self.low <= value <= self.high and math.isfinite(value) and not (self.above_low and value == self.low)


def is_plain(text: str) -> bool:
    """Whether a number is spelled as people do: Python also reads "1_0", and the digits of every script."""
    return text.isascii() and "_" not in text


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _letters(text: str) -> str:
    """What is left of a name when it is written with other signs: "softmax + CE", "softmax-ce"."""
    return "".join(character for character in text.lower() if character.isalnum())


def format_value(value: object) -> str:
    """A setting's value as a person would type it: 0.03, 128,64, yes."""
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
