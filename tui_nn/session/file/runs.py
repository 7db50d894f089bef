"""A run in a file: everything that is needed to go on with it, bit for bit.

The parameters and the optimizer's moments are vectors, the records are columns, and the header holds the rest; how they
lie in the file is `archive`'s business. What is read is checked field by field: a file may come from anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import check
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Array, Parameters, count_parameters
from tui_nn.data.dataset import DataError, Dataset, Split
from tui_nn.data.loading import load_dataset
from tui_nn.data.own import add_to
from tui_nn.session.file.archive import Layout, RunFileError, Vector, named, read_archive, refuse, write_archive
from tui_nn.session.file.branches import branches_layout, read_branches, write_branches
from tui_nn.session.file.columns import read_change, read_records, records_layout, write_records
from tui_nn.session.file.fields import count_of, list_of, number_of, table_of, text_of
from tui_nn.session.file.own_digits import own_layout, read_own, write_own
from tui_nn.session.run.epoch import batch_count
from tui_nn.session.run.history import History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.run.timeline import BUDGET, Branch

__all__ = ["Run", "RunFileError", "load_run", "read_run", "save_run"]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class DataName:
    """Which data a run was trained on."""

    name: str
    source: str
    """What `load_dataset` was given for it."""
    digest: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Run:
    """What a file holds: a snapshot but for what follows from the data."""

    preset: str
    network: NetworkConfig
    training: TrainingConfig
    epoch_training: TrainingConfig
    parameters: Parameters
    moments: tuple[Array, ...]
    history: History
    epoch: int
    """The epoch that `parameters` are of; the history may go on beyond it."""
    progress: Progress
    status: Status
    step: int
    optimizer_steps: int
    data: DataName
    branches: tuple[Branch, ...]
    """All branches of the run; none if there was one only."""
    branch: int
    """The one that all this is of, by its number."""
    changes_applied: int | None = None
    """How many changes of the history are applied; None if the file does not say it."""
    own: Split | None = None
    """One's own digits that it was trained on."""

    @property
    def mlp(self) -> MLP:
        """The network, to ask it something."""
        return MLP(self.network, self.parameters)

    def open_data(self, source: str | os.PathLike[str] | None = None) -> Dataset:
        """The data at `source`, or for None the data that the run was trained on; its own digits come with it.

        Raises:
            DataError: if it cannot be read, or for None is no longer what it was.
        """
        if source is not None:
            dataset = load_dataset(source)
            moved = dataset if self.own is None else add_to(dataset, self.own)
            return moved if moved.digest == self.data.digest else dataset
        try:
            dataset = load_dataset(self.data.source, self.own)
        except DataError as error:
            raise DataError(
                f"{str(error).rstrip('.')}; the run was trained on it: give its place with --data"
            ) from None
        if dataset.digest != self.data.digest:
            raise DataError(
                f"{dataset.name} is not what it was when the run was trained on it; give a copy with --data"
            )
        return dataset

    def session(self, dataset: Dataset, *, timeline_bytes: int = BUDGET) -> Session:
        """Return the session that the file holds, on the data it was trained on.

        Raises:
            ValueError: if the run does not fit the data.
        """
        data = dataset.train.first(self.training.train_limit)
        batches = batch_count(len(data), self.epoch_training.batch_size)
        if self.progress.batch >= batches or self.progress.correct > len(data):
            raise ValueError(f"its epoch has {batches:,} batches, and it is past them")
        evaluation = evaluate(self.mlp, dataset.test.images, dataset.test.labels)
        kept = {f.name: getattr(self, f.name) for f in fields(Run) if f.name not in ("data", "own")}
        snapshot = Snapshot(evaluation=evaluation, batches=batches, train_examples=len(data), **kept)
        return Session.restored(dataset, snapshot, timeline_bytes=timeline_bytes)


def save_run(path: str | os.PathLike[str], snapshot: Snapshot, dataset: Dataset) -> None:
    """Write a run to `path`, whole or not at all: a file that was there stays until the new one is complete.

    Raises:
        RunFileError: if the file cannot be written.
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
        "progress": asdict(snapshot.progress),
        "status": {"state": str(snapshot.status.state), "reason": snapshot.status.reason},
        "step": snapshot.step,
        "changes_applied": snapshot.changes_applied,
        "optimizer_steps": snapshot.optimizer_steps,
        "data": {"name": dataset.name, "source": dataset.source, "digest": dataset.digest},
    }
    vectors = {"parameters": snapshot.parameters.vector}
    vectors |= {f"moment_{index}": moment for index, moment in enumerate(snapshot.moments)}
    more_vectors: dict[str, Vector]
    for more_header, more_vectors in (
        write_records(snapshot.history.records),
        write_own(dataset),
        write_branches(snapshot.branches, snapshot.branch) if begun_with else ({}, {}),
    ):
        header |= more_header
        vectors |= more_vectors
    write_archive(path, header, vectors)


def read_run(path: str | os.PathLike[str]) -> Run:
    """What a file holds. The data it was trained on is not looked at.

    Raises:
        RunFileError: if the file is no run, or is damaged.
    """
    header, vectors = read_archive(path, FORMAT, _layout)
    try:
        return _to_run(header, vectors)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        refuse(path, error)


def load_run(
    path: str | os.PathLike[str], source: str | os.PathLike[str] | None = None, *, timeline_bytes: int = BUDGET
) -> Session:
    """The session that a file holds, on the data it was trained on, or on that at `source` if it has moved.

    Its checkpoints may take `timeline_bytes`.

    Raises:
        RunFileError: if the file is no run, is damaged, or its data is not the data given.
        DataError: if the data cannot be read.
    """
    run = read_run(path)
    dataset = run.open_data(source)
    if dataset.digest != run.data.digest:
        other = f"was trained on {run.data.name}, not on {dataset.name}"
        raise RunFileError(f"{named(path)} {other}; give the former with --data")
    try:
        return run.session(dataset, timeline_bytes=timeline_bytes)
    except ValueError as error:
        refuse(path, error)


# ---- from a file, field by field


def _layout(header: dict[str, Any]) -> Layout:
    network = NetworkConfig.from_dict(header["network"])
    training = TrainingConfig.from_dict(header["training"])
    vector = (network.dtype, count_parameters(network.sizes, network.use_bias))
    moments = {f"moment_{index}": vector for index in range(OPTIMIZERS[training.optimizer].moments)}
    layers = network.layer_count
    more = {**records_layout(header, layers), **branches_layout(header, layers), **own_layout(header)}
    return {"parameters": vector, **moments, **more}


def _to_run(header: dict[str, Any], vectors: dict[str, Vector]) -> Run:
    network = NetworkConfig.from_dict(header["network"])
    training = TrainingConfig.from_dict(header["training"])
    status, data = table_of(header, "status"), table_of(header, "data")
    history = _history(header, vectors, network)
    # Moments may overflow while the parameters do not: adam divides by them.
    if not np.isfinite(vectors["parameters"]).all():
        raise ValueError("its parameters are not finite numbers")
    return Run(
        preset=text_of(header, "preset"),
        network=network,
        training=training,
        epoch_training=TrainingConfig.from_dict(header["epoch_training"]),
        parameters=Parameters(network.sizes, network.use_bias, vectors["parameters"]),
        moments=tuple(vectors[f"moment_{index}"] for index in range(OPTIMIZERS[training.optimizer].moments)),
        history=history,
        epoch=_epoch(header),
        progress=_progress(table_of(header, "progress")),
        status=Status(State(text_of(status, "state")), text_of(status, "reason")),
        step=count_of(header, "step"),
        optimizer_steps=count_of(header, "optimizer_steps"),
        data=DataName(*(text_of(data, name) for name in ("name", "source", "digest"))),
        branches=_branches(header, vectors, history, network),
        branch=count_of(header, "branch") if "branches" in header else 0,
        changes_applied=None if header.get("changes_applied") is None else count_of(header, "changes_applied"),
        own=read_own(vectors),
    )


def _branches(
    header: dict[str, Any], vectors: dict[str, Vector], history: History, network: NetworkConfig
) -> tuple[Branch, ...]:
    branches = read_branches(header, vectors, history)
    for branch in branches:
        check(tuple(edit for change in branch.history.changes for edit in change.edits), network)
    return branches


def _history(header: dict[str, Any], vectors: dict[str, Vector], network: NetworkConfig) -> History:
    changes = tuple(map(read_change, list_of(header, "changes")))
    check(tuple(edit for change in changes for edit in change.edits), network)
    # Files of the first version do not tell what a run began with.
    begun_with = header.get("begun_with")
    return History(read_records(vectors), changes, begun_with and TrainingConfig.from_dict(begun_with))


def _epoch(header: dict[str, Any]) -> int:
    newest = count_of(header, "records") - 1
    epoch = count_of(header, "epoch") if "epoch" in header else newest
    if newest < 0 or epoch > newest:
        raise ValueError(f"its epoch {epoch} has no record")
    return epoch


def _progress(row: Mapping[str, Any]) -> Progress:
    return Progress(
        batch=count_of(row, "batch"),
        share=number_of(row, "share"),
        step=count_of(row, "step"),
        loss=number_of(row, "loss"),
        correct=count_of(row, "correct"),
        seconds_a_step=number_of(row, "seconds_a_step"),
        examples_a_second=number_of(row, "examples_a_second"),
        seconds=number_of(row, "seconds") if "seconds" in row else 0.0,  # Files of the first version have none.
    )
