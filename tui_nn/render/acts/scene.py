"""A scene: the sentences, formulas and three pictures that explain one step of an update. The screen draws them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np

from tui_nn.analysis.strongest_path import strongest_path
from tui_nn.core.losses import LOSSES
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView, layer_of
from tui_nn.render.pictures import side_of

Span = tuple[str, str]
"""A text and its role. The role decides the colour: "", "muted", "bold", "chosen", "true", "better", "worse", "broken", "head",
"minus", "plus" or "bar".
"""
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A square picture, shape (pixels,), with a cursor on one pixel. The ink of a pixel goes from 0 to 1."""

    values: Array
    cursor: int


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """A square picture of signed values, shape (pixels,), with a cursor on one pixel."""

    values: Array
    cursor: int


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """A grid of cells. Each cell shows the value of one unit or of one example."""

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
    """One of the three pictures that explain a step, with a caption above it and words below it."""

    caption: str
    picture: Picture
    words: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenPath:
    """The example and the path through the network that the learner follows from step to step."""

    row: int = 0
    """The row of the followed example among the examples that are shown, from 0."""
    path: tuple[int, ...] = ()
    """The numbers of one pixel, one unit of each hidden layer, and one class."""
    layer: int = 0
    """The number of the layer whose weights the last step shows."""

    @classmethod
    def opening(cls, view: UpdateView, row: int = 0) -> ChosenPath:
        """Return the path that contributes most to the true class of an example."""
        mlp = MLP(view.network, view.before)
        return cls(row, strongest_path(mlp, view.x[row : row + 1], int(view.labels[row])))

    def within(self, view: UpdateView) -> ChosenPath:
        """Return this path. If it does not exist in this update, return the nearest path that does."""
        if len(self.path) != len(view.network.sizes):
            return ChosenPath.opening(view, min(self.row, view.rows - 1))
        path = tuple(min(unit, size - 1) for unit, size in zip(self.path, view.network.sizes, strict=True))
        return replace(self, row=min(self.row, view.rows - 1), path=path, layer=min(self.layer, len(path) - 2))

    def failing(self, view: UpdateView) -> ChosenPath:
        """Return this path, changed so that it leads through the first number that is NaN or infinite."""
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

    def at(self, level: int, unit: int) -> ChosenPath:
        """Return this path with unit `unit` at a level: level 0 is the pixels, and the last level the classes."""
        return replace(self, path=(*self.path[:level], unit, *self.path[level + 1 :]))


@dataclass(frozen=True, slots=True)
class Scene:
    """The texts and pictures that explain one step of an update."""

    sentence: tuple[str, ...]
    """A sentence that says what the step computes, in several lengths, the longest first."""
    formula: str
    shapes: str
    code: str
    """The formula of the step as a line of NumPy."""
    numbers: tuple[str, ...]
    """The formula with numbers in place of its letters, in several lengths. The numbers are those of the chosen path."""
    slots: tuple[Slot, Slot, Slot]
    cell: tuple[str, ...] = ()
    """Texts about the values under the cursor, in several lengths, the longest first."""
    moves: int | None = None
    """The level of the path (0 is the pixels) that the arrow keys change; None if they change the example.
    """
    turns: int | None = field(default=None)
    """The level of the path (0 is the pixels) that the key "unit" changes; None if the key changes nothing."""


def act_name(view: UpdateView, act: Act) -> str:
    """Return the short name of a step, such as "batch", "z0", "p", "loss", "δ1", "dW0", "rest" or "update"."""
    match act.made:
        case Made.X:
            return "batch"
        case Made.OUTPUT:
            return output_name(view)
        case Made.GRADIENT if act.layer is None:
            return "rest"
        case Made.Z | Made.A | Made.DELTA | Made.GRADIENT:
            return f"{act.made}{act.layer}"
        case _:
            return str(act.made)


def has_probabilities(view: UpdateView) -> bool:
    """Return whether the outputs are probabilities, made by a softmax."""
    return LOSSES[view.network.loss].output == "softmax"


def output_symbol(view: UpdateView) -> str:
    """Return the symbol of the outputs: "p" for probabilities, else "a"."""
    return "p" if has_probabilities(view) else "a"


def output_name(view: UpdateView) -> str:
    """Return the name of the step that computes the outputs: "p", or "a1" with the number of the last layer."""
    return "p" if has_probabilities(view) else f"a{view.network.layer_count - 1}"


def shorten(name: str, width: int) -> str:
    """Return the name of a class, shortened to `width` cells with "…" at its end if it is longer."""
    return name if len(name) <= width else f"{name[: max(width - 1, 0)]}…"


def example_name(view: UpdateView, row: int) -> str:
    """Return the number and the class of an example of the batch as text, such as "example 26 (a 3)" or "example 7 (a coat)"."""
    name = view.class_names[view.labels[row]]
    article = "an" if name[0].lower() in "aeiou8" else "a"
    return f"example {int(view.positions[row])} ({article} {shorten(name, 8)})"


def level_name(view: UpdateView, level: int, index: int) -> str:
    """Return the name of a pixel, unit or class, such as "row 12, column 17", "unit 8" or "class 3". `level` 0 is the pixels."""
    if level == 0:
        row, column = divmod(index, side_of(view.pixels[0]))
        return f"row {row}, column {column}"
    if level == view.network.layer_count:
        return f"class {shorten(view.class_names[index], 10)}"
    return f"unit {index}"


def input_name(layer: int) -> str:
    """Return the symbol of a layer's input: "x" for layer 0, "a0" for layer 1, and so on."""
    return f"a{layer - 1}" if layer else "x"


def target(view: UpdateView, index: int, label: int) -> float:
    """Return the target y of a class: 1 for the true class, else 0. Label smoothing spreads a share of the 1 over all classes."""
    smoothing = view.training.label_smoothing
    return float(index == label) * (1 - smoothing) + smoothing / view.network.sizes[-1]


def targets(view: UpdateView, label: int) -> Array:
    """Return the targets y of all classes, shape (classes,)."""
    return np.array([target(view, index, label) for index in range(view.network.sizes[-1])])


def signed_picture(path: ChosenPath, layer: int, values: Array) -> Signed | Units:
    """Return a picture of one value for each input of a layer. Pixels form a square, and units a grid."""
    return Units(values, True, path.path[layer]) if layer else Signed(values, path.path[0])


def of_layer(code: str, layer: int) -> str:
    """Return a line of NumPy with the number of the layer after each z and a: "np.exp(-z)" becomes "np.exp(-z1)" for layer 1."""
    return re.sub(r"\b([za])\b", rf"\g<1>{layer}", code)


def shape(*sides: int) -> str:
    """Return the shape of an array as text, such as "(32×784)"."""
    return f"({'×'.join(map(str, sides))})"
