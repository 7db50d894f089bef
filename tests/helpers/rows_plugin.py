"""A row more in every table, for a pytest of its own: `python -m pytest -p rows_plugin`."""

from dataclasses import replace

from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS

TABLES = {
    "activation": (ACTIVATIONS, "tanh"),
    "weight_init": (INITIALIZERS, "he_normal"),
    "loss": (LOSSES, "sigmoid_mse"),
    "optimizer": (OPTIMIZERS, "nesterov"),
    "schedule": (SCHEDULES, "cosine"),
    "noise": (AUGMENTATIONS, "gaussian"),
}
"""By the setting that chooses: the table, and the row that the new one is like."""

NEW = "quite_new"


def new_row(setting: str) -> object:
    """A row with a name, a formula and a purpose that no other has."""
    table, like = TABLES[setting]
    row = replace(table[like], name=NEW, formula=f"{setting} → new", purpose="to be found everywhere")  # type: ignore[type-var]
    return replace(row, label="quite new") if hasattr(row, "label") else row


def pytest_configure() -> None:
    for setting, (table, _) in TABLES.items():
        table[NEW] = new_row(setting)  # type: ignore[index]
