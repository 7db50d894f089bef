"""What a hidden layer does to its pre-activation z, and the slope that backprop needs.

Both functions write into preallocated arrays: `function(z, out)` writes a = f(z), `slope(z, a, out)` writes f'(z). They
may overflow on the way to a right answer, so whoever calls them keeps NumPy from warning.
To add an activation, add a row to the table: form, flags, help and tests find it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import pi, sqrt

import numpy as np

from tui_nn.core.fast.scratch import scratch
from tui_nn.core.parameters import Array


@dataclass(frozen=True, slots=True)
class Activation:
    """One row of the table."""

    name: str
    formula: str
    derivative: str
    """The slope as a formula, of z or, where that is shorter, of a."""
    purpose: str
    function: Callable[[Array, Array], None]
    """(z, out): writes a, shape of z."""
    slope: Callable[[Array, Array, Array], None]
    """(z, a, out): writes f'(z), shape of z."""
    uses: tuple[str, ...] = ()
    """The settings that it goes by."""
    source: str = ""
    """Where it comes from: who first wrote of it, or whose form this is."""
    corner: bool = False
    """Whether two pieces meet at z = 0, as their slopes or the slopes of these do not: a difference taken across it is
    the slope of neither side."""
    signed: bool = False
    """Whether a may be below 0."""
    can_die: bool = False
    """Whether a whole range of z gives exactly 0 with a slope of 0: a unit that is always there learns nothing."""
    limits: tuple[float, float] | None = None
    """What a comes near to for a very small and a very large z, where the slope fades; None unless both ends do."""
    remark: str = ""
    """A sentence of at most two lines of 34 characters about a layer of such units, if there is one to be said."""
    numpy: str = ""
    """The function as a NumPy expression of z and, if it has one, slope. The microscope shows it; "": the formula."""
    calculator: str = ""
    """The formula in plain arithmetic, for lines with numbers in place of z; "" if `formula` is that already."""


def _relu(z: Array, out: Array) -> None:
    # A maximum of two arrays takes a third of the time of one with a number.
    out.fill(0)
    np.maximum(z, out, out=out)


def _relu_slope(z: Array, a: Array, out: Array) -> None:
    np.greater(z, 0, out=out)


def _leaky_relu(z: Array, out: Array, leak: float = 0.01) -> None:
    np.multiply(z, leak, out=out)
    np.maximum(z, out, out=out)


def _leaky_relu_slope(z: Array, a: Array, out: Array, leak: float = 0.01) -> None:
    # The larger of 1 or 0 and the leak: exact, where 1 − leak + leak may not be 1.
    np.greater(z, 0, out=out)
    np.maximum(out, leak, out=out)


def _elu(z: Array, out: Array) -> None:
    # e^z − 1 is never below z, so the larger of the two is z above 0 and e^z − 1 below it.
    np.minimum(z, 0, out=out)
    np.expm1(out, out=out)
    np.maximum(z, out, out=out)


def _elu_slope(z: Array, a: Array, out: Array) -> None:
    np.minimum(a, 0, out=out)
    out += 1


_CURVE, _TURN = 2 * sqrt(2 / pi), 0.044715
"""Of Hendrycks & Gimpel 2016: the share of a normal distribution below z is about σ(_CURVE (z + _TURN z³))."""

_FAR = 100
"""No z needs to be farther out for its gate to be exactly 0 or 1; its cube then never overflows."""


def _gelu_gate(z: Array, out: Array) -> None:
    np.clip(z, -_FAR, _FAR, out=out)
    out *= out
    out *= _CURVE * _TURN
    out += _CURVE
    out *= z
    _sigmoid(out, out)


def _gelu(z: Array, out: Array) -> None:
    _gelu_gate(z, out)
    out *= z


def _gelu_slope(z: Array, a: Array, out: Array) -> None:
    # Of a = z·s(u) with s' = s (1 − s): s + a (1 − s) u', which is 1 + (a u' − 1) (1 − s), and needs one array less.
    shut = scratch("slope", z.shape, z.dtype)
    _gelu_gate(z, shut)
    np.subtract(1, shut, out=shut)
    np.clip(z, -_FAR, _FAR, out=out)
    out *= out
    out *= 3 * _CURVE * _TURN
    out += _CURVE
    out *= a
    out -= 1
    out *= shut
    out += 1


def _silu(z: Array, out: Array) -> None:
    _sigmoid(z, out)
    out *= z


def _silu_slope(z: Array, a: Array, out: Array) -> None:
    # σ + a (1 − σ) as 1 + (a − 1) (1 − σ).
    shut = scratch("slope", z.shape, z.dtype)
    _sigmoid(z, shut)
    np.subtract(1, shut, out=shut)
    np.subtract(a, 1, out=out)
    out *= shut
    out += 1


def _sigmoid(z: Array, out: Array) -> None:
    # exp(-z) of a very negative z overflows to inf, and 1 / inf is the 0 that is wanted.
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def _sigmoid_slope(z: Array, a: Array, out: Array) -> None:
    np.subtract(1, a, out=out)
    out *= a


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out=out)


def _tanh_slope(z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


def _identity(z: Array, out: Array) -> None:
    out[...] = z


def _identity_slope(z: Array, a: Array, out: Array) -> None:
    out[...] = 1


ACTIVATIONS = {
    row.name: row
    for row in (
        Activation(
            "relu", "a = max(0, z)", "1 if z > 0, else 0", "positive values pass, others become 0; fast, but units can die",
            _relu, _relu_slope, corner=True, can_die=True, source="Nair & Hinton 2010",
            numpy="np.maximum(z, 0)",
        ),
        Activation(
            "leaky_relu", "a = max(z, slope·z)", "1 if z > 0, else slope", "like relu, but its units cannot die",
            _leaky_relu, _leaky_relu_slope, uses=("leaky_slope",), corner=True, signed=True, source="Maas et al. 2013",
            numpy="np.maximum(z, slope * z)",
        ),
        Activation(
            "elu", "a = z if z > 0, else e^z − 1", "1 if z > 0, else a + 1", "like relu, but below 0 it curves smoothly to −1",
            _elu, _elu_slope, corner=True, signed=True, source="Clevert et al. 2016, α = 1",
            numpy="np.where(z > 0, z, np.exp(z) - 1)",
        ),
        Activation(
            "gelu", "a = z σ(1.6 z + 0.071 z³)", "s + a (1 − s) (1.6 + 0.21 z²), where s is the σ",
            "like relu, but without a kink at 0",
            _gelu, _gelu_slope, signed=True, source="Hendrycks & Gimpel 2016, the approximation with tanh",
            numpy="z / (1 + np.exp(-1.595769 * z - 0.071355 * z**3))", calculator="z / (1 + e^(−1.595769·z − 0.071355·z³))",
        ),
        Activation(
            "silu", "a = z σ(z)", "σ + a (1 − σ)", "like gelu, with a simpler formula; also called swish",
            _silu, _silu_slope, signed=True, source="Elfwing et al. 2018",
            numpy="z / (1 + np.exp(-z))", calculator="z / (1 + e^−z)",
        ),
        Activation(
            "sigmoid", "a = 1 / (1 + e^−z)", "a (1 − a)", "squeezes z between 0 and 1; deep networks learn slowly",
            _sigmoid, _sigmoid_slope, limits=(0.0, 1.0), source="Rumelhart et al. 1986",
            numpy="1 / (1 + np.exp(-z))",
        ),
        Activation(
            "tanh", "a = tanh z", "1 − a²", "squeezes z between −1 and 1, centred on 0",
            _tanh, _tanh_slope, signed=True, limits=(-1.0, 1.0), source="LeCun et al. 1998",
            numpy="np.tanh(z)",
        ),
        Activation(
            "identity", "a = z", "1", "no activation, so all layers together act as one matrix",
            _identity, _identity_slope, signed=True, source="Saxe et al. 2014, deep linear networks", numpy="z",
            remark="Without an activation, all layers together act as one matrix.",
        ),
    )
}  # fmt: skip


def bind_activation(name: str, leaky_slope: float) -> Activation:
    """The activation `name`, with the slope of leaky_relu filled in."""
    row = ACTIVATIONS[name]
    if row.function is not _leaky_relu:
        return row
    leaks = leaky_slope > 0
    return replace(
        row,
        function=partial(_leaky_relu, leak=leaky_slope),
        slope=partial(_leaky_relu_slope, leak=leaky_slope),
        # Without a leak it is a relu.
        signed=leaks,
        can_die=not leaks,
        remark=f"A z below 0 is multiplied by {leaky_slope:.3g}, so no unit can die." if leaks else "",
    )
