"""A lesson being played: steps, predictions, and actions that are done when their goal is reached."""

from __future__ import annotations

import pytest
from lesson_text import GOOD

from tui_nn.engine.command_text import read_command
from tui_nn.engine.commands import Run, StepBatch, StepEpoch
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.headless import HeadlessEngine, play_through
from tui_nn.lessons.lesson import Lesson
from tui_nn.lessons.play import Play
from tui_nn.lessons.reading import read_lesson

SMALL = read_lesson("small", GOOD)


def at(lesson: Lesson, kind: str) -> tuple[Play, HeadlessEngine]:
    """Return a play at the first step of a kind, with its engine."""
    engine = HeadlessEngine(lesson.setup)
    number = next(n for n, step in enumerate(lesson.steps) if step.kind == kind)
    return Play(lesson).saw(engine.snapshot).go(number), engine


def test_a_prediction_is_needed_to_go_on_and_is_kept() -> None:
    play = Play(SMALL).next()
    assert not play.may_go_on
    assert play.next() == play
    assert play.predict("c") == play.predict("") == play.predict("ab") == play
    play = play.predict("a").predict("b").next()
    assert play.number == 2
    assert play.predictions == {1: "b"}
    assert play.prediction == (SMALL.steps[1], "b")


def test_the_ends_of_a_lesson_hold() -> None:
    assert Play(SMALL).previous().number == 0
    last = Play(SMALL, len(SMALL.steps) - 1)
    assert last.is_last
    assert last.next() == last


def test_an_action_is_done_when_its_goal_is_reached_by_any_keys() -> None:
    play, engine = at(SMALL, "do")
    assert play.action == SMALL.actions[0]
    play = play.saw(engine.do(StepEpoch()))
    assert play.action is not None
    assert not play.runs
    play = play.saw(engine.do(StepEpoch()))
    assert play.action is None
    assert play.runs[""].epoch == 2


def test_a_run_stays_as_it_was_when_its_last_action_was_done() -> None:
    play, engine = at(SMALL, "do")
    play = play.saw(engine.do(Run()))
    play = play.saw(engine.do(Run()))
    assert play.newest is not None
    assert (play.runs[""].epoch, play.newest.epoch) == (2, 4)


def test_training_before_the_step_does_not_count() -> None:
    play, engine = at(SMALL, "claim")
    play = play.saw(engine.do(Run()))
    play = play.go(2)
    assert play.saw(engine.snapshot).action is not None
    assert play.saw(engine.do(Run())).action is None


@pytest.mark.parametrize(
    "commands",
    [
        ["step-epoch"], ["step-batch", "step-batch"], ["act", "act"], ["act", "finish-update"], ["act", "drop-update"],
        ["run", "seek 1", "seek 1 batch 2"], ["run", "travel -1"], ["step-epoch", "back-a-batch"],
        ["change learning-rate=0.3", "run"], ["restart custom hidden-sizes=4", "run"], ["edit off:0:1", "step-epoch"],
        ["train-on bundled"], ["restart custom keep-best=yes learning-rate=3 epochs=6", "run"],
        ["restart custom patience=1 learning-rate=3 epochs=6", "run"],
    ],
)  # fmt: skip
def test_every_command_has_a_goal_that_it_reaches(commands: list[str]) -> None:
    actions = "\n".join(f'[[step.action]]\ncommand = "{command}"\nsay = "x"\n' for command in commands)
    text = GOOD.replace('[[step.action]]\ncommand = "run"\nsay = "train two epochs (r)"\n', actions)
    play, engine = at(read_lesson("many", text), "do")
    for number, command in enumerate(commands):
        assert play.done.get(2, 0) == number
        assert play.saw(engine.snapshot).done.get(2, 0) == number
        play = play.saw(engine.do(read_command(command, engine.snapshot.network, engine.snapshot.training)
                                  if not command.startswith("restart") else play.action.command))  # fmt: skip
    assert play.action is None


def test_checks_are_measured_on_the_runs() -> None:
    play, engine = at(SMALL, "do")
    test = dataset_of(SMALL.setup).test
    assert play.results(test) == ()
    (early,) = play.go(4).results(test)
    assert (early.value, early.passed, early.shown, early.mark) == (None, False, "not run yet", "· not yet")
    (result,) = play.saw(engine.do(Run())).go(4).results(test)
    assert result.passed
    assert (result.label, result.bound, result.mark) == ("training loss falls by", "> 5.0 %", "✓ ok")


def test_a_challenge_is_measured_on_the_newest_network() -> None:
    text = GOOD.replace("format_version = 1", 'format_version = 1\nkind = "challenge"\nhints = ["one", "two"]')
    text = text.replace('opposite = ["restart custom learning-rate=0.001", "run"]\n', "")
    text += '\n[[repair]]\nsay = "x"\ncommands = ["run"]\n' * 3
    lesson = read_lesson("c", text)
    play, engine = at(lesson, "do")
    test = dataset_of(lesson.setup).test
    play = play.saw(engine.do(StepBatch())).go(4)
    assert [result.passed for result in play.results(test)] == [False]
    play = play.saw(engine.do(Run()))
    assert [result.passed for result in play.results(test)] == [True]
    assert [play.hint().hints_shown, play.hint().hint().hint().hints_shown] == [1, 2]


def test_a_challenge_takes_no_names_of_runs() -> None:
    text = GOOD.replace("format_version = 1", 'format_version = 1\nkind = "challenge"\nhints = ["one"]')
    with pytest.raises(
        LessonError, match="line 32: a challenge has only one run, so the key run is not allowed: remove the line"
    ):
        read_lesson("c", text.replace('command = "run"', 'run = "a"\ncommand = "run"'))


def test_words_are_explained_where_they_first_stand() -> None:
    assert list(Play(SMALL).new_words()) == ["loss"]
    later = GOOD.replace('"The loss falls."', '"It falls."').replace('"Because."', '"Because the loss fell."')
    plays = [Play(read_lesson("small", later), number) for number in range(6)]
    assert [list(play.new_words()) for play in plays] == [[], [], [], [], [], ["loss"]]


def test_playing_through_trains_every_run() -> None:
    play = play_through(SMALL)
    assert play.is_last
    assert [result.passed for result in play.all_results(dataset_of(SMALL.setup).test)] == [True]
    assert not play.predictions


def test_again_forgets_everything() -> None:
    play = play_through(SMALL).again()
    assert (play.number, play.runs, play.done, play.predictions) == (0, {}, {}, {})
