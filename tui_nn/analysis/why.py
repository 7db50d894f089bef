"""The reasons for one prediction of the network: the contributions of pixels and hidden units."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from tui_nn.analysis.attribution import Attribution, attribute, unit_map, without_unit
from tui_nn.analysis.outputs import Mistake
from tui_nn.analysis.prediction import Prediction
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels

SIDES = {"both": (1, -1), "for": (1, 0), "against": (0, 1)}
"""The values that the view can explain: the difference between the z (logits) of two classes, or one z alone. Each entry has the
factors of the two z.
"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnitContribution:
    """A unit of the last hidden layer, and its contribution to the lead (z of the first class − z of the second).

    The contribution is a × (w[first class] − w[second class]).
    """

    unit: int
    a: float
    """The activation of the unit."""
    weight: float
    """The difference of the weights from the unit to the two classes."""
    contribution: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Why:
    """The explanation of a prediction for one test example. It compares two of the k classes."""

    mlp: MLP
    image: Pixels
    """The pixels of the picture, uint8 (d,)."""
    answer: Mistake
    """The example with its true and its predicted class. Both are the same if the prediction is right."""
    outputs: Array
    """The output for each class, shape (k,)."""
    attribution: Attribution
    class_names: tuple[str, ...]
    """The name of each class."""

    @classmethod
    def of(cls, mlp: MLP, image: Pixels, answer: Mistake, outputs: Array, class_names: tuple[str, ...]) -> Why:
        """Compare the predicted class with the true class.

        If they are the same, compare it with the class of the second largest output.
        """
        against = answer.true
        if against == answer.predicted:
            others = np.where(np.arange(len(outputs)) == answer.predicted, -np.inf, np.nan_to_num(outputs))
            against = int(others.argmax())
        return cls(mlp, image, answer, outputs, attribute(mlp, image, (answer.predicted, against)), class_names)

    def __repr__(self) -> str:
        """Return the example, its classes and the lead, in a few words."""
        true, predicted = (self.class_names[number] for number in (self.answer.true, self.answer.predicted))
        first, second = self.names
        return (
            f"<Why example {self.answer.index}, a {true}, is predicted as {predicted}: z of {first} is {self.lead:.2f} "
            f"above z of {second}>"
        )

    @property
    def pair(self) -> tuple[int, int]:
        """The predicted class, and the class that it is compared with."""
        return self.attribution.classes

    @property
    def names(self) -> tuple[str, str]:
        """The names of the predicted class and of the class that it is compared with."""
        return self.class_names[self.pair[0]], self.class_names[self.pair[1]]

    @property
    def finite(self) -> bool:
        """True if all outputs and both z are finite. If an output is NaN, there is no prediction to explain."""
        return bool(np.isfinite(self.outputs).all() and np.isfinite(self.attribution.z).all())

    @property
    def side(self) -> int:
        """The height and width of the picture, in pixels."""
        return isqrt(len(self.image))

    @property
    def strongest_pixel(self) -> tuple[int, int]:
        """The row and column of the pixel with the largest contribution, positive or negative."""
        products = np.nan_to_num(self.attribution.part(SIDES["both"]).products)
        row, column = divmod(int(np.abs(products).argmax()), self.side)
        return row, column

    @property
    def lead(self) -> float:
        """The z of the first class minus the z of the second class."""
        return self.attribution.part(SIDES["both"]).z

    def without_pixel(self, row: int, column: int) -> tuple[Array, float]:
        """Return the outputs, shape (k,), and the lead, both computed with one pixel set to 0.

        The lead is z(first class) − z(second class).
        """
        image = self.image.copy()
        image[row * self.side + column] = 0
        outputs = Prediction.of(self.mlp, image).outputs
        return outputs, attribute(self.mlp, image, self.pair).part(SIDES["both"]).z

    @property
    def unit_count(self) -> int:
        """The number of units in the last hidden layer; 0 without hidden layers."""
        return self.mlp.config.hidden_sizes[-1] if self.mlp.config.hidden_sizes else 0

    def units(self, count: int) -> tuple[list[UnitContribution], list[UnitContribution]]:
        """Return two lists of at most `count` units: those that contribute most to the first class, and to the second class."""
        if not self.unit_count:
            return [], []
        found, contributions = self.attribution, self.attribution.part(SIDES["both"]).units
        weight = found.weights[:, 0] - found.weights[:, 1]
        first, last = (
            [
                UnitContribution(unit, float(found.hidden[unit]), float(weight[unit]), float(contributions[unit]))
                for unit in side
            ]
            for side in found.strongest_units(count)
        )
        return first, last

    def without_unit(self, unit: int) -> tuple[Array, float]:
        """Return the outputs, shape (k,), and the lead, both computed with one unit of the last hidden layer set to 0."""
        lead = self.lead - float(self.attribution.part(SIDES["both"]).units[unit])
        return without_unit(self.mlp, self.image, unit), lead

    def unit_map(self, unit: int, start: MLP | None) -> Array:
        """Return how much each pixel changes the z of a unit of the last hidden layer, shape (side, side).

        With one hidden layer, these are the weights of the unit, minus its start weights if `start` is given. With more
        layers, they are the gradient of z for this picture.
        """
        found: Array = unit_map(self.mlp, self.image, unit)
        if start is not None and self.mlp.config.layer_count == 2:
            found = found - start.parameters.weights[0][:, unit]
        shaped: Array = found.reshape(self.side, self.side)
        return shaped
