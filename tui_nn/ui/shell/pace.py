"""The pace of a run: the largest number of epochs a second. A slow pace lets students watch the training."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The paces that the keys choose, in epochs a second. After the last pace, there is no limit."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The largest number of epochs that a run trains in a second."""

    value: float | None = None
    """The number; None for no limit."""

    def changed(self, *, faster: bool) -> Pace:
        """Return the next larger or smaller pace. Above the largest pace, there is no limit. Below the smallest, the
        pace stays.
        """
        if faster:
            return Pace(next((step for step in STEPS if self.value is not None and step > self.value), None))
        lower = [step for step in STEPS if self.value is None or step < self.value]
        return Pace(lower[-1] if lower else self.value)

    @property
    def words(self) -> str:
        """The pace in words, such as "2 epochs a second"."""
        if self.value is None:
            return "at full speed"
        if self.value < 1:
            return f"one epoch in {1 / self.value:g} seconds"
        return f"{self.value:g} epoch{'s' * (self.value != 1)} a second"
