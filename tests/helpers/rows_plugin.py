"""A row more in every table, for a pytest of its own: `python -m pytest -p rows_plugin`."""

from dataclasses import replace

import numpy as np

from tui_nn.core.activations import ACTIVATIONS, Activation
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Array

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


def _softsign(z: Array, out: Array) -> None:
    np.abs(z, out=out)
    out += 1
    np.divide(z, out, out=out)


def _softsign_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.abs(a, out=out)
    np.subtract(1, out, out=out)
    out *= out


SOFTSIGN = Activation(
    NEW, "activation → new", "(1 − |a|)²", "to be found everywhere", _softsign, _softsign_slope,
    kinks=(0.0,), signed=True, limits=(-1.0, 1.0),
)  # fmt: skip
"""Unlike the others: its slope fades slowly, and has a kink of its own at 0."""


def new_row(setting: str) -> object:
    """A row with a name, a formula and a purpose that no other has."""
    table, like = TABLES[setting]
    if setting == "activation":
        return SOFTSIGN
    row = replace(table[like], name=NEW, formula=f"{setting} → new", purpose="to be found everywhere")  # type: ignore[type-var]
    return replace(row, label="quite new") if hasattr(row, "label") else row


def pytest_configure() -> None:
    for setting, (table, _) in TABLES.items():
        table[NEW] = new_row(setting)  # type: ignore[index]
