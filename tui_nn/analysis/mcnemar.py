"""McNemar's test: whether two networks differ in the examples that they classify correctly, or only by chance.

Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947. The
exact form is a sign test on the examples that only one of the two networks classifies correctly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.core.parameters import Labels


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The numbers of examples that only the first and only the second of two networks classifies correctly."""

    examples: int
    """The number of all examples, including those on which the networks agree."""
    first_only: int
    second_only: int

    @classmethod
    def of(cls, first: Labels, second: Labels, labels: Labels) -> Disagreement:
        """Count the disagreements of two predictions for the same examples, shape (n,) each, with the true classes
        `labels`, shape (n,).
        """
        first_right, second_right = first == labels, second == labels
        return cls(
            len(labels),
            int(np.count_nonzero(first_right & ~second_right)),
            int(np.count_nonzero(second_right & ~first_right)),
        )

    @property
    def chance(self) -> float:
        """The probability, from 0 to 1, of a difference of at least this size if both networks are equally good.

        In that case, each disagreement favours either network with probability 1/2. So this is the two-sided exact
        binomial test.
        """
        disagreements, fewer = self.first_only + self.second_only, min(self.first_only, self.second_only)
        # The sum is exact, because Python's integers have no limit; floats would overflow at 1,030 disagreements.
        tail, ways = 0, 1
        for number in range(fewer + 1):
            tail += ways
            ways = ways * (disagreements - number) // (number + 1)
        return min(1.0, tail / (1 << disagreements) * 2) if disagreements else 1.0
