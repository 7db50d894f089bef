"""One answer to one digit, taken apart: what the views of it, and a script, ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.attribution import Attribution, attribute, unit_map, without_unit
from tui_nn.core.arrays import Array, Pixels
from tui_nn.core.network import MLP
from tui_nn.session.questions.mistakes import Mistake

SIDES = {"both": (1, -1), "for": (1, 0), "against": (0, 1)}
"""What can be looked at: the lead of one digit over the other, or the z of either alone."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnitSays:
    """A unit of the last hidden layer, and what it adds to the lead: a × (w[digit for] − w[digit against])."""

    unit: int
    a: float
    weight: float
    """The difference of its two weights."""
    says: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Why:
    """The answer of one network to one test digit."""

    mlp: MLP
    image: Pixels
    """(784,)"""
    answer: Mistake
    """What it is and what it is taken for; the two may be the same."""
    outputs: Array
    """(10,)"""
    attribution: Attribution

    @classmethod
    def of(cls, mlp: MLP, image: Pixels, answer: Mistake, outputs: Array) -> Why:
        """Take it apart: the predicted digit against the true one, or where that is right against the next likely."""
        against = answer.true
        if against == answer.predicted:
            others = np.where(np.arange(len(outputs)) == answer.predicted, -np.inf, np.nan_to_num(outputs))
            against = int(others.argmax())
        return cls(mlp, image, answer, outputs, attribute(mlp, image, (answer.predicted, against)))

    @property
    def digits(self) -> tuple[int, int]:
        """The digit for and the digit against."""
        return self.attribution.digits

    @property
    def finite(self) -> bool:
        """Whether there is an answer at all."""
        return bool(np.isfinite(self.outputs).all() and np.isfinite(self.attribution.z).all())

    @property
    def strongest_pixel(self) -> tuple[int, int]:
        """Row and column of the pixel that says most, either way."""
        products = np.nan_to_num(self.attribution.part(SIDES["both"]).products)
        row, column = divmod(int(np.abs(products).argmax()), 28)
        return row, column

    @property
    def lead(self) -> float:
        """How much the z of the digit for is above that of the digit against."""
        return self.attribution.part(SIDES["both"]).z

    def without_pixel(self, row: int, column: int) -> tuple[Array, float]:
        """The outputs, (10,), and the lead without ink on one pixel."""
        image = self.image.copy()
        image[row * 28 + column] = 0
        outputs = self.mlp.evaluate(image[None], np.zeros(1, np.uint8)).outputs[0]
        return outputs, attribute(self.mlp, image, self.digits).part(SIDES["both"]).z

    @property
    def unit_count(self) -> int:
        """Units of the last hidden layer; 0 where there is none."""
        return self.mlp.config.hidden_sizes[-1] if self.mlp.config.hidden_sizes else 0

    def units(self, count: int) -> tuple[list[UnitSays], list[UnitSays]]:
        """The units that say most for the one digit, and those that say most for the other, at most `count` each."""
        if not self.unit_count:
            return [], []
        found, says = self.attribution, self.attribution.part(SIDES["both"]).units
        weight = found.weights[:, 0] - found.weights[:, 1]
        first, last = (
            [UnitSays(unit, float(found.hidden[unit]), float(weight[unit]), float(says[unit])) for unit in side]
            for side in found.strongest_units(count)
        )
        return first, last

    def without_unit(self, unit: int) -> tuple[Array, float]:
        """The outputs, (10,), and the lead with a unit of the last hidden layer held at 0."""
        lead = self.lead - float(self.attribution.part(SIDES["both"]).units[unit])
        return without_unit(self.mlp, self.image, unit), lead

    def unit_map(self, unit: int, start: MLP | None) -> Array:
        """What raises a unit, (28, 28): its weights, less those of `start` where it looks at the pixels themselves.

        Behind other layers it is the slope of its z by each pixel of this digit.
        """
        found: Array = unit_map(self.mlp, self.image, unit)
        if start is not None and self.mlp.config.layer_count == 2:
            found = found - start.parameters.weights[0][:, unit]
        shaped: Array = found.reshape(28, 28)
        return shaped
