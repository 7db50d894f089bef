"""Back and on in the app: every pane shows the network as it was."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from piloting import press, settle, snapshot, text
from textual.widgets import Input

from tui_nn.session.run.snapshot import State
from tui_nn.ui.train.branches import Branches
from tui_nn.ui.train.epoch_line import EpochLine
from tui_nn.ui.train.numbers import Numbers

SMALL = {"hidden_sizes": (8,), "train_limit": 300}


async def test_keys_go_back_and_on(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 12)
        then = snapshot(pilot)
        for key, epoch in (("[", 11), ("[", 10), ("]", 11), ("{", 1), ("home", 0), ("}", 10), ("end", 12), ("[", 11)):
            await press(pilot, {"[": "left_square_bracket", "]": "right_square_bracket", "{": "left_curly_bracket",
                                "}": "right_curly_bracket"}.get(key, key))  # fmt: skip
            now = snapshot(pilot)
            assert now.epoch == epoch
            record = then.history.records[epoch]
            assert np.array_equal(now.evaluation.predicted, record.predicted)
            assert f"[ ◂ epoch {epoch} ▸ ] of 20" in text(pilot)
        assert "◂ looking back" in text(pilot)
        await press(pilot, "asterisk")
        assert snapshot(pilot).epoch == then.history.best.epoch


async def test_held_keys_add_up(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 5)
        await pilot.press(*["left_square_bracket"] * 3)
        await settle(pilot)
        assert snapshot(pilot).epoch == 2


async def test_an_epoch_by_its_number(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 4, "g")
        await press(pilot, "9", "enter")
        assert "The epoch must be a whole number from 0 to 4." in text(pilot), text(pilot)
        pilot.app.screen.query_one(Input).value = "3"
        await press(pilot, "enter")
        assert snapshot(pilot).epoch == 3


async def test_the_mouse_on_the_timeline_and_on_the_brackets(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 10)
        timeline = pilot.app.screen.query_one(EpochLine)
        await pilot.click(EpochLine, offset=(timeline.indent, 0))
        await settle(pilot)
        assert snapshot(pilot).epoch == 0
        await pilot.click(Numbers, offset=(18, pilot.app.screen.query_one(Numbers).size.height - 1))
        await settle(pilot)
        assert snapshot(pilot).epoch == 1


async def test_a_branch_is_drawn_named_and_left(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 4, "left_square_bracket", "left_square_bracket")
        assert "a change starts a branch" in text(pilot)
        await press(pilot, "1", "tab", "right", "a", "2", "space")
        now = snapshot(pilot)
        assert (now.epoch, now.branch, len(now.branches)) == (3, 1, 2)
        assert "learning rate 0.1 → 0.3" in text(pilot)
        assert "other branch" in text(pilot)
        await press(pilot, "T")
        assert isinstance(pilot.app.screen, Branches)
        assert "└ branch 2" in text(pilot)
        await press(pilot, "n", "ctrl+u", "x", "enter")
        await press(pilot, "up", "enter")
        now = snapshot(pilot)
        assert (now.epoch, now.branch, now.status.state) == (4, 0, State.READY)
        assert now.branches[1].name == "x"


async def test_a_weight_changed_by_hand_is_named_alike_wherever_it_is_told(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "3", "u", "c", "e", "ctrl+u", "5", "enter")
        box = re.search(r"row \d+, col \d+", text(pilot))
        assert box, text(pilot)
        assert re.search(rf"Copy with {box[0]} → u(nit )?0: 5 · test", text(pilot)), text(pilot)
        await press(pilot, "k")
        assert "Now in a new branch" in text(pilot)
        await press(pilot, "2")
        assert f"{box[0]} → unit 0: 5" in text(pilot)
        await press(pilot, "T")
        assert re.search(rf"epoch 2: {box[0]} → u(nit )?0: 5 ", text(pilot)), text(pilot)


async def test_the_best_after_a_kept_change_is_what_its_key_leads_to(open_app: Any) -> None:
    """The network as it was before the change is on another branch, and its numbers are not to be had here."""

    def told(pilot: Any, name: str) -> list[str]:
        """Loss and accuracy of a row of the numbers."""
        found = re.search(rf" {name} +([\d.]+) +([\d.]+) %", text(pilot))
        assert found, text(pilot)
        return list(found.groups())

    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "3", "u", "o", "k", "2")
        best = told(pilot, "★ best")
        await press(pilot, "asterisk")
        assert told(pilot, "validation") == told(pilot, "★ best") == best


async def test_a_batch_back(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "b", "b", "B")
        assert (snapshot(pilot).epoch, snapshot(pilot).progress.batch) == (1, 1)
        await press(pilot, "B", "B")
        assert (snapshot(pilot).epoch, snapshot(pilot).progress.batch) == (0, 4)
        assert "batch 4 of 5" in text(pilot), text(pilot)


async def test_saving_and_starting_over_while_looking_back(open_app: Any, tmp_path: Any) -> None:
    """The file of a run is not given to another that begins at epoch 0, and stays that of this one on the way back."""
    async with open_app(save_as=str(tmp_path / "a.run"), **SMALL) as pilot:
        await press(pilot, *["space"] * 3, "home")
        assert pilot.app.screen.file.path is not None
        await press(pilot, "R")
        assert pilot.app.screen.file.path is None
        assert (snapshot(pilot).epoch, snapshot(pilot).newest_epoch) == (0, 0)


async def test_the_mouse_dragged_along_the_timeline_takes_the_network_along(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, *["space"] * 10)
        timeline = pilot.app.screen.query_one(EpochLine)
        left, right = timeline.indent, timeline.size.width - 1
        await pilot.mouse_down(EpochLine, offset=(right, 0))
        seen = []
        for epoch in (10, 8, 6, 4, 2, 0):
            await pilot.hover(EpochLine, offset=(left + round(epoch / 10 * (right - left)), 0))
            await settle(pilot)
            seen.append(snapshot(pilot).epoch)
        assert seen == [10, 8, 6, 4, 2, 0]
        # Beyond its ends it stays at the first and the newest; once let go of, it follows no more.
        await pilot.hover(EpochLine, offset=(0, 0))
        await pilot.mouse_up(EpochLine, offset=(left, 0))
        await pilot.hover(EpochLine, offset=(right, 0))
        await settle(pilot)
        assert snapshot(pilot).epoch == 0


async def test_a_branch_from_the_start_has_no_pace_before_it_trains(open_app: Any) -> None:
    """What the chart says, nothing trained yet, the numbers say too."""
    async with open_app(**SMALL, validation=0.0) as pilot:
        await press(pilot, "space", "space")
        assert "examples a second" in text(pilot)
        await press(pilot, "home", "1", "tab", "right", "a", "2")
        assert (snapshot(pilot).branch, snapshot(pilot).newest_epoch) == (1, 0)
        assert "examples a second" not in text(pilot)
        assert "parameters" in text(pilot)


async def test_the_keys_lead_from_the_last_complete_epoch_to_the_batches_after_it(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "b", "b", "left_square_bracket", "4")
        assert snapshot(pilot).place == (1, 0)
        assert "You are looking back at epoch 1. The newest state is epoch 1, batch 2." in text(pilot)
        await press(pilot, "3")
        assert "You are looking back at epoch 1. The newest state is epoch 1, batch 2" in text(pilot)
        await press(pilot, "right_square_bracket")
        assert snapshot(pilot).place == (1, 2)
        assert "You are looking back" not in text(pilot)
