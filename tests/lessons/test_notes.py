"""The teacher's notes: their lines and times, and the small file that another terminal follows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lesson_text import GOOD

from tui_nn.lessons.headless import HeadlessEngine
from tui_nn.lessons.library import load_lesson, load_lessons
from tui_nn.lessons.notes import Notes, NotesWriter, clock, next_words, note_lines, notes_file, read_notes
from tui_nn.lessons.play import Play
from tui_nn.lessons.reading import read_lesson

TAUGHT = load_lesson("learning-rate")
SMALL = read_lesson("small", GOOD)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_NN_STATE_DIR", str(tmp_path))
    return tmp_path


def lines(notes: Notes, now: float, width: int = 78) -> list[str]:
    """Return the lines as text."""
    return ["".join(text for text, _ in line) for line in note_lines(notes, now, width)]


def test_every_lesson_of_the_package_has_notes_and_minutes_for_every_step() -> None:
    for lesson in load_lessons():
        if not lesson.is_challenge:
            assert all(step.notes and step.minutes for step in lesson.steps), lesson.name
            assert sum(step.minutes for step in lesson.steps) == lesson.minutes


def test_the_lines_have_the_step_the_times_and_what_comes_next() -> None:
    play = Play(TAUGHT).go(2)
    shown = lines(Notes.of(play, 1000.0, 1180.0), 1242.0)
    assert shown[0] == "Step 3 of 6: do   this step 1:02 of 3:00   lesson 4:02 of 10:00"
    assert shown[2].startswith("You press the key six times, twice for each run.")
    assert shown[-1] == "Next: rate .001: begin with learning rate 0.001"
    assert max(map(len, shown)) <= 78
    narrow = lines(Notes.of(play, 1000.0, 1180.0), 1242.0, 34)
    assert narrow[:3] == ["Step 3 of 6: do", "this step 1:02 of 3:00", "lesson 4:02 of 10:00"]
    assert max(map(len, narrow)) <= 34


def test_a_lesson_that_takes_too_long_is_named_in_minutes() -> None:
    # The first three steps have six minutes together.
    notes = Notes.of(Play(TAUGHT).go(2), 1000.0, 1180.0)
    assert "behind" not in lines(notes, 1000.0 + 360)[0]
    assert "1:30 behind the plan" in "\n".join(lines(notes, 1000.0 + 450))


def test_a_lesson_without_minutes_or_notes_shows_only_the_time_that_has_passed() -> None:
    assert lines(Notes.of(Play(SMALL), 0.0, 0.0), 61.0) == [
        "Step 1 of 6: claim   this step 1:01   lesson 1:01", "", "Ask first.", "", "Next: predict",
    ]  # fmt: skip
    assert "This step has no notes." in lines(Notes.of(Play(SMALL, 1), 0.0, 0.0), 61.0)


def test_the_next_key_is_an_action_or_a_step() -> None:
    play = Play(SMALL).saw(HeadlessEngine(SMALL.setup).snapshot)
    assert [next_words(play.go(number)) for number in range(6)] == [
        "predict", "do", "train two epochs (r)", "check", "why", "end of the lesson",
    ]  # fmt: skip
    assert next_words(Play(TAUGHT).go(1)) == "do, 6 keys"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (605, "10:05"), (-3, "0:00")])
def test_the_clock_shows_minutes_and_seconds(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_another_process_reads_the_notes_until_the_lesson_ends() -> None:
    assert read_notes() == (None, "no lesson is being taught now: start one with tui-nn lesson NAME --teach")
    notes, writer = Notes.of(Play(TAUGHT, 1), 10.0, 20.0), NotesWriter()
    assert writer.write(notes) == ""
    try:
        code = "from tui_nn.lessons.notes import read_notes; found, _ = read_notes(); print(found.title, found.number)"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert said.stdout == "The learning rate 1\n"
        assert read_notes() == (notes, "")
        assert (
            NotesWriter().write(notes)
            == "another app is teaching a lesson already, and tui-nn notes shows the notes of that lesson"
        )
    finally:
        writer.end()
    assert not list(notes_file().parent.iterdir())


def test_an_app_that_was_killed_and_a_damaged_file_are_one_sentence() -> None:
    writer = NotesWriter()
    writer.write(Notes.of(Play(TAUGHT), 10.0, 20.0))
    text = notes_file().read_text()
    writer.end()
    notes_file().write_text(text)
    assert read_notes() == (None, "the app that taught the last lesson has ended")
    writer.write(Notes.of(Play(TAUGHT), 10.0, 20.0))
    for damaged in ("{", text.replace('"number": 0', '"number": 6'), text.replace('"minutes"', '"minuts"')):
        notes_file().write_text(damaged)
        found, why = read_notes()
        assert found is None
        assert why.endswith("teaching.json': the file is damaged")
    writer.end()
