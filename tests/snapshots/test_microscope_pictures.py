"""Each act of an update as it is seen, compared to a stored picture; see `test_pictures`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tui_nn.engine.messages import Start

Picture = Callable[..., bool]

ACTS = ("batch", "z0", "a0", "z1", "p", "loss", "delta1", "dW1", "delta0", "dW0", "update")


@pytest.mark.parametrize("act", range(len(ACTS)), ids=lambda act: f"{act + 1}-{ACTS[act]}")
def test_an_act(picture: Picture, in_float64: Start, act: int) -> None:
    """What is new in each, and that nothing else moves."""
    assert picture((80, 24), *("m" * (act + 1)), start=in_float64)


def test_the_way_through_all_acts(picture: Picture, in_float64: Start) -> None:
    """Where there is room, the numbers of all acts so far."""
    assert picture((120, 40), "m", "enter", start=in_float64)


def test_light_ink(picture: Picture, in_float64: Start) -> None:
    """The signs of products on a light plate."""
    assert picture((80, 24), "m", "m", start=in_float64, theme="textual-light")
