"""The folders of this program. All code finds them through one function, so that tests can use other folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLES = {kind: f"TUI_NN_{kind.upper()}_DIR" for kind in ("config", "state", "cache", "data")}
"""The environment variable for each kind of folder. For example, TUI_NN_DATA_DIR sets the folder of kind "data"."""


def folder(kind: str) -> Path:
    """Return the path of the folder for one kind of files. The folder need not exist.

    `kind` is "config" (settings), "state" (things that the program remembers), "cache" (files that it can make again) or "data"
    (files that a person made, such as drawn digits).

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
