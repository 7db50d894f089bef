"""The draft of a configuration: ladders, errors, undo, and how it lives through what the engine applies."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.presets import load_preset
from tui_nn.ui.configure.form import NETWORK_ROWS, OVERFITTING_ROWS, TRAINING_ROWS, Form, differs_from_preset
from tui_nn.ui.configure.sum_row import describe_sum

NAMES = [setting.name for setting in settings()]


def make_form(total: int | None = 4000, preset: str = "quick-start", **values: Any) -> Form:
    """A form on the defaults, `values` applied."""
    names = {setting.name for setting in NetworkConfig.settings}
    network = NetworkConfig(**{k: v for k, v in values.items() if k in names})
    training = TrainingConfig(**{k: v for k, v in values.items() if k not in names})
    form = Form(network, training, preset)
    form.total = total
    return form


def changed(form: Form) -> list[str]:
    return [setting.name for setting in form.changed]


def test_every_setting_has_a_row() -> None:
    assert sorted(s.name for s in (*NETWORK_ROWS, *TRAINING_ROWS, *OVERFITTING_ROWS)) == sorted(NAMES)


# ---- ladders


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
def test_left_and_right_climb_the_ladder(name: str, applied: Any, direction: int, expected: Any) -> None:
    form = make_form(**{name: applied})
    form.step(name, direction)
    assert form.value(name) == expected


def test_values_that_mean_the_same_as_all_are_left_out() -> None:
    form = make_form(total=150)
    assert form.choices("train_limit")[0] == ["100", "all 150"]
    assert form.choices("batch_size")[0] == ["1", "2", "4", "8", "16", "32", "64", "128", "full"]
    form.step("train_limit", -1)
    assert form.examples == 100
    assert form.choices("batch_size")[0][-2:] == ["64", "full"]


def test_the_present_value_is_among_the_choices_in_its_place() -> None:
    texts, index = make_form(learning_rate=0.05).choices("learning_rate")
    assert texts == ["0.001", "0.003", "0.01", "0.03", "0.05", "0.1", "0.3", "1", "3"]
    assert index == 4


def test_arrows_only_where_there_is_a_way() -> None:
    assert not make_form(learning_rate=0.001).view("learning_rate").lower
    assert make_form(learning_rate=0.001).view("learning_rate").higher
    assert not make_form(learning_rate=3.0).view("learning_rate").higher
    assert make_form(activation="relu").view("activation").lower


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([-1, 1])), max_size=40))
def test_no_way_through_the_ladders_leads_to_what_is_not_allowed(steps: list[tuple[str, int]]) -> None:
    form = make_form()
    for name, direction in steps:
        form.step(name, direction)
    assert form.network == NetworkConfig.from_dict(form.network.to_dict())
    assert form.training == TrainingConfig.from_dict(form.training.to_dict())
    for name in NAMES:
        texts, index = form.choices(name)
        assert texts[index] == form.view(name).text


# ---- typing


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
        ("activation", "sig", "sigmoid"),
        ("weight_init", "He uniform", "he_uniform"),
        ("loss", "softmax + CE", "softmax_cross_entropy"),
        ("loss", "sigmoid-mse", "sigmoid_mse"),
    ],
)
def test_what_can_be_typed(name: str, text: str, value: Any) -> None:
    form = make_form()
    form.type(name, text)
    assert form.value(name) == value
    assert not form.errors


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
def test_what_is_not_allowed_stays_to_be_seen_and_changes_nothing(name: str, text: str) -> None:
    form = make_form()
    before = (form.network, form.training)
    form.type(name, text)
    assert form.errors == (name,)
    assert form.view(name).text == text
    assert 0 < len(form.view(name).error) <= 25
    assert (form.network, form.training) == before
    assert not form.changed


def test_an_error_is_typed_over_stepped_over_or_undone() -> None:
    for away in (
        lambda form: form.type("learning_rate", "0.3"),
        lambda form: form.step("learning_rate", 1),
        lambda form: form.undo("learning_rate"),
        Form.undo_all,
    ):
        form = make_form()
        form.type("learning_rate", "fast")
        assert form.typed("learning_rate") == "fast"
        away(form)
        assert not form.errors


def test_enter_on_a_value_that_shows_fewer_digits_than_it_has_leaves_it() -> None:
    form = make_form(learning_rate=0.1 + 1e-15)
    form.type("learning_rate", form.typed("learning_rate"))
    assert not form.changed


def test_a_field_with_an_error_can_be_reached_even_if_it_does_not_matter() -> None:
    form = make_form(activation="leaky_relu")
    form.type("leaky_slope", "steep")
    form.step("activation", -1)
    assert form.view("leaky_slope").used
    form.undo("leaky_slope")
    assert not form.view("leaky_slope").used


def test_without_hidden_layers_nothing_of_theirs_is_used() -> None:
    theirs = ("activation", "leaky_slope", "dropout")
    form = make_form(activation="leaky_relu", dropout=0.2)
    assert all(form.view(name).used for name in theirs)
    form.type("hidden_sizes", "none")
    assert not any(form.view(name).used for name in theirs)
    assert form.view("weight_init").used, "the output layer has weights to begin with"


# ---- changes


def test_what_differs_is_changed_and_no_longer_when_it_is_put_back() -> None:
    form = make_form()
    form.step("learning_rate", 1)
    form.step("hidden_sizes", 1)
    assert changed(form) == ["hidden_sizes", "learning_rate"]
    assert form.new_network == 1
    assert form.was("learning_rate") == "0.1"
    form.step("learning_rate", -1)
    assert changed(form) == ["hidden_sizes"]
    form.undo("hidden_sizes")
    assert not form.changed
    assert form.was("hidden_sizes") == ""


def test_momentum_matters_with_momentum_and_the_betas_with_adam() -> None:
    used = {}
    for optimizer in ("sgd", "momentum", "rmsprop", "adam"):
        form = make_form(optimizer=optimizer)
        used[optimizer] = [n for n in ("momentum", "beta1", "beta2", "epsilon") if form.view(n).used]
    betas = ["beta1", "beta2", "epsilon"]
    assert used == {"sgd": [], "momentum": ["momentum"], "rmsprop": betas[1:], "adam": betas}


def test_the_draft_lives_through_another_change_of_what_is_applied() -> None:
    form = make_form()
    form.step("learning_rate", 1)
    form.type("hidden_sizes", "0")
    form.follow(NetworkConfig(), TrainingConfig(seed=5), "quick-start")
    assert form.value("seed") == 5
    assert form.value("learning_rate") == 0.3
    assert changed(form) == ["learning_rate"]
    assert form.errors == ("hidden_sizes",)


def test_what_has_been_applied_is_no_change_any_more() -> None:
    form = make_form()
    form.step("learning_rate", 1)
    form.step("epochs", 1)
    form.follow(NetworkConfig(), replace(TrainingConfig(), learning_rate=0.3), "quick-start")
    assert changed(form) == ["epochs"]


# ---- presets


def test_a_preset_is_taken_as_changes_and_names_the_next_run() -> None:
    form = make_form()
    preset = load_preset("leaky-he")
    form.take(preset.network, preset.training, preset.name)
    assert (form.network, form.training) == (preset.network, preset.training)
    assert form.taken == form.next_preset == "leaky-he"
    form.step("learning_rate", 1)
    assert form.next_preset == "leaky-he"
    form.undo_all()
    assert form.taken == ""
    assert form.next_preset == "quick-start"


def test_applied_it_is_taken_no_longer() -> None:
    form = make_form()
    preset = load_preset("leaky-he")
    form.take(preset.network, preset.training, preset.name)
    form.follow(preset.network, preset.training, preset.name)
    assert form.taken == ""
    assert form.preset == "leaky-he"
    assert not form.changed


def test_values_that_are_a_preset_have_its_name_wherever_they_came_from() -> None:
    form = make_form()
    preset = load_preset("wide-he")
    form.take(preset.network, preset.training, "custom")
    assert form.next_preset == "wide-he"
    form.step("seed", 1)
    assert form.next_preset == "custom"


def test_whether_a_run_is_what_its_preset_says() -> None:
    preset = load_preset("tiny-lecun")
    run = SimpleNamespace(preset="tiny-lecun", network=preset.network, training=preset.training)
    assert not differs_from_preset(run)
    run.training = replace(preset.training, seed=1)
    assert differs_from_preset(run)
    run.preset = "custom"
    assert not differs_from_preset(run)


def test_examples_are_the_limit_or_what_there_is() -> None:
    assert make_form(total=4000).examples == 4000
    assert make_form(total=4000, train_limit=1000).examples == 1000
    assert make_form(total=4000, train_limit=10_000).examples == 4000
    assert make_form(total=None).examples is None
    assert make_form(total=4000).view("train_limit").text == "all 4,000"
    assert make_form(total=None).view("train_limit").text == "all"


def test_a_rate_that_is_large_for_adam_changes_along_with_the_optimizer() -> None:
    form = make_form(optimizer="momentum", learning_rate=0.1)
    form.type("optimizer", "adam")
    assert form.training.learning_rate == 0.001
    assert form.view("learning_rate").changed
    form.type("optimizer", "sgd")
    assert form.training.learning_rate == 0.1
    form.type("optimizer", "rmsprop")
    form.undo("learning_rate")
    assert (form.training.optimizer, form.training.learning_rate) == ("rmsprop", 0.1)


def test_a_rate_of_ones_own_stays() -> None:
    form = make_form(optimizer="momentum", learning_rate=0.1)
    form.type("learning_rate", "0.3")
    form.type("optimizer", "adam")
    assert form.training.learning_rate == 0.3
    small = make_form(optimizer="sgd", learning_rate=0.002)
    small.type("optimizer", "adam")
    assert small.training.learning_rate == 0.002


def test_the_sum_says_what_a_large_network_takes_before_any_of_it_is_asked_for() -> None:
    form = Form(NetworkConfig(), TrainingConfig(optimizer="adam"), "custom")
    assert "memory" not in describe_sum(form, 60).plain
    form.type("hidden_sizes", ",".join(["4096"] * 8))
    large = "120,725,514 parameters, about 9.7 GB of memory"
    form.total = 4000
    assert describe_sum(form, 60).plain == large
    assert describe_sum(form, 90).plain == f"{large}   63 steps an epoch"
