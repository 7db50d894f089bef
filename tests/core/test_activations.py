import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.core.activations import ACTIVATIONS, Activation, bind_activation
from tui_nn.core.parameters import Array

NAMES = list(ACTIVATIONS)
# On both sides of the kink at 0, and never on it.
Z = np.concatenate([np.linspace(-9, -0.01, 60), np.linspace(0.01, 9, 60)])


def apply(row: Activation, z: Array) -> Array:
    out = np.empty_like(z)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # as every caller does
        row.function(z, out)
    return out


def slope(row: Activation, z: Array) -> Array:
    out = np.full_like(z, np.nan)
    a = apply(row, z)
    with np.errstate(over="ignore"):
        row.slope(z, a, out, np.full_like(z, np.nan))
    return out


@pytest.mark.parametrize("name", NAMES)
def test_the_slope_is_the_central_difference(name: str) -> None:
    row = bind_activation(name, 0.07)
    step = 1e-5
    z = np.array([value for value in Z if all(abs(value - kink) > step for kink in row.kinks)])
    difference = (apply(row, z + step) - apply(row, z - step)) / (2 * step)
    np.testing.assert_allclose(slope(row, z), difference, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize(
    ("name", "z", "a", "f"),
    [
        ("relu", [-2, 0, 3], [0, 0, 3], [0, 0, 1]),
        ("leaky_relu", [-2, 0, 3], [-0.5, 0, 3], [0.25, 0.25, 1]),  # slope 0.25: −2 × 0.25 = −0.5
        ("sigmoid", [0, np.log(3)], [1 / 2, 3 / 4], [1 / 4, 3 / 16]),  # e^−ln 3 = 1/3, 1 / (1 + 1/3) = 3/4
        ("tanh", [0, np.log(2)], [0, 3 / 5], [1, 16 / 25]),  # (2 − 1/2) / (2 + 1/2) = 3/5, 1 − 9/25
        ("elu", [-np.log(2), 0, 3], [-1 / 2, 0, 3], [1 / 2, 1, 1]),  # e^−ln 2 − 1 = −1/2, and −1/2 + 1
        # z = ln 3: σ = 3/4, a = 3/4 ln 3, σ + a (1 − σ) = 3/4 + 3/16 ln 3
        ("silu", [0, np.log(3)], [0, 0.75 * np.log(3)], [1 / 2, 3 / 4 + 3 / 16 * np.log(3)]),
        ("gelu", [0], [0], [1 / 2]),
        ("identity", [-2, 3], [-2, 3], [1, 1]),
    ],
)
def test_values_worked_by_hand(name: str, z: list[float], a: list[float], f: list[float]) -> None:
    row = bind_activation(name, 0.25)
    assert apply(row, np.array(z, dtype=float)) == pytest.approx(a)
    assert slope(row, np.array(z, dtype=float)) == pytest.approx(f)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_very_large_z_give_the_limits(name: str, dtype: type) -> None:
    row = bind_activation(name, 0.01)
    a = apply(row, np.array([-1e4, 1e4], dtype=dtype))
    ends = {"leaky_relu": [-100, 1e4], "elu": [-1, 1e4], "sigmoid": [0, 1], "tanh": [-1, 1], "identity": [-1e4, 1e4]}
    ends |= {unbounded: [0, 1e4] for unbounded in ("relu", "gelu", "silu")}
    assert a.dtype == dtype
    assert np.isfinite(a).all()
    if name in ends:
        assert a == pytest.approx(ends[name])
    assert np.isfinite(slope(row, np.array([-1e30, -1e4, 1e4, 1e30], dtype=dtype))).all()


def test_gelu_is_near_z_times_the_share_of_a_normal_distribution_below_z() -> None:
    exact = [z * (1 + math.erf(z / math.sqrt(2))) / 2 for z in Z]
    # Hendrycks & Gimpel's formula, its shape checked to what it promises.
    assert np.abs(apply(ACTIVATIONS["gelu"], Z) - exact).max() < 5e-4
    np.testing.assert_allclose(
        apply(ACTIVATIONS["gelu"], Z), Z / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (Z + 0.044715 * Z**3))), atol=1e-13
    )


@settings(deadline=None, derandomize=True)
@given(leak=st.floats(0, 1))
def test_the_slope_of_leaky_relu_is_exactly_one_or_the_leak(leak: float) -> None:
    z = np.array([-1, 1], dtype=np.float32)
    assert slope(bind_activation("leaky_relu", leak), z).tolist() == [np.float32(leak), 1]


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name: str) -> None:
    assert np.isnan(apply(ACTIVATIONS[name], np.array([np.nan]))).all()


def test_a_row_has_a_kink_where_two_pieces_meet() -> None:
    for row in ACTIVATIONS.values():
        # The slope at both sides of 0, and how it goes on from there.
        far, near, then, on = slope(row, np.array([-2e-5, -1e-5, 1e-5, 2e-5]))
        jumps = abs(near - then) > 1e-3 or abs((near - far) - (on - then)) > 1e-8
        assert (0.0 in row.kinks) == jumps, row.name


def test_an_activation_saturates_where_its_slope_fades_at_both_ends() -> None:
    for row in ACTIVATIONS.values():
        far = np.array([-1e6, 1e6])
        assert (row.limits is not None) == bool((slope(row, far) < 1e-6).all()), row.name
        if row.limits:
            assert apply(row, far) == pytest.approx(row.limits, abs=1e-5)


@pytest.mark.parametrize("leak", [0.0, 0.01])
def test_the_properties_of_every_row_are_true(leak: float) -> None:
    for name in NAMES:
        row = bind_activation(name, leak)
        a, f = apply(row, Z), slope(row, Z)
        assert row.signed == bool((a < 0).any()), name
        assert row.can_die == bool(((a == 0) & (f == 0)).any()), name
