"""The same seed and the same commands give the same history in every engine, bit for bit."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from waiting import TimeLimit

from tui_nn.__main__ import main
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.engine.commands import Change, Run, Save, StepBatch, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Start, Stopped
from tui_nn.engine.process import ProcessEngine
from tui_nn.session.file.runs import load_run
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State

CASES = {
    "quick-start": (NetworkConfig(), TrainingConfig(optimizer="momentum", epochs=3)),
    "adam in two layers": (
        NetworkConfig(hidden_sizes=(24, 12), activation="tanh", weight_init="xavier_normal"),
        TrainingConfig(optimizer="adam", learning_rate=0.002, batch_size=50, epochs=3, seed=7, train_limit=1010),
    ),
    "a full batch of two chunks, in float64": (
        NetworkConfig(hidden_sizes=(10,), dtype="float64", use_bias=False, loss="sigmoid_mse", activation="sigmoid"),
        TrainingConfig(batch_size=None, learning_rate=0.3, epochs=3, generator="legacy", shuffle=False, l2=0.001),
    ),
}


def wait_for(engine: ProcessEngine | InlineEngine, done: Callable[[Snapshot], bool]) -> Snapshot:
    """Return the first snapshot for which `done` is true."""
    limit = TimeLimit()
    while True:
        for message in engine.listen(limit.left()):
            assert not isinstance(message, Stopped), message.reason
            if isinstance(message, Snapshot) and done(message):
                return message


def flags(network: NetworkConfig, training: TrainingConfig) -> list[str]:
    """Return flags for every hyperparameter, so that the preset has no effect."""
    return [
        word
        for config in (network, training)
        for setting in config.settings
        for word in (f"--{setting.name.replace('_', '-')}", setting.format(getattr(config, setting.name)))
    ]


@pytest.mark.parametrize("name", CASES)
def test_session_inline_engine_child_process_and_command_line(name, capsys):
    network, training = CASES[name]
    session = Session(load_dataset(), network, training)
    for _ in session.run(3):
        pass
    expected = session.snapshot()
    assert len(expected.history.records) == 4

    for kind in (InlineEngine, ProcessEngine):
        engine = kind(Start(network, training))
        try:
            engine.send(Run())
            found = wait_for(engine, lambda snapshot: snapshot.epoch == 3 and snapshot.status.state is State.READY)
        finally:
            engine.close()
        assert found.history.records == expected.history.records, kind
        assert found.parameters.vector.tobytes() == expected.parameters.vector.tobytes(), kind
        assert [m.tobytes() for m in found.moments] == [m.tobytes() for m in expected.moments], kind

    assert main(["train", "--json", *flags(network, training)]) == 0
    events: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [{**event, "seconds": 0} for event in events if event.pop("event") == "epoch"]
    assert told == [{**record.to_dict(), "seconds": 0} for record in expected.history.records]
    assert events[-1]["parameters_sha256"] == sha256(expected.parameters.vector.tobytes()).hexdigest()


def test_a_change_on_the_way_and_a_run_that_is_saved_and_opened(tmp_path):
    """A session, an engine and a saved file do the same: steps, a change, an epoch, and a save inside the next epoch."""
    network, training = NetworkConfig(hidden_sizes=(16,)), TrainingConfig(optimizer="adam", learning_rate=0.003)
    changed = replace(training, learning_rate=0.001, batch_size=100, optimizer="momentum")
    by_hand = Session(load_dataset(), network, training)
    for _ in range(3):
        by_hand.step_batch()
    by_hand.change(changed)
    by_hand.step_epoch()
    by_hand.step_batch()
    saved_at = by_hand.snapshot()
    by_hand.step_epoch()

    for kind in (InlineEngine, ProcessEngine):
        path = tmp_path / f"{kind.__name__}.run"
        engine = kind(Start(network, training))
        try:
            for _ in range(3):
                engine.send(StepBatch())
            engine.send(Change(training=changed))
            engine.send(StepEpoch())
            wait_for(engine, lambda snapshot: snapshot.epoch == 1 and snapshot.status.state is State.READY)
            engine.send(StepBatch())
            engine.send(Save(path=str(path)))
            limit, found, saved = TimeLimit(), None, False
            while not (found and saved):
                for message in engine.listen(limit.left()):
                    assert not isinstance(message, Notice) or not message.is_error
                    saved = saved or isinstance(message, Notice)
                    if isinstance(message, Snapshot) and message.progress.batch == 1:
                        found = message
        finally:
            engine.close()
        loaded = load_run(path)
        for snapshot in (found, loaded.snapshot()):
            assert snapshot.history == saved_at.history, kind
            assert snapshot.parameters.vector.tobytes() == saved_at.parameters.vector.tobytes(), kind
        loaded.step_epoch()
        assert loaded.history == by_hand.history
        assert loaded.snapshot().parameters.vector.tobytes() == by_hand.snapshot().parameters.vector.tobytes()


def test_an_update_is_still_read_only_after_the_pipe():
    engine = ProcessEngine(Start(NetworkConfig(hidden_sizes=(4,)), TrainingConfig(optimizer="adam")))
    try:
        snapshot = wait_for(engine, lambda _: True)
    finally:
        engine.close()
    evaluation = snapshot.evaluation
    arrays = (
        evaluation.outputs,
        evaluation.losses,
        evaluation.predicted,
        *snapshot.moments,
        snapshot.parameters.vector,
    )
    assert [array.flags.writeable for array in arrays] == [False] * 6
