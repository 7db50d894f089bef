"""Facts about the training data: the range of its pixels, its ink and its classes. The hints use these facts to find
problems in the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_nn.data.dataset import Split

LIGHT_BORDER = 160
"""Pictures probably show dark ink on white paper if the mean of the pixels at their border is above this number."""


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Measured facts about the training data, such as the range of its pixels."""

    smallest: int
    """The smallest pixel value of the training pictures."""
    largest: int
    """The largest pixel value of the training pictures; 255 is the most ink."""
    border: float
    """The mean of the pixels at the border of the pictures, where there is hardly any ink."""
    counts: tuple[int, ...]
    """The number of examples of each class."""
    class_names: tuple[str, ...]

    @property
    def examples(self) -> int:
        """The number of training examples."""
        return sum(self.counts)

    @property
    def is_reversed(self) -> bool:
        """True if the pictures probably show dark ink on white paper."""
        return self.border > LIGHT_BORDER

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the classes that have no examples."""
        return tuple(name for name, count in zip(self.class_names, self.counts, strict=True) if not count)

    @property
    def commonest(self) -> tuple[str, float]:
        """The name of the class with the most examples, and its share of all examples."""
        most = max(self.counts)
        return self.class_names[self.counts.index(most)], most / self.examples


@lru_cache(maxsize=1)
def measure(train: Split) -> DataFacts:
    """Return the facts about the training data. The last result is cached."""
    images, side = train.images, train.side
    pictures = images.reshape(-1, side, side)
    edges = (pictures[:, 0], pictures[:, -1], pictures[:, 1:-1, 0], pictures[:, 1:-1, -1])
    border = sum(int(edge.sum(dtype=np.int64)) for edge in edges) / sum(edge.size for edge in edges)
    counts = np.bincount(train.labels, minlength=train.classes)
    return DataFacts(int(images.min()), int(images.max()), border, tuple(map(int, counts)), train.class_names)
