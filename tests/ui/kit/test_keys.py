"""Test that keys mean the same in every pane, and that every key answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from piloting import press, settle, text

from tui_nn.engine.look import read_look
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.keys import EXCEPTIONS, MEANINGS, SCREEN_KEYS
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.shell.key_table import key_table


def bound() -> Iterator[tuple[str, str, str]]:
    """Yield every place, every key there, and the sentence about it."""
    for place, bindings in key_table().items():
        for binding in bindings:
            for key in binding.key.split(","):
                yield place, key, binding.tooltip


def test_a_shared_key_has_its_meaning_in_every_pane() -> None:
    wrong = [
        (place, key, said)
        for place, key, said in bound()
        for meaning in MEANINGS
        if key == meaning.key and (place, key) not in EXCEPTIONS and not re.search(meaning.words, said, re.IGNORECASE)
    ]
    assert not wrong


def test_a_shared_meaning_has_its_key_in_every_pane() -> None:
    wrong = [
        (place, key, said)
        for place, key, said in bound()
        for meaning in MEANINGS
        if re.search(meaning.words, said, re.IGNORECASE) and not meaning.loose
        if key != meaning.key and key not in meaning.also and (place, key) not in EXCEPTIONS
    ]
    assert not wrong


def test_every_exception_is_one() -> None:
    """A reason for a key that does not exist, or that has the shared meaning, would hide a mistake."""
    known = {(place, key): said for place, key, said in bound()}
    for (place, key), reason in EXCEPTIONS.items():
        assert reason
        has_other = any(
            (meaning.key == key and not re.search(meaning.words, known[place, key], re.IGNORECASE))
            or (meaning.key != key and not meaning.loose and re.search(meaning.words, known[place, key], re.IGNORECASE))
            for meaning in MEANINGS
        )  # fmt: skip
        assert has_other, (place, key)


@pytest.mark.parametrize(
    ("view", "name"), [(view, view.NAME) for pane in (MistakesPane, InspectPane) for view in pane.VIEWS]
)
def test_a_view_has_one_name(view: Any, name: str) -> None:
    """The short name of a narrow strip is a part of the name, and the help and the palette use the same one."""
    assert view.SHORT in name


def test_a_view_hides_no_key_of_the_screen() -> None:
    """Three views take the key by which every pane opens them. In Mistakes, g and w open the gallery and the why view instead."""
    screen = {key for row in SCREEN_KEYS for key in row.key.split(",")}
    hidden = {
        (view.KEY, view.NAME) for pane in (MistakesPane, InspectPane) for view in pane.VIEWS if view.KEY in screen
    }
    assert hidden == {("m", "microscope"), ("w", "hints"), ("C", "runs"), ("g", "gallery"), ("w", "why")}


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
        ("2 x", "The chart shows no previous run"),
        ("2 o", "o has no meaning in Train"),
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


MOVES = {
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
    "tab",
    "shift+tab",
    "shift+left",
    "shift+right",
}
"""The keys that say nothing at the end of a list."""

UNSEEN = {("configure", "ctrl+v"), ("configure", "c"), ("mistakes/gallery", "less_than_sign")}
"""Keys whose effect this test does not see: on the clipboard, and on a filter that lets every mistake of a bad network pass."""


def _looks(pane: str, kind: Any) -> list[str]:
    return [f"{pane}/{view.NAME.replace(' ', '-')}" for view in kind.VIEWS]


PLACES = [
    "1 configure", "2 train", "2 train/compare", *_looks("3 inspect", InspectPane), *_looks("4 mistakes", MistakesPane),
    "5 lessons",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("place", PLACES)
async def test_every_key_of_a_place_changes_something_or_says_why_not(
    open_app: Any, monkeypatch: pytest.MonkeyPatch, place: str, trained: bool
) -> None:
    number, look = place.split(" ")
    table = key_table()
    title = next(name for name in table if name.startswith(number))[2:].split(":")[0]
    names = [
        f"{number} {title}",
        f"{number} {title}: {look.partition('/')[2].replace('-', ' ')}",
        f"{number} {title}: list",
    ]
    keys = {key for name in names[: 2 if number != "5" else 3] for b in table.get(name, []) for key in b.key.split(",")}
    silent = []
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        if trained:
            await press(pilot, "space")
        for key in sorted(keys - MOVES - {key for other, key in UNSEEN if other == look}):
            while len(pilot.app.screen_stack) > 1:
                await press(pilot, "escape")
            await pilot.app.screen.show(read_look(look))
            await settle(pilot)
            pilot.app.clear_notifications()
            before = text(pilot)
            await press(pilot, key)
            if text(pilot) == before and not pilot.app._notifications:
                silent.append(key)
    assert not silent
