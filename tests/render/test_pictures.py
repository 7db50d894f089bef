"""Pictures as text, on images made by hand: what each cell shows can be worked out on paper."""

import numpy as np
import pytest

from tui_nn.core.parameters import Pixels
from tui_nn.data.loading import load_dataset
from tui_nn.render.pictures import RAMP, braille, from_screen, on_screen, shades, to_screen


def blank() -> Pixels:
    return np.zeros((28, 28), dtype=np.uint8)


def corner_and_bar() -> Pixels:
    """Full ink in the upper left 4 x 4 pixels; half ink in the columns 20 to 23, from row 10 to the bottom."""
    image = blank()
    image[:4, :4] = 255
    image[10:, 20:24] = 128
    return image.reshape(784)


def test_shades_average_rows_in_pairs():
    assert shades(corner_and_bar()) == [
        *["@@@@" + " " * 24] * 2,
        *[" " * 28] * 3,
        *[" " * 20 + "++++" + " " * 4] * 9,  # 128 / 255 of nine steps is 4.52: the fifth.
    ]


def test_a_row_of_ink_above_an_empty_one_is_half_as_dark():
    image = blank()
    image[6] = 255
    image[9, :14] = 90
    picture = shades(image.reshape(784))
    assert picture[3] == "=" * 28  # 127.5 is 4.5 steps, and the even one is taken.
    assert picture[4] == ":" * 14 + " " * 14  # 45 is 1.59 steps.
    assert set("".join(picture[:3] + picture[5:])) == {" "}


def test_every_shade_is_used():
    image = blank()
    image[:] = np.repeat(np.linspace(0, 255, 10).round(), 3)[:28]
    assert shades(image.reshape(784), 28, 28)[0] == "".join(shade * 3 for shade in RAMP)[:28]


def test_the_zoom_has_every_pixel_twice_as_wide():
    image = blank()
    image[5, 3] = 255
    picture = shades(image.reshape(784), 56, 28)
    assert len(picture) == 28
    assert picture[5] == " " * 6 + "@@" + " " * 48
    assert set("".join(picture[:5] + picture[6:])) == {" "}


@pytest.mark.parametrize(("columns", "rows"), [(14, 7), (20, 10), (1, 1), (100, 41)])
def test_any_size_keeps_even_grey_even(columns, rows):
    picture = shades(np.full(784, 255, np.uint8), columns, rows)
    assert picture == ["@" * columns] * rows


def test_a_thumbnail_is_the_middle_24_pixels_halved():
    image = blank()
    image[:2] = image[-2:] = 255  # Outside the middle: not seen.
    image[2:4, 2:4] = 255  # The upper left dot, all of it.
    image[4:6, 2:4] = 84  # Just too little ink.
    image[6:8, 2:4] = 85  # Just enough.
    image[24:26, 24:26] = [[255, 85], [0, 0]]  # The lower right dot; its mean is 85.
    assert braille(image.reshape(784)) == ["⠅⠀⠀⠀⠀⠀", "⠀⠀⠀⠀⠀⠀", "⠀⠀⠀⠀⠀⢀"]


def test_a_large_thumbnail_has_a_dot_for_each_of_the_middle_20_pixels():
    image = blank()
    image[4:24, 4] = 255
    image[4, 4:24] = 255
    image[23, 23] = 255
    assert braille(image.reshape(784), 10, 5) == [
        "⡏⠉⠉⠉⠉⠉⠉⠉⠉⠉",
        *["⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀"] * 3,
        "⡇⠀⠀⠀⠀⠀⠀⠀⠀⢀",
    ]


def test_every_braille_dot_has_its_own_bit():
    cell = {}
    for row in range(4):
        for column in range(2):
            image = blank()
            image[row, column] = 255
            cell[row, column] = ord(braille(image.reshape(784), 14, 7)[0][0]) - 0x2800
    # Unicode numbers the dots down the left column, down the right one, and the two of the last row at the end.
    order = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    assert [cell[dot] for dot in order] == [1 << bit for bit in range(8)]


def stairs(side: int) -> Pixels:
    """A picture of any side: full ink on and below the diagonal."""
    return (np.tri(side) * 255).astype(np.uint8).reshape(-1)


@pytest.mark.parametrize("side", [8, 9, 16, 27, 28])
def test_a_small_picture_shows_each_pixel_sharp_on_the_screen(side):
    image = np.arange(side * side) % 251
    drawn = on_screen(image)
    for row in range(side):
        for column in range(side):
            start = to_screen(row, side), to_screen(column, side)
            assert drawn[start] == image[row * side + column]
            assert tuple(from_screen(place, side) for place in start) == (row, column)
    assert set(drawn.ravel().tolist()) == set(image.tolist())


@pytest.mark.parametrize("side", [29, 32, 56, 64])
def test_a_large_picture_is_averaged_and_each_pixel_has_a_place(side):
    image = np.random.default_rng(side).integers(0, 256, side * side).astype(np.uint8)
    assert on_screen(image).mean() == pytest.approx(image.mean())
    assert {to_screen(pixel, side) for pixel in range(side)} == set(range(28))
    assert all(to_screen(from_screen(place, side), side) in (place, place - 1) for place in range(28))


@pytest.mark.parametrize("side", [8, 16, 32, 64])
def test_a_thumbnail_of_another_size_shows_the_whole_picture(side):
    rows = braille(stairs(side))
    assert (len(rows), len(rows[0])) == (3, 6)
    # Cells wholly above the diagonal are empty, those wholly below it are full.
    assert rows[0][3:] == "\u2800" * 3
    assert rows[2][0] == "\u28ff"
    assert "\u2800" not in rows[2]


def test_a_picture_of_8_pixels_is_enlarged_and_no_blob():
    image = np.zeros((8, 8), np.uint8)
    image[::2] = 255
    assert shades(image.reshape(-1), 8, 8) == ["@" * 8, " " * 8] * 4
    # Of the four rows of dots in each cell the first and the third are set.
    assert braille(image.reshape(-1), 4, 2) == [chr(0x2800 + 0x01 + 0x08 + 0x04 + 0x20) * 4] * 2


def test_real_digits_keep_their_ink_in_both():
    images = load_dataset().test.images[:50]
    for image in images:
        share = image.mean() / 255
        drawn = np.mean([RAMP.index(shade) / 9 for row in shades(image) for shade in row])
        assert drawn == pytest.approx(share, abs=0.02)
        middle = image.reshape(28, 28)[4:24, 4:24] >= 85
        dots = sum((ord(cell) - 0x2800).bit_count() for row in braille(image, 10, 5) for cell in row)
        assert dots == np.count_nonzero(middle)
