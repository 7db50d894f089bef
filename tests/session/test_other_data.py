"""A session works on any square pictures with any classes: here 8 x 8 pixels and the 26 letters, with validation data."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.hints import hints
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.class_watch import ClassWatch
from tui_nn.session.questions.example_look import look_at_example
from tui_nn.session.questions.map_look import place_examples
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.questions.unit_look import look_at_units
from tui_nn.session.run.session import Session

SIDE, LETTERS = 8, tuple(ascii_lowercase)
TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.01, batch_size=26)


def letters(count: int, seed: int) -> Split:
    """Noisy copies of 26 fixed random pictures."""
    patterns = np.random.default_rng(0).integers(0, 200, (26, SIDE * SIDE))
    labels = np.arange(count, dtype=np.uint8) % 26
    noise = np.random.default_rng(seed).integers(0, 56, (count, SIDE * SIDE))
    return Split((patterns[labels] + noise).astype(np.uint8), labels, LETTERS)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return Dataset("letters", "letters", letters(260, 1), letters(104, 2), letters(78, 3))


@pytest.fixture(scope="module")
def session(data: Dataset) -> Session:
    session = Session(data, NetworkConfig(hidden_sizes=(16,)), TRAINING)
    *_, _ = session.run(6)
    session.step_batch()
    return session


def test_the_network_takes_its_sizes_from_the_data_and_learns(session: Session) -> None:
    assert session.snapshot().network.sizes == (64, 16, 26)
    records = session.history.records
    assert records[0].train_loss == pytest.approx(math.log(26), rel=0.5)
    assert records[-1].test_accuracy > records[0].test_accuracy


def test_every_record_has_validation_figures_that_decide_which_epoch_is_the_best(session: Session) -> None:
    history = session.history
    assert history.monitored_data == "validation"
    assert all(record.has_validation for record in history.records)
    assert history.best.validation_loss == min(record.validation_loss for record in history.records[1:])
    assert set(history.best.to_dict()) >= {"validation_loss", "validation_accuracy"}


def test_patience_and_keep_best_go_by_the_validation_loss(data: Dataset) -> None:
    """The test labels are shuffled here: by the test loss another epoch would be the best."""
    shuffled = Split(data.test.images, data.test.labels[::-1].copy(), LETTERS)
    session = Session(
        replace(data, test=shuffled), NetworkConfig(hidden_sizes=(16,)), replace(TRAINING, keep_best=True)
    )
    *_, _ = session.run(8)
    records = session.history.records[1:]
    by_test = min(records, key=lambda record: record.test_loss)
    by_validation = min(records, key=lambda record: record.validation_loss)
    assert session.best == by_validation != by_test
    session.change(replace(session.training, patience=2))
    assert session.stalled(0) == (session.epoch - by_validation.epoch >= 2)
    for _ in session.keep_best():
        pass
    assert session.epoch == by_validation.epoch


def test_without_validation_data_the_test_loss_decides(data: Dataset) -> None:
    session = Session(replace(data, validation=None), NetworkConfig(hidden_sizes=(4,)), TRAINING)
    *_, _ = session.run(2)
    assert session.history.monitored_data == "test"
    assert math.isnan(session.history.records[-1].validation_loss)
    assert "validation_loss" not in session.history.records[-1].to_dict()


def test_a_run_is_saved_and_opened(session: Session, data: Dataset, tmp_path: Path) -> None:
    save_run(tmp_path / "a.run", session.snapshot(), data)
    run = read_run(tmp_path / "a.run")
    assert (run.side, run.class_names, run.network.sizes) == (SIDE, LETTERS, (64, 16, 26))
    again = run.session(data)
    assert again.snapshot().parameters.vector.tobytes() == session.snapshot().parameters.vector.tobytes()
    assert again.history == session.history
    assert again.history.best == session.history.best
    assert again.step_epoch().history == run.session(data).step_epoch().history
    with pytest.raises(ValueError, match="side and class_names"):
        run.session(replace(data, train=letters_as(data.train), test=letters_as(data.test), validation=None))


def letters_as(split: Split) -> Split:
    return Split(split.images, split.labels, tuple(name.upper() for name in LETTERS))


def test_questions_are_answered(session: Session, data: Dataset) -> None:
    snapshot, test = session.snapshot(), data.test
    found = find_mistakes(snapshot.evaluation, test.labels, past=Past.of(snapshot))
    assert found.total == np.count_nonzero(snapshot.evaluation.predicted != test.labels)
    assert ClassWatch(test.labels, 26).upto(snapshot.history.records).accuracy.shape == (7, 26)
    assert look_at_example(snapshot, test, 3).outputs.shape == (26,)
    edited = look_at_example(snapshot, test, 3, (Edit(OFF, 0, 2),))
    assert edited.was is not None
    (look,) = look_at_units(snapshot, test, 0, ())
    assert look.fan_in == 64
    (placed,) = place_examples(snapshot, test, "principal", None)
    assert len(placed.layers) == 3
    assert len(probe(snapshot, test, probe_digits(test, kind=25)).layers) == 2


def test_hints_are_found_and_name_the_classes(session: Session, data: Dataset) -> None:
    hints(session.snapshot())
    straight = Session(data, NetworkConfig(hidden_sizes=(16,), activation="identity"), TRAINING)
    says = {hint.name: hint.sentence for hint in hints(straight.snapshot())}
    assert "64" in says["no_nonlinearity"]
    assert "26" in says["no_nonlinearity"]
    unscaled = Session(data, NetworkConfig(hidden_sizes=(16,), scale_pixels=False), TRAINING)
    assert "64" in {hint.name: hint.sentence for hint in hints(unscaled.snapshot())}["inputs_not_scaled"]
