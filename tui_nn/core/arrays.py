"""The array types that signatures speak of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Numbers that are computed with: float32, or float64 where a config asks for it."""

Labels = NDArray[np.integer[Any]]
"""Class numbers, one an example."""

Pixels = NDArray[np.uint8]
"""Images as they are kept: (examples, 784), 0 to 255."""


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, made read-only: what leaves the training loop is safe to keep."""
    array.flags.writeable = False
    return array
