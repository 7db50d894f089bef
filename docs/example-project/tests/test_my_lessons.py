"""The tests of a project that has a lesson of its own, settings of its own, and a picture in its slides."""

from pathlib import Path

LESSONS = Path(__file__).parent.parent / "lessons"


def test_the_lesson_keeps_its_promise(trainer):
    outcome = trainer.lesson("slow", folder=LESSONS)
    assert outcome.holds, [(row.kind, row.result.label, row.result.shown) for row in outcome.rows()]


def test_a_small_network_is_enough(trainer):
    run = trainer.run(epochs=3, hidden_sizes=(16,), train_limit=1000, seed=1)
    assert run.record.test_accuracy > 0.6


def test_the_slide_shows_what_i_say(trainer):
    screen = trainer.screen(epochs=1, hidden_sizes=(16,), train_limit=500)
    assert "epoch 1 " in screen.text
    assert "unit 5 of 16" in screen.show("inspect/unit layer=0 unit=5").text
    assert "epoch 2 " in screen.press("space").text
