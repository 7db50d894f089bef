"""The state of one run: its position, its branches, and the last evaluated copy of its state (an observation)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError, Effect, FieldError
from tui_nn.core.choices.edits import Edits, check
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.parameters import Diverged
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.core.watch.metrics import accuracy
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.dataset import Dataset
from tui_nn.data.measure import measure
from tui_nn.data.validation import examples_of
from tui_nn.session.run.bookmark import Bookmark, with_bookmark
from tui_nn.session.run.epoch import Epoch
from tui_nn.session.run.history import Change, EpochRecord, History, Place
from tui_nn.session.run.made_with import MadeWith
from tui_nn.session.run.microscope import Microscope, failed_update
from tui_nn.session.run.replay import Replay
from tui_nn.session.run.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.run.timeline import Branch, Checkpoint, Timeline
from tui_nn.session.run.train_state import Observation, Observer, TrainState

_PLAN = ("epochs", "patience", "keep_best")
"""The hyperparameters that decide when a run ends. They belong to the whole run, not to one position in it."""
_READY = Status()


class RunState:
    """A run: a replay at one position (complete epochs, batches of the next), and the timeline that leads to all other
    positions.

    A run advances by one step of an update at a time, such as one layer's forward pass. `Session` owns the current run,
    and `Traveller` moves it to other positions.
    """

    def __init__(
        self,
        dataset: Dataset,
        preset: str,
        number: int,
        replay: Replay,
        branches: tuple[Branch, ...] = (),
        branch: int = 0,
        *,
        root: Checkpoint | None = None,
        timeline_bytes: int,
        bookmarks: tuple[Bookmark, ...] = (),
        made_with: tuple[MadeWith, ...] = (),
    ) -> None:
        """Make the state of a run from a replay.

        `root` is the first checkpoint; if it is None, the run begins at the replay's position.
        """
        self.dataset = dataset
        self.examples = examples_of(dataset, replay.training)
        """The examples that the run uses: its training data up to the train limit, its test data, and its validation data."""
        self.preset = preset
        """The preset from which the run began."""
        self.number = number
        """The number of the run, which differs for every run of a session."""
        self.replay = replay
        self.branch = branch
        """The number of the current branch."""
        self.scope: Microscope | None = None
        """The microscope on the latest update if that was done step by step, otherwise None."""
        self.bookmarks = bookmarks
        self.made_with = made_with
        """The environments in which the run was trained before this process."""
        self.observer = Observer(self.examples, replay.state, replay.place)
        self._plan = plan_of(replay.training)
        here = replay.checkpoint()
        self.timeline = Timeline(branches or (Branch(self._untrained_history()),), root or here, timeline_bytes)
        if root is not None:
            self.timeline.keep(branch, here)

    @classmethod
    def begin(
        cls,
        dataset: Dataset,
        network: NetworkConfig,
        training: TrainingConfig,
        *,
        preset: str,
        number: int,
        timeline_bytes: int,
    ) -> RunState:
        """Begin a run with start weights from the seed. The data gives the network its input and output sizes."""
        network = network.for_data(dataset.side**2, len(dataset.class_names))
        state = TrainState(new_network(network, training.seed, training.generator), training.optimizer)
        replay = Replay(examples_of(dataset, training).train, state, training)
        return cls(dataset, preset, number, replay, timeline_bytes=timeline_bytes)

    @classmethod
    def restore(cls, dataset: Dataset, snapshot: Snapshot, timeline_bytes: int) -> RunState:
        """Return the run that a snapshot shows, bit-identical and with all its branches. The data must be the same.

        A snapshot that was taken during training may contain the parameters of the last complete epoch. Then the run continues
        from the end of that epoch.
        """
        progress, history, own = snapshot.progress, snapshot.history, snapshot.own_branch
        batch = progress.batch if snapshot.step == progress.step else 0
        data = examples_of(dataset, snapshot.training).train
        replay = Replay(
            data,
            TrainState.of(snapshot),
            snapshot.training,
            snapshot.epoch,
            changes_applied=snapshot.changes_applied_at(batch),
            pace=(progress.seconds_a_step, progress.examples_a_second),
        )
        if batch:
            losses = snapshot.batch_losses
            sums = progress.loss, progress.correct, progress.seconds
            replay.begin_inside(snapshot.epoch_training, batch, *sums, losses)
        root = None
        if history.begun_with is not None:
            # The start weights follow from the seed, so every position of the history can be computed again.
            begun = history.begun_with
            start = new_network(snapshot.network, begun.seed, begun.generator)
            root = Replay(data, TrainState(start, begun.optimizer), begun).checkpoint()
        if snapshot.step == progress.step:
            own = replace(own, batch=max(own.batch, batch))
        elif snapshot.epoch == snapshot.newest_epoch:
            # The snapshot contains the parameters at the end of the last complete epoch, without the batches after it.
            own = replace(own, batch=0)
        status = snapshot.status if snapshot.status.state is State.DIVERGED else own.status
        branches = list(snapshot.branches or (own,))
        branches[snapshot.branch] = replace(own, history=history, status=status)
        return cls(
            dataset,
            snapshot.preset,
            snapshot.run,
            replay,
            tuple(branches),
            snapshot.branch,
            root=root,
            timeline_bytes=timeline_bytes,
            bookmarks=snapshot.bookmarks,
            made_with=snapshot.made_with,
        )

    # ---- properties

    @property
    def network(self) -> NetworkConfig:
        """The settings of the network."""
        return self.replay.state.mlp.config

    @property
    def training(self) -> TrainingConfig:
        """The hyperparameters of the next batch."""
        return self.replay.training

    @property
    def epoch(self) -> int:
        """The number of complete epochs."""
        return self.replay.epoch

    @property
    def batch(self) -> int:
        """The number of complete batches in the current epoch."""
        return self.replay.batch

    @property
    def place(self) -> Place:
        """The current position: (complete epochs, complete batches of the next epoch)."""
        return self.replay.place

    @property
    def tip(self) -> Place:
        """The end of the branch as a position: (complete epochs, complete batches of the next epoch)."""
        return max(self._own.tip, self.place)

    @property
    def progress(self) -> Progress:
        """The progress of the current epoch, and the pace of training."""
        replay, epoch = self.replay, self.replay.current
        if epoch is None:
            return Progress(0, 0.0, replay.state.step, 0.0, 0, *replay.pace)
        return Progress(
            epoch.batch,
            epoch.share,
            replay.state.step,
            epoch.loss,
            epoch.correct,
            *(epoch.pace or replay.pace),
            seconds=epoch.seconds,
        )

    @property
    def history(self) -> History:
        """All records and changes of the branch."""
        return self._own.history

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All branches of the run."""
        self.remember_tip()
        return tuple(self.timeline.branches)

    @property
    def status(self) -> Status:
        """The status: READY, or DIVERGED with the reason if training cannot continue from here."""
        status = self._own.status
        return status if status == _READY or self.place >= self.tip else _READY

    @property
    def update(self) -> UpdateView | None:
        """The update that the microscope shows."""
        return self.scope.view if self.scope else None

    @property
    def inside_update(self) -> bool:
        """True if the microscope shows an update that is not complete."""
        return self.replay.inside_batch and self.scope is not None

    @property
    def standing(self) -> Status:
        """The status between two commands: ready, looking back, paused inside an epoch or an update, or diverged."""
        if self.inside_update:
            return Status(State.INSIDE)
        if self.place < self.tip:
            return Status(State.LOOKING_BACK)
        current = self.replay.current
        paused = self.status.state is State.READY and current and current.examples
        return Status(State.PAUSED) if paused else self.status

    @property
    def best(self) -> EpochRecord | None:
        """The best epoch up to the current one. `History.monitored_data` names the data that decides which is best."""
        return self.history.best_until(self.epoch)

    def snapshot(self, status: Status, *, observe: bool = True) -> Snapshot:
        """Return a snapshot with this status. `Session.snapshot` explains `observe`."""
        observer = self.observer
        if observer.newest is None:
            # An evaluated copy of the state (observation) from the end of an epoch also holds at the start of the next
            # epoch if nothing has changed.
            inside = any(change.batch and change.epoch == self.epoch + 1 for change in self.history.changes)
            if observe or inside or observer.whole.place != (self.epoch, 0):
                self.observe()
        return self._show(observer.newest or observer.whole, status)

    def snapshot_to_save(self) -> Snapshot:
        """Return a snapshot for a run file. Its evaluation may be an earlier one, because run files do not contain it."""
        observer = self.observer
        evaluation = (observer.newest or observer.whole).evaluation
        return self._show(self.replay.state.copy(evaluation, self.place), self.standing)

    # ---- changes of settings and weights by hand

    def change(self, training: TrainingConfig) -> None:
        """Continue with other hyperparameters. `Session.change` describes the effects.

        Raises:
            ConfigError: if a change needs a new network.
        """
        values = self.training.changes(training)
        effects = {setting.name: setting.effect for setting in training.settings}
        refused = [name for name in values if effects[name] is Effect.NEW_NETWORK]
        if refused:
            allowed = "left unchanged, because a new value needs a new network"
            raise ConfigError([FieldError(name, values[name], allowed) for name in refused])
        if values and self.place < self.tip and set(values) <= set(plan_of(training)):
            # No update depends on the changed values. Training gives the same results from here on, so no branch
            # begins.
            self.replay.plan(training)
        elif values:
            self._leave_the_future()
            self._note(self.history.with_change(Change.at(self.place, values)))
            self.replay.change(training)
            self.scope = None
            if "optimizer" in values:
                self.observer.reset_moments(self.replay.state.copy_moments())
        self._plan = plan_of(training)

    def edit(self, edits: Edits) -> None:
        """Continue on another branch with edited parameters. `Session.edit` describes the effects.

        Raises:
            EditError: if an edit is impossible in this network.
        """
        check(edits, self.network)
        if edits:
            self._leave_the_future(anyway=True)
            self._note(self.history.with_change(Change.at(self.place, {}, edits)))
            self.replay.edit(edits)
            self.observer.forget()
            self.scope = None

    def keep_bookmark(self, new: Bookmark) -> None:
        """Add a bookmark. It replaces a bookmark of the same name.

        Raises:
            BookmarkError: if there are too many bookmarks.
        """
        self.bookmarks = with_bookmark(self.bookmarks, new)

    def drop_bookmark(self, name: str) -> None:
        """Remove the bookmark of this name, if there is one."""
        self.bookmarks = tuple(bookmark for bookmark in self.bookmarks if bookmark.name != name)

    # ---- training

    def advance(self, *, by_act: bool, quietly: bool = False) -> Act | None:
        """Do the next step of the update (one `Act`), or all steps up to the next pause.

        Return None if the run diverges.

        If `quietly` is true, the network is not evaluated after an epoch that already has a record.
        """
        if self.status.state is State.DIVERGED:
            return None
        if not by_act:
            self.scope = None
        try:
            self._apply_changes()
            act = self.replay.advance(by_act=by_act)
        except Diverged as reason:
            self._diverge(str(reason))
            return None
        if act.phase is Phase.UPDATE:
            self.observer.forget_newest()
            if self.replay.current is None:
                self._finish_epoch(self.replay.last_epoch, quietly)
            if self.replay.changes_applied < len(self.history.changes):
                self.arrive()
        return act

    def arrive(self) -> None:
        """Apply the changes that were made at the current position, if this is the end or the start of the branch."""
        if self.replay.changes_applied < self._own.changes_at(self.place):
            self._apply_changes()

    def jump(self, checkpoint: Checkpoint) -> None:
        """Go to the position of a checkpoint on this branch."""
        self.replay.go_to(checkpoint)
        self._keep_plan()
        self.timeline.keep(self.branch, checkpoint)
        self.observer.forget()
        self.scope = None

    def switch(self, branch: int) -> None:
        """Make branch number `branch` the current one. The caller must then jump to a position on it."""
        self.remember_tip()
        self.branch = branch

    def observe(self) -> None:
        """Evaluate the network on the test examples, and store the result."""
        self.observer.observe(self.replay.state, self.place)

    def remember_tip(self) -> None:
        """Store in the branch how many batches after its newest epoch are complete."""
        self._note(self.history, batch=self.tip[1])

    # ---- the microscope

    def begin_update(self) -> Microscope:
        """Put the next update under the microscope. An unfinished update begins again."""
        replay = self.replay
        replay.drop_update()
        self._apply_changes()
        self.scope = Microscope(replay.state, replay.begin_epoch(), history=self.place < self.tip)
        return self.scope

    def drop_update(self) -> None:
        """Leave the microscope, and discard an unfinished update."""
        if self.inside_update:
            self.replay.drop_update()
        self.leave_microscope()

    def leave_microscope(self) -> None:
        """Leave the microscope, but keep an unfinished update."""
        self.scope = None

    def find_failure(self) -> Generator[None, None, None]:
        """Put the update that diverged under the microscope. It is repeated on a copy of the state."""
        replay = self.replay
        aside = Replay.at(replay.data, replay.state, self.timeline.nearest(self.branch, self.place))
        aside.apply_changes(self.history.changes)
        training, changes = aside.training, dict[int, tuple[TrainingConfig, Edits]]()
        for change in self.history.changes[aside.changes_applied :]:
            _, before = changes.get(change.batch, (training, ()))
            training = replace(training, **change.values)
            changes[change.batch] = training, (*before, *change.edits)
        self.scope = yield from failed_update(aside.state, aside.begin_epoch(), changes)

    # ---- internal

    @property
    def _own(self) -> Branch:
        return self.timeline.branches[self.branch]

    def _apply_changes(self) -> None:
        if self.replay.apply_changes(self.history.changes):
            self._keep_plan()
            # Discard the evaluated copies of the state (observations), because the change may also replace the
            # optimizer's moments.
            self.observer.forget()

    def _keep_plan(self) -> None:
        self.replay.plan(replace(self.training, **self._plan))

    def _finish_epoch(self, epoch: Epoch, quietly: bool) -> None:
        known = self.epoch < len(self.history.records)
        if not (known and quietly):
            self.observe()
        if not known:
            examples = len(self.replay.data)
            record = self._record(epoch.number, epoch.loss / examples, epoch.correct / examples, epoch.seconds)
            record = replace(record, batch_losses=epoch.losses.until(epoch.batch))
            self._note(self.history.with_record(record), batch=0)
        self.timeline.keep(self.branch, self.replay.checkpoint())

    def _diverge(self, reason: str) -> None:
        """Go back to the end of the last complete epoch, whose parameters are finite, and end the branch there."""
        reason = f"{reason}: epoch {self.epoch + 1:,}, batch {self.batch + 1:,}"
        last = self.timeline.nearest(self.branch, self.place)
        whole = self.observer.whole
        self.jump(last)
        self._apply_changes()
        self.timeline.update(self.branch, status=Status(State.DIVERGED, reason), batch=last.batch)
        if (whole.place, whole.optimizer_steps) == (self.place, last.optimizer_steps):
            self.observer.recall(whole)

    def _leave_the_future(self, *, anyway: bool = False) -> None:
        """Begin another branch if the run was trained from this position before, or if `anyway` is True."""
        if anyway or self.place < self.tip or self._own.status.state is State.DIVERGED:
            self.remember_tip()
            self.branch = self.timeline.fork(self.branch, self.place, self.replay.changes_applied, self.training)

    def _note(self, history: History, **more: int) -> None:
        self.timeline.update(self.branch, history=history, **more)

    def _untrained_history(self) -> History:
        train = self.replay.data
        answers = evaluate(self.replay.state.mlp, train.images, train.labels)
        record = self._record(0, answers.loss, accuracy(answers.predicted, train.labels), 0.0)
        return History((record,), begun_with=self.training)

    def _record(self, epoch: int, train_loss: float, train_accuracy: float, seconds: float) -> EpochRecord:
        seen = self.observer.newest
        assert seen is not None
        validation_loss, validation_accuracy = seen.validation
        return EpochRecord(
            epoch,
            train_loss,
            train_accuracy,
            seen.evaluation.loss,
            accuracy(seen.evaluation.predicted, self.dataset.test.labels),
            seconds,
            seen.evaluation.predicted,
            seen.layers,
            validation_loss,
            validation_accuracy,
        )

    def _show(self, seen: Observation, status: Status) -> Snapshot:
        replay, validation = self.replay, self.examples.validation
        return Snapshot(
            preset=self.preset,
            network=replay.state.mlp.config,
            training=replay.training,
            parameters=seen.parameters,
            moments=seen.moments,
            history=self.history,
            evaluation=seen.evaluation,
            epoch=replay.epoch,
            epoch_training=replay.epoch_training,
            batches=replay.batches,
            train_examples=len(replay.data),
            set_aside=0 if self.dataset.validation is validation or validation is None else len(validation),
            progress=self.progress,
            status=status,
            step=seen.step,
            optimizer_steps=seen.optimizer_steps,
            validation=seen.validation,
            last_update=seen.last_update,
            update=self.update,
            layers=seen.layers,
            run=self.number,
            branch=self.branch,
            branches=self.branches,
            changes_applied=replay.changes_applied,
            batch_losses=replay.batch_losses,
            bookmarks=self.bookmarks,
            made_with=self.made_with,
            data_facts=measure(self.dataset.train),
        )


def plan_of(training: TrainingConfig) -> dict[str, Any]:
    """Return the hyperparameters that decide when a run ends, by name. No update depends on them."""
    names = _PLAN[1:] if SCHEDULES[training.schedule].over_plan else _PLAN
    return {name: getattr(training, name) for name in names}
