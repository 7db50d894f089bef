"""The steps of an update that has not begun."""

from __future__ import annotations

import pytest

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.render.acts.overview import overview


def test_the_steps_are_in_the_order_of_the_calculation() -> None:
    rows = overview(new_network(NetworkConfig(hidden_sizes=(4,), loss="sigmoid_mse"), seed=0), "sgd", 20)
    assert [name for name, _, _ in rows] == [
        "batch",
        "z0",
        "a0",
        "z1",
        "a1",
        "loss",
        "δ1",
        "dW1",
        "δ0",
        "dW0",
        "update",
    ]
    assert rows[-1] == ("update", "w ← w − rate·g", "the optimizer moves each weight")


@pytest.mark.parametrize("rows", [3, 4, 9, 26, 27, 40])
def test_steps_that_do_not_fit_are_counted(rows: int) -> None:
    whole = overview(new_network(NetworkConfig(hidden_sizes=(4,) * 5), seed=0), "adam", 99)
    assert len(whole) == 27
    shown = overview(new_network(NetworkConfig(hidden_sizes=(4,) * 5), seed=0), "adam", rows)
    assert len(shown) == min(rows, 27)
    assert shown[-1] == whole[-1]
    if rows < 27:
        assert ("…", f"{27 - rows + 1} more steps", "") in shown
