"""One field of what a file holds, checked: a file may come from anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MOST_STEPS = 2**53


def table_of(row: Any, name: str) -> Mapping[str, Any]:
    """A table of that name."""
    if not isinstance(value := row[name], dict):
        raise TypeError(f"its {name} must be a table")
    return value


def list_of(row: Any, name: str) -> list[Any]:
    """A list of that name."""
    if not isinstance(value := row[name], list):
        raise TypeError(f"its {name} must be a list")
    return value


def text_of(row: Any, name: str) -> str:
    """A printable text of one line."""
    if not isinstance(value := row[name], str) or not value.isprintable() or len(value) > 4096:
        raise TypeError(f"its {name} must be a text of one line")
    return value


def count_of(row: Any, name: str) -> int:
    """A whole number from 0."""
    value = row[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_STEPS:
        raise TypeError(f"its {name} must be a whole number from 0")
    return value


def number_of(row: Any, name: str) -> float:
    """A number from 0."""
    value = row[name]
    if not isinstance(value, int | float) or isinstance(value, bool) or not (math.isfinite(value) and value >= 0):
        raise TypeError(f"its {name} must be a number from 0")
    return float(value)
