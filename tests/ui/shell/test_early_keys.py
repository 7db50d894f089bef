"""Keys that are pressed while the data are being loaded are carried out afterwards, in their order."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, settle, snapshot

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start, Stopped
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.explain import Explain
from tui_nn.ui.shell.opening import Opening


class SlowEngine(InlineEngine):
    """Has loaded the data when the test says so."""

    loaded = False
    failed = False

    def poll(self) -> list[Any]:
        if self.failed:
            self.failed = False
            return [Stopped("there is no such file")]
        return super().poll() if self.loaded else []


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine(Start(NetworkConfig(hidden_sizes=(6,)), TrainingConfig(train_limit=100), "quick-start"))


async def test_early_keys_are_carried_out_in_their_order(engine: SlowEngine) -> None:
    app = TuiNN(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "R", "space", "3", "h", "space")
        assert app.screen.snapshot is None
        engine.loaded = True
        await settle(pilot)
        assert snapshot(pilot).run == 2
        assert snapshot(pilot).epoch == 2
        assert app.screen.arrangement.front.view == "histograms"
        await press(pilot, "space")
        assert snapshot(pilot).epoch == 3


async def test_f1_during_the_loading_opens_the_box_that_explains(engine: SlowEngine) -> None:
    app = TuiNN(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        engine.loaded = True
        await settle(pilot)
        assert isinstance(app.screen, Explain)


async def test_the_app_ends_if_the_data_of_the_command_line_cannot_be_used(engine: SlowEngine) -> None:
    app = TuiNN(engine, opening=Opening(ends_if_refused=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        engine.failed = True
        app.screen.listen()
        assert (app.return_code, app.refused) == (2, "there is no such file")


async def test_ctrl_q_does_not_wait(engine: SlowEngine) -> None:
    app = TuiNN(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "ctrl+q")
        assert app._exit


async def test_early_keys_are_dropped_if_the_data_cannot_be_loaded(engine: SlowEngine) -> None:
    app = TuiNN(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "e", "3")
        engine.failed = True
        await settle(pilot)
        assert app.screen.stopped
        assert app.screen.current == "Train"
        await press(pilot, "3")
        assert app.screen.current == "Inspect"
