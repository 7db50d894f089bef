"""A session that does what it is told a little at a time, so that whoever holds it can look up in between."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from tui_nn.core.config import ConfigError, NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.engine.messages import Command, Notice, Opened, Start, Tick
from tui_nn.presets import load_preset
from tui_nn.session.runs import RunFileError, load_run, save_run
from tui_nn.session.session import Session
from tui_nn.session.snapshot import Snapshot, State, Status


class Worker:
    """Holds the session. `handle` takes a command at once; `work` trains for a while."""

    def __init__(self, start: Start) -> None:
        """Load the data and begin, or go on with, the session that `start` describes.

        Raises:
            DataError: if the data cannot be read.
            RunFileError: if the run cannot be read, or is of other data.
        """
        if start.run is None:
            dataset = load_dataset(start.source)
            network, training = start.network, start.training
            if network is None or training is None:
                preset = load_preset(start.preset)
                network, training = network or preset.network, training or preset.training
            self.session = Session(dataset, network, training, preset=start.preset)
            if start.snapshot is not None:
                self.session.restore(start.snapshot)
        else:
            self.session = load_run(start.run, start.source)
        self._target: int | None = None
        """Train until this epoch is complete; None to do nothing."""
        self._running = False
        self._training: Iterator[None] = iter(())
        self._notices: list[Notice] = []
        self._reported: Snapshot | None = None

    @property
    def opened(self) -> Opened:
        """What the front end must know of the data."""
        dataset = self.session.dataset
        return Opened(dataset.name, len(dataset.train), dataset.test)

    @property
    def busy(self) -> bool:
        """Whether `work` has something to do."""
        return self._target is not None

    def handle(self, command: Command) -> None:
        """Take one command. What goes wrong becomes a notice."""
        try:
            getattr(self, f"_{command.name}")(**command.arguments)
        except (ConfigError, RunFileError) as error:
            self._notices.append(Notice(str(error), is_error=True))

    def work(self, seconds: float) -> None:
        """Train for about `seconds`, or until what was asked for is done."""
        if self._target is None:
            return
        until = perf_counter() + seconds
        for _ in self._training:
            if perf_counter() >= until:
                return
        self._stop()

    def work_epoch(self) -> None:
        """Train to the end of the epoch under way, or until what was asked for is done."""
        if self._target is None:
            return
        self.session.step_epoch()
        if self.session.epoch >= self._target or self.session.status.state is State.DIVERGED:
            self._stop()

    def notices(self) -> list[Notice]:
        """The notices since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def report(self) -> Snapshot | Tick:
        """The session now: a tick where an epoch is under way, for a snapshot would cost an answer to every test digit."""
        session, last = self.session, self._reported
        if self.busy and last is not None and session.history is last.history:
            return Tick(session.progress, Status(State.RUNNING))
        snapshot = session.snapshot(status=Status(State.RUNNING) if self.busy else None, observe=not self.busy)
        self._reported = snapshot
        return snapshot

    # ---- commands

    def _step_epoch(self) -> None:
        if not self._running:
            self._train_until((self._target or self.session.epoch) + 1)

    def _step_batch(self) -> None:
        self._stop()
        self.session.step_batch()

    def _run(self) -> None:
        plan = self.session.training.epochs
        self._running = True
        self._train_until((self.session.epoch // plan + 1) * plan)

    def _pause(self) -> None:
        self._stop()

    def _restart(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        self._stop()
        self.session.restart(network, training, preset=preset)

    def _change(self, training: TrainingConfig) -> None:
        self.session.change(training)

    def _save(self, path: str) -> None:
        save_run(path, self.session.snapshot(), self.session.dataset)
        self._notices.append(Notice(f"saved to {path}"))

    def _train_until(self, epoch: int) -> None:
        self._target = epoch
        self._training = self.session.train(epoch)

    def _stop(self) -> None:
        self._target = None
        self._running = False
        self._training = iter(())


def describe_failure(error: BaseException) -> str:
    """Why an engine is gone, in one sentence."""
    if isinstance(error, MemoryError):
        return "there is not enough memory; take fewer examples or fewer units"
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}".rstrip(": ")
