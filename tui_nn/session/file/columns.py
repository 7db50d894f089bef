"""Records as columns, and changes as plain values: how a history lies in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import Edit
from tui_nn.session.file.archive import Layout, Vector
from tui_nn.session.file.fields import count_of, list_of, table_of, text_of
from tui_nn.session.run.history import NUMBERS, Change, EpochRecord, LayerRecord

_LAYER_FIGURES = tuple(f.name for f in fields(LayerRecord))


def write_records(records: Sequence[EpochRecord], prefix: str = "") -> tuple[dict[str, Any], dict[str, Vector]]:
    """What a header says of these records, and the vectors they are; names begin with `prefix`."""
    header: dict[str, Any] = {"records": len(records)}
    vectors = {f"{prefix}record_{name}": _column(records, name) for name in NUMBERS}
    # Runs of the first versions have neither, and nothing is made up for them.
    if records and all(record.predicted is not None for record in records):
        answers = np.concatenate([record.predicted for record in records])
        header["test_examples"] = len(answers) // len(records)
        vectors[f"{prefix}record_predicted"] = answers
    if records and all(record.layers for record in records):
        header["layer_records"] = True
        layers = [layer for record in records for layer in record.layers]
        vectors |= {f"{prefix}layer_{name}": _column(layers, name) for name in _LAYER_FIGURES}
    return header, vectors


def records_layout(header: dict[str, Any], layer_count: int, prefix: str = "") -> Layout:
    """The vectors that a header speaks of."""
    records = count_of(header, "records")
    layout = {f"{prefix}record_{name}": ("float64", records) for name in NUMBERS}
    if "test_examples" in header:
        layout[f"{prefix}record_predicted"] = ("uint8", records * count_of(header, "test_examples"))
    if header.get("layer_records"):
        layout |= {f"{prefix}layer_{name}": ("float64", records * layer_count) for name in _LAYER_FIGURES}
    return layout


def read_records(vectors: dict[str, Vector], first: int = 0, prefix: str = "") -> tuple[EpochRecord, ...]:
    """The records, of which the first must be that of epoch `first`.

    Raises:
        ValueError: if there is something in them that cannot be.
    """
    columns = {name: vectors[f"{prefix}record_{name}"] for name in NUMBERS}
    epochs = len(columns["epoch"])
    if (columns["epoch"] != np.arange(first, first + epochs)).any():
        raise ValueError(f"its records are not those of epochs {first}, {first + 1}, {first + 2} ...")
    for name, low, high in (("train_accuracy", 0, 1), ("test_accuracy", 0, 1), ("seconds", 0, 1e12)):
        if not ((columns[name] >= low) & (columns[name] <= high)).all():
            raise ValueError(f"there is a {name} below {low} or above {high:g} in its records")
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    predicted = vectors.get(f"{prefix}record_predicted")
    answers = np.split(predicted, epochs) if predicted is not None else [None] * epochs
    if predicted is not None and (predicted >= NetworkConfig().output_size).any():
        raise ValueError("there is an answer in its records that is no digit")
    layers = _layer_records(vectors, epochs, prefix) if f"{prefix}layer_a_mean" in vectors else [()] * epochs
    return tuple(
        replace(EpochRecord(int(epoch), *numbers), predicted=predicted, layers=of_layers)
        for (epoch, *numbers), predicted, of_layers in zip(rows, answers, layers, strict=True)
    )


def _layer_records(vectors: dict[str, Vector], epochs: int, prefix: str) -> list[tuple[LayerRecord, ...]]:
    figures = (vectors[f"{prefix}layer_{name}"].tolist() for name in _LAYER_FIGURES)
    layers = [LayerRecord(*row) for row in zip(*figures, strict=True)]
    count = len(layers) // epochs
    return [tuple(layers[epoch * count : (epoch + 1) * count]) for epoch in range(epochs)]


def _column(rows: Sequence[object], name: str) -> Vector:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def read_change(row: Any) -> Change:
    """A change of the history, as `Change.to_dict` writes it.

    Raises:
        KeyError, TypeError, ValueError: if it is none.
    """
    values = table_of(row, "values")
    allowed = {setting.name: setting for setting in TrainingConfig.settings}
    for name, value in values.items():
        if not allowed[name].accepts(value):
            raise ValueError(f"in its changes {name} is not {allowed[name].allowed}")
    edits = tuple(map(_edit, list_of(row, "edits"))) if "edits" in row else ()
    return Change(count_of(row, "epoch"), count_of(row, "batch"), dict(values), edits)


def _edit(row: Any) -> Edit:
    value = row["value"]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("there is a change by hand in its changes without a value")
    layer, unit, source = (count_of(row, name) for name in ("layer", "unit", "source"))
    return Edit(text_of(row, "kind"), layer, unit, source, float(value))
