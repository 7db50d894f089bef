"""The door to the tables: for each setting with named choices, the rows that it chooses from.

The tables hold NumPy functions, and the command line's help must not wait for NumPy. A table is therefore imported when its
rows are first asked for. A new row needs nothing here; a new table needs one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

TABLES = {
    "activation": ("tui_nn.core.activations", "ACTIVATIONS"),
    "weight_init": ("tui_nn.core.choices.initializers", "INITIALIZERS"),
    "loss": ("tui_nn.core.losses", "LOSSES"),
    "optimizer": ("tui_nn.core.optimizers", "OPTIMIZERS"),
    "schedule": ("tui_nn.core.choices.schedules", "SCHEDULES"),
    "noise": ("tui_nn.core.choices.augmentation", "AUGMENTATIONS"),
}
"""The module and the name of each table, by the name of the setting."""


def rows(setting: str) -> Mapping[str, Any]:
    """Return the rows that a setting chooses from, by name. Each has a name, a formula, a purpose and the settings it uses."""
    module, name = TABLES[setting]
    found: Mapping[str, Any] = getattr(import_module(module), name)
    return found


def row_uses(setting: str, row: str, other: str) -> bool:
    """Whether the row that `setting` chooses uses the setting `other`."""
    return other in rows(setting)[row].uses
