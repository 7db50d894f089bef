"""A learner on its way: through acts, batches and epochs, and past the changes that were noted along it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import Edits, apply
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.data.dataset import Split
from tui_nn.session.run.epoch import Epoch, batch_count
from tui_nn.session.run.history import Change, Place
from tui_nn.session.run.timeline import Checkpoint
from tui_nn.session.run.train_state import Learner


class Trainer:
    """Moves a learner on, act by act, and can be put where it was before.

    Changes that a history notes are made when their place is reached, so a way that was gone before is gone again.
    """

    done: Epoch
    """The last epoch that was completed."""

    def __init__(self, data: Split, learner: Learner, training: TrainingConfig, epoch: int = 0) -> None:
        """Begin after so many epochs of these examples."""
        self.data, self.learner, self.training, self.epoch = data, learner, training, epoch
        self.under_way: Epoch | None = None
        self.pace = (0.0, 0.0)
        """Seconds a step and examples a second, of the last epoch."""
        self.met = 0
        """How many of the changes that were noted on the way are made."""
        self._acts: Iterator[Act] | None = None

    @classmethod
    def at(cls, data: Split, like: Learner, checkpoint: Checkpoint) -> Trainer:
        """Another trainer of the same network, at a checkpoint."""
        trainer = cls(data, like.twin(), checkpoint.training)
        trainer.go_to(checkpoint)
        return trainer

    @property
    def batch(self) -> int:
        """Batches done in the epoch under way."""
        return self.under_way.batch if self.under_way else 0

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.epoch, self.batch

    @property
    def epoch_training(self) -> TrainingConfig:
        """What the epoch under way began with, or the next will begin with."""
        return self.under_way.begun_with if self.under_way else self.training

    @property
    def batches(self) -> int:
        """Batches in the epoch under way, or in the next."""
        return self.under_way.batches if self.under_way else batch_count(len(self.data), self.training.batch_size)

    @property
    def inside_batch(self) -> bool:
        """Whether part of an update is done."""
        return self._acts is not None

    def advance(self, *, by_act: bool) -> Act:
        """Do the next act, or all up to the next pause: before a chunk that is not the first, and after an update.

        When an epoch is complete, `under_way` is None again, and what it counted is in `done`.

        Raises:
            Diverged: if the loss or a parameter is not finite.
        """
        epoch = self.begin_epoch()
        acts = self._acts = self._acts or epoch.batch_acts(self.learner.backprop, self.learner.optimizer)
        self.learner.backprop.by_act = by_act
        # Here and not round a `yield`, where it would follow the caller about.
        with np.errstate(all="ignore"):
            act = next(act for act in acts if by_act or act.phase in (Phase.BATCH, Phase.UPDATE))
        if act.phase is Phase.UPDATE:
            self._acts = None
            self.learner.step += 1
            if epoch.done:
                self.done, self.under_way = epoch, None
                self.epoch += 1
                self.pace = epoch.pace or self.pace
        return act

    def begin_epoch(self) -> Epoch:
        """The epoch under way, which begins if there is none."""
        self.under_way = self.under_way or Epoch(self.epoch + 1, self.data, self.training)
        return self.under_way

    def change(self, training: TrainingConfig) -> None:
        """Go on with other hyperparameters, from the batch under way, which begins again."""
        renewed = training.optimizer != self.training.optimizer
        self.training = training
        self.met += 1
        self.drop_update()
        if self.under_way:
            self.under_way.training = training
        if renewed:
            self.learner.change_optimizer(training.optimizer)

    def plan(self, training: TrainingConfig) -> None:
        """Go on with other hyperparameters that no update depends on: nothing begins again."""
        self.training = training
        if self.under_way:
            self.under_way.training = training

    def edit(self, edits: Edits) -> None:
        """Go on with these changes to the parameters, from the batch under way, which begins again."""
        self.met += 1
        self.drop_update()
        apply(edits, self.learner.mlp.parameters)

    def drop_update(self) -> None:
        """Forget what was done of the update under way."""
        self._acts = None
        if self.under_way and self.under_way.batch:
            self.under_way.drop_batch()
        else:
            self.under_way = None

    def checkpoint(self) -> Checkpoint:
        """Where it is now, the update under way left out."""
        epoch = self.under_way if self.batch else None
        return Checkpoint(
            *self.place,
            loss=epoch.loss if epoch else 0.0,
            correct=epoch.correct if epoch else 0,
            training=self.training,
            epoch_training=self.epoch_training,
            parameters=self.learner.mlp.parameters.copy(),
            moments=self.learner.copy_moments(),
            step=self.learner.step,
            optimizer_steps=self.learner.optimizer.steps,
            met=self.met,
        )

    def go_to(self, checkpoint: Checkpoint) -> None:
        """Be where this was taken."""
        self.training, self.epoch, self.met = checkpoint.training, checkpoint.epoch, checkpoint.met
        self._acts = self.under_way = None
        if self.learner.optimizer.rule.name != self.training.optimizer:
            self.learner.change_optimizer(self.training.optimizer)
        self.learner.go_back(checkpoint)
        if checkpoint.batch:
            self.begin_inside(checkpoint.epoch_training, checkpoint.batch, checkpoint.loss, checkpoint.correct)

    def begin_inside(
        self, begun_with: TrainingConfig, batch: int, loss: float, correct: int, seconds: float = 0.0
    ) -> None:
        """Be inside the next epoch, `batch` batches on, with the sums it had there."""
        epoch = self.under_way = Epoch(self.epoch + 1, self.data, begun_with)
        epoch.skip(batch, loss, correct, seconds)
        epoch.training = self.training

    def meet_changes(self, changes: tuple[Change, ...]) -> bool:
        """Make those that were noted for this place, of the changes of the whole way in their order; whether any were."""
        met = self.met
        while (
            not self.inside_batch
            and self.met < len(changes)
            and changes[self.met].place <= (self.epoch + 1, self.batch)
        ):
            if edits := changes[self.met].edits:
                self.edit(edits)
            else:
                self.change(replace(self.training, **changes[self.met].values))
        return self.met > met
