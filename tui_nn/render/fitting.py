"""The choice of a text that fits."""

from __future__ import annotations

from collections.abc import Sequence


def fitting(texts: Sequence[str], width: int) -> str:
    """Return the first text that fits `width` cells, or the last one if none fits. The longest comes first."""
    return next((text for text in texts if len(text) <= width), texts[-1])
