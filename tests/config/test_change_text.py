"""One change of a setting as a person types it."""

from __future__ import annotations

from typing import Any

import pytest

from tui_nn.config.change_text import ChangeTextError, find_settings, read_change
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings

NETWORK, TRAINING = NetworkConfig(), TrainingConfig()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("learning rate 0.3", "learning_rate", 0.3),
        ("learning-rate=.3", "learning_rate", 0.3),
        ("lr .3", "learning_rate", 0.3),
        ("LR 3", "learning_rate", 3.0),
        ("rate 3", "learning_rate", 3.0),
        ("hidden sizes 64,32", "hidden_sizes", (64, 32)),
        ("hidden sizes none", "hidden_sizes", ()),
        ("l2 0.01", "l2", 0.01),
        ("l2=0.01", "l2", 0.01),
        ("beta1 0.5", "beta1", 0.5),
        ("momentum: 0.5", "momentum", 0.5),
        ("momen 0.5", "momentum", 0.5),
        ("hidden 32 16", "hidden_sizes", (32, 16)),
        ("opt adam", "optimizer", "adam"),
        ("batch size full", "batch_size", None),
        ("batch size 16", "batch_size", 16),
        ("activation tanh", "activation", "tanh"),
        ("keep best yes", "keep_best", True),
    ],
)
def test_a_name_and_a_value_change_one_setting(text: str, name: str, value: Any) -> None:
    setting, network, training = read_change(text, NETWORK, TRAINING)
    assert setting.name == name
    changed = NETWORK.changes(network) | TRAINING.changes(training)
    assert changed == {name: value}


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_every_setting_is_found_by_its_name_and_its_label(setting: Any) -> None:
    assert find_settings(f"{setting.name}=1") == [setting]
    assert find_settings(f"{setting.label} 1") == [setting]
    assert setting in find_settings("")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Type the name of a setting"),
        ("speed 3", "No setting is called 'speed'; type a name and a value"),
        ("size 3", "Which setting[?] hidden sizes, batch size"),
        ("learning rate", "Type the new value of learning rate: above 0"),
        ("learning rate fast", "learning rate is 'fast': it must be a number above 0"),
        ("learning rate 0.1", "learning rate is already 0.1"),
        ("be 0.3", "Which setting[?] beta1, beta2"),
        ("weight zeros", "Which setting[?] weight init, init scale"),
    ],
)
def test_a_text_that_is_no_change_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(ChangeTextError, match=said):
        read_change(text, NETWORK, TRAINING)
