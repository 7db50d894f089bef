"""The Train pane: a learner trains and sees it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from piloting import drawn, press, rows, settle, snapshot, text, until
from textual.pilot import Pilot

from tui_nn.session.run.snapshot import State, Status
from tui_nn.ui.train.numbers import Numbers


async def reach(pilot: Pilot[Any], state: State) -> None:
    """Let the engine train until it is there."""
    await until(pilot, lambda: snapshot(pilot).status.state is state)


async def test_an_untrained_network_shows_the_first_keys_and_the_loss_of_a_guess(open_app: Any) -> None:
    """The opening screen names the first keys, the chance line and the untrained loss."""
    async with open_app() as pilot:
        await drawn(pilot)
        shown = text(pilot)
        for words in ("Nothing trained yet.", "train one epoch", "chance: ln 10 = 2.303", "untrained", "101,770"):
            assert words in shown
        assert f"{snapshot(pilot).record.test_loss:.3f}" in shown
        await press(pilot, "space", "R")
        await drawn(pilot)
        assert "run A" in text(pilot)
        assert "Nothing trained yet." not in text(pilot), "the words would cover the curve of the run before"


async def test_five_epochs_classify_most_digits(open_app: Any) -> None:
    """Five presses of space train five epochs, and bring test accuracy above 88 %."""
    async with open_app() as pilot:
        await pilot.press(*["space"] * 5)
        await until(pilot, lambda: snapshot(pilot).epoch >= 5)
        assert snapshot(pilot).epoch == 5
        assert snapshot(pilot).record.test_accuracy > 0.88
        await drawn(pilot)
        record = snapshot(pilot).record
        assert re.search(rf"test +{record.test_loss:.3f} +{record.test_accuracy * 100:.2f} %", text(pilot))
        assert "epoch 5 done" in text(pilot)
        assert "[ ◂ epoch 5 ▸ ] of 20" in text(pilot)


async def test_the_screen_shows_the_numbers_of_the_snapshot(open_app: Any) -> None:
    """The accuracies, predictions and marks of the classes agree with the arrays."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("space")
        await settle(pilot)
        evaluation, test = snapshot(pilot).evaluation, pilot.app.screen.opened.test
        line = next(row for row in rows(pilot) if row.startswith(" by class"))
        shown = [int(share) for share in re.findall(r"(\d+)%", line)]
        expected = [round(float((evaluation.predicted[test.labels == d] == d).mean()) * 100) for d in range(10)]
        assert shown == expected
        assert line.count("▾") + line.count("∅") >= 1
        legend = {"▾": "▾ lowest", "∅": "∅ never"}
        assert all((mark in line) == (words in text(pilot)) for mark, words in legend.items())
        answers = re.findall(r"([✓✗])(\d)", next(row for row in rows(pilot) if row.startswith(" predicted")))
        probes = [int((test.labels == d).argmax()) for d in range(10)]
        assert [int(answer) for _, answer in answers] == [int(evaluation.predicted[probe]) for probe in probes]
        assert [mark == "✓" for mark, _ in answers] == [int(evaluation.predicted[p]) == d for d, p in enumerate(probes)]


async def test_run_shows_progress_and_pause_stops(open_app: Any) -> None:
    """r starts the run, the status shows it, and the footer offers to pause. r again stops it where it is."""
    async with open_app(hidden_sizes=(16,), epochs=100_000) as pilot:
        assert "r run" in rows(pilot)[-1]
        await pilot.press("r")
        await settle(pilot)
        assert snapshot(pilot).status.state is State.RUNNING
        assert "▸ running" in rows(pilot)[0]
        assert "r pause" in rows(pilot)[-1]
        await pilot.press("r")
        await settle(pilot)
        epoch = snapshot(pilot).epoch
        assert snapshot(pilot).status.state is State.READY
        await settle(pilot)
        assert snapshot(pilot).epoch == epoch


async def test_a_batch_is_a_part_of_an_epoch(open_app: Any) -> None:
    """b does one update, and the screen shows the unfinished epoch. space completes it."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("b")
        await settle(pilot)
        assert "‖ paused" in rows(pilot)[0]
        assert "batch 1 of 57" in text(pilot)
        await pilot.press("space")
        await settle(pilot)
        assert snapshot(pilot).epoch == 1
        assert snapshot(pilot).progress.step == 57


async def test_keys_switch_the_chart_between_loss_and_accuracy_and_between_axes(open_app: Any) -> None:
    """v and y change the chart, and the heading names the new one."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("space", "space")
        await drawn(pilot)
        assert "chance: ln 10" in text(pilot)
        await pilot.press("v")
        await drawn(pilot)
        assert "chance: 10 %" in text(pilot)
        assert rows(pilot)[2].startswith(" accuracy")
        await pilot.press("y")
        await drawn(pilot)
        assert rows(pilot)[2].startswith(" loss log")


async def test_start_over_repeats_and_new_weights_differ(open_app: Any) -> None:
    """R repeats the same history bit for bit, and N takes the next seed."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("space", "space")
        await settle(pilot)
        first = snapshot(pilot)
        await pilot.press("R")
        await settle(pilot)
        assert snapshot(pilot).epoch == 0
        await pilot.press("space", "space")
        await settle(pilot)
        assert snapshot(pilot).history == first.history
        assert snapshot(pilot).parameters.vector.tobytes() == first.parameters.vector.tobytes()
        await pilot.press("N")
        await settle(pilot)
        assert snapshot(pilot).training.seed == first.training.seed + 1
        assert snapshot(pilot).record.test_loss != first.history.records[0].test_loss


async def test_divergence_is_shown_with_its_reason(open_app: Any) -> None:
    """With a learning rate that is far too high, the screen shows the state, the place and a remedy. Nothing is raised."""
    async with open_app(hidden_sizes=(16,), activation="identity", learning_rate=1e6, optimizer="sgd") as pilot:
        await pilot.press("r")
        await reach(pilot, State.DIVERGED)
        await drawn(pilot)
        assert "✗ diverged" in rows(pilot)[0]
        assert "not finite" in text(pilot)
        assert re.search(r"epoch \d+, batch \d+", text(pilot))
        await pilot.press("space")
        await settle(pilot)
        assert snapshot(pilot).status.state is State.DIVERGED
        await pilot.press("R")
        await settle(pilot)
        assert snapshot(pilot).status.state is State.READY


@pytest.mark.parametrize("size", [(60, 20), (79, 21), (80, 24), (100, 30), (120, 40), (160, 50), (250, 80)])
async def test_every_size_shows_the_numbers(open_app: Any, size: tuple[int, int]) -> None:
    """Even the smallest screen shows the losses and the accuracy of each class."""
    async with open_app(size, hidden_sizes=(16,)) as pilot:
        await pilot.press("space")
        await drawn(pilot)
        assert f"{snapshot(pilot).record.test_loss:.3f}" in text(pilot)
        assert "by class" in text(pilot)
        assert "epoch 1" in text(pilot)


@pytest.mark.parametrize(
    ("epoch", "plan", "slider"),
    [
        (20, 20, "[ ◂ epoch 20 ▸ ] of 20"),
        (1190, 2000, "[ ◂ 1,190 ▸ ] of 2,000"),
        (123_456, 200_000, "[ ◂ 123,456 ▸ ] of 200,000"),
        (123_456, 1_000_000, "[ ◂ 123,456 ▸ ] of 1,000,000"),
    ],
)
async def test_a_long_run_has_room_for_its_epochs(open_app: Any, epoch: int, plan: int, slider: str) -> None:
    """At 80 columns a total is whole or left out, never cut. All numbers of epochs have commas."""
    async with open_app(hidden_sizes=(4,), train_limit=100, validation=0.0) as pilot:
        await pilot.press("space")
        await settle(pilot)
        now, numbers = snapshot(pilot), pilot.app.screen.query_one(Numbers)
        records = tuple(replace(now.history.records[1], epoch=number, test_loss=-number) for number in range(epoch + 1))
        now = replace(now, training=replace(now.training, epochs=plan), epoch=epoch)
        for state in (State.READY, State.RUNNING, State.LOOKING_BACK):
            long = replace(now, history=replace(now.history, records=records), status=Status(state))
            numbers.snapshot = replace(long, progress=replace(now.progress, batch=state is State.LOOKING_BACK))
            shown = [row.plain for row in numbers.render().split("\n")]
            whole = slider if len(slider) <= 27 else f"[ ◂ epoch {epoch:,} ▸ ]"
            assert shown[-1] == whole
            assert max(map(len, shown)) <= 27
            assert f"epoch {epoch:,}" in "\n".join(shown)
            assert re.findall(r"\d{4,}", "\n".join(shown)) == []
