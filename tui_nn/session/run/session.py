"""One training run: commands in, snapshots out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError, Effect, FieldError
from tui_nn.core.choices.edits import Edits, check
from tui_nn.core.network import MLP
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.data.dataset import Dataset
from tui_nn.session.run.course import NOWHERE, plan_of
from tui_nn.session.run.history import Change, History
from tui_nn.session.run.replay import Trainer
from tui_nn.session.run.snapshot import Snapshot, State, Status
from tui_nn.session.run.timeline import BUDGET, Branch, Timeline
from tui_nn.session.run.train_state import Learner, Observation
from tui_nn.session.run.travel import Travel


class Session(Travel):
    """A network in training. The only object below the screens that changes; every command returns when it is done.

    Training is a generator (`train`): whoever drives it holds the pace, and pauses by not asking for more. Wherever it
    has been it can go again (`travel`): what is trained there again is the same, to the bit, and what is changed there
    begins a branch.
    """

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
        self.restart(network, training, preset=preset)

    # ---- commands

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Drop the run and begin another: start weights from the seed, epoch 0. The data gives the network's sizes."""
        network = network.for_data(self.dataset.side**2, len(self.dataset.class_names))
        mlp = MLP.initialize(network, training.seed, training.generator)
        self._begin(Learner(mlp, training.optimizer), training, preset)
        history = History((self._untrained_record(),), begun_with=training)
        self._timeline = Timeline(Branch(history), self._trainer.checkpoint(), self._timeline_bytes)
        return self.snapshot()

    def restore(self, snapshot: Snapshot) -> Snapshot:
        """Become the session that `snapshot` was taken of, with all its branches, to the bit; the data must be the same.

        A snapshot taken while running may hold the last complete epoch only, and that is where this then goes on.
        """
        progress, history, epoch = snapshot.progress, snapshot.history, snapshot.epoch
        done = progress.batch if snapshot.step == progress.step else 0
        self._begin(Learner.of(snapshot), snapshot.training, snapshot.preset, epoch)
        self._run = snapshot.run
        trainer = self._trainer
        trainer.pace = progress.seconds_a_step, progress.examples_a_second
        # Whoever looks back has not met yet what was changed right there.
        place, ahead = (epoch + 1, done), epoch < snapshot.newest_epoch
        trainer.met = sum(change.place < place or (change.place == place and not ahead) for change in history.changes)
        if done:
            trainer.begin_inside(snapshot.epoch_training, done, progress.loss, progress.correct, progress.seconds)
            self._observe()
        here = root = trainer.checkpoint()
        if history.begun_with is not None:
            # The start weights follow from the seed, so that all that the history speaks of can be shown.
            begun_with = history.begun_with
            start = MLP.initialize(snapshot.network, begun_with.seed, begun_with.generator)
            root = Trainer(self._trainer.data, Learner(start, begun_with.optimizer), begun_with).checkpoint()
        self._timeline = Timeline(Branch(history), root, self._timeline_bytes)
        self._timeline.branches, self._branch = list(snapshot.branches or (Branch(history),)), snapshot.branch
        own = self._timeline.branches[self._branch]
        # What was done after the last whole epoch of a run is not in its snapshot.
        batch = own.batch if ahead else max(own.batch, done) if done else 0
        status = snapshot.status if snapshot.status.state is State.DIVERGED else own.status
        self._timeline.update(self._branch, history=history, batch=batch, status=status)
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
        self._plan = plan_of(training)
        if values and self.place < self.tip and set(values) <= set(self._plan):
            # No update depends on it: the way that was gone from here stays the same.
            self._trainer.plan(training)
        elif values:
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

        The batch under way begins again, and a replay makes the change at the same place. It begins another branch, so
        that the network as it was can be gone back to. The snapshot is as `snapshot` makes it.

        Raises:
            EditError: if one of the edits cannot be done to this network.
        """
        check(edits, self._trainer.learner.mlp.config)
        if edits:
            self._leave_what_was(anyway=True)
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
        if self.status.state is State.DIVERGED:
            return
        while self.epoch < until:
            yield
            if self._advance(by_act=False) is None:
                return

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

    def stalled(self, since: int) -> bool:
        """Whether a run that began after epoch `since` has been without a better test loss as long as is patient."""
        patience, best = self.training.patience, self.best
        return patience is not None and self.epoch - max(since, best.epoch if best else 0) >= patience

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

    # ---- what there is

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """The session now, or with `status` in place of its own.

        The parameters are copied and the test examples answered if something was learned since the last snapshot. With
        `observe=False` those of the last complete epoch will do: quicker while running.
        """
        if self._seen is None:
            # Only what was looked at between two epochs is a place to go on from at the beginning of the next, and only
            # while nothing was changed since.
            inside = any(change.batch and change.epoch == self.epoch + 1 for change in self.history.changes)
            if observe or inside or self._whole.place != (self.epoch, 0):
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
            layers=seen.layers,
            run=self._run,
            branch=self._branch,
            branches=self.branches,
        )
