"""A run can start over on data with your own digits, and its replay is the same to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.own import PLACE, add_own
from tui_nn.engine.commands import Save, StepEpoch, TrainOn
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Opened, Start
from tui_nn.session.file.runs import load_run
from tui_nn.session.run.snapshot import Snapshot, State

NETWORK = NetworkConfig(hidden_sizes=(4,))
TRAINING = TrainingConfig(train_limit=100, epochs=2, batch_size=20)


def work(engine: InlineEngine) -> list[object]:
    said: list[object] = []
    while True:
        said += engine.poll()
        newest = [message for message in said if isinstance(message, Snapshot)][-1]
        if newest.status.state is not State.RUNNING:
            return said


def test_train_on_starts_another_run_that_can_be_saved_and_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))
    add_own(np.full(784, 200, np.uint8), 5)
    engine = InlineEngine(Start(NETWORK, TRAINING, "quick-start"))
    engine.send(StepEpoch())
    plain = [message for message in work(engine) if isinstance(message, Snapshot)][-1]
    engine.send(TrainOn(source="bundled+own"))
    said = work(engine)
    (opened,) = [message for message in said if isinstance(message, Opened)]
    assert (opened.source, opened.train_examples) == ("bundled+own:1", 4001)
    newest = [message for message in said if isinstance(message, Snapshot)][-1]
    assert newest.epoch == 2
    assert newest.history.records[1].train_loss != plain.history.records[1].train_loss
    engine.send(Save(path=str(tmp_path / "a.run")))
    engine.poll()
    add_own(np.full(784, 10, np.uint8), 6)
    session = load_run(tmp_path / "a.run")
    assert session.dataset.source == "bundled+own:1"
    session.restart(NETWORK, TRAINING)
    for _ in session.run(2):
        pass
    assert (session.snapshot().parameters.vector == newest.parameters.vector).all()


def test_data_that_cannot_be_read_leaves_the_run_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))
    engine = InlineEngine(Start(NETWORK, TRAINING, "quick-start"))
    engine.send(StepEpoch())
    before = [message for message in work(engine) if isinstance(message, Snapshot)][-1]
    engine.send(TrainOn(source="bundled+own"))
    said = work(engine)
    (notice,) = [message for message in said if isinstance(message, Notice)]
    assert notice.is_error
    assert "draw more digits first" in notice.text
    after = [message for message in said if isinstance(message, Snapshot)][-1]
    assert after.history.records == before.history.records
