"""The lessons and challenges of the package: their claims come true, and can fail; their words, looks and lines are right."""

from __future__ import annotations

import pytest

from tui_nn.glossary import terms_in
from tui_nn.lessons.headless import measure_lesson
from tui_nn.lessons.lesson import Lesson, LookAt
from tui_nn.lessons.library import lesson_names, load_lesson, load_lessons
from tui_nn.lessons.play import words_at
from tui_nn.lessons.reading import text_of, wrapped
from tui_nn.ui.shell.arrangement import PANES, pane_class

LESSONS = load_lessons()
PLAIN_WORDS = {"step", "example", "kink", "class"}
"""Terms that are also words of everyday English, and stand in the lessons as such."""


def measured(name: str, seed: int) -> list[str]:
    """Return a line for each check that is not as it must be."""
    return [
        f"{row.kind} {row.repair} {row.result.check.run} {row.result.label} {row.result.bound}: {row.result.shown}"
        for row in measure_lesson(load_lesson(name, seed=seed)).rows()
        if not row.as_expected
    ]


@pytest.mark.parametrize("name", lesson_names())
def test_every_claim_comes_true_on_seed_0_and_fails_on_its_opposite(name: str) -> None:
    assert measured(name, 0) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", lesson_names())
def test_every_claim_comes_true_on_ten_seeds(name: str, seed: int) -> None:
    assert measured(name, seed) == []


def test_lessons_come_first_and_have_different_numbers_and_titles() -> None:
    assert [lesson.is_challenge for lesson in LESSONS] == sorted(lesson.is_challenge for lesson in LESSONS)
    places = {(lesson.is_challenge, lesson.number) for lesson in LESSONS}
    assert len(places) == len({lesson.title for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_look_is_a_view_of_the_app(lesson: Lesson) -> None:
    panes = [name for _, name in PANES]
    for step in lesson.steps:
        if isinstance(step, LookAt):
            assert step.look.pane in panes
            assert step.look.view is None or step.look.view in pane_class(step.look.pane).view_names()


def test_every_term_is_explained_in_the_lesson_where_it_first_stands() -> None:
    """If this fails, add the terms to `words` of the lesson, or write other words."""
    introduced: set[str] = set(PLAIN_WORDS)
    for lesson in LESSONS:
        introduced |= set(lesson.words)
        used = terms_in(" ".join(text_of(step) for step in lesson.steps))
        assert set(used) - introduced == set(), lesson.name


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_new_words_of_a_step_leave_room_for_it_on_the_screen(lesson: Lesson) -> None:
    for number in range(len(lesson.steps)):
        lines = [line for word, meaning in words_at(lesson, number).items() for line in wrapped(f"{word}: {meaning}")]
        assert len(lines) <= 8, (lesson.name, number, list(words_at(lesson, number)))
