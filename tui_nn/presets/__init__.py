"""Presets: a network and the way it is trained, in one TOML file each.

A preset file has these keys, and no others:

- `about`: one sentence that says what the preset is for.
- `reported`: the result of training it. Train the preset before you add the file, and write down the result.
- `[network]` and `[training]`: settings of `NetworkConfig` and `TrainingConfig`. A setting that is left out has its default.
- `notebook` (optional): the number of the notebook that it reproduces, such as "000".
- `result` (optional): the reported result as one number for a table, such as "94.63 %".
- `examples` (optional): the number of training examples that it needs; leave this key out if any number is enough.

To add a preset, put a file into this folder; its name is the name of the preset.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import isqrt
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.tables import row_uses
from tui_nn.data.printable import printable
from tui_nn.data.toml_text import parse_toml

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

_ORDER = ("quick-start", "leaky-he", "small-normal", "wide-he", "sigmoid-mse", "tiny-lecun", "best")

MARGIN = 1 / 7
"""The width of the empty margin at each edge of MNIST's pictures, as a share of their side: 4 of 28 pixels."""

_KEYS: dict[str, tuple[type, str]] = {
    "about": (str, "a sentence"),
    "reported": (str, "a sentence"),
    "network": (dict, "a table of settings"),
    "training": (dict, "a table of settings"),
    "notebook": (str, "the number of a notebook, in quotes"),
    "result": (str, "a number in quotes"),
    "examples": (int, "a whole number"),
}
"""The keys of a preset file, each with the type of its value and the words by which an error describes this type."""
_NEEDED = ("about", "reported", "network", "training")


class PresetError(ValueError):
    """An error for a preset that does not exist, or whose file is wrong. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A network, its training settings, and the result that they give."""

    name: str
    about: str
    """A sentence that says what the preset is for."""
    notebook: str
    """The number of the notebook that the preset reproduces; "" if there is none."""
    reported: str
    """The result of the notebook, or the result to expect."""
    result: str
    """The result as one number for a table, such as "94.63 %"; "" if there is none."""
    examples: int | None
    """The number of training examples that the preset needs; None if any number is enough, or if the train limit sets it."""
    network: NetworkConfig
    training: TrainingConfig


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of all presets: first those with a fixed position, then the others in alphabetical order."""
    found = {
        file.name.removesuffix(".toml") for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")
    }
    return (*(name for name in _ORDER if name in found), *sorted(found.difference(_ORDER)))


@cache
def load_preset(name: str) -> Preset:
    """Return the preset called `name`.

    Raises:
        PresetError: if there is none, or its file is wrong.
    """
    if name not in preset_names():
        raise PresetError(f"there is no preset {name!r}; the presets are {', '.join(preset_names())}")
    return read_preset(name, resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def read_preset(name: str, text: str) -> Preset:
    """Return the preset that `text`, the contents of its file, describes.

    Raises:
        PresetError: if a key is wrong. The message names the file and the key.
    """
    try:
        table = parse_toml(text)
        _check(table)
        network, training = NetworkConfig.from_dict(table["network"]), TrainingConfig.from_dict(table["training"])
    except (ValueError, TypeError, KeyError) as error:
        raise PresetError(printable(f"{name}.toml: {error}")) from None
    return Preset(
        name=name,
        about=table["about"],
        notebook=table.get("notebook", ""),
        reported=table["reported"],
        result=table.get("result", ""),
        examples=table.get("examples"),
        network=network,
        training=training,
    )


def _check(table: dict[str, Any]) -> None:
    """Raise PresetError unless the table of a preset file has all required keys, of the right types, and no other keys."""
    for key in _NEEDED:
        if key not in table:
            raise PresetError(f"the key {key} is missing: {_KEYS[key][1]}")
    for key, value in table.items():
        if key not in _KEYS:
            raise PresetError(f"there is no key {key}; the keys are {', '.join(_KEYS)}")
        kind, what = _KEYS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise PresetError(f"{key} must be {what}")


def misfits(snapshot: Snapshot) -> tuple[str, ...]:
    """Return a sentence without a full stop for each setting of a run that does not fit its data."""
    return tuple(filter(None, (_shortfall(snapshot), _too_far(snapshot))))


def _shortfall(snapshot: Snapshot) -> str:
    """Return a sentence if the data has fewer training examples than the run needs; "" if it has enough."""
    there, limit = snapshot.train_examples + snapshot.set_aside, snapshot.training.train_limit
    if limit is not None:
        wanted, sentence = limit, f"the run asks for {limit:,} training examples"
    else:
        # A saved run may have no preset, or its preset may have been removed.
        known = snapshot.preset in preset_names()
        wanted = (load_preset(snapshot.preset).examples if known else None) or 0
        sentence = f"the preset {snapshot.preset} was made for {wanted:,} examples"
    return f"{sentence}; the data has {there:,}, so the run uses all of them" if wanted > there else ""


def _too_far(snapshot: Snapshot) -> str:
    """Return a sentence if the random shifts of training can move strokes out of the pictures; "" if they cannot."""
    side, shift = isqrt(snapshot.network.input_size), snapshot.training.noise_shift
    most = round(MARGIN * side)
    if shift <= most or not row_uses("noise", snapshot.training.noise, "noise_shift"):
        return ""
    return (
        f"the noise moves pictures of {side} x {side} pixels by up to {shift} pixels, so parts of them can be lost; "
        f"set noise shift to at most {most}"
    )
