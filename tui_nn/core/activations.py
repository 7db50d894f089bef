"""Activations: the function f of a hidden layer, a = f(z), and its slope f'(z), which backprop needs.

All functions write into arrays that they are given: `function(z, out)` writes a = f(z), and `slope(z, a, out, scratch)`
writes f'(z), with `scratch` for intermediate results. All arrays of a call have one shape. In some functions, an
intermediate result overflows although the result is right, so callers silence NumPy's warnings. To add an activation,
add a row to the table ACTIVATIONS. The form, the flags, the help and the tests read it there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import pi, sqrt

import numpy as np

from tui_nn.core.parameters import Array


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function, with its formulas and its NumPy functions: one row of the table ACTIVATIONS."""

    name: str
    formula: str
    derivative: str
    """The formula of the slope f', written with z, or with a if that is shorter."""
    purpose: str
    function: Callable[[Array, Array], object]
    """The function (z, out) that writes f(z) to `out`."""
    slope: Callable[[Array, Array, Array, Array], object]
    """The function (z, a, out, scratch) that writes f'(z) to `out`."""
    uses: tuple[str, ...] = ()
    """The settings that change the function."""
    source: str = ""
    """The publication that introduced the function."""
    kinks: tuple[float, ...] = ()
    """Each z at which f' or f'' jumps, called a kink. The gradient check makes no step across a kink."""
    signed: bool = False
    """True if the activation a of a unit can be negative."""
    can_die: bool = False
    """True if a and f' are exactly 0 for a range of z. A unit is dead, and learns nothing, if its z is always in this range."""
    limits: tuple[float, float] | None = None
    """The values that f(z) approaches for very small and very large z, where f' approaches 0; None without such limits."""
    layer_note: str = ""
    """A sentence that the screens show beside a layer with this activation; "" if there is none."""
    numpy: str = ""
    """f as a NumPy expression with the variables z and slope, for the microscope; "" if the microscope shows `formula`."""
    calculator: str = ""
    """The formula of f in plain arithmetic. The app puts numbers in place of z. It is "" if `formula` can be used for this."""


def _relu(z: Array, out: Array) -> None:
    # np.maximum(array, array) takes only a third of the time that np.maximum(array, number) takes.
    out.fill(0)
    np.maximum(z, out, out=out)


def _leaky_relu(z: Array, out: Array, leak: float = 0.01) -> None:
    np.multiply(z, leak, out=out)
    np.maximum(z, out, out=out)


def _leaky_relu_slope(z: Array, a: Array, out: Array, scratch: Array, leak: float = 0.01) -> None:
    # np.maximum gives exactly the slope 1 for z > 0. A sum such as (1 - leak) + leak could differ from 1 in the last bit.
    np.greater(z, 0, out=out)
    np.maximum(out, leak, out=out)


def _elu(z: Array, out: Array) -> None:
    # e^z - 1 is never below z. So elu is the larger of z and e^min(z, 0) - 1.
    np.minimum(z, 0, out=out)
    np.expm1(out, out=out)
    np.maximum(z, out, out=out)


def _elu_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.minimum(a, 0, out=out)
    out += 1


_LINEAR, _CUBIC = 2 * sqrt(2 / pi), 0.044715
"""The constants of gelu (Hendrycks & Gimpel 2016). σ(_LINEAR (z + _CUBIC z³)) is about the probability that a number
from the standard normal distribution is below z."""
_FAR = 100
"""Above this |z|, the σ of gelu is exactly 0 or 1. A larger |z| is reduced to this number, so that z³ cannot overflow."""


def _gelu_gate(z: Array, out: Array) -> None:
    np.clip(z, -_FAR, _FAR, out=out)
    out *= out
    out *= _LINEAR * _CUBIC
    out += _LINEAR
    out *= z
    _sigmoid(out, out)


def _gelu(z: Array, out: Array) -> None:
    _gelu_gate(z, out)
    out *= z


def _gelu_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    # With s = σ(u), the slope of a = z·s is s + a (1 - s) u' = 1 + (a u' - 1)(1 - s). The array scratch holds 1 - s.
    _gelu_gate(z, scratch)
    np.subtract(1, scratch, out=scratch)
    np.clip(z, -_FAR, _FAR, out=out)
    out *= out
    out *= 3 * _LINEAR * _CUBIC
    out += _LINEAR
    out *= a
    out -= 1
    out *= scratch
    out += 1


def _silu(z: Array, out: Array) -> None:
    _sigmoid(z, out)
    out *= z


def _silu_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    # The slope of a = z·σ(z) is σ + a (1 - σ) = 1 + (a - 1)(1 - σ). The array scratch holds 1 - σ.
    _sigmoid(z, scratch)
    np.subtract(1, scratch, out=scratch)
    np.subtract(a, 1, out=out)
    out *= scratch
    out += 1


def _sigmoid(z: Array, out: Array) -> None:
    # For a very negative z, exp(-z) overflows to infinity, and 1 / infinity is 0, the correct result.
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def _sigmoid_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.subtract(1, a, out=out)
    out *= a


def _tanh_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


ACTIVATIONS = {
    row.name: row
    for row in (
        Activation(
            "relu", "a = max(0, z)", "1 if z > 0, else 0", "keeps positive z, sets others to 0; fast, but units can die",
            _relu, lambda z, a, out, scratch: np.greater(z, 0, out=out), kinks=(0.0,), can_die=True, source="Nair & Hinton 2010",
            numpy="np.maximum(z, 0)",
        ),
        Activation(
            "leaky_relu", "a = max(z, slope·z)", "1 if z > 0, else slope", "like relu, but slopes below 0 too, so no unit can die",
            _leaky_relu, _leaky_relu_slope, uses=("leaky_slope",), kinks=(0.0,), signed=True, source="Maas et al. 2013",
            numpy="np.maximum(z, slope * z)",
        ),
        Activation(
            "elu", "a = z if z > 0, else e^z − 1", "1 if z > 0, else a + 1", "like relu, but below 0 it curves smoothly to −1",
            _elu, _elu_slope, kinks=(0.0,), signed=True, source="Clevert et al. 2016, α = 1",
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
            "sigmoid", "a = 1 / (1 + e^−z)", "a (1 − a)", "squeezes z between 0 and 1; slow in deep networks",
            _sigmoid, _sigmoid_slope, limits=(0.0, 1.0), source="Rumelhart et al. 1986",
            numpy="1 / (1 + np.exp(-z))",
        ),
        Activation(
            "tanh", "a = tanh z", "1 − a²", "squeezes z between −1 and 1, centred on 0",
            lambda z, out: np.tanh(z, out=out), _tanh_slope, signed=True, limits=(-1.0, 1.0), source="LeCun et al. 1998",
            numpy="np.tanh(z)",
        ),
        Activation(
            "identity", "a = z", "1", "no activation, so all layers together act as one matrix",
            lambda z, out: np.copyto(out, z), lambda z, a, out, scratch: out.fill(1),
            signed=True, source="Saxe et al. 2014, deep linear networks", numpy="z",
            layer_note="Without an activation, all layers together act as one matrix.",
        ),
    )
}  # fmt: skip


def bind_activation(name: str, leaky_slope: float) -> Activation:
    """Return the activation called `name`. The functions of leaky_relu use `leaky_slope` as the slope below 0."""
    row = ACTIVATIONS[name]
    if row.function is not _leaky_relu:
        return row
    leaks = leaky_slope > 0
    return replace(
        row,
        function=partial(_leaky_relu, leak=leaky_slope),
        slope=partial(_leaky_relu_slope, leak=leaky_slope),
        # With a slope of 0 for negative z, leaky_relu is the same function as relu.
        signed=leaks,
        can_die=not leaks,
        layer_note=f"A z below 0 is multiplied by {leaky_slope:.3g}, so no unit can die." if leaks else "",
    )
