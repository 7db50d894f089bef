"""A digit is found on a page with uneven light, grain, specks, lines or a frame."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from photographs import KINDS, photograph

from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.data.bundled import load_bundled
from tui_nn.data.centring import centre
from tui_nn.data.dataset import DataError
from tui_nn.data.page import find_parts, read_page, reduce, threshold, without_frame, without_lines
from tui_nn.presets import load_preset
from tui_nn.session.run.session import Session


@cache
def network() -> MLP:
    """Quick-start, trained on the bundled digits as its preset says."""
    preset = load_preset("quick-start")
    session = Session(load_bundled(), preset.network, preset.training)
    for _ in session.run(preset.training.epochs):
        pass
    return session.snapshot().mlp


def share_right(kind: str, numbers: np.ndarray) -> float:
    """Return the accuracy on pictures of a kind, made from these test digits. A refused picture counts as wrong."""
    test, pixels, labels = load_bundled().test, [], []
    for number in numbers:
        with suppress(DataError):
            pixels.append(centre(read_page(photograph(kind, test.images[number], int(number))).ink))
            labels.append(test.labels[number])
    found = evaluate(network(), np.stack(pixels), np.array(labels)).predicted
    return float((found == np.array(labels)).sum() / len(numbers))


@pytest.mark.parametrize("kind", KINDS)
def test_a_digit_is_found_on_a_page_of_each_kind(kind: str) -> None:
    """The centred digit hardly differs from that of the plain page. Ten digits stand for the thousand of the slow test."""
    test, differences = load_bundled().test, []
    for number in range(10):
        plain, found = (
            centre(read_page(photograph(other, test.images[number], number, chance=kind)).ink).astype(float)
            for other in ("plain", kind)
        )
        differences.append(np.abs(plain - found).mean() / plain.mean())
    assert np.median(differences) < 0.25


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_network_is_right_about_most_pages_of_each_kind(kind: str) -> None:
    share = share_right(kind, np.arange(1000))
    print(f"{kind}: {share:.1%} right")
    assert share >= 0.9


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_even_paper_leaves_the_ink_as_it_is(dark_on_light: bool) -> None:
    ink = np.zeros((40, 40), np.uint8)
    ink[8:32, 18:22] = 200
    page = read_page(255 - ink if dark_on_light else ink)
    assert page.dark_on_light is dark_on_light
    assert (page.ink == ink).all()
    assert page.doubts == ()


def test_blank_paper_is_refused() -> None:
    for grey in (np.full((30, 30), 250), np.zeros((1, 1)), np.zeros((2000, 3))):
        with pytest.raises(DataError, match="no digit"):
            read_page(grey.astype(np.uint8))


def test_doubts_name_what_is_on_the_page() -> None:
    page = np.full((100, 100), 240, np.uint8)
    page[30:60, 40:46] = 20
    other, cut, small, faint = (page.copy() for _ in range(4))
    other[30:60, 70:76] = 20
    cut[:60, 40:46] = 20
    small[:] = 240
    small[30:40, 40:43] = 20
    faint[page < 100] = 200
    for grey, word in (
        (other, "several large shapes"),
        (cut, "reaches the edge"),
        (small, "very small"),
        (faint, "faint"),
    ):
        (doubt,) = read_page(grey).doubts
        assert word in doubt


def test_a_line_is_removed_and_a_stroke_across_it_stays() -> None:
    ink = np.zeros((100, 100))
    ink[30:70, 48:52] = 200
    ruled = ink.copy()
    ruled[50:52] = np.maximum(ruled[50:52], 150)
    ruled[:, 20] = np.maximum(ruled[:, 20], 150)
    assert (without_lines(ruled) == ink).all()
    thick = ink.copy()
    thick[40:60] = 150
    assert (without_lines(thick) == thick).all()


def test_a_frame_is_removed_unless_it_is_the_digit() -> None:
    ink = np.zeros((100, 100))
    ink[2:98, 2:98] = 250
    ink[6:94, 6:94] = 0
    assert (without_frame(ink) == ink).all()
    framed = ink.copy()
    framed[30:70, 48:52] = 60
    assert without_frame(framed).max() == 60
    assert read_page((255 - framed).astype(np.uint8)).ink[30:70, 48:52].all()


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.sampled_from([0, 90, 200, 255])))
@settings(max_examples=60, deadline=None)
def test_any_picture_is_a_digit_or_is_refused(grey: np.ndarray) -> None:
    try:
        page = read_page(grey)
    except DataError:
        return
    assert page.ink.shape == grey.shape
    assert 0 <= page.ink.min() <= page.ink.max() <= 255
    assert centre(page.ink).any()


def test_parts_are_connected_also_along_a_spiral() -> None:
    """Two spirals, one inside the other, are two parts."""
    inked = np.zeros((64, 64), bool)
    for ring in range(0, 32, 4):
        inked[ring, ring : 64 - ring] = inked[63 - ring, ring : 64 - ring] = True
        inked[ring : 64 - ring, ring] = inked[ring : 64 - ring, 63 - ring] = True
    assert len(np.unique(find_parts(inked))) - 1 == 8
    inked[::, 32] = True
    assert len(np.unique(find_parts(inked))) - 1 == 1


def test_a_threshold_lies_between_two_kinds_of_pixels() -> None:
    ink = np.repeat([10.0, 12, 200, 220], [50, 30, 5, 5]).reshape(9, 10)
    assert 12 < threshold(ink) <= 200
    assert reduce(np.arange(12).reshape(3, 4), 2).tolist() == [[2.5, 4.5], [8.5, 10.5]]
