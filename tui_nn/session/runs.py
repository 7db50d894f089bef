"""A run in a file: everything that is needed to go on with it, bit for bit.

The parameters and the optimizer's moments are vectors, the records are columns, and the header holds the rest; how they
lie in the file is `archive`'s business. What is read is checked field by field: a file may come from anywhere.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from tui_nn.core.arrays import Array
from tui_nn.core.config import NetworkConfig, TrainingConfig
from tui_nn.core.edits import Edit, check
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Parameters, count_parameters
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.session.archive import Layout, RunFileError, Vector, named, read_archive, refuse, write_archive
from tui_nn.session.history import NUMBERS, Change, EpochRecord, History, LayerRecord
from tui_nn.session.session import Session
from tui_nn.session.snapshot import Progress, Snapshot, State, Status
from tui_nn.session.training import batch_count

__all__ = ["Run", "RunFileError", "load_run", "read_run", "save_run"]

FORMAT = 1
MOST_STEPS = 2**53
_LAYER_FIGURES = tuple(f.name for f in fields(LayerRecord))


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

    @property
    def mlp(self) -> MLP:
        """The network, to ask it something."""
        return MLP(self.network, self.parameters)

    def open_data(self, source: str | None = None) -> Dataset:
        """The data at `source`, or for None the data that the run was trained on.

        Raises:
            DataError: if it cannot be read, or for None is no longer what it was.
        """
        if source is not None:
            return load_dataset(source)
        try:
            dataset = load_dataset(self.data.source)
        except DataError as error:
            raise DataError(
                f"{str(error).rstrip('.')}; the run was trained on it: give its place with --data"
            ) from None
        if dataset.digest != self.data.digest:
            raise DataError(
                f"{dataset.name} is not what it was when the run was trained on it; give a copy with --data"
            )
        return dataset


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
        "records": len(snapshot.history.records),
        "epoch": snapshot.epoch,
        "begun_with": begun_with and begun_with.to_dict(),
        "changes": [change.to_dict() for change in snapshot.history.changes],
        "progress": asdict(snapshot.progress),
        "status": {"state": str(snapshot.status.state), "reason": snapshot.status.reason},
        "step": snapshot.step,
        "optimizer_steps": snapshot.optimizer_steps,
        "data": {"name": dataset.name, "source": dataset.source, "digest": dataset.digest},
    }
    records = snapshot.history.records
    vectors = {"parameters": snapshot.parameters.vector}
    vectors |= {f"moment_{index}": moment for index, moment in enumerate(snapshot.moments)}
    vectors |= {f"record_{name}": _column(records, name) for name in NUMBERS}
    # Runs of the first versions have neither, and nothing is made up for them.
    if all(record.predicted is not None for record in records):
        header["test_examples"] = len(dataset.test)
        vectors["record_predicted"] = np.concatenate([record.predicted for record in records])
    if all(record.layers for record in records):
        header["layer_records"] = True
        layers = [layer for record in records for layer in record.layers]
        vectors |= {f"layer_{name}": _column(layers, name) for name in _LAYER_FIGURES}
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


def load_run(path: str | os.PathLike[str], source: str | None = None) -> Session:
    """The session that a file holds, on the data it was trained on, or on that at `source` if it has moved.

    Raises:
        RunFileError: if the file is no run, is damaged, or its data is not the data given.
        DataError: if the data cannot be read.
    """
    run = read_run(path)
    dataset = run.open_data(source)
    if dataset.digest != run.data.digest:
        other = f"was trained on {run.data.name}, not on {dataset.name}"
        raise RunFileError(f"{named(path)} {other}; give the former with --data")
    session = Session(dataset, run.network, run.training, preset=run.preset)
    snapshot = session.snapshot()
    own = {f.name: getattr(run, f.name) for f in fields(Run) if f.name != "data"}
    snapshot = replace(snapshot, **own)
    batches = batch_count(snapshot.train_examples, run.epoch_training.batch_size)
    if run.progress.batch >= batches or run.progress.correct > snapshot.train_examples:
        refuse(path, ValueError(f"its epoch has {batches:,} batches, and it is past them"))
    session.restore(snapshot)
    return session


def _column(rows: Sequence[object], name: str) -> Vector:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


# ---- from a file, field by field


def _layout(header: dict[str, Any]) -> Layout:
    network = NetworkConfig.from_dict(header["network"])
    training = TrainingConfig.from_dict(header["training"])
    vector = (network.dtype, count_parameters(network.sizes, network.use_bias))
    moments = {f"moment_{index}": vector for index in range(OPTIMIZERS[training.optimizer].moments)}
    records = _count(header, "records")
    layout = {"parameters": vector, **moments, **{f"record_{name}": ("float64", records) for name in NUMBERS}}
    if "test_examples" in header:
        layout["record_predicted"] = ("uint8", records * _count(header, "test_examples"))
    if header.get("layer_records"):
        layout |= {f"layer_{name}": ("float64", records * network.layer_count) for name in _LAYER_FIGURES}
    return layout


def _to_run(header: dict[str, Any], vectors: dict[str, Vector]) -> Run:
    network = NetworkConfig.from_dict(header["network"])
    training = TrainingConfig.from_dict(header["training"])
    status, data = _table(header, "status"), _table(header, "data")
    # Moments may overflow while the parameters do not: adam divides by them.
    if not np.isfinite(vectors["parameters"]).all():
        raise ValueError("its parameters are not finite numbers")
    return Run(
        preset=_text(header, "preset"),
        network=network,
        training=training,
        epoch_training=TrainingConfig.from_dict(header["epoch_training"]),
        parameters=Parameters(network.sizes, network.use_bias, vectors["parameters"]),
        moments=tuple(vectors[f"moment_{index}"] for index in range(OPTIMIZERS[training.optimizer].moments)),
        history=_history(header, vectors, network),
        epoch=_epoch(header),
        progress=_progress(_table(header, "progress")),
        status=Status(State(_text(status, "state")), _text(status, "reason")),
        step=_count(header, "step"),
        optimizer_steps=_count(header, "optimizer_steps"),
        data=DataName(*(_text(data, name) for name in ("name", "source", "digest"))),
    )


def _history(header: dict[str, Any], vectors: dict[str, Vector], network: NetworkConfig) -> History:
    changes = tuple(map(_change, _list(header, "changes")))
    check(tuple(edit for change in changes for edit in change.edits), network)
    # Files of the first version do not tell what a run began with.
    begun_with = header.get("begun_with")
    return History(_records(vectors), changes, begun_with and TrainingConfig.from_dict(begun_with))


def _epoch(header: dict[str, Any]) -> int:
    newest = _count(header, "records") - 1
    epoch = _count(header, "epoch") if "epoch" in header else newest
    if epoch > newest:
        raise ValueError(f"its epoch {epoch} has no record")
    return epoch


def _records(vectors: dict[str, Vector]) -> tuple[EpochRecord, ...]:
    columns = {name: vectors[f"record_{name}"] for name in NUMBERS}
    epochs = len(columns["epoch"])
    if not epochs or (columns["epoch"] != np.arange(epochs)).any():
        raise ValueError("its records are not those of epochs 0, 1, 2 ...")
    for name, low, high in (("train_accuracy", 0, 1), ("test_accuracy", 0, 1), ("seconds", 0, 1e12)):
        if not ((columns[name] >= low) & (columns[name] <= high)).all():
            raise ValueError(f"there is a {name} below {low} or above {high:g} in its records")
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    answers = np.split(vectors["record_predicted"], epochs) if "record_predicted" in vectors else [None] * epochs
    if answers[0] is not None and (vectors["record_predicted"] >= NetworkConfig.output_size).any():
        raise ValueError("there is an answer in its records that is no digit")
    layers = _layer_records(vectors, epochs) if "layer_a_mean" in vectors else [()] * epochs
    return tuple(
        EpochRecord(int(epoch), *numbers).beside(predicted, of_layers)
        for (epoch, *numbers), predicted, of_layers in zip(rows, answers, layers, strict=True)
    )


def _layer_records(vectors: dict[str, Vector], epochs: int) -> list[tuple[LayerRecord, ...]]:
    figures = (vectors[f"layer_{name}"].tolist() for name in _LAYER_FIGURES)
    layers = [LayerRecord(*row) for row in zip(*figures, strict=True)]
    count = len(layers) // epochs
    return [tuple(layers[epoch * count : (epoch + 1) * count]) for epoch in range(epochs)]


def _change(row: Any) -> Change:
    values = _table(row, "values")
    allowed = {setting.name: setting for setting in TrainingConfig.settings}
    for name, value in values.items():
        if not allowed[name].accepts(value):
            raise ValueError(f"in its changes {name} is not {allowed[name].allowed}")
    edits = tuple(map(_edit, _list(row, "edits"))) if "edits" in row else ()
    return Change(_count(row, "epoch"), _count(row, "batch"), dict(values), edits)


def _edit(row: Any) -> Edit:
    value = row["value"]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("there is a change by hand in its changes without a value")
    layer, unit, source = (_count(row, name) for name in ("layer", "unit", "source"))
    return Edit(_text(row, "kind"), layer, unit, source, float(value))


def _progress(row: Mapping[str, Any]) -> Progress:
    return Progress(
        batch=_count(row, "batch"),
        share=_number(row, "share"),
        step=_count(row, "step"),
        loss=_number(row, "loss"),
        correct=_count(row, "correct"),
        seconds_a_step=_number(row, "seconds_a_step"),
        examples_a_second=_number(row, "examples_a_second"),
        seconds=_number(row, "seconds") if "seconds" in row else 0.0,  # Files of the first version have none.
    )


def _table(row: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value := row[name], dict):
        raise TypeError(f"its {name} must be a table")
    return value


def _list(row: Any, name: str) -> list[Any]:
    if not isinstance(value := row[name], list):
        raise TypeError(f"its {name} must be a list")
    return value


def _text(row: Any, name: str) -> str:
    if not isinstance(value := row[name], str) or not value.isprintable() or len(value) > 4096:
        raise TypeError(f"its {name} must be a text of one line")
    return value


def _count(row: Any, name: str) -> int:
    value = row[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_STEPS:
        raise TypeError(f"its {name} must be a whole number from 0")
    return value


def _number(row: Any, name: str) -> float:
    value = row[name]
    if not isinstance(value, int | float) or isinstance(value, bool) or not (math.isfinite(value) and value >= 0):
        raise TypeError(f"its {name} must be a number from 0")
    return float(value)
