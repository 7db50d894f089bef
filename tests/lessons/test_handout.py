"""The hand-out of a lesson has the questions and room for the answers, and the answers where they can be cut off."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from lesson_text import GOOD

from tui_nn.__main__ import main
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.handout import Part, Picture, as_svg, as_text, parts_of
from tui_nn.lessons.headless import play_through
from tui_nn.lessons.lesson import LookAt, Predict, Why
from tui_nn.lessons.library import load_lesson, load_lessons

TAG = "{http://www.w3.org/2000/svg}"


def sheet(name: str) -> list[Part]:
    lesson = load_lesson(name)
    picture = Picture(("a < row of the screen",), "<rect/>", 672, 378)
    pictures = {number: picture for number, step in enumerate(lesson.steps) if isinstance(step, LookAt)}
    return parts_of(lesson, pictures, play_through(lesson).all_results(dataset_of(lesson.setup).test))


def test_the_sheet_asks_before_it_answers():
    lesson = load_lesson("look-first")
    text = as_text(sheet("look-first"))
    assert max(map(len, text.splitlines())) <= 80
    pupils, teacher = (" ".join(part.split()) for part in text.split("cut here"))
    assert "a < row of the screen" in pupils
    assert pupils.count("____") > 0
    for step in lesson.steps:
        words = " ".join(step.text.split())
        assert (words in teacher) == isinstance(step, Why | LookAt)
        assert (words in pupils) == (not isinstance(step, Why | LookAt))
        if isinstance(step, Predict):
            assert all(choice in pupils for choice in step.choices)
            assert f"The outcome was {step.outcome}: " in teacher


def test_every_lesson_has_a_sheet_that_is_well_formed():
    for lesson in load_lessons():
        picture = Picture(("row",), "<rect/>", 672, 378)
        pictures = {number: picture for number, step in enumerate(lesson.steps) if isinstance(step, LookAt)}
        results = [] if not lesson.checks else _unmeasured(lesson)
        parts = parts_of(lesson, pictures, results)
        root = ElementTree.fromstring(as_svg(parts, lesson.title))
        assert root.find(f"{TAG}title").text == lesson.title
        assert len(list(root.iter(f"{TAG}rect"))) == 1 + len(pictures)


def _unmeasured(lesson):
    from tui_nn.lessons.checking import Result

    return [Result(check, None) for check in lesson.checks]


def test_the_command_draws_the_views_of_the_lesson(tmp_path, capsys):
    (tmp_path / "small.toml").write_text(GOOD, encoding="utf-8")
    more = ("--lessons", str(tmp_path), "--handout")
    assert main(["lesson", "small", *more, str(tmp_path / "a.svg")]) == 0
    assert capsys.readouterr().err == f"written to {tmp_path / 'a.svg'}\n"
    root = ElementTree.fromstring((tmp_path / "a.svg").read_text(encoding="utf-8"))
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{TAG}text"))
    assert "The loss falls." in words
    assert "epoch 2 done, as planned" in words
    assert main(["lesson", "small", *more, str(tmp_path / "a.pdf")]) == 2
    assert "it must end in .svg or .txt" in capsys.readouterr().err
    assert main(["lesson", "--all", "--headless", "--handout", "a.svg"]) == 2
    assert "--handout writes the sheet of one lesson" in capsys.readouterr().err
