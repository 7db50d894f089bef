"""`tui-nn lesson` and `tui-nn class`: played line by line, measured without questions, collected in a table."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from lesson_text import GOOD

from tui_nn.lessons.library import load_lesson
from tui_nn.lessons.notes import Notes, NotesWriter
from tui_nn.lessons.play import Play


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_NN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with one new lesson, which is one file."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "small.toml").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """Return a function that sets the lines of stdin."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_new_lesson_is_one_file_that_is_played_without_a_screen(tui_nn, mine):
    said = tui_nn("lesson", "small", "--lessons", mine, "--headless", "--json", "--seeds", "0,2-3")
    assert (said.code, said.err) == (0, "")
    checks = [event for event in said.events if event["event"] == "check"]
    assert [(c["seed"], c["kind"], c["passed"], c["as_expected"]) for c in checks[:3]] == [
        (0, "check", True, True), (0, "opposite", False, True), (2, "check", True, True),
    ]  # fmt: skip
    assert said.events[-1] == {"event": "summary", "lessons": 1, "seeds": [0, 2, 3], "failed": 0}


def test_a_claim_that_does_not_come_true_is_exit_code_1(tui_nn, mine):
    (mine / "small.toml").write_text(GOOD.replace("above = 0.05", "above = 0.99"), encoding="utf-8")
    said = tui_nn("lesson", "--all", "--lessons", mine, "--headless")
    assert said.code == 1
    assert said.lines[0] == "small, seed 3: NOT as expected (2 checks)"
    assert "✗ no" in said.lines[1]
    assert said.lines[2] == "1 lessons and challenges were checked, 1 failed"


def test_a_lesson_is_played_line_by_line_to_its_end(tui_nn, typed, mine, tmp_path):
    typed("", "z", "b", "", "", "")
    said = tui_nn("lesson", "small", "--lessons", mine, "--plain", "--report", tmp_path / "r.json", "--name", "Ada")
    assert said.code == 0
    for line in (
        "Step 1 of 6: claim.",
        "New word. loss: a number that says how wrong the outputs are; training makes",
        "Please type one of the letters a, b. Your choice is not scored.",
        "The first test digit of each class: 0 predicted as 0 (33%), 1 predicted as 1",
        "764 of 1,000 test digits are misclassified. The largest losses: 3 predicted as",
        "training loss falls by is 15.0 %, wanted > 5.0 %: ok.",
        "You said b: no",
        "It did a: yes",
        "That was the last step.",
    ):
        assert line in said.lines
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (report["learner"], report["finished"], report["predictions"][0]["said"]) == ("Ada", True, "b")
    assert report["checks"][0]["passed"] is True
    assert report["runs"][""].startswith("784-8-10 relu he_normal softmax-ce sgd lr=.5")
    assert json.loads(tui_nn("lesson", "--list", "--lessons", mine, "--json").out)["done"] is True


@pytest.mark.parametrize("last", [["q"], []])
def test_a_learner_who_leaves_goes_on_at_the_same_step(tui_nn, typed, mine, last):
    typed("", "a", *last)
    assert (
        "You left the lesson at step 3 of 6. You can continue there later."
        in tui_nn("lesson", "small", "--lessons", mine, "--plain").lines
    )
    assert "3 of 6" in tui_nn("lesson", "--list", "--lessons", mine).out
    typed("q")
    assert "Step 3 of 6: do." in tui_nn("lesson", "small", "--lessons", mine, "--plain").lines
    assert tui_nn("lesson", "small", "--lessons", mine, "--reset").err == "small begins again\n"
    assert "3 min" in tui_nn("lesson", "--list", "--lessons", mine).out


def test_damaged_progress_is_one_sentence_and_the_lesson_begins_anew(tui_nn, typed, mine, state):
    state.mkdir()
    (state / "lessons.json").write_text("{")
    typed("q")
    said = tui_nn("lesson", "small", "--lessons", mine, "--plain")
    assert said.code == 0
    assert "the file is damaged; all lessons begin again" in said.err
    assert "Step 1 of 6: claim." in said.lines


def test_a_challenge_is_repaired_with_commands(tui_nn, typed, mine):
    text = GOOD.replace("format_version = 1", 'format_version = 1\nkind = "challenge"\nhints = ["A larger rate."]')
    text = text.replace('opposite = ["restart custom learning-rate=0.001", "run"]\n', "").replace(
        "rate=0.5", "rate=0.001"
    )
    text += '\n[[repair]]\nsay = "x"\ncommands = ["restart custom learning-rate=0.5", "run"]\n' * 3
    (mine / "broken.toml").write_text(text, encoding="utf-8")
    typed(
        "",
        "a",
        "",
        "l",
        "h",
        "",
        "restart custom learning-rate=x",
        "restart custom learning-rate=.5",
        "run",
        "c",
        "",
        "",
    )
    said = tui_nn("lesson", "broken", "--lessons", mine, "--plain")
    assert "Settings: 784-8-10 relu he_normal softmax-ce sgd lr=.001 bs=20 ep=2 seed=3 limit=100." in said.lines
    assert any(
        line.startswith("Layer 0: spread of the activations ") and "dead units 0.0 %" in line for line in said.lines
    )
    assert "Hint 1 of 1: A larger rate." in said.lines
    assert "learning_rate is 'x': it must be a number above 0 and at most 1,000,000." in said.lines
    assert any("wanted > 5.0 %: ok." in line for line in said.lines)
    said = tui_nn("lesson", "broken", "--lessons", mine, "--headless", "--json")
    assert (said.code, [e["kind"] for e in said.events[:-2]]) == (0, ["alone", "repair", "repair", "repair"])


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([], "NAME is missing; tui-nn lesson --list lists the lessons, and --all takes all of them."),
        (["lerning-rate"], "there is no lesson 'lerning-rate' (did you mean learning-rate?); tui-nn lesson --list"),
        (["--all"], "--all needs --headless, because only one lesson can be played at a time."),
        (
            ["look-first", "--all", "--headless"],
            "--all already includes every lesson: leave 'look-first' or --all out.",
        ),
        (
            ["look-first", "--seeds", "1"],
            "--seeds works only with --headless; a lesson that you play yourself uses the seed in its file.",
        ),
        (
            ["look-first", "--teach", "--plain"],
            "--teach shows a lesson to a class in the app, and cannot be used with --plain.",
        ),
        (["look-first", "--headless", "--seeds", "3-1"], "--seeds is '3-1': it must be whole numbers such as 0-9"),
        (["look-first", "--headless", "--seeds", "x"], "--seeds is 'x': it must be whole numbers such as 0-9"),
        (["look-first", "--headless", "--seeds", "0-9", "--report", "x"], "--report takes one lesson and one seed"),
        (["a", "--lessons", "missing"], "the folder 'missing' cannot be read: no such file or directory."),
    ],
)
def test_wrong_use_is_one_sentence(tui_nn, argv, sentence):
    said = tui_nn("lesson", *argv)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff", "small.toml, line 1: it is not UTF-8; save the file as UTF-8"),
        (b"#" * 40_001, "small.toml is larger than 40,000 bytes, which is too large for a lesson"),
        (b"title = ", "small.toml is not a TOML file"),
        (b"", "small.toml, line 1: the key format_version is missing: it must be 1"),
    ],
)
def test_a_broken_file_is_one_sentence(tui_nn, mine, content, sentence):
    (mine / "small.toml").write_bytes(content)
    said = tui_nn("lesson", "small", "--lessons", mine)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err


def test_reports_of_a_class_are_one_table(tui_nn, mine, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("Eve", "Bob"):
        tui_nn("lesson", "small", "--lessons", mine, "--headless", "--report", folder / f"{name}.json", "--name", name)
    said = tui_nn("class", folder)
    assert (said.code, said.err) == (0, "")
    assert [line.split() for line in said.lines[1:]] == [
        [name, "small", "–", "a", "1", "of", "1", "yes"] for name in ("Bob", "Eve")
    ]
    (folder / "other.json").write_text('{"format_version": 1}')
    said = tui_nn("class", folder, "--json")
    assert said.code == 1
    assert "other.json' is not a report of a lesson, or it is damaged" in said.err
    assert [event["learner"] for event in said.events] == ["Bob", "Eve"]


def test_a_folder_without_reports_is_one_sentence(tui_nn, tmp_path):
    assert "there is no folder 'missing'." in tui_nn("class", "missing").err
    assert "contains no reports, which are files that end in .json." in tui_nn("class", tmp_path).err


def test_notes_are_printed_until_the_lesson_ends(tui_nn, monkeypatch):
    said = tui_nn("notes", "--plain")
    assert (said.code, said.err) == (
        1,
        "tui-nn notes: no lesson is being taught now: start one with tui-nn lesson NAME --teach.\n",
    )
    play, writer = Play(load_lesson("learning-rate")), NotesWriter()
    writer.write(Notes.of(play, 0.0, 0.0))
    later = iter([lambda: writer.write(Notes.of(play.go(1), 0.0, 0.0)), lambda: None, writer.end])
    monkeypatch.setattr("tui_nn.cli.notes.sleep", lambda _: next(later)())
    said = tui_nn("notes", "--plain")
    assert (said.code, said.err, said.lines[-1]) == (0, "", "The lesson has ended.")
    assert [line for line in said.lines if line.startswith(("Step", "Next"))] == [
        "Step 1 of 6: claim", "Next: predict", "Step 2 of 6: predict", "Next: do, 6 keys",
    ]  # fmt: skip
