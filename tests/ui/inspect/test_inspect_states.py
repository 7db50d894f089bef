"""Every view of layers in every state a run can be in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import settle, text

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Parameters
from tui_nn.session.run.snapshot import Snapshot, State, Status
from tui_nn.ui.inspect.pane import InspectPane

SMALL = {"hidden_sizes": (16,), "train_limit": 500}
KEYS = ("l", "i", "h", "v", "f", "v", "w")


def not_finite(snapshot: Snapshot) -> Snapshot:
    vector = np.full_like(snapshot.parameters.vector, np.nan)
    parameters = Parameters(snapshot.network.sizes, snapshot.network.use_bias, vector)
    nothing = np.full_like(snapshot.evaluation.outputs, np.nan)
    evaluation = Evaluation(nothing, nothing[:, 0], snapshot.evaluation.predicted)
    return replace(snapshot, parameters=parameters, evaluation=evaluation)


def diverged(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, status=Status(State.DIVERGED, "the loss is not a finite number: epoch 3, batch 2"))


def looking_back(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, epoch=1, status=Status(State.LOOKING_BACK))


def running(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, status=Status(State.RUNNING))


STATES = {"running": running, "looking back": looking_back, "diverged": diverged, "not finite": not_finite}
SAID = {"looking back": "You are looking back at epoch 1 of 2", "diverged": "Diverged: the loss is not a finite number"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "network", [{"activation": "sigmoid", "hidden_sizes": (16,) * 8}, {"hidden_sizes": ()}], ids=str
)
async def test_every_view_shows_every_state(state: str, network: dict[str, Any], open_app: Any) -> None:
    """Nothing is cut at the right edge, the state is said, and plain ASCII is enough."""
    async with open_app(ascii_only=True, **{**SMALL, **network}) as pilot:
        for key in ("space", "space", "3"):
            await pilot.press(key)
            await settle(pilot)
        pane = pilot.app.screen.query_one(InspectPane)
        pane.snapshot = STATES[state](pilot.app.screen.snapshot)
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause()
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            shown = text(pilot)
            assert SAID.get(state, "") in shown
            assert shown.isascii()
            assert "?" not in re.sub(r"\? help", "", shown)
            assert all(line[-1] in " -" for line in shown.split("\n")[2:-1]), shown
        pane.snapshot = None


async def test_views_say_that_nothing_was_trained(open_app: Any) -> None:
    """Each in its own words, none with numbers that are not there."""
    async with open_app(**SMALL) as pilot:
        said = {
            "l": "before the first update",
            "h": "height = ",
            "f": "This chart begins with the first epoch",
            "w": "checks found a problem",
        }
        await pilot.press("3")
        for key, words in said.items():
            await pilot.press(key)
            await settle(pilot)
            await settle(pilot)
            assert words in text(pilot)
            # The list of checks names "a number became NaN".
            assert "NaN" not in text(pilot) or key == "w"
