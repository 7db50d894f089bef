"""The worker of an engine: it owns a session, carries out commands, works in slices and makes reports."""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Never

from tui_nn.config.setting import ConfigError
from tui_nn.core.choices.edits import EditError
from tui_nn.data.atomic import sweep, whole_path
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.data.own import own_part
from tui_nn.data.printable import printable
from tui_nn.engine.command_text import read_command
from tui_nn.engine.commands import (
    Act,
    Again,
    ApplyEdits,
    BackABatch,
    Change,
    Command,
    Dismiss,
    DropBookmark,
    DropUpdate,
    FinishUpdate,
    Mark,
    OpenRescued,
    OpenRun,
    Pause,
    Quit,
    Rename,
    Replace,
    Restart,
    Return,
    Run,
    Save,
    Seek,
    SetBookmark,
    StepBatch,
    StepEpoch,
    Switch,
    TrainOn,
    TrainTo,
    Travel,
    Undo,
)
from tui_nn.engine.driver import SLICE, Driver
from tui_nn.engine.messages import (
    CarriedOut,
    Ended,
    Notice,
    Opened,
    OpenedRun,
    Rescued,
    SaveRefused,
    Start,
    Tick,
    acts_to_repeat,
)
from tui_nn.engine.rescue import Rescue
from tui_nn.presets import load_preset
from tui_nn.session.file.known import FileChangedError, KnownFiles
from tui_nn.session.file.rescue import FoundRescue, RescueFile, found_rescue_paths
from tui_nn.session.file.runs import RunFileError, load_run, save_run
from tui_nn.session.file.summary import FileSummary, summarize
from tui_nn.session.run.bookmark import BookmarkError
from tui_nn.session.run.run_summary import RunSummary
from tui_nn.session.run.session import Remembered, Session, UndoError
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.session.run.timeline import BUDGET, PlaceError

MOST_MARKS = 100
"""The largest number of marks (states with a name) that a worker remembers."""


class MarkError(ValueError):
    """The error for a mark (a state with a name) that does not exist, or for more marks than allowed. The message is
    one sentence.
    """


News = Notice | Opened | OpenedRun | Ended | Rescued | SaveRefused | CarriedOut
"""The messages of an engine other than its reports."""


class Worker:
    """The owner of a session and its driver. `handle` carries out a command, and `work` does one slice of training or replay."""

    def __init__(self, start: Start) -> None:
        """Load the data, and begin or continue the session that `start` describes.

        Raises:
            DataError: if the data cannot be read.
            RunFileError: if the run cannot be read, or belongs to other data.
            ValueError: if one of the first commands is wrong. The message is one sentence.
        """
        self._notices: list[News] = []
        self._reported: Snapshot | None = None
        self._given = start.dataset
        self._known = KnownFiles()
        if start.run is not None:
            self._known.note(start.run)
        self.session = _open(start)
        self._driver = Driver(self.session, self._notices.append)
        self._marks: dict[str, Remembered] = {}
        if start.snapshot is None:
            self._notices += _notes(self.session.dataset)
        self._timeline_bytes = _budget(start)
        self._earlier: tuple[RunSummary, ...] = ()
        self._problem = ""
        self._rescue = (
            None if start.rescue is None else self._follow(Path(start.rescue), is_kept=start.snapshot is None)
        )
        # Only the first engine of an app looks for unsaved runs of earlier apps. The runs of a later engine, such as
        # that of a lesson, have larger numbers.
        if self._rescue is not None and start.snapshot is None and start.first_run == 1:
            sweep(Path())
            if start.run is not None:
                sweep(Path(os.path.realpath(os.path.expanduser(start.run))).parent)
            if runs := _rescued_runs():
                self._notices.append(Rescued(runs))
        for text in start.commands:
            self._prepare(text)

    def _prepare(self, text: str) -> None:
        """Carry out one of the first commands to its end.

        Raises:
            ValueError: if the command is wrong.
        """
        self._carry_out(read_command(text, self.session.snapshot().network, self.session.training))
        while self.busy:
            self._driver.work(math.inf)
        ended = [notice.summary for notice in self._notices if isinstance(notice, Ended)]
        self._earlier = (*self._earlier, *(summary for summary in ended if summary.is_trained))
        self._notices = [notice for notice in self._notices if isinstance(notice, Rescued)]

    @property
    def opened(self) -> Opened:
        """The message `Opened` that describes the data of the session."""
        dataset = self.session.dataset
        given = dataset if dataset is self._given else None
        return Opened(
            dataset.name,
            len(dataset.train),
            dataset.test,
            dataset.source,
            own_part(dataset),
            self._earlier,
            train=None if given is None else given.train,
            validation=None if given is None else given.validation,
        )

    @property
    def busy(self) -> bool:
        """True if `work` has a requested training or replay to do."""
        return self._driver.busy

    @property
    def prepared(self) -> bool:
        """True if `work` has made all checkpoints that a fast step back needs."""
        return self._driver.prepared

    def work(self, seconds: float = SLICE) -> None:
        """Train or replay for about `seconds`, but at most to the end of the current epoch or batch."""
        self._driver.work(seconds)
        if self._rescue is not None:
            self._rescue.follow(busy=self.busy)
            if (problem := self._rescue.problem) and problem != self._problem:
                self._notices.append(
                    Notice(
                        f"if the app is killed, this run is lost, because the rescue file cannot be written: {problem}",
                        is_error=True,
                    )
                )
            self._problem = problem

    @property
    def seconds_until_work(self) -> float | None:
        """The longest time, in seconds, that an idle worker may wait for a command before it must `work`; None if there is no
        limit.
        """
        return None if self._rescue is None else self._rescue.seconds_until_due()

    def dismiss(self) -> None:
        """Discard the unsaved training of the run, by removing the rescue file."""
        self._forget_rescue()

    def close(self) -> None:
        """Write the unsaved training of the run to the rescue file, if there is one."""
        if self._rescue is not None:
            self._rescue.finish()

    def handle(self, command: Command) -> None:
        """Carry out one command, or begin it. A mistake of the user becomes a notice (a sentence on the screen).

        A command takes no longer than a call of `work`, with some exceptions: `Restart`, `Again` and `Undo` evaluate
        networks on all test data, and `Save` and `TrainOn` write and read files.

        Raises:
            ValueError: if the object is not a command.
        """
        session, driver = self.session, self._driver
        done = CarriedOut(
            command,
            session.place,
            session.preset,
            session.network,
            session.training,
            driver.requested,
            driver.replay is not None,
        )
        try:
            self._carry_out(command)
        except (
            ConfigError,
            DataError,
            RunFileError,
            PlaceError,
            EditError,
            UndoError,
            MarkError,
            BookmarkError,
        ) as error:
            self._notices.append(Notice(str(error), is_error=True, command=type(command)))
            done = replace(done, failed=True)
        self._notices.append(done)

    def notices(self) -> list[News]:
        """Return the messages since the last call, such as notices (sentences for the user) and a `CarriedOut` for each command.

        There is an `Opened` if the session now uses other data, an `Ended` for each run that another run has replaced,
        and a `SaveRefused` for each save that would replace a file that does not contain this run. The first call also
        returns the runs that earlier apps did not save.
        """
        notices = list(self._notices)
        self._notices.clear()
        return notices

    def tick(self) -> Tick | None:
        """Return a Tick (progress without weights); None if more than the progress has changed since the last snapshot."""
        session, last, replay = self.session, self._reported, self._driver.replay
        status = self._driver.doing or session.standing
        if last is not None and replay is not None:
            # During a replay, the screen keeps the last snapshot, and shows only the progress.
            share = replay.share(session.place, session.batches)
            return Tick(replace(last.progress, share=share), status, session.update, last.batch_losses)
        # A new history object means that a run, an epoch or a change is complete. A Tick does not contain the history, so a
        # snapshot is due.
        inside = status.state in (State.RUNNING, State.PAUSED, State.INSIDE)
        if last is None or session.history is not last.history or session.epoch != last.epoch or not inside:
            return None
        return Tick(session.progress, status, session.update, session.batch_losses)

    def report(self) -> Snapshot | Tick:
        """Return a Tick (progress without weights) inside an epoch, otherwise a snapshot.

        A snapshot needs an evaluation on the test data.
        """
        last, session = self._reported, self.session
        inside = session.inside_update and last is not None and last.step == session.progress.step
        if (self.busy or inside) and (tick := self.tick()):
            return tick
        snapshot = self.session.snapshot(status=self._driver.doing, observe=not self.busy)
        self._reported = snapshot
        return snapshot

    def resume(self, snapshot: Snapshot) -> None:
        """Continue from an earlier snapshot. All requested work is discarded."""
        self._driver.stop()
        self.session.restore(snapshot)

    def _carry_out(self, command: Command) -> None:
        session, driver = self.session, self._driver
        match command:
            case StepEpoch():
                driver.step_epoch()
            case StepBatch():
                driver.step_batch()
            case Run(pace):
                driver.run(pace=pace)
            case TrainTo(epoch, batch):
                driver.train_to((epoch, batch))
            case Pause():
                driver.stop()
            case Act():
                driver.act()
            case FinishUpdate():
                driver.finish_update()
            case DropUpdate():
                driver.stop()
                session.drop_update()
            case Restart(network, training, preset):
                driver.stop()
                ended = session.summary()
                session.restart(network, training, preset=preset)
                self._notices.append(Ended(ended))
                self._forget_rescue()
            case Again(network, training):
                driver.stop()
                ended = session.summary()
                epochs = session.tip[0] or training.epochs
                session.restart(network, training, preset=session.preset)
                self._notices.append(Ended(ended))
                self._forget_rescue()
                driver.run(epochs)
            case Undo():
                self._undo()
            case TrainOn(source):
                self._train_on(source)
            case Change(training):
                session.change(training, observe=False)
                driver.run_with_changes()
            case ApplyEdits(edits):
                session.edit(edits, observe=False)
                driver.run_with_changes()
            case Save(path):
                self._save(path)
            case Replace(path):
                self._known.note(path)
                self._save(path)
            case Seek(epoch, batch):
                driver.go((epoch, batch), session.travel(epoch, batch))
            case Travel(epochs):
                # If a replay is under way, the epochs count from its end. Otherwise, quick key presses would not add up.
                start = driver.replay.end if driver.replay else session.place
                epoch, batch = session.place_from(start, epochs)
                driver.go((epoch, batch), session.travel(epoch, batch))
            case BackABatch():
                driver.go(session.place, session.travel_back_a_batch())
            case Switch(branch):
                driver.go(session.tip_of(branch), session.switch(branch))
            case Mark(name):
                self._mark(name)
            case Return(name):
                self._return(name)
            case Rename(branch, title):
                session.rename(branch, title)
            case SetBookmark(name, look):
                session.bookmark(name, look)
            case DropBookmark(name):
                session.drop_bookmark(name)
            case OpenRun(path):
                self._open_run(path)
            case OpenRescued(path):
                self._open_rescued(Path(path))
            case Dismiss():
                self.dismiss()
            case Quit():
                pass  # The loop that calls the worker ends at this command, so a worker never receives it.
            case _ as never:
                _refuse(never)

    def _mark(self, name: str) -> None:
        if len(self._marks) >= MOST_MARKS and name not in self._marks:
            raise MarkError(
                f"there are already {MOST_MARKS} marks, which is the limit; use the name of an old mark to replace it"
            )
        self._marks[name] = self.session.remember()

    def _return(self, name: str) -> None:
        if name not in self._marks:
            raise MarkError(
                f"there is no mark '{name}'; it was never set, or it was lost when the training process ended"
            )
        self._driver.stop()
        dataset, update = self.session.dataset, self._marks[name].snapshot.update
        self.session.recall(self._marks[name])
        for _ in range(acts_to_repeat(update)):
            self._driver.act()
        if self.session.dataset is not dataset:
            self._notices.append(self.opened)

    def _train_on(self, source: str) -> None:
        dataset = load_dataset(source)
        self._driver.stop()
        ended = self.session.summary()
        self.session.train_on(dataset)
        self._forget_rescue()
        self._notices += [Ended(ended), self.opened, Notice(f"now training on {dataset.name}", command=TrainOn)]
        self._driver.run()

    def _undo(self) -> None:
        session = self.session
        dataset, ended = session.dataset, session.summary()
        # If there is nothing to undo, `undo` raises an error before the training is stopped.
        snapshot = session.undo()
        self._driver.stop()
        where = f"the shown epoch is {snapshot.epoch:,}"
        if snapshot.run != ended.run:
            self._notices += [Ended(ended), Notice(f"the previous run is back, and {where}", command=Undo)]
        else:
            self._notices.append(Notice(f"the last change is undone, and {where}", command=Undo))
        if session.dataset is not dataset:
            self._notices.append(self.opened)

    def _save(self, path: str) -> None:
        try:
            self._known.check(path)
            snapshot, dataset = self.session.snapshot_to_save(), self.session.dataset
            self._known.note_written(path, save_run(path, snapshot, dataset, check=lambda: self._known.check(path)))
        except FileChangedError as error:
            self._notices.append(SaveRefused(path, str(error)))
            return
        self._forget_rescue()
        self._notices.append(Notice(f"saved to {printable(whole_path(path))}", command=Save))

    def _open_run(self, path: str) -> None:
        self._known.note(path)
        self._take_over(load_run(path, timeline_bytes=self._timeline_bytes))
        self._forget_rescue()
        self._notices.append(OpenedRun(path, self.session.number))

    def _take_over(self, opened: Session) -> None:
        """Continue the run of another session, in place of the present run."""
        self._driver.stop()
        ended = self.session.summary()
        self.session.take_over(opened)
        self._notices += [Ended(ended), self.opened]

    # ---- keeping unsaved training in the rescue file

    def _follow(self, path: Path, *, is_kept: bool) -> Rescue | None:
        try:
            return Rescue(self.session, RescueFile(path), is_kept=is_kept)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._notices.append(
                Notice(
                    (
                        f"if the app is killed, this run is lost, because the rescue file '{printable(str(path))}' cannot "
                        f"be written: {reason}"
                    ),
                    is_error=True,
                )
            )
            return None

    def _forget_rescue(self) -> None:
        if self._rescue is not None:
            self._rescue.forget()

    def _open_rescued(self, path: Path) -> None:
        try:
            found = FoundRescue(path)
        except OSError:
            raise RunFileError("another window of tui-nn has opened or deleted this run in the meantime") from None
        try:
            self._take_over(load_run(path, timeline_bytes=self._timeline_bytes))
            if self._rescue is not None:
                self._rescue.take_over(found)
        finally:
            found.release()
        self._notices.append(Notice("the unsaved run is open; ctrl+s saves it", command=OpenRescued))


def _rescued_runs() -> tuple[FileSummary, ...]:
    """Return the summaries of the runs that earlier apps did not save. Files that do not contain a run are left out."""
    runs = []
    for path in found_rescue_paths():
        with contextlib.suppress(RunFileError):
            runs.append(summarize(path))
    return tuple(runs)


def _refuse(command: Never) -> Never:
    """Raise ValueError for an object that is not a command. If `match` leaves a command out, the type checker reports it here."""
    raise ValueError(f"{command!r} is not a command")


def _notes(dataset: Dataset) -> list[Notice]:
    return [Notice(f"{dataset.name}: {sentence}.") for sentence in dataset.notes]


def _budget(start: Start) -> int:
    return BUDGET if start.timeline_bytes is None else start.timeline_bytes


def _open(start: Start) -> Session:
    budget = _budget(start)
    if start.run is not None:
        return load_run(start.run, start.dataset or start.source, timeline_bytes=budget)
    network, training = start.network, start.training
    if network is None or training is None:
        preset = load_preset(start.preset)
        network, training = network or preset.network, training or preset.training
    dataset = start.dataset or load_dataset(start.source, start.own)
    session = Session(dataset, network, training, preset=start.preset, timeline_bytes=budget, number=start.first_run)
    if start.snapshot is not None:
        session.restore(start.snapshot)
    return session
