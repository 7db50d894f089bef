"""Locked settings: which commands a lesson refuses, and in which words."""

from __future__ import annotations

from dataclasses import replace

from tui_nn.engine.commands import Again, Change, Restart, Run
from tui_nn.lessons.library import load_lessons
from tui_nn.lessons.locks import kept

LESSONS = {lesson.name: lesson for lesson in load_lessons()}
RATES = LESSONS["learning-rate"]
NETWORK, TRAINING = RATES.setup.network, RATES.setup.training


def test_a_locked_setting_is_refused_and_any_other_is_not() -> None:
    assert "batch_size" in RATES.locked
    small = replace(TRAINING, batch_size=10)
    assert kept(RATES, NETWORK, TRAINING).refusal(Change(small)) == (
        "the lesson locks batch size: leave the lesson with esc to change it"
    )
    other = Restart(replace(NETWORK, hidden_sizes=(8,)), replace(TRAINING, seed=9), "custom")
    assert kept(RATES, NETWORK, TRAINING).refusal(other) == (
        "the lesson locks hidden sizes and seed: leave the lesson with esc to change them"
    )
    assert kept(RATES, NETWORK, TRAINING).refusal(Change(replace(TRAINING, learning_rate=2.0))) == ""
    assert kept(RATES, NETWORK, TRAINING).refusal(Run()) == ""


def test_a_value_that_is_there_already_or_that_the_lesson_itself_uses_is_allowed() -> None:
    small = replace(TRAINING, batch_size=10)
    assert kept(RATES, NETWORK, small).refusal(Change(replace(small, momentum=0.5))) == ""
    assert kept(RATES, NETWORK, small).refusal(Again(NETWORK, TRAINING)) == "", "back to the setup"


def test_a_setting_is_kept_unless_the_lesson_itself_uses_other_values() -> None:
    assert kept(RATES, NETWORK, TRAINING).names == set(RATES.locked)
    assert kept(RATES, NETWORK, TRAINING).sentence == 'The lesson "The learning rate" locks this setting.'
    moved = kept(RATES, NETWORK, replace(TRAINING, batch_size=10)).names
    assert moved == set(RATES.locked) - {"batch_size"}, "the batch size may go back to the setup"


def test_no_lesson_locks_what_its_own_actions_do() -> None:
    for lesson in LESSONS.values():
        network, training = lesson.setup.network, lesson.setup.training
        for action in lesson.actions:
            assert kept(lesson, network, training).refusal(action.command) == "", f"{lesson.name}: {action.text}"
