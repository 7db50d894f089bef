"""The view of one update: a frozen copy of all results that its visible steps (acts) have computed so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.parameters import Array, Labels, Parameters, Pixels, frozen
from tui_nn.core.watch.acts import Act, Made

ROWS = 128
"""The view of an update shows at most this number of examples, the first of a chunk (part of the batch). Its gradients
are computed from the whole chunk.
"""

LayerGradient = tuple[Array, Array | None]
"""The gradient of one layer: shape (fan_in, fan_out) for the weights, and shape (fan_out,) for the biases or None
without biases."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step:
    """The results of the last step of an update, in which the optimizer changes the parameters."""

    gradient: Parameters
    """The gradient that the optimizer used: the gradient of the loss plus the gradient of the penalties."""
    after: Parameters
    """The parameters after the step of the optimizer."""
    moments: tuple[Array, ...]
    """The moments of the optimizer after the step."""
    number: int
    """The number of this step. The first step has the number 1; before it, all moments are 0."""
    losses: Array
    """The loss of each shown example after the step, shape (rows,)."""
    outputs: Array
    """The outputs for the shown examples after the step, shape (rows, classes)."""
    loss: float
    """The loss of the whole batch after the step. `UpdateView.batch_loss` is the loss before it."""
    predicted: float
    """The change of the loss that its gradient g predicts for the weight changes Δw, to first order: g · Δw. The
    gradient is that of `UpdateView.batch_loss`, without penalty, clipping and smoothed labels. For plain sgd the
    prediction is −rate · |g|².
    """

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (*self.moments, self.losses, self.outputs):
            frozen(array)

    def __reduce__(self) -> tuple[type[Step], tuple[Any, ...]]:
        return Step, tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Failure:
    """The first number that is NaN or infinite."""

    act: int
    """The number, from 0, of the step (act) of the update that computed this value."""
    place: tuple[int, ...]
    """The index of this number in its array: (row, unit) among the shown examples, (from, to) for a weight, (unit,) for
    a bias, () for a loss.
    """
    count: int
    """The number of NaN and infinite values that this step of the update computed."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UpdateView:
    """The results of one update, complete or unfinished.

    All arrays are read-only. Arrays that are not computed yet are missing. For a large batch, the visible steps (acts)
    of one of its chunks are shown. The last act of the backward pass then adds up the gradients of all chunks. `rows`
    counts the shown examples: the first `ROWS` of this chunk.
    """

    network: NetworkConfig
    training: TrainingConfig
    epoch: int
    """The number of the epoch, from 1."""
    batch: int
    """The number of the batch in its epoch, from 1."""
    batches: int
    """The number of batches in the epoch."""
    size: int
    """The number of examples in the batch."""
    chunks: int
    """The number of chunks (equal parts) that the batch is split into."""
    chunk: int
    """The chunk (part of the batch) that is shown. It is the first chunk, or the chunk with the first number that is
    not finite.
    """
    walked: int
    """The number of examples in the shown chunk."""
    plan: tuple[Act, ...]
    """All visible steps (acts) of the update, in order."""
    positions: Labels
    """The position of each shown example in the batch, shape (rows,)."""
    indices: Labels
    """The index of each shown example in the training data, shape (rows,)."""
    pixels: Pixels
    """The pictures of the shown examples, as they are stored, shape (rows, d)."""
    labels: Labels
    """The labels of the shown examples, shape (rows,)."""
    all_labels: Labels
    """The labels of the whole batch, shape (size,)."""
    class_names: tuple[str, ...]
    """The names of the classes; the index of a name is the label."""
    before: Parameters
    """The parameters before the update."""
    moments: tuple[Array, ...]
    """The moments of the optimizer before the update."""
    rate: float
    """The learning rate of this update, to which the schedule has been applied."""
    done: int = 0
    """The number of complete visible steps (acts)."""
    noisy: Array | None = None
    """The inputs x after augmentation, shape (rows, d); None without augmentation."""
    z: tuple[Array, ...] = ()
    """z (before the activation) of each layer computed so far. Each array is (rows, fan_out)."""
    a: tuple[Array, ...] = ()
    """The activations of each layer computed so far. Each array is (rows, fan_out). The last are the outputs."""
    masks: tuple[Array, ...] = ()
    """The dropout mask of each hidden layer computed so far. Each array is (rows, fan_out). Empty without dropout."""
    losses: Array | None = None
    """The loss of each shown example, shape (rows,)."""
    loss: float = math.nan
    """The loss of the shown chunk: the mean or the sum over its examples, as the setting `reduction` says."""
    deltas: tuple[Array, ...] = ()
    """The δ arrays computed so far, each (rows, fan_out), the last layer first."""
    gradients: tuple[LayerGradient, ...] = ()
    """The gradients of the shown chunk computed so far, one for each layer, the last layer first. They contain no penalties."""
    whole: tuple[LayerGradient, ...] = ()
    """The gradient of the whole batch, the last layer first; empty for a single chunk, and until all chunks are done."""
    whole_loss: float = math.nan
    """The loss of the whole batch if it has several chunks and all are done, else NaN."""
    step: Step | None = None
    """The results of the optimizer's step, which ends the update; None until this step is done."""
    failure: Failure | None = None
    """The first number that is NaN or infinite; None if all are finite."""
    history: bool = False
    """True if an earlier update is computed again for this view. The parameters of the run do not change."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        gradients = (array for layer in (*self.gradients, *self.whole) for array in layer)
        examples = (self.positions, self.indices, self.pixels, self.labels, self.all_labels)
        layers = (*self.z, *self.a, *self.masks, *self.deltas)
        for array in (*examples, *self.moments, self.noisy, *layers, self.losses, *gradients):
            if array is not None:
                frozen(array)

    def __reduce__(self) -> tuple[type[UpdateView], tuple[Any, ...]]:
        # Pickled arrays lose their read-only flag. So unpickling calls the constructor, which sets it again.
        return UpdateView, tuple(getattr(self, field.name) for field in fields(self))

    @property
    def rows(self) -> int:
        """The number of shown examples."""
        return len(self.labels)

    @property
    def complete(self) -> bool:
        """True if all steps of the update are done."""
        return self.done == len(self.plan)

    @property
    def key(self) -> tuple[int, int, bool]:
        """The tuple (epoch, batch, history), which identifies the update in its run."""
        return self.epoch, self.batch, self.history

    def layer_input(self, layer: int) -> Array:
        """Return the input of a layer, shape (rows, fan_in): x, or the output of the previous layer after dropout."""
        if layer:
            a = self.a[layer - 1]
            return a * self.masks[layer - 1] if self.masks else a
        return self.x

    @property
    def x(self) -> Array:
        """The input of the network, shape (rows, d)."""
        if self.noisy is not None:
            return self.noisy
        return scale_pixels(self.pixels, self.network)

    def delta(self, layer: int) -> Array:
        """Return δ of a layer, shape (rows, fan_out)."""
        return self.deltas[self.network.layer_count - 1 - layer]

    def gradient(self, layer: int, *, whole: bool = False) -> LayerGradient:
        """Return the gradient of a layer for the shown chunk (part of the batch), or for the whole batch if `whole` is True."""
        gradients = self.whole if whole and self.chunks > 1 else self.gradients
        return gradients[self.network.layer_count - 1 - layer]

    @property
    def batch_loss(self) -> float:
        """The loss of the whole batch before the update."""
        return self.loss if self.chunks == 1 else self.whole_loss


def changed(before: UpdateView | None, after: UpdateView) -> dict[str, Any]:
    """Return the fields of `after` that differ from `before`. Only these fields then need to be sent to another process."""
    return {
        field.name: value
        for field in fields(UpdateView)
        if (value := getattr(after, field.name)) is not getattr(before, field.name, fields)
    }


def with_changes(before: UpdateView | None, values: dict[str, Any]) -> UpdateView:
    """Return the newer view, rebuilt from the older view `before` and the changed fields that `changed` returned."""
    return UpdateView(**values) if before is None else replace(before, **values)


def find_failure(view: UpdateView) -> Failure | None:
    """Return the first number that is NaN or infinite, in the order of the steps; None if all are finite."""
    for number, act in enumerate(view.plan[: view.done]):
        for array in made_by(view, act):
            wrong = ~np.isfinite(array)
            if wrong.any():
                place = tuple(int(index) for index in np.argwhere(wrong)[0])
                return Failure(number, place, int(np.count_nonzero(wrong)))
    return None


def made_by(view: UpdateView, act: Act) -> tuple[Array, ...]:
    """Return the arrays that a complete step (act) of the update has computed."""
    match act.made:
        case Made.X:
            return ()
        case Made.Z:
            return (view.z[layer_of(act)],)
        case Made.A | Made.OUTPUT:
            return (view.a[layer_of(act)],)
        case Made.LOSS:
            return () if view.losses is None else (view.losses, np.array(view.loss))
        case Made.DELTA:
            return (view.delta(layer_of(act)),)
        case Made.GRADIENT:
            layers = view.whole if act.layer is None else (view.gradient(act.layer),)
            return tuple(array for layer in layers for array in layer if array is not None)
        case _:
            if view.step is None:
                return ()
            pairs = zip(view.step.after.weights, view.step.after.biases, strict=True)
            return tuple(array for pair in pairs for array in pair if array is not None)


def layer_of(act: Act) -> int:
    """Return the number of the layer that a step (act) of the update belongs to."""
    assert act.layer is not None
    return act.layer
