from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from data_files import WARNED

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.dataset import DataError
from tui_nn.engine.commands import Change, Pause, Restart, Run, Save, StepBatch, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import CarriedOut, Notice, Opened, Start, Stopped, Tick, describe_failure
from tui_nn.engine.worker import Worker
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import load_run
from tui_nn.session.run.snapshot import Snapshot, State, Status

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message

But = Callable[..., Start]
SameRun = Callable[[Snapshot, Snapshot], bool]


@pytest.fixture
def engine(small: Start) -> InlineEngine:
    """An engine whose first messages have been read."""
    engine = InlineEngine(small)
    engine.poll()
    return engine


def last(messages: list[Message]) -> Snapshot:
    return [message for message in messages if isinstance(message, Snapshot)][-1]


def kinds(messages: list[Message]) -> list[type[Any]]:
    """Return the types of the messages, without those that only say which commands were carried out."""
    return [type(message) for message in messages if not isinstance(message, CarriedOut)]


def test_the_first_words_are_what_was_opened_and_how_it_stands(small: Start) -> None:
    engine = InlineEngine(small)
    opened, snapshot = engine.poll()
    assert isinstance(opened, Opened)
    assert (opened.data_name, opened.source) == ("bundled digits", "bundled")
    assert (opened.train_examples, len(opened.test)) == (4000, 1000)
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.epoch, snapshot.status.state, snapshot.preset) == (0, State.READY, "custom")
    assert engine.poll() == []


def test_a_start_without_configs_is_its_preset() -> None:
    *_, snapshot = InlineEngine(Start(preset="tiny-lecun")).poll()
    assert isinstance(snapshot, Snapshot)
    preset = load_preset("tiny-lecun")
    assert (snapshot.network, snapshot.training, snapshot.preset) == (preset.network, preset.training, "tiny-lecun")


def test_a_start_that_cannot_be_raises() -> None:
    with pytest.raises(DataError):
        InlineEngine(Start(source="no-such-file.npz"))


def test_notes_about_the_data_are_the_first_notices(tmp_path: Path) -> None:
    path = WARNED["wrong_no_test"][0](tmp_path / "a")
    notices = [message.text for message in InlineEngine(Start(source=str(path))).poll() if isinstance(message, Notice)]
    assert [text.partition(",")[0] for text in notices] == ["a.npz: the data has no test examples"]


def test_space_pressed_five_times_trains_five_epochs(engine: InlineEngine) -> None:
    for _ in range(5):
        engine.send(StepEpoch())
    seen = [last(engine.poll()) for _ in range(5)]
    assert [snapshot.epoch for snapshot in seen] == [1, 2, 3, 4, 5]
    assert [snapshot.status.state for snapshot in seen] == 4 * [State.RUNNING] + [State.READY]
    assert engine.poll() == []


def test_poll_returns_only_the_newest_snapshot(engine: InlineEngine) -> None:
    for _ in range(3):
        engine.send(StepBatch())
    assert kinds(engine.poll()) == [Snapshot]


def test_a_batch_is_done_when_the_next_command_comes(engine: InlineEngine, small: Start) -> None:
    assert small.training is not None
    engine.send(StepBatch())
    engine.send(Change(training=replace(small.training, learning_rate=0.3)))
    engine.send(StepBatch())
    snapshot = last(engine.poll())
    assert (snapshot.step, snapshot.progress.batch, snapshot.status.state) == (2, 2, State.PAUSED)
    assert [(change.epoch, change.batch) for change in snapshot.history.changes] == [(1, 1)]


def test_run_goes_to_the_next_multiple_of_the_epochs_and_r_again_to_the_one_after(but: But, small: Start) -> None:
    engine = InlineEngine(but(small, epochs=3))
    engine.send(StepEpoch())
    engine.poll()
    for goal in (3, 6):
        engine.send(Run())
        while last(messages := engine.poll()).status.state is State.RUNNING:
            pass
        assert last(messages).epoch == goal


def test_pause_stops_a_run_and_run_goes_on(engine: InlineEngine) -> None:
    engine.send(Run())
    engine.poll()
    engine.send(Pause())
    paused = last(engine.poll())
    assert (paused.epoch, paused.status.state) == (1, State.READY)
    assert engine.poll() == []
    engine.send(Run())
    assert last(engine.poll()).epoch == 2


def test_space_does_nothing_to_a_run(but: But, small: Start) -> None:
    engine = InlineEngine(but(small, epochs=2))
    engine.send(Run())
    engine.send(StepEpoch())
    engine.poll()
    engine.send(StepEpoch())
    assert last(engine.poll()).epoch == 2
    assert engine.poll() == []


def test_a_batch_ends_a_run(engine: InlineEngine) -> None:
    engine.send(Run())
    engine.poll()
    engine.send(StepBatch())
    snapshot = last(engine.poll())
    assert (snapshot.epoch, snapshot.progress.batch, snapshot.status.state) == (1, 1, State.PAUSED)
    assert engine.poll() == []


def test_other_epochs_move_the_end_of_a_run(engine: InlineEngine, small: Start) -> None:
    assert small.training is not None
    engine.send(Run())
    engine.poll()
    engine.send(Change(training=replace(small.training, epochs=3)))
    while last(messages := engine.poll()).status.state is State.RUNNING:
        pass
    assert last(messages).epoch == 3


def test_restart_ends_a_run_and_begins_again(engine: InlineEngine, small: Start, same_run: SameRun) -> None:
    engine.send(Run())
    engine.poll()
    engine.send(Restart(network=small.network, training=small.training, preset=small.preset))
    assert same_run(last(engine.poll()), last(InlineEngine(small).poll()))
    assert engine.poll() == []


def test_divergence_ends_a_run(engine: InlineEngine) -> None:
    network = NetworkConfig(hidden_sizes=(6, 6), activation="identity")
    training = TrainingConfig(learning_rate=1e6, train_limit=300)
    engine.send(Restart(network=network, training=training, preset="custom"))
    engine.send(Run())
    diverged = last(engine.poll())
    assert diverged.status.state is State.DIVERGED
    assert engine.poll() == []
    for command in (Run(), StepEpoch(), StepBatch()):
        engine.send(command)
        assert last(engine.poll()).status == diverged.status


def test_a_refused_change_is_a_notice_and_training_continues(engine: InlineEngine, small: Start) -> None:
    assert small.training is not None
    engine.send(Run())
    engine.send(Change(training=replace(small.training, seed=5)))
    notice = Notice("seed is 5: it must be left unchanged, because a new value needs a new network", is_error=True)
    assert notice in engine.poll()
    assert last(engine.poll()).status.state is State.RUNNING


def test_the_notice_of_a_save_names_the_folder(
    engine: InlineEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nets").mkdir()
    monkeypatch.chdir(tmp_path / "nets")
    monkeypatch.setenv("HOME", str(tmp_path))
    engine.poll()
    engine.send(Save(path="a.run"))
    assert Notice("saved to ~/nets/a.run") in engine.poll()


def test_save_writes_a_run_and_training_continues(engine: InlineEngine, tmp_path: Path, same_run: SameRun) -> None:
    path = str(tmp_path / "a.run")
    engine.send(StepEpoch())
    engine.poll()
    engine.send(StepBatch())
    engine.send(Save(path=path))
    snapshot, *_, notice = (message for message in engine.poll() if not isinstance(message, CarriedOut))
    assert notice == Notice(f"saved to {path}")
    assert isinstance(snapshot, Snapshot)
    assert same_run(load_run(path).snapshot(), snapshot)
    again = InlineEngine(Start(run=path))
    assert same_run(last(again.poll()), snapshot)


def test_a_save_that_fails_is_a_notice(engine: InlineEngine, tmp_path: Path) -> None:
    engine.send(Save(path=str(tmp_path / "no" / "such.run")))
    (notice,) = (message for message in engine.poll() if isinstance(message, Notice))
    assert notice.is_error


def test_a_failure_is_reported_once_and_the_engine_can_start_again(
    engine: InlineEngine, monkeypatch: pytest.MonkeyPatch, same_run: SameRun
) -> None:
    engine.send(StepEpoch())
    before = last(engine.poll())
    with monkeypatch.context() as broken:
        broken.setattr("tui_nn.session.run.session.Session.train", lambda *_: iter([1 / 0 for _ in "a"]))
        engine.send(StepEpoch())
        assert engine.poll()[-1] == Stopped("ZeroDivisionError: division by zero")
        engine.send(StepEpoch())
        assert engine.poll() == []
    engine.start_again()
    messages = engine.poll()
    assert kinds(messages) == [Opened, Snapshot]
    assert same_run(last(messages), before)
    engine.send(StepEpoch())
    assert last(engine.poll()).epoch == 2


def test_an_object_that_is_no_command_stops_the_engine(engine: InlineEngine) -> None:
    for no_command in ("run", "jump", None, Run):
        engine.send(no_command)  # type: ignore[arg-type]
        assert engine.poll() == [Stopped(f"{no_command!r} is not a command")]
        engine.start_again()
        engine.poll()


def test_no_message_comes_after_close(engine: InlineEngine) -> None:
    engine.send(Run())
    engine.close()
    engine.close()
    engine.send(StepEpoch())
    assert engine.poll() == []


# ---- the worker


def test_work_can_stop_after_every_batch_and_every_chunk(
    but: But, small: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 1)
    worker = Worker(but(small, batch_size=None, train_limit=None))  # 4,000 examples: four chunks.
    worker.handle(StepEpoch())
    shares = []
    while worker.busy:
        worker.work(0)
        shares.append(worker.session.progress.share)
    assert shares == [0, 0.25, 0.5, 0.75, 0]
    assert worker.session.epoch == 1


def test_a_long_single_batch_can_be_paused_and_batches_add_up(but: But, small: Start) -> None:
    # A chunk of this takes longer than a slice of work.
    start = replace(but(small, batch_size=None, train_limit=None), network=NetworkConfig(hidden_sizes=(1024,)))
    worker = Worker(start)
    worker.handle(StepBatch())
    assert worker.busy
    assert isinstance(worker.report(), Snapshot)
    assert worker.report() == Tick(worker.session.progress, Status(State.RUNNING))
    worker.handle(Pause())
    assert not worker.busy
    assert worker.session.snapshot().status.state is State.PAUSED
    # The first of these finishes what was paused, the second is under way when the third is asked for.
    for _ in range(3):
        worker.handle(StepBatch())
    while worker.busy:
        worker.work()
    assert worker.session.snapshot().step == 3


def test_reports_inside_an_epoch_are_ticks(small: Start) -> None:
    worker = Worker(small)
    assert isinstance(worker.report(), Snapshot)
    worker.handle(StepEpoch())
    worker.work(0)
    report = worker.report()
    assert isinstance(report, Tick)
    assert report.status.state is State.RUNNING
    while not worker.session.progress.batch:
        worker.work(0)
    report = worker.report()
    assert isinstance(report, Tick)
    assert report.batch_losses is not None
    assert len(report.batch_losses) == report.progress.batch == 1
    worker.work(math.inf)
    assert isinstance(worker.report(), Snapshot)


def test_only_a_pause_inside_the_reported_epoch_is_a_tick(but: But, small: Start) -> None:
    worker = Worker(but(small, epochs=50))
    assert worker.tick() is None
    worker.report()
    worker.handle(Run())
    worker.work(0)
    worker.work(0)
    worker.handle(Pause())
    assert worker.tick() == Tick(worker.session.progress, Status(State.PAUSED))
    worker.handle(Run())
    worker.work()  # To the end of the epoch: the last report was of the one before.
    worker.work(0)
    worker.work(0)
    worker.handle(Pause())
    assert worker.session.batch == 1
    assert worker.tick() is None
    worker.report()
    worker.handle(Restart(network=small.network, training=small.training, preset="new"))
    assert worker.tick() is None


def test_a_save_during_training_evaluates_nothing(
    small: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(small)
    worker.report()
    worker.handle(Run())
    for _ in range(3):
        worker.work(0)
    session = worker.session
    # The change is observed at once, so that after a lost engine the next one continues from the change.
    worker.handle(Change(training=replace(session.training, learning_rate=0.3)))
    monkeypatch.setattr("tui_nn.session.run.train_state.evaluate", lambda *_: pytest.fail("it was evaluated"))
    worker.handle(Save(path=str(tmp_path / "a.run")))
    assert isinstance(worker.report(), Snapshot)
    monkeypatch.undo()
    loaded = load_run(tmp_path / "a.run").snapshot()
    assert (loaded.step, loaded.progress.batch) == (session.progress.step, session.batch)
    assert loaded.step > 0
    assert np.array_equal(loaded.parameters.vector, session.snapshot().parameters.vector)


def test_a_snapshot_while_running_is_of_the_last_epoch_and_counts_on(small: Start) -> None:
    worker = Worker(small)
    worker.handle(Run())
    worker.work()
    worker.work(0)
    worker.work(0)
    snapshot = worker.report()
    assert isinstance(snapshot, Snapshot)
    assert (snapshot.epoch, snapshot.step, snapshot.progress.step) == (1, 5, 6)
    assert np.array_equal(snapshot.evaluation.outputs, evaluate(snapshot.mlp,
        worker.session.dataset.test.images, worker.session.dataset.test.labels
    ).outputs)  # fmt: skip


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("it is\n too small"), "it is too small"),
        (ValueError(), "ValueError"),
        (KeyError("x"), "KeyError: 'x'"),
        (MemoryError(), "there is not enough memory; use fewer examples or fewer units"),
    ],
)
def test_a_failure_in_one_sentence(error: Exception, text: str) -> None:
    assert describe_failure(error) == text
