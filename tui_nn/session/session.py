"""One training run: commands in, snapshots out."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from tui_nn.core.backprop import Act, Diverged, Phase
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.edits import Edits, check
from tui_nn.core.metrics import accuracy
from tui_nn.core.network import MLP
from tui_nn.core.setting import ConfigError, Effect, FieldError
from tui_nn.core.update_view import UpdateView
from tui_nn.data.dataset import Dataset
from tui_nn.session.history import Change, EpochRecord, History, Place
from tui_nn.session.learner import Learner, Observation
from tui_nn.session.microscope import Microscope, failed_update
from tui_nn.session.snapshot import BranchView, Progress, Snapshot, State, Status
from tui_nn.session.timeline import BUDGET, Branch, Checkpoint, PlaceError, Timeline
from tui_nn.session.trainer import Trainer
from tui_nn.session.training import Epoch

NOWHERE = (-1, 0)


class Session:
    """A network in training. The only object below the screens that changes; every command returns when it is done.

    Training is a generator (`train`): whoever drives it holds the pace, and pauses by not asking for more. Wherever it
    has been it can go again (`travel`): what is trained there again is the same, to the bit, and what is changed there
    begins a branch.
    """

    dataset: Dataset
    preset: str
    _trainer: Trainer
    _timeline: Timeline
    _branch: int
    """The branch it is on, by its number."""
    _seen: Observation | None
    """The learner when it was last looked at; None if it has moved since."""
    _whole: Observation
    """The learner when it was last looked at between two epochs."""
    _scope: Microscope | None
    """On the update that is done act by act, or was done so last; None once anything else was trained."""

    def __init__(
        self,
        dataset: Dataset,
        network: NetworkConfig,
        training: TrainingConfig,
        *,
        preset: str = "custom",
        timeline_bytes: int = BUDGET,
    ) -> None:
        """Make a new network from the seed, untrained; checkpoints may take `timeline_bytes`."""
        self.dataset = dataset
        self._timeline_bytes = timeline_bytes
        self._run = 0
        self.restart(network, training, preset=preset)

    # ---- commands

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Drop the run and begin another: start weights from the seed, epoch 0."""
        mlp = MLP.initialize(network, training.seed, training.generator)
        self._begin(Learner(mlp, training.optimizer), training, preset)
        history = History((self._untrained_record(),), begun_with=training)
        self._timeline = Timeline(Branch(history), self._trainer.checkpoint(), self._timeline_bytes)
        return self.snapshot()

    def restore(self, snapshot: Snapshot, branches: tuple[Branch, ...] = ()) -> Snapshot:
        """Become the session that `snapshot` was taken of, to the bit; the data must be the same.

        `branches` are all that it had; without them only the one that `snapshot` is on is known.

        A snapshot taken while running may hold the last complete epoch only, and that is where this then goes on.
        """
        progress, history, epoch = snapshot.progress, snapshot.history, snapshot.epoch
        done = progress.batch if snapshot.step == progress.step else 0
        if snapshot.step != progress.step and epoch == snapshot.newest_epoch:
            history = history.with_epoch_anew(epoch + 1)
        self._begin(Learner.of(snapshot), snapshot.training, snapshot.preset, epoch)
        trainer = self._trainer
        trainer.pace = progress.seconds_a_step, progress.examples_a_second
        # Whoever looks back has not met yet what was changed right there.
        place, ahead = (epoch + 1, done), epoch < snapshot.newest_epoch
        trainer.met = sum(change.place < place or (change.place == place and not ahead) for change in history.changes)
        if done:
            trainer.begin_inside(snapshot.epoch_training, done, progress.loss, progress.correct, progress.seconds)
            self._observe()
        status = snapshot.status if snapshot.status.state is State.DIVERGED else Status()
        branch = Branch(history, batch=done if epoch == snapshot.newest_epoch else 0, status=status)
        here = root = trainer.checkpoint()
        if history.begun_with is not None:
            # The start weights follow from the seed, so that all that the history speaks of can be shown.
            begun_with = history.begun_with
            start = MLP.initialize(snapshot.network, begun_with.seed, begun_with.generator)
            root = Trainer(self._trainer.data, Learner(start, begun_with.optimizer), begun_with).checkpoint()
        self._timeline = Timeline(branch, root, self._timeline_bytes)
        if branches:
            own = branches[snapshot.branch]
            batch = own.batch if epoch < snapshot.newest_epoch else branch.batch
            branch = replace(own, history=history, batch=batch, status=status if status.reason else own.status)
            self._timeline.branches = [*branches[: snapshot.branch], branch, *branches[snapshot.branch + 1 :]]
            self._branch = snapshot.branch
        self._timeline.keep(self._branch, here)
        return self.snapshot()

    def change(self, training: TrainingConfig, *, observe: bool = True) -> Snapshot:
        """Go on with other hyperparameters; the history notes which and when.

        They hold from the batch under way, which begins again: what was done of it began with others. A new optimizer
        starts with moments of 0. Where training has gone on from here before, it is another branch that begins. The
        snapshot is as `snapshot` makes it.

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
            self._leave_what_was()
            self._note(self.history.with_change(Change(self.epoch + 1, self.batch, values)))
            self._trainer.change(training)
            self._scope = None
            if "optimizer" in values:
                moments = self._trainer.learner.copy_moments()
                self._whole = replace(self._whole, moments=moments, optimizer_steps=0)
                if self._seen is not None:
                    self._seen = replace(self._seen, moments=moments, optimizer_steps=0)
        return self.snapshot(observe=observe)

    def edit(self, edits: Edits, *, observe: bool = True) -> Snapshot:
        """Go on with weights and biases that are changed by hand, or with units switched off; the history notes it.

        The batch under way begins again, and a replay makes the change at the same place. Where training has gone on
        from here before, it is another branch that begins. The snapshot is as `snapshot` makes it.

        Raises:
            EditError: if one of the edits cannot be done to this network.
        """
        check(edits, self._trainer.learner.mlp.config)
        if edits:
            self._leave_what_was()
            self._note(self.history.with_change(Change(self.epoch + 1, self.batch, {}, edits)))
            self._trainer.edit(edits)
            self._seen, self._whole, self._scope = None, replace(self._whole, place=NOWHERE), None
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
        while self.epoch < until and self.status.state is not State.DIVERGED:
            yield
            self._advance(by_act=False)

    def train_batch(self) -> Iterator[None]:
        """Finish the batch under way, or do the next, pausing before each chunk but the first; can be left as `train`."""
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
            self._trainer.drop_update()
        self._scope = None
        return self.snapshot()

    def acts(self) -> Iterator[Act]:
        """The acts of the present update, one by one; those that are done are not repeated. The last one commits."""
        self._scope = None
        while act := self._advance(by_act=True):
            yield act
            if act.phase is Phase.UPDATE:
                return

    # ---- the end of a run

    @property
    def best(self) -> EpochRecord | None:
        """Of the epochs trained up to here, the one with the lowest test loss."""
        return self.history.until(self.epoch, 0).best

    def stalled(self, since: int) -> bool:
        """Whether a run that began after epoch `since` has been without a better test loss as long as is patient."""
        patience, best = self.training.patience, self.best
        return patience is not None and self.epoch - max(since, best.epoch if best else 0) >= patience

    def keep_best(self) -> Iterator[None]:
        """At the end of a run go back to its best epoch if that is wanted; pauses as `travel`."""
        best = self.best
        if self.training.keep_best and best is not None and best.epoch < self.epoch and not self.batch:
            yield from self.travel(best.epoch)

    # ---- time travel

    def seek(self, epoch: int, batch: int = 0) -> Snapshot:
        """Be where the branch was after `epoch` epochs and `batch` batches of the next, to the bit.

        Raises:
            PlaceError: if it has not been there, or if that can no longer be shown.
        """
        for _ in self.travel(epoch, batch):
            pass
        for _ in self.prepare():
            pass
        return self.snapshot()

    def travel(self, epoch: int, batch: int = 0) -> Iterator[None]:
        """Go there, pausing as `train` does: from the nearest checkpoint, or from here if that is nearer.

        Where it is when the caller asks no more is a place like any other.

        Raises:
            PlaceError: as `seek`, and at once.
        """
        target, newest = (epoch, batch), len(self.history.records) - 1
        if not (0, 0) <= target <= self.tip:
            inside = f", batch {batch}" if batch else ""
            raise PlaceError(f"there is no epoch {epoch}{inside} to go to: the newest is {newest}")
        return self._travel(target, self._timeline.nearest(self._branch, target))

    def _travel(self, target: Place, nearest: Checkpoint) -> Iterator[None]:
        self._remember_tip()
        if self._trainer.inside_batch or not nearest.place <= self.place <= target:
            self._jump(nearest)
        while self.place < target and self.status.state is not State.DIVERGED:
            yield
            self._advance(by_act=False, quietly=True)
        if self.place == self.tip:
            self._meet_changes()

    def place_from(self, place: Place, epochs: int) -> Place:
        """The beginning of an epoch some epochs on from a place, or back (below 0), or the nearest there is to it.

        From inside an epoch its own beginning is the first step back.
        """
        epoch, batch = place
        inside = epochs < 0 < batch
        return min(max((epoch + epochs + inside, 0), self._timeline.root), self.tip)

    def travel_back_a_batch(self) -> Iterator[None]:
        """Go to the batch boundary before this one; pauses as `travel`."""
        if not self.batch and self.place > self._timeline.root:
            yield from self.travel(self.epoch - 1)
            yield from self.travel(self.epoch, self.batches - 1)
        elif self.place > self._timeline.root:
            yield from self.travel(self.epoch, self.batch - 1)

    def prepare(self) -> Iterator[None]:
        """Have the checkpoint at hand that a step back takes, by a replay aside; pauses and can be left as `train`."""
        target = self.epoch - (self.batch == 0), 0
        if target < self._timeline.root:
            return
        nearest = self._timeline.nearest(self._branch, target)
        if nearest.place == target:
            return
        aside = Trainer.at(self._trainer.data, self._trainer.learner, nearest)
        while aside.place < target:
            yield
            aside.meet_changes(self.history.changes)
            if aside.advance(by_act=False).phase is Phase.UPDATE and not aside.batch:
                self._timeline.keep(self._branch, aside.checkpoint(), in_use=False)

    def switch(self, branch: int) -> Iterator[None]:
        """Go to the newest place of another branch, by its number, pausing as `travel` does.

        Raises:
            PlaceError: if there is no such branch, at once.
        """
        target = self.tip_of(branch)
        self._remember_tip()
        self._branch = branch
        nearest = self._timeline.nearest(branch, target)
        self._jump(nearest)
        return self._travel(target, nearest)

    def tip_of(self, branch: int) -> Place:
        """The newest place of a branch, by its number.

        Raises:
            PlaceError: if there is no such branch.
        """
        if not 0 <= branch < len(self._timeline.branches):
            raise PlaceError(f"there is no branch {branch + 1}: there are {len(self._timeline.branches)}")
        return self.tip if branch == self._branch else self._timeline.branches[branch].tip

    def rename(self, branch: int, name: str) -> None:
        """Give a branch another name.

        Raises:
            PlaceError: if there is no such branch.
        """
        self.tip_of(branch)
        self._timeline.update(branch, name=name)

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

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """The session now, or with `status` in place of its own.

        The parameters are copied and the test examples answered if something was learned since the last snapshot. With
        `observe=False` those of the last complete epoch will do: quicker while running.
        """
        if self._seen is None:
            # Only what was looked at between two epochs is a place to go on from at the beginning of the next.
            if observe or self._whole.place != (self.epoch, 0):
                self._observe()
            return self._show(self._seen or self._whole, status or self.standing)
        return self._show(self._seen, status or self.standing)

    def snapshot_to_save(self) -> Snapshot:
        """The session now, with the evaluation of an earlier look: all that a file holds, and quicker."""
        seen = self._trainer.learner.copy((self._seen or self._whole).evaluation, self.place)
        return self._show(seen, self.standing)

    # ---- inside

    def _show(self, seen: Observation, status: Status) -> Snapshot:
        trainer = self._trainer
        return Snapshot(
            preset=self.preset,
            network=trainer.learner.mlp.config,
            training=trainer.training,
            parameters=seen.parameters,
            moments=seen.moments,
            history=self.history,
            evaluation=seen.evaluation,
            epoch=trainer.epoch,
            epoch_training=trainer.epoch_training,
            batches=trainer.batches,
            train_examples=len(trainer.data),
            progress=self.progress,
            status=status,
            step=seen.step,
            optimizer_steps=seen.optimizer_steps,
            last_update=seen.last_update,
            update=self.update,
            run=self._run,
            branch=self._branch,
            branches=tuple(map(BranchView.of, self._timeline.branches)),
        )

    def _begin(self, learner: Learner, training: TrainingConfig, preset: str, epoch: int = 0) -> None:
        data = self.dataset.train.first(training.train_limit)
        self.preset, self._branch, self._scope = preset, 0, None
        self._run += 1
        self._trainer = Trainer(data, learner, training, epoch)
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
        return act

    def _meet_changes(self) -> None:
        if self._trainer.meet_changes(self.history.changes):
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
        reason = f"{reason}: epoch {self.epoch + 1}, batch {self.batch + 1}"
        last = self._timeline.nearest(self._branch, self.place)
        whole = self._whole
        self._jump(last)
        self._meet_changes()
        self._timeline.update(self._branch, status=Status(State.DIVERGED, reason), batch=last.batch)
        if (whole.place, whole.optimizer_steps) == (self.place, last.optimizer_steps):
            self._seen = self._whole = whole

    def _jump(self, checkpoint: Checkpoint) -> None:
        self._trainer.go_to(checkpoint)
        self._timeline.keep(self._branch, checkpoint)
        self._seen, self._whole, self._scope = None, replace(self._whole, place=NOWHERE), None

    def _leave_what_was(self) -> None:
        """Begin another branch if training has gone on from here before."""
        branch = self._timeline.branches[self._branch]
        if self.place < self.tip or branch.status.state is State.DIVERGED:
            self._remember_tip()
            self._branch = self._timeline.fork(self._branch, self.place, self._trainer.met, self.training)

    def _remember_tip(self) -> None:
        """Let the branch know how far it has come inside its newest epoch."""
        self._timeline.update(self._branch, batch=self.tip[1])

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
