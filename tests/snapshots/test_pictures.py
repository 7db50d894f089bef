"""Every pane as it is seen, compared to a stored picture.

The run is a stored one, so that no digit of a loss depends on this machine's arithmetic. It was made with
`tui-nn train --hidden-sizes 16 --epochs 6 --save tests/snapshots/six_epochs.run`. After a wanted change of looks:
`pytest tests/snapshots --snapshot-update`, and look at every picture that changed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tui_nn.engine.messages import Start

Picture = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("key", "pane"), [("1", "configure"), ("2", "train"), ("3", "inspect"), ("4", "mistakes")])
def test_a_pane_after_six_epochs(picture: Picture, size: tuple[int, int], key: str, pane: str) -> None:
    """Each pane at the smallest usual size and a roomy one."""
    assert picture(size, key)


@pytest.mark.parametrize("view", ["h", "x"])
def test_the_other_views_of_inspect(picture: Picture, view: str) -> None:
    """Histograms, and one example."""
    assert picture((80, 24), "3", view)


def test_an_untrained_network(picture: Picture) -> None:
    """The first screen a newcomer sees."""
    assert picture((80, 24), start=Start())


def test_all_panes_at_once(picture: Picture) -> None:
    """The projector's size."""
    assert picture((160, 50))


def test_a_light_theme(picture: Picture) -> None:
    """Dark ink on a light plate."""
    assert picture((80, 24), "4", theme="textual-light")


def test_accuracy_on_the_chart(picture: Picture) -> None:
    """The other kind of curve."""
    assert picture((80, 24), "v")
