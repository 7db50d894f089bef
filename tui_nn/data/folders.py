"""The folders of this program: one function for all of them, so that tests can point it elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLES = {kind: f"TUI_NN_{kind.upper()}_DIR" for kind in ("config", "state", "cache", "data")}
"""The environment variable that moves each kind of folder: TUI_NN_DATA_DIR moves "data"."""


def folder(kind: str) -> Path:
    """Return the folder for one kind of files, whether or not it exists.

    `kind` is "config" (settings), "state" (things that the program remembers), "cache" (files that it can make again) or
    "data" (files that a person made, such as drawn digits).

    Raises:
        KeyError: if there is no such kind.
    """
    if moved := os.environ.get(VARIABLES[kind]):
        return Path(moved)
    standard = {
        "config": platformdirs.user_config_dir,
        "state": platformdirs.user_state_dir,
        "cache": platformdirs.user_cache_dir,
        "data": platformdirs.user_data_dir,
    }
    return Path(standard[kind]("tui-nn", appauthor=False))
