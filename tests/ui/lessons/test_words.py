"""The rows of a step, as functions: every step of every lesson fits 80x24, and says what is to be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_nn.engine.commands import StepEpoch
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.headless import play_through, run_of
from tui_nn.lessons.lesson import Do, Lesson, Predict
from tui_nn.lessons.library import load_lesson, load_lessons
from tui_nn.lessons.play import Play
from tui_nn.lessons.progress import Place
from tui_nn.ui.lessons.words import fit, lesson_row, rail, spaced, state_words, step_lines

LESSONS = load_lessons()
NUMBERS = {"Configure": "1", "Train": "2", "Inspect": "3", "Mistakes": "4"}
ROWS, COLUMNS = 19, 66
"""The room for a step at 80x24: below the title row and beside the rail."""


TAUGHT_ROWS = 16
"""The room below the large numbers while a lesson is taught."""


def faults(play: Play) -> list[str]:
    """Return a sentence for each step whose rows have no room, also while it is taught."""
    predictions = {n: "a" for n, step in enumerate(play.lesson.steps) if isinstance(step, Predict)}
    play = replace(play, predictions=predictions, hints_shown=len(play.lesson.hints))
    test, found = dataset_of(play.lesson.setup).test, []
    for number in range(len(play.lesson.steps)):
        at = play.go(number)
        lines = fit(step_lines(at, at.results(test), NUMBERS), ROWS)
        if len(lines) > ROWS or max(len(line.content) for line in lines) > COLUMNS or len(rail(at, ROWS)) > ROWS:
            found.append(f"{play.lesson.name}, step {number + 1}")
        taught = spaced(step_lines(at, at.results(test), NUMBERS, teaching=True), TAUGHT_ROWS)
        while taught and not taught[-1].content:
            del taught[-1]
        if len(taught) > TAUGHT_ROWS:
            found.append(f"{play.lesson.name}, step {number + 1}: it has {len(taught)} rows while it is taught")
        if not any(len(text) <= 62 and len(text) > 15 for text in lesson_row(at)) and at.step.text:
            found.append(f"{play.lesson.name}, step {number + 1}: the row for other panes says nothing")
    return found


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_step_of_a_lesson_that_begins_fits_the_screen(lesson: Lesson) -> None:
    assert faults(Play(lesson)) == []


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_step_of_a_lesson_that_was_played_fits_the_screen(lesson: Lesson) -> None:
    assert faults(play_through(lesson)) == []


def test_rows_that_can_be_spared_go_first_and_from_the_end() -> None:
    play = Play(load_lesson("learning-rate"))
    lines = step_lines(play.go(1), (), NUMBERS)
    short = fit(lines, 8)
    assert len(short) < len(lines)
    assert [line for line in lines if not line.spare] == [line for line in short if not line.spare]


def rows_of(play: Play) -> str:
    return "\n".join(line.content.plain for line in step_lines(play, (), NUMBERS))


def test_the_network_before_a_run_begins_is_not_shown_as_that_run() -> None:
    lesson = load_lesson("learning-rate")
    elsewhere = run_of(lesson.setup, (StepEpoch(),))
    step = lesson.steps[2]
    assert isinstance(step, Do)
    begin = step.actions[0].command
    waiting = Play(lesson).go(2).saw(elsewhere)
    assert "1 epoch" not in rows_of(waiting), "it was trained with another learning rate"
    assert "By hand: 1 for Configure" in rows_of(waiting)
    begun = waiting.saw(run_of(lesson.setup, (begin,)))
    training = begun.saw(run_of(lesson.setup, (begin, StepEpoch())))
    assert "rate .001  loss" in rows_of(training)
    assert "By hand" not in rows_of(training)


def test_the_state_of_a_lesson_is_a_word() -> None:
    lesson = load_lesson("learning-rate")
    assert state_words(lesson, Place()) == "10 min"
    assert state_words(lesson, Place(step=2)) == "3 of 6"
    assert state_words(lesson, Place(step=2, done=True)) == "✓ done"
