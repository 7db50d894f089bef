"""Teacher mode: one key leads forward and one back, and what is back is there to the bit."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import press, rows, settle, snapshot, text, until

from tui_nn.lessons.lesson import LookAt
from tui_nn.lessons.library import load_lessons
from tui_nn.lessons.notes import notes_file, read_notes
from tui_nn.lessons.progress import Progress, load_progress
from tui_nn.ui.shell.opening import LessonShelf, Opening

NAMES = [lesson.name for lesson in load_lessons() if not lesson.is_challenge]
QUICK = "one-update"


def taught(name: str) -> Opening:
    """Return the opening of an app that teaches a lesson."""
    return Opening(lessons=LessonShelf(begin=name, teach=True))


def seen(pilot: Any) -> dict[str, Any]:
    """Return everything that a class sees or that decides how the network goes on."""
    screen, run = pilot.app.screen_stack[0], snapshot(pilot)
    play, update = screen.lessons.play, run.update
    return {
        "step": play.number,
        "done": dict(play.done),
        "runs": {name: kept.parameters.vector.tobytes() for name, kept in play.runs.items()},
        "charts": [(line.letter, line.live, line.summary.run) for line in screen.runs.runs],
        "network": (run.run, run.place, run.network, run.training, run.parameters.vector.tobytes()),
        "moments": [moment.tobytes() for moment in run.moments],
        "history": [(record.train_loss, record.test_loss) for record in run.history.records],
        "update": update and (update.done, update.complete),
        "pane": screen.current,
    }


async def go(pilot: Any, key: str) -> None:
    """Press a key, and wait until the network is idle."""
    await press(pilot, key)
    teaching = pilot.app.screen_stack[0].lessons.teaching
    await until(pilot, lambda: "running" not in rows(pilot)[0] and not teaching.is_returning)
    await settle(pilot)


@pytest.mark.parametrize("name", [QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in NAMES if n != QUICK)])
async def test_one_key_leads_through_the_lesson_and_one_back_to_the_bit(open_app: Any, name: str) -> None:
    async with open_app((80, 24), hidden_sizes=(8,), train_limit=200, opening=taught(name)) as pilot:
        await until(pilot, lambda: pilot.app.screen.lessons.play is not None)
        await settle(pilot)
        lesson, stops = pilot.app.screen.lessons.play.lesson, [seen(pilot)]
        while True:
            await go(pilot, "pagedown")
            if seen(pilot) == stops[-1]:
                break  # The last step: the key has nothing more to do.
            stops.append(seen(pilot))
            step = lesson.steps[stops[-1]["step"]]
            assert stops[-1]["pane"] == (step.look.pane if isinstance(step, LookAt) else "Lessons")
            if step.kind == "check":
                assert text(pilot).count("✓ ok") == len(step.checks)
        assert stops[-1]["step"] == len(lesson.steps) - 1
        for stop in reversed(stops[:-1]):
            await go(pilot, "pageup")
            assert seen(pilot) == stop
        await go(pilot, "pageup")
        assert seen(pilot) == stops[0], "nothing comes before the beginning"
        for stop in stops[1:4]:
            await go(pilot, "pagedown")
            assert {**seen(pilot), "charts": 0, "network": 0} == {**stop, "charts": 0, "network": 0}
            assert seen(pilot)["network"][1:] == stop["network"][1:], "the same bits, in a run with another number"
        assert load_progress()[0] == Progress(), "the place of the learner stays as it is"
        await press(pilot, "5", "escape")
        assert not notes_file().exists()
        assert snapshot(pilot).network.hidden_sizes == (8,)


async def test_back_while_the_network_trains_and_forward_while_it_trains(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200, opening=taught("learning-rate")) as pilot:
        await until(pilot, lambda: pilot.app.screen.lessons.play is not None)
        for _ in range(3):
            await go(pilot, "pagedown")
        before = seen(pilot)
        await pilot.press("pagedown")
        pilot.app.screen.listen()
        assert snapshot(pilot).status.state.name == "RUNNING"
        assert 0 < snapshot(pilot).epoch < 20
        await pilot.press("pagedown")
        await go(pilot, "pageup")
        assert seen(pilot) == before, "the key forward did nothing, and the key back undid the training"


async def test_what_the_class_sees_and_what_the_teacher_sees(open_app: Any) -> None:
    async with open_app((80, 24), hidden_sizes=(8,), train_limit=200, opening=taught("learning-rate")) as pilot:
        await until(pilot, lambda: "epoch ╰─╯" in text(pilot))
        assert "Claim" not in text(pilot), "there is no rail"
        assert "n  goes on" not in text(pilot)
        found, _ = read_notes()
        assert found is not None
        assert found.number == 0
        await press(pilot, "n")
        assert "What do you expect?" not in text(pilot)
        assert "○ c" in text(pilot)
        assert "Take a show of hands" not in text(pilot)
        await press(pilot, "f9")
        assert "Take a show of hands" in text(pilot)
        await press(pilot, "f9", "c", "n", "p", "n")
        assert pilot.app.screen.lessons.play.predictions == {1: "c"}, "the answer of the class is kept"
        await press(pilot, "N")
        assert [said.message for said in pilot.app._notifications] == [
            "The lesson locks seed: leave the lesson with esc to change it."
        ]
        assert snapshot(pilot).training.seed == 0
        await press(pilot, "2")
        assert rows(pilot)[-2].rstrip().endswith("pgdn goes on")
        assert any(row.startswith(" example ") for row in rows(pilot)), "the ten digits have room"


async def test_a_key_of_the_list_shows_the_lesson_to_a_class(open_app: Any) -> None:
    async with open_app((80, 24), hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "5")
        assert "c teach" in rows(pilot)[-1]
        pilot.app.screen.query_one("LessonList").choose(QUICK)
        await press(pilot, "c")
        main = pilot.app.screen_stack[0]
        assert main.lessons.teaching is not None
        assert main.has_class("-large")
        assert "Claim" not in text(pilot), "there is no rail"
        await go(pilot, "pagedown")
        assert main.lessons.play.number == 1
        await press(pilot, "5", "escape")
        assert load_progress()[0] == Progress()
        await press(pilot, "enter")
        assert main.lessons.play.number == 0
        assert main.lessons.teaching is None, "enter starts the lesson for a learner"
        assert not main.has_class("-large")


async def test_without_a_teacher_the_keys_keep_their_meaning(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "5", "pagedown")
        assert pilot.app.screen.query_one("LessonList").highlighted > 5
        await press(pilot, "f9")
        assert not pilot.app.screen.has_class("-notes")
