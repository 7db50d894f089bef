"""What is asked of a session and not done yet, done a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from tui_nn.engine.messages import Notice, Opened
from tui_nn.session.run.history import Place
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State, Status

SLICE = 0.02
"""Seconds of training between two looks at what is asked: a pause takes effect within it, and one batch or chunk."""


@dataclass(slots=True)
class Replay:
    """A way through known epochs to a place."""

    end: Place
    start: Place | None = None
    """The checkpoint it began at, once it has begun."""

    def share(self, place: Place, batches: int) -> float:
        """How much of it is done, 0 to 1; the epoch under way has this many batches."""
        self.start = self.start or place
        length = self.end[0] - self.start[0] + self.end[1] / batches - self.start[1] / batches
        done = place[0] - self.start[0] + (place[1] - self.start[1]) / batches
        return done / length if length > 0 else 0.0


class Driver:
    """Drives a session: batches, epochs, acts or replays that were asked for, in slices, so that a pause takes effect at once."""

    def __init__(self, session: Session) -> None:
        """With nothing asked for."""
        self.session = session
        self._notices: list[Notice | Opened] = []
        self._target: int | None = None
        """Train until this epoch is complete; None if no epoch was asked for."""
        self._running = False
        """Whether the target is the end of a run, and not of single epochs."""
        self._run_from = 0
        """The newest epoch when the run began."""
        self._ended = ""
        """Why the last run ended before its time, until something else is asked for."""
        self._batches = 0
        """Single batches asked for that are not done."""
        self._acts = 0
        """Single acts asked for that are not done."""
        self._replay: Replay | None = None
        """The way back or on that was asked for."""
        self._training: Iterator[None] = iter(())
        """The epoch, the batch, the act or the replay that is being trained."""
        self._preparing: Iterator[None] = iter(())
        """What is replayed aside while nothing else is asked for, so that a step back is quick."""
        self.prepared = True
        """Whether there is nothing to be done aside while nothing is asked for."""

    @property
    def busy(self) -> bool:
        """Whether `work` has something to do."""
        return self._batches > 0 or self._acts > 0 or self._target is not None or self._replay is not None

    @property
    def doing(self) -> Status | None:
        """What it is doing; None if nothing, and the session's own standing tells."""
        if self._replay is not None:
            return Status(State.REPLAYING, f"epoch {self._replay.end[0]:,}")
        if self.busy:
            return Status(State.RUNNING)
        return Status(State.READY, self._ended) if self._ended and self.session.standing.state is State.READY else None

    def work(self, seconds: float = SLICE) -> None:
        """Train for about `seconds`, and not beyond the epoch or the batch under way."""
        until = perf_counter() + seconds
        if not self.busy:
            for _ in self._preparing:
                if perf_counter() >= until:
                    return
            self._preparing = iter(())
            self.prepared = True
            return
        for _ in self._training:
            if perf_counter() >= until:
                return
        if self._acts and self.session.status.state is State.DIVERGED and self.session.update is None:
            self._notices.append(Notice("The update that failed was not found again.", is_error=True, command="act"))
        self._batches, self._acts = max(self._batches - 1, 0), max(self._acts - 1, 0)
        if self._replay is not None:
            self._replay = None
            self._preparing, self.prepared = self.session.prepare(), False
        self._go_on()

    # ---- what is asked for

    def _train_until(self, epoch: int) -> None:
        self._stop()
        self._target = epoch
        self._go_on()

    def _stop(self) -> None:
        self._target, self._running, self._batches, self._acts, self._replay = None, False, 0, 0, None
        self._training = self._preparing = iter(())
        self.prepared, self._ended = True, ""

    def _end_run(self, stalled: bool) -> None:
        """Stop, say why if that is before its time, and go back to the best epoch if that is wanted."""
        session = self.session
        epoch, best, keep = session.epoch, session.best, session.training.keep_best
        self._stop()
        said = []
        if stalled and best is not None:
            self._ended = f"no better since epoch {best.epoch:,}"
            said.append(f"stopped early at epoch {epoch:,}: {self._ended}")
        if keep and best is not None and best.epoch < epoch:
            said.append(f"kept: epoch {best.epoch:,}, the best")
            self._go((best.epoch, 0), session.keep_best())
        if said:
            self._notices.append(Notice("; ".join(said), command="run"))

    def _go_on(self) -> None:
        """Begin the next batch or epoch that was asked for; stop if there is none, or none can be."""
        session = self.session
        if self._acts:
            self._training = session.train_act()
        elif session.status.state is State.DIVERGED:
            self._stop()
        elif self._batches:
            self._training = session.train_batch()
        elif self._running and (session.epoch == self._target or session.stalled(self._run_from)):
            self._end_run(session.epoch != self._target)
        elif self._target is not None and session.epoch < self._target:
            self._training = session.train(session.epoch + 1)
        else:
            self._stop()

    def _go(self, place: Place, travel: Iterator[None]) -> None:
        self._stop()
        self._replay, self._training = Replay(place), travel
        # Most ways are short, and the next key may ask for another step.
        self.work()
