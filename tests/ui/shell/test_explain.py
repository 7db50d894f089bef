"""f1 explains what is on the screen: in every view, with a term, and with a formula where a number was computed."""

from __future__ import annotations

from typing import Any

import pytest
from piloting import drawn, press, rows, settle, text, until
from textual.geometry import Size

from tui_nn.config.configs import settings
from tui_nn.engine.look import Look, read_look
from tui_nn.glossary import GLOSSARY, LESSONS
from tui_nn.session.run.status import State
from tui_nn.ui.inspect.example.hidden_layers import HiddenLayer
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.explaining import Page
from tui_nn.ui.kit.unit_grid import UnitGrid
from tui_nn.ui.kit.view import View
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.shell.explain import NARROWEST, Explain, GlossaryPage, nearest, spots_of
from tui_nn.ui.shell.lesson_line import LessonLine

SET = {setting.label for setting in settings()}
"""The values that a person sets. They are not computed."""
NO_NUMBER = {
    "label", "example", "prediction", "run", "preset", "hidden layer", "NaN", "hint", "optimizer", "activation", "seed",
    "bias", "weight", "update ratio", "dead unit", "saturated unit", "output", "update",
}  # fmt: skip
"""The terms of values that may have no formula, such as the class of an example or a setting."""


def box(pilot: Any) -> Explain:
    found = pilot.app.screen
    assert isinstance(found, Explain), text(pilot)
    return found


@pytest.fixture
def small() -> dict[str, Any]:
    return {"hidden_sizes": (8,), "train_limit": 300, "epochs": 4}


async def test_every_view_explains_its_values(open_app: Any, small: dict[str, Any]) -> None:
    """Walk over all views, open the box in each, and ask for every explanation that it could show."""
    for view in (*InspectPane.VIEWS, *MistakesPane.VIEWS):
        assert view.explained is not View.explained, f"{view.NAME} explains only the words of the glossary"
    looks = ["configure", "train", "train/accuracy", "train/compare", "lessons"]
    looks += [Look("Inspect", view.NAME).text for view in InspectPane.VIEWS]
    looks += [Look("Mistakes", view.NAME).text for view in MistakesPane.VIEWS]
    async with open_app(**small) as pilot:
        # There are two runs, and the second one has an update under the microscope.
        await press(pilot, "space", "R", "space", "m", "m", "m")
        for name in looks:
            await pilot.app.screen.show(read_look(name))
            await settle(pilot)
            await drawn(pilot)
            await press(pilot, "f1")
            shown = box(pilot)
            first = shown.explanation
            assert first is not None, name
            assert text(pilot).count("close"), name
            kinds: set[str] = set()
            for spot in shown.spots[:: max(len(shown.spots) // 60, 1)]:
                found = spot.explain()
                assert found.name, name
                assert found.term in GLOSSARY
                is_number = found.value.lstrip("−#")[:1].isdigit()
                assert found.formula or not is_number or found.name in SET or found.term in NO_NUMBER, (name, found)
                kinds.add("formula" if found.formula else "words")
            assert "formula" in kinds, name
            await press(pilot, "escape")


async def test_the_value_under_the_cursor_comes_first(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "space", "1", "down", "down", "I")
        setting = pilot.app.screen_stack[0].focused.setting
        assert box(pilot).explanation.name == setting.label
        await press(pilot, "escape", "4", "c", "down", "right", "f1")
        true, predicted = pilot.app.screen_stack[0].current_look.cell
        assert box(pilot).explanation.name == f"true {true}, predicted {predicted}"
        await press(pilot, "escape", "3", "u", "right", "f1")
        assert box(pilot).explanation.name == "bias of unit 1"
        await press(pilot, "escape", "c", "f1")
        assert "to unit 1" in box(pilot).explanation.name
        await press(pilot, "escape", "escape", "2", "left", "left", "f1")
        assert "train loss of epoch 0" in box(pilot).explanation.name


async def test_the_box_shows_the_value_and_hides_it_never(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "space", "4", "f1")
        for key in ("", "down", "down", "right", "n", "n", "p", "up", "left", "tab", "shift+tab"):
            if key:
                await press(pilot, key)
            shown = box(pilot)
            region, area = shown.spot.region, shown.query_one("#explanation").region
            assert not area.overlaps(region), key
            assert area.bottom <= 23, "the footer stays"
            found = shown.explanation
            on_screen = " ".join("".join(rows(pilot)).split())
            assert found.value.split()[0] in on_screen
            assert found.term in on_screen


async def test_arrows_go_to_the_neighbour_and_the_keys_come_back(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "4", "c", "f1")
        first = box(pilot).spot
        await press(pilot, "right")
        assert box(pilot).spot.region.x > first.region.x
        assert box(pilot).spot.region.y == first.region.y
        await press(pilot, "left", "down")
        assert box(pilot).spot.region.y == first.region.y + 1
        await press(pilot, "up")
        assert box(pilot).spot.region == first.region
        await press(pilot, "f1")
        assert not isinstance(pilot.app.screen, Explain)
        await press(pilot, "3")
        assert pilot.app.screen.current == "Inspect"


async def test_the_mouse_explains_what_it_points_at(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "space", "f1")
        place = next(spot for spot in box(pilot).spots if "by class" in rows(pilot)[spot.region.y])
        await pilot.hover(offset=place.region.offset)
        await settle(pilot)
        assert box(pilot).explanation.name.startswith("accuracy of")
        other = next(spot for spot in box(pilot).spots if spot.explain().name == "epoch")
        await pilot.click(offset=other.region.offset)
        await settle(pilot)
        assert box(pilot).explanation.name == "epoch"


async def test_enter_opens_the_lesson_and_a_question_mark_the_word(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "4", "c", "f1")
        term = box(pilot).explanation.term
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, GlossaryPage)
        assert pilot.app.screen.term == term
        await drawn(pilot)
        assert term in text(pilot)
        await press(pilot, "escape")
        assert box(pilot).explanation.term == term, "the box is in front again"
        await press(pilot, "2")
        assert pilot.app.screen.current == "Train"
        await press(pilot, "4", "f1", "enter")
        screen = pilot.app.screen
        assert screen.current == "Lessons"
        assert screen.arrangement.front.with_keys.chosen.name == LESSONS[term]


async def test_the_box_leaves_the_line_of_a_lesson_free(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "5", "enter", "2")
        line = pilot.app.screen.query_one(LessonLine)
        assert line.region.height == 1
        said = rows(pilot)[line.region.y]
        await press(pilot, "f1")
        for key in ("down",) * 12:
            await press(pilot, key)
            assert rows(pilot)[line.region.y] == said
        # A lesson is played, so the other one is only named.
        await press(pilot, "enter")
        assert pilot.app.screen.current == "Lessons"
        assert any("leave the present lesson" in notice.message for notice in pilot.app._notifications)


async def test_a_box_that_is_closed_while_the_size_changes(open_app: Any, small: dict[str, Any]) -> None:
    """Values are looked for again after a new size; if the box is gone by then, nothing happens."""
    async with open_app(**small) as pilot:
        await press(pilot, "f1")
        explain = box(pilot)
        await explain.query("#explanation").remove()  # as Textual does before it removes the screen
        explain.on_resize()
        await settle(pilot)
        explain.action_close()
        await settle(pilot)
        assert text(pilot)


async def test_a_part_of_a_view_that_is_not_made_yet_is_left_out(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await pilot.app.screen.show(Look("Inspect", "example"))
        await settle(pilot)
        await pilot.app.screen.query_one(HiddenLayer).query_one(UnitGrid).remove()
        await press(pilot, "f1")
        assert box(pilot).explanation is not None
        await press(pilot, "question_mark")
        page = pilot.app.screen
        assert isinstance(page, GlossaryPage)
        await page.query_one(".-here").remove()
        page.on_mount()
        await settle(pilot)


@pytest.mark.parametrize("width", [1, 10, 36])
async def test_the_box_of_a_narrow_terminal(open_app: Any, small: dict[str, Any], width: int) -> None:
    """The size of the terminal may have changed, and the values not yet: they are explained all the same."""
    async with open_app(**small) as pilot:
        await press(pilot, "space", "f1")
        explain = box(pilot)
        found = explain.explanation
        pilot.app._size = Size(width, 10)  # Textual tells the screens of a new size 8 ms later.
        explain.show()
        assert found is not None
        assert explain.query_one("#explanation").styles.width.value == max(width - 2, NARROWEST)


async def test_values_are_explained_in_ascii(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(ascii_only=True, **small) as pilot:
        await press(pilot, "space", "4", "f1")
        assert text(pilot).isascii()
        assert box(pilot).explanation.term == "cross-entropy"


async def test_nan_is_explained(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,), activation="identity", learning_rate=1e6, optimizer="sgd") as pilot:
        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen.snapshot.status.state is State.DIVERGED)
        await settle(pilot)
        for key in ("2", "3", "3x", "4", "4c"):
            await press(pilot, *key)
            await drawn(pilot)
            await press(pilot, "f1")
            for spot in box(pilot).spots[:40]:
                assert spot.explain().meaning
            await press(pilot, "escape")


async def test_no_spot_lies_outside_its_widget(open_app: Any, small: dict[str, Any]) -> None:
    async with open_app(**small) as pilot:
        await press(pilot, "space", "3")
        screen = pilot.app.screen
        spots = list(spots_of(screen, Page(screen)))
        assert all(screen.region.contains_region(spot.region) for spot in spots)
        assert len({spot.region for spot in spots}) == len(spots)


def test_the_nearest_region_lies_in_the_direction() -> None:
    from textual.geometry import Region

    regions = [
        Region(10, 10, 4, 1),
        Region(20, 10, 4, 1),
        Region(16, 12, 2, 1),
        Region(10, 5, 3, 1),
        Region(0, 10, 2, 1),
    ]
    assert [nearest(regions, 0, *way) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))] == [1, 4, 2, 3]
    assert nearest(regions[:1], 0, 1, 0) == 0
