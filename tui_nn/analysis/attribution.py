"""Attribution: how much each pixel and each unit of a network contributes to its logits for two classes, for one
picture.

Pixel × gradient estimates the contribution of a pixel to first order: the gradient of z with respect to the pixel
(Simonyan, Vedaldi and Zisserman 2013, "Deep Inside Convolutional Networks") times the value of the pixel (Shrikumar et
al. 2016, "Not Just a Black Box", arXiv:1605.01713). A network of relu, leaky relu or identity is linear between its
kinks, so the products and the contributions of the biases add up to z exactly. With other activations, part of z stays
unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from tui_nn.analysis.passes import input_slopes, last_hidden
from tui_nn.core.choices.pixels import scale_pixels
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Parameters, Pixels, count_parameters, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """The contribution of each pixel, bias and unit to the logits of two classes, `a` and `b`, for one picture.

    The arrays are read-only.
    """

    classes: tuple[int, int]
    """The labels of the two classes a and b."""
    x: Array
    """The input of the network, shape (d,)."""
    gradients: Array
    """The gradients of the two logits with respect to the inputs, dz[a]/dx and dz[b]/dx, shape (2, d)."""
    biases: Array
    """The contribution of all biases to each logit, (2,)."""
    z: Array
    """The logits of the classes a and b, (2,)."""
    hidden: Array
    """The activations of the last hidden layer, shape (units,); the input x if there is no hidden layer."""
    weights: Array
    """The weights from the last hidden layer to the two classes, shape (units, 2)."""

    def part(self, sides: tuple[int, int]) -> Part:
        """Return the contributions to the sum sides[0]·z[a] + sides[1]·z[b].

        The factors `sides` (1, 0) give the logit of a alone, (0, 1) the logit of b alone, and (1, −1) the difference of both.
        """
        of = np.array(sides, dtype=self.x.dtype)
        with np.errstate(all="ignore"):
            gradient = of @ self.gradients
            return Part(
                gradient=frozen(gradient),
                products=frozen(self.x * gradient),
                bias=float(of @ self.biases),
                z=float(of @ self.z),
                units=frozen(self.hidden * (self.weights @ of)),
            )

    def strongest_units(self, count: int) -> tuple[list[int], list[int]]:
        """Return two lists of units, largest contribution first: those that contribute most to a, and those to b, at most `count`
        each.

        A unit u contributes a[u] × (w[u, a] − w[u, b]). A positive contribution supports a, and a negative one supports b.
        """
        contributions = np.nan_to_num(self.part((1, -1)).units)
        order = np.argsort(-contributions, kind="stable")
        first = [int(unit) for unit in order[:count] if contributions[unit] > 0]
        last = [int(unit) for unit in order[::-1][:count] if contributions[unit] < 0]
        return first, last


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The contributions to z, a weighted sum of the two logits: z = Σ products + bias + rest, where `rest` is the
    unexplained part.
    """

    gradient: Array
    """The gradient of z with respect to each input, shape (d,)."""
    products: Array
    """The contribution of each input to z, shape (d,): the input times its gradient."""
    bias: float
    """The contribution of all biases to z."""
    z: float
    """The quantity that the contributions explain: the weighted sum of the two logits."""
    units: Array
    """The contribution of each unit of the last hidden layer to z, shape (units,)."""

    @property
    def ups(self) -> float:
        """The sum of all positive products of an input and its gradient."""
        return float(self.products[~(self.products < 0)].sum(dtype=np.float64))

    @property
    def downs(self) -> float:
        """The sum of all negative products of an input and its gradient."""
        return float(self.products[self.products < 0].sum(dtype=np.float64))

    @property
    def rest(self) -> float:
        """The part of z that the products and biases do not explain.

        This part is 0, up to rounding, if the activation function is linear between its kinks, like relu.
        """
        return self.z - self.ups - self.downs - self.bias


def attribute(mlp: MLP, picture: Pixels, classes: tuple[int, int]) -> Attribution:
    """Return the contributions of the pixels, biases and units to the logits of two classes, for one picture, uint8 (d,)."""
    # The batch contains the picture twice. Backpropagation starts with δ = 1 at the logit of class a in the first row, and at the
    # logit of class b in the second.
    x = np.stack([scale_pixels(picture, mlp.config)] * 2)
    delta = np.zeros((2, mlp.config.output_size), x.dtype)
    delta[[0, 1], classes] = 1
    batch, slopes = input_slopes(mlp, x, delta)
    with np.errstate(all="ignore"):
        biases = np.zeros(2, x.dtype)
        for layer_delta, bias in zip(batch.delta, mlp.parameters.biases, strict=True):
            if bias is not None:
                biases += layer_delta @ bias
    chosen = list(classes)
    return Attribution(
        classes,
        frozen(x[0]),
        frozen(slopes),
        frozen(biases),
        frozen(batch.z[-1][0, chosen]),
        frozen(batch.layer_input(mlp.config.layer_count - 1)[0]),
        frozen(mlp.parameters.weights[-1][:, chosen]),
    )


def unit_map(mlp: MLP, picture: Pixels, unit: int) -> Array:
    """Return the gradient of one hidden unit's z with respect to the pixels, shape (d,), for one picture, uint8 (d,).

    The unit is in the last hidden layer. If there is only one hidden layer, this gradient consists of the weights of
    the unit.

    Raises:
        ValueError: if there is no hidden layer.
    """
    hidden = up_to_last_hidden(mlp)
    delta = np.zeros((1, hidden.config.output_size), hidden.config.dtype)
    delta[0, unit] = 1
    return frozen(input_slopes(hidden, scale_pixels(picture, mlp.config)[None], delta)[1][0])


def up_to_last_hidden(mlp: MLP) -> MLP:
    """Return a network that ends with the last hidden layer. Its logits are the z of this layer.

    Raises:
        ValueError: if there is no hidden layer.
    """
    *hidden, last = mlp.config.hidden_sizes or _no_hidden_layer()
    config = replace(mlp.config, hidden_sizes=tuple(hidden), output_size=last)
    count = count_parameters(config.sizes, config.use_bias)
    return MLP(config, Parameters(config.sizes, config.use_bias, mlp.parameters.vector[:count]))


def _no_hidden_layer() -> NoReturn:
    raise ValueError("there is no hidden layer")


def without_unit(mlp: MLP, picture: Pixels, unit: int) -> Array:
    """Return the outputs for one picture, shape (classes,), computed with one unit of the last hidden layer set to 0."""
    hidden = last_hidden(mlp, picture[None])
    hidden[0, unit] = 0
    z, last = np.empty((1, mlp.config.output_size), hidden.dtype), mlp.config.layer_count - 1
    outputs = np.empty_like(z)
    with np.errstate(all="ignore"):
        mlp.linear(last, hidden, z)
        mlp.activate(last, z, outputs)
    return frozen(outputs[0])
