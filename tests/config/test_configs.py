import math
import pickle
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.configs import settings as all_settings
from tui_nn.config.setting import MAX_LAYERS, MAX_UNITS, ConfigError, FieldError, Setting

SETTINGS = all_settings()
quick = settings(deadline=None, derandomize=True, max_examples=30)


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Return a strategy for all values that a setting accepts."""
    low = setting.low
    match setting.kind:
        case "choice":
            return st.sampled_from(setting.options)
        case "yes_no":
            return st.booleans()
        case "sizes":
            return st.lists(st.integers(1, MAX_UNITS), max_size=MAX_LAYERS).map(tuple)
        case "number":
            return st.floats(low, setting.high, exclude_min=setting.above_low, allow_nan=False, allow_infinity=False)
        case "optional_count":
            return st.none() | st.integers(int(low), int(setting.high))
        case _:
            return st.integers(int(low), int(setting.high))


def configs(cls: type[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({setting.name: values_of(setting) for setting in cls.settings}).map(
        lambda values: cls(**values)
    )


def named(setting: Setting) -> str:
    return setting.name


def test_every_field_has_a_setting_in_order() -> None:
    for cls in (NetworkConfig, TrainingConfig):
        assert tuple(setting.name for setting in cls.settings) == tuple(
            field.name for field in fields(cls) if field.metadata
        )
    assert NetworkConfig.settings + TrainingConfig.settings == SETTINGS


@pytest.mark.parametrize("setting", SETTINGS, ids=named)
def test_a_setting_accepts_its_default_and_its_steps(setting: Setting) -> None:
    assert setting.accepts(setting.default)
    assert all(setting.accepts(step) for step in setting.steps[:100])


@pytest.mark.parametrize("setting", SETTINGS, ids=named)
@quick
@given(data=st.data())
def test_a_formatted_value_is_parsed_to_itself(setting: Setting, data: st.DataObject) -> None:
    value = data.draw(values_of(setting))
    parsed = setting.parse(setting.format(value))
    assert parsed == value
    assert type(parsed) is type(value)


@quick
@given(network=configs(NetworkConfig), training=configs(TrainingConfig))
def test_a_config_survives_a_dict_and_a_pickle(network: NetworkConfig, training: TrainingConfig) -> None:
    for config in (network, training):
        assert type(config).from_dict(config.to_dict()) == config
        assert pickle.loads(pickle.dumps(config)) == config


def test_a_dict_holds_plain_values_and_may_say_full_and_all() -> None:
    assert NetworkConfig(hidden_sizes=(3, 4)).to_dict()["hidden_sizes"] == [3, 4]
    config = TrainingConfig.from_dict({"batch_size": "full", "train_limit": "all"})
    assert (config.batch_size, config.train_limit) == (None, None)


@pytest.mark.parametrize("setting", SETTINGS, ids=named)
def test_a_wrong_value_is_refused_with_its_field_and_the_allowed_values(setting: Setting) -> None:
    cls = NetworkConfig if setting in NetworkConfig.settings else TrainingConfig
    bad: dict[str, list[Any]] = {
        "choice": ["no such", 3],
        "yes_no": ["yes", 1],
        "sizes": [(0,), (MAX_UNITS + 1,), (1,) * (MAX_LAYERS + 1), 128, (1.5,), (True,)],
        "number": [setting.low - 1, math.inf, math.nan, "0.1", True],
        "count": [setting.low - 1, setting.high + 1, 10**400, 1.5, True, None],
        "optional_count": [setting.low - 1, setting.high + 1, -(10**400), 1.5, True, "x"],
    }
    for value in bad[setting.kind] + ([setting.low] if setting.above_low else []):
        with pytest.raises(ConfigError) as caught:
            cls(**{setting.name: value})
        assert [error.field for error in caught.value.errors] == [setting.name]
        assert str(caught.value).startswith(f"{setting.name} is ")
        assert str(caught.value).endswith(f"it must be {setting.allowed}")


def test_all_errors_are_found_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        NetworkConfig(hidden_sizes=(0,), activation="step", leaky_slope=-1.0, use_bias=3)  # type: ignore[arg-type]
    assert [error.field for error in caught.value.errors] == ["hidden_sizes", "activation", "leaky_slope", "use_bias"]
    assert str(caught.value).count("; ") == 3


def test_a_message_names_field_value_and_what_is_allowed() -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(batch_size=0)
    assert str(caught.value) == 'batch_size is 0: it must be a whole number from 1 to 1,000,000, or "full"'
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(learning_rate=0.0)
    assert str(caught.value) == "learning_rate is 0: it must be a number above 0 and at most 1,000,000"


def test_a_message_shows_a_text_as_one_and_no_value_at_length() -> None:
    for value, shown in (
        ("0.1", "'0.1'"),
        ("", "''"),
        ("\n", r"'\n'"),
        (True, "yes"),
        (math.nan, "nan"),
        ([0.1], "[0.1]"),
        (np.int64(-3), "np.int64(-3)"),
        ("x" * 5000, "'" + "x" * 38 + "…"),
        (10**1000, "1" + "0" * 38 + "…"),
        (10**5000, "a number with too many digits to show"),
    ):
        with pytest.raises(ConfigError) as caught:
            TrainingConfig(learning_rate=value)
        assert str(caught.value) == f"learning_rate is {shown}: it must be a number above 0 and at most 1,000,000"


def test_sizes_may_be_a_list() -> None:
    assert NetworkConfig(hidden_sizes=[64, 32]) == NetworkConfig(hidden_sizes=(64, 32))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"hidden_sizes is \(64, 0\): it must be"):
        NetworkConfig(hidden_sizes=[64, 0])  # type: ignore[arg-type]


def test_unknown_keys_are_refused_by_name_beside_what_else_is_wrong() -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig.from_dict({"learning_rat": 0.1, "momentum": 2, "l2": 0.1, "betta": 3})
    assert [error.field for error in caught.value.errors] == ["learning_rat", "betta", "momentum"]
    assert str(caught.value).startswith("learning_rat is 0.1: it must be left out, because there is no such setting; ")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden_sizes", "128, 64", (128, 64)),
        ("hidden_sizes", " None", ()),
        ("activation", " ReLU ", "relu"),
        ("activation", "leakyrelu", "leaky_relu"),
        ("use_bias", "No", False),
        ("batch_size", "Full", None),
        ("train_limit", "1,000", 1000),
        ("learning_rate", "3e-2", 0.03),
    ],
)
def test_a_person_may_type_it_in_more_ways_than_one(name: str, text: str, value: object) -> None:
    (setting,) = (setting for setting in SETTINGS if setting.name == name)
    assert setting.parse(text) == value


@pytest.mark.parametrize("setting", SETTINGS, ids=named)
def test_a_text_without_a_value_is_an_error_that_quotes_it(setting: Setting) -> None:
    with pytest.raises(ConfigError) as caught:
        setting.parse("  soup ")
    assert caught.value.errors == (FieldError(setting.name, "soup", setting.allowed),)


@pytest.mark.parametrize("text", ["0,5", "1,0,0", "128,,64", "10,", ",5", "1,00", "1.5", "1e3", "³", "nan", "-1"])
def test_a_comma_in_a_count_parts_thousands_and_nothing_else(text: str) -> None:
    for setting in SETTINGS:
        if setting.kind in ("count", "optional_count"):
            with pytest.raises(ConfigError):
                setting.parse(text)


@pytest.mark.parametrize("text", ["1_0", "٣", "３", "1_0,5", "0.0_1", "1٣"])
def test_a_number_is_spelled_as_people_do_and_not_as_python_may(text: str) -> None:
    for setting in SETTINGS:
        if setting.kind in ("number", "count", "optional_count", "sizes"):
            with pytest.raises(ConfigError):
                setting.parse(text)


def test_a_config_error_survives_a_pickle() -> None:
    error = ConfigError([FieldError("seed", -1, "positive"), FieldError("l2", "x", "a number")])
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is ConfigError
    assert copy.errors == error.errors
    assert str(copy) == str(error)


def test_changes_are_the_other_configs_values() -> None:
    assert TrainingConfig(seed=1).changes(TrainingConfig(seed=2, l2=0.1)) == {"seed": 2, "l2": 0.1}
    assert TrainingConfig().changes(TrainingConfig()) == {}


def test_a_run_goes_to_the_end_of_its_plan_and_from_there_as_far_again() -> None:
    plan = TrainingConfig(epochs=20)
    assert [plan.plan_end(epoch) for epoch in (0, 7, 19, 20, 25, 40)] == [20, 20, 20, 40, 40, 60]
