"""Lesson files: what they say is read, and each wrong field gets one sentence with the file, the line and what is allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_text import GOOD

from tui_nn.engine.commands import Restart, Run
from tui_nn.engine.look import Look
from tui_nn.lessons import reading
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.headless import measure_lesson
from tui_nn.lessons.lesson import KINDS, CheckStep, Do, LookAt, Predict
from tui_nn.lessons.reading import lines_of, read_lesson, wrapped


def read(text: str):
    return read_lesson("small", text)


def test_a_lesson_is_read_with_all_its_parts() -> None:
    lesson = read(GOOD)
    assert [step.kind for step in lesson.steps] == list(KINDS)
    assert (lesson.name, lesson.title, lesson.minutes, lesson.locked) == ("small", "A small lesson", 3, ("seed",))
    assert lesson.setup.network.hidden_sizes == (8,)
    assert (lesson.setup.training.train_limit, lesson.setup.training.seed) == (100, 3)
    predict, do, look, check = lesson.steps[1:5]
    assert isinstance(predict, Predict)
    assert isinstance(do, Do)
    assert isinstance(look, LookAt)
    assert isinstance(check, CheckStep)
    assert do.actions[0].command == Run()
    assert look.look == Look("Train")
    restart = check.checks[0].opposite[0]
    assert isinstance(restart, Restart)
    assert (restart.training.learning_rate, restart.training.seed) == (0.001, 3)


def test_a_given_seed_replaces_that_of_the_file_in_every_command() -> None:
    lesson = read_lesson("small", GOOD, seed=8)
    restart = lesson.checks[0].opposite[0]
    assert isinstance(restart, Restart)
    assert lesson.setup.training.seed == restart.training.seed == 8


def test_settings_follow_a_change_until_the_next_restart() -> None:
    more = '[[step.action]]\ncommand = "{}"\nsay = "x"\n'
    commands = ("change learning-rate=3", "change momentum=0.5", "restart custom")
    text = GOOD.replace('say = "train two epochs (r)"\n', 'say = "x"\n' + "".join(map(more.format, commands)))
    _, first, second, third = (action.command for action in read(text).actions)
    assert (first.training.learning_rate, second.training.learning_rate) == (3, 3)
    assert third.training.learning_rate == 0.5


LINE = {line.split(" =")[0]: number for number, line in enumerate(GOOD.splitlines(), 1) if " = " in line}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format_version = 1", "format_version = 2", "line 1: format_version is 2: it must be 1; a newer version"),
        ("format_version = 1\n", "", "line 1: the key format_version is missing: it must be 1"),
        ('title = "A small lesson"', "title = 3", "line 2: title is 3: it must be a text of 1 to 32 characters"),
        (
            'title = "A small lesson"',
            'title = "A\\u0007"',
            "line 2: title is 'A\\x07': it must be a text without control",
        ),
        ("minutes = 3", "minutes = 0", "line 4: minutes is 0: it must be a whole number from 1 to 60"),
        ("minutes = 3", "minuts = 3", "line 4: the key 'minuts' is not allowed here (did you mean minutes?)"),
        ("number = 1", "number = true", "line 3: number is True: it must be a whole number"),
        ('words = ["loss"]', 'words = ["loos"]', "line 5: words is 'loos': it must be a term of the glossary"),
        (
            'words = ["loss"]',
            'words = ["epoch", "seed"]',
            "line 5: the list 'words' has 'seed', but no text of the lesson has this word",
        ),
        ('locked = ["seed"]', 'locked = ["sed"]', "line 6: locked is 'sed': it must be names of settings"),
        ("notes =", "nots =", "line 8: the key 'nots' is not allowed here (did you mean notes?)"),
        ("minutes = 3\n", "", "line 1: the key minutes is missing: it must be a whole number from 1 to 60"),
        (
            "notes =",
            "colour =",
            "line 8: the key 'colour' is not allowed here; the keys are format_version, kind, title",
        ),
        ('kind = "why"', 'kind = "why"\nnotes = 3', "notes is 3: it must be a text of 1 to 2,000 characters"),
        ('kind = "why"', f'kind = "why"\nnotes = "{"word " * 100}"', "notes takes more than 6 lines of 60 characters"),
        ('kind = "why"', 'kind = "why"\nminutes = 61', "minutes is 61: it must be a number from 0 to 60"),
        (
            'kind = "why"',
            'kind = "why"\nminutes = 2.5',
            "line 4: the minutes of the steps add up to 2.5, but the key minutes is 3",
        ),
        ("seed = 3", "seed = -1", "line 13: seed is -1: it must be a whole number from 0"),
        ("examples = 100", "examples = 5", "line 12: examples is 5: it must be a whole number from 10 to 60,000"),
        (
            "examples = 100",
            "exmples = 100",
            "line 12: the key 'exmples' is not allowed here (did you mean examples?)",
        ),
        ("learning-rate=0.5", "learning-rate=-1", "line 11: learning_rate is '-1': it must be a number above 0"),
        ("learning-rate=0.5", "lerning=1", "there is no setting 'lerning'; docs/tables.md lists the settings"),
        (
            '"restart custom learning-rate=0.001", "run"',
            '"runn"',
            "line 7: 'runn' is not a command; it can be run, step-",
        ),
        (
            'kind = "claim"',
            'kind = "clam"',
            "line 16: kind is 'clam': it must be one of claim, predict, do, look, check",
        ),
        ('kind = "claim"', 'kind = "why"', "line 15: the first step has the kind why: it must have the kind claim"),
        ('text = "Because."', 'text = ""', "line 49: text is '': it must be a text of 1 to 2,000 characters"),
        ('text = "The loss falls."', f'text = "The loss falls. {"word " * 150}"', "line 17: the step takes 13 lines"),
        (
            'choices = ["yes", "no"]',
            'choices = ["yes"]',
            "line 22: choices is ['yes']: it must be a list of 2 to 4 texts",
        ),
        ('outcome = "a"', 'outcome = "c"', "line 23: outcome is 'c': it must be one of a, b"),
        ('command = "run"', 'command = "quit"', "line 30: command is 'quit': it must be one of the commands run"),
        ('command = "run"', 'command = "save /x"', "line 30: command is 'save /x': it must be one of the commands run"),
        ('look = "train"', 'look = "train!"', "line 35: 'train!' does not describe a view"),
        ("[[step.check]]", "[[step.chek]]", "line 42: the key 'chek' is not allowed here (did you mean check?)"),
        ('metric = "loss_fall"', 'metric = "los"', "line 43: metric is 'los': it must be one of loss, accuracy"),
        ("above = 0.05", "above = true", "line 44: above is True: it must be a number from"),
        ("above = 0.05\n", "", "line 43: a check needs a bound: below, above, at_most or at_least"),
        (
            "above = 0.05",
            "above = 0.05\nat_least = 1",
            "line 45: a check may have only one of the keys above and at_least",
        ),
        (
            "above = 0.05",
            "above = 0.05\nbelow = 0.01",
            "line 43: the lower bound 0.05 is above the upper bound 0.01: exchange them",
        ),
        ("above = 0.05", "above = 0.05\nlayer = 1", "line 45: the metric does not use the key layer: remove this line"),
        ("above = 0.05", 'above = 0.05\nrun = "rate 3"', "line 45: run is 'rate 3': it must be one of"),
        ("above = 0.05", 'above = 0.05\nopposite = ["x y"]', "line 45: 'x y' is not a command"),
        (
            "opposite = [",
            "# [",
            "line 42: the key opposite is missing: give it the commands of a run for which the check fails",
        ),
        ("[setup]", "[setup", "is not a TOML file: Expected"),
        ('kind = "check"', 'kind = "why"', "line 42: the key 'check' is not allowed here"),
    ],
)
def test_each_wrong_field_gets_one_sentence(old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(LessonError) as caught:
        read(GOOD.replace(old, new, 1))
    said = str(caught.value)
    assert said.startswith("small.toml")
    assert sentence in said
    assert "\n" not in said


WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=3)
)


def as_toml(value: object) -> str:
    match value:
        case None:
            return "{}"
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case str():
            escaped = "".join(f"\\U{ord(c):08x}" for c in value if not 0xD800 <= ord(c) < 0xE000)
            return f'"{escaped}"'
        case _:
            return repr(value)


@given(line=st.sampled_from(sorted(LINE.values())), value=WRONG)
@settings(max_examples=150, deadline=None)
def test_any_value_in_any_field_is_read_or_refused_in_one_sentence(line: int, value: object) -> None:
    lines = GOOD.splitlines()
    key = lines[line - 1].split(" =")[0]
    lines[line - 1] = f"{key} = {as_toml(value)}"
    text = "\n".join(lines)
    tomllib.loads(text)
    try:
        read(text)
    except LessonError as error:
        said = str(error)
        assert re.match(r"small\.toml, line \d+: \S", said), said
        assert said.isprintable()
        assert len(said) < 600


def test_texts_are_wrapped_by_paragraphs() -> None:
    assert wrapped("one\ntwo\n\nthree", 9) == ["one two", "", "three"]


def test_a_step_counts_its_text_and_its_parts() -> None:
    assert [lines_of(step) for step in read(GOOD).steps] == [1, 3, 2, 1, 2, 1]


def test_the_lesson_in_the_docs_is_one_that_holds() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    text = page.split("```toml\n")[1].split("```")[0]
    outcome = measure_lesson(read_lesson("slow", text))
    assert outcome.holds
    assert len(outcome.results) == 2


def test_the_docs_name_every_key_and_every_kind_of_step() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    source = (Path(reading.__file__)).read_text(encoding="utf-8")
    keys = set(re.findall(r'(?:top|fields)\.(?:text|choice|whole|number|texts|tables?|yes_no)\("(\w+)"', source))
    assert {"title", "outcome", "shuffled_labels", "level"} <= keys
    assert [key for key in sorted(keys) if not re.search(rf"`(\[\[?)?(step\.)?{key}(\]\]?)?`", page)] == []
    assert all(f"| `{kind}` |" in page for kind in KINDS)
