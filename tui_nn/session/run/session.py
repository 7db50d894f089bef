"""The session: it owns the present training run, has a method for each command, and returns snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import Edits
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.dataset import Dataset
from tui_nn.session.run.bookmark import Bookmark
from tui_nn.session.run.history import EpochRecord, History, Place
from tui_nn.session.run.microscope import Microscope
from tui_nn.session.run.run_state import RunState
from tui_nn.session.run.run_summary import RunSummary
from tui_nn.session.run.snapshot import Progress, Snapshot, State, Status, run_table, run_words
from tui_nn.session.run.timeline import BUDGET, Branch
from tui_nn.session.run.traveller import Traveller


class UndoError(ValueError):
    """The error that is raised if there is nothing to undo. The message is one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """A state of a session, to which `Session.recall` returns."""

    dataset: Dataset
    snapshot: Snapshot
    before: tuple[Dataset, Snapshot] | None
    """The data and the state to which `Session.undo` returns; None if there is nothing to undo."""


class Session:
    """A network in training. Outside the user interface, this is the only object that changes.

    Training is a generator (`train`), so the caller sets the pace and can stop at any pause. The session can go back to
    any position where it has been (`travel`). If training continues from there without a change, the networks are
    bit-identical to those of the first time. A change at such a position begins a branch.
    """

    def __init__(
        self,
        dataset: Dataset,
        network: NetworkConfig,
        training: TrainingConfig,
        *,
        preset: str = "custom",
        timeline_bytes: int = BUDGET,
        number: int = 1,
    ) -> None:
        """Begin with an untrained network from the seed, as run `number`. Checkpoints use at most `timeline_bytes` bytes."""
        self._timeline_bytes = timeline_bytes
        self._newest_run = number
        self._before: tuple[Dataset, Snapshot] | None = None
        self._hold(self._begun(dataset, network, training, preset))

    @classmethod
    def restored(cls, dataset: Dataset, snapshot: Snapshot, *, timeline_bytes: int = BUDGET) -> Session:
        """Return a new session in the state of a snapshot, as `restore` does."""
        session = cls.__new__(cls)
        session._timeline_bytes = timeline_bytes
        session._newest_run = snapshot.run
        session._before = None
        session._hold(RunState.restore(dataset, snapshot, timeline_bytes))
        return session

    def __repr__(self) -> str:
        """Return the run in a few words, such as "<Session with quick-start 784-128-10, epoch 3, test accuracy 92.4 %>"."""
        return f"<Session with {self._words}>"

    def _repr_html_(self) -> str:
        """Return the losses and accuracies of every epoch as a table for a notebook."""
        return run_table(self._words, self.history)

    @property
    def _words(self) -> str:
        return run_words(self.preset, self._run.replay.state.mlp.config, self.history, self.place)

    # ---- properties

    @property
    def dataset(self) -> Dataset:
        """The data for training and testing."""
        return self._run.dataset

    @property
    def number(self) -> int:
        """The number of the run, which differs for every run of the session."""
        return self._run.number

    @property
    def preset(self) -> str:
        """The name of the preset from which the run began."""
        return self._run.preset

    @property
    def examples(self) -> Dataset:
        """The examples that the run uses: the data, divided by the settings `train_limit` and `validation`."""
        return self._run.examples

    @property
    def network(self) -> NetworkConfig:
        """The settings of the network."""
        return self._run.network

    @property
    def training(self) -> TrainingConfig:
        """The hyperparameters of the next batch."""
        return self._run.training

    @property
    def epoch(self) -> int:
        """The number of complete epochs."""
        return self._run.epoch

    @property
    def batch(self) -> int:
        """The number of complete batches in the current epoch."""
        return self._run.batch

    @property
    def batches(self) -> int:
        """The number of batches in the current epoch, or in the next one."""
        return self._run.replay.batches

    @property
    def place(self) -> Place:
        """The current position: (complete epochs, complete batches of the next epoch)."""
        return self._run.place

    @property
    def tip(self) -> Place:
        """The end of the branch as a position: (complete epochs, complete batches of the next epoch)."""
        return self._run.tip

    @property
    def progress(self) -> Progress:
        """The progress of the current epoch, and the pace of training."""
        return self._run.progress

    @property
    def batch_losses(self) -> Array | None:
        """The losses of the complete batches of the current epoch, read-only; None between epochs."""
        return self._run.replay.batch_losses

    @property
    def history(self) -> History:
        """All records and changes of the branch."""
        return self._run.history

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All branches of the run."""
        return self._run.branches

    @property
    def status(self) -> Status:
        """The status: READY, or DIVERGED with the reason if training cannot continue from here."""
        return self._run.status

    @property
    def standing(self) -> Status:
        """The status between two commands: ready, looking back, paused inside an epoch or an update, or diverged."""
        return self._run.standing

    @property
    def update(self) -> UpdateView | None:
        """The update that the microscope shows."""
        return self._run.update

    @property
    def inside_update(self) -> bool:
        """True if the microscope shows an update that is not complete."""
        return self._run.inside_update

    @property
    def best(self) -> EpochRecord | None:
        """The best epoch up to the current one. `History.monitored_data` names the data that decides which is best."""
        return self._run.best

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The bookmarks of the run, oldest first."""
        return self._run.bookmarks

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """Return a snapshot of the current state. `status` replaces the status of the session.

        If the network has changed since the last snapshot, it is evaluated on the test examples. With `observe=False`, the
        evaluation and the parameters may be those of the last complete epoch, which saves time during training.
        """
        return self._run.snapshot(status or self.standing, observe=observe)

    def summary(self) -> RunSummary:
        """Return the parts of the run that a comparison needs, with the outputs of the present network."""
        return RunSummary.of(self.snapshot())

    def snapshot_to_save(self) -> Snapshot:
        """Return a snapshot for a run file. Its evaluation may be an earlier one, because run files do not contain it."""
        return self._run.snapshot_to_save()

    # ---- begin

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Discard the run and begin another one at epoch 0, with start weights from the seed. The sizes follow from the data."""
        self._begin_another(self.dataset, network, training, preset)
        return self.snapshot()

    def train_on(self, dataset: Dataset) -> Snapshot:
        """Discard the run and begin another one on other data, with the same settings."""
        network = self._run.replay.state.mlp.config
        self._begin_another(dataset, network, self.training, self.preset)
        return self.snapshot()

    def take_over(self, other: Session) -> Snapshot:
        """Discard the run and continue the run of another session. That session must not be used any more."""
        before = self._to_undo
        self._newest_run += 1
        other._run.number = self._newest_run
        self._hold(other._run)
        self._before = before
        return self.snapshot()

    def restore(self, snapshot: Snapshot) -> Snapshot:
        """Restore the state of a snapshot, bit-identical and with all its branches. The data must be the same.

        A snapshot that was taken during training may contain the parameters of the last complete epoch. Then training
        continues from the end of that epoch.
        """
        self._hold(RunState.restore(self.dataset, snapshot, self._timeline_bytes))
        return self.snapshot()

    # ---- change

    def change(self, training: TrainingConfig, *, observe: bool = True) -> Snapshot:
        """Continue with other hyperparameters. The history stores the change and its position.

        The current batch begins again with them. A new optimizer begins with moments of 0. If the run was trained
        further from here before, another branch begins. `snapshot` explains `observe`.

        Raises:
            ConfigError: if a change needs a new network.
        """
        before = self._to_undo if training != self.training else self._before
        self._run.change(training)
        self._before = before
        return self.snapshot(observe=observe)

    def edit(self, edits: Edits, *, observe: bool = True) -> Snapshot:
        """Continue with edited weights and biases, or with units switched off.

        The history stores the edits and their position.

        The current batch begins again. Another branch begins, so you can return to the unedited network. `snapshot`
        explains `observe`.

        Raises:
            EditError: if an edit is impossible in this network.
        """
        before = self._present if edits else self._before
        self._run.edit(edits)
        self._before = before
        return self.snapshot(observe=observe)

    def undo(self) -> Snapshot:
        """Undo the last restart, change or edit. The run then has its previous history, branches, position and network.

        If an untrained run is replaced or gets other settings, the trained run before it comes back.

        A second call undoes the first.

        Raises:
            UndoError: if nothing was restarted, changed or edited.
        """
        if self._before is None:
            raise UndoError("there is nothing to undo, because no run was started over and no setting was changed")
        dataset, snapshot = self._before
        self._before = self._present
        self._hold(RunState.restore(dataset, snapshot, self._timeline_bytes))
        return self.snapshot()

    def remember(self) -> Remembered:
        """Return the present state. `recall` returns to it."""
        dataset, snapshot = self._present
        return Remembered(dataset, snapshot, self._before)

    def recall(self, state: Remembered) -> None:
        """Restore a state that `remember` returned, to the bit and with all its branches.

        If an update was unfinished, it is dropped, and its steps can be done again. The microscope shows a complete update again.
        """
        run = RunState.restore(state.dataset, state.snapshot, self._timeline_bytes)
        if (update := state.snapshot.update) is not None and update.complete:
            run.scope = Microscope.recalled(update)
        self._hold(run)
        self._before = state.before

    def bookmark(self, name: str, look: str) -> None:
        """Add a bookmark with this name.

        `look` is the text form of a `Look`, which describes the view on the screen.

        The bookmark replaces one of the same name.

        Raises:
            BookmarkError: if the name or the text is not one line, or there are too many bookmarks.
        """
        self._run.keep_bookmark(Bookmark(name, look))

    def drop_bookmark(self, name: str) -> None:
        """Remove the bookmark of this name, if there is one."""
        self._run.drop_bookmark(name)

    # ---- train

    def step_batch(self) -> Snapshot:
        """Do one update: finish the current batch, or do the next one."""
        for _ in self.train_batch():
            pass
        return self.snapshot()

    def step_epoch(self) -> Snapshot:
        """Train to the end of the current epoch, or do the next one."""
        for _ in self.train(self.epoch + 1):
            pass
        return self.snapshot()

    def run(self, epochs: int) -> Iterator[Snapshot]:
        """Train for `epochs` epochs and yield a snapshot after each. The iterator ends early if the run diverges."""
        target = self.epoch + epochs
        while self.epoch < target and self.status.state is not State.DIVERGED:
            yield self.step_epoch()

    def train(self, until: int) -> Iterator[None]:
        """Train until epoch `until` is complete. The generator pauses before each batch, and before each chunk of a large batch.

        The caller may stop at any pause. The next command continues from there.
        """
        if self.status.state is State.DIVERGED:
            return
        while self.epoch < until:
            yield
            if self._run.advance(by_act=False) is None:
                return

    def train_batch(self) -> Iterator[None]:
        """Finish the current batch, or do the next one. The generator pauses before each chunk except the first."""
        while (act := self._run.advance(by_act=False)) and act.phase is Phase.BATCH:
            yield

    def stalled(self, since: int) -> bool:
        """Return whether `patience` epochs after epoch `since` have passed without a new best epoch."""
        patience, best = self.training.patience, self.best
        return patience is not None and self.epoch - max(since, best.epoch if best else 0) >= patience

    # ---- one update

    def train_act(self) -> Iterator[None]:
        """Do the next step of the update under the microscope, or the first step of the next update.

        A step is, for example, one layer's forward pass. The last step changes the parameters. The generator pauses
        before each chunk of a large batch. If the session has diverged, it searches for the update that failed. This
        takes up to an epoch, with a pause before each batch.
        """
        run = self._run
        scope = run.scope
        if scope is not None and scope.view.failure:
            return
        if self.status.state is not State.DIVERGED and (scope is None or scope.view.complete):
            scope = run.begin_update()
        while scope is not None and (act := run.advance(by_act=True)):
            if scope.see(act):
                return
            yield
        yield from run.find_failure()

    def finish_update(self) -> Iterator[None]:
        """Do the remaining steps of the update under the microscope, with the pauses of `train_act`."""
        while self.inside_update:
            yield from self.train_act()

    def drop_update(self) -> Snapshot:
        """Leave the microscope, and discard an unfinished update."""
        self._run.drop_update()
        return self.snapshot()

    def acts(self) -> Iterator[Act]:
        """Do the remaining steps of the current update, and yield them one by one.

        The last step changes the parameters.
        """
        self._run.leave_microscope()
        while act := self._run.advance(by_act=True):
            yield act
            if act.phase is Phase.UPDATE:
                return

    # ---- time travel

    def seek(self, epoch: int, batch: int = 0) -> Snapshot:
        """Go to the position after `epoch` epochs and `batch` batches of the next one.

        The network there is bit-identical to what it was before.

        Raises:
            PlaceError: if the branch has no such position, or it cannot be reached.
        """
        for _ in self.travel(epoch, batch):
            pass
        for _ in self.prepare():
            pass
        return self.snapshot()

    def travel(self, epoch: int, batch: int = 0) -> Iterator[None]:
        """Go to a position as `seek` does. The generator yields at the same points as `train`.

        Raises:
            PlaceError: for the same reasons as `seek`, before the first pause.
        """
        return self._traveller.travel(epoch, batch)

    def travel_back_a_batch(self) -> Iterator[None]:
        """Go back by one batch. The generator yields at the same points as `train`."""
        return self._traveller.travel_back_a_batch()

    def keep_best(self) -> Iterator[None]:
        """Go back to the best epoch if the setting `keep_best` is on.

        The generator yields at the same points as `train`.
        """
        return self._traveller.keep_best()

    def prepare(self) -> Iterator[None]:
        """Make the checkpoint that the next step back needs.

        A copy of the run computes it, and the generator pauses like `train`.
        """
        return self._traveller.prepare()

    def place_from(self, place: Place, epochs: int) -> Place:
        """Return the start of another epoch: `epochs` later than `place`, or earlier if `epochs` is negative.

        A position is (complete epochs, complete batches of the next epoch). The result is always on the branch. From
        inside an epoch, the first step back leads to the start of that epoch.
        """
        return self._traveller.place_from(place, epochs)

    def switch(self, branch: int) -> Iterator[None]:
        """Go to the end of another branch. The generator yields at the same points as `train`.

        Raises:
            PlaceError: if there is no branch of this number. The error comes before the first pause.
        """
        return self._traveller.switch(branch)

    def tip_of(self, branch: int) -> Place:
        """Return the end of a branch as a position: (complete epochs, complete batches of the next epoch).

        Raises:
            PlaceError: if there is no branch of this number.
        """
        return self._traveller.tip_of(branch)

    def rename(self, branch: int, name: str) -> None:
        """Give a branch another name.

        Raises:
            PlaceError: if there is no branch of this number.
        """
        self._traveller.rename(branch, name)

    # ---- internal

    @property
    def _present(self) -> tuple[Dataset, Snapshot]:
        """The data and a snapshot of the run. The run can continue from them bit for bit."""
        return self.dataset, self._run.snapshot_to_save()

    @property
    def _to_undo(self) -> tuple[Dataset, Snapshot]:
        """The state to which `undo` returns after the next restart or change: the present one.

        If the present run is untrained, it is not worth keeping. Then `undo` still returns to the earlier run that it
        has replaced.
        """
        present, before = self._present, self._before
        if before is None or present[1].has_begun or before[1].run == self.number or not before[1].has_begun:
            return present
        return before

    def _begin_another(self, dataset: Dataset, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        before = self._to_undo
        self._newest_run += 1
        self._hold(self._begun(dataset, network, training, preset))
        self._before = before

    def _hold(self, run: RunState) -> None:
        self._run = run
        self._traveller = Traveller(run)

    def _begun(self, dataset: Dataset, network: NetworkConfig, training: TrainingConfig, preset: str) -> RunState:
        number, budget = self._newest_run, self._timeline_bytes
        return RunState.begin(dataset, network, training, preset=preset, number=number, timeline_bytes=budget)
