"""Epoch records as columns (one vector for each figure), and changes as plain values: the form of a history in a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from tui_nn.core.choices.edits import Edit
from tui_nn.session.file.archive import Layout, Vector
from tui_nn.session.run.history import NUMBERS, VALIDATION_NUMBERS, Change, EpochRecord, LayerRecord

_LAYER_FIGURES = tuple(f.name for f in fields(LayerRecord))


def write_records(records: Sequence[EpochRecord], prefix: str = "") -> tuple[dict[str, Any], dict[str, Vector]]:
    """Return the header fields that describe these records, and their columns.

    The name of each column begins with `prefix`.
    """
    header: dict[str, Any] = {"records": len(records)}
    vectors = {f"{prefix}record_{name}": _column(records, name) for name in NUMBERS}
    # Records that were read from an old file may lack predictions or layer figures. Then the columns of these values
    # are left out.
    if records and all(record.predicted is not None for record in records):
        predicted = np.concatenate([record.predicted for record in records])
        header["test_examples"] = len(predicted) // len(records)
        vectors[f"{prefix}record_predicted"] = predicted
    if records and all(record.layers for record in records):
        header["layer_records"] = True
        layers = [layer for record in records for layer in record.layers]
        vectors |= {f"{prefix}layer_{name}": _column(layers, name) for name in _LAYER_FIGURES}
    if records and all(record.has_validation for record in records):
        header["validation"] = True
        vectors |= {f"{prefix}record_{name}": _column(records, name) for name in VALIDATION_NUMBERS}
    losses = [record.batch_losses for record in records if record.batch_losses is not None]
    if losses:
        header["batch_losses"] = sum(map(len, losses))
        counts = [0 if record.batch_losses is None else len(record.batch_losses) for record in records]
        vectors[f"{prefix}batch_loss_counts"] = np.array(counts, dtype=np.float64)
        vectors[f"{prefix}batch_losses"] = np.concatenate(losses, dtype=np.float32)
    return header, vectors


def records_layout(header: Mapping[str, Any], layer_count: int, prefix: str = "") -> Layout:
    """Return the dtype and the length of each column of records that the header describes."""
    records = header["records"]
    layout = {f"{prefix}record_{name}": ("float64", records) for name in NUMBERS}
    if header["test_examples"]:
        layout[f"{prefix}record_predicted"] = ("uint8", records * header["test_examples"])
    if header["layer_records"]:
        layout |= {f"{prefix}layer_{name}": ("float64", records * layer_count) for name in _LAYER_FIGURES}
    if header["validation"]:
        layout |= {f"{prefix}record_{name}": ("float64", records) for name in VALIDATION_NUMBERS}
    if header["batch_losses"]:
        layout[f"{prefix}batch_loss_counts"] = ("float64", records)
        layout[f"{prefix}batch_losses"] = ("float32", header["batch_losses"])
    return layout


def read_records(
    vectors: Mapping[str, Vector], classes: int, first: int = 0, prefix: str = ""
) -> tuple[EpochRecord, ...]:
    """Return the epoch records in these columns. The first of them must have the epoch number `first`.

    Raises:
        ValueError: if a column contains an impossible value, or the first record has another number.
    """
    columns = {name: vectors[f"{prefix}record_{name}"] for name in NUMBERS}
    epochs = len(columns["epoch"])
    if not epochs:
        return ()
    if (columns["epoch"] != np.arange(first, first + epochs)).any():
        raise ValueError(f"the records must have the epoch numbers {first}, {first + 1}, {first + 2} ...")
    if f"{prefix}record_validation_loss" in vectors:
        columns |= {name: vectors[f"{prefix}record_{name}"] for name in VALIDATION_NUMBERS}
    for name, low, high in (
        ("train_accuracy", 0, 1), ("test_accuracy", 0, 1), ("validation_accuracy", 0, 1), ("seconds", 0, 1e12)
    ):  # fmt: skip
        if name in columns and not ((columns[name] >= low) & (columns[name] <= high)).all():
            raise ValueError(f"the records contain a {name} below {low} or above {high:g}")
    predicted = vectors.get(f"{prefix}record_predicted")
    if predicted is not None and (predicted >= classes).any():
        raise ValueError(f"record_predicted has a value above {classes - 1}, the last class")
    answers: Sequence[Vector | None] = [None] * epochs if predicted is None else np.split(predicted, epochs)
    layers = _layer_records(vectors, epochs, prefix) if f"{prefix}layer_a_mean" in vectors else [()] * epochs
    losses = _batch_losses(vectors, epochs, prefix)
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    rows = zip(values, answers, layers, losses, strict=True)
    return tuple(
        replace(_record(dict(zip(columns, row, strict=True))), predicted=predicted, layers=of_layers, batch_losses=of_batches)
        for row, predicted, of_layers, of_batches in rows
    )  # fmt: skip


def _record(numbers: dict[str, Any]) -> EpochRecord:
    return EpochRecord(**numbers | {"epoch": int(numbers["epoch"])})


def _layer_records(vectors: Mapping[str, Vector], epochs: int, prefix: str) -> list[tuple[LayerRecord, ...]]:
    figures = (vectors[f"{prefix}layer_{name}"].tolist() for name in _LAYER_FIGURES)
    layers = [LayerRecord(*row) for row in zip(*figures, strict=True)]
    count = len(layers) // epochs
    return [tuple(layers[epoch * count : (epoch + 1) * count]) for epoch in range(epochs)]


def _batch_losses(vectors: Mapping[str, Vector], epochs: int, prefix: str) -> list[Vector | None]:
    counts = vectors.get(f"{prefix}batch_loss_counts")
    if counts is None:
        return [None] * epochs
    losses = vectors[f"{prefix}batch_losses"]
    if not ((counts >= 0) & (counts == np.floor(counts))).all() or counts.sum() != len(losses):
        raise ValueError("batch_loss_counts must be whole numbers, and their sum must be the number of batch_losses")
    parts = np.split(losses, np.cumsum(counts)[:-1].astype(int))
    return [part if len(part) else None for part in parts]


def _column(rows: Sequence[object], name: str) -> Vector:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def read_changes(rows: Sequence[dict[str, Any]]) -> tuple[Change, ...]:
    """Return the changes of a history, made from tables of a header that was checked before."""
    return tuple(
        Change(row["epoch"], row["batch"], row["values"], tuple(_edit(edit) for edit in row["edits"])) for row in rows
    )


def _edit(row: dict[str, Any]) -> Edit:
    if math.isnan(row["value"]):
        raise ValueError("the changes contain an edit whose value is NaN")
    return Edit(row["kind"], row["layer"], row["unit"], row["source"], row["value"])
