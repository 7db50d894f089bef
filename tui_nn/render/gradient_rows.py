"""The result of a gradient check as rows of text."""

from __future__ import annotations

from tui_nn.analysis.gradient_check import GradientRow
from tui_nn.render.acts.written import Written

HEADING = f"{'layer':<7}{'parameter':<26}{'backprop':>12}{'differences':>13}{'error':>10}"


def gradient_row(row: GradientRow, layers: int) -> str:
    """Return a row with one parameter, its gradient by backpropagation and by finite differences, and the relative error."""
    numbers = (Written.of(value, 4).text for value in (row.backprop, row.numerical))
    one, two = numbers
    return (
        f"{row.layer:<7}{parameter_name(row, layers):<26}{one:>12}{two:>13}{Written.of(row.relative_error, 2).text:>10}"
    )


def parameter_name(row: GradientRow, layers: int) -> str:
    """Return the name of a parameter as text, such as "pixel 433 to unit 8" or "bias of output 3"."""
    to = "output" if row.layer == layers - 1 else "unit"
    if len(row.index) == 1:
        return f"bias of {to} {row.index[0]}"
    return f"{'unit' if row.layer else 'pixel'} {row.index[0]} to {to} {row.index[1]}"
