"""What tests of screens share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from piloting import settle, without_a_clock  # noqa: F401
from textual.pilot import Pilot

from tui_nn.data.dataset import Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.home.home import Home
from tui_nn.presets import load_preset
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.opening import PLAIN, Opening

OpenApp = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The bundled digits."""
    return load_dataset()


@pytest.fixture
def open_app() -> OpenApp:
    """Opens the app on an inline engine: `async with open_app(size=(80, 24), hidden_sizes=(16,)) as pilot`.

    Keyword arguments that are settings replace those of quick-start. A `dataset` replaces the bundled digits, and
    `opening` is what the app shows and does first.
    """

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (80, 24),
        *,
        ascii_only: bool = False,
        save_as: str | None = "test.run",
        dataset: Dataset | None = None,
        home: Home | None = None,
        opening: Opening = PLAIN,
        **settings: Any,
    ) -> AsyncIterator[Pilot[None]]:
        preset = load_preset("quick-start")
        names = {setting.name for setting in preset.network.settings}
        network = replace(preset.network, **{k: v for k, v in settings.items() if k in names})
        training = replace(preset.training, **{k: v for k, v in settings.items() if k not in names})
        engine = InlineEngine(Start(network, training, "quick-start", dataset=dataset))
        app = TuiNN(engine, ascii_only=ascii_only, save_as=save_as, home=home, opening=opening)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await settle(pilot)
            yield pilot

    return opened
