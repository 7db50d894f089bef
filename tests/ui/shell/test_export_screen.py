"""The key E writes the run, or the picture of the screen, to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from piloting import settle, text
from textual.widgets import Input

from tests.ui.conftest import OpenApp


async def test_the_ending_decides_what_is_written_and_a_file_is_replaced_only_when_asked(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_app(hidden_sizes=(8,), train_limit=300) as pilot:

        async def export(name: str) -> None:
            await pilot.press("E")
            await pilot.pause()
            pilot.app.screen.query_one(Input).value = name
            await pilot.press("enter")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()

        await pilot.press("space")
        await settle(pilot)
        await pilot.press("E")
        await pilot.pause()
        assert "Export to" in text(pilot)
        assert ".ipynb notebook" in text(pilot)
        assert pilot.app.screen.query_one(Input).value.endswith(".py")
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        (script,) = tmp_path.glob("*.py")
        assert "import numpy as np" in script.read_text()
        assert [notice.message for notice in pilot.app._notifications][-1].startswith("Written to ")
        await export("picture.txt")
        picture = (tmp_path / "picture.txt").read_text(encoding="utf-8")
        assert "Export to" not in picture
        assert "epoch 1" in picture
        await export("a.doc")
        assert "The name must have one of the endings above." in text(pilot)
        await pilot.press("escape")
        (tmp_path / "m.csv").write_text("mine")
        await export("m.csv")
        assert "Replace the file?" in text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert (tmp_path / "m.csv").read_text() == "mine"
        await export("m.csv")
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert (tmp_path / "m.csv").read_text().startswith("true / predicted,")
