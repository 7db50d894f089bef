"""A run that sets examples aside for validation: training, time travel, branches, and run files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.loading import load_dataset
from tui_nn.data.validation import examples_of
from tui_nn.session.file.runs import load_run, read_run, save_run
from tui_nn.session.run.session import Session

NETWORK = NetworkConfig(hidden_sizes=(12,))
TRAINING = TrainingConfig(train_limit=600, validation=0.2, batch_size=32, optimizer="momentum", seed=3)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load_dataset()


@pytest.fixture
def session(data: Dataset) -> Session:
    session = Session(data, NETWORK, TRAINING)
    *_, _ = session.run(3)
    return session


def bits(session: Session) -> bytes:
    return session.snapshot().parameters.vector.tobytes()


def test_the_run_trains_on_the_rest_and_every_record_is_validated(session: Session, data: Dataset) -> None:
    snapshot, examples = session.snapshot(), examples_of(data, TRAINING)
    assert examples.validation is not None
    assert (snapshot.train_examples, snapshot.set_aside) == (len(examples.train), len(examples.validation))
    assert snapshot.train_examples + snapshot.set_aside == 600
    assert snapshot.batches == -(-snapshot.train_examples // 32)
    assert session.history.monitored_data == "validation"
    measured = evaluate(snapshot.mlp, examples.validation.images, examples.validation.labels)
    assert session.history.records[-1].validation_loss == measured.loss
    assert session.dataset.digest == data.digest


def test_it_learns_the_same_network_as_a_run_on_the_rest_alone(session: Session, data: Dataset) -> None:
    alone = Session(examples_of(data, TRAINING), NETWORK, replace(TRAINING, train_limit=None, validation=0.0))
    *_, _ = alone.run(3)
    assert bits(alone) == bits(session)


def test_the_test_data_decide_nothing(data: Dataset) -> None:
    """The labels of the test data are wrong here: by the test loss, another epoch would be the best."""
    wrong = Split(data.test.images, (data.test.labels + 1) % 10)
    session = Session(replace(data, test=wrong), NETWORK, replace(TRAINING, keep_best=True))
    *_, _ = session.run(4)
    records = session.history.records[1:]
    assert session.best == min(records, key=lambda record: record.validation_loss)
    assert session.best != min(records, key=lambda record: record.test_loss)
    session.change(replace(session.training, patience=1))
    assert session.stalled(0) == (session.best.epoch < 4)


def test_a_place_in_the_past_is_the_same_to_the_bit(session: Session) -> None:
    after, history = bits(session), session.history
    session.seek(1, 3)
    session.seek(3)
    assert (bits(session), session.history) == (after, history)


def test_a_branch_is_validated_on_the_same_examples(session: Session) -> None:
    session.seek(1)
    session.change(replace(session.training, learning_rate=0.01))
    session.step_epoch()
    first, second = (branch.history.records for branch in session.branches)
    assert first[1].validation_loss == second[1].validation_loss
    assert first[2].validation_loss != second[2].validation_loss
    assert all(record.has_validation for record in second)


def test_a_saved_run_continues_to_the_bit(session: Session, data: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "a.run"
    session.step_batch()
    save_run(path, session.snapshot_to_save(), data)
    opened = load_run(path)
    assert opened.snapshot().set_aside == session.snapshot().set_aside
    assert opened.history.monitored_data == "validation"
    assert read_run(path).history.records[-1].validation_loss == session.history.records[-1].validation_loss
    opened.step_epoch()
    session.step_epoch()
    assert bits(opened) == bits(session)
    assert opened.history.records[-1].validation_loss == session.history.records[-1].validation_loss


def test_another_share_needs_a_new_network(session: Session) -> None:
    with pytest.raises(ConfigError, match="validation"):
        session.change(replace(session.training, validation=0.1))


def test_without_the_setting_the_test_data_decide_as_before(data: Dataset) -> None:
    session = Session(data, NETWORK, replace(TRAINING, validation=0.0))
    assert session.history.monitored_data == "test"
    assert (session.snapshot().train_examples, session.snapshot().set_aside) == (600, 0)
