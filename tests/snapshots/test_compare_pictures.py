"""The comparison of runs as it is seen: two at 80x24, six at 120x40, and six in plain ASCII."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tui_nn.engine.messages import Start
from tui_nn.session.run.run_set import OtherRun

Picture = Callable[..., bool]


def test_two_runs(picture: Picture, in_float64: Start, others: list[OtherRun]) -> None:
    assert picture((80, 24), start=in_float64, compared=others[:1])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("ascii_only", [False, True], ids=["unicode", "ascii"])
def test_six_runs(
    picture: Picture, in_float64: Start, others: list[OtherRun], size: tuple[int, int], ascii_only: bool
) -> None:
    assert picture(size, "up", "x", "left", start=in_float64, compared=others, ascii_only=ascii_only)


def test_the_run_before(picture: Picture, in_float64: Start) -> None:
    assert picture((80, 24), "R", start=in_float64)


def test_two_runs_in_mistakes(picture: Picture, in_float64: Start, others: list[OtherRun]) -> None:
    assert picture((80, 24), "4", "C", start=in_float64, compared=others[:1])
