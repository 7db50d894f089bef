"""What an act looks like: words, formulas, and three pictures. How they are drawn is for a screen to say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView, layer_of

Span = tuple[str, str]
"""A text and what it is: "", "muted", "bold", "good", "warn", "accent", "head", "minus", "plus" or "bar"."""
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """28 x 28 pixels, 0 to 1."""

    values: Array
    cursor: int


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """28 x 28 signed values."""

    values: Array
    cursor: int


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Values of units or of examples, a cell each."""

    values: Array
    signed: bool
    chosen: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of text."""

    lines: tuple[Line, ...]


Picture = Ink | Signed | Units | Lines


@dataclass(frozen=True, slots=True)
class Slot:
    """One of three pictures: its caption above, and words below it."""

    caption: str
    picture: Picture
    words: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What is chosen. It stays from act to act, so that one number is followed through the whole chain rule."""

    row: int = 0
    """An example, by its row among those shown."""
    path: tuple[int, ...] = ()
    """A pixel, a unit of every hidden layer, and a digit."""
    layer: int = 0
    """Whose weights the update shows."""

    @classmethod
    def opening(cls, view: UpdateView, row: int = 0) -> Place:
        """The way through the network that says most for the true digit of an example."""
        mlp, below = MLP(view.network, view.before), view.x[row : row + 1]
        layers = []
        with np.errstate(all="ignore"):
            for layer, fan_out in enumerate(view.network.sizes[1:]):
                layers.append(below)
                z = np.empty((1, fan_out), dtype=view.network.dtype)
                mlp.weigh(layer, below, z)
                below = np.empty_like(z)
                mlp.activate(layer, z, below)
            path = [int(view.labels[row])]
            for layer in range(view.network.layer_count - 1, -1, -1):
                says = np.nan_to_num(layers[layer][0] * view.before.weights[layer][:, path[0]])
                path.insert(0, int(np.argmax(says if layer else np.abs(says))))
        return cls(row, tuple(path))

    def within(self, view: UpdateView) -> Place:
        """This place, or the nearest there is in this update."""
        if len(self.path) != len(view.network.sizes):
            return Place.opening(view, min(self.row, view.rows - 1))
        path = tuple(min(unit, size - 1) for unit, size in zip(self.path, view.network.sizes, strict=True))
        return replace(self, row=min(self.row, view.rows - 1), path=path, layer=min(self.layer, len(path) - 2))

    def failing(self, view: UpdateView) -> Place:
        """This place at the first number that is not finite."""
        failure = view.failure
        assert failure is not None
        act = view.plan[failure.act]
        match act.made, failure.place:
            case ((Made.Z | Made.A | Made.OUTPUT | Made.DELTA), (row, unit)):
                return replace(self, row=row).at(layer_of(act) + 1, unit)
            case Made.LOSS, (row,):
                return replace(self, row=row)
            case Made.GRADIENT, (at, unit) if act.layer is not None:
                return self.at(act.layer, at).at(act.layer + 1, unit)
            case _:
                return self

    def at(self, level: int, unit: int) -> Place:
        """This place with another unit (or pixel, or digit) at a level."""
        return replace(self, path=(*self.path[:level], unit, *self.path[level + 1 :]))


@dataclass(frozen=True, slots=True)
class Scene:
    """An act as it is shown."""

    sentence: tuple[str, ...]
    """What happens, in several lengths."""
    formula: str
    shapes: str
    code: str
    """The line of NumPy that did it."""
    numbers: tuple[str, ...]
    """The formula with this step's numbers for what is chosen, in several lengths."""
    slots: tuple[Slot, Slot, Slot]
    cell: tuple[str, ...] = ()
    """What is under the cursor, in words and in several lengths."""
    moves: int | None = None
    """The level of the path that the arrow keys move along; None for the examples."""
    turns: int | None = field(default=None)
    """The level that "next unit" turns; None for none."""


def act_name(view: UpdateView, act: Act) -> str:
    """An act in few characters: "batch", "z0", "p", "δ1", "dW0", "the rest", "update"."""
    match act.made:
        case Made.X:
            return "batch"
        case Made.OUTPUT:
            return "p" if view.network.loss == "softmax_cross_entropy" else f"a{act.layer}"
        case Made.GRADIENT if act.layer is None:
            return "rest"
        case Made.Z | Made.A | Made.DELTA | Made.GRADIENT:
            return f"{act.made}{act.layer}"
        case _:
            return str(act.made)


def example_name(view: UpdateView, row: int) -> str:
    """An example of the batch: "example 26 (a 3)"."""
    label = int(view.labels[row])
    return f"example {int(view.positions[row])} ({'an' if label == 8 else 'a'} {label})"


def level_name(view: UpdateView, level: int, index: int) -> str:
    """What is at a place of the path: "row 12, column 17", "unit 8", "digit 3"."""
    if level == 0:
        return f"row {index // 28}, column {index % 28}"
    return f"digit {index}" if level == view.network.layer_count else f"unit {index}"


def below_name(layer: int) -> str:
    """The same as a symbol."""
    return f"a{layer - 1}" if layer else "x"


def target(view: UpdateView, digit: int, label: int) -> float:
    """y: 1 for the label and 0 else; smoothed, a share of it is spread over all classes."""
    smoothing = view.training.label_smoothing
    return float(digit == label) * (1 - smoothing) + smoothing / view.network.sizes[-1]


def signed_picture(place: Place, layer: int, values: Array) -> Signed | Units:
    """Values of what enters a layer: pixels as 28 x 28, units as a grid."""
    return Units(values, True, place.path[layer]) if layer else Signed(values, place.path[0])


def shape(*sides: int) -> str:
    """(32×784)."""
    return f"({'×'.join(map(str, sides))})"
