"""The engine in a child process. Most tests share a child, because its start takes most of a second."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING

import numpy as np
import pytest
from waiting import PATIENCE, TimeLimit

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.engine.commands import Change, Pause, Restart, Run, Save, StepBatch, StepEpoch, TrainOn
from tui_nn.engine.inbox import Inbox
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.left_terminal import LeftTerminal
from tui_nn.engine.messages import CarriedOut, Notice, Opened, Start, Stopped
from tui_nn.engine.process import ProcessEngine, Wait, _read_the_rest
from tui_nn.session.file.runs import read_run
from tui_nn.session.run.snapshot import Snapshot, State

if TYPE_CHECKING:
    from conftest import Driver

Drive = Callable[[ProcessEngine | InlineEngine], "Driver"]
SameRun = Callable[[Snapshot, Snapshot], bool]

SMALL = NetworkConfig(hidden_sizes=(8,))
QUICK = TrainingConfig(optimizer="momentum", batch_size=64, learning_rate=0.05, train_limit=300)
LARGE = NetworkConfig(hidden_sizes=(1024, 1024), dtype="float64")
"""One chunk of it takes a few tenths of a second."""


@contextlib.contextmanager
def running(start: Start) -> Iterator[ProcessEngine]:
    engine = ProcessEngine(start)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[ProcessEngine]:
    with running(Start(SMALL, QUICK, "custom")) as engine:
        assert isinstance(engine.wait(), Opened)
        yield engine


@pytest.fixture
def child(shared: ProcessEngine, drive: Drive) -> Driver:
    """The shared child, set back to epoch 0."""
    driver = drive(shared)
    driver.send(Restart(network=SMALL, training=QUICK, preset="again"))
    driver.until_snapshot(lambda snapshot: snapshot.preset == "again" and snapshot.epoch == 0)
    driver.send(Restart(network=SMALL, training=QUICK, preset="custom"))
    driver.until_snapshot(lambda snapshot: snapshot.preset == "custom")
    return driver


def pid_of(engine: ProcessEngine) -> int:
    pid = engine._process.pid
    assert pid is not None
    return pid


# ---- it says what the inline engine says


def test_both_engines_say_the_same(shared: ProcessEngine, child: Driver, drive: Drive, same_run: SameRun) -> None:
    inline = drive(InlineEngine(Start(SMALL, QUICK, "custom")))
    opened = inline.until(lambda message: isinstance(message, Opened))
    first = shared.wait()
    assert isinstance(first, Opened)
    assert isinstance(opened, Opened)
    assert (first.data_name, first.train_examples, first.source) == ("bundled digits", 4000, "bundled")
    assert (first.data_name, first.train_examples, first.source) == (
        opened.data_name,
        opened.train_examples,
        opened.source,
    )
    assert np.array_equal(first.test.images, opened.test.images)
    inline.until_epoch(0)
    assert same_run(child.snapshot, inline.snapshot)
    faster = replace(QUICK, learning_rate=0.2, optimizer="adam")
    for driver in (child, inline):
        for _ in range(3):
            driver.send(StepEpoch())
        driver.until_epoch(3)
        driver.send(StepBatch())
        driver.until_snapshot(lambda snapshot: snapshot.step == 16)
        driver.send(Change(training=faster))
        driver.send(StepBatch())
        driver.until_snapshot(lambda snapshot: snapshot.step == 17)
        driver.send(StepEpoch())
        driver.until_epoch(4)
        driver.send(Change(training=replace(faster, seed=9)))
        driver.until(lambda message: isinstance(message, Notice))
    assert same_run(child.snapshot, inline.snapshot)
    notices = [[m for m in driver.heard if isinstance(m, Notice)] for driver in (child, inline)]
    assert notices[0] == notices[1]


def test_arrays_from_the_child_are_read_only(child: Driver) -> None:
    child.send(StepBatch())
    snapshot = child.until_snapshot(lambda snapshot: snapshot.step == 1)
    arrays = (snapshot.parameters.vector, *snapshot.moments, snapshot.evaluation.outputs, snapshot.evaluation.losses)
    assert not any(array.flags.writeable for array in arrays)
    assert np.shares_memory(snapshot.parameters.vector, snapshot.parameters.weights[1])


def test_space_pressed_five_times_trains_five_epochs(child: Driver) -> None:
    for _ in range(5):
        child.send(StepEpoch())
    assert child.until_epoch(5).step == 25


class Reports:
    """The number of snapshots that an inbox has received."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._count = self._seen = 0
        self._changed = Condition()
        self._ended = False
        show = Inbox._show

        def counted(inbox: Inbox, snapshot: Snapshot) -> None:
            show(inbox, snapshot)
            with self._changed:
                self._count += 1
                self._ended = snapshot.status.state is not State.RUNNING
                self._changed.notify_all()

        monkeypatch.setattr(Inbox, "_show", counted)

    def wait_for(self, count: int, seconds: float) -> None:
        """Wait until `count` more have come, or the run has ended."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._ended or self._count >= self._seen + count, seconds)
            self._seen = self._count


def test_the_newest_snapshot_wins_and_no_record_is_lost(
    child: Driver, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(QUICK, epochs=150, train_limit=64)
    child.send(Restart(network=SMALL, training=plan, preset="long"))
    child.until_snapshot(lambda snapshot: snapshot.preset == "long")
    reports = Reports(monkeypatch)
    child.send(Run())
    child.until_snapshot(lambda snapshot: snapshot.epoch > 0)
    limit = TimeLimit()
    while child.snapshot.epoch < 150:
        # As seldom as a busy screen looks: the child has reported several times, or has nothing left to report.
        reports.wait_for(3, limit.left())
        messages = child.engine.poll()
        states = [type(message) for message in messages if not isinstance(message, CarriedOut)]
        assert states in ([], [Snapshot])
        child.heard += messages
        assert len(child.snapshot.history.records) == child.snapshot.epoch + 1
    inline = drive(InlineEngine(Start(SMALL, plan, "long")))
    inline.send(Run())
    assert child.snapshot.history == inline.until_epoch(150).history


@pytest.mark.parametrize("batch_size", [32, None], ids=["batches", "full"])
def test_pause_stops_a_run_where_it_is(batch_size: int | None, child: Driver) -> None:
    plan = replace(QUICK, batch_size=batch_size, train_limit=None, epochs=100_000)
    child.send(Restart(network=NetworkConfig(hidden_sizes=(128,)), training=plan, preset="endless"))
    child.until_snapshot(lambda snapshot: snapshot.preset == "endless")
    for _ in range(100):
        child.send(Run())
        begun = child.until_snapshot(lambda snapshot: snapshot.status.state is State.RUNNING)
        child.until_snapshot(lambda snapshot, begun=begun: snapshot.progress != begun.progress)
        child.send(Pause())
        child.until_snapshot(lambda snapshot: snapshot.status.state is not State.RUNNING)
        assert child.snapshot.epoch < plan.epochs
        # At the end of an epoch it may be by chance, but not always; a full batch is one go where there are two cores.
        if batch_size is None or child.snapshot.progress.share % 1:
            break
    else:
        raise AssertionError("it goes on to the end of the epoch")
    at = child.snapshot.progress
    child.send(Change(training=plan))
    assert child.until_snapshot(lambda _: True).progress == at


def test_restart_during_a_run(child: Driver, drive: Drive, same_run: SameRun) -> None:
    child.send(Change(training=replace(QUICK, epochs=100_000)))
    child.send(Run())
    child.until_snapshot(lambda snapshot: snapshot.epoch > 3)
    child.send(Restart(network=SMALL, training=QUICK, preset="new"))
    child.send(StepEpoch())
    fresh = child.until_snapshot(lambda s: s.preset == "new" and s.epoch == 1 and s.status.state is State.READY)
    inline = drive(InlineEngine(Start(SMALL, QUICK, "new")))
    inline.send(StepEpoch())
    assert same_run(fresh, inline.until_epoch(1))


def test_other_data_and_the_first_snapshot_of_them_come_together(child: Driver) -> None:
    tests = 1000
    for source, expected in (("bundled+only:3,5", 200), ("bundled", 1000)):
        child.send(TrainOn(source))
        while tests != expected:
            messages = child.engine.listen(PATIENCE)
            tests = next((len(message.test) for message in messages if isinstance(message, Opened)), tests)
            snapshots = [message for message in messages if isinstance(message, Snapshot)]
            assert snapshots or not any(isinstance(message, Opened) for message in messages)
            assert all(len(snapshot.evaluation.predicted) == tests for snapshot in snapshots[-1:])


def test_divergence_comes_as_a_status(child: Driver) -> None:
    training = replace(QUICK, learning_rate=1e6)
    network = NetworkConfig(hidden_sizes=(6, 6), activation="identity")
    child.send(Restart(network=network, training=training, preset="hot"))
    child.send(Run())
    snapshot = child.until_snapshot(lambda snapshot: snapshot.status.state is State.DIVERGED)
    assert snapshot.status.reason
    assert np.isfinite(snapshot.parameters.vector).all()


def test_a_run_is_saved_by_the_child(child: Driver, tmp_path: Path) -> None:
    child.send(StepBatch())
    child.send(Save(path=str(tmp_path / "a.run")))
    assert child.until(lambda message: isinstance(message, Notice)) == Notice(f"saved to {tmp_path / 'a.run'}")
    assert (tmp_path / "a.run").stat().st_size > 1000


def test_every_snapshot_is_of_one_moment_of_one_run(child: Driver) -> None:
    network = NetworkConfig(hidden_sizes=(128,))
    plan = replace(QUICK, epochs=100_000)
    for turn in range(6):
        child.send(Restart(network=network, training=plan, preset=f"run {turn}"))
        child.until_snapshot(lambda snapshot, turn=turn: snapshot.preset == f"run {turn}")
        for pause in range(4):
            child.send(Run())
            child.until_snapshot(lambda snapshot, pause=pause: snapshot.epoch > pause)
            for _ in range(pause):  # Each pause comes at another moment of an epoch.
                child.until_type(Snapshot)
            child.send(Pause())
            child.until_snapshot(lambda snapshot: snapshot.status.state is not State.RUNNING)
        child.send(Run())
        child.until_snapshot(lambda snapshot: snapshot.status.state is State.RUNNING)
    snapshots = [message for message in child.heard if isinstance(message, Snapshot)]
    assert len(snapshots) > 50
    for snapshot in snapshots:
        progress = snapshot.progress
        assert progress.step == snapshot.epoch * snapshot.batches + progress.batch
        assert snapshot.step <= progress.step
        assert len(snapshot.history.records) == snapshot.epoch + 1


# ---- when something goes wrong


def test_another_child_continues_a_killed_one_to_the_bit(tmp_path: Path, drive: Drive, same_run: SameRun) -> None:
    """The run comes from a file and trains on data from a file. The second child learns both from the first."""
    data = load_bundled()
    source = str(tmp_path / "some.npz")
    images, labels = data.train.images[:400].reshape(-1, 28, 28), data.train.labels[:400]
    np.savez(source, x_train=images[:300], y_train=labels[:300], x_test=images[300:], y_test=labels[300:])
    inline = drive(InlineEngine(Start(SMALL, replace(QUICK, epochs=100_000), "custom", source=source)))
    inline.send(StepEpoch())
    inline.send(Save(path=str(tmp_path / "some.run")))
    inline.until(lambda message: isinstance(message, Notice))

    with running(Start(run=str(tmp_path / "some.run"))) as engine:
        child = drive(engine)
        child.send(Run())
        child.until_snapshot(lambda snapshot: snapshot.epoch > 5)
        os.kill(pid_of(engine), signal.SIGKILL)
        assert child.until_type(Stopped) == Stopped("the training process was ended by signal 9 (Killed)")
        child.send(StepEpoch())
        last = child.snapshot
        engine.start_again()
        opened = child.until_type(Opened)
        assert (opened.source, opened.train_examples) == (source, 300)
        child.until_snapshot(lambda snapshot: snapshot.epoch == last.epoch and snapshot.status.state is State.READY)
        assert child.snapshot.history == last.history
        child.send(StepEpoch())
        child.until_epoch(last.epoch + 1)
        for _ in range(last.epoch):
            inline.send(StepEpoch())
        assert same_run(child.snapshot, inline.until_epoch(last.epoch + 1))


def test_a_failed_start_is_reported_and_can_be_repeated(tmp_path: Path, drive: Drive) -> None:
    with running(Start(source=str(tmp_path / "none.npz"))) as engine:
        stopped = engine.wait()
        assert isinstance(stopped, Stopped)
        assert "none.npz" in stopped.reason
        assert drive(engine).until_type(Stopped) == stopped
        assert engine.poll() == []


def test_a_process_that_cannot_be_started_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: BaseProcess) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(BaseProcess, "start", refuse)
    with running(Start()) as engine:
        stopped = Stopped("the training process cannot be started: Resource temporarily unavailable")
        assert engine.wait() == stopped
        assert engine.poll() == [stopped]
        engine.start_again()
        assert engine.wait() == stopped


# ---- the end


def test_close_ends_an_idle_child_and_no_message_follows(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine an end may take longer than anybody wants to wait for it.
    monkeypatch.setattr("tui_nn.engine.process.PATIENCE", 60.0)
    with running(Start(SMALL, QUICK)) as engine:
        drive(engine).until_type(Snapshot)
        process = engine._process
        engine.close()
        assert process.exitcode == 0
        engine.send(StepEpoch())
        assert engine.poll() == []
        assert not any(thread.is_alive() for thread in engine._threads)


def test_close_waits_for_an_unfinished_save(drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.engine.process.SAVE_PATIENCE", 60.0)
    path = tmp_path / "late.run"
    with running(Start(LARGE, TrainingConfig(batch_size=None, train_limit=2000))) as engine:
        child = drive(engine)
        child.until_type(Snapshot)
        child.send(Run())
        child.until_snapshot(lambda snapshot: snapshot.status.state is State.RUNNING)
        # Answered, though not a save: it is not taken for one.
        child.send(Change(training=TrainingConfig(batch_size=None, train_limit=2000, seed=9)))
        child.send(Save(path=str(path)))
        engine.close()
        assert engine._process.exitcode == 0
    assert read_run(path).network == LARGE
    assert [file.name for file in tmp_path.iterdir()] == ["late.run"]


def test_close_ends_a_child_inside_a_long_batch(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.engine.process.PATIENCE", 0.05)
    with running(Start(LARGE, TrainingConfig(batch_size=None, train_limit=2000))) as engine:
        child = drive(engine)
        child.until_type(Snapshot)
        child.send(Run())
        child.until_snapshot(lambda snapshot: snapshot.status.state is State.RUNNING)
        process = engine._process
        engine.close()
        assert process.exitcode == -signal.SIGKILL


def test_a_child_that_does_not_read_holds_up_nobody(drive: Drive) -> None:
    with running(Start(SMALL, QUICK)) as engine:
        drive(engine).until_type(Snapshot)
        os.kill(pid_of(engine), signal.SIGSTOP)
        process = engine._process
        # Far more than a pipe can hold: a send that waits for the child would wait for ever.
        sending = Thread(target=lambda: [engine.send(StepBatch()) for _ in range(20_000)], daemon=True)
        sending.start()
        sending.join(60)
        assert not sending.is_alive()
        engine.close()
        assert process.exitcode == -signal.SIGKILL


PARENT = """
import io, os, signal, sys
from dataclasses import replace
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import Restart, Run, Save
from tui_nn.engine.messages import Opened, Start, Stopped
from tui_nn.engine.process import ProcessEngine

def until(kind):
    while messages := engine.listen(60):
        for message in messages:
            if isinstance(message, kind):
                return message
    sys.exit("nothing was heard")

class Capture(io.StringIO):
    # What Textual puts in the place of standard error.
    def fileno(self):
        return -1

if __name__ == "__main__":
    sys.stderr = Capture()
    hot = TrainingConfig(learning_rate=1e6, train_limit=100)
    engine = ProcessEngine(Start(NetworkConfig(activation="identity", hidden_sizes=(9, 9)), hot, "custom"))
    os.kill(engine._process.pid, signal.SIGINT)  # A ctrl+c that is meant for the parent.
    until(Opened)
    engine.send(Run())
    engine.send(Save(path="/no/such/place"))
    engine.send("jump")
    print(until(Stopped).reason, flush=True)
    engine.start_again()
    until(Opened)
    cool = TrainingConfig(epochs=10**6)
    engine.send(Restart(network=NetworkConfig(), training=cool, preset="custom"))
    engine.send(Run())
    print("ready", flush=True)
    if sys.argv[1:] == ["close"]:
        engine.close()
    else:
        time.sleep(600)
    os.write(2, sys.stderr.getvalue().encode())
"""


@pytest.mark.parametrize("end", ["close", "kill"])
def test_no_process_outlives_its_parent_and_none_prints(end: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, str(script), end], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        try:
            assert parent.stdout.readline() == "'jump' is not a command\n"
            assert parent.stdout.readline() == "ready\n"
            if end == "kill":
                parent.kill()
            # The pipes have an end only when every process that inherited them has ended.
            out, err = parent.communicate(timeout=60)
        finally:
            parent.kill()
    assert (out, err) == ("", "")


@pytest.mark.parametrize(("sent", "expected"), [([Wait.HOLD], True), ([Wait.HOLD, Wait.GO_ON], False), ([], False)])
def test_a_child_reads_to_its_end_whether_the_terminal_was_given_back(sent: list[Wait], expected: bool) -> None:
    """A child that trained when the app was suspended and killed finds the message unread."""
    app, child = Pipe()
    for message in sent:
        app.send(message)
    app.close()
    terminal = LeftTerminal(None)
    _read_the_rest(child, terminal)
    child.close()
    assert terminal.is_given_back is expected
