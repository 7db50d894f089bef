"""The view of one update: a frozen copy of everything that its acts have computed so far."""

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
"""Examples of a batch that are copied: the first. Gradients are always those of the whole batch."""

LayerGradient = tuple[Array, Array | None]
"""Of a layer's weights (fan_in, fan_out) and of its biases (fan_out,), if it has any."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step:
    """The results of the last act."""

    gradient: Parameters
    """The gradient that the optimizer used: of the loss and of the penalties."""
    after: Parameters
    moments: tuple[Array, ...]
    """The optimizer's vectors after it."""
    number: int
    """Steps of the optimizer since its moments were 0, this one included."""
    losses: Array
    """(rows,): of the shown examples, after it."""
    outputs: Array
    """(rows, classes): likewise."""
    loss: float
    """Of the whole batch, after it; comparable with `UpdateView.loss`."""
    predicted: float
    """What the loss should change by, to first order: g · Δw, where g is the gradient of `loss` before the update, without
    penalty, clipping and smoothed labels. For plain sgd it is −rate · |g|²."""

    def __post_init__(self) -> None:
        """Seal the arrays."""
        for array in (*self.moments, self.losses, self.outputs):
            frozen(array)

    def __reduce__(self) -> tuple[type[Step], tuple[Any, ...]]:
        return Step, tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Failure:
    """The first number that is NaN or infinite."""

    act: int
    """The act that computed it, from 0."""
    place: tuple[int, ...]
    """Its first cell: (row, unit) among the shown rows, (from, to) of a weight, (unit,) of a bias, () of a loss."""
    count: int
    """How many numbers of that act are NaN or infinite."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UpdateView:
    """An update that is under way or done, as far as it is. Arrays are read-only, and those still to come are missing.

    Rows are the first `ROWS` examples of the batch, or of the chunk that is walked.
    """

    network: NetworkConfig
    training: TrainingConfig
    epoch: int
    """The epoch that it belongs to, from 1."""
    batch: int
    """Its number in the epoch, from 1."""
    batches: int
    size: int
    """Examples in the batch."""
    chunks: int
    """Chunks that the batch is worked through in; acts are those of one of them, and one for the rest."""
    chunk: int
    """The chunk that is walked through act by act: the first, unless a number that is not finite is in another."""
    walked: int
    """Examples in it."""
    plan: tuple[Act, ...]
    """All acts there are in it, in order."""
    positions: Labels
    """(rows,): where the shown examples are in the batch."""
    indices: Labels
    """(rows,): which training examples they are."""
    pixels: Pixels
    """(rows, d)."""
    labels: Labels
    """(rows,)."""
    all_labels: Labels
    """(size,): of the whole batch."""
    class_names: tuple[str, ...]
    """The name of each class, by its label."""
    before: Parameters
    moments: tuple[Array, ...]
    """The optimizer's vectors before it."""
    rate: float
    """The learning rate that the schedule gives it."""
    done: int = 0
    """The number of complete acts."""
    noisy: Array | None = None
    """(rows, d): x after augmentation; None without augmentation."""
    z: tuple[Array, ...] = ()
    """(rows, fan_out) of every layer so far; likewise a, whose last are the outputs."""
    a: tuple[Array, ...] = ()
    masks: tuple[Array, ...] = ()
    """(rows, fan_out): what dropout multiplies the a of every hidden layer so far with; none without dropout."""
    losses: Array | None = None
    """(rows,)."""
    loss: float = math.nan
    """Of the batch or of the chunk that is walked: the mean or the sum, as the training has it."""
    deltas: tuple[Array, ...] = ()
    """(rows, fan_out) of every layer so far, the last layer first."""
    gradients: tuple[LayerGradient, ...] = ()
    """Of every layer so far, the last layer first, without the penalty; of the batch or of the chunk that is walked."""
    whole: tuple[LayerGradient, ...] = ()
    """Of all chunks together, where there are several and they are done."""
    whole_loss: float = math.nan
    """Likewise."""
    step: Step | None = None
    failure: Failure | None = None
    """The first number that is not finite, if there is one."""
    history: bool = False
    """Whether this is a replay of an earlier update, which changes nothing."""

    def __post_init__(self) -> None:
        """Seal the arrays."""
        gradients = (array for layer in (*self.gradients, *self.whole) for array in layer)
        examples = (self.positions, self.indices, self.pixels, self.labels, self.all_labels)
        layers = (*self.z, *self.a, *self.masks, *self.deltas)
        for array in (*examples, *self.moments, self.noisy, *layers, self.losses, *gradients):
            if array is not None:
                frozen(array)

    def __reduce__(self) -> tuple[type[UpdateView], tuple[Any, ...]]:
        # Unpickle through the constructor, because pickled arrays forget that they were read-only.
        return UpdateView, tuple(getattr(self, field.name) for field in fields(self))

    @property
    def rows(self) -> int:
        """Examples shown."""
        return len(self.labels)

    @property
    def complete(self) -> bool:
        """Whether it is done, to the last act."""
        return self.done == len(self.plan)

    @property
    def key(self) -> tuple[int, int, bool]:
        """What identifies this update in its run."""
        return self.epoch, self.batch, self.history

    def below(self, layer: int) -> Array:
        """Return the input of a layer, (rows, fan_in): x, or the output of the previous layer after dropout."""
        if layer:
            a = self.a[layer - 1]
            return a * self.masks[layer - 1] if self.masks else a
        return self.x

    @property
    def x(self) -> Array:
        """(rows, d): what enters the network."""
        if self.noisy is not None:
            return self.noisy
        return scale_pixels(self.pixels, self.network)

    def delta(self, layer: int) -> Array:
        """A layer's delta, (rows, fan_out)."""
        return self.deltas[self.network.layer_count - 1 - layer]

    def gradient(self, layer: int, *, whole: bool = False) -> LayerGradient:
        """A layer's gradients, of the chunk that is walked, or of the whole batch."""
        gradients = self.whole if whole and self.chunks > 1 else self.gradients
        return gradients[self.network.layer_count - 1 - layer]

    @property
    def batch_loss(self) -> float:
        """Of the whole batch, before the update."""
        return self.loss if self.chunks == 1 else self.whole_loss


def changed(before: UpdateView | None, after: UpdateView) -> dict[str, Any]:
    """The fields of `after` that are not those of `before`: all that has to be sent where `before` is known."""
    return {
        field.name: value
        for field in fields(UpdateView)
        if (value := getattr(after, field.name)) is not getattr(before, field.name, fields)
    }


def with_changes(before: UpdateView | None, values: dict[str, Any]) -> UpdateView:
    """The view that `values` are the changes to."""
    return UpdateView(**values) if before is None else replace(before, **values)


def find_failure(view: UpdateView) -> Failure | None:
    """The first number of an update that is not finite, in the order of the acts; None if all are."""
    for number, act in enumerate(view.plan[: view.done]):
        for array in made_by(view, act):
            wrong = ~np.isfinite(array)
            if wrong.any():
                place = tuple(int(index) for index in np.argwhere(wrong)[0])
                return Failure(number, place, int(np.count_nonzero(wrong)))
    return None


def made_by(view: UpdateView, act: Act) -> tuple[Array, ...]:
    """The arrays that an act which is done has made."""
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
    """The layer of an act that has one."""
    assert act.layer is not None
    return act.layer
