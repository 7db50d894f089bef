"""An explanation of one value, and the texts of the numbers in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.glossary import GLOSSARY, LESSONS
from tui_nn.render.numbers import MINUS, not_finite

Number = float | np.floating[Any] | np.integer[Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one value on the screen: its name, the value with all digits, its glossary term, and its formula.

    Raises:
        ValueError: if `term` is not in the glossary.
    """

    name: str
    """The value in a few words, such as "loss of test example #12"."""
    value: str
    """The value as text: a number with all its digits, or a word or a sentence."""
    term: str
    """The term of the glossary that says what the value is."""
    formula: str = ""
    """The formula of the value with the numbers of this run; "" for a value that you set, or that is a word."""
    about: str = ""
    """A further sentence about this value, or ""."""

    def __post_init__(self) -> None:
        """Raise ValueError if the glossary does not have the term."""
        if self.term not in GLOSSARY:
            raise ValueError(
                f"the term {self.term!r} of an explanation is not in the glossary: add it, or use another term"
            )

    @property
    def meaning(self) -> str:
        """The sentence that explains the term in the glossary."""
        return GLOSSARY[self.term]

    @property
    def lesson(self) -> str:
        """The name of the lesson that teaches the term."""
        return LESSONS[self.term]


def exact(value: Number) -> str:
    """Return a number with all its digits: the shortest text that stands for the same float32 or float64."""
    if isinstance(value, int | np.integer):
        return f"{int(value):,}".replace("-", MINUS)
    if not math.isfinite(value):
        return not_finite(float(value))
    text = str(value) if isinstance(value, np.floating) else repr(float(value))
    # A float64 often has 17 digits, of which the last few are rounding errors.
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("-0")
    if len(digits) > 10:
        text = f"{float(value):.10g}"
    return text.removesuffix(".0").replace("-", MINUS)


def short(value: Number, digits: int = 4) -> str:
    """Return a number for a formula, with some digits and without zeros at its end: "0.0312", "87", "1.4e−05"."""
    if isinstance(value, int | np.integer):
        return exact(value)
    if not math.isfinite(value):
        return not_finite(float(value))
    text = f"{float(value):.{digits}g}"
    return (
        f"{float(value) + 0.0:,.0f}".replace("-", MINUS) if text == f"{float(value):.0f}" else text.replace("-", MINUS)
    )


def added(value: float) -> str:
    """Return a number as a further term of a sum, such as "+ 0.31" or "− 0.2"."""
    return f"{MINUS} {short(-value)}" if value < 0 else f"+ {short(value)}"


def factor(value: float) -> str:
    """Return a number as a factor: a negative one in parentheses."""
    return f"({short(value)})" if value < 0 else short(value)


def mean_formula(total: float, count: int, mean: float, of: str) -> str:
    """Return the formula of a mean: "sum of the losses / 1,000 = 206.3 / 1,000 = 0.2063"."""
    return f"{of} / {count:,} = {short(total, 6)} / {count:,} = {short(mean)}"


def share_formula(part: int, whole: int, of: str) -> str:
    """Return the formula of a share: "right / all = 940 / 1,000 = 94 %". The share is NaN if there is nothing to count."""
    share = f"{short(100 * part / whole)} %" if whole else "NaN"
    return f"{of} = {part:,} / {whole:,} = {share}"
