"""One training run: commands in, snapshots out."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from tui_nn.core.backprop import Act, Diverged, Phase
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.metrics import accuracy
from tui_nn.core.network import MLP
from tui_nn.core.setting import ConfigError, Effect, FieldError
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.history import Change, EpochRecord, History
from tui_nn.session.learner import Learner, Observation
from tui_nn.session.microscope import Microscope, failed_update
from tui_nn.session.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.training import Epoch, batch_count
from tui_nn.session.update_view import UpdateView


class Session:
    """A network in training. The only object below the screens that changes; every command returns when it is done.

    Training is a generator (`train`): whoever drives it holds the pace, and pauses by not asking for more.
    """

    dataset: Dataset
    preset: str
    training: TrainingConfig
    status: Status
    """READY, or DIVERGED with the reason: whether it is running or paused is for its driver to say."""
    _train: Split
    _learner: Learner
    _seen: Observation
    """The learner when it was last looked at: after the last complete epoch, or inside the one under way."""
    _whole: Observation
    """The learner after the last complete epoch; where it was restored, if that was inside the one under way."""
    _epoch: Epoch | None
    """Under way; None between two epochs."""
    _acts: Iterator[Act] | None
    """Those left of the update under way; None between two updates."""
    _scope: Microscope | None
    """On the update that is done act by act, or was done so last; None once anything else was trained."""
    _failing: tuple[TrainingConfig, dict[int, TrainingConfig]] | None
    """What the epoch that diverged began with, and what was changed in it, by the batches done; None if it is not known."""
    _pace: tuple[float, float]
    """Of the last epoch."""
    _history: History

    def __init__(
        self, dataset: Dataset, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom"
    ) -> None:
        """Make a new network from the seed, untrained."""
        self.dataset = dataset
        self.restart(network, training, preset=preset)

    # ---- commands

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Drop the run and begin another: start weights from the seed, epoch 0."""
        mlp = MLP.initialize(network, training.seed, training.generator)
        self._begin(Learner(mlp, training.optimizer), training, preset)
        self._observe()
        self._history = History((self._untrained_record(),))
        return self.snapshot()

    def restore(self, snapshot: Snapshot) -> Snapshot:
        """Become the session that `snapshot` was taken of, to the bit; the data must be the same.

        A snapshot taken while running may hold the last complete epoch only, and that is where this then goes on.
        """
        self._begin(Learner.of(snapshot), snapshot.training, snapshot.preset)
        progress = snapshot.progress
        self._pace = progress.seconds_a_step, progress.examples_a_second
        done = progress.batch if snapshot.step == progress.step else 0
        if done:
            self._epoch = Epoch(snapshot.epoch + 1, self._train, snapshot.epoch_training)
            self._epoch.skip(done, progress.loss, progress.correct, progress.seconds)
            self._epoch.training = snapshot.training
        self._history = snapshot.history
        if snapshot.step != progress.step:
            self._history = self._history.with_epoch_anew(snapshot.epoch + 1)
        if snapshot.status.state is State.DIVERGED:
            self.status = snapshot.status
        self._observe()
        self._whole = self._seen
        return self.snapshot()

    def change(self, training: TrainingConfig, *, observe: bool = True) -> Snapshot:
        """Go on with other hyperparameters; the history notes which and when.

        They hold from the batch under way, which begins again: what was done of it began with others. A new optimizer
        starts with moments of 0. The snapshot is as `snapshot` makes it.

        Raises:
            ConfigError: if one of the changes takes a new network.
        """
        values = self.training.changes(training)
        effects = {setting.name: setting.effect for setting in training.settings}
        refused = [name for name in values if effects[name] is Effect.NEW_NETWORK]
        if refused:
            allowed = "left as it is, or given to a new network"
            raise ConfigError([FieldError(name, values[name], allowed) for name in refused])
        if values:
            self._history = self._history.with_change(Change(self.epoch + 1, self.batch, values))
            self.training = training
            self._scope = None
            self._forget_batch()
            if self._epoch:
                self._epoch.training = training
            if "optimizer" in values:
                self._learner.change_optimizer(training.optimizer)
                moments = self._learner.copy_moments()
                self._seen = replace(self._seen, moments=moments, optimizer_steps=0)
                self._whole = replace(self._whole, moments=moments, optimizer_steps=0)
        return self.snapshot(observe=observe)

    def step_batch(self) -> Snapshot:
        """Do one update: finish the batch under way, or do the next."""
        for _ in self.train_batch():
            pass
        return self.snapshot()

    def step_epoch(self) -> Snapshot:
        """Go on to the end of the epoch under way, or do the next."""
        for _ in self.train(self.epoch + 1):
            pass
        return self.snapshot()

    def run(self, epochs: int) -> Iterator[Snapshot]:
        """Train for `epochs` more epochs; a snapshot after each, fewer if the loss diverges."""
        target = self.epoch + epochs
        while self.epoch < target and self.status.state is not State.DIVERGED:
            yield self.step_epoch()

    def train(self, until: int) -> Iterator[None]:
        """Train until epoch `until` is complete, pausing before each batch, and before each chunk of a large one.

        What is under way when the caller asks no more is kept, and the next command goes on from there.
        """
        while self.epoch < until and (act := self._advance(by_act=False)):
            if act.phase is Phase.BATCH:
                yield

    def train_batch(self) -> Iterator[None]:
        """Finish the batch under way, or do the next; pauses and can be left as `train`."""
        while (act := self._advance(by_act=False)) and act.phase is Phase.BATCH:
            yield

    def train_act(self) -> Iterator[None]:
        """Do the next act of the update under the microscope, or the first of the next update.

        The last act commits. Pauses before each chunk of a large batch. Of a session that has diverged the update that
        failed is found again; this takes up to an epoch, and pauses before each batch.
        """
        scope = self._scope
        if scope is not None and scope.view.failure:
            return
        if self.status.state is not State.DIVERGED and (scope is None or scope.view.complete):
            scope = self._begin_update()
        while scope is not None and (act := self._advance(by_act=True)):
            if scope.see(act):
                return
            yield
        self._scope = yield from self._find_failure()

    def finish_update(self) -> Iterator[None]:
        """Do what is left of the update under the microscope; pauses as `train_act`."""
        while self.inside_update:
            yield from self.train_act()

    def drop_update(self) -> Snapshot:
        """Take away what is under the microscope: of an update that is not done nothing stays."""
        if self.inside_update:
            self._forget_batch()
        self._scope = None
        return self.snapshot()

    def acts(self) -> Iterator[Act]:
        """The acts of the present update, one by one; those that are done are not repeated. The last one commits."""
        self._scope = None
        while act := self._advance(by_act=True):
            yield act
            if act.phase is Phase.UPDATE:
                return

    # ---- what there is

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return len(self._history.records) - 1

    @property
    def batch(self) -> int:
        """Batches done in the epoch under way."""
        return self._epoch.batch if self._epoch else 0

    @property
    def progress(self) -> Progress:
        """How far the epoch under way is, and how fast it goes, or the last one went."""
        epoch = self._epoch
        if epoch is None:
            return Progress(0, 0.0, self._learner.step, 0.0, 0, *self._pace)
        return Progress(
            epoch.batch,
            epoch.share,
            self._learner.step,
            epoch.loss,
            epoch.correct,
            *(epoch.pace or self._pace),
            seconds=epoch.seconds,
        )

    @property
    def history(self) -> History:
        """All epochs so far."""
        return self._history

    @property
    def update(self) -> UpdateView | None:
        """What is under the microscope."""
        return self._scope.view if self._scope else None

    @property
    def inside_update(self) -> bool:
        """Whether an update is under the microscope that is not done."""
        return self._acts is not None and self._scope is not None

    @property
    def standing(self) -> Status:
        """Ready, paused inside an epoch or an update, or diverged: what it is while nobody drives it."""
        if self.inside_update:
            return Status(State.INSIDE)
        paused = self.status.state is State.READY and self._epoch and self._epoch.examples
        return Status(State.PAUSED) if paused else self.status

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """The session now, or with `status` in place of its own.

        The parameters are copied and the test examples answered if something was learned since the last snapshot. With
        `observe=False` those of the last complete epoch will do: quicker while running.
        """
        seen = self._seen
        if seen.step != self._learner.step:
            # Only what was restored inside the epoch is no place to go on from at its beginning.
            if observe or self._whole.inside_epoch:
                self._observe()
            seen = self._seen if self._seen.step == self._learner.step else self._whole
        return self._show(seen, status or self.standing)

    def snapshot_to_save(self) -> Snapshot:
        """The session now, with the evaluation of an earlier look: all that a file holds, and quicker."""
        seen = self._learner.copy(self._seen.evaluation, inside_epoch=self.batch > 0)
        return self._show(seen, self.standing)

    # ---- inside

    def _show(self, seen: Observation, status: Status) -> Snapshot:
        epoch = self._epoch
        return Snapshot(
            preset=self.preset,
            network=self._learner.mlp.config,
            training=self.training,
            parameters=seen.parameters,
            moments=seen.moments,
            history=self._history,
            evaluation=seen.evaluation,
            epoch=self.epoch,
            epoch_training=epoch.begun_with if epoch else self.training,
            batches=epoch.batches if epoch else batch_count(len(self._train), self.training.batch_size),
            train_examples=len(self._train),
            progress=self.progress,
            status=status,
            step=seen.step,
            optimizer_steps=seen.optimizer_steps,
            update=self.update,
        )

    def _begin(self, learner: Learner, training: TrainingConfig, preset: str) -> None:
        self._learner = learner
        self._train = self.dataset.train.first(training.train_limit)
        self.preset, self.training, self.status = preset, training, Status()
        self._epoch = self._acts = self._scope = self._failing = None
        self._pace = (0.0, 0.0)

    def _begin_update(self) -> Microscope:
        """Put the next update under the microscope; one that was begun begins again."""
        self._forget_batch()
        self._epoch = self._epoch or Epoch(self.epoch + 1, self._train, self.training)
        self._scope = Microscope(self._learner, self._epoch)
        return self._scope

    def _forget_batch(self) -> None:
        """Let the batch under way be as if it had not begun."""
        self._acts = None
        if self._epoch and self._epoch.batch:
            self._epoch.drop_batch()
        else:
            self._epoch = None

    def _find_failure(self) -> Generator[None, None, Microscope | None]:
        """Put the update that failed under the microscope, on a copy of the learner."""
        begun_with, changes = self._failing or (self.training, {})
        learner = Learner.of(self.snapshot())
        return (yield from failed_update(learner, Epoch(self.epoch + 1, self._train, begun_with), changes))

    def _advance(self, *, by_act: bool) -> Act | None:
        """Do the next act, or all up to the next pause: before a batch or a chunk, and after an update.

        None if the session has diverged.
        """
        if self.status.state is State.DIVERGED:
            return None
        if not by_act:
            self._scope = None
        epoch = self._epoch = self._epoch or Epoch(self.epoch + 1, self._train, self.training)
        acts = self._acts = self._acts or epoch.batch_acts(self._learner.backprop, self._learner.optimizer)
        try:
            # Here and not round a `yield`, where it would follow the caller about.
            with np.errstate(all="ignore"):
                act = next(act for act in acts if by_act or act.phase in (Phase.BATCH, Phase.UPDATE))
        except Diverged as reason:
            self._diverge(str(reason))
            return None
        if act.phase is Phase.UPDATE:
            self._acts = None
            self._learner.step += 1
            if epoch.done:
                self._finish_epoch(epoch)
        return act

    def _finish_epoch(self, epoch: Epoch) -> None:
        self._epoch = None
        self._pace = epoch.pace or self._pace
        self._observe()
        examples = len(self._train)
        record = self._record(epoch.number, epoch.loss / examples, epoch.correct / examples, epoch.seconds)
        self._history = self._history.with_record(record)

    def _diverge(self, reason: str) -> None:
        """Stop for good, where the last whole epoch ended: those parameters were finite."""
        assert self._epoch is not None
        self.status = Status(State.DIVERGED, f"{reason}: epoch {self._epoch.number}, batch {self._epoch.batch + 1}")
        self._failing = self._epoch.begun_with, self._changes_in(self._epoch)
        self._epoch = self._acts = self._scope = None
        self._seen = self._whole
        self._learner.go_back(self._seen)

    def _changes_in(self, epoch: Epoch) -> dict[int, TrainingConfig]:
        """The hyperparameters that were changed inside an epoch, by the batches that were done."""
        training, found = epoch.begun_with, {}
        for change in self._history.changes:
            if change.epoch == epoch.number and change.batch:
                training = replace(training, **change.values)
                found[change.batch] = training
        return found

    def _observe(self) -> None:
        self._seen = self._learner.observe(self.dataset.test, inside_epoch=self.batch > 0)
        if not self._seen.inside_epoch:
            self._whole = self._seen

    def _untrained_record(self) -> EpochRecord:
        train = self._learner.mlp.evaluate(self._train.images, self._train.labels)
        return self._record(0, train.loss, accuracy(train.predicted, self._train.labels), 0.0)

    def _record(self, epoch: int, train_loss: float, train_accuracy: float, seconds: float) -> EpochRecord:
        test = self._seen.evaluation
        test_accuracy = accuracy(test.predicted, self.dataset.test.labels)
        return EpochRecord(
            epoch,
            train_loss,
            train_accuracy,
            test.loss,
            test_accuracy,
            seconds,
            predicted=test.predicted,
            layers=self._seen.layers,
        )
