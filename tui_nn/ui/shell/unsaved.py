"""The part of a run that was not saved to a file. The app asks before a large part is lost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_nn.data.atomic import free_path
from tui_nn.ui.shell.engine_stack import RUNS

if TYPE_CHECKING:
    from tui_nn.session.run.history import Place
    from tui_nn.session.run.snapshot import Snapshot

LONG_RUN = 5.0
"""The app asks before unsaved training of this many seconds is lost. A shorter training is quickly repeated with the same seed."""


class RunFile:
    """The file of the present run, and how much of the run it holds."""

    def __init__(self, path: str | None, *, read_only: bool = False) -> None:
        """Begin with the file `path`, from which the run was opened or to which it is saved; None if there is no file yet.

        If it is `read_only`, the run is never saved to this file.
        """
        self.path = None if read_only else path
        self.read_only = path if read_only else None
        """The file that must not change; None if there is no such file."""
        self.kept: Kept | None = None
        """The part of the run that the file contains; None if there is no file."""
        self._being_saved: tuple[str, Kept] | None = None
        self._others: dict[int, tuple[str | None, Kept | None]] = {}
        """The files of the other runs of the session, by the number of the run: the path, and the part of the run that the file
        contains.
        """
        self._behind: dict[int, tuple[int, Unsaved]] = {}
        """A dict from the number of an engine to the number of the run that ctrl+u brings back, and the unsaved training of this
        run.
        """

    def begin(self, snapshot: Snapshot) -> None:
        """Count the first snapshot of the app as saved, because it came from a file or is quickly made again."""
        self.kept = Kept.all_of(snapshot)

    def turn_to(self, snapshot: Snapshot, before: Snapshot) -> None:
        """Switch to the file of the run in `snapshot`, because the engine has left the run in `before`. A new run has no file."""
        # If a lesson has just begun or ended, the runs belong to two engines, and each engine has its own undo.
        engine = snapshot.run // RUNS
        # ctrl+u skips an untrained run. If the run in `before` is untrained, ctrl+u still brings back the last trained run.
        stays = not before.has_begun and engine in self._behind and self._behind[engine][0] != snapshot.run
        if before.run // RUNS == engine and not stays:
            self._behind[engine] = before.run, Unsaved.of(before, self.kept)
        self._others[before.run] = self.path, self.kept
        self.path, self.kept = self._others.get(snapshot.run, (None, self.kept))
        if self.path is not None and self.kept is None:  # The run was opened from this file just now.
            self.kept = Kept.all_of(snapshot)

    def opened(self, path: str, run: int, snapshot: Snapshot | None) -> None:
        """Note that the run with the number `run` was opened from the file `path`. The newest `snapshot` may still show an earlier
        run.
        """
        if snapshot is not None and snapshot.run == run:
            self.path, self.kept = path, Kept.all_of(snapshot)
        else:
            self._others[run] = path, None

    def behind(self, snapshot: Snapshot) -> Unsaved:
        """Return the unsaved training of the run that ctrl+u brings back. The next restart or change loses this run."""
        return self._behind.get(snapshot.run // RUNS, (0, Unsaved()))[1]

    def changed(self, snapshot: Snapshot) -> None:
        """Note a change of the present run. From now on, ctrl+u undoes this change."""
        self._behind.pop(snapshot.run // RUNS, None)

    @property
    def needs_name(self) -> bool:
        """Return whether the person must choose the file before the run can be saved."""
        return self.path is None and self.read_only is not None

    def suggestion(self, snapshot: Snapshot) -> str:
        """Return the path of a new file: beside the run's file, or in the current folder if a terminal cannot show that path."""
        beside = free_path(self.path or self.read_only or f"{snapshot.preset}.run")
        return beside if beside.isprintable() else free_path(f"{snapshot.preset}.run")

    def fault(self, path: str) -> str:
        """Return the reason why the run cannot be saved to `path`; "" if it can."""
        if self.read_only is not None and _real(path) == _real(self.read_only):
            return "This file may only be read, because the app was started with --read-only. Give another name."
        return ""

    def path_to_save(self, snapshot: Snapshot, path: str | None = None) -> str:
        """Return the file to save this snapshot to: `path`, else the file of the run, else a new one."""
        if path is None and self.path is None and self._being_saved is not None:
            # The answer to the previous save has not arrived yet.
            pending, kept = self._being_saved
            path = pending if kept.run == snapshot.run else None
        path = path or self.path or free_path(f"{snapshot.preset}.run")
        self._being_saved = path, Kept.all_of(snapshot)
        return path

    def saved(self) -> None:
        """Note that the engine has written the file. It contains the snapshot that was passed to `path_to_save`, or a
        later state.
        """
        if self._being_saved is not None:
            self.path, self.kept = self._being_saved

    def not_saved(self) -> None:
        """Note that the engine has not written the file."""
        self._being_saved = None


def _real(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of each branch that a file contains."""

    run: int
    tips: dict[int, Place]
    """The newest saved position of each branch, by the branch's number."""
    branch: int
    under_way: float
    """The seconds of training of the unfinished epoch that the file contains."""

    @classmethod
    def all_of(cls, snapshot: Snapshot) -> Kept:
        """Return the description of a file that contains all of `snapshot`."""
        tips = {number: branch.tip for number, branch in enumerate(snapshot.branches)}
        return cls(snapshot.run, tips | {snapshot.branch: _tip(snapshot)}, snapshot.branch, _under_way(snapshot))


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The training that would be lost, over all branches."""

    epochs: int = 0
    branches: int = 0
    seconds: float = 0.0
    """The seconds of training that would be lost."""

    @classmethod
    def of(cls, snapshot: Snapshot, kept: Kept | None) -> Unsaved:
        """Return the training of `snapshot` that is missing in a file with the contents `kept`.

        An epoch that several branches share counts once.
        """
        kept = kept if kept and kept.run == snapshot.run else None
        known: dict[int, Place] = {0: (0, 0)} | (kept.tips if kept else {})
        epochs, branches, seconds = 0, 0, 0.0
        for number, branch in enumerate(snapshot.branches):
            here = number == snapshot.branch
            records, tip = (snapshot.history.records, _tip(snapshot)) if here else (branch.history.records, branch.tip)
            if known.get(number) == tip:
                continue
            new = records[max(branch.fork[0], known.get(number, (0, 0))[0]) + 1 :]
            branches += 1
            epochs += len(new)
            trained = sum(record.seconds for record in new) + (_under_way(snapshot) if here else 0)
            seconds += max(trained - (kept.under_way if kept and number == kept.branch else 0), 0)
        return cls(epochs, branches, seconds)

    @property
    def is_much(self) -> bool:
        """Return whether the app must ask before this training is lost."""
        return self.seconds >= LONG_RUN or self.branches > 1

    @property
    def words(self) -> str:
        """Return the lost training in words, without the parts that are 0: "3 epochs, 12 seconds of training"."""
        seconds = int(self.seconds)
        counts = [(self.epochs, "epoch", "epochs")]
        counts += [(self.branches, "branch", "branches")] if self.branches > 1 else []
        counts += [(seconds, "second of training", "seconds of training")]
        return ", ".join(f"{count:,} {one if count == 1 else more}" for count, one, more in counts if count)


def _under_way(snapshot: Snapshot) -> float:
    """Return the seconds of training of the unfinished epoch at the end of the branch that is shown."""
    return snapshot.progress.seconds if snapshot.epoch == snapshot.newest_epoch else 0.0


def _tip(snapshot: Snapshot) -> Place:
    """Return the newest position on the branch that is shown."""
    there = snapshot.epoch == snapshot.newest_epoch
    return snapshot.newest_epoch, snapshot.progress.batch if there else snapshot.branches[snapshot.branch].batch
