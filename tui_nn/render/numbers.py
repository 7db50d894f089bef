"""Numbers as text, for the screen and for the tables of the command line, and the choice of a text that fits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui_nn.render.cells import cells_of

MINUS = "−"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share as text, such as "92.4 %"; "–" for NaN.

    Only an exact 0 or 1 gives 0 or 100. A share near them gives "<0.1 %" or ">99.9 %".
    """
    if math.isnan(share):
        return "–"
    text = f"{share * 100:.{decimals}f}"
    if 0 < share < 1 and float(text) in (0, 100):
        least = 10.0**-decimals
        text = f"<{least:.{decimals}f}" if share < 0.5 else f">{100 - least:.{decimals}f}"
    return f"{text} %"


def duration(seconds: float) -> str:
    """Return a time in seconds as text, such as "42 s", "12 min" or "2 h 5 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def short_percent(share: float) -> str:
    """Return a share in at most four characters, such as "43%"; "–" for NaN. Only an exact 0 or 1 gives "0%" or
    "100%".
    """
    return percent(share, 0).replace(" ", "")


def probability(p: float) -> str:
    """Return a probability in three or four characters, such as ".81", "<.01" or ">.99". It is never rounded to 0 or 1."""
    if math.isnan(p):
        return "NaN"
    if p < 0.01:
        return "<.01"
    if p > 0.99:
        return ">.99"
    return f"{p:.2f}"[1:]


def signed(value: float, decimals: int = 2) -> str:
    """Return a number as text with its sign, such as "−0.28" or "+1.43". A number that rounds to zero has no sign."""
    if not math.isfinite(value):
        return not_finite(value)
    # The "z" in the format turns a negative zero into zero.
    text = f"{value:+z.{decimals}f}".replace("-", MINUS)
    return text if text.strip("+0.") else text[1:]


def plain(value: float, decimals: int = 2) -> str:
    """Return a number as text without a plus sign, such as "−3.7" or "5.1". A zero never has a minus sign."""
    return f"{value:z.{decimals}f}".replace("-", MINUS) if math.isfinite(value) else not_finite(value)


def compact(value: float, width: int = 7) -> str:
    """Return a number of any size as text in at most `width` characters (4 to 7), such as "1.4e−3", "0.48" or "21.6".

    A number that does not fit loses digits until one is left. A text such as "−1e−10" may then be wider than `width`.
    """
    if not math.isfinite(value):
        return not_finite(value)
    size = abs(value)
    if value == 0:
        return "0"
    if 0.01 <= size < 1000:
        text = plain(value, 2 if size < 10 else 1)
        return text if len(text) <= width else plain(value, 0)
    text = _power_of_ten(value, 1)
    return text if len(text) <= width else _power_of_ten(value, 0)


def _power_of_ten(value: float, decimals: int) -> str:
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def fitted(value: float, decimals: int, width: int) -> str:
    """Return the result of `plain` if it fits `width` characters, else that of `compact`."""
    text = plain(value, decimals)
    return text if len(text) <= width else compact(value, width)


def loss_text(value: float) -> str:
    """Return a loss as text in at most seven characters, such as "0.362", "461.250" or "3.0e30"."""
    return fitted(value, 3, 7)


def not_finite(value: float) -> str:
    """Return the word for a value that is NaN or infinite: "NaN", "Inf" or "−Inf"."""
    return "NaN" if math.isnan(value) else ("Inf" if value > 0 else f"{MINUS}Inf")


def fitting(texts: Sequence[str], width: int) -> str:
    """Return the first of the texts, longest first, that fits into `width` cells; the last one if none fits."""
    return next((text for text in texts if cells_of(text) <= width), texts[-1])
