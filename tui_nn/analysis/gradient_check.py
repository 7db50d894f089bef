"""The gradient check: a comparison of the gradient from backpropagation with finite differences of the loss.

A gradient says how much the loss changes if one parameter changes a little. The check makes a parameter a little larger
and a little smaller, and computes the loss each time. So it needs four passes for each parameter, while backprop needs
two passes for all parameters together.
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
"""The amount by which the check changes a parameter. With a smaller amount, rounding would leave fewer exact digits.
With a larger one, the curvature of the loss would make the difference wrong.
"""

SMALL = 1e-5
"""The smallest divisor of a relative error. Gradients below it cannot be checked, because rounding makes the difference of two
losses too inexact.
"""


@dataclass(frozen=True, slots=True)
class GradientRow:
    """The gradient of one parameter, computed by backpropagation and by finite differences of the loss."""

    layer: int
    """The number of the layer that the parameter belongs to, from 0."""
    index: tuple[int, ...]
    """The index of the parameter in its layer: (from, to) for a weight, (unit,) for a bias."""
    backprop: float
    """The gradient that backpropagation computed."""
    numerical: float
    """The gradient that was computed by finite differences of the loss."""

    @property
    def relative_error(self) -> float:
        """The difference of the two gradients, divided by the larger one.

        Below 1e-6 both gradients agree; above 1e-3 one of them is wrong.
        """
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
    """Compute the gradients of `count` random parameters by backpropagation and by finite differences of the loss.

    The check draws equally many parameters from each W and each b. The row with the largest error comes first. Weights
    whose input is 0 for every example are drawn last: their gradient is 0 even if backprop has an error, so they test
    little.

    `images` are (n, d) and `labels` (n,), 1 <= n <= MOST_EXAMPLES. The check uses a float64 copy of the network, and
    the penalties and the label smoothing of `training`. If a batch `identity` is given, every pass uses its dropout and
    augmentation. If a step crosses a kink (e.g. of relu), the loss has no single slope there, and the result has no row
    for the parameter.

    Raises:
        ValueError: if there are no examples, or more than MOST_EXAMPLES.
        Diverged: if the loss is not finite.
    """
    if not 1 <= len(images) <= MOST_EXAMPLES:
        raise ValueError(f"a gradient check needs 1 to {MOST_EXAMPLES} examples, not {len(images)}")
    probe = _Probe(mlp, images, labels, training, identity)
    rows = (probe.row(place) for place in probe.places(random))
    found = [row for row, _ in zip((row for row in rows if row is not None), range(count), strict=False)]
    return tuple(sorted(found, key=lambda row: -row.relative_error))


class _Probe:
    """A float64 copy of a network, in which the gradient check changes one parameter at a time."""

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
        """Yield all indices into the vector of parameters in random order: one index of each W and each b in turn."""
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
        """Return both gradients of the parameter at index `place`; None if the step moves the z of a unit across a kink."""
        wide, near = self._slope(place, STEP), self._slope(place, STEP / 2)
        if wide is None or near is None:
            return None
        layer, index = self._name(place)
        # With half the step, the central difference has a quarter of the error. So this combination of both differences cancels
        # most of the error (Richardson extrapolation).
        numerical = (4 * near - wide) / 3
        if len(index) == 2:
            # The slopes of the penalties need no forward pass: the central difference of l2/2 · w² is exactly l2 · w,
            # and the central difference of l1 · |w| is ±l1.
            weight, (l1, l2) = float(self.vector[place]), penalties(self._training)
            numerical += l2 * weight + l1 * float(np.sign(weight))
        return GradientRow(layer, index, float(self._gradient[place]), numerical)

    def _slope(self, place: int, step: float) -> float | None:
        """Return the central difference of the loss, without penalties; None if the step moves the z of a unit across a kink."""
        value = float(self.vector[place])
        losses_up, sides_up = self._look(place, value + step)
        losses_down, sides_down = self._look(place, value - step)
        if self._mlp.activation.kinks and not np.array_equal(sides_up, sides_down):
            return None
        # Subtract the two losses of each example, and then add up the differences, because the difference of two large sums would
        # have fewer exact digits.
        return self._share * float((losses_up - losses_down).sum()) / (2 * step)

    def _look(self, place: int, value: float) -> tuple[Array, Array]:
        """Do a forward pass with the parameter at index `place` set to `value`.

        Return the loss of each example, and an array that is True where a z is above a kink of the activation function.
        """
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
