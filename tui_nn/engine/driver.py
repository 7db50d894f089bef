"""The driver of a session: it trains and replays in slices of 20 ms, so that commands are read in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, sleep

from tui_nn.engine.commands import Act, Command, Run, StepBatch, StepEpoch, TrainTo
from tui_nn.engine.messages import Notice
from tui_nn.session.run.history import Place
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State, Status

SLICE = 0.02
"""The length of a slice in seconds. A pause takes effect after the current slice, which ends with a batch or a chunk."""


@dataclass(slots=True)
class Replay:
    """A request to train known epochs again, to reach an earlier or later position (complete epochs, complete batches
    of the next epoch).
    """

    end: Place
    start: Place | None = None
    """The checkpoint from which the replay starts; None until it has started."""

    def share(self, place: Place, batches: int) -> float:
        """Return the share of the replay, from 0 to 1, that is done at the position `place`.

        An epoch has `batches` batches.
        """
        self.start = self.start or place
        length = self.end[0] - self.start[0] + self.end[1] / batches - self.start[1] / batches
        done = place[0] - self.start[0] + (place[1] - self.start[1]) / batches
        return done / length if length > 0 else 0.0


class Driver:
    """The driver of a session. It stores requests for training and replays, and `work` does one slice of them."""

    def __init__(self, session: Session, say: Callable[[Notice], None]) -> None:
        """Begin with no requests. The driver passes each notice (a sentence for the user) to the function `say`."""
        self.session = session
        self.running = False
        """True if the driver carries out the command `Run`, and False if it trains only single epochs."""
        self.replay: Replay | None = None
        """The requested replay; None if no replay is requested."""
        self.prepared = True
        """True if the driver has made all checkpoints that a fast step back needs."""
        self._say = say
        self._target: int | None = None
        """The epoch up to which the driver trains; None if no epoch was requested."""
        self._end: Place | None = None
        """The position up to which the driver trains; None if no position was requested."""
        self.pace: float | None = None
        """The largest number of epochs a second during a run; None for no limit."""
        self._due = 0.0
        """The time at which the next epoch may begin, so that a run is not faster than its `pace`."""
        self._run_from = 0
        """The number of the newest epoch when the run began."""
        self._ended = ""
        """The reason why the last run ended early. The next command sets it to ""."""
        self._batches = 0
        """The number of requested single batches that are not trained yet."""
        self._acts = 0
        """The number of requested steps of an update that are not done yet."""
        self._training: Iterator[None] = iter(())
        """The iterator that does the current work: an epoch, a batch, a step or a replay."""
        self._preparing: Iterator[None] = iter(())
        """The iterator that makes the checkpoints for fast steps back. It runs only while there is no other work."""

    @property
    def busy(self) -> bool:
        """True if a request for training or a replay is not complete yet."""
        waiting = self._batches > 0 or self._acts > 0
        return waiting or self._target is not None or self._end is not None or self.replay is not None

    @property
    def requested(self) -> tuple[Command, ...]:
        """The commands that request the part of the present training that is not done yet."""
        if self.running:
            return (Run(),)
        if self._end is not None:
            return (TrainTo(*self._end),)
        if self._target is not None:
            return (StepEpoch(),) * (self._target - self.session.epoch)
        return (StepBatch(),) * self._batches

    @property
    def doing(self) -> Status | None:
        """The status to report instead of the session's own status. If this is None, the session's own status is reported."""
        if self.replay is not None:
            return Status(State.REPLAYING, f"epoch {self.replay.end[0]:,}")
        if self.busy:
            return Status(State.RUNNING)
        return Status(State.READY, self._ended) if self._ended and self.session.standing.state is State.READY else None

    def work(self, seconds: float = SLICE) -> None:
        """Train or replay for about `seconds`, but at most to the end of the current epoch or batch."""
        until = perf_counter() + seconds
        if not self.busy:
            for _ in self._preparing:
                if perf_counter() >= until:
                    return
            self._preparing = iter(())
            self.prepared = True
            return
        if self.running and self.pace is not None and (wait := self._due - perf_counter()) > 0:
            # Wait in slices, so that the next command is read in time.
            sleep(min(wait, SLICE))
            return
        for _ in self._training:
            if perf_counter() >= until:
                return
        if self.running and self.pace is not None:
            self._due = max(self._due + 1 / self.pace, perf_counter())
        if self._acts and self.session.status.state is State.DIVERGED and self.session.update is None:
            self._say(
                Notice("The update that made the training fail could not be repeated.", is_error=True, command=Act)
            )
        self._batches, self._acts = max(self._batches - 1, 0), max(self._acts - 1, 0)
        if self.replay is not None:
            self.replay = None
            self._preparing, self.prepared = self.session.prepare(), False
        self._go_on()

    # ---- requests

    def stop(self) -> None:
        """Stop, and discard all requests that are not complete."""
        self._target, self._end, self.running, self._batches, self._acts = None, None, False, 0, 0
        self.replay = self.pace = None
        self._training = self._preparing = iter(())
        self.prepared, self._ended = True, ""

    def step_epoch(self) -> None:
        """Request one more epoch. During a run, this request has no effect."""
        if not self.running:
            self._train_until((self.session.epoch if self._target is None else self._target) + 1)

    def step_batch(self) -> None:
        """Request one more batch."""
        waiting = self._batches
        self.stop()
        self._batches = waiting + 1
        self._go_on()
        # Try to finish the batch now. The next command may change the settings, and such a change should apply only after this
        # batch.
        self.work()

    def run(self, until: int | None = None, pace: float | None = None) -> None:
        """Request training up to epoch `until`; None means to the end of the planned epochs.

        If all planned epochs are complete, add as many epochs as were planned. The `pace` is the largest number of epochs a
        second. To keep the pace, the driver waits only between two epochs. During a run, another request changes only
        the pace.
        """
        if self.running and until is None:
            self.pace, self._due = pace, perf_counter()
            return
        self._train_until(self.session.training.plan_end(self.session.epoch) if until is None else until)
        self.running, self._run_from = True, len(self.session.history.records) - 1
        self.pace, self._due = pace, perf_counter()

    def run_with_changes(self) -> None:
        """Let a run continue after its settings were changed. The planned epochs and the patience of early stopping are
        counted from the present epoch. The pace stays the same.
        """
        if self.running:
            pace, due = self.pace, self._due
            self.stop()
            self.run(pace=pace)
            self._due = due

    def train_to(self, place: Place) -> None:
        """Request training up to the position `place`: (complete epochs, complete batches of the next epoch)."""
        self.stop()
        self._end = place
        self._go_on()

    def act(self) -> None:
        """Request one more step of an update."""
        waiting = self._acts
        self.stop()
        self._acts = waiting + 1
        self._go_on()
        # Finish the step now, because the next command may drop the update.
        self.work()

    def finish_update(self) -> None:
        """Do all remaining steps of the update."""
        self.stop()
        self._acts = 1
        self._training = self.session.finish_update()
        self.work()

    def go(self, place: Place, travel: Iterator[None]) -> None:
        """Request a replay up to the position `place`: (complete epochs, complete batches of the next epoch).

        The iterator `travel`, which the session has made, does the replay.
        """
        self.stop()
        self.replay, self._training = Replay(place), travel
        # Start the replay now, because most replays are short and end before the next key requests another one.
        self.work()

    # ---- the choice of what to train or replay next

    def _train_until(self, epoch: int) -> None:
        self.stop()
        self._target = epoch
        self._go_on()

    def _end_run(self, stalled: bool) -> None:
        """End the run, and return to the best epoch if the settings ask for it.

        `stalled` is True if the run has had no new best epoch for too long. An early stop is then reported.
        """
        session = self.session
        epoch, best, keep = session.epoch, session.best, session.training.keep_best
        self.stop()
        said = []
        if stalled and best is not None:
            self._ended = f"the best epoch was {best.epoch:,}"
            said.append(f"the training stopped early at epoch {epoch:,}: {self._ended}")
        if keep and best is not None and best.epoch < epoch:
            said.append(f"the run went back to its best epoch, {best.epoch:,}")
            self.go((best.epoch, 0), session.keep_best())
        if said:
            self._say(Notice("; ".join(said), command=Run))

    def _go_on(self) -> None:
        """Begin the next requested batch or epoch. Stop if there is none, or if the session cannot train."""
        session = self.session
        if self._acts:
            self._training = session.train_act()
        elif session.status.state is State.DIVERGED:
            self.stop()
        elif self._batches:
            self._training = session.train_batch()
        elif self.running and (session.epoch == self._target or session.stalled(self._run_from)):
            self._end_run(session.epoch != self._target)
        elif self._end is not None and session.place < self._end:
            whole = session.epoch < self._end[0]
            self._training = session.train(session.epoch + 1) if whole else session.train_batch()
        elif self._target is not None and session.epoch < self._target:
            self._training = session.train(session.epoch + 1)
        else:
            self.stop()
