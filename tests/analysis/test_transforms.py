"""Transformations of pictures, checked on dots and on round trips."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.analysis.transforms import Transformation, add_noise, invert, permute, rotate, shift, thicken
from tui_nn.core.parameters import Pixels


def dot(row: int, column: int) -> Pixels:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, row, column] = 200
    return image.reshape(1, 784)


def where(images: Pixels) -> tuple[int, int]:
    """Return the row and column of the darkest pixel."""
    return divmod(int(images[0].argmax()), 28)


def test_a_shift_moves_every_pixel_and_drops_what_leaves() -> None:
    assert where(shift(dot(10, 10), 3, -2)) == (8, 13)
    assert not shift(dot(10, 10), 18, 0).any()
    assert not shift(dot(10, 10), 40, 0).any()
    assert not shift(dot(10, 10), 0, -28).any()


def test_positive_degrees_turn_to_the_left() -> None:
    """A quarter turn to the left moves a dot from the right of the centre to above the centre."""
    assert where(rotate(dot(14, 24), 90)) == (3, 14)
    assert where(rotate(dot(14, 24), -90)) == (24, 13)


def test_four_quarter_turns_are_none(make_examples: Callable[..., tuple[Pixels, object]]) -> None:
    images = make_examples(3)[0]
    turned = images
    for _ in range(4):
        turned = rotate(turned, 90)
    assert (turned == images).all()
    assert (rotate(images, 360) == images).all()
    assert (rotate(images, 90).reshape(-1, 28, 28) == np.rot90(images.reshape(-1, 28, 28), axes=(1, 2))).all()


def test_thick_strokes_are_those_of_the_neighbours_and_thin_ones_undo_them() -> None:
    thick = thicken(dot(10, 10), 1).reshape(28, 28)
    assert sorted(zip(*np.nonzero(thick), strict=True)) == [(9, 10), (10, 9), (10, 10), (10, 11), (11, 10)]
    assert (thicken(thick.reshape(1, 784), -1) == dot(10, 10)).all()
    assert (thicken(dot(0, 0), 0) == dot(0, 0)).all()


def test_noise_has_the_chosen_std_and_repeats_with_its_seed() -> None:
    grey = np.full((20, 784), 128, np.uint8)
    noisy = add_noise(grey, 0.1)
    assert abs((noisy.astype(float) - 128).std() / 255 - 0.1) < 0.005
    assert (add_noise(grey, 0.1) == noisy).all()
    assert (add_noise(grey, 0.1, seed=1) != noisy).any()


def test_a_permutation_is_the_same_for_all_and_loses_nothing(
    make_examples: Callable[..., tuple[Pixels, object]],
) -> None:
    images = make_examples(2)[0]
    mixed = permute(images)
    assert (np.sort(mixed, axis=1) == np.sort(images, axis=1)).all()
    assert (permute(images[::-1].copy()) == mixed[::-1]).all()


@given(
    st.builds(
        Transformation,
        thickness=st.integers(-3, 3),
        degrees=st.integers(-180, 180),
        right=st.integers(-30, 30),
        down=st.integers(-30, 30),
        inverted=st.booleans(),
        noise=st.floats(0, 2),
        permuted=st.booleans(),
    )
)
@settings(max_examples=40, deadline=None)
def test_any_transformation_gives_images_and_leaves_its_argument_alone(transformation: Transformation) -> None:
    images = np.random.default_rng(2).integers(0, 256, (2, 784)).astype(np.uint8)
    before = images.copy()
    images.flags.writeable = False
    out = transformation.apply(images)
    assert (out.dtype, out.shape) == (np.uint8, (2, 784))
    assert (images == before).all()
    assert bool(str(transformation)) == (transformation != Transformation())


def test_inverting_twice_is_nothing() -> None:
    assert (invert(invert(dot(3, 3))) == dot(3, 3)).all()
    assert invert(dot(3, 3))[0, 3 * 28 + 3] == 55


@pytest.mark.parametrize(
    ("transformation", "words"),
    [
        (Transformation(right=-2, down=1), "2 left, 1 down"),
        (Transformation(degrees=-15, noise=0.2), "turned 15° right, noise 0.20"),
        (Transformation(thickness=-1, inverted=True, permuted=True), "thinner 1, inverted, pixels in random order"),
    ],
)
def test_a_transformation_describes_itself(transformation: Transformation, words: str) -> None:
    assert str(transformation) == words
