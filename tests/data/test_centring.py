"""Pictures are scaled and centred like the digits of MNIST."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_nn.data.bundled import load_bundled
from tui_nn.data.centring import centre


def box(image: np.ndarray) -> tuple[int, int]:
    inked = image.reshape(28, 28) > 0
    return int(np.ptp(np.flatnonzero(inked.any(axis=1)))) + 1, int(np.ptp(np.flatnonzero(inked.any(axis=0)))) + 1


def mass(image: np.ndarray) -> np.ndarray:
    pixels = image.reshape(28, 28).astype(float)
    return np.array([pixels.sum(axis=1) @ np.arange(28), pixels.sum(axis=0) @ np.arange(28)]) / pixels.sum()


def test_mnists_own_digits_stay_as_they_are() -> None:
    """200 digits of MNIST hardly change when they are centred again."""
    differences = []
    for image in load_bundled().test.images[:200]:
        again = centre(image.reshape(28, 28).astype(float))
        differences.append(np.abs(again.astype(float) - image).mean() / image.mean())
    assert np.median(differences) < 0.02


@given(arrays(np.float64, st.tuples(st.integers(1, 90), st.integers(1, 90)), elements=st.floats(0, 1, width=16)))
@settings(max_examples=60, deadline=None)
def test_any_ink_is_scaled_to_the_box_and_its_mass_is_in_the_middle(ink: np.ndarray) -> None:
    image = centre(ink)
    assert (image.dtype, image.shape) == (np.uint8, (784,))
    assert image.any() == bool(ink.any())
    if ink.any():
        assert image.max() == 255
        assert max(box(image)) <= 20
        # A lopsided one is moved as far as the frame allows: 20 of 28 pixels leave 8.
        assert np.abs(mass(image) - 14).max() < 7


def test_the_longer_side_is_20_and_the_shorter_in_proportion() -> None:
    ink = np.zeros((300, 200))
    ink[40:240, 90:140] = 1
    assert box(centre(ink)) == (20, 5)
    assert np.abs(mass(centre(ink)) - 14).max() <= 0.5
