"""Drawing on a board."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.data.bundled import load_bundled
from tui_nn.data.drawing import Drawing

places = st.tuples(st.floats(-5, 33), st.floats(-5, 33))


def board(drawing: Drawing) -> np.ndarray:
    return drawing.pixels.reshape(28, 28)


def test_a_line_is_about_three_pixels_wide_with_soft_edges() -> None:
    drawing = Drawing(28)
    drawing.line((14, 5), (14, 22))
    column = board(drawing)[:, 12]
    assert column[13:16].tolist() == [255, 255, 255]
    assert not column[:13].any()
    drawing.line((2.5, 3), (2.5, 20))
    assert board(drawing)[0:6, 12].tolist() == [0, 128, 255, 255, 128, 0]


def test_strokes_are_as_heavy_as_those_of_mnist() -> None:
    """A 1, drawn straight, has about as much ink as the median 1 of the test digits, and is as wide."""
    drawing = Drawing(28)
    drawing.line((4, 14), (23, 14))
    test = load_bundled().test
    ink = test.images[test.labels == 1].astype(float).sum(axis=1)
    drawn = drawing.centred.astype(float).sum()
    assert np.quantile(ink, 0.1) < drawn < np.quantile(ink, 0.9)


def test_the_rubber_takes_away_and_strokes_are_taken_back_one_by_one() -> None:
    drawing = Drawing(28)
    drawing.begin()
    drawing.line((5, 5), (5, 20))
    first = drawing.pixels
    drawing.begin()
    drawing.line((5, 5), (5, 20), rubber=True)
    assert drawing.empty
    drawing.undo()
    assert (drawing.pixels == first).all()
    drawing.clear()
    assert drawing.empty
    drawing.undo()
    assert (drawing.pixels == first).all()
    drawing.undo()
    assert drawing.empty
    assert not drawing.can_undo
    drawing.undo()


def test_it_is_centred_wherever_it_was_drawn() -> None:
    pictures = []
    for corner in (2, 11):
        drawing = Drawing(28)
        drawing.line((corner, corner), (corner + 12, corner + 6))
        pictures.append(drawing.centred)
    assert (pictures[0] == pictures[1]).all()
    assert not Drawing(28).centred.any()


@given(st.lists(st.tuples(places, places, st.booleans()), max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_strokes_give_pictures(strokes: list[tuple[tuple[float, float], tuple[float, float], bool]]) -> None:
    drawing = Drawing(28)
    for start, end, rubber in strokes:
        drawing.begin()
        drawing.line(start, end, rubber=rubber)
    assert (drawing.pixels.dtype, drawing.centred.dtype) == (np.uint8, np.uint8)
    for _ in strokes:
        drawing.undo()
    assert drawing.empty
