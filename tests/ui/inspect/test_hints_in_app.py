"""Hints in the app: a line in Train and Inspect, the whole list a key away, and the fix too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from piloting import press, rows, settle, snapshot, text
from textual.pilot import Pilot

import tui_nn.ui.shell.unsaved as unsaved_module
from tui_nn.engine.commands import Seek
from tui_nn.render.numbers import percent
from tui_nn.session.hints import RULES, hints
from tui_nn.session.run.status import State, Status
from tui_nn.ui.inspect.hints import HintsView

SICK = {"hidden_sizes": (16,), "train_limit": 1000, "learning_rate": 3.0}
WELL = {"hidden_sizes": (16,), "train_limit": 1000, "learning_rate": 0.05}


def words(pilot: Pilot[Any]) -> str:
    """All that is on the screen, as one line."""
    return " ".join(text(pilot).replace("▸", " ").split())


async def test_train_and_inspect_say_the_first_hint_in_a_line(open_app: Any) -> None:
    """With the keys that lead on; while nothing is wrong the line is not there."""
    async with open_app(**SICK) as pilot:
        assert "why" not in text(pilot)
        await press(pilot, "space")
        assert rows(pilot)[-2].split() == [
            "!",
            "Learning",
            "rate",
            "too",
            "high",
            "w",
            "why",
            "F",
            "fix",
        ]
        await press(pilot, "3")
        assert rows(pilot)[-2].strip().startswith("! Learning rate too high")


async def test_w_lists_every_hint_and_the_chosen_one_in_full(open_app: Any) -> None:
    async with open_app(**WELL | {"optimizer": "adam", "learning_rate": 0.1, "activation": "identity"}) as pilot:
        await press(pilot, "space", "w")
        assert pilot.app.screen.current == "Inspect"
        found = hints(snapshot(pilot))
        assert len(found) > 1
        assert all(hint.sentence in words(pilot) for hint in found)
        assert found[0].why in words(pilot)
        assert found[1].why not in words(pilot)
        await press(pilot, "down")
        assert found[1].why in words(pilot)
        assert f"{len(found)} hints after epoch 1" in text(pilot)


async def test_a_fix_that_starts_over_does(open_app: Any) -> None:
    """F anywhere carries out the first one: other settings, epoch 0, and the hint is gone."""
    async with open_app(**SICK) as pilot:
        await press(pilot, "space")
        fix = hints(snapshot(pilot))[0].fix
        assert fix is not None
        assert fix.start_over
        await press(pilot, "F")
        assert snapshot(pilot).training.learning_rate == fix.settings["learning_rate"]
        assert snapshot(pilot).epoch == 0
        await press(pilot, "space")
        assert "Learning rate too high" not in text(pilot)


async def test_a_fix_after_good_epochs_goes_back_to_the_best_one(open_app: Any) -> None:
    """The rate 3 ruins a network that was good. The fix loses no good epoch, and the bad one stays on the other branch."""
    async with open_app(**WELL) as pilot:
        await press(pilot, *["space"] * 3, "t", *["right"] * 4, "enter", "space")
        assert snapshot(pilot).training.learning_rate == 3.0
        best = snapshot(pilot).history.best
        await press(pilot, "F")
        assert (snapshot(pilot).epoch, snapshot(pilot).training.learning_rate) == (best.epoch, 0.025)
        (said,) = (notice.message for notice in pilot.app._notifications)
        assert said == f"Went back to epoch {best.epoch} (★). Changed: learning rate 0.025"
        await press(pilot, *["space"] * 3)
        assert len(snapshot(pilot).branches) == 2
        assert any('The fix for "learning rate too high" helped' in n.message for n in pilot.app._notifications)


async def test_a_change_after_going_back_waits_for_the_engine_and_is_dropped_elsewhere(open_app: Any) -> None:
    """A snapshot that the engine sent before it read the command says nothing, and another position ends the waiting."""
    async with open_app(**WELL) as pilot:
        await press(pilot, *["space"] * 3, "t", *["right"] * 4, "enter", "space")
        screen, before = pilot.app.screen, snapshot(pilot)
        best = before.history.best.epoch
        hint = next(hint for hint in hints(before) if hint.fix and hint.fix.back_to is not None)
        screen.changes.fix(hint)
        screen.changes.saw(replace(before, status=Status(State.RUNNING)))
        await settle(pilot)
        assert (snapshot(pilot).epoch, snapshot(pilot).training.learning_rate) == (best, 0.025)
        screen.changes.fix(hint)
        screen.send(Seek(1))
        await settle(pilot)
        assert snapshot(pilot).epoch == 1
        await press(pilot, *["]"] * (best - 1))
        assert snapshot(pilot).epoch == best
        assert len(snapshot(pilot).branches) == 2, "the second change was dropped"


async def test_what_the_gradients_say_before_the_first_step_is_fixed_by_its_key_too(open_app: Any) -> None:
    """Train and Inspect say the same of five sigmoid layers at epoch 0, and `F` carries it out in either."""
    sigmoids = {"hidden_sizes": (32,) * 5, "activation": "sigmoid", "weight_init": "xavier_normal"}
    for pane in ("2", "3"):
        async with open_app(train_limit=300, **sigmoids) as pilot:
            await press(pilot, pane)
            assert rows(pilot)[-2].strip().startswith("! Gradient vanishes")
            await press(pilot, "F")
            assert snapshot(pilot).network.activation == "relu"
            assert "Gradient vanishes" not in text(pilot)


async def test_a_fix_is_not_asked_about_and_ctrl_u_undoes_it(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsaved_module, "LONG_RUN", 1e-9)
    async with open_app(**SICK) as pilot:
        await press(pilot, "space", "F")
        assert snapshot(pilot).training.learning_rate < 3.0
        await press(pilot, "ctrl+u")
        assert (snapshot(pilot).training.learning_rate, snapshot(pilot).epoch) == (3.0, 1)


async def test_a_fix_on_the_way_keeps_what_was_learned(open_app: Any) -> None:
    """The chosen hint's fix, by enter in the list."""
    async with open_app(**{**WELL, "learning_rate": 1e-5}) as pilot:
        await press(pilot, "space", "w")
        fix = hints(snapshot(pilot))[0].fix
        assert fix is not None
        assert fix.settings["learning_rate"] >= 1e-4
        await press(pilot, "enter")
        assert snapshot(pilot).training.learning_rate == fix.settings["learning_rate"]
        assert snapshot(pilot).epoch == 1


async def test_nothing_wrong_is_said_with_what_was_looked_for(open_app: Any) -> None:
    async with open_app(**WELL) as pilot:
        await press(pilot, "space", "w")
        assert f"None of the {len(RULES)} checks found a problem." in text(pilot)
        assert all(rule.title in words(pilot) for rule in RULES)
        view = pilot.app.screen.query_one(HintsView)
        assert view.check_action("fix_this", ()) is False
        before = snapshot(pilot).training
        await press(pilot, "enter", "F")
        assert snapshot(pilot).training == before


async def test_an_untrained_network_is_monitored_data_its_first_gradient(open_app: Any) -> None:
    """Five sigmoid layers: the gradient vanishes before anything was trained."""
    async with open_app(hidden_sizes=(16,) * 5, activation="sigmoid", weight_init="xavier_normal") as pilot:
        await press(pilot, "w")
        assert "Gradient vanishes" in text(pilot)
        assert "before the first epoch" in text(pilot)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_hints_fit_every_size_and_plain_ascii(size: tuple[int, int], open_app: Any) -> None:
    async with open_app(size, ascii_only=True, scale_pixels=False, reduction="sum", **SICK) as pilot:
        await press(pilot, "space", "w")
        for _ in range(4):
            assert text(pilot).isascii()
            assert all(line[-1] == " " for line in rows(pilot)[2:-1]), text(pilot)
            await press(pilot, "down")
        view = pilot.app.screen.query_one(HintsView)
        assert view.found[view.at].why.split()[0] in text(pilot), "the chosen one is in view"


async def test_what_no_rule_explains_is_no_praise(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After training that left most digits wrong, it is not said that nothing is."""
    async with open_app(**WELL) as pilot:
        await press(pilot, "w")
        monkeypatch.setattr("tui_nn.ui.inspect.hints.LOW", 1.01)
        await press(pilot, "3", "w")
        assert "checks found a problem" in text(pilot), "an untrained network is not slow"
        await press(pilot, "space")
        shown = snapshot(pilot).record.validation_accuracy
        assert f"The validation accuracy is only {percent(shown, 0)}, but none of the " in words(pilot)
        assert "checks found a cause. Perhaps the training is slow." in words(pilot)
        assert "checks found a problem" not in text(pilot)


async def test_after_a_fix_the_app_says_whether_it_helped(open_app: Any) -> None:
    """As many epochs after the new start as there were before it, with the number before and after."""
    async with open_app(**SICK) as pilot:
        await press(pilot, "space")
        before = snapshot(pilot).record.train_loss
        await press(pilot, "F")
        assert "helped" not in words(pilot)
        await press(pilot, "space")
        after = snapshot(pilot).record.train_loss
        outcome = f"the train loss was {before:.3g} after epoch 1 and is {after:.3g} after epoch 1 of the new run."
        assert outcome in " ".join(str(note.message) for note in pilot.app._notifications)
