"""Names in characters of two cells, such as Chinese ones, stand in columns as names of two letters do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from piloting import drawn, press, rows

from tui_nn.data.dataset import Dataset, Split

WIDE = tuple("春夏秋冬東西南北上下")
NARROW = ("xa", "xb", "xc", "xd", "xe", "xf", "xg", "xh", "xi", "xj")
"""Two cells each, like `WIDE`."""

VIEWS = {"train": "2", "unit": "3u", "example": "3x", "list": "4", "gallery": "4g", "matrix": "4c", "why": "4w", "vary": "4v",
         "classes": "4a"}  # fmt: skip


def named(names: tuple[str, ...]) -> Dataset:
    """Noisy copies of ten random pictures."""
    random = np.random.default_rng(0)
    originals = random.integers(0, 256, (10, 64))

    def split(examples: int) -> Split:
        labels = (np.arange(examples) % 10).astype(np.uint8)
        images = np.clip(originals[labels] + random.normal(0, 120, (examples, 64)), 0, 255).astype(np.uint8)
        return Split(images, labels, names)

    return Dataset("named", "named", split(200), split(200))


@pytest.mark.parametrize("view", VIEWS)
async def test_wide_names_stand_in_columns(open_app: Any, view: str) -> None:
    screens = []
    for names in (NARROW, WIDE):
        async with open_app((80, 24), dataset=named(names), hidden_sizes=(12,), batch_size=64) as pilot:
            await press(pilot, "b", *VIEWS[view])
            await drawn(pilot)
            # How fast the batch was is another number each time.
            screens.append("\n".join(row for row in rows(pilot) if "a second" not in row and "ms per" not in row))
    narrow, wide = screens
    assert any(name in wide for name in WIDE)
    for one, other in zip(WIDE, NARROW, strict=True):
        wide = wide.replace(one, other)
    differ = [pair for pair in zip(wide.splitlines(), narrow.splitlines(), strict=True) if pair[0] != pair[1]]
    assert not differ, "\n".join(f"{one!r}\n{other!r}" for one, other in differ)
