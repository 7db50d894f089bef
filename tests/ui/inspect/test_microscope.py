"""The microscope on the screen: keys, what is greyed, and what is the same from act to act."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from piloting import press, snapshot, text
from textual.pilot import Pilot

from tests.ui.conftest import OpenApp
from tui_nn.session.run.snapshot import State
from tui_nn.ui.inspect.microscope.view import MicroscopeView


def view(pilot: Pilot[Any]) -> MicroscopeView:
    return pilot.app.screen.query_one(MicroscopeView)


SMALL = {"hidden_sizes": (16,), "batch_size": 32, "train_limit": 96}


@pytest.mark.parametrize("start", ["1", "2", "3", "4"])
async def test_m_opens_it_from_every_pane_and_steps(open_app: OpenApp, start: str) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, start, "m")
        assert "▐3 Inspect▌" in text(pilot)
        assert "step 1 of 11" in text(pilot)
        assert "inside an update" in text(pilot)
        await press(pilot, "m", "m")
        assert "step 3 of 11" in text(pilot)


async def test_each_act_is_seen_and_the_last_one_commits(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        before = snapshot(pilot).parameters.vector.copy()
        for number in range(1, 12):
            await press(pilot, "m")
            assert f"step {number} of 11" in text(pilot)
            assert snapshot(pilot).step == (1 if number == 11 else 0)
        assert not np.array_equal(snapshot(pilot).parameters.vector, before)
        assert snapshot(pilot).status.state is State.PAUSED
        # What the step was worth stands there, predicted beside measured.
        update = snapshot(pilot).update
        assert update is not None
        assert update.step is not None
        assert re.search(r"g·Δw +−", text(pilot))
        assert f"{update.batch_loss:.4f}" in text(pilot)
        assert f"{update.step.loss:.4f}" in text(pilot)
        await press(pilot, "m")
        assert "Batch 2 of 3" in text(pilot)


async def test_back_is_free_and_training_keys_are_greyed_inside(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "m", "m", "m", "m", "M", "M")
        assert "step 2 of 11" in text(pilot)
        assert snapshot(pilot).update.done == 4  # type: ignore[union-attr]
        for action in ("step_epoch", "step_batch", "run"):
            assert pilot.app.screen.check_action(action, ()) is None
        await press(pilot, "space", "b", "r")
        assert snapshot(pilot).update.done == 4  # type: ignore[union-attr]
        await press(pilot, "m")
        assert "step 3 of 11" in text(pilot)
        assert snapshot(pilot).update.done == 4  # type: ignore[union-attr]
        await press(pilot, "end")
        assert "step 4 of 11" in text(pilot)


async def test_escape_drops_and_nothing_has_changed(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        before = snapshot(pilot)
        await press(pilot, "m", "m", "m", "escape")
        after = snapshot(pilot)
        assert after.update is None
        assert (after.step, after.status) == (before.step, before.status)
        assert np.array_equal(after.parameters.vector, before.parameters.vector)
        assert "Press m to go through the next update step by step" in text(pilot)
        assert re.search(r"dW1  dW1 = a0.T @ δ1 +how the loss changes with W1", text(pilot)), "the steps are listed"
        await press(pilot, "escape")
        assert not view(pilot).display


async def test_enter_finishes(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "m", "enter")
        assert "step 11 of 11" in text(pilot)
        assert snapshot(pilot).step == 1


async def test_what_is_chosen_stays_from_act_to_act(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "m", "m", "n", "n", "u", "down", "right")
        scope = view(pilot)
        row, path = scope.path.row, scope.path.path
        pixel, unit = path[0], path[1]
        assert row == 2
        assert f"z0[2,{unit}]" in text(pilot)
        assert f"row {pixel // 28}, column {pixel % 28}" in text(pilot)
        await press(pilot, *("m" * 8))
        assert f"dW0[{pixel},{unit}]" in text(pilot)
        await press(pilot, "m")
        assert f"W0[{pixel},{unit}]" in text(pilot) or "w = " in text(pilot)
        assert (scope.path.row, scope.path.path) == (row, path)


async def test_the_formula_and_the_line_that_did_it(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "m", "m")
        assert "z0 = x @ W0 + b0    (32×784) @ (784×16) + (16) → (32×16)" in text(pilot)
        await press(pilot, "f")
        assert "np.matmul(x, W0, out=z0); z0 += b0" in text(pilot)


async def test_m_pauses_a_run_and_opens(open_app: OpenApp) -> None:
    async with open_app(**{**SMALL, "epochs": 40}) as pilot:
        pilot.app.screen.action_run()  # type: ignore[attr-defined]
        pilot.app.screen.listen()  # type: ignore[attr-defined]
        assert snapshot(pilot).status.state is State.RUNNING
        await press(pilot, "m")
        assert snapshot(pilot).status.state is State.INSIDE
        assert "step 1 of 11" in text(pilot)


async def test_a_network_that_diverged_shows_which_act_did_it(open_app: OpenApp) -> None:
    async with open_app(**{**SMALL, "activation": "identity", "learning_rate": 1e6, "train_limit": 900}) as pilot:
        await press(pilot, "space")
        assert snapshot(pilot).status.state is State.DIVERGED
        await press(pilot, "m")
        update = snapshot(pilot).update
        assert update is not None
        assert update.failure is not None
        assert f"step {update.failure.act + 1} of 11" in text(pilot)
        assert re.search("NaN or infinity first appeared in", text(pilot))
        assert "beyond ±3.4e38, the limit of float32" in text(pilot)
        assert "!" in text(pilot)
        # Earlier acts can be looked at, and those that it spoilt, and no more.
        await press(pilot, "home")
        assert "step 1 of 11" in text(pilot)
        await press(pilot, *("m" * 15))
        assert f"step {update.done} of 11" in text(pilot)
        assert snapshot(pilot).update is update


async def test_looking_back_shows_what_was_and_changes_nothing(open_app: OpenApp) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "space", "space", "space")
        history, newest = snapshot(pilot).history, snapshot(pilot).parameters.vector
        await press(pilot, "left_square_bracket", "left_square_bracket")
        there = snapshot(pilot).parameters.vector
        await press(pilot, "m")
        update = snapshot(pilot).update
        assert update is not None
        assert (update.epoch, update.batch, update.history) == (2, 1, True)
        assert np.array_equal(update.before.vector, there)
        await press(pilot, "enter")
        assert "replay: nothing changes" in text(pilot)
        assert "moves a little" in text(pilot)
        assert snapshot(pilot).history == history
        assert len(snapshot(pilot).branches) == 1
        await press(pilot, "2", "end")
        assert np.array_equal(snapshot(pilot).parameters.vector, newest)


async def test_where_there_is_room_the_network_and_the_way_are_seen(open_app: OpenApp) -> None:
    async with open_app((100, 34), **SMALL) as pilot:
        await press(pilot, "m", "m")
        assert "784 pixels ─▸W0 ─▸16 relu ─ W1 ─ 10 softmax ─ loss" in text(pilot)
        await press(pilot, *("m" * 8))
        seen = text(pilot)
        assert "▸W0 ─ 16 relu" in seen
        lines = seen.split("\n")
        numbers = view(pilot)._scene.numbers[0]  # type: ignore[union-attr]
        assert [lines[5].strip(), lines[-3].strip()] == [numbers, f"dW0  {numbers}"]


CONFIGS = [
    {"hidden_sizes": (128,)},
    {"hidden_sizes": (32,) * 5, "activation": "sigmoid", "loss": "sigmoid_mse", "optimizer": "adam", "use_bias": False},
    {
        "hidden_sizes": (40, 20),
        "batch_size": None,
        "train_limit": 2100,
        "optimizer": "momentum",
        "l2": 0.01,
        "reduction": "sum",
    },
    {"hidden_sizes": (), "dropout": 0.0, "label_smoothing": 0.1, "noise": "gaussian"},
    {"hidden_sizes": (300, 6), "activation": "gelu", "dropout": 0.3, "clip_norm": 0.5, "schedule": "cosine"},
]


@pytest.mark.parametrize(
    ("config", "size"),
    [
        pytest.param(CONFIGS[0], (80, 24), id="usual"),
        pytest.param(CONFIGS[1], (80, 24), id="deep"),
        pytest.param(CONFIGS[2], (80, 24), id="full"),
        pytest.param(CONFIGS[3], (80, 24), id="none hidden", marks=pytest.mark.slow),
        pytest.param(CONFIGS[4], (80, 24), id="wide", marks=pytest.mark.slow),
        pytest.param(CONFIGS[1], (120, 40), id="roomy", marks=pytest.mark.slow),
    ],
)
async def test_no_word_is_cut_in_any_act(open_app: OpenApp, config: dict[str, Any], size: tuple[int, int]) -> None:
    async with open_app(size, **{**SMALL, **config}) as pilot:
        await press(pilot, "m")
        acts = len(snapshot(pilot).update.plan)  # type: ignore[union-attr]
        for number in range(1, acts + 1):
            lines = text(pilot).split("\n")
            assert re.search(rf"step {number} of {acts}$", lines[3].rstrip()), lines[3]
            assert all(len(line) <= size[0] for line in lines)
            scope = view(pilot)
            scene = scope._scene
            assert scene is not None
            assert any(sentence in lines[3] for sentence in scene.sentence), lines[3]
            assert any(numbers in lines[5] for numbers in scene.numbers), lines[5]
            assert not re.search(r"\S…", lines[4])
            for slot in scene.slots:
                assert slot.caption[2:] in lines[6], (slot.caption, lines[6])
                for line in slot.words:
                    words = "".join(part for part, _ in line).rstrip()
                    assert any(words in row for row in lines[7:-2]), words
            await pilot.press("m")
            pilot.app.screen.listen()  # type: ignore[attr-defined]
            await pilot.pause()


async def test_ascii_has_a_star_for_a_product(open_app: OpenApp) -> None:
    async with open_app(ascii_only=True, **SMALL) as pilot:
        await press(pilot, "m", "m")
        strips = pilot.app.screen._compositor.render_strips()
        filtered = [strip.apply_filter(pilot.app._ascii[0], pilot.app.screen.styles.background) for strip in strips]
        seen = "\n".join("".join(segment.text for segment in strip) for strip in filtered)
        seen = seen.replace("\n\n", "\n")
        assert seen.isascii()
        assert re.search(r"z0\[0,\d+\] = -?[\d.]+\*-?[\d.]+ \+ ", seen)
        assert " to (32x16)" in seen


async def test_w_leads_nowhere_else(open_app: OpenApp) -> None:
    """The key of the hints in the app; here it has a meaning in one act."""
    async with open_app(hidden_sizes=(), batch_size=32, train_limit=96) as pilot:
        await press(pilot, "m", "w", "m", "w")
        assert "step 2 of" in text(pilot)
        await press(pilot, "enter", "w")
        assert "loss of batch" in text(pilot)


async def test_nothing_is_cut_at_80_columns(open_app: OpenApp) -> None:
    async with open_app(size=(80, 24), **SMALL) as pilot:
        await press(pilot, "space", "3", "m")
        assert re.search(r"f code .*\? help", text(pilot))
        await press(pilot, "enter")
        assert re.search(r"change +[−+]\S+ [↓↑]", text(pilot))
        await press(pilot, "space", "left_square_bracket")
        assert re.search(r"Press m .* update.*: epoch \d, batch \d of \d\. *\n", text(pilot))


async def test_at_the_smallest_size_a_line_keeps_what_it_comes_to(open_app: OpenApp) -> None:
    async with open_app((60, 20), **{**SMALL, "optimizer": "adam", "dropout": 0.5, "train_limit": 900}) as pilot:
        for number in range(1, 12):
            await press(pilot, "m")
            assert f"step {number} of 11" in text(pilot)
            line = text(pilot).split("\n")[5]
            assert re.search(r"^  (\w+\[[\d,]+\]|w) .*[=≈] −?([\d.e−]+|Inf) *$", line), line


async def test_ascii_mathematics_says_square_sum_and_root(open_app: OpenApp) -> None:
    async with open_app((120, 40), ascii_only=True, loss="sigmoid_mse", **{**SMALL, "optimizer": "adam"}) as pilot:
        await press(pilot, *["m"] * 6)
        assert "L = sum (a - y)^2 / 2" in text(pilot)
        assert re.search(r"L\[0\] = \(\(\S+ - 1\)\^2 \+ ", text(pilot))
        await press(pilot, "enter")
        assert "/ (sqrt " in text(pilot)
