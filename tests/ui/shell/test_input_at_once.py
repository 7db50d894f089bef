"""Keys and clicks that arrive together: the second finds closed what the first has closed, and nothing ends the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from piloting import press, settle, snapshot, text
from textual import events
from textual.app import App, ComposeResult
from textual.command import CommandPalette
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tui_nn.ui.kit.ask_line import AskNumber
from tui_nn.ui.shell.main_screen import MainScreen
from tui_nn.ui.shell.textual_guards import install
from tui_nn.ui.train.branches import Branches

SMALL = {"hidden_sizes": (8,), "train_limit": 300}


def send(pilot: Pilot[Any], *keys: str) -> None:
    """Send keys as one write of a terminal does: none waits for what the key before it does."""
    for key in keys:
        character = key if len(key) == 1 else {"enter": "\r", "full_stop": "."}.get(key)
        pilot.app.post_message(events.Key(key, character))


def send_clicks(pilot: Pilot[Any], at: Offset, count: int) -> None:
    """Send clicks in one go."""
    for _ in range(count):
        for kind in (events.MouseDown, events.MouseUp):
            pilot.app.post_message(kind(None, at.x, at.y, 0, 0, 1, False, False, False, screen_x=at.x, screen_y=at.y))


def alone(pilot: Pilot[Any]) -> bool:
    """Whether the main screen is the only one."""
    return [type(screen) for screen in pilot.app.screen_stack] == [MainScreen]


async def with_two_branches(pilot: Pilot[Any]) -> None:
    """Train, go back, and train on with other settings."""
    await press(pilot, "space", "space")
    assert snapshot(pilot).epoch == 2


@pytest.mark.parametrize(
    "keys", [("enter", "enter"), ("enter", "escape"), ("escape", "escape"), ("escape", "n", "enter")]
)
async def test_a_second_key_after_the_branches_are_closed(open_app: Any, keys: Sequence[str]) -> None:
    async with open_app(**SMALL) as pilot:
        await with_two_branches(pilot)
        await press(pilot, "T")
        assert isinstance(pilot.app.screen, Branches)
        send(pilot, *keys)
        await settle(pilot)
        assert alone(pilot)
        assert snapshot(pilot).epoch == 2


async def test_two_clicks_on_a_row_of_branches(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await with_two_branches(pilot)
        await press(pilot, "T")
        at = pilot.app.screen.query_one(OptionList).region.offset
        send_clicks(pilot, at + Offset(2, 0), 2)
        await settle(pilot)
        assert alone(pilot)


async def test_a_page_key_before_the_branches_are_laid_out(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await with_two_branches(pilot)
        send(pilot, "T", "pagedown", "pageup")
        await settle(pilot)
        send(pilot, "pagedown", "n", "enter", "escape", "escape")
        await settle(pilot)
        assert snapshot(pilot).epoch == 2


async def test_a_second_enter_after_an_epoch(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "g")
        assert isinstance(pilot.app.screen, AskNumber)
        send(pilot, "0", "enter", "enter")
        await settle(pilot)
        assert alone(pilot)
        assert snapshot(pilot).epoch == 0


async def test_a_second_enter_after_the_value_of_a_weight(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "u", "e")
        assert isinstance(pilot.app.screen, AskNumber)
        send(pilot, "0", "full_stop", "5", "enter", "enter")
        await settle(pilot)
        assert alone(pilot)


@pytest.mark.parametrize("key", ["g", "T"])
async def test_the_same_key_twice_opens_one_dialog(open_app: Any, key: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space")
        send(pilot, key, key)
        await settle(pilot)
        assert len(pilot.app.screen_stack) == 2


@pytest.mark.parametrize("key", ["question_mark", "G"])
async def test_two_escapes_close_a_page_once(open_app: Any, key: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, key)
        assert len(pilot.app.screen_stack) == 2
        send(pilot, "escape", "escape")
        await settle(pilot)
        assert alone(pilot)


@pytest.mark.parametrize("keys", [("enter", "enter"), ("down", "enter", "enter"), ("enter", "escape"), ("escape", "escape"),
                                  ("escape", "enter"), ("escape", "t", "down")])  # fmt: skip
async def test_keys_after_the_palette_is_closed(open_app: Any, keys: Sequence[str]) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "ctrl+p", *"epoch")
        assert CommandPalette.is_open(pilot.app)
        send(pilot, *keys)
        await settle(pilot)
        assert not CommandPalette.is_open(pilot.app)


async def test_a_command_of_the_palette_is_carried_out_once(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "ctrl+p", *"epoch")
        send(pilot, "enter", "enter", "enter")
        await settle(pilot)
        assert alone(pilot)
        assert snapshot(pilot).epoch == 1, text(pilot)


@pytest.mark.parametrize("outside", [True, False])
async def test_two_clicks_in_the_palette(open_app: Any, outside: bool) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "ctrl+p")
        found = pilot.app.screen.query_one(OptionList).region.offset + Offset(4, 1)
        send_clicks(pilot, Offset(0, 23) if outside else found, 2)
        await settle(pilot)
        assert not CommandPalette.is_open(pilot.app)


@pytest.mark.parametrize("page", ["pageup", "pagedown"])
async def test_a_letter_and_a_page_in_the_palette(open_app: Any, page: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "ctrl+p")
        send(pilot, "e", page, page)
        await settle(pilot)
        assert CommandPalette.is_open(pilot.app)


@pytest.mark.parametrize("keys", ["down", "pagedown", "enter", "escape", "a"])
async def test_a_key_before_the_palette_is_built(open_app: Any, keys: str) -> None:
    async with open_app(**SMALL) as pilot:
        send(pilot, "ctrl+p", keys, keys, "escape", keys)
        await settle(pilot)
        send(pilot, "escape", "escape")
        await settle(pilot)
        assert alone(pilot)


async def test_a_click_on_a_widget_that_has_just_been_removed() -> None:
    """A message that disappears is in this state until the next layout."""

    class OneText(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("a message")

    install()
    async with OneText().run_test() as pilot:
        message = pilot.app.screen.query_one(Static)
        parent = message._parent
        message._detach()
        pilot.app.screen._forward_event(events.MouseDown(None, 2, 0, 0, 0, 1, False, False, False, 2, 0))
        message._attach(parent)


def test_a_page_in_a_list_that_is_not_laid_out() -> None:
    """The palette's list is in this state for some 20 ms after each letter."""
    install()
    found = OptionList("one", "two")
    found._move_page(1)
    assert found.highlighted == 0
