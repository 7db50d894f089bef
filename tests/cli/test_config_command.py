"""`tui-nn config` shows the preferences, lists the keys, and opens the file in an editor."""

from __future__ import annotations

import sys

import pytest

from tui_nn.home.preferences import PREFERENCES, preferences_file, template


def write(text):
    preferences_file().parent.mkdir(parents=True, exist_ok=True)
    preferences_file().write_text(text)


def test_preferences_are_shown_and_mistakes_are_one_sentence_each(tui_nn):
    said = tui_nn("config")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == f"{preferences_file()} (this file does not exist yet)"
    assert [line.partition(" = ")[0] for line in said.lines if " = " in line and line[0] != " "] == list(PREFERENCES)
    write('bell = true\ntheme = 3\nlayout = "wim"\n')
    said = tui_nn("config", "--json")
    (shown,) = said.events
    assert (said.code, shown["bell"], shown["theme"], shown["path"]) == (1, True, None, str(preferences_file()))
    assert len(shown["problems"]) == len(said.err.splitlines()) == 2
    assert tui_nn("config", "--path").out == f"{preferences_file()}\n"


def test_keys_are_listed_with_those_of_your_own(tui_nn):
    write('[keys]\nepoch = "space,f5"\nrun = "b"\n')
    said = tui_nn("config", "--keys", "--json")
    keys = {event["action"]: event["keys"] for event in said.events}
    assert (keys["epoch"], keys["run"], keys["batch"]) == (["space", "f5"], ["r"], ["b"])
    assert "run is 'b': b is the key for batch" in said.err


def test_the_editor_gets_a_file_with_every_preference(tui_nn, monkeypatch, tmp_path):
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write('bell = 3')")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    said = tui_nn("config", "--edit")
    assert preferences_file().read_text() == template() + "bell = 3"
    assert said.code == 1
    assert "bell is 3: it must be true or false" in said.err


@pytest.mark.parametrize(
    ("editor", "sentence"),
    [("/no/such/editor", "cannot be started: no such file or directory"), ("false", "failed with exit code 1")],
)
def test_an_editor_that_fails_is_one_sentence(tui_nn, monkeypatch, editor, sentence):
    monkeypatch.setenv("VISUAL", editor)
    said = tui_nn("config", "--edit")
    assert said.code == 1
    assert sentence in said.err
