"""The limits and tick labels of chart axes."""

from __future__ import annotations

import math
from bisect import bisect_left

from tui_nn.render.numbers import MINUS

_ROUND = (10, 20, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000)
_NICE = (1.0, 2.0, 2.5, 5.0)


def epoch_end(newest: int, plan: int) -> int:
    """Return the last epoch of a chart axis: the next round number from `newest` on, or `plan` if that comes first."""
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


def linear_ticks(need: float, rows: int) -> tuple[float, list[float]]:
    """Return the end of an axis from 0, at or just above `need`, and its ticks. Each tick is on a whole row.

    The bottom one of the `rows` rows is 0 and the top row is the end.
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

    They are the 1, 2 and 5 of each decade. If these do not fit into separate rows, they are only the 1 of each decade, or of every
    second decade and so on.
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
    """Return whether every tick is in a row of its own."""
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
