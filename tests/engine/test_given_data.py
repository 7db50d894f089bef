"""An engine that is given its data as a value, in place of a source to load it from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.engine.commands import Save, StepEpoch, TrainOn
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Opened, Start
from tui_nn.engine.process import ProcessEngine
from tui_nn.engine.training_split import load_training_split

NAMES = tuple("ABCDE")
TRAINING = TrainingConfig(epochs=3, batch_size=10, train_limit=None)
NETWORK = NetworkConfig(hidden_sizes=(4,), input_size=64, output_size=len(NAMES))


@pytest.fixture(scope="module")
def letters() -> Dataset:
    random = np.random.default_rng(0)
    labels = (np.arange(60) % len(NAMES)).astype(np.uint8)
    images = random.integers(0, 256, (60, 64)).astype(np.uint8)
    return Dataset("letters", "no-such-file.npz", Split(images[:40], labels[:40], NAMES), Split(images, labels, NAMES))


@pytest.mark.parametrize("kind", [InlineEngine, ProcessEngine])
def test_an_engine_trains_on_the_given_data(
    kind: Callable[[Start], Any], letters: Dataset, drive: Callable[..., Any]
) -> None:
    """Neither engine can load these data: no file has them. A child that starts again gets them again."""
    engine = kind(Start(NETWORK, TRAINING, "custom", dataset=letters))
    try:
        driver = drive(engine)
        opened = driver.until_type(Opened)
        assert opened.test.class_names == NAMES
        assert (load_training_split(opened).images == letters.train.images).all()
        driver.send(StepEpoch())
        driver.until_epoch(1)
        engine.start_again()
        driver.until_type(Opened)
        driver.send(StepEpoch())
        assert driver.until_epoch(2).train_examples == 40
    finally:
        engine.close()


def test_a_saved_run_continues_on_the_given_data(letters: Dataset, tmp_path: Path) -> None:
    path = str(tmp_path / "letters.run")
    engine = InlineEngine(Start(NETWORK, TRAINING, "custom", dataset=letters))
    engine.send(StepEpoch())
    engine.poll()
    engine.send(Save(path))
    engine.poll()
    opened, snapshot = InlineEngine(Start(run=path, dataset=letters)).poll()
    assert isinstance(opened, Opened)
    assert opened.train is letters.train
    assert snapshot.epoch == 1  # type: ignore[union-attr]


def test_a_screen_gets_the_given_validation_data(letters: Dataset) -> None:
    """The rate finder and the seeds beside the app train on these data, so the same examples must decide their best epoch."""
    given = replace(letters, validation=letters.train.first(7))
    opened = InlineEngine(Start(NETWORK, TRAINING, "custom", dataset=given)).poll()[0]
    assert isinstance(opened, Opened)
    assert opened.dataset().digest == given.digest
    own = InlineEngine(Start(NetworkConfig(hidden_sizes=(4,)), TRAINING, "custom")).poll()[0]
    assert isinstance(own, Opened)
    assert (own.train, own.validation) == (None, None), "what a source has is not sent through the pipe"


def test_other_data_replace_the_given_data() -> None:
    digits = load_bundled()
    given = Dataset("digits", "no-such-file.npz", digits.train.first(50), digits.test.first(50))
    engine = InlineEngine(Start(NetworkConfig(hidden_sizes=(4,)), TRAINING, "custom", dataset=given))
    engine.poll()
    engine.send(TrainOn("bundled"))
    messages = engine.poll()
    assert not any(message.is_error for message in messages if isinstance(message, Notice))
    (opened,) = [message for message in messages if isinstance(message, Opened)]
    assert (opened.source, opened.train) == ("bundled", None)
