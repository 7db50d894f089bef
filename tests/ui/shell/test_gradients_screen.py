"""The table of checked gradients."""

from __future__ import annotations

import re

from piloting import settle, text

from tests.ui.conftest import OpenApp


async def test_gradients_are_checked_on_a_screen_of_their_own(open_app: OpenApp) -> None:
    """The worst first, others on a key, and back."""
    async with open_app(hidden_sizes=(16,), activation="tanh") as pilot:
        seen = []
        for key in ("G", "n"):
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            seen.append(text(pilot))
            assert "both gradients agree" in seen[-1]
            rows = re.findall(r"[01] +(?:pixel|unit|bias) [^\n]*?\d {2,}\S+ +\S+ +(\d[\d.e−]*)", seen[-1])
            errors = [float(error.replace("−", "-")) for error in rows]
            assert len(errors) >= 10
            assert errors == sorted(errors, reverse=True)
        assert seen[0] != seen[1]
        await pilot.press("escape")
        await settle(pilot)
        assert "both gradients agree" not in text(pilot)
