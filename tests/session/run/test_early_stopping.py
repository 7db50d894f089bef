"""A run that ends before its time, and a run that goes back to its best epoch: two switches."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.engine.commands import Change, Run, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Start
from tui_nn.engine.worker import Worker
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.run.history import History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(60), test=BUNDLED.test.first(60))
NETWORK = NetworkConfig(hidden_sizes=(20,))
TRAINING = TrainingConfig(optimizer="momentum", batch_size=20, learning_rate=0.1, epochs=40)
"""On sixty digits the test loss rises soon, and hardly ever falls again."""


EngineOf = Callable[..., InlineEngine]


def losses(history: History) -> list[float]:
    return [record.test_loss for record in history.records]


@pytest.fixture
def engine_of() -> EngineOf:
    def make(**training: object) -> InlineEngine:
        engine = InlineEngine(Start(NETWORK, replace(TRAINING, **training), dataset=DIGITS))  # type: ignore[arg-type]
        engine.poll()
        return engine

    return make


def ended(engine: InlineEngine) -> tuple[Snapshot, list[str]]:
    """What a run comes to, and what is said of it."""
    engine.send(Run())
    said: list[str] = []
    while True:
        messages = engine.poll()
        said += [message.text for message in messages if isinstance(message, Notice)]
        snapshots = [message for message in messages if isinstance(message, Snapshot)]
        if snapshots and snapshots[-1].status.state not in (State.RUNNING, State.REPLAYING):
            return snapshots[-1], said


def expected_stop(history: History, patience: int) -> int:
    """The epoch to stop at, counted out: the first without a lower loss in as many epochs."""
    best, waited = np.inf, 0
    for epoch, loss in enumerate(losses(history)[1:], start=1):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == patience:
            return epoch
    raise AssertionError("the plan is too short for this test")


def whole_plan() -> History:
    session = Session(DIGITS, NETWORK, TRAINING)
    *_, snapshot = session.run(TRAINING.epochs)
    return snapshot.history


@pytest.mark.parametrize("patience", [1, 4])
def test_a_run_stops_after_so_many_epochs_without_a_better_test_loss(patience: int, engine_of: EngineOf) -> None:
    history = whole_plan()
    stop = expected_stop(history, patience)
    snapshot, said = ended(engine_of(patience=patience))
    assert snapshot.epoch == snapshot.newest_epoch == stop
    assert losses(snapshot.history) == losses(history)[: stop + 1]
    best = int(np.argmin(losses(snapshot.history)[1:])) + 1
    assert snapshot.status.reason == f"the best epoch was {best}"
    assert said == [f"the training stopped early at epoch {stop}: the best epoch was {best}"]


def test_going_on_after_it_is_patient_again(engine_of: EngineOf) -> None:
    engine = engine_of(patience=2)
    first, _ = ended(engine)
    again, _ = ended(engine)
    assert again.epoch >= first.epoch + 2
    engine.send(StepEpoch())
    (step,) = (message for message in engine.poll() if isinstance(message, Snapshot))
    assert step.epoch == again.epoch + 1, "single epochs are asked for one by one, and done"
    assert step.status.reason == ""


def test_keep_best_goes_back_to_the_parameters_of_the_best_epoch(engine_of: EngineOf) -> None:
    """Without patience too: at the end of the plan."""
    history = whole_plan()
    best = int(np.argmin(losses(history)[1:])) + 1
    assert best < TRAINING.epochs
    session = Session(DIGITS, NETWORK, TRAINING)
    *_, at_best = session.run(best)
    snapshot, said = ended(engine_of(keep_best=True))
    assert (snapshot.epoch, snapshot.newest_epoch) == (best, TRAINING.epochs)
    assert snapshot.status.state is State.LOOKING_BACK
    assert np.array_equal(snapshot.parameters.vector, at_best.parameters.vector)
    assert snapshot.evaluation.loss == min(losses(history)[1:])
    assert said == [f"the run went back to its best epoch, {best}"]


def test_both_stop_early_and_keep(engine_of: EngineOf) -> None:
    snapshot, (said,) = ended(engine_of(patience=3, keep_best=True))
    assert snapshot.newest_epoch == expected_stop(whole_plan(), 3)
    assert snapshot.epoch == int(np.argmin(losses(snapshot.history)[1:])) + 1
    assert said.startswith(f"the training stopped early at epoch {snapshot.newest_epoch}: ")
    assert said.endswith(f"; the run went back to its best epoch, {snapshot.epoch}")


def test_neither_switch_does_nothing(engine_of: EngineOf) -> None:
    snapshot, said = ended(engine_of())
    assert (snapshot.epoch, snapshot.status.reason, said) == (TRAINING.epochs, "", [])


def test_patience_that_is_changed_while_running_counts_from_there(engine_of: EngineOf) -> None:
    engine = engine_of()
    worker: Worker = engine._worker
    worker.handle(Run())
    while worker.session.epoch < 20:
        worker.work(0.0)
    worker.handle(Change(training=replace(worker.session.training, patience=3)))
    while worker.busy:
        worker.work()
    assert worker.session.epoch == 23


def test_what_was_kept_is_what_a_file_holds(tmp_path: Path) -> None:
    session = Session(DIGITS, NETWORK, replace(TRAINING, keep_best=True))
    *_, _ = session.run(15)
    for _ in session.keep_best():
        pass
    kept = session.snapshot()
    assert kept.epoch < 15
    path = tmp_path / "kept.run"
    save_run(path, session.snapshot_to_save(), DIGITS)
    run = read_run(path)
    assert np.array_equal(run.parameters.vector, kept.parameters.vector)
    assert run.training.keep_best
