"""The prediction of a network for one picture without a label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The outputs of a network for one picture, and the classes sorted by their outputs."""

    outputs: Array
    """The output for each class, shape (k,)."""

    @classmethod
    def of(cls, mlp: MLP, image: Pixels) -> Prediction:
        """Return the outputs of the network for one picture, uint8 (d,)."""
        return cls(evaluate(mlp, image[None], np.zeros(1, np.uint8)).outputs[0])

    @property
    def predicted(self) -> int | None:
        """The class with the largest output; None if an output is NaN or infinite."""
        return int(self.outputs.argmax()) if np.isfinite(self.outputs).all() else None

    @property
    def two_largest(self) -> tuple[int, int]:
        """The classes with the largest and the second largest output."""
        first, second = np.argsort(-self.outputs, kind="stable")[:2]
        return int(first), int(second)
