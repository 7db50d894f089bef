"""Training and replay.

The same code trains by steps, batches or epochs, and applies the stored changes of a history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import Edits, apply
from tui_nn.core.fast.blas import one_thread
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.data.dataset import Split
from tui_nn.session.run.epoch import Epoch, batch_count
from tui_nn.session.run.history import Change, Place
from tui_nn.session.run.timeline import Checkpoint
from tui_nn.session.run.train_state import TrainState


class Replay:
    """The training of a network in small steps. It can also go back to any checkpoint and train from there.

    It applies the changes of a history at the positions where they were made. The first training of an epoch and every
    replay use the same code, so a replay gives bit-identical networks.
    """

    last_epoch: Epoch
    """The epoch that was completed last."""

    def __init__(
        self,
        data: Split,
        state: TrainState,
        training: TrainingConfig,
        epoch: int = 0,
        *,
        changes_applied: int = 0,
        pace: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Begin at a position after `epoch` epochs of training on these examples."""
        self.data, self.state, self.training, self.epoch = data, state, training, epoch
        self.current: Epoch | None = None
        """The epoch in progress; None between two epochs."""
        self.pace = pace
        """The pace in the last epoch, as (seconds for each update, examples for each second)."""
        self.changes_applied = changes_applied
        """The number of changes of the history that have been applied."""
        self._acts: Iterator[Act] | None = None

    @classmethod
    def at(cls, data: Split, like: TrainState, checkpoint: Checkpoint) -> Replay:
        """Return a replay that begins at a checkpoint, with its own train state (parameters and optimizer)."""
        replay = cls(data, like.clone(), checkpoint.training)
        replay.go_to(checkpoint)
        return replay

    @property
    def batch(self) -> int:
        """The number of complete batches in the current epoch."""
        return self.current.batch if self.current else 0

    @property
    def place(self) -> Place:
        """The current position: (complete epochs, complete batches of the next epoch)."""
        return self.epoch, self.batch

    @property
    def epoch_training(self) -> TrainingConfig:
        """The hyperparameters with which the current epoch began, or the next one will begin."""
        return self.current.begun_with if self.current else self.training

    @property
    def batches(self) -> int:
        """The number of batches in the current epoch, or in the next one."""
        return self.current.batches if self.current else batch_count(len(self.data), self.training.batch_size)

    @property
    def batch_losses(self) -> Array | None:
        """The batch losses of the current epoch; None if no batch of it is complete."""
        return self.current.losses.until(self.batch) if self.current and self.batch else None

    @property
    def inside_batch(self) -> bool:
        """True if some steps of the current update are done, but not all."""
        return self._acts is not None

    def advance(self, *, by_act: bool) -> Act:
        """Do the next step of the update (one `Act`), or all steps up to the next pause. Return the last step.

        Without `by_act`, there is a pause between the chunks of a batch, and after the update. After the last update of
        an epoch, `current` is None and `last_epoch` is that epoch.

        Raises:
            Diverged: if the loss or a parameter is not finite.
        """
        epoch = self.begin_epoch()
        acts = self._acts = self._acts or epoch.batch_acts(self.state.training_step, self.state.optimizer)
        self.state.training_step.by_act = by_act
        # No yield may stand inside errstate, because NumPy's setting would then also hold in the caller.
        with np.errstate(all="ignore"), one_thread():
            act = next(act for act in acts if by_act or act.phase in (Phase.BATCH, Phase.UPDATE))
        if act.phase is Phase.UPDATE:
            self._acts = None
            self.state.count_update()
            if epoch.done:
                self.last_epoch, self.current = epoch, None
                self.epoch += 1
                self.pace = epoch.pace or self.pace
        return act

    def begin_epoch(self) -> Epoch:
        """Return the current epoch. A new one begins if there is none."""
        self.current = self.current or Epoch(self.epoch + 1, self.data, self.training)
        return self.current

    def change(self, training: TrainingConfig) -> None:
        """Use other hyperparameters from the current batch on. The current batch begins again."""
        renewed = training.optimizer != self.training.optimizer
        self.changes_applied += 1
        self.drop_update()
        self.plan(training)
        if renewed:
            self.state.change_optimizer(training.optimizer)

    def plan(self, training: TrainingConfig) -> None:
        """Use other hyperparameters that affect no update, such as the planned epochs.

        The current batch does not begin again.
        """
        self.training = training
        if self.current:
            self.current.plan(training)

    def edit(self, edits: Edits) -> None:
        """Apply edits of the parameters. The current batch begins again."""
        self.changes_applied += 1
        self.drop_update()
        apply(edits, self.state.mlp.parameters)

    def drop_update(self) -> None:
        """Discard the part of the current update that is done."""
        self._acts = None
        if self.current and self.current.batch:
            self.current.drop_batch()
        else:
            self.current = None

    def checkpoint(self) -> Checkpoint:
        """Return a checkpoint of the current position. It does not contain the unfinished update."""
        epoch = self.current if self.batch else None
        return Checkpoint(
            *self.place,
            loss=epoch.loss if epoch else 0.0,
            correct=epoch.correct if epoch else 0,
            training=self.training,
            epoch_training=self.epoch_training,
            parameters=self.state.mlp.parameters.copy(),
            moments=self.state.copy_moments(),
            step=self.state.step,
            optimizer_steps=self.state.optimizer.steps,
            changes_applied=self.changes_applied,
            batch_losses=self.batch_losses,
        )

    def go_to(self, checkpoint: Checkpoint) -> None:
        """Go to the position of a checkpoint."""
        self.training, self.epoch = checkpoint.training, checkpoint.epoch
        self.changes_applied = checkpoint.changes_applied
        self._acts = self.current = None
        if self.state.optimizer.rule.name != self.training.optimizer:
            self.state.change_optimizer(self.training.optimizer)
        self.state.go_back(checkpoint)
        if checkpoint.batch:
            self.begin_inside(
                checkpoint.epoch_training,
                checkpoint.batch,
                checkpoint.loss,
                checkpoint.correct,
                batch_losses=checkpoint.batch_losses,
            )

    def begin_inside(
        self,
        begun_with: TrainingConfig,
        batch: int,
        loss: float,
        correct: int,
        seconds: float = 0.0,
        batch_losses: Array | None = None,
    ) -> None:
        """Begin inside the next epoch.

        There, `batch` batches of this epoch are complete, with these sums of losses and correct predictions.
        """
        epoch = self.current = Epoch(self.epoch + 1, self.data, begun_with)
        epoch.skip(batch, loss, correct, seconds, batch_losses)
        epoch.plan(self.training)

    def apply_changes(self, changes: tuple[Change, ...]) -> bool:
        """Apply all changes up to the current position that are not in effect yet. Return whether there were any.

        `changes` has all changes of the history, in order.
        """
        before = self.changes_applied
        while (
            not self.inside_batch
            and self.changes_applied < len(changes)
            and changes[self.changes_applied].place <= self.place
        ):
            change = changes[self.changes_applied]
            if change.edits:
                self.edit(change.edits)
            else:
                self.change(replace(self.training, **change.values))
        return self.changes_applied > before
