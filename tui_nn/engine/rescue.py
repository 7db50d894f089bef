"""The writer of the rescue file. It follows a session, and a thread writes its unsaved training to the file."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

from tui_nn.session.file.rescue import FoundRescue, RescueFile
from tui_nn.session.file.runs import RunFileError, save_run
from tui_nn.session.run.bookmark import Bookmark
from tui_nn.session.run.history import Place
from tui_nn.session.run.session import Session

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

PACE = 20.0
"""The shortest time between two writes of the file, as a multiple of the processor time of one write.

So writing takes at most 5 % of the processor time.
"""

SHORT, SHORT_PACE = 0.02, 2.0
"""If a write takes at most `SHORT` seconds of processor time, `SHORT_PACE` replaces `PACE`. So the file of a small
network is written after each epoch, unless the epochs take only some hundredths of a second.
"""

INSIDE_AN_EPOCH = 60.0
"""If an epoch takes longer than this number of seconds, the file is also written inside the epoch."""

Marks = tuple[int, tuple[tuple[str, Place, int], ...], tuple[Bookmark, ...]]


class Rescue:
    """An object that keeps the rescue file of a session up to date. The file is written after each epoch and at each
    pause, but not more often than `PACE` allows.
    """

    def __init__(self, session: Session, file: RescueFile, *, is_kept: bool) -> None:
        """Follow `session`. `is_kept` is True if the current state of the session is in another file, or needs no file."""
        self._session, self._file = session, file
        self._kept = self._written = _marks_of(session) if is_kept else None
        self._thread = ThreadPoolExecutor(1, "rescue")
        self._writing: Future[None] | None = None
        self._written_at, self._next = perf_counter(), 0.0
        self.problem = ""
        """The reason why the rescue file could not be written; "" if the last write succeeded."""

    @property
    def path(self) -> Path:
        """The path of the rescue file."""
        return self._file.path

    def seconds_until_due(self) -> float | None:
        """Return after how many seconds an idle session must call `follow`; None if there is nothing to write."""
        if not self._is_behind:
            return None
        return max(self._next - perf_counter(), 0.05)

    def follow(self, *, busy: bool) -> None:
        """Begin to write the file if a write is due. `busy` is True if the session trains."""
        now = perf_counter()
        if now < self._next or (self._writing is not None and not self._writing.done()) or not self._is_behind:
            return
        epoch_done = self._written is None or _epochs(_marks_of(self._session)) != _epochs(self._written)
        if busy and not epoch_done and now < self._written_at + INSIDE_AN_EPOCH:
            return
        try:
            snapshot = self._session.snapshot_to_save()
        except MemoryError:
            self._next = now + INSIDE_AN_EPOCH
            return
        self._written, self._written_at = _marks_of(self._session), now
        self._writing = self._thread.submit(self._write, snapshot, perf_counter() - now)

    def forget(self) -> None:
        """Remove the rescue file, because the current state is saved or another run has begun."""
        self._wait()
        self._file.remove()
        self._kept = self._written = _marks_of(self._session)

    def take_over(self, found: FoundRescue) -> None:
        """Use the rescue file of an app that has ended as the rescue file of this session, which has opened its run."""
        self._wait()
        self._kept = self._written = None
        with contextlib.suppress(OSError):  # If taking over the file fails, the next write creates it again.
            self._file.take_over(found)
            self._written = _marks_of(self._session)

    def finish(self) -> None:
        """Write the unsaved training to the rescue file, and release the file."""
        self._wait()
        if self._is_behind:
            self._write(self._session.snapshot_to_save(), 0.0)
        self._file.release()

    @property
    def _is_behind(self) -> bool:
        return _marks_of(self._session) not in (self._kept, self._written)

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def _write(self, snapshot: Snapshot, seconds: float) -> None:
        """Write the rescue file. `seconds` is the time that was needed to copy the snapshot."""
        began = thread_time()
        try:
            save_run(self._file.path, snapshot, self._session.dataset, synced=False)
            self.problem = ""
        except RunFileError as error:
            self.problem = str(error)
        except MemoryError:
            self.problem = "there is not enough memory"
        cost = seconds + thread_time() - began
        self._next = perf_counter() + cost * (PACE if cost > SHORT else SHORT_PACE)


def _marks_of(session: Session) -> Marks:
    """Return a tuple that changes whenever the run, a branch or a bookmark of the session changes."""
    branches = tuple((branch.name, branch.tip, len(branch.history.changes)) for branch in session.branches)
    return session.number, branches, session.bookmarks


def _epochs(marks: Marks) -> list[int]:
    return [tip[0] for _, tip, _ in marks[1]]
