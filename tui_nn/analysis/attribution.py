"""Why a network answers as it does to one image: what each pixel and each unit says for one digit and against another.

Pixel × gradient is the first-order account: the slope of z by each pixel (Simonyan, Vedaldi and Zisserman 2013, "Deep
Inside Convolutional Networks") times how much of that pixel there is (Shrikumar et al. 2016, "Not Just a Black Box",
arXiv:1605.01713). A network of relu, leaky relu or identity is linear between its corners, so that there the products
and what the biases say make up z exactly; any other activation bends, and leaves a rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.core.network import MLP, scale_pixels
from tui_nn.core.parameters import Array, Pixels, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """One image taken apart; read-only arrays of the network's dtype. `a` and `b` are the digit for and the digit against."""

    digits: tuple[int, int]
    """(a, b)."""
    x: Array
    """(784,): the pixels, 0 to 1."""
    gradients: Array
    """(2, 784): dz[a]/dx and dz[b]/dx."""
    biases: Array
    """(2,): what all biases together say for each."""
    z: Array
    """(2,): the two logits."""
    hidden: Array
    """(units,): what the last hidden layer gives; the pixels where there is none."""
    weights: Array
    """(units, 2): from those units to the two digits."""

    def part(self, sides: tuple[int, int]) -> Part:
        """What speaks for sides[0]·z[a] + sides[1]·z[b]: (1, 0) is a alone, (0, 1) b alone, (1, −1) a against b."""
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
        """The units that say most for a, and those that say most for b: a[u] × (w[u, a] − w[u, b]), largest first.

        Only units that do say something for it; at most `count` each.
        """
        says = np.nan_to_num(self.part((1, -1)).units)
        order = np.argsort(-says, kind="stable")
        first = [int(unit) for unit in order[:count] if says[unit] > 0]
        last = [int(unit) for unit in order[::-1][:count] if says[unit] < 0]
        return first, last


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sum of an attribution: `z` = the products + `bias` + `rest`."""

    gradient: Array
    """(784,): how much z changes for a pixel of 1 more."""
    products: Array
    """(784,): pixel × gradient."""
    bias: float
    z: float
    units: Array
    """(units,): what each unit of the last hidden layer adds to z."""

    @property
    def ups(self) -> float:
        """The sum of the positive products."""
        return float(self.products[~(self.products < 0)].sum(dtype=np.float64))

    @property
    def downs(self) -> float:
        """The sum of the negative products."""
        return float(self.products[self.products < 0].sum(dtype=np.float64))

    @property
    def rest(self) -> float:
        """What the first order does not account for: 0 but for rounding where the activation has no curve."""
        return self.z - self.ups - self.downs - self.bias


def attribute(mlp: MLP, image: Pixels, digits: tuple[int, int]) -> Attribution:
    """Take the answer to one image, uint8 (784,), apart."""
    layers, dtype = mlp.config.layer_count, mlp.config.dtype
    weights, biases = mlp.parameters.weights, mlp.parameters.biases
    with np.errstate(all="ignore"):
        a = [scale_pixels(image, mlp.config)]
        slopes: list[Array] = []
        for layer in range(layers):
            bias = biases[layer]
            z = a[-1] @ weights[layer] + (0.0 if bias is None else bias)
            if layer < layers - 1:
                out, slope = np.empty_like(z), np.empty_like(z)
                mlp.activation.function(z, out)
                mlp.activation.slope(z, out, slope)
                a.append(out)
                slopes.append(slope)
        delta = np.zeros((2, len(z)), dtype)
        delta[0, digits[0]] = delta[1, digits[1]] = 1
        said = np.zeros(2, dtype)
        for layer in range(layers - 1, -1, -1):
            bias = biases[layer]
            if bias is not None:
                said += delta @ bias
            delta = delta @ weights[layer].T
            if layer:
                delta *= slopes[layer - 1]
    chosen = list(digits)
    return Attribution(
        digits,
        frozen(a[0]),
        frozen(delta),
        frozen(said),
        frozen(z[chosen]),
        frozen(a[-1]),
        frozen(weights[-1][:, chosen]),
    )


def unit_map(mlp: MLP, image: Pixels, unit: int) -> Array:
    """What raises z of a unit of the last hidden layer: (784,), its weights, or behind other layers its gradient here."""
    below = mlp.config.layer_count - 2
    if below < 0:
        raise ValueError("there is no hidden layer")
    slopes = []
    with np.errstate(all="ignore"):
        a = scale_pixels(image, mlp.config)[None]
        for layer in range(below):
            z = np.empty((1, mlp.config.sizes[layer + 1]), dtype=mlp.config.dtype)
            out, slope = np.empty_like(z), np.empty_like(z)
            mlp.weigh(layer, a, z)
            mlp.activation.function(z, out)
            mlp.activation.slope(z, out, slope)
            a = out
            slopes.append(slope[0])
        delta = mlp.parameters.weights[below][:, unit].copy()
        for layer in range(below - 1, -1, -1):
            delta = mlp.parameters.weights[layer] @ (delta * slopes[layer])
    return frozen(delta)


def without_unit(mlp: MLP, image: Pixels, unit: int) -> Array:
    """The ten outputs with one unit of the last hidden layer held at 0: (10,)."""
    z, hidden = np.empty((1, mlp.config.output_size), dtype=mlp.config.dtype), last_hidden(mlp, image[None]).copy()
    hidden[0, unit] = 0
    last = mlp.config.layer_count - 1
    with np.errstate(all="ignore"):
        mlp.weigh(last, hidden, z)
        outputs = np.empty_like(z)
        mlp.activate(last, z, outputs)
    return frozen(outputs[0])


def last_hidden(mlp: MLP, images: Pixels) -> Array:
    """What the last hidden layer gives for images uint8 (n, 784): (n, units), or where there is none the pixels."""
    with np.errstate(all="ignore"):
        a = scale_pixels(images, mlp.config)
        for layer in range(mlp.config.layer_count - 1):
            z = np.empty((len(a), mlp.config.sizes[layer + 1]), dtype=mlp.config.dtype)
            mlp.weigh(layer, a, z)
            a = np.empty_like(z)
            mlp.activate(layer, z, a)
    return frozen(a)
