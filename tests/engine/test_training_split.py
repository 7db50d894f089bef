"""The training examples that screens load for themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_training_split


def test_they_are_the_training_examples_of_the_opened_data() -> None:
    digits = load_dataset()
    opened = Opened(digits.name, len(digits.train), digits.test, digits.source)
    assert (load_training_split(opened).images == digits.train.images).all()
    assert len(load_training_split(opened, 50)) == 50


def test_a_file_with_another_number_of_examples_is_refused() -> None:
    digits = load_dataset()
    opened = Opened(digits.name, len(digits.train), digits.test, digits.source)
    with pytest.raises(DataError, match=f"now contains {len(digits.train):,} training examples"):
        load_training_split(replace(opened, train_examples=3))
