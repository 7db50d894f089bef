"""The share line: a whole configuration on one line to copy and paste, such as "784-128-10 relu he_normal softmax-ce sgd lr=.03".

The line holds the sizes, then four values without the names of their fields, then `field=value`: the most important fields, and
every other field whose value is not its default.
"""

from __future__ import annotations

from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import NO_LAYERS, ConfigError, Setting, is_plain
from tui_nn.data.dataset import CLASS_COUNTS, SIDES
from tui_nn.data.printable import printable

_NAMED = ("activation", "weight_init", "loss", "optimizer")
"""The fields whose values stand in the line without a name. No two of these fields have a value in common."""
_ALWAYS = ("learning_rate", "batch_size", "epochs", "seed")
_SETTINGS = {setting.name: setting for setting in settings()}
_ENDS = ("input_size", "output_size")
"""The two fields that the data decides. A share line contains them to say which data it fits."""
_LONGEST = 2000
"""The largest length of a share line, in characters."""


class ShareError(ValueError):
    """An error for a line that describes no configuration. The message says what is wrong with it."""


def share_line(network: NetworkConfig, training: TrainingConfig) -> str:
    """Return both configs as one line, from which `read_share_line` makes the same configs."""
    values = _values(network, training)
    words = ["-".join(map(str, network.sizes))]
    words += [_write(_SETTINGS[name], values[name]) for name in _NAMED]
    rest = [name for name in values if name not in ("hidden_sizes", *_NAMED, *_ALWAYS)]
    for name in (*_ALWAYS, *(name for name in rest if values[name] != _SETTINGS[name].default)):
        words.append(f"{_key(_SETTINGS[name])}={_write(_SETTINGS[name], values[name])}")
    return " ".join(words)


def read_share_line(text: str) -> tuple[NetworkConfig, TrainingConfig]:
    """Return the configs that a share line describes. A field that is not in the line gets its default.

    Raises:
        ShareError: if a word is wrong. The message names every wrong word, the first three in full.
    """
    values: dict[str, Any] = {}
    errors: list[str] = []
    words = text.split() if len(text) <= _LONGEST else []
    if words[:1] == ["share"]:
        del words[0]
    if not words:
        raise ShareError("this is not a share line, which begins with layer sizes, like 784-128-10 relu lr=.1")
    for word in words:
        try:
            found = _read(word)
            if twice := [name for name in found if name in values]:
                raise ShareError(f"{_key(_SETTINGS[twice[-1]])} is there twice")
            values |= found
        except ShareError as error:
            errors.append(str(error))
        except ConfigError as error:
            errors.append(f"{printable(word[:24])}: must be {error.errors[0].allowed}")
    if errors:
        more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
        raise ShareError("; ".join(errors[:3]) + more)
    network = {setting.name for setting in NetworkConfig.settings} | {*_ENDS}
    return (
        NetworkConfig(**{name: value for name, value in values.items() if name in network}),
        TrainingConfig(**{name: value for name, value in values.items() if name not in network}),
    )


def _values(network: NetworkConfig, training: TrainingConfig) -> dict[str, Any]:
    return {s.name: getattr(config, s.name) for config in (network, training) for s in config.settings}


def _key(setting: Setting) -> str:
    return setting.short or setting.name


def _write(setting: Setting, value: object) -> str:
    """Return the exact value as text without spaces, such as ".03" for 0.03 or "softmax-ce" for "softmax + CE"."""
    if setting.kind == "choice":
        return setting.show(value).lower().replace(" + ", "-").replace(" ", "-")
    if isinstance(value, float):
        # repr is the shortest text that is read back as the same number.
        return repr(value).removesuffix(".0").removeprefix("0" if 0 < value < 1 else "").replace("e-0", "e-")
    return setting.format(value)


def _read(word: str) -> dict[str, Any]:
    """Return the fields that one word of a share line sets, with their values."""
    key, equals, text = word.partition("=")
    if equals:
        key = key.lower().replace("-", "_")
        for setting in _SETTINGS.values():
            if key in (setting.name, _key(setting).replace("-", "_")):
                return {setting.name: setting.parse(text)}
        raise ShareError(f"{printable(word[:24])}: there is no such setting")
    if is_plain(word) and word.replace("-", "").isdecimal():
        return _read_sizes(word)
    for name in _NAMED:
        try:
            return {name: _SETTINGS[name].parse(word)}
        except ConfigError:
            continue
    raise ShareError(f"{printable(word[:24])}: not a word of a share line")


def _read_sizes(word: str) -> dict[str, Any]:
    """Return the sizes in a text such as "784-128-10" as fields: pixels of a picture, hidden layers, classes."""
    sizes = [int(part) for part in word.split("-") if part]
    sides = {side * side for side in SIDES}
    if len(sizes) < 2 or sizes[0] not in sides or sizes[-1] not in CLASS_COUNTS:
        raise ShareError(
            f"{printable(word[:24])}: sizes begin with the pixels of a square picture, like 784, and end with the classes, like 10"
        )
    hidden: tuple[int, ...] = _SETTINGS["hidden_sizes"].parse(",".join(map(str, sizes[1:-1])) or NO_LAYERS)
    return dict(zip(_ENDS, (sizes[0], sizes[-1]), strict=True)) | {"hidden_sizes": hidden}
