"""Drive a session a little at a time: batches, epochs, steps of an update and replays, in slices of 20 ms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from tui_nn.engine.commands import Act, Run
from tui_nn.engine.messages import Notice
from tui_nn.session.run.history import Place
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State, Status

SLICE = 0.02
"""Seconds of training between two looks at the commands. A pause takes effect within it, and one batch or chunk."""


@dataclass(slots=True)
class Replay:
    """A replay of known epochs, on the way to a place."""

    end: Place
    start: Place | None = None
    """The checkpoint that the replay began at; None before it has begun."""

    def share(self, place: Place, batches: int) -> float:
        """Return how much of the replay is done, 0 to 1; the current epoch has `batches` batches."""
        self.start = self.start or place
        length = self.end[0] - self.start[0] + self.end[1] / batches - self.start[1] / batches
        done = place[0] - self.start[0] + (place[1] - self.start[1]) / batches
        return done / length if length > 0 else 0.0


class Driver:
    """Does the work that was asked of a session. `work` does one slice, so a pause between two takes effect at once."""

    def __init__(self, session: Session, say: Callable[[Notice], None]) -> None:
        """Drive `session`, with nothing to do yet. Each sentence for the person goes to `say`."""
        self.session = session
        self.running = False
        """Whether the target is the end of a run. It is False while single epochs are trained."""
        self.replay: Replay | None = None
        """The replay that was asked for; None if there is none."""
        self.prepared = True
        """Whether nothing is left to replay in advance while there is no other work."""
        self._say = say
        self._target: int | None = None
        """Train until this epoch is complete; None if no epoch was asked for."""
        self._run_from = 0
        """The newest epoch when the run began."""
        self._ended = ""
        """Why the last run ended early; "" once something else was asked for."""
        self._batches = 0
        """Single batches that are still to be trained."""
        self._acts = 0
        """Steps of an update that are still to be done."""
        self._training: Iterator[None] = iter(())
        """The epoch, batch, step or replay that is being worked on."""
        self._preparing: Iterator[None] = iter(())
        """Replays done in advance while there is no other work, so that a step back is quick."""

    @property
    def busy(self) -> bool:
        """Whether `work` has something to do."""
        return self._batches > 0 or self._acts > 0 or self._target is not None or self.replay is not None

    @property
    def doing(self) -> Status | None:
        """The status while there is work; None if the session's own status holds."""
        if self.replay is not None:
            return Status(State.REPLAYING, f"epoch {self.replay.end[0]:,}")
        if self.busy:
            return Status(State.RUNNING)
        return Status(State.READY, self._ended) if self._ended and self.session.standing.state is State.READY else None

    def work(self, seconds: float = SLICE) -> None:
        """Train for about `seconds`, at most to the end of the current epoch or batch."""
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
            self._say(Notice("The update that failed was not found again.", is_error=True, command=Act))
        self._batches, self._acts = max(self._batches - 1, 0), max(self._acts - 1, 0)
        if self.replay is not None:
            self.replay = None
            self._preparing, self.prepared = self.session.prepare(), False
        self._go_on()

    # ---- what can be asked for

    def stop(self) -> None:
        """Stop, and forget all work that is not done."""
        self._target, self.running, self._batches, self._acts, self.replay = None, False, 0, 0, None
        self._training = self._preparing = iter(())
        self.prepared, self._ended = True, ""

    def step_epoch(self) -> None:
        """Train one epoch more than was asked for. A run goes on as it is."""
        if not self.running:
            self._train_until((self.session.epoch if self._target is None else self._target) + 1)

    def step_batch(self) -> None:
        """Train one batch more than was asked for."""
        waiting = self._batches
        self.stop()
        self._batches = waiting + 1
        self._go_on()
        # A short batch is done before the next command is read, which may change the settings that batches train with.
        self.work()

    def run(self) -> None:
        """Train until the plan is complete, or as long again if it is."""
        self._train_until(self.session.training.plan_end(self.session.epoch))
        self.running, self._run_from = True, len(self.session.history.records) - 1

    def act(self) -> None:
        """Do one step of an update more than was asked for."""
        waiting = self._acts
        self.stop()
        self._acts = waiting + 1
        self._go_on()
        # A step is done before the next command is read, which may drop the update.
        self.work()

    def finish_update(self) -> None:
        """Do all remaining steps of the update."""
        self.stop()
        self._acts = 1
        self._training = self.session.finish_update()
        self.work()

    def go(self, place: Place, travel: Iterator[None]) -> None:
        """Go to a place by an iterator of the session."""
        self.stop()
        self.replay, self._training = Replay(place), travel
        # Most replays are short, and the next key may ask for another step.
        self.work()

    # ---- from one piece of work to the next

    def _train_until(self, epoch: int) -> None:
        self.stop()
        self._target = epoch
        self._go_on()

    def _end_run(self, stalled: bool) -> None:
        """Stop, report an early stop, and go back to the best epoch if the settings say so."""
        session = self.session
        epoch, best, keep = session.epoch, session.best, session.training.keep_best
        self.stop()
        said = []
        if stalled and best is not None:
            self._ended = f"no better since epoch {best.epoch:,}"
            said.append(f"stopped early at epoch {epoch:,}: {self._ended}")
        if keep and best is not None and best.epoch < epoch:
            said.append(f"kept: epoch {best.epoch:,}, the best")
            self.go((best.epoch, 0), session.keep_best())
        if said:
            self._say(Notice("; ".join(said), command=Run))

    def _go_on(self) -> None:
        """Begin the next batch or epoch that was asked for; stop if there is none, or none can be trained."""
        session = self.session
        if self._acts:
            self._training = session.train_act()
        elif session.status.state is State.DIVERGED:
            self.stop()
        elif self._batches:
            self._training = session.train_batch()
        elif self.running and (session.epoch == self._target or session.stalled(self._run_from)):
            self._end_run(session.epoch != self._target)
        elif self._target is not None and session.epoch < self._target:
            self._training = session.train(session.epoch + 1)
        else:
            self.stop()
