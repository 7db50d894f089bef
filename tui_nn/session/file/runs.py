"""A run in a file, with all data that are needed to continue the run bit for bit.

The parameters, the optimizer's moments and the columns of the epoch records are vectors. The JSON header has the rest.
The module `fields` has the table of all header fields, and `archive` reads and writes the container.

Format 2 adds to format 1: the side of the pictures, the class names, validation figures and batch losses for each
epoch, the number of applied changes, bookmarks, and the environments in which the run was trained.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import check
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Array, Parameters, count_parameters
from tui_nn.data.altered import is_bundled
from tui_nn.data.atomic import Stamp
from tui_nn.data.dataset import DataError, Dataset, Split
from tui_nn.data.loading import load_dataset
from tui_nn.data.own import add_to, parted
from tui_nn.data.validation import examples_of
from tui_nn.session.file.archive import Layout, RunFileError, Vector, named, read_archive, refuse, write_archive
from tui_nn.session.file.branches import branches_layout, read_branches, write_branches
from tui_nn.session.file.columns import read_changes, read_records, records_layout, write_records
from tui_nn.session.file.fields import HEADER, MOST_STEPS, FieldError, read_fields
from tui_nn.session.file.own_digits import own_layout, read_own, write_own
from tui_nn.session.run.bookmark import Bookmark
from tui_nn.session.run.epoch import MOST_LOSSES, batch_count
from tui_nn.session.run.history import History, Place
from tui_nn.session.run.made_with import MadeWith, difference_from_here, with_this_one
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Progress, Snapshot, Status
from tui_nn.session.run.timeline import BUDGET, Branch

__all__ = ["Run", "RunFileError", "load_run", "read_run", "save_run"]

FORMAT = 2
FORMATS = (1, FORMAT)
"""The versions of the file format that can be opened."""


@dataclass(frozen=True, slots=True)
class DataName:
    """The name and other facts by which a run file identifies its data."""

    name: str
    source: str
    """The argument with which `load_dataset` loaded the data."""
    digest: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Run:
    """The contents of a run file: a snapshot without the fields that can be computed from the data."""

    preset: str
    network: NetworkConfig
    training: TrainingConfig
    epoch_training: TrainingConfig
    parameters: Parameters
    moments: tuple[Array, ...]
    history: History
    epoch: int
    """The number of complete epochs at the saved position. The history may also contain later epochs."""
    progress: Progress
    status: Status
    step: int
    optimizer_steps: int
    data: DataName
    side: int
    """The height and width of a picture, in pixels."""
    class_names: tuple[str, ...]
    branches: tuple[Branch, ...]
    """All branches of the run; () in some files of format 1."""
    branch: int
    """The number of the branch that `history` belongs to."""
    changes_applied: int | None
    """The number of changes (edits or new settings made by hand) in effect at the saved position; None in files of
    format 1.
    """
    batch_losses: Array | None
    """The loss of each complete batch of the current epoch."""
    bookmarks: tuple[Bookmark, ...]
    made_with: tuple[MadeWith, ...]
    """The environments in which the run was trained; () in files of format 1."""
    own: Split | None = None
    """Your own digits in the training data of the run; None if there are none."""
    path: str = ""
    """The path of the file; "" if unknown."""

    @property
    def mlp(self) -> MLP:
        """The network with these parameters."""
        return MLP(self.network, self.parameters)

    @property
    def place(self) -> Place:
        """The saved position: (complete epochs, complete batches of the next epoch)."""
        return self.epoch, self.progress.batch if self.step == self.progress.step else 0

    @property
    def difference_from_here(self) -> str:
        """A sentence that says how this environment (versions and processor) differs from those of the run; "" if it
        does not.
        """
        return difference_from_here(self.made_with)

    def open_data(self, source: str | os.PathLike[str] | None = None) -> Dataset:
        """Load the data at `source`, and add your own digits from the file. Without `source`, load the data that the
        run names.

        Raises:
            DataError: if the data cannot be read, or if there is no `source` and the data of the run has changed.
        """
        if source is not None:
            dataset = load_dataset(source).with_class_names(self.class_names)
            moved = dataset if self.own is None else add_to(dataset, self.own)
            return moved if moved.digest == self.data.digest else dataset
        problems = []
        for place in self._sources():
            try:
                dataset = load_dataset(place, self.own).with_class_names(self.class_names)
            except DataError as error:
                reason = str(error).rstrip(".")
                problems.append(f"{reason}; the run was trained on this file: give its new path with --data")
                continue
            if dataset.digest == self.data.digest:
                return dataset
            changed = f"{dataset.name} has changed since the run was trained on it"
            problems.append(f"{changed}; give an unchanged copy with --data")
        raise DataError(problems[0])

    def _sources(self) -> list[str]:
        """Return the paths where the data of the run may be: the path in the run file, and paths in the folder of the run file.

        So a folder with data and runs can be moved. A relative path in the run file may begin in a folder that is
        unknown now.
        """
        base, own = parted(self.data.source)
        if base is None or is_bundled(base):
            return [self.data.source]
        folder = os.path.dirname(self.path)
        places = [base, os.path.join(folder, base), os.path.join(folder, os.path.basename(base))]
        there = [place for place in places[1:] if os.path.exists(place)]
        end = "" if own is None else f"+own:{own}" if own else "+own"
        return [place + end for place in dict.fromkeys([base, *there])]

    def session(self, dataset: Dataset, *, timeline_bytes: int = BUDGET) -> Session:
        """Return a session that continues the run on `dataset`, which must be the data of the run.

        Raises:
            ValueError: if the run does not fit the data.
        """
        data = examples_of(dataset, self.training).train
        batches = batch_count(len(data), self.epoch_training.batch_size)
        if self.progress.batch >= batches or self.progress.correct > len(data):
            raise ValueError(f"progress.batch is {self.progress.batch:,}, but an epoch has {batches:,} batches")
        for number, branch in enumerate(self.branches):
            places = branch.fork, branch.tip, *(change.place for change in branch.history.changes)
            if (last := max(batch for _, batch in places)) >= max(len(data), 1):
                raise ValueError(
                    f"branches[{number}] contains batch {last:,}, but an epoch has at most {len(data):,} batches"
                )
        if (dataset.side, dataset.class_names) != (self.side, self.class_names):
            raise ValueError("side and class_names differ from those of the data")
        tests = len(dataset.test)
        predicted = [record.predicted for record in self.history.records if record.predicted is not None]
        if any(len(answers) != tests for answers in predicted):
            raise ValueError(f"test_examples must be {tests:,}, as in the data")
        evaluation = evaluate(self.mlp, dataset.test.images, dataset.test.labels)
        others = ("data", "own", "path", "side", "class_names")
        kept = {f.name: getattr(self, f.name) for f in fields(Run) if f.name not in others}
        snapshot = Snapshot(evaluation=evaluation, batches=batches, train_examples=len(data), **kept)
        return Session.restored(dataset, snapshot, timeline_bytes=timeline_bytes)


def save_run(
    path: str | os.PathLike[str],
    snapshot: Snapshot,
    dataset: Dataset,
    *,
    synced: bool = True,
    check: Callable[[], None] | None = None,
) -> Stamp:
    """Write a run to `path`, completely or not at all. An old file stays until the new one is complete.

    If `synced` is True, the old file is replaced only when the disk has stored the new one. So even after a loss of
    power, one of the two is complete. `check` is called right before the old file is replaced; if it raises an
    exception, the old file stays. Return the stamp of the new file.

    Raises:
        RunFileError: if the file cannot be written, or the run is too large for the format.
    """
    begun_with = snapshot.history.begun_with
    header = {
        "format": FORMAT,
        "preset": snapshot.preset,
        "network": snapshot.network.to_dict(),
        "training": snapshot.training.to_dict(),
        "epoch_training": snapshot.epoch_training.to_dict(),
        "epoch": snapshot.epoch,
        "begun_with": begun_with and begun_with.to_dict(),
        "changes": [change.to_dict() for change in snapshot.history.changes],
        "changes_applied": snapshot.changes_applied,
        "progress": asdict(snapshot.progress),
        "status": {"state": str(snapshot.status.state), "reason": snapshot.status.reason},
        "step": min(snapshot.step, MOST_STEPS),
        "optimizer_steps": min(snapshot.optimizer_steps, MOST_STEPS),
        "data": {"name": dataset.name, "source": dataset.source, "digest": dataset.digest},
        "side": dataset.side,
        "class_names": list(dataset.class_names),
        "bookmarks": [asdict(bookmark) for bookmark in snapshot.bookmarks],
        "made_with": [made.to_dict() for made in with_this_one(snapshot.made_with)],
    }
    vectors = {"parameters": snapshot.parameters.vector}
    vectors |= {f"moment_{index}": moment for index, moment in enumerate(snapshot.moments)}
    if snapshot.batch_losses is not None and len(snapshot.batch_losses):
        header["epoch_losses"] = len(snapshot.batch_losses)
        vectors["epoch_losses"] = snapshot.batch_losses
    more_vectors: dict[str, Vector]
    for more_header, more_vectors in (
        write_records(snapshot.history.records),
        write_own(dataset),
        write_branches(snapshot.branches, snapshot.branch) if begun_with else ({}, {}),
    ):
        header |= more_header
        vectors |= more_vectors
    try:
        # This check uses the same table as the reader, so every saved run can be opened.
        read_fields(header, HEADER)
    except FieldError as error:
        raise RunFileError(f"{named(path)} was not saved: {error}") from None
    return write_archive(path, header, vectors, synced=synced, check=check)


def read_run(path: str | os.PathLike[str]) -> Run:
    """Return the contents of a run file. The data that the run was trained on is not loaded.

    Raises:
        RunFileError: if the file is not a run, or is damaged.
    """
    header, vectors = read_archive(path, FORMATS, layout_of)
    try:
        return replace(_to_run(read_fields(header, HEADER), vectors), path=os.path.expanduser(os.fspath(path)))
    except (ValueError, OverflowError) as error:
        refuse(path, error)


def load_run(
    path: str | os.PathLike[str],
    source: str | os.PathLike[str] | Dataset | None = None,
    *,
    timeline_bytes: int = BUDGET,
) -> Session:
    """Return a session that continues the run in a file.

    `source` is the path of the run's data, if the data was moved. Checkpoints use at most `timeline_bytes` bytes.

    Raises:
        RunFileError: if the file is not a run, is damaged, or `source` is other data.
        DataError: if the data cannot be read.
    """
    run = read_run(path)
    dataset = source if isinstance(source, Dataset) else run.open_data(source)
    if dataset.digest != run.data.digest:
        raise RunFileError(
            f"{named(path)} was trained on {run.data.name}, not on {dataset.name}; give the data of the run with --data"
        )
    try:
        return run.session(dataset, timeline_bytes=timeline_bytes)
    except ValueError as error:
        refuse(path, error)


def layout_of(header: dict[str, Any]) -> Layout:
    """Return the dtype and the length of each vector that the header describes.

    Raises:
        ValueError: if a field of the header is wrong.
    """
    checked = read_fields(header, HEADER)
    network, training = _network(checked), checked["training"]
    vector = (network.dtype, count_parameters(network.sizes, network.use_bias))
    moments = {f"moment_{index}": vector for index in range(OPTIMIZERS[training.optimizer].moments)}
    losses = {"epoch_losses": ("float32", checked["epoch_losses"])} if checked["epoch_losses"] else {}
    layers = network.layer_count
    more = {**records_layout(checked, layers), **branches_layout(checked, layers), **own_layout(checked)}
    return {"parameters": vector, **moments, **losses, **more}


def _network(header: dict[str, Any]) -> NetworkConfig:
    network: NetworkConfig = header["network"]
    return network.for_data(header["side"] ** 2, len(header["class_names"]))


def _to_run(header: dict[str, Any], vectors: dict[str, Vector]) -> Run:
    network, training, progress = _network(header), header["training"], Progress(**header["progress"])
    classes = network.output_size
    changes = read_changes(header["changes"])
    history = History(read_records(vectors, classes), changes, header["begun_with"])
    branches = read_branches(header, vectors, classes, history)
    newest = len(history.records) - 1
    others = (read_changes(row["changes"]) for row in header["branches"])
    tips = (branch.newest_epoch for branch in branches)
    for tip, some in ((newest, changes), *zip(tips, others, strict=True)):
        check(tuple(edit for change in some for edit in change.edits), network)
        if late := [change.epoch for change in some if change.epoch > tip + 1]:
            raise ValueError(f"the run contains a change at epoch {late[0]:,}, but the last epoch is {tip + 1:,}")
    epoch = newest if header["epoch"] is None else header["epoch"]
    if newest < 0:
        raise ValueError("the file has no records, but needs at least the record of the untrained network")
    if epoch > newest:
        raise ValueError(f"the current epoch is {epoch}, but the newest saved epoch is {newest}")
    if header["changes_applied"] is not None and header["changes_applied"] > len(changes):
        raise ValueError(f"changes_applied is {header['changes_applied']}, but there are {len(changes)} changes")
    losses = vectors.get("epoch_losses")
    if losses is not None and not (progress.batch and len(losses) <= MOST_LOSSES):
        raise ValueError(f"epoch_losses has {len(losses)} values, but the current epoch has {progress.batch} batches")
    # The optimizer's second moment may overflow to infinity: Adam divides by its root, so the update is 0.
    if not np.isfinite(vectors["parameters"]).all():
        raise ValueError("the parameters contain NaN or infinite numbers")
    return Run(
        preset=header["preset"],
        network=network,
        training=training,
        epoch_training=header["epoch_training"],
        parameters=Parameters(network.sizes, network.use_bias, vectors["parameters"]),
        moments=tuple(vectors[f"moment_{index}"] for index in range(OPTIMIZERS[training.optimizer].moments)),
        history=history,
        epoch=epoch,
        progress=progress,
        status=Status(**header["status"]),
        step=header["step"],
        optimizer_steps=header["optimizer_steps"],
        data=DataName(**header["data"]),
        side=header["side"],
        class_names=tuple(header["class_names"]),
        branches=branches,
        branch=header["branch"],
        changes_applied=header["changes_applied"],
        batch_losses=losses,
        bookmarks=tuple(Bookmark(**bookmark) for bookmark in header["bookmarks"]),
        made_with=tuple(MadeWith(**made) for made in header["made_with"]),
        own=read_own(header, vectors),
    )
