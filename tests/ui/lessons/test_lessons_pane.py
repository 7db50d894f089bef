"""Lessons in the app, played by keys: the steps, the learner's own run, the place, challenges, the tour and the layout."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lesson_text import GOOD
from piloting import press, rows, settle, snapshot, text, until

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import Restart
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Rescued, Start
from tui_nn.lessons.lesson import Do, LookAt, Predict
from tui_nn.lessons.library import load_lesson, load_lessons
from tui_nn.lessons.progress import Place, Progress, change_progress, load_progress
from tui_nn.presets.share import share_line
from tui_nn.session.file.rescue import all_rescue_paths, found_rescue_paths, new_rescue_path
from tui_nn.session.file.runs import load_run
from tui_nn.session.hints import hints
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.lessons.step import StepView
from tui_nn.ui.shell import unsaved
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.opening import LessonShelf, Opening


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in a folder of its own, because ctrl+s saves a repaired network to the current folder."""
    monkeypatch.chdir(tmp_path)


NAMES = [lesson.name for lesson in load_lessons()]
QUICK = "look-first", "one-update"


async def enter(pilot: Any, name: str) -> None:
    """Open a lesson of the list with keys."""
    await press(pilot, "5")
    pilot.app.screen.query_one("LessonList").choose(name)
    await press(pilot, "enter")
    await calm(pilot)


async def calm(pilot: Any) -> None:
    """Wait until the lesson has trained."""
    screen = pilot.app.screen_stack[0]
    await until(pilot, lambda: not screen.lessons.catching_up and "running" not in rows(pilot)[0])


async def repair(pilot: Any) -> None:
    """Carry out the first repair of the challenge that is played."""
    for command in play(pilot).lesson.repairs[0].commands:
        pilot.app.screen.send(command)
        await settle(pilot)
        await calm(pilot)


def play(pilot: Any) -> Any:
    """Return the lesson that is played."""
    return pilot.app.screen_stack[0].lessons.play


async def play_by_keys(pilot: Any, name: str) -> list[str]:
    """Play a lesson to its end with n, a letter, enter and 5. Return the screen of each step."""
    await enter(pilot, name)
    screens = []
    for number, step in enumerate(load_lesson(name).steps):
        assert play(pilot).number == number
        match step:
            case Predict():
                await press(pilot, "n")
                assert play(pilot).number == number, "no step without a choice"
                await press(pilot, "b")
            case Do():
                while play(pilot).action is not None:
                    await press(pilot, "n")
                    await calm(pilot)
            case LookAt(look=look):
                await press(pilot, "enter")
                assert pilot.app.screen.current == look.pane
                assert rows(pilot)[-2].rstrip().endswith("5 back to it")
                await press(pilot, "5")
        screens.append(text(pilot))
        await press(pilot, *["h"] * (step.kind == "check") * len(load_lesson(name).hints), "n")
    assert play(pilot) is None
    return screens


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in NAMES if n not in QUICK)])
async def test_a_lesson_is_played_to_its_end_by_keys_alone(open_app: Any, name: str) -> None:
    async with open_app((80, 24), hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space")
        before = snapshot(pilot)
        screens = await play_by_keys(pilot, name)
        lesson = load_lesson(name)
        if not lesson.is_challenge:
            measured = "\n".join(screens[n] for n, step in enumerate(lesson.steps) if step.kind == "check")
            assert measured.count("✓ ok") == len(lesson.checks)
            assert "✗ no" not in measured
        # The checks of a challenge fail as long as nobody repairs its network, so it is given up and not done.
        assert ("✓ done" in text(pilot)) is not lesson.is_challenge
        assert load_progress()[0].of(lesson).done is not lesson.is_challenge
        following = NAMES[NAMES.index(name) + 1 :][:1] or [name]
        assert pilot.app.screen.query_one("LessonList").chosen.name == following[0], "the cursor goes on"
        after = snapshot(pilot)
        assert (after.run, after.epoch) == (before.run, 1)
        assert after.parameters.vector.tobytes() == before.parameters.vector.tobytes()


async def test_the_learner_may_use_the_keys_of_the_app_in_any_pane(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        change_progress(lambda _: Progress({"look-first": Place(step=3)}))
        await enter(pilot, "look-first")
        await press(pilot, "2")
        assert "Train one epoch (space)" in rows(pilot)[-2]
        await press(pilot, "space")
        await calm(pilot)
        assert "Done" in rows(pilot)[-2]
        await press(pilot, "5")
        assert "✓ one epoch" in text(pilot)


async def test_the_own_run_comes_back_with_its_branches_and_the_place_in_the_lesson_is_kept(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space", "space", "left_square_bracket")
        before, runs = snapshot(pilot), pilot.app.screen.runs
        await enter(pilot, "learning-rate")
        assert snapshot(pilot).network.hidden_sizes == (64,)
        elsewhere = Place(step=2)
        change_progress(lambda known: Progress({**known.places, "look-first": elsewhere}))
        await press(pilot, "n", "c", "n", "n", "n")
        await calm(pilot)
        assert snapshot(pilot).epoch == 20
        await press(pilot, "escape")
        after = snapshot(pilot)
        assert (after.run, after.place, after.branches) == (before.run, before.place, before.branches)
        assert after.parameters.vector.tobytes() == before.parameters.vector.tobytes()
        assert [run.summary.run for run in pilot.app.screen.runs.runs] == [run.summary.run for run in runs.runs]
        assert text(pilot).count("3 of 6") == 1
        assert load_progress()[0].places["look-first"] == elsewhere, "another app has played this lesson meanwhile"
        await press(pilot, "2", "right_square_bracket")
        assert snapshot(pilot).epoch == 2
        await enter(pilot, "learning-rate")
        assert play(pilot).number == 2
        assert play(pilot).predictions == {1: "c"}


async def test_a_lesson_that_is_continued_trains_again_what_its_checks_measure(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        change_progress(lambda _: Progress({"look-first": Place(step=5, predictions={2: "a"})}))
        await enter(pilot, "look-first")
        assert text(pilot).count("✓ ok") == 4
        assert "You said  a  none" in text(pilot)
        assert "It did    b  about 100" in text(pilot)
        await press(pilot, "escape", "a")
        assert play(pilot).number == 0
        assert snapshot(pilot).epoch == 0


async def test_no_hint_asks_for_more_epochs_than_a_lesson_sets(open_app: Any) -> None:
    async with open_app(epochs=2, learning_rate=0.003, hidden_sizes=(32,)) as pilot:
        await press(pilot, "r")
        await until(pilot, lambda: [hint.name for hint in pilot.app.screen.hints.hints] == ["too_few_epochs"])
        await enter(pilot, "momentum")
        run = snapshot(pilot)
        pilot.app.screen.send(Restart(run.network, replace(run.training, optimizer="sgd"), run.preset))
        await press(pilot, "r")
        await calm(pilot)
        await settle(pilot)
        assert [hint.name for hint in hints(snapshot(pilot))] == ["too_few_epochs"]
        assert pilot.app.screen.hints.hints == ()


async def test_a_challenge_shows_hints_and_measures_any_repair(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await enter(pilot, "stuck-at-ten-percent")
        await press(pilot, "n")
        while play(pilot).action is not None:
            await press(pilot, "n")
            await calm(pilot)
        assert "Hint 1" not in text(pilot)
        await press(pilot, "h", "n", "n")
        assert "✗ no" in text(pilot)
        assert play(pilot).step.kind == "check", "the explanation waits"
        await press(pilot, "h", "h", "h")
        assert "Hint 3" in text(pilot)
        assert "n  the lesson explains" in text(pilot)
        await repair(pilot)
        assert "✗ no" not in text(pilot)
        assert "It works. n  the lesson explains the fault" in text(pilot)
        await press(pilot, "escape", "escape")
        assert snapshot(pilot).network.hidden_sizes == (8,), "the own run, because the repaired one was left"


async def test_a_repaired_network_can_be_taken_as_a_run_and_the_own_one_comes_back(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space")
        own = snapshot(pilot)
        await enter(pilot, "stuck-at-ten-percent")
        await repair(pilot)
        repaired = snapshot(pilot)
        await press(pilot, "escape")
        assert "Keep the repaired network as your run?" in text(pilot)
        await press(pilot, "enter")
        taken = snapshot(pilot)
        assert play(pilot) is None
        assert taken.parameters.vector.tobytes() == repaired.parameters.vector.tobytes()
        assert (taken.epoch, taken.training) == (repaired.epoch, repaired.training)
        await press(pilot, "ctrl+u")
        assert snapshot(pilot).parameters.vector.tobytes() == own.parameters.vector.tobytes()


async def test_a_network_on_the_data_of_its_challenge_can_be_saved_and_taken_too(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await enter(pilot, "three-or-five")
        await repair(pilot)
        repaired = snapshot(pilot).parameters.vector.tobytes()
        assert pilot.app.screen.lessons.question_before_quitting() is not None
        await press(pilot, "ctrl+s")
        saved = pilot.app.screen.file.path
        await press(pilot, "escape")
        assert "Keep the repaired network as your run?" in text(pilot)
        await press(pilot, "enter", "space")
        assert (play(pilot), snapshot(pilot).network.output_size) == (None, 2)
        await press(pilot, "left_square_bracket")
        assert snapshot(pilot).parameters.vector.tobytes() == repaired
        await press(pilot, "ctrl+u")
        assert snapshot(pilot).network.output_size == 10
    assert load_run(saved).snapshot().parameters.vector.tobytes() == repaired


async def test_the_network_of_a_challenge_is_in_a_rescue_file_until_the_challenge_is_left() -> None:
    network, training = NetworkConfig(hidden_sizes=(8,)), TrainingConfig(train_limit=200)
    app = TuiNN(InlineEngine(Start(network, training)), lesson_engine=InlineEngine)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "three-or-five")
        await press(pilot, "space", "escape")
        assert all_rescue_paths() == []
        await enter(pilot, "three-or-five")
        await press(pilot, "space")
        trained = snapshot(pilot).parameters.vector.tobytes()
    (path,) = found_rescue_paths()
    assert load_run(path).snapshot().parameters.vector.tobytes() == trained
    following = InlineEngine(Start(network, training, rescue=str(new_rescue_path())))
    (rescued,) = (message for message in following.poll() if isinstance(message, Rescued))
    assert [run.path for run in rescued.runs] == [str(path)]
    lesson = InlineEngine(Start(network, training, rescue=str(new_rescue_path()), first_run=2))
    assert not any(isinstance(message, Rescued) for message in lesson.poll())
    following.close()
    lesson.close()


async def test_a_setting_that_the_lesson_keeps_is_marked_and_its_keys_say_so(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200, ascii_only=True) as pilot:
        said: list[str] = []
        await enter(pilot, "learning-rate")
        await press(pilot, "1")
        pane = pilot.app.screen_stack[0].query_one("ConfigurePane")
        assert pane.kept.names == {"hidden_sizes", "batch_size", "seed"}
        row = next(row for row in rows(pilot) if "hidden sizes" in row)
        assert re.search(r"hidden sizes +=  ?64 locked", row), row
        before = text(pilot)
        sentence = 'The lesson "The learning rate" locks this setting.'
        assert sentence in before
        pane.notify = lambda text, **_: said.append(text)
        for key in ("right", "enter", "plus", "6"):
            await press(pilot, key)
            assert said.pop() == sentence
        await pilot.click("Explanation", offset=(20, 0))
        assert said.pop() == sentence
        assert text(pilot) == before
        pane.query_one("Form").take_focus("presets")
        await press(pilot, "enter")
        assert (
            said.pop()
            == 'The lesson "The learning rate" locks hidden sizes and batch size, so the preset was not loaded.'
        )
        pane._take_line(share_line(snapshot(pilot).network, replace(snapshot(pilot).training, seed=9)))
        assert said.pop() == 'The lesson "The learning rate" locks seed, so the share line was not loaded.'
        assert not pane._can_apply
        await press(pilot, "2", "t")
        box = pilot.app.screen
        box.notify = lambda text, **_: said.append(text)
        assert re.search(r"batch size +=  ?full locked", text(pilot)), text(pilot)
        await press(pilot, "right")
        assert not said, "the learning rate is free"
        await press(pilot, "down", "right", "t", "6")
        assert said == [sentence] * 3
        await press(pilot, "escape", "5", "escape", "1")
        assert pane.kept.names == frozenset()
        assert " locked" not in text(pilot)
        await enter(pilot, "start-scale")
        pilot.app.screen.action_find_rate()
        await settle(pilot)
        assert any('"Start scale and depth" locks' in notice.message for notice in pilot.app._notifications)


async def test_quitting_asks_about_a_repaired_network_until_it_is_saved(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await enter(pilot, "stuck-at-ten-percent")
        desk = pilot.app.screen_stack[0].lessons
        assert desk.question_before_quitting() is None, "a challenge that is not repaired is quickly begun again"
        await repair(pilot)
        repaired = snapshot(pilot).parameters.vector.tobytes()
        await press(pilot, "ctrl+q")
        assert "you lose the network that you repaired" in " ".join(text(pilot).split())
        await press(pilot, "escape")
        assert play(pilot) is not None
        assert snapshot(pilot).parameters.vector.tobytes() == repaired
        await press(pilot, "ctrl+s")
        saved = pilot.app.screen_stack[0].file.path
        assert desk.question_before_quitting() is None
    assert load_run(saved).snapshot().parameters.vector.tobytes() == repaired


async def test_a_second_ctrl_q_leaves_the_repaired_network_and_then_asks_about_the_own_run(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "space")
        await enter(pilot, "stuck-at-ten-percent")
        await repair(pilot)
        await press(pilot, "ctrl+q", "ctrl+q")
        assert not pilot.app._exit
        assert play(pilot) is None
        assert "you lose 1 epoch." in text(pilot)
        await pilot.press("ctrl+q")
        assert pilot.app._exit


async def test_clicks_choose_a_lesson_and_a_prediction(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await pilot.click("TabStrip", offset=(rows(pilot)[1].index("Lessons"), 0))
        await settle(pilot)
        at = next(y for y, row in enumerate(rows(pilot)) if "The learning rate" in row and y > 3)
        await pilot.click(offset=(10, at))
        await settle(pilot)
        assert play(pilot) is None
        assert "With a learning rate" in text(pilot), "the claim stands beside the list"
        await pilot.click(offset=(10, at))
        await settle(pilot)
        assert play(pilot).lesson.name == "learning-rate"
        await press(pilot, "n")
        at = next(y for y, row in enumerate(rows(pilot)) if "○ c" in row)
        await pilot.click(offset=(30, at))
        await settle(pilot)
        assert play(pilot).predictions == {1: "c"}
        assert "● c" in text(pilot)


async def test_data_with_other_classes_and_back_in_every_view_of_inspect(open_app: Any) -> None:
    """The parts of the panes name examples that the other data do not have."""
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        for view in "uxt":
            await press(pilot, "3", view)
            await enter(pilot, "three-or-five")
            await press(pilot, "3", view)
            assert snapshot(pilot).network.output_size == 2
            await press(pilot, "5", "escape", "3")
            assert snapshot(pilot).network.output_size == 10


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((120, 40), ["Lessons"]),
        ((150, 40), ["Inspect", "Lessons"]),
        ((160, 50), ["Train", "Inspect", "Lessons", "Mistakes"]),
    ],
)
async def test_a_lesson_stands_beside_the_pane_where_there_is_room(
    open_app: Any, size: tuple[int, int], names: list[str]
) -> None:
    async with open_app(size, hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "3", "5")
        await enter(pilot, "learning-rate")

        def shown() -> list[str]:
            return [pane.TITLE for pane in pilot.app.screen.query(Pane) if pane.display]

        assert shown() == names
        assert "With a learning rate" in text(pilot)
        await press(pilot, "1")
        assert "Lessons" in shown() or size[0] < 150
        assert "Configure" in shown()


@pytest.mark.parametrize("teach", [False, True])
async def test_quitting_gives_the_own_run_back_and_asks_about_it(
    open_app: Any, teach: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    opening = Opening(lessons=LessonShelf(teach=teach))
    async with open_app(hidden_sizes=(8,), train_limit=200, opening=opening) as pilot:
        await press(pilot, "space")
        await enter(pilot, "learning-rate")
        await press(pilot, *(["pagedown", "f9"] if teach else ["n"]))
        main = pilot.app.screen_stack[0]
        assert main.has_class("-large", "-notes") is teach
        await press(pilot, "ctrl+q")
        assert "Quit without saving?" in text(pilot)
        assert "you lose 1 epoch." in text(pilot)
        await press(pilot, "escape")
        assert (main.snapshot.epoch, main.snapshot.network.hidden_sizes) == (1, (8,))
        assert not main._engine.has_lesson
        assert not main.has_class("-large")
        assert not main.has_class("-notes"), "the tools of the teacher end with the lesson"


async def test_all_lessons_are_reset_after_a_question(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        change_progress(lambda _: Progress({"look-first": Place(step=6, done=True)}))
        await press(pilot, "5")
        assert "1 done" in text(pilot)
        await press(pilot, "X", "escape")
        assert "1 done" in text(pilot)
        await press(pilot, "X", "enter")
        assert "0 done" in text(pilot)
        assert load_progress()[0] == Progress()


async def test_the_tour_visits_the_panes_and_ends(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        await press(pilot, "5", "t")
        seen = []
        while len(pilot.app.screen_stack) > 1:
            seen.append(pilot.app.screen_stack[0].current)
            await press(pilot, "enter")
        assert seen == ["Train", "Train", "Train", "Inspect", "Mistakes", "Lessons"]
        await press(pilot, "t", "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_the_offer_of_the_tour_ends_when_the_lessons_were_seen(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8,), train_limit=200) as pilot:
        desk = pilot.app.screen.lessons
        desk._welcome = True
        await press(pilot, "3")
        assert "New here?" in rows(pilot)[-2]
        await press(pilot, "5", "3")
        assert "New here?" not in text(pilot)
        desk._welcome = True
        await press(pilot, "4")
        assert "New here?" not in text(pilot)


async def test_a_lesson_in_ascii_has_no_other_character(open_app: Any) -> None:
    async with open_app(ascii_only=True, hidden_sizes=(8,), train_limit=200) as pilot:
        await enter(pilot, "learning-rate")
        await press(pilot, "n", "b")
        assert text(pilot).isascii()
        assert "O b" in text(pilot)
        assert pilot.app.screen.query_one(StepView).has_focus


async def test_the_app_opens_in_a_lesson_of_a_folder_and_writes_its_report(open_app: Any, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(GOOD, encoding="utf-8")
    report = tmp_path / "ada.json"
    shelf = LessonShelf(folder=str(tmp_path), begin="small", report=str(report), learner="Ada")
    async with open_app(hidden_sizes=(16,), train_limit=200, opening=Opening(lessons=shelf, keys=("n", "a"))) as pilot:
        await calm(pilot)
        assert play(pilot).lesson.name == "small"
        assert play(pilot).predictions == {1: "a"}, "the keys are pressed in the lesson"
        await press(pilot, "n", "n")
        await calm(pilot)
        await press(pilot, "n", "n", "n")
        found = json.loads(report.read_text(encoding="utf-8"))
        assert (found["learner"], found["finished"], found["predictions"][0]["said"]) == ("Ada", True, "a")
        assert found["checks"][0]["passed"]
        await press(pilot, "n")
        assert snapshot(pilot).network.hidden_sizes == (16,), "the own run is below the lesson"
        assert "A small lesson" in text(pilot)
        assert "Look first" not in text(pilot), "the list has the lessons of the folder"
