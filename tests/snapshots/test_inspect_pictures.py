"""The views of Inspect that look at layers, compared to stored pictures; see test_pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.messages import Start

Picture = Callable[..., bool]

SICK = Path(__file__).parent / "too_fast.run"
"""Made with `tui-nn train --hidden-sizes 16,16 --learning-rate 0.8 --epochs 6 --save tests/snapshots/too_fast.run`."""


@pytest.mark.parametrize("keys", ["h v", "w"], ids=["update", "well"])
def test_a_view_after_six_epochs(picture: Picture, keys: str) -> None:
    """The histogram of the update, and no hints."""
    assert picture((80, 24), "3", *keys.split())


def test_flow_has_four_charts_where_there_is_room(picture: Picture) -> None:
    """At 120x40, the second layer chosen."""
    assert picture((120, 40), "3", "f", "down", start=Start(run=str(SICK)))


@pytest.mark.parametrize("keys", ["3", "w", "2", "3 f"], ids=["layers", "hints", "train", "flow"])
def test_a_run_that_is_sick(picture: Picture, keys: str) -> None:
    """Word, number, sentence and hint all say it; in Train there is a line."""
    assert picture((80, 24), *keys.split(), start=Start(run=str(SICK)))


def test_the_init_card(picture: Picture) -> None:
    """Before the first step, with the numbers of the start weights."""
    network, training = NetworkConfig(hidden_sizes=(16,), dtype="float64"), TrainingConfig()
    assert picture((80, 24), "3", start=Start(network, training, "quick-start"))
