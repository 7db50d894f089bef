"""The draft of a configuration: its values, errors and undo, and what stays of it when the engine applies values."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError
from tui_nn.presets import load_preset
from tui_nn.ui.configure.draft import (
    NETWORK_ROWS,
    OVERFITTING_ROWS,
    SETTINGS,
    TRAINING_ROWS,
    Draft,
    differs_from_preset,
)
from tui_nn.ui.configure.outcome import describe_sum

NAMES = [setting.name for setting in settings()]


def make_draft(total: int | None = 4000, preset: str = "quick-start", **values: Any) -> Draft:
    """Return a draft of the default settings, with `values` applied."""
    names = {setting.name for setting in NetworkConfig.settings}
    network = NetworkConfig(**{k: v for k, v in values.items() if k in names})
    training = TrainingConfig(**{k: v for k, v in values.items() if k not in names})
    draft = Draft(network, training, preset)
    draft.total = total
    return draft


def changed(draft: Draft) -> list[str]:
    return [setting.name for setting in draft.changed]


def test_every_setting_has_a_row() -> None:
    assert sorted(s.name for s in (*NETWORK_ROWS, *TRAINING_ROWS, *OVERFITTING_ROWS)) == sorted(NAMES)


def test_the_settings_that_matter_most_are_on_top_and_the_rare_ones_are_last() -> None:
    assert [s.name for s in NETWORK_ROWS[:2]] == ["hidden_sizes", "activation"]
    assert TRAINING_ROWS[0].name == "learning_rate"
    for rows in (NETWORK_ROWS, TRAINING_ROWS, OVERFITTING_ROWS):
        assert [s.rare for s in rows] == sorted(s.rare for s in rows)
    assert {"leaky_slope", "generator"} <= {s.name for s in settings() if s.rare}


# ---- Stepping


@pytest.mark.parametrize(
    ("name", "applied", "direction", "expected"),
    [
        ("learning_rate", 0.1, 1, 0.3),
        ("learning_rate", 0.1, -1, 0.03),
        ("learning_rate", 3.0, 1, 3.0),
        ("learning_rate", 0.05, 1, 0.1),
        ("learning_rate", 0.05, -1, 0.03),
        ("learning_rate", 50.0, -1, 3.0),
        ("learning_rate", 50.0, 1, 50.0),
        ("batch_size", 64, 1, 128),
        ("batch_size", 1024, 1, None),
        ("batch_size", None, -1, 1024),
        ("batch_size", None, 1, None),
        ("batch_size", 100, -1, 64),
        ("hidden_sizes", (128,), 1, (256,)),
        ("hidden_sizes", (100,), -1, (64,)),
        ("hidden_sizes", (128, 64), 1, (128, 128)),
        ("activation", "identity", 1, "relu"),
        ("activation", "relu", -1, "identity"),
        ("use_bias", True, 1, False),
        ("use_bias", True, -1, False),
        ("seed", 40, 1, 41),
        ("seed", 40, -1, 39),
        ("seed", 0, -1, 0),
        ("seed", 2**32 - 1, 1, 2**32 - 1),
        ("train_limit", None, -1, 3000),
        ("train_limit", 3000, 1, None),
        ("train_limit", 10_000, -1, 3000),
        ("train_limit", 10_000, 1, None),
    ],
)
def test_a_step_leads_to_the_next_value(name: str, applied: Any, direction: int, expected: Any) -> None:
    draft = make_draft(**{name: applied})
    draft.step(name, direction)
    assert draft.value(name) == expected


def test_values_at_or_above_the_number_of_examples_are_left_out() -> None:
    draft = make_draft(total=150)
    assert draft.choices("train_limit")[0] == ["100", "all 150"]
    assert draft.choices("batch_size")[0] == ["1", "2", "4", "8", "16", "32", "64", "128", "full"]
    draft.step("train_limit", -1)
    assert draft.examples == 100
    assert draft.choices("batch_size")[0][-2:] == ["64", "full"]


def test_the_present_value_is_sorted_into_the_choices() -> None:
    texts, index = make_draft(learning_rate=0.05).choices("learning_rate")
    assert texts == ["0.001", "0.003", "0.01", "0.03", "0.05", "0.1", "0.3", "1", "3"]
    assert index == 4


def test_an_arrow_is_shown_if_there_is_another_value_on_that_side() -> None:
    assert not make_draft(learning_rate=0.001).view("learning_rate").lower
    assert make_draft(learning_rate=0.001).view("learning_rate").higher
    assert not make_draft(learning_rate=3.0).view("learning_rate").higher
    assert make_draft(activation="relu").view("activation").lower


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([-1, 1])), max_size=40))
def test_steps_never_lead_to_a_value_that_is_not_allowed(steps: list[tuple[str, int]]) -> None:
    draft = make_draft()
    for name, direction in steps:
        draft.step(name, direction)
    assert draft.network == NetworkConfig.from_dict(draft.network.to_dict())
    assert draft.training == TrainingConfig.from_dict(draft.training.to_dict())
    for name in NAMES:
        texts, index = draft.choices(name)
        assert texts[index] == draft.view(name).text


# ---- Typing


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", "0.25", 0.25),
        ("learning_rate", " 1e-3 ", 0.001),
        ("hidden_sizes", "300, 100", (300, 100)),
        ("hidden_sizes", "300-100", (300, 100)),
        ("batch_size", "full", None),
        ("batch_size", "1,000", 1000),
        ("use_bias", "no", False),
        ("activation", "tanh", "tanh"),
        ("weight_init", "He uniform", "he_uniform"),
        ("loss", "softmax + CE", "softmax_cross_entropy"),
        ("loss", "sigmoid-mse", "sigmoid_mse"),
    ],
)
def test_a_valid_text_becomes_the_value(name: str, text: str, value: Any) -> None:
    draft = make_draft()
    draft.type(name, text)
    assert draft.value(name) == value
    assert not draft.errors


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hidden_sizes", "128,0"),
        ("hidden_sizes", ""),
        ("hidden_sizes", "1,2,3,4,5,6,7,8,9"),
        ("hidden_sizes", "5000"),
        ("learning_rate", "0"),
        ("learning_rate", "-1"),
        ("learning_rate", "nan"),
        ("learning_rate", "1e999"),
        ("learning_rate", "fast"),
        ("batch_size", "0"),
        ("batch_size", "2.5"),
        ("activation", "x"),
        ("weight_init", "he"),
        ("seed", "-1"),
    ],
)
def test_an_invalid_text_stays_visible_and_changes_nothing(name: str, text: str) -> None:
    draft = make_draft()
    before = (draft.network, draft.training)
    draft.type(name, text)
    assert draft.errors == (name,)
    assert draft.view(name).text == text
    assert 0 < len(draft.view(name).error) <= 25
    assert (draft.network, draft.training) == before
    assert not draft.changed


def test_an_error_ends_when_a_value_is_typed_stepped_or_undone() -> None:
    for away in (
        lambda draft: draft.type("learning_rate", "0.3"),
        lambda draft: draft.step("learning_rate", 1),
        lambda draft: draft.undo("learning_rate"),
        Draft.undo_all,
    ):
        draft = make_draft()
        draft.type("learning_rate", "fast")
        assert draft.typed("learning_rate") == "fast"
        away(draft)
        assert not draft.errors


def test_typing_the_shown_text_keeps_all_digits_of_the_value() -> None:
    draft = make_draft(learning_rate=0.1 + 1e-15)
    draft.type("learning_rate", draft.typed("learning_rate"))
    assert not draft.changed


def test_a_field_with_an_error_counts_as_used() -> None:
    draft = make_draft(activation="leaky_relu")
    draft.type("leaky_slope", "steep")
    draft.step("activation", -1)
    assert draft.view("leaky_slope").used
    draft.undo("leaky_slope")
    assert not draft.view("leaky_slope").used


def test_without_hidden_layers_their_settings_are_not_used() -> None:
    theirs = ("activation", "leaky_slope", "dropout")
    draft = make_draft(activation="leaky_relu", dropout=0.2)
    assert all(draft.view(name).used for name in theirs)
    draft.type("hidden_sizes", "none")
    assert not any(draft.view(name).used for name in theirs)
    assert draft.view("weight_init").used, "the output layer has start weights"


# ---- Changes


def test_a_setting_counts_as_changed_while_it_differs_from_the_applied_value() -> None:
    draft = make_draft()
    draft.step("learning_rate", 1)
    draft.step("hidden_sizes", 1)
    assert changed(draft) == ["hidden_sizes", "learning_rate"]
    assert draft.new_network == 1
    assert draft.was("learning_rate") == "0.1"
    draft.step("learning_rate", -1)
    assert changed(draft) == ["hidden_sizes"]
    draft.undo("hidden_sizes")
    assert not draft.changed
    assert draft.was("hidden_sizes") == ""


def test_each_optimizer_uses_its_own_settings() -> None:
    used = {}
    for optimizer in ("sgd", "momentum", "rmsprop", "adam"):
        draft = make_draft(optimizer=optimizer)
        used[optimizer] = [n for n in ("momentum", "beta1", "beta2", "epsilon") if draft.view(n).used]
    betas = ["beta1", "beta2", "epsilon"]
    assert used == {"sgd": [], "momentum": ["momentum"], "rmsprop": betas[1:], "adam": betas}


def test_the_draft_keeps_its_changes_when_other_values_are_applied() -> None:
    draft = make_draft()
    draft.step("learning_rate", 1)
    draft.type("hidden_sizes", "0")
    draft.follow(NetworkConfig(), TrainingConfig(seed=5), "quick-start")
    assert draft.value("seed") == 5
    assert draft.value("learning_rate") == 0.3
    assert changed(draft) == ["learning_rate"]
    assert draft.errors == ("hidden_sizes",)


def test_a_change_ends_when_it_is_applied() -> None:
    draft = make_draft()
    draft.step("learning_rate", 1)
    draft.step("epochs", 1)
    draft.follow(NetworkConfig(), replace(TrainingConfig(), learning_rate=0.3), "quick-start")
    assert changed(draft) == ["epochs"]


# ---- Presets


def test_a_loaded_preset_is_a_change_and_names_the_next_run() -> None:
    draft = make_draft()
    preset = load_preset("leaky-he")
    draft.take(preset.network, preset.training, preset.name)
    assert (draft.network, draft.training) == (preset.network, preset.training)
    assert draft.taken == draft.next_preset == "leaky-he"
    draft.step("learning_rate", 1)
    assert draft.next_preset == "leaky-he"
    draft.undo_all()
    assert draft.taken == ""
    assert draft.next_preset == "quick-start"


def test_an_applied_preset_no_longer_counts_as_loaded() -> None:
    draft = make_draft()
    preset = load_preset("leaky-he")
    draft.take(preset.network, preset.training, preset.name)
    draft.follow(preset.network, preset.training, preset.name)
    assert draft.taken == ""
    assert draft.preset == "leaky-he"
    assert not draft.changed


def test_a_draft_equal_to_a_preset_has_its_name() -> None:
    draft = make_draft()
    preset = load_preset("wide-he")
    draft.take(preset.network, preset.training, "custom")
    assert draft.next_preset == "wide-he"
    draft.step("seed", 1)
    assert draft.next_preset == "custom"


def test_a_run_differs_from_its_preset_if_a_setting_does() -> None:
    preset = load_preset("tiny-lecun")
    run = SimpleNamespace(preset="tiny-lecun", network=preset.network, training=preset.training)
    assert not differs_from_preset(run)
    run.training = replace(preset.training, seed=1)
    assert differs_from_preset(run)
    run.preset = "custom"
    assert not differs_from_preset(run)


def test_the_number_of_examples_is_the_limit_or_the_size_of_the_data() -> None:
    assert make_draft(total=4000).examples == 4000
    assert make_draft(total=4000, train_limit=1000).examples == 1000
    assert make_draft(total=4000, train_limit=10_000).examples == 4000
    assert make_draft(total=None).examples is None
    assert make_draft(total=4000).view("train_limit").text == "all 4,000"
    assert make_draft(total=None).view("train_limit").text == "all"


def test_a_rate_too_large_for_adam_is_lowered_with_the_optimizer() -> None:
    draft = make_draft(optimizer="momentum", learning_rate=0.1)
    draft.type("optimizer", "adam")
    assert draft.training.learning_rate == 0.001
    assert draft.view("learning_rate").changed
    draft.type("optimizer", "sgd")
    assert draft.training.learning_rate == 0.1
    draft.type("optimizer", "rmsprop")
    draft.undo("learning_rate")
    assert (draft.training.optimizer, draft.training.learning_rate) == ("rmsprop", 0.1)


def test_a_rate_that_you_chose_stays() -> None:
    draft = make_draft(optimizer="momentum", learning_rate=0.1)
    draft.type("learning_rate", "0.3")
    draft.type("optimizer", "adam")
    assert draft.training.learning_rate == 0.3
    small = make_draft(optimizer="sgd", learning_rate=0.002)
    small.type("optimizer", "adam")
    assert small.training.learning_rate == 0.002


def test_the_sum_gives_the_memory_of_a_large_network() -> None:
    draft = Draft(NetworkConfig(), TrainingConfig(optimizer="adam"), "custom")
    assert "memory" not in describe_sum(draft, 60).plain
    draft.type("hidden_sizes", ",".join(["4096"] * 8))
    large = "120,725,514 parameters, about 9.7 GB of memory"
    draft.total = 4000
    assert describe_sum(draft, 60).plain == large
    assert describe_sum(draft, 90).plain == f"{large}   63 updates an epoch"


def test_layers_are_added_and_removed_one_by_one() -> None:
    """The new layer is as large as the last one; at the most and the fewest layers nothing changes."""
    draft = Draft(NetworkConfig(hidden_sizes=(128, 32)), TrainingConfig(), "quick-start")
    draft.add_layers(1)
    assert draft.network.hidden_sizes == (128, 32, 32)
    for _ in range(4):
        draft.add_layers(-1)
    assert draft.network.hidden_sizes == ()
    for _ in range(20):
        draft.add_layers(1)
    assert set(draft.network.hidden_sizes) == {64}
    assert SETTINGS["hidden_sizes"].accepts(draft.network.hidden_sizes)


@pytest.mark.parametrize("text", ["64 64", "64, 64", "64,64", "64-64", " 64  64 "])
def test_sizes_are_understood_in_the_forms_that_people_write(text: str) -> None:
    assert SETTINGS["hidden_sizes"].parse(text) == (64, 64)


@pytest.mark.parametrize("text", ["64 -5", "-5", "64,,64", "64 x 64", ""])
def test_other_forms_of_sizes_are_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        SETTINGS["hidden_sizes"].parse(text)
