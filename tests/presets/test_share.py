"""A configuration in one line: what is written is read back, and what cannot be read is said."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Effect, Setting
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit
from tui_nn.data.bundled import load_bundled
from tui_nn.presets import load_preset, preset_names
from tui_nn.presets.share import ShareError, read_share_line, read_shared_run, share_line, share_run
from tui_nn.session.run.history import Change
from tui_nn.session.run.session import Session


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Every value that the setting accepts."""
    match setting.kind:
        case "choice":
            return st.sampled_from(setting.options)
        case "yes_no":
            return st.booleans()
        case "sizes":
            return st.lists(st.integers(1, 4096), max_size=8).map(tuple)
        case "number":
            return st.floats(setting.low, setting.high, exclude_min=setting.above_low)
        case "optional_count":
            return st.none() | st.integers(int(setting.low), int(setting.high))
        case _:
            return st.integers(int(setting.low), int(setting.high))


networks = st.fixed_dictionaries({s.name: values_of(s) for s in NetworkConfig.settings}).map(
    lambda v: NetworkConfig(**v)
)
trainings = st.fixed_dictionaries({s.name: values_of(s) for s in TrainingConfig.settings}).map(
    lambda v: TrainingConfig(**v)
)


@given(networks, trainings)
def test_what_is_written_is_read_back_exactly(network: NetworkConfig, training: TrainingConfig) -> None:
    assert read_share_line(share_line(network, training)) == (network, training)


CHANGING = [s for s in TrainingConfig.settings if s.effect is not Effect.NEW_NETWORK]
new_values = st.lists(st.sampled_from(CHANGING), min_size=1, max_size=4, unique=True).flatmap(
    lambda found: st.fixed_dictionaries({s.name: values_of(s) for s in found})
)
new_edits = st.sampled_from(
    [(Edit(WEIGHT, 0, 3, 400, -0.5),), (Edit(BIAS, 1, 9, 0, 1e-05),), (Edit(OFF, 0, 127), Edit(WEIGHT, 1, 0, 2, 12.0))]
)
places = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=5).map(sorted)


@given(trainings, places, st.data())
def test_the_changes_of_a_run_are_read_back_exactly(training: TrainingConfig, places: Any, data: Any) -> None:
    changes = tuple(
        Change.at(place, data.draw(new_values))
        if data.draw(st.booleans())
        else Change.at(place, {}, data.draw(new_edits))
        for place in places
    )
    line = share_line(NetworkConfig(), training, changes)
    assert read_shared_run(line) == (NetworkConfig(), training, changes)
    assert read_share_line(line) == (NetworkConfig(), training)


def test_the_line_of_a_run_says_where_and_what_a_person_changed() -> None:
    data = load_bundled()
    session = Session(replace(data, train=data.train.first(100)), NetworkConfig(), TrainingConfig(batch_size=25))
    # The run begins with a setting that was changed before the first update.
    session.change(replace(session.training, batch_size=50))
    session.step_epoch()
    session.change(replace(session.training, learning_rate=0.03, optimizer="adam"))
    session.step_batch()
    session.edit((Edit(WEIGHT, 0, 3, 400, 0.5), Edit(OFF, 0, 7)))
    assert share_run(session.snapshot()) == (
        "784-128-10 relu he_normal softmax-ce sgd lr=.1 bs=50 ep=20 seed=0 "
        "@1 adam lr=.03 @1+1 weight:0:3:400=.5 off:0:7"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("@5 lr=0", "lr=0: must be a number above 0"),
        ("@x lr=.1", "@x: a position must be @EPOCHS or @EPOCHS+BATCHES, such as @5 or @5+12"),
        ("@5+ lr=.1", "@5+: a position must be @EPOCHS"),
        ("@5 lr=.1 @4 lr=.2", "@4: changes must be in the order of their epochs and batches"),
        ("@5 bias=no", "use_bias cannot change in the middle of a run, because it needs a new network"),
        ("@5 784-10", "input_size cannot change in the middle"),
        ("@5 lr=.1 lr=.2", "lr is there twice"),
        ("@5 weight:0:3=1", "weight:0:3=1: an edit is weight:LAYER:UNIT:INPUT=VALUE, bias:LAYER:UNIT=VALUE or off"),
        ("@5 off:0:3=1", "off:0:3=1: an edit is"),
        ("@5 bias:0:128=1", "bias:0:128=1: layer 0 has no unit 128; its units are 0 to 127"),
        ("@5 bias:0:1=nan", "bias:0:1=nan: nan is not a finite number"),
    ],
)
def test_a_change_that_is_impossible_is_named(words: str, sentence: str) -> None:
    with pytest.raises(ShareError) as error:
        read_share_line(f"784-128-10 relu {words}")
    assert sentence in str(error.value)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_survives_being_shared(name: str) -> None:
    preset = load_preset(name)
    assert read_share_line(share_line(preset.network, preset.training)) == (preset.network, preset.training)


def test_the_line_is_short_and_in_words() -> None:
    line = share_line(NetworkConfig(), TrainingConfig(learning_rate=0.03, epochs=40))
    assert line == "784-128-10 relu he_normal softmax-ce sgd lr=.03 bs=64 ep=40 seed=0"
    line = share_line(NetworkConfig(use_bias=False, loss="sigmoid_mse"), TrainingConfig(batch_size=None, epsilon=1e-6))
    assert line == "784-128-10 relu he_normal sigmoid-mse sgd lr=.1 bs=full ep=20 seed=0 bias=no eps=1e-6"


def test_what_is_left_out_has_its_default() -> None:
    assert read_share_line("784-32-16-10") == (NetworkConfig(hidden_sizes=(32, 16)), TrainingConfig())
    assert read_share_line("adam") == (NetworkConfig(), TrainingConfig(optimizer="adam"))


def test_words_may_come_in_any_order_over_lines_and_with_the_row_they_stand_in() -> None:
    pasted = "share lr=.5 Adam\n  784-64-10   TANH batch_size=full momentum=.5\n"
    network, training = read_share_line(pasted)
    assert network == NetworkConfig(hidden_sizes=(64,), activation="tanh")
    assert training == TrainingConfig(learning_rate=0.5, optimizer="adam", batch_size=None, momentum=0.5)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "not a share line"),
        ("share", "not a share line"),
        ("relu " * 401, "not a share line"),
        ("hello", "hello: this word has no meaning"),
        ("colour=red", "colour=red: there is no such setting"),
        ("lr=fast", "lr=fast: must be a number above 0"),
        ("lr=0", "lr=0: must be"),
        ("lr=nan", "lr=nan: must be"),
        ("lr=.1 lr=.2", "lr is there twice"),
        ("relu tanh", "activation is there twice"),
        ("784", "784: sizes must begin with the pixels"),
        ("128-10", "128-10: sizes must begin with the pixels"),
        ("784-0-10", "784-0-10: must be"),
        ("784-٣-10", "784-٣-10: this word has no meaning"),
        ("784-9999-10", "784-9999-10: must be"),
        ("-", "-: this word has no meaning"),
        ("=", "=: there is no such setting"),
        ("a b c d e", "and 2 more"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(line: str, said: str) -> None:
    with pytest.raises(ShareError) as caught:
        read_share_line(line)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        network, training = read_share_line(text)
    except ShareError:
        return
    assert read_share_line(share_line(network, training)) == (network, training)


def test_a_line_carries_the_sizes_of_other_data() -> None:
    network = NetworkConfig(hidden_sizes=(20,)).for_data(64, 26)
    line = share_line(network, TrainingConfig())
    assert line.startswith("64-20-26 relu")
    assert read_share_line(line) == (network, TrainingConfig())
