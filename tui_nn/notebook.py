"""Functions for notebooks and scripts. They train a network, examine it, and list its mistakes.

`tui_nn` exports all of them. docs/python.md has an example for each of these functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.analysis.confusion import Confusion
from tui_nn.analysis.outputs import Mistake
from tui_nn.analysis.passes import mean_gradient
from tui_nn.analysis.why import Why
from tui_nn.config.configs import NetworkConfig, settings
from tui_nn.config.setting import ConfigError, FieldError
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.parameters import Array, Labels, Parameters, Pixels
from tui_nn.data.dataset import Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.presets import load_preset
from tui_nn.render.pictures import shades
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.session.sweep.grid import Axis, Grid
from tui_nn.session.sweep.ranking import Ranked, ranked
from tui_nn.session.sweep.task import give_data, train_job

Data = Dataset | str | os.PathLike[str] | None
"""A dataset, the path of a dataset, or None for the bundled digits."""


def train(
    preset: str = "quick-start",
    data: Data = None,
    *,
    callback: Callable[[Snapshot], object] | None = None,
    **values: Any,
) -> Session:
    """Train a network to the end of its planned epochs, and return its session.

    Args:
        preset: the preset to start from.
        data: a dataset or the path of one; None for the bundled digits.
        callback: a function that is called with a snapshot after every epoch. If it returns True, the training ends.
        **values: settings that differ from the preset, such as epochs=5 or hidden_sizes=(64, 32).

    Raises:
        PresetError: if there is no such preset.
        ConfigError: if there is no such setting, or a value is not allowed.
        DataError: if the data cannot be used.
    """
    session = untrained(preset, data, **values)
    for snapshot in session.run(session.training.epochs):
        if (callback is not None and callback(snapshot) is True) or session.stalled(0):
            break
    if session.status.state is not State.DIVERGED:
        for _ in session.keep_best():
            pass
    return session


def untrained(preset: str, data: Data, **values: Any) -> Session:
    """Return the session of an untrained network. The arguments are those of `train`.

    Raises:
        PresetError, ConfigError, DataError: for the same reasons as `train`.
    """
    chosen = load_preset(preset)
    _check_names(values)
    names = {setting.name for setting in NetworkConfig.settings}
    network = replace(chosen.network, **{name: value for name, value in values.items() if name in names})
    training = replace(chosen.training, **{name: value for name, value in values.items() if name not in names})
    return Session(_dataset(data), network, training, preset=preset)


def activations(session: Session, pictures: Pixels) -> list[Array]:
    """Return the activations of every layer for pictures, uint8 (n, d), as arrays (n, units). The last array has the
    outputs.
    """
    mlp = session.snapshot().mlp
    with np.errstate(all="ignore"):
        return mlp.layers(scale_pixels(pictures, mlp.config))[1]


def gradients(session: Session, pictures: Pixels, labels: Labels) -> Parameters:
    """Return the gradient of the mean loss for pictures (n, d) with labels (n,), without penalties.

    The result has `weights` and `biases`, one array for each layer, in the shapes of the parameters.

    Raises:
        ValueError: if there are too many examples.
    """
    return mean_gradient(session.snapshot().mlp, pictures, labels)[1]


def mistakes(session: Session, true: str | None = None, predicted: str | None = None) -> list[Mistake]:
    """Return the test examples that the network misclassifies, the largest loss first.

    If `true` (or `predicted`) is the name of a class, only examples with this true (or predicted) class are returned.

    Raises:
        ValueError: if there is no class of this name.
    """
    test = session.dataset.test
    selection = Selection(_class_number(true, test.class_names), _class_number(predicted, test.class_names))
    found = find_mistakes(session.snapshot().evaluation, test.labels, selection)
    return [] if found.right else [found[position] for position in range(len(found))]


def why(session: Session, index: int) -> Why:
    """Return the reasons for the prediction of test example number `index`.

    Raises:
        IndexError: if there is no such example.
    """
    snapshot, test = session.snapshot(), session.dataset.test
    evaluation = snapshot.evaluation
    if not 0 <= index < len(test):
        raise IndexError(f"there is no test example {index}: the examples are 0 to {len(test) - 1}")
    outputs, true, predicted = evaluation.outputs[index], int(test.labels[index]), int(evaluation.predicted[index])
    others = float(np.partition(outputs, -2)[-2])
    shown = Mistake(
        index, true, predicted, float(outputs[true]), float(outputs[predicted]), others, float(evaluation.losses[index])
    )
    return Why.of(snapshot.mlp, test.images[index], shown, outputs, test.class_names)


def confusion(session: Session) -> ConfusionTable:
    """Return the confusion matrix of the network on the test data, with the names of the classes."""
    test = session.dataset.test
    found = Confusion.of_evaluation(session.snapshot().evaluation, test.labels)
    return ConfusionTable(found.matrix, test.class_names)


def draw(picture: Pixels) -> str:
    """Return a picture, uint8 (d,), as text: lines of characters that are darker where there is more ink."""
    return "\n".join(row.rstrip() for row in shades(picture))


def sweep(
    axes: Mapping[str, Sequence[Any]], preset: str = "quick-start", data: Data = None, *, seeds: int = 1, **values: Any
) -> list[Ranked]:
    """Train every combination of some values. Return the combinations, with the best one first.

    Args:
        axes: the settings to try, each with its values: {"learning_rate": (0.1, 0.3)}.
        preset: the preset to start from.
        data: a dataset or the path of one; None for the bundled digits.
        seeds: the number of runs of each combination, with different seeds.
        **values: settings that all runs share and that differ from the preset.

    Raises:
        PresetError, ConfigError, DataError: as in `train`.
    """
    chosen, dataset = load_preset(preset), _dataset(data)
    _check_names({**axes, **values})
    names = {setting.name for setting in NetworkConfig.settings}
    network = replace(chosen.network, **{name: value for name, value in values.items() if name in names})
    training = replace(chosen.training, **{name: value for name, value in values.items() if name not in names})
    table = {setting.name: setting for setting in settings()}
    grid = Grid(network, training, tuple(Axis(table[name], tuple(tried)) for name, tried in axes.items()), seeds)
    combinations = grid.combinations(dataset)
    give_data(dataset)
    jobs = [job for combination in combinations for job in combination.jobs]
    return ranked(combinations, {job.key: train_job(job) for job in jobs})


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionTable:
    """A confusion matrix with the names of its classes. A notebook shows it as a table."""

    matrix: NDArray[np.int64]
    """The number of examples for each true class (row) and predicted class (column), shape (k, k)."""
    class_names: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        """The share of all examples that are classified correctly, from 0 to 1."""
        return float(self.matrix.trace() / self.matrix.sum())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the matrix as an array. NumPy calls this method."""
        return np.array(self.matrix, dtype=dtype)

    def __repr__(self) -> str:
        """Return the counts as a table of text: a row for each true class, a column for each predicted class."""
        cells = [["", *self.class_names]]
        cells += [[name, *map(str, row)] for name, row in zip(self.class_names, self.matrix.tolist(), strict=True)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(" ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)

    def _repr_html_(self) -> str:
        """Return the counts as a table for a notebook. The right predictions are bold."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.class_names)
        rows = []
        for number, (name, row) in enumerate(zip(self.class_names, self.matrix.tolist(), strict=True)):
            cells = (f"<b>{count}</b>" if column == number else str(count) for column, count in enumerate(row))
            rows.append(f"<tr><th>{escape(name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        return f"<table><tr><th>true / predicted</th>{head}</tr>{''.join(rows)}</table>"


def _dataset(data: Data) -> Dataset:
    return data if isinstance(data, Dataset) else load_dataset(data)


def _check_names(values: Mapping[str, Any]) -> None:
    """Raise ConfigError if one of the names is not the name of a setting."""
    known = [setting.name for setting in settings()]
    wrong = [name for name in values if name not in known]
    if wrong:
        raise ConfigError(FieldError(name, values[name], f"one of the settings {', '.join(known)}") for name in wrong)


def _class_number(name: str | None, names: Sequence[str]) -> int | None:
    if name is None:
        return None
    if name not in names:
        raise ValueError(f"there is no class {name!r}; the classes are {', '.join(names)}")
    return names.index(name)
