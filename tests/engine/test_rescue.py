"""What no file holds of a run is in the rescue file, whatever ends the engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from waiting import wait_for_end

from tui_nn.config.configs import NetworkConfig
from tui_nn.engine import rescue as rescue_module
from tui_nn.engine.commands import OpenRescued, Rename, Restart, Run, Save, Seek, StepBatch, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Opened, Rescued, Start, Stopped
from tui_nn.engine.process import ProcessEngine
from tui_nn.engine.worker import Worker
from tui_nn.session.file.rescue import RescueFile, found_rescue_paths, new_rescue_path, rescue_folder
from tui_nn.session.file.runs import load_run, read_run
from tui_nn.session.run.snapshot import Snapshot, State

if TYPE_CHECKING:
    from conftest import Driver


@pytest.fixture
def path() -> Path:
    return new_rescue_path()


@pytest.fixture
def worker(small: Start, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker with a rescue file that is written after each piece of work."""
    monkeypatch.setattr(rescue_module, "PACE", 0.0)
    monkeypatch.setattr(rescue_module, "SHORT_PACE", 0.0)
    worker = Worker(replace(small, rescue=str(path)))
    yield worker
    worker.close()


def do(worker: Worker, *commands: Any) -> None:
    """Carry out commands, and write the rescue file as far as it is due."""
    for command in commands:
        worker.handle(command)
        while worker.busy:
            worker.work()
    for _ in range(2):  # The file may be written at this moment, and be due again after that.
        wait_for_writing(worker)
        worker.work()
    wait_for_writing(worker)


def wait_for_writing(worker: Worker) -> None:
    assert worker._rescue is not None
    worker._rescue._wait()


# ---- what is written, and when it goes


def test_a_new_run_needs_no_file(worker: Worker, path: Path) -> None:
    do(worker)
    assert not path.exists()


def test_the_file_holds_the_run_to_the_bit(worker: Worker, path: Path, same_run: Callable[..., bool]) -> None:
    do(worker, StepEpoch(), StepEpoch(), StepBatch(), StepBatch())
    reopened = load_run(path, worker.session.dataset)
    assert reopened.place == (2, 2)
    assert same_run(reopened.snapshot(), worker.session.snapshot())


def test_what_changes_without_training_is_written_too(worker: Worker, path: Path) -> None:
    do(worker, StepEpoch(), Rename(0, "slow"))
    assert read_run(path).branches[0].name == "slow"


def test_the_file_is_not_written_again_without_need(worker: Worker, path: Path) -> None:
    do(worker, StepEpoch(), StepEpoch())
    before = path.stat()
    do(worker, Seek(1))
    do(worker)
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_the_file_goes_when_the_run_is_saved_or_given_up(worker: Worker, path: Path, tmp_path: Path) -> None:
    do(worker, StepEpoch(), Save(str(tmp_path / "a.run")))
    assert not path.exists()
    do(worker, StepEpoch())
    assert read_run(path).epoch == 2
    session = worker.session
    do(worker, Restart(session.snapshot().network, session.training, "again"))
    assert not path.exists()


def test_a_save_that_fails_keeps_the_file(worker: Worker, path: Path, tmp_path: Path) -> None:
    do(worker, StepEpoch(), Save(str(tmp_path / "missing" / "a.run")))
    assert read_run(path).epoch == 1


def test_a_long_epoch_is_written_in_between(worker: Worker, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescue_module, "INSIDE_AN_EPOCH", 0.0)
    do(worker, StepEpoch())
    worker.handle(Run())
    while worker.session.place == (1, 0):
        worker.work(0.0)
    wait_for_writing(worker)
    worker.work(0.0)
    wait_for_writing(worker)
    assert worker.busy
    assert read_run(path).place == worker.session.place > (1, 0)


def test_a_short_epoch_is_not_written_in_between(worker: Worker, path: Path) -> None:
    """The first epoch of a run is no exception."""
    for epoch in (0, 1):
        worker.handle(Run())
        while worker.session.place < (epoch, 2):
            worker.work(0.0)
            wait_for_writing(worker)
        assert path.exists() == (epoch > 0)
        assert not path.exists() or read_run(path).place == (epoch, 0)


def test_a_file_that_cannot_be_written_is_said_once(
    worker: Worker, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    worker.notices()
    with monkeypatch.context() as patch:
        patch.setattr("tui_nn.session.file.archive.replace_file", full)
        do(worker, StepEpoch(), StepEpoch(), StepEpoch())
        do(worker)
    (notice,) = (message for message in worker.notices() if isinstance(message, Notice))
    assert isinstance(notice, Notice)
    assert notice.is_error
    assert "if the app is killed, this run is lost" in notice.text
    assert "no space left" in notice.text


def test_writing_takes_a_small_part_of_the_time(small: Start, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(rescue_module, "perf_counter", lambda: now)
    monkeypatch.setattr(rescue_module, "thread_time", iter(range(0, 1000, 3)).__next__)  # Each writing takes 3 seconds.
    worker = Worker(replace(small, rescue=str(path)))
    do(worker, StepEpoch())
    now = 59.0
    do(worker, StepEpoch())
    assert read_run(path).epoch == 1
    now = 61.0
    do(worker)
    assert read_run(path).epoch == 2
    worker.close()


# ---- the next start


def rescued(drive: Callable[[Any], Driver], start: Start) -> tuple[Driver, Rescued]:
    driver = drive(InlineEngine(start))
    return driver, driver.until_type(Rescued)


def test_the_next_start_offers_the_run_and_opens_it(worker: Worker, path: Path, small: Start, drive: Any) -> None:
    do(worker, StepEpoch(), StepEpoch(), StepBatch())
    before = worker.session.snapshot()
    worker.close()
    mine = new_rescue_path()
    driver, message = rescued(drive, replace(small, rescue=str(mine)))
    (run,), first = message.runs, driver.snapshot
    assert (run.path, run.epoch, run.test_accuracy) == (str(path), 2, before.record.test_accuracy)
    driver.send(OpenRescued(run.path))
    opened = driver.until_snapshot(lambda s: s.epoch == 2)
    assert (opened.progress.batch, opened.history, opened.run) == (1, before.history, first.run + 1)
    # The file is now that of the new app, so nobody else is offered it.
    assert (path.exists(), mine.exists()) == (False, True)
    assert found_rescue_paths() == []
    driver.send(StepEpoch())
    assert driver.until_epoch(3).history.records[:3] == before.history.records
    driver.engine.close()


def test_a_run_that_another_app_has_opened_is_one_sentence(
    worker: Worker, path: Path, small: Start, drive: Any
) -> None:
    do(worker, StepEpoch())
    worker.close()
    driver, _ = rescued(drive, replace(small, rescue=str(new_rescue_path())))
    path.unlink()
    driver.send(OpenRescued(str(path)))
    notice = driver.until_type(Notice)
    assert notice.is_error
    assert "another window of tui-nn" in notice.text
    driver.engine.close()


def test_a_run_whose_data_are_gone_stays(small: Start, drive: Any, path: Path, tmp_path: Path) -> None:
    import numpy as np

    digits = Worker(small).session.dataset.train
    images = digits.images[:40].reshape(-1, 28, 28)
    data = tmp_path / "some.npz"
    np.savez(data, x_train=images, y_train=digits.labels[:40], x_test=images, y_test=digits.labels[:40])
    worker = Worker(replace(small, source=str(data), rescue=str(path)))
    do(worker, StepEpoch())
    worker.close()
    data.unlink()
    driver, message = rescued(drive, replace(small, rescue=str(new_rescue_path())))
    driver.send(OpenRescued(message.runs[0].path))
    notice = driver.until_type(Notice)
    assert notice.is_error
    assert "some.npz" in notice.text
    assert found_rescue_paths() == [path]
    driver.engine.close()


def test_without_a_rescue_file_nothing_is_offered_or_written(worker: Worker, small: Start, drive: Any) -> None:
    do(worker, StepEpoch())
    worker.close()
    listed = sorted(rescue_folder().iterdir())
    driver = drive(InlineEngine(small))
    driver.until_epoch(0)
    driver.send(StepEpoch())
    driver.until_epoch(1)
    assert not any(isinstance(message, Rescued) for message in driver.heard)
    assert sorted(rescue_folder().iterdir()) == listed


# ---- whatever ends a child process


@contextmanager
def training(small: Start, drive: Any, but: Any) -> Iterator[tuple[ProcessEngine, Driver, Path]]:
    """A child process inside a long run, with some epochs done."""
    file = RescueFile(new_rescue_path())
    engine = ProcessEngine(but(small, epochs=100_000), file)
    try:
        driver = drive(engine)
        driver.send(Run())
        driver.until_snapshot(lambda snapshot: snapshot.epoch > 3)
        yield engine, driver, file.path
    finally:
        engine.close()


def test_closing_the_engine_keeps_the_run_unless_it_is_dismissed(small: Start, drive: Any, but: Any) -> None:
    with training(small, drive, but) as (engine, driver, path):
        engine.close()
        assert found_rescue_paths() == [path]
        assert read_run(path).epoch >= driver.snapshot.epoch
    with training(small, drive, but) as (engine, _, dismissed):
        engine.dismiss()
        engine.close()
        assert not dismissed.exists()
    assert {file.stem for file in rescue_folder().iterdir()} == {path.stem}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_that_is_ended_leaves_the_run(number: signal.Signals, small: Start, drive: Any, but: Any) -> None:
    # An epoch of the small network would take a few milliseconds.
    slower = replace(but(small, train_limit=None, batch_size=8), network=NetworkConfig(hidden_sizes=(64,)))
    with training(slower, drive, but) as (engine, driver, path):
        assert engine._process.pid is not None
        os.kill(engine._process.pid, number)
        stopped = driver.until_type(Stopped)
        assert f"signal {number.value}" in stopped.reason
        assert read_run(path).epoch >= driver.snapshot.epoch - (number == signal.SIGKILL)
        # The app still lives, and can continue the run.
        assert found_rescue_paths() == []
        engine.start_again()
        driver.until_type(Opened)
        driver.until_snapshot(lambda snapshot: snapshot.status.state is State.READY)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_to_all_processes_of_the_terminal_is_left_to_the_app(
    number: signal.Signals, small: Start, drive: Any, but: Any
) -> None:
    with training(small, drive, but) as (engine, driver, _):
        assert engine._process.pid is not None
        os.kill(engine._process.pid, number)
        epoch = driver.snapshot.epoch
        driver.until_snapshot(lambda snapshot: snapshot.epoch > epoch)


def test_a_child_whose_app_is_gone_writes_all_it_has(small: Start, drive: Any, but: Any) -> None:
    with training(small, drive, but) as (engine, driver, path):
        assert engine._process.pid is not None
        pid = engine._process.pid
        engine._connection.close()
        wait_for_end(pid)
        assert read_run(path).epoch >= driver.snapshot.epoch
        assert isinstance(driver.snapshot, Snapshot)
