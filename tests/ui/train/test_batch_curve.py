"""The batch losses of many epochs as one curve: each value is at its place on the axis of epochs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.render.scale import EpochAxis
from tui_nn.session.run.history import EpochRecord, History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.train.batch_curve import MOST_EPOCHS, BatchCurve


@pytest.fixture(scope="module")
def session() -> Session:
    bundled = load_bundled()
    data = replace(bundled, train=bundled.train.first(200), test=bundled.test.first(50))
    return Session(data, NetworkConfig(hidden_sizes=(4,)), TrainingConfig(batch_size=32))


def run(session: Session, *losses: list[float] | None, current: list[float] | None = None) -> Snapshot:
    """Return a snapshot with these batch losses of each epoch."""
    arrays = [None, *(None if some is None else np.array(some, np.float32) for some in losses)]
    records = tuple(EpochRecord(k, 1.0, 0.5, 1.0, 0.5, batch_losses=some) for k, some in enumerate(arrays))
    now = None if current is None else np.array(current, np.float32)
    return replace(session.snapshot(), history=History(records), epoch=len(losses), batch_losses=now)


def points(curve: BatchCurve) -> dict[float, float]:
    return {round(curve.first + k * curve.step, 3): float(value) for k, value in enumerate(curve.values)}


def test_each_loss_is_at_the_end_of_its_batch(session: Session) -> None:
    curve = BatchCurve.of(run(session, [4.0, 3.0], [2.0, 1.0]), EpochAxis(0, 10))
    assert points(curve) == {0.5: 4.0, 1.0: 3.0, 1.5: 2.0, 2.0: 1.0}
    assert curve.in_epoch(2).tolist() == [2.0, 1.0]
    assert curve.in_epoch(0).tolist() == curve.in_epoch(3).tolist() == []


def test_a_window_has_its_own_batches_only(session: Session) -> None:
    curve = BatchCurve.of(run(session, [4.0, 3.0], [2.0, 1.0], [0.5, 0.25]), EpochAxis(1, 2))
    assert points(curve) == {1.5: 2.0, 2.0: 1.0}
    assert curve.in_epoch(2).tolist() == [2.0, 1.0]


def test_the_current_epoch_ends_at_its_last_complete_batch(session: Session) -> None:
    batches = session.snapshot().batches
    assert batches >= 3
    curve = BatchCurve.of(run(session, [2.0] * batches, current=[1.0] * 2), EpochAxis(0, 10))
    assert len(curve.values) == batches + 2
    assert max(points(curve)) == pytest.approx(1 + 2 / batches, abs=1e-3)


def test_another_batch_size_and_unknown_epochs_keep_the_places(session: Session) -> None:
    curve = BatchCurve.of(run(session, [4.0], [3.0, 2.0], None, [1.0, 0.5]), EpochAxis(0, 10))
    assert curve.values[:4].tolist() == [4.0, 4.0, 3.0, 2.0]
    assert np.isnan(curve.values[4:6]).all()
    assert curve.values[6:].tolist() == [1.0, 0.5]
    assert np.isnan(BatchCurve.of(run(session), EpochAxis(0, 10)).values).all()


def test_a_long_run_draws_only_its_newest_epochs(session: Session) -> None:
    curve = BatchCurve.of(run(session, *[[1.0, 2.0]] * (MOST_EPOCHS + 50)), EpochAxis(0, 2000))
    assert len(curve.values) == 2 * MOST_EPOCHS
    assert curve.first == 50.5
