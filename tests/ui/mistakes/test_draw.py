"""Draw: with mouse and keys, what the network receives, and a set of one's own to train on."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from piloting import press, rows, settle, snapshot, text
from textual import events
from textual.pilot import Pilot

from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.parameters import Parameters, Pixels
from tui_nn.data.centring import centre
from tui_nn.data.own import PLACE, add_own, own_path, read_own
from tui_nn.render.pictures import braille
from tui_nn.session.run.snapshot import State
from tui_nn.ui.mistakes.draw.board import DrawBoard
from tui_nn.ui.mistakes.draw.view import DrawView
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.shell.main_screen import MainScreen

OpenDraw = Callable[..., AbstractAsyncContextManager[Pilot[None]]]
STROKE = ("p", *["down"] * 5, *["right"] * 4, "p")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))


@pytest.fixture
def draw(open_app: Any) -> OpenDraw:
    """Opens Draw after an epoch of a few digits."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), *, epochs: int = 1, **more: Any) -> AsyncIterator[Pilot[None]]:
        settings = {"hidden_sizes": (8,), "train_limit": 300, "epochs": 2}
        async with open_app(size, **(settings | more)) as pilot:
            await press(pilot, *["space"] * epochs, "4", "d")
            yield pilot

    return opened


def board(pilot: Pilot[Any]) -> Pixels:
    found: Pixels = pilot.app.screen.query_one(DrawBoard).drawing.pixels
    return found


async def test_arrows_draw_while_the_pen_is_down_and_the_network_classifies_the_centred_picture(draw: OpenDraw) -> None:
    async with draw() as pilot:
        await press(pilot, "right")
        assert not board(pilot).any(), "the pen is up"
        await press(pilot, *STROKE)
        drawn = board(pilot)
        await press(pilot, "right")
        assert (board(pilot) == drawn).all(), "it is up again"
        pixels = centre(drawn.reshape(28, 28).astype(float))
        assert (pilot.app.screen.query_one(DrawView)._received.image == pixels).all()
        outputs = evaluate(snapshot(pilot).mlp, pixels[None], np.zeros(1, np.uint8)).outputs[0]
        found = re.search(r"Prediction: (\d), p ([<>]?\.\d\d); next: (\d)", text(pilot))
        assert found
        first, second = np.argsort(-outputs)[:2]
        assert (int(found[1]), int(found[3])) == (first, second)
        assert float(found[2].lstrip("<>")) == pytest.approx(outputs[first], abs=0.011)


async def drag(pilot: Pilot[Any], *offsets: tuple[int, int]) -> None:
    """Move the mouse over cells of the board with the left button held, as a terminal tells it."""
    corner = pilot.app.screen.query_one(DrawBoard).region.offset
    for x, y in offsets:
        at = corner.x + x, corner.y + y
        pilot.app.screen._forward_event(events.MouseMove(None, *at, 0, 0, 1, False, False, False, *at))
    await pilot.pause()


async def test_the_mouse_draws_and_its_strokes_can_be_undone_and_erased(draw: OpenDraw) -> None:
    async with draw() as pilot:
        await pilot.mouse_down(DrawBoard, offset=(8, 4))
        await drag(pilot, (8, 10), (14, 10))
        await pilot.mouse_up(DrawBoard, offset=(14, 10))
        await settle(pilot)
        drawn = board(pilot).reshape(28, 28)
        assert drawn[6:19, 7].all(), "down"
        assert drawn[18, 7:14].all(), "to the right"
        await pilot.hover(DrawBoard, offset=(20, 3))
        assert (board(pilot).reshape(28, 28) == drawn).all(), "no button is held"
        await press(pilot, "x")
        await pilot.mouse_down(DrawBoard, offset=(8, 4))
        await drag(pilot, (8, 10))
        await pilot.mouse_up(DrawBoard, offset=(8, 10))
        await settle(pilot)
        assert not board(pilot).reshape(28, 28)[8:17, 7].any()
        await press(pilot, "u")
        assert board(pilot).reshape(28, 28)[8:17, 7].all()
        await press(pilot, "backspace")
        assert not board(pilot).any()
        assert "Prediction" not in text(pilot)


async def test_a_button_released_outside_the_window_ends_the_stroke(draw: OpenDraw) -> None:
    async with draw() as pilot:
        await pilot.mouse_down(DrawBoard, offset=(8, 4))
        await drag(pilot, (8, 10))
        drawn = board(pilot)
        await pilot.hover(DrawBoard, offset=(20, 10))
        await drag(pilot, (20, 4))
        assert (board(pilot) == drawn).all()


async def test_the_last_own_digits_are_drawn_and_a_label_can_be_clicked(draw: OpenDraw) -> None:
    """The own digits are drawn beside the board, each with its label. The last one is the one that X removes."""
    async with draw() as pilot:
        for label in "38":
            await press(pilot, *STROKE, "enter")
            row = next(row for row in rows(pilot) if "Which digit did you draw?" in row)
            await pilot.click(offset=(row.index(f" {label} ") + 1, rows(pilot).index(row)))
            await settle(pilot)
        own = read_own()
        assert own is not None
        assert own.labels.tolist() == [3, 8]
        assert re.search(r" a 3 +a 8 ", text(pilot))
        assert all(row in text(pilot) for row in braille(own.images[1]))
        assert "2 of your own digits are saved. Press X to remove the last digit." in text(pilot)
        await press(pilot, "X")
        assert "a 8" not in text(pilot)
        assert "1 of your own digits is saved. Press X to remove the last digit." in text(pilot)


async def test_a_drawing_is_added_with_its_label_and_the_next_run_trains_on_it(draw: OpenDraw) -> None:
    """The typed label does not switch panes. In the new run, the drawing is the first training example."""
    async with draw() as pilot:
        await press(pilot, *STROKE)
        pixels = pilot.app.screen.query_one(DrawView)._received.image
        await press(pilot, "enter")
        assert "Which digit did you draw?" in text(pilot)
        await press(pilot, "1")
        await settle(pilot)
        own = read_own()
        assert own is not None
        assert own.labels.tolist() == [1]
        assert (own.images[0] == pixels).all()
        assert pilot.app.screen.current == "Mistakes"
        assert not board(pilot).any(), "ready for the next"
        await press(pilot, "t")
        await settle(pilot)
        session = pilot.app.screen._engine._own._worker.session
        assert session.dataset.source == "bundled+own:1"
        assert (session.dataset.train.images[0] == pixels).all()
        while snapshot(pilot).status.state is State.RUNNING:
            await settle(pilot)
        assert snapshot(pilot).epoch == 2
        assert "1 of your own digits is saved, and the run trains on 1 of them" in text(pilot)
        await press(pilot, "X")
        assert read_own() is None
        assert pilot.app.screen.query_one(MistakesPane).data.data_name == "bundled digits + 1 own"


async def test_a_key_that_cannot_act_says_what_is_missing(draw: OpenDraw) -> None:
    """The run stays as it is if there is no drawing, no own digit, or no new own digit."""
    async with draw() as pilot:

        async def said(*keys: str) -> list[str]:
            pilot.app.clear_notifications()
            await press(pilot, *keys)
            return [note.message for note in pilot.app._notifications]

        assert await said("enter") == ["There is no drawing to save. Draw a digit first."]
        assert "Which digit did you draw?" not in text(pilot)
        assert await said("t") == ["You have not saved any digits yet. Draw a digit, and press enter to save it."]
        await press(pilot, *STROKE)
        assert await said("t") == [
            "This drawing is not saved yet. Press enter to save it first, and then t to train on it."
        ]
        await press(pilot, "enter", "1")
        await settle(pilot)
        assert snapshot(pilot).epoch == 1
        await press(pilot, "t")
        await settle(pilot)
        while snapshot(pilot).status.state is State.RUNNING:
            await settle(pilot)
        assert await said("t") == [
            "The run already trains on all your saved digits. Draw another digit, and press enter to save it."
        ]
        assert snapshot(pilot).epoch == 2


async def test_no_quick_key_is_lost(draw: OpenDraw) -> None:
    """A key that is held down removes one digit each time it repeats."""
    for label in range(4):
        add_own(np.full(784, 9, np.uint8), label)
    async with draw() as pilot:
        for _ in range(3):
            pilot.app.post_message(events.Key("X", "X"))
        await settle(pilot)
        own = read_own()
        assert own is not None
        assert own.labels.tolist() == [0]
        for _ in range(3):
            pilot.app.post_message(events.Key("X", "X"))
        await settle(pilot)
        assert read_own() is None
        assert "Press enter to save the drawing to your own digits." in text(pilot)


async def test_a_digit_that_another_app_saved_meanwhile_is_kept(draw: OpenDraw) -> None:
    add_own(np.full(784, 9, np.uint8), 1)
    async with draw() as pilot:
        add_own(np.full(784, 9, np.uint8), 2)
        await press(pilot, "X")
        (note,) = pilot.app._notifications
        assert note.message == "Another app has changed your own digits, so no digit was removed. Your own digits: 2."
        await press(pilot, "X")
        own = read_own()
        assert own is not None
        assert own.labels.tolist() == [1]


async def test_escape_closes_the_question_and_adds_nothing(draw: OpenDraw) -> None:
    async with draw() as pilot:
        await press(pilot, *STROKE, "enter", "escape")
        assert not own_path().exists()
        assert board(pilot).any()
        assert pilot.app.screen.query_one(MistakesPane).view == "draw"
        await press(pilot, "u")
        assert not board(pilot).any(), "the keys are those of the view again"


async def test_training_on_own_digits_is_undone_by_ctrl_u(draw: OpenDraw) -> None:
    add_own(np.full(784, 9, np.uint8), 3)
    async with draw() as pilot:
        worker = pilot.app.screen._engine._own._worker
        await press(pilot, "t")
        assert worker.session.dataset.source == "bundled+own:1"
        await press(pilot, "ctrl+u")
        assert worker.session.dataset.source == "bundled"
        assert snapshot(pilot).epoch == 1


async def test_a_damaged_file_of_own_digits_is_reported_and_not_changed(draw: OpenDraw) -> None:
    own_path().write_bytes(b"something else")
    async with draw() as pilot:
        assert "Your own digits" in text(pilot)
        await press(pilot, *STROKE, "enter", "7")
        await settle(pilot)
        assert own_path().read_bytes() == b"something else"


async def test_a_network_of_nan_makes_no_prediction(draw: OpenDraw) -> None:
    async with draw() as pilot:
        shown = snapshot(pilot)
        nan = Parameters(shown.parameters.sizes, True, np.full_like(shown.parameters.vector, np.nan))
        pilot.app.screen.snapshot = replace(shown, parameters=nan, step=99)
        await press(pilot, *STROKE)
        assert "There is no prediction, because the outputs are NaN." in text(pilot)


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), True), ((120, 40), False), ((60, 20), False)])
async def test_the_draw_view_fits_every_size(draw: OpenDraw, size: tuple[int, int], ascii_only: bool) -> None:
    async with draw(size, ascii_only=ascii_only, epochs=0) as pilot:
        await press(pilot, *STROKE)
        assert "The network is untrained" in text(pilot)
        assert re.search(r"▸\d █|>\d #", text(pilot)), "the answer"
        assert pilot.app.screen.query_one(DrawBoard).zoom == (size == (120, 40))
        if ascii_only:
            assert text(pilot).isascii()
            assert "the network's input" in text(pilot)
            assert "Untrained: a guess." in text(pilot)
        await press(pilot, "enter")
        assert "Which digit did you draw?" in text(pilot)


ARROWS = ["up", "down", "left", "right"]
KEYS = {
    "d": [*ARROWS * 4, *"ppxxu", "backspace", "enter", "9", "0", "d"],
    "w": [*ARROWS * 2, *"shtwnp", "home", "pagedown", "w"],
    "v": [*ARROWS * 2, *"oiphnN0", "comma", "full_stop", "plus", "minus", "backspace", "v"],
}
"""By the key of the view."""
STRAY = [*"bfgijklmqryz1", "escape", "space", "tab", "home", "end", "left_square_bracket", "right_square_bracket"]
"""What leads elsewhere, or trains."""


@pytest.mark.parametrize("many", [150, pytest.param(2000, marks=pytest.mark.slow)])
async def test_random_events_raise_nothing(draw: OpenDraw, many: int) -> None:
    """The events are keys, some of which lead to other views, and mouse buttons pressed, dragged and released anywhere."""
    chance = random.Random(6)
    async with draw() as pilot:
        app = pilot.app

        def press_key(key: str) -> None:
            app.post_message(events.Key(key, key if len(key) == 1 else None))

        for number in range(many):
            if number % 60 == 0:
                while not isinstance(app.screen, MainScreen):
                    app.pop_screen()
                    await pilot.pause()
                view = "dwdvd"[number // 60 % 5]
                for key in ("escape", "4", view):
                    press_key(key)
            if chance.random() < 0.4:
                press_key(chance.choice(STRAY if chance.random() < 0.02 else KEYS[view]))
            else:
                # Seldom on the tabs: to mount the other panes takes most of the time.
                x, y = chance.randrange(80), chance.randrange(0 if chance.random() < 0.02 else 3, 24)
                kind = chance.choice((events.MouseDown, events.MouseMove, events.MouseMove, events.MouseUp))
                button = chance.choice((0, 1, 1, 3))
                app.post_message(kind(None, x, y, 0, 0, button, False, False, False, x, y))
            if number % 40 == 0:
                await pilot.pause()
        await settle(pilot)
        assert app.is_running
        assert app._exception is None
