"""Where a run is and how it moves: the learner, the branches behind it, and what was last seen of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.backprop import Diverged
from tui_nn.core.choices.edits import Edits
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.core.watch.metrics import accuracy
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.dataset import Dataset
from tui_nn.session.run.epoch import Epoch
from tui_nn.session.run.history import EpochRecord, History, Place
from tui_nn.session.run.microscope import Microscope, failed_update
from tui_nn.session.run.replay import Trainer
from tui_nn.session.run.snapshot import Progress, State, Status
from tui_nn.session.run.timeline import Branch, Checkpoint, Timeline
from tui_nn.session.run.train_state import Learner, Observation

NOWHERE = (-1, 0)
_PLAN = ("epochs", "patience", "keep_best")
"""Hyperparameters that say when to stop: of the run, and not of a place in it."""


def plan_of(training: TrainingConfig) -> dict[str, Any]:
    """When to stop, as far as no update depends on it."""
    names = _PLAN[1:] if SCHEDULES[training.schedule].over_plan else _PLAN
    return {name: getattr(training, name) for name in names}


class Course:
    """The way of a run through its epochs. It moves an act at a time, and keeps what is needed to come back.

    `Travel` and `Session` are what others use; here is what both stand on.
    """

    dataset: Dataset
    preset: str
    _run = 0
    """Counts the networks that it began with."""
    _trainer: Trainer
    _timeline: Timeline
    _branch: int
    """The branch it is on, by its number."""
    _seen: Observation | None
    """The learner when it was last looked at; None if it has moved since."""
    _whole: Observation
    """The learner when it was last looked at between two epochs."""
    _plan: dict[str, Any]
    """When to stop: the same wherever it goes."""
    _scope: Microscope | None
    """On the update that is done act by act, or was done so last; None once anything else was trained."""

    # ---- what there is

    @property
    def training(self) -> TrainingConfig:
        """The hyperparameters of the next batch."""
        return self._trainer.training

    @property
    def epoch(self) -> int:
        """Epochs behind the present parameters."""
        return self._trainer.epoch

    @property
    def batch(self) -> int:
        """Batches done in the epoch under way."""
        return self._trainer.batch

    @property
    def batches(self) -> int:
        """Batches in the epoch under way, or in the next."""
        return self._trainer.batches

    @property
    def place(self) -> Place:
        """Epochs and batches."""
        return self._trainer.place

    @property
    def tip(self) -> Place:
        """The newest place of the branch."""
        return max(self._timeline.branches[self._branch].tip, self.place)

    @property
    def progress(self) -> Progress:
        """How far the epoch under way is, and how fast it goes, or the last one went."""
        trainer, epoch = self._trainer, self._trainer.under_way
        if epoch is None:
            return Progress(0, 0.0, trainer.learner.step, 0.0, 0, *trainer.pace)
        return Progress(
            epoch.batch,
            epoch.share,
            trainer.learner.step,
            epoch.loss,
            epoch.correct,
            *(epoch.pace or trainer.pace),
            seconds=epoch.seconds,
        )

    @property
    def history(self) -> History:
        """All epochs of the branch, and all changes."""
        return self._timeline.branches[self._branch].history

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All ways that training took."""
        self._remember_tip()
        return tuple(self._timeline.branches)

    @property
    def status(self) -> Status:
        """READY, or DIVERGED with the reason, where training cannot go on."""
        status = self._timeline.branches[self._branch].status
        return status if self.place >= self.tip else Status()

    @property
    def update(self) -> UpdateView | None:
        """What is under the microscope."""
        return self._scope.view if self._scope else None

    @property
    def inside_update(self) -> bool:
        """Whether an update is under the microscope that is not done."""
        return self._trainer.inside_batch and self._scope is not None

    @property
    def standing(self) -> Status:
        """What it is while nobody drives it: ready, looking back, paused inside an epoch or an update, or diverged."""
        if self.inside_update:
            return Status(State.INSIDE)
        if self.place < self.tip:
            return Status(State.LOOKING_BACK)
        under_way = self._trainer.under_way
        paused = self.status.state is State.READY and under_way and under_way.examples
        return Status(State.PAUSED) if paused else self.status

    @property
    def best(self) -> EpochRecord | None:
        """Of the epochs trained up to here, the one with the lowest test loss."""
        return self.history.best_until(self.epoch)

    # ---- moving

    def _begin(self, learner: Learner, training: TrainingConfig, preset: str, epoch: int = 0) -> None:
        data = self.dataset.train.first(training.train_limit)
        self.preset, self._branch, self._scope = preset, 0, None
        self._run += 1
        self._trainer, self._plan = Trainer(data, learner, training, epoch), plan_of(training)
        self._whole = self._seen = learner.observe(self.dataset.test, self.place)

    def _begin_update(self) -> Microscope:
        """Put the next update under the microscope; one that was begun begins again."""
        trainer = self._trainer
        trainer.drop_update()
        self._meet_changes()
        self._scope = Microscope(trainer.learner, trainer.begin_epoch(), history=self.place < self.tip)
        return self._scope

    def _find_failure(self) -> Generator[None, None, Microscope | None]:
        """Put the update that failed under the microscope, on a copy of the learner."""
        trainer = self._trainer
        aside = Trainer.at(trainer.data, trainer.learner, self._timeline.nearest(self._branch, self.place))
        aside.meet_changes(self.history.changes)
        training, changes = aside.training, dict[int, tuple[TrainingConfig, Edits]]()
        for change in self.history.changes[aside.met :]:
            _, before = changes.get(change.batch, (training, ()))
            training = replace(training, **change.values)
            changes[change.batch] = training, (*before, *change.edits)
        return (yield from failed_update(aside.learner, aside.begin_epoch(), changes))

    def _advance(self, *, by_act: bool, quietly: bool = False) -> Act | None:
        """Do the next act, or all up to the next pause; None if that way diverges. `quietly` answers no test digits."""
        if self.status.state is State.DIVERGED:
            return None
        if not by_act:
            self._scope = None
        try:
            self._meet_changes()
            act = self._trainer.advance(by_act=by_act)
        except Diverged as reason:
            self._diverge(str(reason))
            return None
        if act.phase is Phase.UPDATE:
            self._seen = None
            if self._trainer.under_way is None:
                self._finish_epoch(self._trainer.done, quietly)
            if self._trainer.met < len(self.history.changes):
                self._arrive()
        return act

    def _arrive(self) -> None:
        """Where a branch begins, and where training was left, what was changed there holds already."""
        branch = self._timeline.branches[self._branch]
        if self.place == self.tip or (branch.parent is not None and self.place == branch.fork):
            self._meet_changes()

    def _meet_changes(self) -> None:
        if self._trainer.meet_changes(self.history.changes):
            self._keep_plan()
            # Other moments may go with them.
            self._seen, self._whole = None, replace(self._whole, place=NOWHERE)

    def _finish_epoch(self, epoch: Epoch, quietly: bool) -> None:
        known = self.epoch < len(self.history.records)
        if not (known and quietly):
            self._observe()
        if not known:
            examples = len(self._trainer.data)
            record = self._record(epoch.number, epoch.loss / examples, epoch.correct / examples, epoch.seconds)
            self._note(self.history.with_record(record), batch=0)
        self._timeline.keep(self._branch, self._trainer.checkpoint())

    def _diverge(self, reason: str) -> None:
        """Stop where the last whole epoch ended: those parameters were finite."""
        reason = f"{reason}: epoch {self.epoch + 1:,}, batch {self.batch + 1:,}"
        last = self._timeline.nearest(self._branch, self.place)
        whole = self._whole
        self._jump(last)
        self._meet_changes()
        self._timeline.update(self._branch, status=Status(State.DIVERGED, reason), batch=last.batch)
        if (whole.place, whole.optimizer_steps) == (self.place, last.optimizer_steps):
            self._seen = self._whole = whole

    def _jump(self, checkpoint: Checkpoint) -> None:
        self._trainer.go_to(checkpoint)
        self._keep_plan()
        self._timeline.keep(self._branch, checkpoint)
        self._seen, self._whole, self._scope = None, replace(self._whole, place=NOWHERE), None

    def _keep_plan(self) -> None:
        self._trainer.plan(replace(self.training, **self._plan))

    def _leave_what_was(self, *, anyway: bool = False) -> None:
        """Begin another branch if training has gone on from here before, or `anyway`."""
        branch = self._timeline.branches[self._branch]
        if anyway or self.place < self.tip or branch.status.state is State.DIVERGED:
            self._remember_tip()
            self._branch = self._timeline.fork(self._branch, self.place, self._trainer.met, self.training)

    def _remember_tip(self) -> None:
        """Let the branch know how far it has come inside its newest epoch."""
        self._note(self.history, batch=self.tip[1])

    def _note(self, history: History, **more: int) -> None:
        self._timeline.update(self._branch, history=history, **more)

    def _observe(self) -> None:
        self._seen = self._trainer.learner.observe(self.dataset.test, self.place)
        if not self.batch:
            self._whole = self._seen

    def _untrained_record(self) -> EpochRecord:
        train = self._trainer.data
        answers = self._trainer.learner.mlp.evaluate(train.images, train.labels)
        return self._record(0, answers.loss, accuracy(answers.predicted, train.labels), 0.0)

    def _record(self, epoch: int, train_loss: float, train_accuracy: float, seconds: float) -> EpochRecord:
        assert self._seen is not None
        test = self._seen.evaluation
        return EpochRecord(
            epoch,
            train_loss,
            train_accuracy,
            test.loss,
            accuracy(test.predicted, self.dataset.test.labels),
            seconds,
            predicted=test.predicted,
            layers=self._seen.layers,
        )
