"""A session that does what it is told a little at a time, so that whoever holds it can look up in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.core.choices.edits import EditError, Edits
from tui_nn.data.atomic import whole_path
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.data.own import own_part
from tui_nn.engine.driver import Driver
from tui_nn.engine.messages import Command, Notice, Opened, Start, Tick
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import RunFileError, load_run, save_run
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.session.run.timeline import BUDGET, PlaceError


class Worker(Driver):
    """Holds the session. `handle` takes a command; `work` does a little of what was asked for."""

    def __init__(self, start: Start) -> None:
        """Load the data and begin, or go on with, the session that `start` describes.

        Raises:
            DataError: if the data cannot be read.
            RunFileError: if the run cannot be read, or is of other data.
        """
        super().__init__(_open(start))
        self._reported: Snapshot | None = None
        self._commands: dict[str, Callable[..., None]] = {
            "step_epoch": self._step_epoch,
            "step_batch": self._step_batch,
            "run": self._run,
            "pause": self._stop,
            "restart": self._restart,
            "train_on": self._train_on,
            "change": self._change,
            "edit": self._edit,
            "save": self._save,
            "act": self._act,
            "finish_update": self._finish_update,
            "drop_update": self._drop_update,
            "seek": self._seek,
            "travel": self._travel,
            "back_a_batch": self._back_a_batch,
            "switch": self._switch,
            "rename": self._rename,
        }

    @property
    def opened(self) -> Opened:
        """What the front end must know of the data."""
        dataset = self.session.dataset
        return Opened(dataset.name, len(dataset.train), dataset.test, dataset.source, own_part(dataset))

    def handle(self, command: Command) -> None:
        """Take one command. What the person did wrong becomes a notice.

        It takes no more time than `work`, but for `restart`, which has the new network answer every digit, and `save`
        and `train_on`, which write and read a file.

        Raises:
            ValueError: if there is no such command.
        """
        if command.name not in self._commands:
            raise ValueError(f"there is no command {command.name!r}")
        try:
            self._commands[command.name](**command.arguments)
        except (ConfigError, DataError, RunFileError, PlaceError, EditError) as error:
            self._notices.append(Notice(str(error), is_error=True, command=command.name))

    def notices(self) -> list[Notice | Opened]:
        """The notices, and what there is to know of other data, since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def tick(self) -> Tick | None:
        """How far the epoch under way is, and whether it goes on; None if the last snapshot was not of this epoch."""
        session, last = self.session, self._reported
        status = self.doing or session.standing
        if last is not None and self._replay is not None:
            # The last snapshot stays on the screen until the replay is there.
            share = self._replay.share(session.place, session.batches)
            return Tick(replace(last.progress, share=share), status, session.update)
        # A run, an epoch or a change on from that snapshot, the history is another one.
        inside = status.state in (State.RUNNING, State.PAUSED, State.INSIDE)
        if last is None or session.history is not last.history or session.epoch != last.epoch or not inside:
            return None
        return Tick(session.progress, status, session.update)

    def report(self) -> Snapshot | Tick:
        """The session now, or a tick inside an epoch: a snapshot would cost an answer to every test digit."""
        last, session = self._reported, self.session
        inside = session.inside_update and last is not None and last.step == session.progress.step
        if (self.busy or inside) and (tick := self.tick()):
            return tick
        snapshot = self.session.snapshot(status=self.doing, observe=not self.busy)
        self._reported = snapshot
        return snapshot

    def resume(self, snapshot: Snapshot) -> None:
        """Go on from an earlier snapshot, with nothing asked for."""
        self._stop()
        self.session.restore(snapshot)

    # ---- commands

    def _step_epoch(self) -> None:
        if not self._running:
            self._train_until((self.session.epoch if self._target is None else self._target) + 1)

    def _step_batch(self) -> None:
        waiting = self._batches
        self._stop()
        self._batches = waiting + 1
        self._go_on()
        # A short batch is done when the next command is looked at, which may change what batches are trained with.
        self.work()

    def _act(self) -> None:
        waiting = self._acts
        self._stop()
        self._acts = waiting + 1
        self._go_on()
        # An act is done when the next command is looked at: it may be to drop it.
        self.work()

    def _finish_update(self) -> None:
        self._stop()
        self._acts = 1
        self._training = self.session.finish_update()
        self.work()

    def _drop_update(self) -> None:
        self._stop()
        self.session.drop_update()

    def _seek(self, epoch: int, batch: int = 0) -> None:
        self._go((epoch, batch), self.session.travel(epoch, batch))

    def _travel(self, epochs: int) -> None:
        # Steps that come faster than replays add up.
        start = self._replay.end if self._replay else self.session.place
        self._seek(*self.session.place_from(start, epochs))

    def _back_a_batch(self) -> None:
        self._go(self.session.place, self.session.travel_back_a_batch())

    def _switch(self, branch: int) -> None:
        self._go(self.session.tip_of(branch), self.session.switch(branch))

    def _rename(self, branch: int, title: str) -> None:
        self.session.rename(branch, title)

    def _run(self) -> None:
        self._train_until(self.session.training.plan_end(self.session.epoch))
        self._running, self._run_from = True, len(self.session.history.records) - 1

    def _restart(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        self._stop()
        self.session.restart(network, training, preset=preset)

    def _train_on(self, source: str) -> None:
        dataset, session = load_dataset(source), self.session
        self._stop()
        now, session.dataset = session.snapshot(observe=False), dataset
        session.restart(now.network, now.training, preset=now.preset)
        self._notices += [self.opened, Notice(f"trains on {dataset.name}", command="train_on")]
        self._run()

    def _change(self, training: TrainingConfig) -> None:
        self.session.change(training, observe=False)
        if self._running:
            self._run()

    def _edit(self, edits: Edits) -> None:
        self.session.edit(edits, observe=False)
        if self._running:
            self._run()

    def _save(self, path: str) -> None:
        save_run(path, self.session.snapshot_to_save(), self.session.dataset)
        self._notices.append(Notice(f"saved to {whole_path(path)}", command="save"))


def _open(start: Start) -> Session:
    budget = BUDGET if start.timeline_bytes is None else start.timeline_bytes
    if start.run is not None:
        return load_run(start.run, start.source, timeline_bytes=budget)
    network, training = start.network, start.training
    if network is None or training is None:
        preset = load_preset(start.preset)
        network, training = network or preset.network, training or preset.training
    dataset = load_dataset(start.source, start.own)
    session = Session(dataset, network, training, preset=start.preset, timeline_bytes=budget)
    if start.snapshot is not None:
        session.restore(start.snapshot)
    return session
