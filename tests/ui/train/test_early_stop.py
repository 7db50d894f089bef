"""A run that ends before its time says so where the state stands."""

from collections.abc import Callable
from typing import Any

from piloting import snapshot, text, until

OpenApp = Callable[..., Any]


async def test_the_train_pane_says_why_a_run_ended(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(4,), learning_rate=2.0, patience=1, train_limit=100, epochs=30) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: snapshot(pilot).status.reason or snapshot(pilot).epoch == 30)
        epoch = snapshot(pilot).epoch
        assert f"epoch {epoch} done" in text(pilot)
        assert "stopped early:" in text(pilot)
        assert f"the best epoch was {epoch - 1}" in text(pilot)
