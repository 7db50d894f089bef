"""The training examples that screens load for themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.data.validation import examples_of
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_trained_examples, load_training_split
from tui_nn.session.run.session import Session


def test_they_are_the_training_examples_of_the_opened_data() -> None:
    digits = load_dataset()
    opened = Opened(digits.name, len(digits.train), digits.test, digits.source)
    assert (load_training_split(opened).images == digits.train.images).all()


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_screen_finds_the_examples_that_the_run_trains_on(share: float) -> None:
    digits = load_dataset()
    training = TrainingConfig(train_limit=50, validation=share, seed=4)
    snapshot = Session(digits, NetworkConfig(hidden_sizes=()), training).snapshot()
    train = load_trained_examples(Opened(digits.name, len(digits.train), digits.test, digits.source), snapshot)
    assert (train.images == examples_of(digits, training).train.images).all()
    assert len(train) == snapshot.train_examples


def test_a_file_with_another_number_of_examples_is_refused() -> None:
    digits = load_dataset()
    opened = Opened(digits.name, len(digits.train), digits.test, digits.source)
    with pytest.raises(DataError, match=f"now contains {len(digits.train):,} training examples"):
        load_training_split(replace(opened, train_examples=3))
