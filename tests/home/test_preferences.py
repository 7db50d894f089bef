"""config.toml: every preference is read, and every mistake is one sentence beside which the others hold."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from tui_nn.home.home import Home
from tui_nn.home.keyboard import Keyboard, layout_names, load_keyboard
from tui_nn.home.memory import Memory, load_memory, memory_file, remember, remember_run
from tui_nn.home.preferences import PREFERENCES, Preferences, load_preferences, preferences_file, template


def write(text: str | bytes) -> Path:
    path = preferences_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_no_file_means_defaults() -> None:
    assert load_preferences() == (Preferences(), ())
    assert Home.of_user() == Home(is_kept=True)


def test_a_named_pipe_is_not_opened() -> None:
    """Opening it would wait until somebody writes to it."""
    for path in (preferences_file(), memory_file()):
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
    preferences, (problem,) = load_preferences()
    assert preferences == Preferences()
    assert problem.endswith("config.toml' cannot be read: it is not an ordinary file; the app uses the default values")
    assert load_memory() == Memory()


def test_every_preference_of_the_template_is_allowed() -> None:
    """The file that --edit writes has no effect, and each of its lines is right once its # is removed."""
    write(template())
    assert load_preferences() == (Preferences(), ())
    lines = [line.removeprefix("# ") for line in template().splitlines() if " = " in line or "[keys]" in line]
    write("\n".join(lines))
    preferences, problems = load_preferences()
    assert problems == ()
    assert preferences == Preferences(
        theme="textual-dark", ascii=False, preset="quick-start", data="~/mnist.npz", workers=2, timeline_memory=64,
        remember=True, bell=False, layout="vim", keys={"epoch": "space,x"},
    )  # fmt: skip
    assert set(tomllib.loads("\n".join(lines))) == set(PREFERENCES)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("theme = 3", "theme is 3: it must be the name of a theme"),
        ('ascii = "yes"', "ascii is yes: it must be true or false"),
        ("workers = 0", "workers is 0: it must be a whole number from 1 to 64"),
        ("workers = true", "workers is True: it must be a whole number from 1 to 64"),
        ("timeline_memory = 65537", "timeline_memory is 65537: it must be a whole number from 1 to 65,536"),
        ('data = ""', "data is : it must be the path of a data file or folder"),
        ("keys = { epoch = 3 }", "keys is {'epoch': 3}: it must be a table with the keys of each action"),
        ("colour = 1", "there is no preference colour; the preferences are theme, ascii"),
    ],
)
def test_a_wrong_line_is_one_sentence_and_the_others_hold(line: str, sentence: str) -> None:
    write(f"{line}\nbell = true\n")
    preferences, (problem,) = load_preferences()
    assert preferences == Preferences(bell=True)
    assert sentence in problem
    assert str(preferences_file()) in problem


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("bell = tru", "is not a correct TOML file"),
        (b"bell = true # \xff", "the file is not text in UTF-8"),
        ("a = " + "[" * 30_000, "the tables in the file are nested too deeply"),
        ("#" * 40_001, "the file is larger than 40,000 bytes"),
    ],
)
def test_a_broken_file_is_one_sentence_and_defaults(content: str | bytes, reason: str) -> None:
    write(content)
    preferences, (problem,) = load_preferences()
    assert preferences == Preferences()
    assert reason in problem
    assert problem.endswith("; the app uses the default values")


def test_every_layout_of_the_app_is_read() -> None:
    assert layout_names() == ("greek", "russian", "ukrainian", "vim")
    for name in layout_names():
        keyboard, problems = load_keyboard(Preferences(layout=name))
        assert problems == ()
        assert keyboard.typed
    russian, _ = load_keyboard(Preferences(layout="russian"))
    assert (russian.typed["к"], russian.typed["К"], russian.typed["х"], russian.typed["Х"]) == ("r", "R", "[", "{")


def test_a_layout_of_your_own_is_found_beside_the_preferences() -> None:
    path = write('layout = "mine.toml"\n[keys]\nrun = "x"\n')
    path.with_name("mine.toml").write_text('[typed]\n"é" = "2"\n[keys]\nrun = "y"\nepoch = "q"\n')
    keyboard, problems = load_keyboard(load_preferences()[0])
    assert (keyboard, problems) == (Keyboard({"é": "2"}, {"run": "x", "epoch": "q"}), ())


@pytest.mark.parametrize(
    ("layout", "content", "sentence"),
    [
        (
            "wim",
            "",
            "layout is 'wim': it must be greek, russian, ukrainian, vim or the path of a file that ends in .toml",
        ),
        ("mine.toml", "[typed]\na = 3", "is not a keyboard layout: it must have a table [typed] or [keys]"),
        ("mine.toml", "[other]", "is not a keyboard layout: it must have a table [typed] or [keys]"),
        ("gone.toml", "", "layout is 'gone.toml': there is no file"),
    ],
)
def test_a_wrong_layout_is_one_sentence(layout: str, content: str, sentence: str) -> None:
    path = write("")
    path.with_name("mine.toml").write_text(content)
    keyboard, (problem,) = load_keyboard(Preferences(layout=layout, keys={"run": "x"}))
    assert keyboard == Keyboard({}, {"run": "x"})
    assert sentence in problem


def test_what_is_remembered_comes_back_and_another_app_loses_nothing() -> None:
    assert load_memory() == Memory()
    assert remember(theme="nord", pane="Inspect", zoomed=True) == ""
    assert remember_run("a.run") == ""
    assert remember_run("b.run") == ""
    assert remember_run("a.run") == ""
    a, b = (str(Path(name).absolute()) for name in ("a.run", "b.run"))
    assert load_memory() == Memory("nord", "Inspect", True, (a, b))


def test_only_twenty_runs_are_remembered() -> None:
    for number in range(25):
        remember_run(f"{number}.run")
    assert [Path(run).stem for run in load_memory().runs] == [str(number) for number in range(24, 4, -1)]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"format_version": 2}',
        '{"format_version": 1, "theme": 3, "pane": null, "zoomed": false, "runs": []}',
    ],
)
def test_a_damaged_memory_counts_as_none(content: str) -> None:
    path = memory_file()
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert load_memory() == Memory()


def test_a_user_who_wants_the_same_start_every_time_gets_it() -> None:
    remember(theme="nord", pane="Inspect", zoomed=True)
    assert Home.of_user().memory.pane == "Inspect"
    write("remember = false")
    home = Home.of_user()
    assert home.memory == Memory()
    home.remember(theme="monokai", pane="Train", zoomed=False)
    assert load_memory().theme == "nord"
