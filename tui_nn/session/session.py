"""One training run: commands in, snapshots out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tui_nn.core.arrays import frozen
from tui_nn.core.backprop import Act, Backprop, Diverged, Phase
from tui_nn.core.config import ConfigError, Effect, FieldError, NetworkConfig, TrainingConfig
from tui_nn.core.metrics import accuracy
from tui_nn.core.network import MLP, Evaluation
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.history import Change, EpochRecord, History
from tui_nn.session.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.training import Epoch, batch_count


class Session:
    """A network in training. The only object below the screens that changes; every command returns when it is done.

    Training is a generator (`train`): whoever drives it holds the pace, and pauses by not asking for more.
    """

    def __init__(
        self, dataset: Dataset, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom"
    ) -> None:
        """Make a new network from the seed, untrained."""
        self.dataset = dataset
        self.restart(network, training, preset=preset)

    # ---- commands

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Drop the run and begin another: start weights from the seed, epoch 0."""
        self._begin(MLP.initialize(network, training.seed, training.generator), training, preset)
        self._history = History((self._untrained_record(),))
        return self.snapshot()

    def restore(self, snapshot: Snapshot) -> Snapshot:
        """Become the session that `snapshot` was taken of, to the bit; the data must be the same.

        A snapshot taken while running holds the last complete epoch, and that is where this goes on.
        """
        parameters = Parameters.zeros(snapshot.network)
        parameters.vector[...] = snapshot.parameters.vector
        self._begin(MLP(snapshot.network, parameters), snapshot.training, snapshot.preset)
        for moment, kept in zip(self._optimizer.moments, snapshot.moments, strict=True):
            moment[...] = kept
        self._optimizer.steps = self._optimizer_steps = snapshot.optimizer_steps
        self._moments = snapshot.moments
        self._history = snapshot.history
        self._step = self._observed_step = snapshot.step
        if snapshot.status.state is State.DIVERGED:
            self.status = snapshot.status
        elif snapshot.progress.batch and snapshot.status.state is State.PAUSED:
            self._epoch = Epoch(snapshot.epoch + 1, self._train, snapshot.epoch_training)
            self._epoch.skip(snapshot.progress.batch, snapshot.progress.loss, snapshot.progress.correct)
            self._epoch.training = snapshot.training
        return self.snapshot()

    def change(self, training: TrainingConfig) -> Snapshot:
        """Go on with other hyperparameters; the history notes which and when.

        Raises:
            ConfigError: if one of the changes takes a new network.
        """
        values = self.training.changes(training)
        effects = {setting.name: setting.effect for setting in training.settings}
        refused = [name for name in values if effects[name] is Effect.NEW_NETWORK]
        if refused:
            raise ConfigError([FieldError(name, values[name], "left as it is, or given to a new network") for name in refused])
        if values:
            self._history = self._history.with_change(Change(self.epoch + 1, self.batch, values))
            if training.optimizer != self.training.optimizer:
                self._optimizer = Optimizer(training.optimizer, self._mlp.parameters.vector)
            self.training = training
            if self._epoch:
                self._epoch.training = training
        return self.snapshot()

    def step_batch(self) -> Snapshot:
        """Do one update: finish the batch under way, or do the next."""
        while self._advance(by_act=False):
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
        while self.epoch < until and self.status.state is not State.DIVERGED:
            if self._advance(by_act=False):
                yield

    def acts(self) -> Iterator[Act]:
        """The acts of the present update, one by one. Those already done are not repeated."""
        while act := self._advance(by_act=True):
            yield act

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
        """How far the epoch under way is, and how fast it goes."""
        epoch = self._epoch
        if epoch is None:
            return Progress(step=self._step, seconds_a_step=self._pace[0], examples_a_second=self._pace[1])
        if epoch.timed_batches:
            self._pace = epoch.pace
        return Progress(epoch.batch, epoch.share, self._step, epoch.loss, epoch.correct, *self._pace)

    @property
    def history(self) -> History:
        """All epochs so far."""
        return self._history

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """The session now, or with `status` in place of its own.

        The parameters are copied and the test examples answered if something was learned since the last snapshot. With
        `observe=False` they stay those of the last one, or of the last complete epoch: quicker while training goes on.
        """
        if observe and self._observed_step != self._step:
            self._observe()
        if status is None:
            paused = self.status.state is State.READY and self._epoch and self._epoch.examples
            status = Status(State.PAUSED) if paused else self.status
        return Snapshot(
            preset=self.preset,
            network=self._mlp.config,
            training=self.training,
            parameters=self._parameters,
            moments=self._moments,
            history=self._history,
            evaluation=self._evaluation,
            epoch=self.epoch,
            epoch_training=self._epoch.begun_with if self._epoch else self.training,
            batches=self._epoch.batches if self._epoch else batch_count(len(self._train), self.training.batch_size),
            train_examples=len(self._train),
            progress=self.progress,
            status=status,
            step=self._observed_step,
            optimizer_steps=self._optimizer_steps,
        )

    # ---- inside

    def _advance(self, *, by_act: bool) -> Act | None:
        """Do the next act, or all acts up to the next batch or chunk; None when the update is complete, or diverged."""
        if self.status.state is State.DIVERGED:
            return None
        if self._epoch is None:
            self._epoch = Epoch(self.epoch + 1, self._train, self.training)
        if self._acts is None:
            self._acts = self._epoch.batch_acts(self._backprop, self._optimizer)
        try:
            # Here and not round a `yield`, where it would follow the caller about.
            with np.errstate(all="ignore"):
                for act in self._acts:
                    if by_act or act.phase is Phase.BATCH:
                        return act
        except Diverged as reason:
            self._diverge(str(reason))
            return None
        self._acts = None
        self._step += 1
        if self._epoch.done:
            self._finish_epoch()
        return None

    def _begin(self, mlp: MLP, training: TrainingConfig, preset: str) -> None:
        self.preset = preset
        self.training = training
        self.status = Status()
        self._train: Split = self.dataset.train.first(training.train_limit)
        self._mlp = mlp
        self._backprop = Backprop(mlp)
        self._optimizer = Optimizer(training.optimizer, mlp.parameters.vector)
        self._epoch: Epoch | None = None
        self._acts: Iterator[Act] | None = None
        self._step = 0
        self._pace = (0.0, 0.0)
        self._observe()

    def _observe(self) -> None:
        self._parameters: Parameters = self._mlp.parameters.copy()
        self._moments = tuple(frozen(moment.copy()) for moment in self._optimizer.moments)
        self._evaluation: Evaluation = self._mlp.evaluate(self.dataset.test.images, self.dataset.test.labels)
        self._optimizer_steps = self._optimizer.steps
        self._observed_step = self._step

    def _untrained_record(self) -> EpochRecord:
        train = self._mlp.evaluate(self._train.images, self._train.labels)
        return self._record(0, train.loss, accuracy(train.predicted, self._train.labels), 0.0)

    def _record(self, epoch: int, train_loss: float, train_accuracy: float, seconds: float) -> EpochRecord:
        return EpochRecord(
            epoch,
            train_loss,
            train_accuracy,
            self._evaluation.loss,
            accuracy(self._evaluation.predicted, self.dataset.test.labels),
            seconds,
        )

    def _finish_epoch(self) -> None:
        epoch = self._epoch
        assert epoch is not None
        _ = self.progress  # The speed of the epoch outlives it.
        self._epoch = None
        self._observe()
        examples = len(self._train)
        record = self._record(epoch.number, epoch.loss / examples, epoch.correct / examples, epoch.seconds)
        self._history = self._history.with_record(record)

    def _diverge(self, reason: str) -> None:
        """Stop for good, with the parameters of the last complete epoch: they are the last that were known to be finite."""
        assert self._epoch is not None
        self.status = Status(State.DIVERGED, f"{reason}: epoch {self._epoch.number}, batch {self._epoch.batch + 1}")
        self._acts = None
        self._epoch = None
        self._mlp.parameters.vector[...] = self._parameters.vector
        self._step = self._observed_step
