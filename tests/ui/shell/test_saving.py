"""Saving in the app: nothing of others is replaced unasked, and another name has a key of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from piloting import press, settle, snapshot, text
from textual.pilot import Pilot

from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Rescued, Start
from tui_nn.session.file.rescue import RescueFile, found_rescue_paths, new_rescue_path
from tui_nn.session.file.runs import read_run
from tui_nn.session.file.summary import FileSummary
from tui_nn.ui.kit.ask_line import AskLine
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.unsaved_run import UnsavedRun

SMALL = {"hidden_sizes": (6,), "train_limit": 100}


def said(pilot: Pilot[Any]) -> str:
    return "\n".join(notification.message for notification in pilot.app._notifications)


async def type_line(pilot: Pilot[Any], line: str) -> None:
    """Replace the line of the dialog."""
    pilot.app.screen.query_one("Input").value = line
    await press(pilot, "enter")
    await settle(pilot)


async def test_a_file_that_another_program_has_written_is_replaced_only_after_a_question(
    open_app: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.run"
    async with open_app(save_as=str(path), **SMALL) as pilot:
        await press(pilot, "space", "ctrl+s")
        assert read_run(path).epoch == 1
        path.write_text("of another app")
        await press(pilot, "space", "ctrl+s")
        assert isinstance(pilot.app.screen, Ask)
        assert "has changed since this run was" in " ".join(text(pilot).split())
        await press(pilot, "escape")
        assert path.read_text() == "of another app"
        await press(pilot, "ctrl+s", "enter")
        await settle(pilot)
        assert read_run(path).epoch == 2
        await press(pilot, "space", "ctrl+s")
        assert read_run(path).epoch == 3


async def test_a_file_that_was_not_read_is_not_replaced_unasked(open_app: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    path.write_text("a letter")
    async with open_app(save_as=str(path), **SMALL) as pilot:
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, Ask)
        assert "exists already" in text(pilot)
    assert path.read_text() == "a letter"


async def test_save_as_saves_to_the_new_file_from_then_on(open_app: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "a.run", tmp_path / "b c.run"
    async with open_app(save_as=str(first), **SMALL) as pilot:
        await press(pilot, "ctrl+s", "space", "S")
        assert isinstance(pilot.app.screen, AskLine)
        assert pilot.app.screen.query_one("Input").value == str(tmp_path / "a-2.run")
        await type_line(pilot, str(second))
        assert (read_run(first).epoch, read_run(second).epoch) == (0, 1)
        await press(pilot, "space", "ctrl+s")
        assert (read_run(first).epoch, read_run(second).epoch) == (0, 2)
        await press(pilot, "S", "escape")
        await press(pilot, "S")
        await type_line(pilot, str(first))
        assert read_run(first).epoch == 2, "the app has written this file itself"


async def test_a_path_that_cannot_be_saved_to_is_said_in_the_dialog(open_app: Any, tmp_path: Path) -> None:
    async with open_app(save_as=str(tmp_path / "a.run"), **SMALL) as pilot:
        await press(pilot, "S")
        for line, words in ((str(tmp_path), "it is a directory"), ("", "The name is empty: type the name of a file.")):
            await type_line(pilot, line)
            assert words in " ".join(text(pilot).split())
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, AskLine)


@pytest.mark.parametrize("key", ["ctrl+s", "S"])
async def test_a_read_only_run_stays_as_it_is(open_app: Any, tmp_path: Path, key: str) -> None:
    path = tmp_path / "a.run"
    async with open_app(save_as=str(path), **SMALL) as pilot:
        await press(pilot, "ctrl+s")
    before = path.read_bytes()
    (tmp_path / "link.run").symlink_to(path)
    app = TuiNN(InlineEngine(Start(run=str(path))), save_as=str(path), read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", key)
        assert isinstance(app.screen, AskLine)
        for same in (path, tmp_path / "link.run", tmp_path / "." / "a.run"):
            await type_line(pilot, str(same))
            assert "read-only" in text(pilot)
        await type_line(pilot, str(tmp_path / "b.run"))
        assert read_run(tmp_path / "b.run").epoch == 1
        await press(pilot, "space", "ctrl+s")
        assert read_run(tmp_path / "b.run").epoch == 2
    assert path.read_bytes() == before


# ---- runs of earlier apps


def rescue_file() -> Path:
    file = RescueFile(new_rescue_path())
    file.path.write_text("a run")
    file.release()
    return file.path


def summary(path: Path) -> FileSummary:
    return FileSummary(str(path), datetime(2026, 1, 31, 14, 2), "quick-start", (784, 128, 10), 12, 0.951)


async def offer(pilot: Pilot[Any], *paths: Path) -> None:
    pilot.app._engine._own._messages.append(Rescued(tuple(map(summary, paths))))
    await settle(pilot)


async def test_an_unsaved_run_is_offered_in_words(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await offer(pilot, rescue_file())
        assert isinstance(pilot.app.screen, UnsavedRun)
        for words in (
            "2026-01-31 14:02",
            "quick-start, 784-128-10, epoch 12, test 95.1 %",
            "enter open it",
            "esc later",
        ):
            assert words in text(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, UnsavedRun)
        assert len(found_rescue_paths()) == 1


async def test_d_deletes_one_unsaved_run_and_offers_the_next(open_app: Any) -> None:
    first, second = rescue_file(), rescue_file()
    async with open_app(**SMALL) as pilot:
        await offer(pilot, first, second)
        assert "1 more" in text(pilot)
        await press(pilot, "d")
        assert isinstance(pilot.app.screen, UnsavedRun)
        assert found_rescue_paths() == [second]
        await press(pilot, "d")
        assert not isinstance(pilot.app.screen, UnsavedRun)
    assert found_rescue_paths() == []


async def test_enter_opens_the_unsaved_run_as_a_run_without_a_file(open_app: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    async with open_app(save_as=str(path), **SMALL) as pilot:
        await press(pilot, "space", "space", "ctrl+s")
        left = rescue_file()
        path.replace(left)
        await press(pilot, "R")
        await offer(pilot, left)
        await press(pilot, "enter")
        await settle(pilot)
        assert snapshot(pilot).epoch == 2
        assert pilot.app.screen.file.path is None
        assert "the unsaved run is open" in said(pilot)
