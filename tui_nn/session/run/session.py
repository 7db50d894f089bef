"""The session: one training run that takes commands and returns snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import Edits
from tui_nn.core.watch.acts import Act, Phase
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.dataset import Dataset
from tui_nn.session.run.bookmark import Bookmark
from tui_nn.session.run.history import EpochRecord, History, Place
from tui_nn.session.run.run_state import RunState
from tui_nn.session.run.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.run.timeline import BUDGET, Branch
from tui_nn.session.run.traveller import Traveller


class Session:
    """A network in training: the only object below the screens that changes. A command returns when it is done.

    Training is a generator (`train`): the caller sets the pace, and pauses by not asking for more. The session can go
    again to any place where it has been (`travel`). If training goes on from there unchanged, it gives the same network,
    to the bit; a change made there begins a branch.
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
        """Begin with an untrained network, made from the seed. Checkpoints may take `timeline_bytes` bytes."""
        self._timeline_bytes = timeline_bytes
        self._hold(self._begun(dataset, network, training, preset, number=1))

    @classmethod
    def restored(cls, dataset: Dataset, snapshot: Snapshot, *, timeline_bytes: int = BUDGET) -> Session:
        """Return the session that a snapshot shows, as `restore` makes it."""
        session = cls.__new__(cls)
        session._timeline_bytes = timeline_bytes
        session._hold(RunState.restore(dataset, snapshot, timeline_bytes))
        return session

    # ---- what there is

    @property
    def dataset(self) -> Dataset:
        """The data that it trains and tests with."""
        return self._run.dataset

    @property
    def preset(self) -> str:
        """The name of the preset from which the run began."""
        return self._run.preset

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
        """Complete epochs, and complete batches of the next one."""
        return self._run.place

    @property
    def tip(self) -> Place:
        """The newest place of the branch."""
        return self._run.tip

    @property
    def progress(self) -> Progress:
        """The progress of the current epoch, and the pace of training."""
        return self._run.progress

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
        """READY, or DIVERGED with the reason if training cannot go on from here."""
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
        """Whether the microscope shows an update that is not complete."""
        return self._run.inside_update

    @property
    def best(self) -> EpochRecord | None:
        """The best of the epochs up to the present one; `History.monitored_data` names the data that decides."""
        return self._run.best

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The bookmarks of the run, oldest first."""
        return self._run.bookmarks

    def snapshot(self, *, status: Status | None = None, observe: bool = True) -> Snapshot:
        """Return the session as it is now. `status` replaces its own status.

        If training went on since the last snapshot, the network is evaluated on the test examples. With `observe=False`
        the evaluation and the parameters may be those of the last complete epoch, which is quicker during training.
        """
        return self._run.snapshot(status or self.standing, observe=observe)

    def snapshot_to_save(self) -> Snapshot:
        """Return the session as it is now, with the evaluation of an earlier snapshot, which files do not contain."""
        return self._run.snapshot_to_save()

    # ---- begin

    def restart(self, network: NetworkConfig, training: TrainingConfig, *, preset: str = "custom") -> Snapshot:
        """Drop the run and begin another one: start weights from the seed, epoch 0. The data sets the network's sizes."""
        self._hold(self._begun(self.dataset, network, training, preset, number=self._run.number + 1))
        return self.snapshot()

    def train_on(self, dataset: Dataset) -> Snapshot:
        """Drop the run and begin it again with other data, with the same settings."""
        network = self._run.replay.state.mlp.config
        self._hold(self._begun(dataset, network, self.training, self.preset, number=self._run.number + 1))
        return self.snapshot()

    def restore(self, snapshot: Snapshot) -> Snapshot:
        """Become the session that a snapshot shows, with all its branches, to the bit. The data must be the same.

        A snapshot that was taken during training may hold the parameters of the last complete epoch. Then training goes
        on from there.
        """
        self._hold(RunState.restore(self.dataset, snapshot, self._timeline_bytes))
        return self.snapshot()

    # ---- change

    def change(self, training: TrainingConfig, *, observe: bool = True) -> Snapshot:
        """Go on with other hyperparameters. The history notes which and where.

        The current batch begins again with them. A new optimizer begins with moments of 0. If training has gone on from
        here before, another branch begins. `observe` is that of `snapshot`.

        Raises:
            ConfigError: if one of the changes takes a new network.
        """
        self._run.change(training)
        return self.snapshot(observe=observe)

    def edit(self, edits: Edits, *, observe: bool = True) -> Snapshot:
        """Go on with weights and biases set by hand, or with units switched off. The history notes it.

        The current batch begins again. Another branch begins, so that the network as it was can be reached again.
        `observe` is that of `snapshot`.

        Raises:
            EditError: if one of the edits cannot be done to this network.
        """
        self._run.edit(edits)
        return self.snapshot(observe=observe)

    def bookmark(self, name: str, look: str) -> None:
        """Keep a bookmark: a name, and the text form of what the screen shows. It replaces one of the same name.

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
        """Train for `epochs` epochs and yield a snapshot after each. It ends early if the loss diverges."""
        target = self.epoch + epochs
        while self.epoch < target and self.status.state is not State.DIVERGED:
            yield self.step_epoch()

    def train(self, until: int) -> Iterator[None]:
        """Train until epoch `until` is complete. It pauses before each batch, and before each chunk of a large one.

        The caller may stop at any pause. The next command goes on from there.
        """
        if self.status.state is State.DIVERGED:
            return
        while self.epoch < until:
            yield
            if self._run.advance(by_act=False) is None:
                return

    def train_batch(self) -> Iterator[None]:
        """Finish the current batch, or do the next one. It pauses before each chunk but the first, as `train` does."""
        while (act := self._run.advance(by_act=False)) and act.phase is Phase.BATCH:
            yield

    def stalled(self, since: int) -> bool:
        """Whether a run that began after epoch `since` has had no better epoch for as long as its patience."""
        patience, best = self.training.patience, self.best
        return patience is not None and self.epoch - max(since, best.epoch if best else 0) >= patience

    # ---- one update

    def train_act(self) -> Iterator[None]:
        """Do the next act of the update under the microscope, or the first act of the next update.

        The last act commits the update. It pauses before each chunk of a large batch. If the session has diverged, it
        searches the update that failed. This takes up to an epoch, with a pause before each batch.
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
        """Do the rest of the update under the microscope; pauses as `train_act` does."""
        while self.inside_update:
            yield from self.train_act()

    def drop_update(self) -> Snapshot:
        """Leave the microscope. An update that is not complete is dropped."""
        self._run.drop_update()
        return self.snapshot()

    def acts(self) -> Iterator[Act]:
        """Do the rest of the current update, and yield its acts one by one. The last one commits the update."""
        self._run.leave_microscope()
        while act := self._run.advance(by_act=True):
            yield act
            if act.phase is Phase.UPDATE:
                return

    # ---- travel in time

    def seek(self, epoch: int, batch: int = 0) -> Snapshot:
        """Go to the place after `epoch` epochs and `batch` batches of the next one; the network is the same, to the bit.

        Raises:
            PlaceError: if the branch has not been there, or the place cannot be reached.
        """
        for _ in self.travel(epoch, batch):
            pass
        for _ in self.prepare():
            pass
        return self.snapshot()

    def travel(self, epoch: int, batch: int = 0) -> Iterator[None]:
        """Go to a place as `seek` does, with pauses like `train`.

        Raises:
            PlaceError: as `seek`, before the first pause.
        """
        return self._traveller.travel(epoch, batch)

    def travel_back_a_batch(self) -> Iterator[None]:
        """Go back by one batch; pauses as `travel` does."""
        return self._traveller.travel_back_a_batch()

    def keep_best(self) -> Iterator[None]:
        """Go back to the best epoch at the end of a run, if the training asks for it; pauses as `travel` does."""
        return self._traveller.keep_best()

    def prepare(self) -> Iterator[None]:
        """Make the checkpoint that the next step back needs, by a replay aside; pauses as `travel` does."""
        return self._traveller.prepare()

    def place_from(self, place: Place, epochs: int) -> Place:
        """Return the beginning of an epoch some epochs after a place, or before it, or the nearest place there is.

        The first step back from inside an epoch leads to the beginning of that epoch.
        """
        return self._traveller.place_from(place, epochs)

    def switch(self, branch: int) -> Iterator[None]:
        """Go to the newest place of another branch; pauses as `travel` does.

        Raises:
            PlaceError: if there is no branch of this number; before the first pause.
        """
        return self._traveller.switch(branch)

    def tip_of(self, branch: int) -> Place:
        """Return the newest place of a branch.

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

    # ---- inside

    def _hold(self, run: RunState) -> None:
        self._run = run
        self._traveller = Traveller(run)

    def _begun(
        self, dataset: Dataset, network: NetworkConfig, training: TrainingConfig, preset: str, *, number: int
    ) -> RunState:
        return RunState.begin(
            dataset, network, training, preset=preset, number=number, timeline_bytes=self._timeline_bytes
        )
