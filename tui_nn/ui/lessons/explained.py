"""The parts of the Lessons pane that the app can explain: the lessons of the list, and the measured values of a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual.widget import Widget

from tui_nn.glossary import terms_in
from tui_nn.lessons.checking import Result
from tui_nn.lessons.lesson import Lesson
from tui_nn.lessons.metrics import METRICS
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.lessons.chooser import LessonList


def list_spots(page: Page, found: LessonList) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each lesson in view, the one under the cursor first."""
    chosen = found.chosen
    for lesson in sorted(found.lessons, key=lambda lesson: lesson is not chosen):
        yield from page.on_text(found, lesson.title, partial(explain_lesson, lesson))


def explain_lesson(lesson: Lesson) -> Explanation:
    """Return the explanation of a lesson: its first new word, and its claim."""
    claim = " ".join(lesson.steps[0].text.split("\n\n")[0].split())
    term = next(iter((*lesson.words, *terms_in(claim))), "run")
    return Explanation(lesson.title, f"lesson of {lesson.minutes:g} minutes", term, about=claim)


def check_spots(page: Page, step: Widget, results: Sequence[Result]) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each measured value of a check."""
    for result in results:
        if result.value is not None:
            yield from page.on_text(step, result.shown, partial(explain_result, result), beside=result.bound, last=True)


def explain_result(result: Result) -> Explanation:
    """Return the explanation of a measured value: its meaning, and the bound that the lesson claims."""
    meaning = METRICS[result.check.metric].meaning
    term = next(iter(terms_in(f"{result.label} {meaning}")), "run")
    formula = f"{result.label} = {result.shown}; wanted: {result.bound}; {result.mark[2:]}"
    return Explanation(result.label, result.shown, term, formula, meaning)
