"""A storm of keys and clicks over the Inspect pane, on networks of every kind: nothing may raise, and it still answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from piloting import text, until
from textual.pilot import Pilot

from tests.ui.storm import storm
from tui_nn.engine.commands import Restart
from tui_nn.presets import load_preset
from tui_nn.ui.inspect.pane import InspectPane

NETWORKS: tuple[dict[str, Any], ...] = (
    {"hidden_sizes": ()},
    {"hidden_sizes": (1,)},
    {"hidden_sizes": (16, 8, 4)},
    {"hidden_sizes": (8,) * 8, "use_bias": False},
    {"hidden_sizes": (8,), "activation": "sigmoid", "weight_init": "xavier_normal", "loss": "sigmoid_mse"},
    {"hidden_sizes": (8,), "activation": "leaky_relu", "learning_rate": 1e6},  # soon no number
    {"hidden_sizes": (8,), "weight_init": "zeros"},
    {"hidden_sizes": (8, 8), "activation": "tanh", "optimizer": "adam", "scale_pixels": False},
)


def restarts(pilot: Pilot[Any]) -> list[Callable[[], None]]:
    """Commands that begin a run with another network."""

    def restart(settings: dict[str, Any]) -> None:
        preset = load_preset("quick-start")
        names = {setting.name for setting in preset.network.settings}
        network = replace(preset.network, **{name: value for name, value in settings.items() if name in names})
        more = {name: value for name, value in settings.items() if name not in names}
        training = replace(preset.training, epochs=3, train_limit=300, **more)
        pilot.app.screen_stack[0]._engine.send(Restart(network=network, training=training, preset="custom"))

    return [lambda settings=settings: restart(settings) for settings in NETWORKS]  # type: ignore[misc]


async def weather(open_app: Any, count: int, seed: int, **settings: Any) -> None:
    async with open_app(epochs=3, train_limit=300, **settings) as pilot:
        await pilot.press("3")
        await pilot.pause()
        await storm(pilot, InspectPane, count, seed, restarts(pilot))
        await pilot.resize_terminal(80, 24)
        for key in ("escape", "escape", "escape", "3", "h", "l"):
            await pilot.press(key)
        await until(pilot, lambda: "parameters in all" in text(pilot))
        assert pilot.app.screen.query_one(InspectPane).view == "layers"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved in the storm is saved away from here."""
    monkeypatch.chdir(tmp_path)


async def test_forty_events_raise_nothing(open_app: Any) -> None:
    await weather(open_app, 40, 1, hidden_sizes=(8,))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "settings"), enumerate(NETWORKS, 2))
async def test_a_thousand_events_raise_nothing(open_app: Any, seed: int, settings: dict[str, Any]) -> None:
    await weather(open_app, 1000, seed, **settings)
