"""The limits and tick labels of chart axes."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.render.numbers import MINUS

_ROUND = (10, 20, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000)
_NICE = (1.0, 2.0, 2.5, 5.0)


def epoch_end(newest: int, plan: int) -> int:
    """Return the last epoch of a chart axis: the smallest round number that is at least `newest`, or `plan` if that is smaller."""
    factor = 1
    while newest > _ROUND[-1] * factor:
        factor *= 10
    end = _ROUND[bisect_left(_ROUND, math.ceil(newest / factor))] * factor
    return plan if newest <= plan < end else end


def epoch_ticks(end: int, cells: int) -> list[int]:
    """Return evenly spaced epochs from 0 to `end` whose labels fit under an axis of `cells` cells."""
    most = max(2, cells // (len(f"{end:,}") + 2))
    for power in range(8):
        for nice in (1, 2, 5):
            step = nice * 10**power
            if end // step + 1 <= most and (end % step == 0 or end // step >= 4):
                return list(range(0, end + 1, step))
    return [0, end]


@dataclass(frozen=True, slots=True)
class EpochAxis:
    """The axis of epochs of a chart, linear or logarithmic.

    A logarithmic axis has epoch k at log(1 + k), because runs begin with epoch 0.
    """

    first: int
    """The epoch at the left end of the axis."""
    end: int
    """The epoch at the right end of the axis. It is larger than `first`."""
    log: bool = False

    def units(self, epochs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions of epochs along the axis: log(1 + epoch) if the axis is logarithmic, else the epochs."""
        return np.log1p(epochs) if self.log else epochs

    def epochs(self, units: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the epochs at these positions of the axis: the inverse of `units`."""
        return np.expm1(units) if self.log else units

    def unit(self, epoch: float) -> float:
        """Return the position of one epoch along the axis."""
        return math.log1p(epoch) if self.log else epoch

    @property
    def ends(self) -> tuple[float, float]:
        """The positions of both ends of the axis."""
        return self.unit(self.first), self.unit(self.end)

    def share(self, epoch: float) -> float:
        """Return the position of an epoch as a share of the axis, from 0 at the left end to 1 at the right end.

        An epoch outside the axis has a share below 0 or above 1.
        """
        low, high = self.ends
        return (self.unit(epoch) - low) / (high - low)

    def at(self, share: float) -> float:
        """Return the epoch at a position. The position is a share of the axis, from 0 at the left end to 1 at the right end."""
        low, high = self.ends
        place = low + share * (high - low)
        return math.expm1(place) if self.log else place

    def ticks(self, cells: int) -> list[int]:
        """Return the epochs that get a label. All labels fit under an axis of `cells` cells."""
        if self.log:
            return self._log_ticks(cells)
        if not self.first:
            return epoch_ticks(self.end, cells)
        most = max(2, cells // (len(f"{self.end:,}") + 2))
        for power in range(8):
            for nice in (1, 2, 5):
                step = nice * 10**power
                ticks = list(range(-(-self.first // step) * step, self.end + 1, step))
                if len(ticks) <= most:
                    return ticks if len(ticks) > 1 else [self.first, self.end]
        return [self.first, self.end]

    def _log_ticks(self, cells: int) -> list[int]:
        """Return the epochs on the axis that are 0, or 1, 2 or 5 times a power of ten.

        If there are too many, return only 0 and the powers of ten. If there are too few, return both ends of the axis.
        """
        decades = [10**power for power in range(len(str(self.end)))]
        for nice in ((1, 2, 5), (1,)):
            ticks = [0, *(mark * decade for decade in decades for mark in nice)]
            ticks = [tick for tick in ticks if self.first <= tick <= self.end]
            if len(ticks) > 1 and self._have_room(ticks, cells):
                return ticks
        return [self.first, self.end]

    def _have_room(self, ticks: Sequence[int], cells: int) -> bool:
        ends = [round(self.share(tick) * (cells - 1)) for tick in ticks]
        return all(
            (len(f"{left:,}") + len(f"{right:,}")) / 2 + 1 <= end - start
            for left, right, start, end in zip(ticks, ticks[1:], ends, ends[1:], strict=False)
        )


def linear_ticks(need: float, rows: int) -> tuple[float, list[float]]:
    """Return the upper end of an axis that begins at 0, and the values of its ticks. The end is at or just above `need`.

    Of the `rows` rows, the bottom one is at 0 and the top one at the end. Each tick is exactly at a row.
    """
    intervals = max(rows - 1, 1)
    best: tuple[float, list[float]] | None = None
    for every in range(1, intervals + 1):
        if not 3 <= intervals // every <= 6 and intervals > 3:
            continue
        for power in range(-8, 40):
            step = next((nice * 10.0**power for nice in _NICE if nice * 10.0**power * intervals / every >= need), None)
            if step is not None:
                end = step * intervals / every
                if best is None or end < best[0]:
                    best = end, [index * step for index in range(intervals // every + 1)]
                break
    return best or (need, [0.0, need])


def log_ticks(low: float, high: float, rows: int) -> list[float]:
    """Return the ticks of a logarithmic axis with `rows` rows from `low` to `high`, both above 0.

    The ticks are 1, 2 and 5 times each power of ten. If these do not fit into separate rows, only the powers of ten are ticks, or
    only every second power, and so on.
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    if len(decades) <= 4:
        ticks = [mark * 10.0**power for power in decades for mark in (1, 2, 5) if low <= mark * 10.0**power <= high]
        if _apart(ticks, low, high, rows):
            return ticks
    for every in range(1, len(decades) + 1):
        ticks = [10.0**power for power in decades if power % every == 0 and low <= 10.0**power <= high]
        if _apart(ticks, low, high, rows):
            break
    return ticks


def _apart(ticks: list[float], low: float, high: float, rows: int) -> bool:
    """Return whether no two ticks are in the same row."""
    to_rows = (rows - 1) / max(math.log10(high / low), 1e-9)
    return len({round(math.log10(tick / low) * to_rows) for tick in ticks}) == len(ticks)


def tick_label(value: float) -> str:
    """Return the exact value of an axis tick in as few characters as possible, such as "2.5", "0.0" or ".025"."""
    if value >= 1e5 or 0 < value < 1e-4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}".replace("-", MINUS)
    short = f"{value:.1f}"
    if value >= 10:
        return short.removesuffix(".0")
    return short if math.isclose(float(short), value, rel_tol=1e-6) else f"{value:.3g}".lstrip("0")
