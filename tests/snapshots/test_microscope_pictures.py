"""Each act of an update as it is seen, compared to a stored picture; see `test_pictures`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.snapshots.test_pictures import picture, pytestmark

__all__ = ["pytestmark"]

ACTS = ("batch", "z0", "a0", "z1", "p", "loss", "delta1", "dW1", "delta0", "dW0", "update")


@pytest.mark.parametrize("act", range(len(ACTS)), ids=lambda act: f"{act + 1}-{ACTS[act]}")
def test_an_act(snap_compare: Any, act: int) -> None:
    """What is new in each, and that nothing else moves."""
    assert picture(snap_compare, (80, 24), *("m" * (act + 1)))


def test_the_way_through_all_acts(snap_compare: Any) -> None:
    """Where there is room, the numbers of all acts so far."""
    assert picture(snap_compare, (120, 40), "m", "enter")


def test_light_ink(snap_compare: Any) -> None:
    """The signs of products on a light plate."""
    assert picture(snap_compare, (80, 24), "m", "m", theme="textual-light")
