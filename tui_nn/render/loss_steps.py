"""The loss of one example, calculated in three lines."""

from __future__ import annotations

import math

from tui_nn.core.losses import LOSSES
from tui_nn.render.numbers import MINUS, fitted, not_finite, plain


def loss_steps(loss: str, true: str, output: float, value: float) -> list[str]:
    """Return the calculation of a loss in three lines. Each begins with "=", and the last has the loss itself.

    Args:
        loss: the name of the loss in `LOSSES`.
        true: the name of the true class.
        output: the output of the true class.
        value: the loss of the example.
    """
    if LOSSES[loss].output == "softmax":
        # Do not use −ln(output): the output can underflow to 0 while the loss, computed from the logits, is finite.
        return [f"= {MINUS}ln p({true})", f"= {MINUS}ln {_power_of_e(-value)}", f"= {fitted(value, 2, 7)}"]
    part = 0.5 * (output - 1) ** 2
    rest = round(value, 2) - round(part, 2) if math.isfinite(value) else value
    return ["= Σ (a − y)² / 2", f"= {plain(part)} + {plain(rest)}", f"= {fitted(value, 2, 7)}"]


def _power_of_e(exponent: float) -> str:
    """Return e to the power `exponent` as text with four digits, even if it is tiny: "0.1234", "0.00002394", "3.072e−44"."""
    if not math.isfinite(exponent):
        return not_finite(math.nan) if math.isnan(exponent) else "0"
    size = math.floor(exponent / math.log(10))
    if size < -9999:
        return "0"  # The number is so small that its exponent has five digits, which do not fit into the row.
    if size >= -5:
        return f"{math.exp(exponent):.{3 - size}f}" if size < 0 else f"{math.exp(exponent):.3f}"
    mantissa = round(math.exp(exponent - size * math.log(10)), 3)
    if mantissa == 10:
        mantissa, size = 1.0, size + 1
    return f"{mantissa:.3f}e{MINUS}{-size}"
