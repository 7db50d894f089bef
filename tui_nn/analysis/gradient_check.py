"""The mathematics, checked: the gradient that backprop gives beside the one that the loss itself shows.

Move one parameter a little up and a little down, and look how the loss moves: that is what a gradient is. It takes four
passes a parameter where backprop takes two for all of them, which is why nobody trains so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

import numpy as np

from tui_nn.analysis.passes import MOST_EXAMPLES
from tui_nn.config.configs import TrainingConfig
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import add_penalties, penalties
from tui_nn.core.parameters import Array, Labels, Parameters, Pixels
from tui_nn.core.watch.acts import Phase

_PLAIN = TrainingConfig()

STEP = 1e-3
"""How far a parameter is moved. Shorter steps leave fewer digits of the difference, longer ones see the loss curve."""

SMALL = 1e-5
"""Smaller gradients are compared as if they were as large: a difference of losses near 1 has no digits for them."""


@dataclass(frozen=True, slots=True)
class GradientRow:
    """One parameter's gradient, found in two ways."""

    layer: int
    index: tuple[int, ...]
    """(from, to) of a weight, (unit,) of a bias."""
    backprop: float
    numerical: float

    @property
    def relative_error(self) -> float:
        """How far they are apart, as a share of the larger: below 1e-6 they agree, above 1e-3 one is wrong."""
        return abs(self.backprop - self.numerical) / max(abs(self.backprop), abs(self.numerical), SMALL)


def check_gradient(
    mlp: MLP,
    images: Pixels,
    labels: Labels,
    count: int,
    random: np.random.Generator,
    *,
    training: TrainingConfig = _PLAIN,
    identity: BatchIdentity | None = None,
) -> tuple[GradientRow, ...]:
    """Check `count` parameters drawn at random, as many of every W and b, or all if there are no more; the worst first.

    Weights whose input is 0 for every example, which have a gradient of 0 whatever backprop does, are drawn last.

    `images` uint8 (n, 784), `labels` (n,), 1 <= n <= MOST_EXAMPLES. The network is not changed, and is checked in float64
    whatever its own dtype; with the penalties and the smoothing of `training`, and at a place with its dropout and noise,
    which are the same in every pass. A parameter at a corner of relu, where the loss has no one slope, is passed over: there may
    be fewer rows than asked for.

    Raises:
        ValueError: for no examples, or too many.
        Diverged: if the loss is not finite.
    """
    if not 1 <= len(images) <= MOST_EXAMPLES:
        raise ValueError(f"a gradient is checked on 1 to {MOST_EXAMPLES} examples, not {len(images)}")
    probe = _Probe(mlp, images, labels, training, identity)
    rows = (probe.row(place) for place in probe.places(random))
    found = [row for row, _ in zip((row for row in rows if row is not None), range(count), strict=False)]
    return tuple(sorted(found, key=lambda row: -row.relative_error))


class _Probe:
    """A float64 copy of a network, whose parameters can be moved one at a time."""

    def __init__(
        self, mlp: MLP, images: Pixels, labels: Labels, training: TrainingConfig, identity: BatchIdentity | None
    ) -> None:
        config = replace(mlp.config, dtype="float64")
        self.vector = mlp.parameters.vector.astype(np.float64)
        self._mlp = MLP(config, Parameters(config.sizes, config.use_bias, self.vector))
        self._step = TrainingStep(self._mlp)
        self._batch = (images, labels, np.arange(len(images)), training, identity)
        self._training = training
        self._share = 1.0 if training.reduction == "sum" else 1 / len(images)
        with np.errstate(all="ignore"):
            for _ in self._step.batch_acts(*self._batch, rows=len(images)):
                pass
        gradient = self._step.gradient.total
        add_penalties(gradient, self._mlp.parameters, training, Parameters.zeros(config))
        self._gradient = gradient.vector.copy()
        batch = self._step.buffers(len(images)).batch
        self._silent = [np.count_nonzero(layer_input, axis=0) == 0 for layer_input in (batch.x, *batch.a[:-1])]

    def places(self, random: np.random.Generator) -> Iterator[int]:
        """All places of the vector: one of each W and b in turn."""
        groups: list[list[int]] = []
        layers = zip(self._mlp.parameters.weights, self._mlp.parameters.biases, self._silent, strict=True)
        start = 0
        for weight, bias, silent in layers:
            drawn = random.permutation(weight.size)
            drawn = drawn[np.argsort(silent[drawn // weight.shape[1]], kind="stable")]
            groups.append((start + drawn).tolist())
            start += weight.size
            if bias is not None:
                groups.append((start + random.permutation(bias.size)).tolist())
                start += bias.size
        return (place for place in chain.from_iterable(zip_longest(*groups)) if place is not None)

    def row(self, place: int) -> GradientRow | None:
        """The row of the parameter at this place of the vector; None at a corner."""
        wide, near = self._slope(place, STEP), self._slope(place, STEP / 2)
        if wide is None or near is None:
            return None
        layer, index = self._name(place)
        # The error of a central difference is a quarter at half the step, so that these weights cancel it (Richardson).
        numerical = (4 * near - wide) / 3
        if len(index) == 2:
            # The penalties' part needs no passes: the central difference of l2/2 · w² is l2 · w exactly, and that of
            # l1 · |w| is ± l1.
            weight, (l1, l2) = float(self.vector[place]), penalties(self._training)
            numerical += l2 * weight + l1 * float(np.sign(weight))
        return GradientRow(layer, index, float(self._gradient[place]), numerical)

    def _slope(self, place: int, step: float) -> float | None:
        """The central difference of the loss, without the penalty; None across a corner."""
        value = float(self.vector[place])
        losses_up, sides_up = self._look(place, value + step)
        losses_down, sides_down = self._look(place, value - step)
        if self._mlp.activation.kinks and not np.array_equal(sides_up, sides_down):
            return None
        # Example by example, then summed: of two large sums fewer digits would be left.
        return self._share * float((losses_up - losses_down).sum()) / (2 * step)

    def _look(self, place: int, value: float) -> tuple[Array, Array]:
        """The loss of each example if one parameter had this value, and on which side of 0 every hidden z is."""
        before, self.vector[place] = self.vector[place], value
        with np.errstate(all="ignore"):
            for act in self._step.batch_acts(*self._batch, rows=len(self._batch[1])):
                if act.phase is Phase.LOSS:
                    break
        self.vector[place] = before
        labels = self._batch[1]
        batch = self._step.buffers(len(labels)).batch
        losses = self._mlp.loss.values(batch.z[-1], batch.a[-1], batch.smoothed, batch.scratch[-1]).copy()
        sides = [z > kink for z in batch.z[:-1] for kink in self._mlp.activation.kinks]
        return losses, np.concatenate(sides, axis=1) if sides else np.empty((len(labels), 0), dtype=bool)

    def _name(self, place: int) -> tuple[int, tuple[int, ...]]:
        layers = zip(self._mlp.parameters.weights, self._mlp.parameters.biases, strict=True)
        for layer, (weight, bias) in enumerate(layers):
            for array in (weight,) if bias is None else (weight, bias):
                if place < array.size:
                    return layer, tuple(int(part) for part in np.unravel_index(place, array.shape))
                place -= array.size
        raise IndexError(place)
