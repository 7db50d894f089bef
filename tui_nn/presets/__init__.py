"""Presets: a network and how it is trained, one TOML file each, with the keys of the two configs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tui_nn.config.configs import NetworkConfig, TrainingConfig

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

_ORDER = ("quick-start", "leaky-he", "small-normal", "wide-he", "sigmoid-mse", "tiny-lecun", "best")


class PresetError(ValueError):
    """A preset that there is not; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A starting point, and what is known of where it leads."""

    name: str
    about: str
    """One sentence."""
    notebook: str
    """The number of the notebook it reproduces, or ""."""
    reported: str
    """What that notebook printed, or what to expect."""
    result: str
    """The same in one number, for a table: "94.63 %"."""
    examples: int | None
    """The training examples it was made for; None if any number will do, or if its train limit says so."""
    network: NetworkConfig
    training: TrainingConfig


@cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets: the known ones in their order, then any other file, sorted."""
    found = {
        file.name.removesuffix(".toml") for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")
    }
    return (*(name for name in _ORDER if name in found), *sorted(found.difference(_ORDER)))


@cache
def load_preset(name: str) -> Preset:
    """The preset of this name.

    Raises:
        PresetError: if there is none.
    """
    if name not in preset_names():
        raise PresetError(f"there is no preset {name!r}; there are: {', '.join(preset_names())}")
    table = tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Preset(
        name=name,
        about=table["about"],
        notebook=table.get("notebook", ""),
        reported=table["reported"],
        result=table.get("result", ""),
        examples=table.get("examples"),
        network=NetworkConfig.from_dict(table["network"]),
        training=TrainingConfig.from_dict(table["training"]),
    )


def shortfall(snapshot: Snapshot) -> str:
    """What to tell where more examples are meant than are trained on; "" where there are enough, or a limit is wanted."""
    there, limit = snapshot.train_examples, snapshot.training.train_limit
    if limit is not None:
        wanted, sentence = limit, f"{limit:,} training examples were asked for"
    else:
        # A saved run may come from a preset that is no longer there, or from none.
        known = snapshot.preset in preset_names()
        wanted = (load_preset(snapshot.preset).examples if known else None) or 0
        sentence = f"{snapshot.preset} was made for {wanted:,} examples"
    return f"{sentence}; there are {there:,}, and it takes those" if wanted > there else ""
