"""The paired permutation test: whether two settings differ over several seeds, or only by chance.

Source: R. A. Fisher, "The Design of Experiments", 1935, chapter 3; E. J. G. Pitman, "Significance tests which may be
applied to samples from any populations", 1937. If both settings are equally good, the difference of each pair could as
well have the opposite sign. So the test tries all choices of signs. It counts the choices that bring the sum at least
as far from 0 as the measured sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_EXACT = 16
"""The largest number of pairs for which all choices of signs are tried. For more pairs, a sample of them is drawn."""

_DRAWN = 1 << MOST_EXACT
_ROUNDING = 1e-9
"""The tolerance for rounding: two sums are equal if they differ by at most this share of the sum of all absolute differences.
"""


@dataclass(frozen=True, slots=True)
class PairedTest:
    """The result of the test for two settings that were tried with the same seeds."""

    pairs: int
    difference: float
    """The mean of the values of the first setting minus the mean of the values of the second."""
    chance: float
    """The probability, from 0 to 1, of a difference of at least this size if both settings are equally good."""

    @classmethod
    def of(cls, first: Sequence[float], second: Sequence[float]) -> PairedTest:
        """Compare two lists of equal length. Both values of a pair belong to the same seed."""
        differences = np.subtract(first, second)
        pairs, total = len(differences), abs(differences.sum())
        if pairs <= MOST_EXACT:
            bits = np.arange(1 << pairs)[:, None] >> np.arange(pairs) & 1
        else:
            bits = np.random.default_rng(0).integers(0, 2, (_DRAWN, pairs))
            bits[0] = 1  # In row 0, all signs stay as measured, because the measured choice counts too.
        sums = np.abs((2 * bits - 1) @ differences)
        chance = np.mean(sums >= total - _ROUNDING * np.abs(differences).sum())
        return cls(pairs, float(differences.mean()), float(chance))

    @property
    def least(self) -> float:
        """The smallest probability that the test can give with this number of pairs."""
        return 2.0 ** (1 - min(self.pairs, MOST_EXACT))
