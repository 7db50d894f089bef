"""Augmentation: its effect on pictures, and that it can be repeated for any batch."""

import numpy as np
import pytest

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.augmentation import AUGMENTATIONS, move
from tui_nn.core.choices.randomness import Purpose
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.buffers import Scratch
from tui_nn.core.parameters import Array
from tui_nn.data.bundled import load_bundled

SIDE = 28
CHANGING = [name for name, row in AUGMENTATIONS.items() if row.apply]


def disturbed(name: str, x: Array, batch: int = 0, ink: float = 1.0, **training: object) -> Array:
    x = x.copy()
    apply = AUGMENTATIONS[name].apply
    assert apply is not None
    apply(x, BatchIdentity(7, 1, batch, 9).random(Purpose.AUGMENTATION), TrainingConfig(**training), ink, Scratch())  # type: ignore[arg-type]
    return x


def dots(count: int, *places: tuple[int, int]) -> Array:
    """Return pictures with one pixel of full ink at each place."""
    x = np.zeros((count, SIDE, SIDE), dtype=np.float32)
    for row, column in places:
        x[:, row, column] = 1
    return x.reshape(count, -1)


def where(x: Array) -> Array:
    """Return the row and column of the inked pixel in each picture; (−1, −1) if it has left the picture."""
    place = x.argmax(axis=1)
    return np.where(x.any(axis=1)[:, None], np.stack([place // SIDE, place % SIDE], axis=1), -1)


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_place_repeats_and_another_differs(name: str, dtype: type) -> None:
    x = np.random.default_rng(0).random((70, SIDE * SIDE)).astype(dtype)
    once = disturbed(name, x)
    assert once.dtype == dtype
    assert np.array_equal(once, disturbed(name, x))
    assert not np.array_equal(once, disturbed(name, x, batch=1))
    assert (once != x).any(axis=1).mean() > 0.8, "nearly every example is another"


def test_gaussian_noise_has_the_chosen_std() -> None:
    noise = disturbed("gaussian", np.full((100, SIDE * SIDE), 0.5), noise_std=0.2) - 0.5
    assert noise.std() == pytest.approx(0.2, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.005)
    unscaled = disturbed("gaussian", np.full((100, SIDE * SIDE), 127.5), ink=255.0, noise_std=0.2)
    np.testing.assert_allclose(unscaled / 255 - 0.5, noise, atol=1e-12)


def test_shift_reaches_every_place_within_its_bound_and_no_other() -> None:
    found = where(disturbed("shift", dots(3000, (10, 10)), noise_shift=2)) - 10
    assert {tuple(place) for place in found.tolist()} == {(r, c) for r in range(-2, 3) for c in range(-2, 3)}


@pytest.mark.parametrize("name", ["shift", "shift_rotation"])
def test_every_shift_is_as_likely_as_any_other(name: str) -> None:
    """A shift of up to 8 has 289 places. Pearson's chi-squared test compares their counts with equal chances."""
    apply = AUGMENTATIONS[name].apply
    assert apply is not None
    counts, count = np.zeros((17, 17)), 40_000
    for seed in range(4):
        x = dots(count // 4, (14, 14))
        training = TrainingConfig(noise_shift=8, noise_angle=0.0)
        apply(x, BatchIdentity(seed, 1, 0, 9).random(Purpose.AUGMENTATION), training, 1.0, Scratch())
        np.add.at(counts, tuple((where(x) - 14 + 8).T), 1)
    assert (counts > 0).all()
    expected = count / 289
    # 288 degrees of freedom: the mean is 288, the standard deviation 24.
    assert ((counts - expected) ** 2 / expected).sum() < 288 + 5 * 24
    rows, columns = np.indices((17, 17)) - 8
    # The standard deviation of one shift is 4.9 pixels, and that of the mean of 40,000 is 0.025.
    assert abs((counts * rows).sum() / count) < 0.1
    assert abs((counts * columns).sum() / count) < 0.1


def test_shifted_out_pixels_are_lost_and_new_pixels_are_background() -> None:
    """A shifted digit does not appear again on the other side."""
    found = where(disturbed("shift", dots(2000, (0, SIDE - 1)), noise_shift=3))
    inside = found[found[:, 0] >= 0]
    assert inside[:, 0].max() == 3
    assert inside[:, 1].min() == SIDE - 4
    assert len(inside) < len(found)


def test_rotation_turns_about_the_centre_to_both_sides() -> None:
    # A pixel 10.5 from the centre to the right; turned by 30 degrees it is 10.5 × sin 30° = 5.25 higher or lower.
    x = dots(3000, (13, 24), (13, 23), (14, 24), (14, 23))
    turned = disturbed("rotation", x, noise_angle=30.0).reshape(-1, SIDE, SIDE)
    rows = [np.flatnonzero(image.any(axis=1)) for image in turned]
    assert min(row.min() for row in rows) in (7, 8)
    assert max(row.max() for row in rows) in (19, 20)
    ink = turned.sum(axis=(1, 2))
    assert ink.mean() == pytest.approx(4, rel=0.05), "as much ink as before, on the average"


@pytest.mark.parametrize(("shift", "angle"), [(2, 0.0), (0, 10.0)])
def test_shift_and_turn_do_both(shift: int, angle: float) -> None:
    x = dots(2000, (13, 20))
    alone, both = (
        {tuple(place) for place in where(disturbed("shift_rotation", x, noise_shift=s, noise_angle=a)).tolist()}
        for s, a in ((shift, angle), (2, 10.0))
    )
    assert alone < both


def test_turned_digits_are_those_of_a_rotation_between_pixels() -> None:
    """The nearest pixels are compared with the rotation of the Mistakes pane, which weights four pixels, at one angle."""
    from tui_nn.analysis.transforms import rotate
    from tui_nn.core.choices import augmentation

    images = load_bundled().test.images[:50]
    motions = augmentation._places(SIDE, 0, 20.0).reshape(-1, SIDE * SIDE)
    padded = np.concatenate([images, np.zeros((50, 1), dtype=np.uint8)], axis=1)
    for number, degrees in ((0, -20.0), (augmentation.ANGLES - 1, 20.0)):
        nearest = padded[:, motions[number]].astype(float)
        apart = np.abs(nearest - rotate(images, degrees)).mean()
        assert apart < 0.5 * np.abs(nearest - rotate(images, -degrees)).mean()


def test_augmentation_none_changes_nothing() -> None:
    x = np.random.default_rng(0).random((5, SIDE * SIDE))
    moved = x.copy()
    move(moved, np.random.default_rng(0), 0, 0.0)
    assert np.array_equal(moved, x)
    assert np.array_equal(disturbed("gaussian", x, noise_std=0.0), x)
    assert AUGMENTATIONS["none"].apply is None
