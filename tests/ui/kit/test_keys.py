"""Test that keys mean the same in every pane, and that every key answers."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, text

from tui_nn.ui.kit.keys import MEANINGS, SCREEN_KEYS
from tui_nn.ui.shell.key_table import key_table

EXCEPT = {("4 Mistakes: draw", "p")}
"""Draw has no list, so its p is the pen."""


def test_keys_for_moving_and_sorting_mean_the_same_in_every_pane() -> None:
    wrong = [
        (place, key, binding.tooltip)
        for place, bindings in key_table().items()
        for binding in bindings
        for key in binding.key.split(",")
        if key in MEANINGS and (place, key) not in EXCEPT
        if not any(word in binding.tooltip.lower() for word in MEANINGS[key])
    ]
    assert not wrong


def test_time_travel_has_keys_that_need_no_alt_gr_and_that_no_view_takes() -> None:
    """German, French and many other keyboards have brackets and braces only with AltGr."""
    letters = {key.action: key.key for key in SCREEN_KEYS if key.action.startswith("travel") and len(key.key) == 1}
    assert letters == {"travel(-1)": "H", "travel(1)": "L", "travel(-10)": "J", "travel(10)": "K"}
    taken = [key for place, bindings in key_table().items() if place != "Everywhere" for b in bindings for key in b.key]
    assert not set(letters.values()) & set(taken)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("2 F", "No hint has a fix now"),
        ("2 x", "x has no meaning in Train"),
        ("2 enter", "enter has no meaning in Train"),
        ("3 z", "Only one pane fits on this screen"),
        ("2 H", "This is epoch 0"),
        ("2 L", "This is the newest epoch"),
        ("2 home", "The network has not been trained"),
        ("1 a", "The form has no change to apply"),
        ("3 f x z", "Only one pane fits on this screen"),
        ("4 k enter", "enter has no meaning in Mistakes, calibration"),
        ("4 d home", "The network has not been trained"),
    ],
)
async def test_a_key_without_effect_says_why(open_app: Any, keys: str, said: str) -> None:
    async with open_app(hidden_sizes=(8,)) as pilot:
        await press(pilot, *keys.split())
        assert any(said in notice.message for notice in pilot.app._notifications), text(pilot)


async def test_a_key_with_an_effect_says_nothing(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,)) as pilot:
        await press(pilot, "1", "down", "home", "end", "3", "down", "home", "4", "end", "2", "v")
        assert not pilot.app._notifications


async def test_home_and_end_reach_the_ends_in_every_list(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8, 8)) as pilot:
        screen = pilot.app.screen
        await press(pilot, "3", "end")
        assert screen.arrangement.front.front.choice.layer == 2
        await press(pilot, "u", "home", "end")
        assert screen.arrangement.front.front.choice.unit == 9
        await press(pilot, "x", "end")
        assert screen.arrangement.front.front.choice.example == len(screen.opened.test) - 1
        await press(pilot, "home")
        assert screen.arrangement.front.front.choice.example == 0
        await press(pilot, "4", "a", "end")
        assert screen.arrangement.front.front.label == 9
        await press(pilot, "1", "end")
        last = screen.focused.id
        await press(pilot, "down")
        assert screen.focused.id == last
        await press(pilot, "2", "space", "space", "H", "home")
        assert screen.snapshot.epoch == 0
        await press(pilot, "end")
        assert screen.snapshot.epoch == 2
