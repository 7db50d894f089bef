"""The tables of named choices, such as activations and optimizers, found by the name of the setting.

The tables contain NumPy functions, but the help of the command line must not wait for NumPy. So a table is imported
only when its rows are first needed. A new row needs no change in this file; a new table needs one line.
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
"""The table of each setting that is a choice. The key is the name of the setting, and the value is the module and the
name of the table.
"""


def rows(setting: str) -> Mapping[str, Any]:
    """Return the table of a choice, such as `setting` "optimizer": its rows by name.

    Each row has a name, a formula, a purpose and the settings that it uses.
    """
    module, name = TABLES[setting]
    found: Mapping[str, Any] = getattr(import_module(module), name)
    return found


def row_uses(setting: str, row: str, other: str) -> bool:
    """Return whether a choice uses another setting. For example, the optimizer "momentum" uses the setting "momentum"."""
    return other in rows(setting)[row].uses
