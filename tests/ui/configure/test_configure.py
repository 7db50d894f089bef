"""The Configure pane: its text, its keys, and the commands that reach the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from piloting import rows, settle, snapshot, text
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import Setting
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.engine.commands import Change, Command, Restart, Run
from tui_nn.engine.look import read_look
from tui_nn.engine.messages import Notice
from tui_nn.presets import load_preset, preset_names
from tui_nn.presets.share import share_line
from tui_nn.session.run import history as run_history
from tui_nn.session.run.snapshot import State
from tui_nn.ui.configure.draft import SETTINGS, Draft
from tui_nn.ui.configure.explanation import explain_field, explain_preset
from tui_nn.ui.configure.field import Field, FieldRows
from tui_nn.ui.shell import unsaved

OpenForm = Callable[..., AbstractAsyncContextManager[Any]]
_KEYS = {",": "comma", ".": "full_stop"}


def row_of(pilot: Pilot[Any], label: str) -> str:
    """Return the first row that has the label at the start of a column."""
    return next(row for row in rows(pilot) if re.search(rf"(^|[ •↺]){label} ", row))


def field(pilot: Pilot[Any], name: str) -> Field:
    return pilot.app.screen.query_one(f"#{name}", Field)


def focused(pilot: Pilot[Any]) -> str | None:
    widget = pilot.app.screen.focused
    return widget.id if isinstance(widget, Field) else type(widget).__name__


def draft_of(pilot: Pilot[Any]) -> Any:
    return pilot.app.screen.query_one("#configure")._draft


async def focus(pilot: Pilot[Any], name: str) -> None:
    field(pilot, name).focus()
    await pilot.pause()


async def type_value(pilot: Pilot[Any], value: str) -> None:
    """Replace the value of the focused field by typing, and keep it."""
    await pilot.press("enter", "ctrl+u", *(_KEYS.get(character, character) for character in value), "enter")
    await pilot.pause()


@pytest.fixture
def open_form(open_app: Any) -> Any:
    """Open the app on Configure, with a list of the commands that reach the engine."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), *, epochs_done: int = 0, **values: Any) -> Any:
        async with open_app(size=size, **values) as pilot:
            for _ in range(epochs_done):
                await pilot.press("space")
                await settle(pilot)
            await pilot.press("1")
            await settle(pilot)
            told: list[Command] = []
            send = pilot.app.screen._engine.send

            def listen_in(command: Command) -> None:
                told.append(command)
                send(command)

            pilot.app.screen._engine.send = listen_in
            pilot.told = told
            yield pilot

    return opened


# ---- The screen


async def test_the_main_settings_are_seen_first_and_o_shows_all_at_80x24(open_form: OpenForm) -> None:
    """Label, value and the mark of a new network share a row. The heading counts hidden rows, and a few keys show them."""
    async with open_form() as pilot:
        shown = "\n".join(rows(pilot)[3:15])
        visible = {s.label for s in settings() if re.search(rf"(^|[ •↺\n]){s.label} ", shown)}
        assert "more" not in rows(pilot)[2], "nothing is scrolled away"
        assert re.search(r"hidden sizes [ ◂]+128[ ▸]+↺ +learning rate +0.1", rows(pilot)[3])
        assert re.search(r" activation +relu ", rows(pilot)[4])
        assert f"o  {len(settings()) - len(visible)} more settings" in shown
        assert not {"leaky slope", "generator", "beta1"} & visible
        assert {"weight init", "batch size", "seed", "dropout"} < visible
        await pilot.press("o")
        await pilot.pause()
        assert "▾" in rows(pilot)[2]
        assert rows(pilot)[3:7] == [row.replace("▾", " ") for row in shown.splitlines()][:4], "the first rows stay"
        seen = "\n".join(rows(pilot)[3:15])
        await pilot.press("tab", *["down"] * 12)
        await pilot.pause()
        seen += "\n".join(rows(pilot)[3:15])
        await pilot.press("end")
        await pilot.pause()
        seen += "\n".join(rows(pilot)[3:15])
        assert re.search(r"▴ \d+ more", rows(pilot)[2])
        for setting in settings():
            value = re.escape(draft_of(pilot).view(setting.name).text)
            assert re.search(rf"[ •\n]{setting.label} *[–◂ ] {value}", seen), setting.label
        assert re.search(r"leaky slope  – 0.01 ", row_of(pilot, "leaky slope"))
        assert "784-128-10 relu he_normal softmax-ce momentum lr=.1 bs=64 … c copies all" in text(pilot)
        assert "100,480 + 1,290 = 101,770 parameters   57 updates an epoch" in text(pilot)


async def test_the_form_remembers_which_settings_are_seen_and_counts_hidden_changes(open_form: OpenForm) -> None:
    """A jump to a hidden setting shows all; o hides them again, and the focus stays in its column."""
    async with open_form() as pilot:
        await pilot.app.screen.show(read_look("configure/bias-init"))
        await settle(pilot)
        assert focused(pilot) == "bias_init"
        assert "main settings only" in text(pilot)
        await pilot.press("right", "2", "1")
        await settle(pilot)
        assert focused(pilot) == "bias_init"
        await pilot.press("o")
        await settle(pilot)
        assert "25 more  • 1 changed" in text(pilot)
        assert focused(pilot) == "loss"
        await pilot.press("2", "1")
        await settle(pilot)
        assert "25 more " in text(pilot)
        await pilot.click("Fold")
        await settle(pilot)
        assert "bias init" in text(pilot)


async def test_the_marks_are_explained_beside_them(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        for legend in ("• changed", "↺ new network", "– not used"):
            assert legend in text(pilot)
        assert {setting.name for setting in settings()} == {f.setting.name for f in pilot.app.screen.query(Field)}


async def test_a_change_is_shown_everywhere_at_once(open_form: OpenForm) -> None:
    """The mark, picture, sum, share line and explanation all change."""
    async with open_form() as pilot:
        await pilot.press("right")
        shown = text(pilot)
        assert "•hidden sizes ◂ 256 ▸" in shown
        assert "◂ 256 ▸" in rows(pilot)[15]
        assert "was 128" in rows(pilot)[15]
        assert "More units learn finer detail" in rows(pilot)[16]
        assert "┤ 256 relu ├" in shown
        assert "200,960 + 2,570 = 203,530 parameters" in shown
        assert "• 1 changed, 1 ↺" in shown
        assert "share 784-256-10" in shown
        assert "▸quick-start " in shown, "the run itself still has the settings of its preset"


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_focused_field_and_the_sum_are_visible_at_every_size(
    open_form: OpenForm, size: tuple[int, int]
) -> None:
    """The heading of a column counts every hidden row."""
    async with open_form(size) as pilot:
        await pilot.press("o", "down", "right")
        await pilot.pause()
        assert "◂ leaky_relu ▸" in text(pilot)
        used = [f.setting for f in pilot.app.screen.query(Field) if f.view.used and f.display]
        for setting in used[used.index(SETTINGS["activation"]) :]:
            assert focused(pilot) == setting.name
            assert re.search(rf"[ •]{setting.label} ", text(pilot)), setting.label
            for column in pilot.app.screen.query(FieldRows):
                above, below = column._heading.hidden
                assert above + column.size.height + below == column.virtual_size.height
            await pilot.press("down")
        assert "101,770 parameters" in text(pilot)


async def test_a_large_screen_shows_every_field(open_form: OpenForm) -> None:
    """The groups are one under the other, or side by side."""
    for size in ((80, 44), (120, 40)):
        async with open_form(size) as pilot:
            await pilot.press("o")
            await pilot.pause()
            assert "more" not in rows(pilot)[2]
            for setting in settings():
                assert re.search(rf"[ •\n]{setting.label} ", text(pilot)), setting.label
            assert "784-128-10 relu" in text(pilot), "the share line stays"


async def test_a_large_screen_lists_changes_and_start_weights(open_form: OpenForm) -> None:
    async with open_form((120, 40)) as pilot:
        await pilot.press("right")
        await focus(pilot, "learning_rate")
        await pilot.press("left")
        shown = text(pilot)
        assert re.search(r"• hidden sizes +128 → 256 +↺", shown)
        assert re.search(r"• learning rate +0.1 → 0.03", shown)
        assert re.search(r"0 hidden +784 × 256 +200,960 +std √\(2/784\) = 0.0505", shown)
        assert re.search(r"1 output +256 × 10 +2,570 +std √\(2/256\) = 0.0884", shown)
        assert re.search(r"leaky-he +000 +94.63 %", shown)


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_an_explanation_fits_two_rows_of_80_columns(setting: Setting) -> None:
    """For every choice, formula and purpose are whole, and the line of choices contains the present value."""
    draft = Draft(NetworkConfig(), TrainingConfig(), "custom")
    for _ in range(len(setting.options) or 12):
        first, second = explain_field(draft, setting.name, 78).plain.split("\n")
        assert len(first) == 78
        assert len(second) <= 78
        assert draft.view(setting.name).text in first
        draft.step(setting.name, 1)


@pytest.mark.parametrize("setting", [s for s in settings() if not s.options], ids=lambda setting: setting.name)
def test_the_allowed_values_of_a_wrong_field_fit_80_columns(setting: Setting) -> None:
    """They are whole, also beside the previous value."""
    draft = Draft(NetworkConfig(), TrainingConfig(), "custom")
    draft.step(setting.name, 1)
    draft.type(setting.name, "?")
    first, _ = explain_field(draft, setting.name, 78).plain.split("\n")
    assert len(first) <= 78
    assert f"must be {setting.allowed} " in f"{first} "


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_learning_rate_is_explained_with_the_formula_of_the_optimizer(optimizer: str) -> None:
    """The formula contains the present number. On a narrow screen only its last part is shown, whole."""
    draft = Draft(NetworkConfig(), TrainingConfig(optimizer=optimizer, learning_rate=0.0625), "custom")
    formula = OPTIMIZERS[optimizer].formula.replace("rate", "0.0625")
    assert f": {formula}." in explain_field(draft, "learning_rate", 78).plain
    narrow = explain_field(draft, "learning_rate", 58).plain.split("\n")[1]
    assert formula.split(", ")[-1] in narrow
    assert len(narrow) <= 58


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_explained_in_two_rows_of_80_columns(name: str) -> None:
    assert all(len(row) <= 78 for row in explain_preset(load_preset(name), 4000, 78).plain.split("\n"))


# ---- Keys


async def test_down_visits_every_used_field_and_up_returns(open_form: OpenForm) -> None:
    """Both directions skip unused fields."""
    async with open_form() as pilot:
        used = [f.setting.name for f in pilot.app.screen.query(Field) if f.view.used and f.display]
        assert "leaky_slope" not in used
        assert "seed" in used
        for direction, way in (("down", used), ("up", used[::-1])):
            for name in way:
                assert focused(pilot) == name
                await pilot.press(direction)
        assert focused(pilot) == "hidden_sizes", "the focus stays on the first field"


async def test_keys_in_quick_succession_reach_the_right_fields(open_form: OpenForm) -> None:
    """This happens with a held key or a slow connection: no key waits for the screen."""
    async with open_form() as pilot:
        for key in ("down", "down", "right", "tab", "down", "left", "left", "a"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        (command,) = pilot.told
        assert isinstance(command, Restart)
        assert command.network.weight_init == "he_uniform"
        assert command.training.beta1 == 0.9
        assert command.training.l2 == 0.0
        assert command.training.learning_rate == 0.1
        assert command.training.batch_size == 16


async def test_with_adam_down_reaches_its_three_numbers_and_skips_momentum(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("o")
        await focus(pilot, "optimizer")
        await pilot.press("right", "right", "right")
        assert "momentum      – 0.9" in text(pilot)
        way = []
        for _ in range(6):
            await pilot.press("down")
            way.append(focused(pilot))
        assert way == ["batch_size", "epochs", "seed", "beta1", "beta2", "epsilon"]


async def test_tab_goes_from_column_to_column(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        way = []
        for _ in range(5):
            await pilot.press("tab")
            way.append(focused(pilot))
        assert way == ["learning_rate", "l2", "PresetList", "hidden_sizes", "learning_rate"]
        await pilot.press("down", "down", "shift+tab")
        assert focused(pilot) == "weight_init", "the field beside"
        await pilot.press("shift+tab")
        assert focused(pilot) == "PresetList"


async def test_the_list_of_presets_says_what_each_one_is(open_form: OpenForm) -> None:
    """It does so while it has the keys. esc goes back to the form, and enter shows the changed fields."""
    async with open_form() as pilot:
        assert "full batch" not in text(pilot)
        await pilot.press("shift+tab")
        await pilot.pause()
        for name in preset_names():
            row = next(row for row in rows(pilot)[3:15] if row[1:].startswith(name))
            assert load_preset(name).about in row
            assert row.rstrip().endswith(load_preset(name).result)
        await pilot.press("escape")
        await pilot.pause()
        assert focused(pilot) == "hidden_sizes"
        assert not draft_of(pilot).changed
        await pilot.press("shift+tab", "down", "enter")
        await pilot.pause()
        assert "•learning rate   0.3" in text(pilot)
        assert focused(pilot) == "hidden_sizes"


async def test_below_75_columns_tab_shows_the_presets_instead_of_the_network(open_form: OpenForm) -> None:
    async with open_form((60, 20)) as pilot:
        assert "leaky-he" not in text(pilot)
        await pilot.press("shift+tab")
        await pilot.pause()
        assert focused(pilot) == "PresetList"
        assert "leaky-he" in text(pilot)
        assert "weight init" not in text(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert "leaky-he" not in text(pilot)
        assert "weight init" in text(pilot)


async def test_a_number_key_changes_the_pane_and_the_field_keeps_the_focus(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await focus(pilot, "epochs")
        await pilot.press("2")
        await settle(pilot)
        assert pilot.app.screen.current == "Train"
        await pilot.press("1")
        await settle(pilot)
        assert focused(pilot) == "epochs"
        assert not draft_of(pilot).changed


async def test_training_keys_work_in_the_form_and_the_draft_stays(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("right", "space")
        await settle(pilot)
        await pilot.press("b")
        await settle(pilot)
        assert snapshot(pilot).epoch == 1
        assert snapshot(pilot).progress.batch == 1
        assert draft_of(pilot).value("hidden_sizes") == (256,)
        assert snapshot(pilot).network.hidden_sizes == (128,)


# ---- Typing


async def test_enter_starts_typing_and_keeps_the_value(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await focus(pilot, "learning_rate")
        await pilot.press("enter")
        await pilot.pause()
        assert re.search(r"enter keep +esc drop", rows(pilot)[-1])
        assert "apply" not in rows(pilot)[-1]
        await pilot.press("full_stop", "2", "5", "enter")
        await pilot.pause()
        assert draft_of(pilot).value("learning_rate") == 0.25
        assert focused(pilot) == "learning_rate"
        assert "◂ 0.25 ▸" in row_of(pilot, "learning rate")
        await pilot.press("right")
        assert draft_of(pilot).value("learning_rate") == 0.3


@pytest.mark.parametrize(
    ("name", "typed"),
    [("hidden_sizes", "64,32"), ("learning_rate", "1e-3"), ("epochs", "12"), ("batch_size", "full"), ("seed", "7")],
)
async def test_a_field_takes_the_characters_of_its_value_and_answers_the_other_keys(
    open_form: OpenForm, name: str, typed: str
) -> None:
    async with open_form() as pilot:
        await focus(pilot, name)
        await pilot.press("enter", "ctrl+u", "w", "space", *(_KEYS.get(character, character) for character in typed))
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value.strip() == typed
        (answer,) = pilot.app._notifications
        assert answer.message.startswith(
            f"{SETTINGS[name].label} must be {SETTINGS[name].allowed}. Before you use other keys"
        )
        assert pilot.app.screen.current == "Configure"
        assert not pilot.told
        await pilot.press("enter")
        await pilot.pause()
        assert draft_of(pilot).view(name).text == SETTINGS[name].show(SETTINGS[name].parse(typed))


async def test_a_field_with_a_list_is_never_typed_and_leaves_all_keys_to_the_panes(open_form: OpenForm) -> None:
    async with open_form(hidden_sizes=(16,), epochs=1000) as pilot:
        await pilot.press("o")
        names = [row.name for row in settings() if not row.characters and field(pilot, row.name).view.used]
        assert {"activation", "optimizer", "use_bias", "keep_best"} < set(names)
        for name in names:
            await focus(pilot, name)
            before = draft_of(pilot).value(name)
            await pilot.press("enter")
            assert draft_of(pilot).value(name) != before, "enter chooses the next"
            assert not pilot.app.screen.query(Input)
            await pilot.press("U")
        await pilot.press("r", "2")
        assert pilot.app.screen.current == "Train"
        assert [type(command) for command in pilot.told] == [Run]


async def test_the_keys_that_a_beginner_types_do_not_vanish_in_a_number(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await focus(pilot, "learning_rate")
        await pilot.press("enter", "ctrl+u", *"2rwlif")
        await settle(pilot)
        assert pilot.app.screen.query_one(Input).value == "2"
        assert len(pilot.app._notifications) == 1
        await pilot.press("escape", "2")
        assert pilot.app.screen.current == "Train"
        assert not draft_of(pilot).changed


async def test_a_digit_or_a_point_begins_to_type_and_1_to_5_lead_to_the_panes(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("6", "4", "space", "3", "2", "enter")
        await pilot.pause()
        assert draft_of(pilot).value("hidden_sizes") == (64, 32)
        await focus(pilot, "learning_rate")
        await pilot.press("full_stop", "0", "5", "enter")
        await pilot.pause()
        assert draft_of(pilot).value("learning_rate") == 0.05
        await focus(pilot, "activation")
        await pilot.press("t")
        await pilot.pause()
        assert [notice.message for notice in pilot.app._notifications] == [
            "The key t has no meaning in Configure. ← and → change the activation. Press ? to list the keys."
        ]
        await pilot.press("2")
        await settle(pilot)
        assert pilot.app.screen.current == "Train"


async def test_escape_drops_the_typed_text(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("enter", "9", "escape")
        await pilot.pause()
        assert not draft_of(pilot).changed
        assert not draft_of(pilot).errors
        assert focused(pilot) == "hidden_sizes"
        assert not pilot.app.screen.query(Input)


async def test_tab_keeps_the_typed_text(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("enter", "6", "4", "tab")
        await pilot.pause()
        assert draft_of(pilot).value("hidden_sizes") == (64,)
        assert focused(pilot) == "learning_rate"


async def test_typing_continues_after_another_window_had_the_focus(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("enter", "6")
        pilot.app.post_message(events.AppBlur())
        await pilot.pause()
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        await pilot.press("4", "enter")
        await pilot.pause()
        assert draft_of(pilot).value("hidden_sizes") == (64,)


async def test_an_error_is_shown_under_its_field_and_nothing_is_applied(open_form: OpenForm) -> None:
    """Only its own column moves down a row. The picture stays the last valid network."""
    async with open_form() as pilot:
        await pilot.press("right")
        before = rows(pilot)
        await type_value(pilot, "128,0")
        shown = rows(pilot)
        assert "hidden sizes ◂ 128,0 ▸" in shown[3]
        assert "✗ 1 to 8 sizes, 1 to 4,096" in shown[4]
        assert "optimizer" in shown[4]
        assert "activation" in shown[5]
        assert 'must be "none", or up to 8 whole numbers from 1 to 4,096: 128,64' in shown[15]
        assert "The boxes show the last valid network. Correct the field marked ✗." in text(pilot)
        assert "✗ 1 error" in text(pilot)
        assert any("┤ 256 relu ├" in row for row in shown)
        assert [row for row in before if row.startswith("share")] == [row for row in shown if row.startswith("share")]
        await focus(pilot, "learning_rate")
        await pilot.press("a")
        await settle(pilot)
        assert not pilot.told
        assert focused(pilot) == "hidden_sizes", "a leads to the field with the error"
        await pilot.press("u")
        assert "✗" not in text(pilot)


async def test_errors_in_both_columns_are_counted_and_every_field_is_reachable(open_form: OpenForm) -> None:
    async with open_form((80, 20)) as pilot:
        for name in ("hidden_sizes", "seed", "learning_rate"):
            await focus(pilot, name)
            await type_value(pilot, "," if name == "seed" else "0")
        assert "✗ 3 errors" in text(pilot)
        await pilot.press("o")
        await focus(pilot, "generator")
        await pilot.pause()
        assert re.search(r"generator +◂ pcg64 ▸", text(pilot)), "the column scrolls to it"


async def test_u_undoes_one_change_and_shift_u_all(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("right", "down", "right", "down", "down", "right")
        assert "3 changed" in text(pilot)
        await pilot.press("u")
        assert "2 changed" in text(pilot)
        await pilot.press("U")
        assert "nothing changed" in text(pilot)


async def test_the_focus_leaves_a_field_that_is_no_longer_used(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("o")
        await focus(pilot, "optimizer")
        await pilot.press("right", "right", "right")
        await focus(pilot, "beta1")
        assert focused(pilot) == "beta1"
        await pilot.press("U")
        await pilot.pause()
        assert field(pilot, focused(pilot)).view.used


# ---- Applying


async def test_a_change_that_needs_no_new_network_takes_effect_while_it_runs(open_form: OpenForm) -> None:
    async with open_form(hidden_sizes=(16,), epochs=1000) as pilot:
        await pilot.press("r")
        await focus(pilot, "learning_rate")
        await pilot.press("left", "a")
        await settle(pilot)
        assert pilot.told == [Run(), Change(snapshot(pilot).training)]
        assert snapshot(pilot).training.learning_rate == 0.03
        assert snapshot(pilot).status.state is State.RUNNING
        assert snapshot(pilot).network.hidden_sizes == (16,)
        assert not draft_of(pilot).changed
        assert "✓ applied" in text(pilot)
        assert "•learning rate" not in text(pilot)
        assert "▸quick-start •" in text(pilot), "the run now differs from its preset"


async def test_an_untrained_network_is_replaced_without_asking(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("left", "a")
        await settle(pilot)
        (command,) = pilot.told
        assert isinstance(command, Restart)
        assert command.network == NetworkConfig(hidden_sizes=(64,))
        assert command.preset == "quick-start"
        assert snapshot(pilot).network.hidden_sizes == (64,)
        assert "✓ new network started" in text(pilot)


async def test_a_trained_network_is_replaced_at_once_and_ctrl_u_brings_it_back(open_form: OpenForm) -> None:
    """A message lists the changes and names the key."""
    async with open_form(hidden_sizes=(16,), epochs_done=2) as pilot:
        await focus(pilot, "learning_rate")
        await pilot.press("right")
        await focus(pilot, "hidden_sizes")
        await pilot.press("right")
        assert "• 2 changed, 1 ↺" in text(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert [type(command) for command in pilot.told] == [Restart]
        assert snapshot(pilot).epoch == 0
        assert snapshot(pilot).network.hidden_sizes == (32,)
        assert focused(pilot) == "hidden_sizes"
        assert not draft_of(pilot).changed
        assert "✓ new network started" in text(pilot)
        (notice,) = pilot.app._notifications
        assert notice.message.startswith("Applied: hidden sizes 16 → 32 ↺, learning rate 0.1 → 0.3. A change with ↺")
        assert "ctrl+u brings back the previous run" in notice.message
        await pilot.press("ctrl+u")
        await settle(pilot)
        assert (snapshot(pilot).epoch, snapshot(pilot).network.hidden_sizes) == (2, (16,))


async def test_a_box_lists_the_changes_if_an_earlier_run_would_be_lost(
    open_form: OpenForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After esc, the draft and its field are as before, so the changes still wait."""
    monkeypatch.setattr(unsaved, "LONG_RUN", 1e-9)
    async with open_form(hidden_sizes=(16,), epochs_done=1) as pilot:
        await pilot.press("R", "space")
        await settle(pilot)
        await pilot.press("right", "a")
        await settle(pilot)
        for words in ("Apply these changes?", "hidden sizes 16 → 32 ↺", "The previous run is not saved"):
            assert words in text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert snapshot(pilot).network.hidden_sizes == (16,)
        assert "• 1 changed, 1 ↺" in text(pilot)
        await pilot.press("a", "enter")
        await settle(pilot)
        assert snapshot(pilot).network.hidden_sizes == (32,)


async def test_a_message_lists_the_first_changes_of_many(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("shift+tab", "down", "enter", "a")
        await settle(pilot)
        notice = next(notice for notice in pilot.app._notifications if notice.message.startswith("Applied"))
        assert re.fullmatch(r"Applied: .+ → .+, .+ → .+, .+ → .+, \d+ more", notice.message)


async def test_the_draft_stays_if_the_engine_refuses(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        pilot.app.screen._engine.send = lambda command: None
        poll = pilot.app.screen._engine.poll
        pilot.app.screen._engine.poll = lambda: [*poll(), Notice("no", is_error=True)]
        await pilot.press("right", "a")
        await settle(pilot)
        assert draft_of(pilot).value("hidden_sizes") == (256,)
        assert "• 1 changed, 1 ↺" in text(pilot)
        assert "✓" not in text(pilot)


async def test_without_an_engine_nothing_is_applied(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await focus(pilot, "learning_rate")
        await pilot.press("right")
        pilot.app.screen.query_one("#configure").stopped = "gone"
        await pilot.pause()
        await pilot.press("a")
        await settle(pilot)
        assert not pilot.told
        await pilot.press("right")
        assert draft_of(pilot).value("learning_rate") == 1.0, "the form itself still works"


async def test_a_diverged_run_leads_to_the_learning_rate(open_form: OpenForm) -> None:
    async with open_form(hidden_sizes=(16,), activation="identity", learning_rate=1e6) as pilot:
        await pilot.press("space")
        await settle(pilot)
        assert snapshot(pilot).status.state is State.DIVERGED
        await focus(pilot, "seed")
        await pilot.press("2")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        assert focused(pilot) == "learning_rate"
        await pilot.press("left", "a")
        await settle(pilot)
        assert "applied in a new branch, which starts at epoch 0" in text(pilot)
        assert snapshot(pilot).branch == 1


# ---- Presets


@pytest.mark.parametrize("name", preset_names())
async def test_every_preset_can_be_loaded_and_applied(open_form: OpenForm, name: str) -> None:
    async with open_form(hidden_sizes=(16,)) as pilot:
        await pilot.press("shift+tab", *["down"] * preset_names().index(name))
        await pilot.pause()
        assert load_preset(name).about in rows(pilot)[15]
        assert load_preset(name).reported in rows(pilot)[16]
        await pilot.press("enter", "a")
        await settle(pilot)
        assert (snapshot(pilot).preset, snapshot(pilot).network) == (name, load_preset(name).network)
        assert snapshot(pilot).training == load_preset(name).training
        assert f"▸{name}" in text(pilot)
        assert f"▸{name} •" not in text(pilot)


async def test_a_limit_above_the_data_is_explained(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("shift+tab", *["down"] * preset_names().index("tiny-lecun"), "enter")
        await pilot.pause()
        assert "•tiny-lecun" in text(pilot)
        assert "of 4,000 examples" in text(pilot)
        await pilot.press("o")
        await focus(pilot, "train_limit")
        assert "The data has only 4,000 examples, so the network trains on all of them." in text(pilot)


# ---- The share line


async def test_a_copied_line_can_be_pasted_again(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("right", "c", "U")
        assert pilot.app.clipboard == share_line(NetworkConfig(hidden_sizes=(256,)), snapshot(pilot).training)
        await pilot.press("ctrl+v")
        await pilot.pause()
        assert draft_of(pilot).network == NetworkConfig(hidden_sizes=(256,))
        assert not pilot.told


async def test_the_line_of_a_changed_run_has_its_change_and_pasting_it_says_so(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        before = snapshot(pilot)
        history = replace(before.history, changes=(run_history.Change.at((1, 0), {"momentum": 0.5}),))
        pane = pilot.app.screen.query_one("#configure")
        pane.snapshot = replace(before, history=history)
        await pilot.press("c")
        assert pilot.app.clipboard.endswith(" val=.1 @1 momentum=.5")
        said: list[str] = []
        pane.notify = lambda message, **_: said.append(message)
        await pilot.press("ctrl+v")
        await pilot.pause()
        assert said == [
            "The form now has the settings at the start of the shared run. That run changed some of them later: @1 momentum=.5"
        ]
        assert not draft_of(pilot).changed


async def test_ctrl_v_without_a_copied_line_names_the_paste_of_the_terminal(open_form: OpenForm) -> None:
    """No app can read the clipboard of the terminal, so nothing is wrong with a line that was copied elsewhere."""
    async with open_form() as pilot:
        await pilot.press("ctrl+v")
        await pilot.pause()
        (message,) = pilot.app._notifications
        assert "ctrl+shift+v" in message.message
        assert draft_of(pilot).network == snapshot(pilot).network


async def test_a_line_pasted_by_the_terminal_is_loaded(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        pilot.app.screen.focused.post_message(events.Paste("784-32-10 tanh lr=.5\n"))
        await pilot.pause()
        assert draft_of(pilot).network == NetworkConfig(hidden_sizes=(32,), activation="tanh")
        assert draft_of(pilot).training == TrainingConfig(learning_rate=0.5)


async def test_an_invalid_line_changes_nothing_and_is_explained(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        said: list[str] = []
        pilot.app.screen.query_one("#configure").notify = lambda message, **_: said.append(message)
        pilot.app.screen.focused.post_message(events.Paste("784-128-10 lr=fast [bold]"))
        await pilot.pause()
        assert not draft_of(pilot).changed
        assert said == [
            "lr=fast: must be a number above 0 and at most 1,000,000; [bold]: this word has no meaning in a share line"
        ]


# ---- The mouse


async def test_a_click_focuses_a_field_and_on_an_arrow_changes_it(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.click("#learning_rate", offset=(3, 0))
        assert focused(pilot) == "learning_rate"
        assert not draft_of(pilot).changed
        left, right = (row_of(pilot, "learning rate").rindex(arrow) for arrow in "◂▸")
        origin = field(pilot, "learning_rate").region.x
        await pilot.click("#learning_rate", offset=(right - origin, 0))
        assert draft_of(pilot).value("learning_rate") == 0.3
        await pilot.click("#learning_rate", offset=(left - origin, 0))
        await pilot.click("#learning_rate", offset=(left - origin, 0))
        assert draft_of(pilot).value("learning_rate") == 0.03


async def test_a_click_on_an_unused_field_does_nothing(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("o")
        await pilot.pause()
        await pilot.click("#beta1", offset=(15, 0))
        assert focused(pilot) == "hidden_sizes"
        assert not draft_of(pilot).changed


async def test_a_double_click_starts_typing(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.click("#seed", offset=(3, 0), times=2)
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "0"


async def test_a_click_on_a_preset_loads_it(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.click("PresetList", offset=(4, 3))
        await pilot.pause()
        assert draft_of(pilot).taken == "wide-he"
        assert not pilot.told


# ---- Start and help


async def test_the_form_waits_until_the_data_is_loaded(open_form: OpenForm, open_app: Any) -> None:
    async with open_app() as pilot:
        screen = pilot.app.screen
        screen.set_reactive(type(screen).snapshot, None)
        await pilot.press("1", "right", "enter", "a", "u", "c")
        await pilot.pause()
        assert "loading the data" in text(pilot)


async def test_the_help_explains_the_marks(open_form: OpenForm) -> None:
    async with open_form() as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        shown = text(pilot)
        assert "Configure" in shown
        assert "↺ at the end of a row means that a change" in shown
