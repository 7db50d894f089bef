"""Lines of arithmetic with rounded numbers. The numbers are chosen so that a pocket calculator gives the printed result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_nn.render.numbers import MINUS, not_finite

DIGITS = 3
"""The number of significant digits of a result."""
_SMALLEST = 1e-37
"""Float32 may round a number to 0 if its absolute value is below this number."""
_MOST = 9
"""The largest number of digits of a term. A term gets no more digits than the printed result needs."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is printed, and the value of the printed text."""

    text: str
    value: float

    @classmethod
    def of(cls, value: float, digits: int = DIGITS) -> Written:
        """Return the number with `digits` significant digits, such as "0.94", "−0.0139" or "1.2e−7"."""
        if not math.isfinite(value) or value == 0:
            return cls("0" if value == 0 else not_finite(value), value)
        # Rounding may add a digit before the point: 0.9999 becomes 1.00, not 1.000.
        return cls.to(value, unit_of(float(f"{value:.{digits - 1}e}"), digits))

    @classmethod
    def to(cls, value: float, unit: int) -> Written:
        """Return the number rounded to the power of ten `unit`: −2 stands for hundredths."""
        if not math.isfinite(value):
            return cls(not_finite(value), value)
        exponent = exponent_of(value)
        # A number with six or more digits before the point gets a power of ten, because only about three of its digits are exact.
        if -5 < exponent < (6 if unit <= 0 else 5) and unit >= -9:
            text = f"{value:.{max(-unit, 0)}f}"
        else:
            mantissa, _, power = f"{value:.{min(max(exponent - unit, 0), 12)}e}".partition("e")
            text = f"{mantissa}e{int(power)}"
        worth = float(text)
        return cls("0" if worth == 0 else text.replace("-", MINUS), worth)


def exponent_of(value: float) -> int:
    """Return the exponent of the first digit of a number, such as 3 for 1234; 0 for 0, NaN and infinity."""
    return math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0


def unit_of(value: float, digits: int = DIGITS) -> int:
    """Return the exponent of the last digit of a number that is rounded to `digits` significant digits: 2 for 1234 and 2 digits."""
    return exponent_of(value) - digits + 1


def agreeing(result: float, build: Callable[[int], tuple[str, float]], digits: int = DIGITS) -> str:
    """Return a line "terms = result" that is right on a calculator, with as few digits in the terms as possible.

    `build(d)` writes the terms with d digits: it returns a text and what a calculator computes from it. If no number of digits
    gives the result, the line has "≈" in place of "=".
    """
    for more in range(digits, _MOST + 1):
        text, value = build(more)
        if agree(value, result, digits):
            return f"{text} = {Written.of(result, digits).text}"
    # No number of digits gives the result. Either the terms nearly cancel, or the change is below the last digit of a float32, so
    # the result is mostly rounding error.
    return f"{build(digits)[0]} ≈ {Written.of(result, digits).text}"


def agree(value: float, result: float, digits: int = DIGITS) -> bool:
    """Return whether `value`, which a calculator gives for the printed line, rounds to the printed `result`."""
    if not math.isfinite(result):
        return True
    if result == 0 and abs(value) < _SMALLEST:
        return True
    return Written.of(value, digits).text == Written.of(result, digits).text


def bare(text: str) -> str:
    """Return the first and the last part of a calculation: "z[0,1] = 0.82·0.11 + ... = 1.74" becomes "z[0,1] = 1.74"."""
    line = text.rsplit(";  ", 1)[-1]
    end = max(line.rfind(" = "), line.rfind(" ≈ "))
    return line.partition(" = ")[0] + line[end:]


def sum_of_products(
    terms: Sequence[tuple[float, float]],
    total: float,
    digits: int = DIGITS,
    *,
    most: int = 2,
    bias: float | None = None,
) -> str:
    """Return a sum of products as text, with its largest terms: "0.94·0.16 + 0.99·0.15 + 782 more: 1.43 + b 0.01 = 1.74".

    The `most` largest products are shown. The part "782 more" is the sum of all others; it is chosen so that the
    rounded line adds up.
    """
    order = sorted(range(len(terms)), key=lambda index: -_size(terms[index]))
    return sum_of_shown(
        [terms[index] for index in order[:most]], len(terms) - min(most, len(terms)), total, digits, bias=bias
    )


def sum_of_shown(
    shown: Sequence[tuple[float, float]], more: int, total: float, digits: int = DIGITS, *, bias: float | None = None
) -> str:
    """Return a sum in the form of `sum_of_products`.

    It shows the products in `shown`, and adds up `more` other products.
    """
    text, value = open_sum(shown, more, total, digits, bias=bias)
    return f"{text} {'=' if more or agree(value, total, digits) else '≈'} {Written.of(total, digits).text}"


def open_sum(
    shown: Sequence[tuple[float, float]], more: int, total: float, digits: int = DIGITS, *, bias: float | None = None
) -> tuple[str, float]:
    """Return a sum of products as text, and the result that a calculator gives for exactly the printed digits."""
    # If the sum shows all products, the factors need more digits. Otherwise, the part such as "782 more: 1.43" is chosen so that
    # the rounded line adds up.
    of_factors = digits if more else digits + 3
    pairs = [(Written.of(one, of_factors), Written.of(two, of_factors)) for one, two in shown]
    parts = [f"{one.text}·{two.text}" for one, two in pairs]
    value = sum(one.value * two.value for one, two in pairs)
    ending = []
    if bias is not None:
        written = Written.of(bias, of_factors)
        ending, value = [f"b {written.text}"], value + written.value
    if more:
        # A total of 0 has no last digit, so the largest term decides where to round.
        unit = unit_of(total or max((abs(one * two) for one, two in shown), default=1.0) or 1.0, digits)
        rest = Written.to(Written.of(total, digits).value - value, unit)
        parts.append(f"{more} more: {rest.text}")
        value += rest.value
    return " + ".join([*parts, *ending]), value


def _size(term: tuple[float, float]) -> float:
    size = abs(term[0] * term[1])
    return size if size == size else math.inf
