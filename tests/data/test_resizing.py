"""Pictures of another side: means of areas, or linear interpolation, with the same labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui_nn.data.dataset import SIDES, DataError, Dataset, Split
from tui_nn.data.resizing import resize


def dataset(pictures: np.ndarray) -> Dataset:
    """Return a dataset with these pictures (n, side, side) as training, validation and test data."""
    labels = (np.arange(len(pictures)) % 2).astype(np.uint8)
    split = Split(pictures.reshape(len(pictures), -1), labels, ("cat", "dog"))
    return Dataset("pets", "pets", split, split, split, ("a note",))


def resized(pictures: np.ndarray, side: int) -> np.ndarray:
    return resize(dataset(pictures), side).train.images.reshape(-1, side, side)


def random_pictures(side: int, count: int = 3) -> np.ndarray:
    return np.random.default_rng(side).integers(0, 256, (count, side, side), np.uint8)


def test_a_pixel_of_half_the_side_is_the_mean_of_four() -> None:
    pictures = random_pictures(28)
    fours = pictures.reshape(3, 14, 2, 14, 2).mean(axis=(2, 4))
    assert (resized(pictures, 14) == np.rint(fours)).all()


@pytest.mark.parametrize(("side", "out"), [(28, 8), (28, 9), (64, 63), (13, 8), (64, 8)])
def test_a_pixel_of_a_smaller_picture_is_the_mean_of_its_area(side: int, out: int) -> None:
    """Every pixel is repeated `out` times, so that the area of each new pixel is made of whole ones."""
    pictures = random_pictures(side)
    fine = pictures.repeat(out, axis=1).repeat(out, axis=2).astype(np.float64)
    means = fine.reshape(3, out, side, out, side).mean(axis=(2, 4))
    assert np.abs(resized(pictures, out) - means).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(("side", "out"), [(8, 28), (8, 16), (28, 64), (27, 28)])
def test_a_larger_picture_is_interpolated_as_pillow_does(side: int, out: int) -> None:
    pictures = random_pictures(side)
    expected = [np.asarray(Image.fromarray(one).resize((out, out), Image.Resampling.BILINEAR)) for one in pictures]
    assert np.abs(resized(pictures, out).astype(int) - np.array(expected)).max() <= 1


@given(st.sampled_from(SIDES), st.sampled_from(SIDES), st.integers(0, 255))
def test_an_even_picture_stays_even(side: int, out: int, value: int) -> None:
    assert (resized(np.full((2, side, side), value, np.uint8), out) == value).all()


@given(st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_resizing_commutes_with_turning(side: int, out: int) -> None:
    pictures = random_pictures(side)
    turned = np.rot90(resized(pictures, out), axes=(1, 2))
    assert (resized(np.rot90(pictures, axes=(1, 2)).copy(), out) == turned).all()


def test_many_pictures_give_the_same_as_one_at_a_time() -> None:
    pictures = random_pictures(64, count=300)  # More than one chunk
    alone = [resized(pictures[[k, k]], 32)[0] for k in (0, 255, 256, 299)]
    assert (resized(pictures, 32)[[0, 255, 256, 299]] == alone).all()


def test_labels_names_parts_and_notes_stay() -> None:
    before = dataset(random_pictures(8, count=4))
    after = resize(before, 12)
    assert after.side == 12
    assert (after.class_names, after.notes, after.name) == (("cat", "dog"), ("a note",), "pets")
    assert after.validation is not None
    assert (after.validation.labels == before.train.labels).all()
    assert resize(before, 8).digest == before.digest


@pytest.mark.parametrize("side", [7, 65, 0, -28])
def test_a_side_that_is_not_allowed_is_refused(side: int) -> None:
    with pytest.raises(DataError, match=f"the side is {side}: it must be a whole number from 8 to 64"):
        resize(dataset(random_pictures(8)), side)
