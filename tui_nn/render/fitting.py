"""Words for the room there is."""

from __future__ import annotations

from collections.abc import Sequence


def fitting(texts: Sequence[str], width: int) -> str:
    """The first of `texts`, longest first, that fits `width` cells; the last where none does."""
    return next((text for text in texts if len(text) <= width), texts[-1])
