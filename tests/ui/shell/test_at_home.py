"""The app with the preferences of its user: keys, theme, first pane, bell and recent runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from piloting import drawn, press, settle, snapshot, text

from tui_nn.home.home import Home
from tui_nn.home.keyboard import load_keyboard
from tui_nn.home.memory import Memory, load_memory
from tui_nn.home.preferences import Preferences
from tui_nn.session.file.rescue import RescueFile, new_rescue_path
from tui_nn.session.run.status import State
from tui_nn.ui.shell.key_table import key_table
from tui_nn.ui.shell.training_bell import LONG, TrainingBell
from tui_nn.ui.shell.user_keys import usable_keys, usable_typed


def messages(pilot: Any) -> list[str]:
    return [notice.message for notice in pilot.app._notifications]


SMALL = {"hidden_sizes": (4,), "train_limit": 200, "batch_size": 40}


def test_every_action_has_a_name_that_keys_can_be_given_to() -> None:
    """Views that share an action share its name, and no name stands for two actions at one place."""
    for place, bindings in key_table().items():
        for binding in bindings:
            assert binding.id, (place, binding)


@pytest.mark.parametrize(
    ("keys", "usable", "sentence"),
    [
        ({"epoch": "space,x9"}, {}, "epoch is 'space,x9': 'x9' is not the name of a key"),
        ({"epok": "x"}, {}, "there is no action epok (did you mean epoch?)"),
        ({"run": "ctrl+q"}, {}, "run is 'ctrl+q': ctrl+q always keeps its meaning"),
        ({"run": "b"}, {}, "run is 'b': b is the key for batch (Everywhere)"),
        ({"run": "f6, é"}, {"run": "f6,é"}, ""),
        ({"undo-run": "N", "new-weights": "f6"}, {"undo-run": "N", "new-weights": "f6"}, ""),
        ({"help": "?,f2"}, {"help": "question_mark,f2"}, ""),
    ],
)
def test_keys_that_cannot_be_used_get_one_sentence(keys: dict[str, str], usable: dict[str, str], sentence: str) -> None:
    found, problems = usable_keys(keys)
    assert found == usable
    assert len(problems) == bool(sentence)
    assert all(sentence in problem for problem in problems)


def test_the_key_of_a_pane_cannot_be_given_to_an_action_that_works_everywhere() -> None:
    found, (problem,) = usable_keys({"epoch": "x"})
    assert found == {}
    assert "epoch is 'x': x is the key for" in problem


def test_typed_keys_must_be_keys_and_some_stay() -> None:
    assert usable_typed({"к": "r", "?": "h"}) == ({"к": "r", "question_mark": "h"}, [])
    table, problems = usable_typed({"nokey": "r", "ctrl+q": "r", "a": "b"})
    assert table == {"a": "b"}
    assert [problem.partition(":")[2][1:20] for problem in problems] == ["'nokey' is not the ", "ctrl+q always keeps"]


async def test_a_russian_keyboard_and_a_key_of_your_own_train(open_app: Any) -> None:
    """The footer and the help show the chosen key, and a mistake is reported beside the keys that hold."""
    keyboard, problems = load_keyboard(
        Preferences(layout="russian", keys={"help": "f2", "epoch": "space,f5", "run": "b"})
    )
    assert problems == ()
    async with open_app(home=Home(keyboard=keyboard), **SMALL) as pilot:
        assert any("run is 'b': b is the key for batch" in said for said in messages(pilot))
        await press(pilot, "f5", "и")
        assert (snapshot(pilot).epoch, snapshot(pilot).progress.batch) == (1, 1)
        assert "f2 help" in text(pilot)
        await press(pilot, "Х")
        assert snapshot(pilot).epoch == 0
        await press(pilot, "f2")
        assert "Space F5" in text(pilot) or "space" in text(pilot)


async def test_vim_keys_move_and_alt_keeps_the_letters(open_app: Any) -> None:
    keyboard, _ = load_keyboard(Preferences(layout="vim"))
    async with open_app(home=Home(keyboard=keyboard), **SMALL) as pilot:
        await press(pilot, "3", "alt+h")
        assert pilot.app.screen.current_look.view == "histograms"
        await press(pilot, "4", "j", "j")
        assert pilot.app.screen.current_look.pane == "Mistakes"
        await press(pilot, "2", "space", "g", "backspace", "1")
        # A field of text takes each letter as it is.
        await press(pilot, "h")
        assert "1h" in text(pilot)


async def test_the_app_begins_as_it_ended_and_remembers_saved_runs(open_app: Any, tmp_path: Path) -> None:
    before = Home(memory=Memory(theme="nord", pane="Inspect"), is_kept=True)
    path = tmp_path / "a.run"
    async with open_app(home=before, save_as=str(path), **SMALL) as pilot:
        assert (pilot.app.theme, pilot.app.screen.current) == ("nord", "Inspect")
        await press(pilot, "space", "ctrl+s", "4")
        pilot.app.theme = "monokai"
        await press(pilot, "ctrl+q")
    assert load_memory() == Memory("monokai", "Mistakes", False, (str(path),))
    for name, is_offered in (("a.run", True), ("deleted.run", False)):
        async with open_app(home=Home(memory=Memory(runs=(str(tmp_path / name),))), **SMALL) as pilot:
            await drawn(pilot)
            assert ("O      open a run" in text(pilot)) is is_offered
    async with open_app(**SMALL) as pilot:
        await press(pilot, "1", "ctrl+q")
    assert load_memory().pane == "Mistakes", "an app without a home remembers nothing"


async def test_a_wrong_theme_is_one_sentence(open_app: Any) -> None:
    async with open_app(home=Home(Preferences(theme="nrod")), **SMALL) as pilot:
        assert any("theme in config.toml is 'nrod'" in said for said in messages(pilot))


async def test_recent_and_unsaved_runs_are_listed_and_opened(open_app: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    async with open_app(home=Home(is_kept=True), save_as=str(path), **SMALL) as pilot:
        await press(pilot, "space", "space", "ctrl+s")
        first = snapshot(pilot)
        rescue = RescueFile(new_rescue_path())
        rescue.path.write_bytes(path.read_bytes())
        rescue.release()
        await press(pilot, "R", "space", "O")
        await until_listed(pilot)
        shown = text(pilot)
        assert shown.index("not saved") < shown.index("a.run")
        assert "quick-start, 784-4-10, epoch 2, test " in shown
        await press(pilot, "down", "enter")
        opened = snapshot(pilot)
        assert (opened.epoch, opened.history) == (2, first.history)
        assert messages(pilot)[-1] == f"opened {path}"
        # ctrl+s saves to the file that was opened, and ctrl+u brings back the previous run.
        assert pilot.app.screen.file.path == str(path)
        await press(pilot, "ctrl+u")
        assert snapshot(pilot).epoch == 1
        assert pilot.app.screen.file.path is None
        await press(pilot, "O")
        await until_listed(pilot)
        await press(pilot, "f", *"gone.run", "enter")
        assert "There is no file 'gone.run'." in text(pilot)
        await press(pilot, "escape")


async def until_listed(pilot: Any) -> None:
    await settle(pilot)
    assert "Open a run" in text(pilot)


def test_the_bell_rings_once_at_the_end_of_a_long_training() -> None:
    rung: list[float] = []
    now = 0.0
    bell = TrainingBell(lambda: rung.append(now), lambda: now)

    def saw(state: State, seconds: float = 0.0) -> None:
        nonlocal now
        now += seconds
        bell.saw(SimpleNamespace(status=SimpleNamespace(state=state)))  # type: ignore[arg-type]

    saw(State.READY)
    saw(State.RUNNING)
    saw(State.READY, LONG - 1)
    assert rung == [], "too short"
    saw(State.RUNNING)
    saw(State.RUNNING, LONG)
    saw(State.PAUSED, 1)
    saw(State.READY, 1)
    assert rung == [], "the person paused it"
    saw(State.RUNNING)
    saw(State.DIVERGED, LONG)
    saw(State.DIVERGED, LONG)
    assert len(rung) == 1
