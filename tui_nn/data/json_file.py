"""Small JSON files that the program itself writes, such as the file with the progress of the lessons.

A file that is too large is not read. A file is replaced completely or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tui_nn.data.atomic import replace_file
from tui_nn.data.printable import printable
from tui_nn.data.small_file import read_small_file

LARGEST = 1_000_000
"""The largest size of a JSON file that the program reads, in bytes."""

T = TypeVar("T")


def read_json_file(path: Path, read: Callable[[Any], T], empty: T) -> tuple[T, str]:
    """Return a pair: `read(content)` for the content of a JSON file, and "". If the file cannot be read, return `empty`
    and the reason. If the file is missing, return `empty` and "". `read` raises ValueError, TypeError, KeyError or
    AttributeError for contents that it cannot read.
    """
    try:
        content = read_small_file(path, LARGEST)
        if len(content) > LARGEST:
            raise ValueError
        return read(json.loads(content)), ""
    except FileNotFoundError:
        return empty, ""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        reason = "the file is damaged"
    return empty, f"'{printable(str(path))}': {reason}"


def write_json_file(path: Path, table: Any) -> str:
    """Write a JSON file, completely or not at all. Return "", or the reason if the file cannot be written."""
    content = json.dumps(table, indent=1).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda file: file.write(content))
    except OSError as error:
        return f"'{printable(str(path))}': {(error.strerror or str(error)).lower()}"
    return ""
