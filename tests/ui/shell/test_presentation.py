"""For a projector: parts that are hidden, the chart alone, large numbers, the pace; and bookmarks of views."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from piloting import press, rows, settle, snapshot, text, until

from tui_nn.session.file.runs import read_run
from tui_nn.ui.shell.opening import Opening


async def test_parts_are_hidden_and_shown_again_and_the_chart_alone_fills_the_pane(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space", "W")
        assert "at full speed" in text(pilot)
        await press(pilot, "d", "n", "f", "l", "left_parenthesis", "escape")
        assert "by class" not in text(pilot)
        assert "★ best" not in text(pilot)
        assert "microscope" not in rows(pilot)[-1]
        assert "epoch ╶┴╴" in text(pilot)
        assert pilot.app.screen.training.pace.value == 8.0
        await press(pilot, "W", "d", "n", "f", "l", "escape")
        assert "by class" in text(pilot)
        assert "★ best" in text(pilot)
        assert "epoch ╶┴╴" not in text(pilot)
        await press(pilot, "z")
        assert "by class" not in text(pilot)
        assert "★ best" not in text(pilot)
        await press(pilot, "z")
        assert "by class" in text(pilot)


async def test_z_leads_from_several_panes_to_the_chart_alone_and_back(open_app: Any) -> None:
    async with open_app((160, 50), hidden_sizes=(8,), train_limit=200) as pilot:
        shown = []
        for _ in range(4):
            shown.append(("4 Mistakes" in rows(pilot)[2] or "▐2 Train▌" in rows(pilot)[2], "by class" in text(pilot)))
            await press(pilot, "z")
        assert shown == [(True, True), (False, True), (False, False), (True, True)]


async def test_a_bookmark_leads_back_to_its_view_and_the_run_file_keeps_it(open_app: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    async with open_app(hidden_sizes=(8,), train_limit=200, save_as=str(path)) as pilot:
        await press(pilot, "space", "space", "left_square_bracket", "3", "u", "right", "apostrophe")
        assert "There are no bookmarks yet" in text(pilot)
        await press(pilot, "n", *"the gap", "enter")
        await press(pilot, "escape", "end", "2", "end")
        assert snapshot(pilot).epoch == 2
        await press(pilot, "apostrophe", "enter")
        await until(pilot, lambda: snapshot(pilot).epoch == 1)
        assert pilot.app.screen.current_look.text == "inspect/unit layer=0 unit=1 example=0 branch=0 epoch=1"
        assert "Bookmark: the gap" in [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert [(mark.name, mark.look) for mark in read_run(path).bookmarks] == [
            ("the gap", "inspect/unit layer=0 unit=1 example=0 branch=0 epoch=1")
        ]
        await press(pilot, "apostrophe", "x")
        assert "There are no bookmarks yet" in text(pilot)
        assert snapshot(pilot).bookmarks == ()


async def test_a_bookmark_of_another_version_is_a_sentence(open_app: Any) -> None:
    from tui_nn.engine.commands import SetBookmark

    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        for look in ("inspect/crystal ball", "inspect/crystal-ball", "moon"):
            pilot.app.screen.send(SetBookmark("old", look))
            await settle(pilot)
            await press(pilot, "apostrophe", "enter")
            assert any("This version has no view" in said.message for said in pilot.app._notifications)
            await press(pilot, "escape")


async def test_an_opening_shows_a_view_presses_keys_and_sets_the_pace(open_app: Any) -> None:
    opening = Opening(keys=("2", "z", "space"), epochs_a_second=2.0)
    async with open_app(hidden_sizes=(8,), train_limit=200, opening=opening) as pilot:
        await until(pilot, lambda: snapshot(pilot).epoch == 1)
        assert pilot.app.screen.has_class("-chart-alone")
        assert pilot.app.screen.training.pace.value == 2.0
