"""The share line: all settings on one line to copy and paste, such as "784-128-10 relu he_normal softmax-ce sgd lr=.03".

The line contains the sizes, then four values without the names of their fields, then `field=value` for other fields:
for the most important ones, and for every field whose value is not the default.

The line of a run also contains the changes that a person made during the run. "@5 lr=.01" is a new learning rate after
5 epochs, and "@5+12 adam" is another optimizer 12 batches later. Edits of weights are "weight:0:3:400=.5" (layer, unit,
input), "bias:0:3=.5" and "off:0:3".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import NO_LAYERS, ConfigError, Effect, Setting, is_plain
from tui_nn.data.dataset import CLASS_COUNTS, SIDES
from tui_nn.data.printable import printable
from tui_nn.session.run.history import Change, Place

if TYPE_CHECKING:
    from tui_nn.core.choices.edits import Edit
    from tui_nn.session.file.runs import Run
    from tui_nn.session.run.snapshot import Snapshot

_NAMED = ("activation", "weight_init", "loss", "optimizer")
"""The fields that a share line contains without their names. A value identifies its field, because no two of these
fields have a value in common.
"""
_ALWAYS = ("learning_rate", "batch_size", "epochs", "seed")
_SETTINGS = {setting.name: setting for setting in settings()}
_ENDS = ("input_size", "output_size")
"""The two fields that follow from the data. A share line contains them to say which data it fits."""
_LONGEST, _LONGEST_CHANGES = 2000, 20_000
"""The largest number of characters for the settings in a share line, and for the changes after the settings."""


class ShareError(ValueError):
    """An error for a text that is not a correct share line. The message says what is wrong with it."""


def share_run(run: Snapshot | Run) -> str:
    """Return the share line of a run: the settings that it began with, and the changes that were made by hand."""
    if (first := run.history.first_training) is None:
        return share_line(run.network, run.training)
    return share_line(run.network, first, run.history.later_changes)


def share_line(network: NetworkConfig, training: TrainingConfig, changes: Sequence[Change] = ()) -> str:
    """Return both configs, and the changes of a run that began with them, as one line.

    `read_shared_run` returns equal configs and changes for this line.
    """
    values = _values(network, training)
    words = ["-".join(map(str, network.sizes))]
    words += [_write(_SETTINGS[name], values[name]) for name in _NAMED]
    rest = [name for name in values if name not in ("hidden_sizes", *_NAMED, *_ALWAYS)]
    for name in (*_ALWAYS, *(name for name in rest if values[name] != _SETTINGS[name].default)):
        words.append(f"{_key(_SETTINGS[name])}={_write(_SETTINGS[name], values[name])}")
    for change in changes:
        epoch, batch = change.place
        words.append(f"@{epoch}+{batch}" if batch else f"@{epoch}")
        for name, value in change.values.items():
            text = _write(_SETTINGS[name], value)
            words.append(text if name in _NAMED else f"{_key(_SETTINGS[name])}={text}")
        words += map(_write_edit, change.edits)
    return " ".join(words)


def read_share_line(text: str) -> tuple[NetworkConfig, TrainingConfig]:
    """Return the configs that a share line describes. A field that is not in the line gets its default.

    If the line also has changes of a run, they are checked but not returned. `read_shared_run` returns them.

    Raises:
        ShareError: if a word is wrong. The message names every wrong word, the first three in full.
    """
    network, training, _ = read_shared_run(text)
    return network, training


def read_shared_run(text: str) -> tuple[NetworkConfig, TrainingConfig, tuple[Change, ...]]:
    """Return the configs that a share line describes, and the changes of its run.

    Raises:
        ShareError: as in `read_share_line`.
    """
    settled, _, later = text.partition("@")
    words = text.split() if len(settled) <= _LONGEST and len(later) <= _LONGEST_CHANGES else []
    if words[:1] == ["share"]:
        del words[0]
    first = next((number for number, word in enumerate(words) if word.startswith("@")), len(words))
    if not words[:first]:
        raise ShareError(
            "this is not a share line: a share line begins with layer sizes, such as 784-128-10 relu lr=.1"
        )
    errors: list[str] = []
    values = _read_words(words[:first], errors)
    parts: list[tuple[Place, list[str]]] = []
    for word in words[first:]:
        if not word.startswith("@"):
            parts[-1][1].append(word)
            continue
        try:
            place = _read_place(word)
            if parts and place < parts[-1][0]:
                raise ShareError(f"{printable(word[:24])}: changes must be in the order of their epochs and batches")
        except ShareError as error:
            errors.append(str(error))
            place = parts[-1][0] if parts else (0, 0)
        parts.append((place, []))
    found = [(place, *_read_change(listed, errors)) for place, listed in parts]
    if errors:
        more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
        raise ShareError("; ".join(errors[:3]) + more)
    names = {setting.name for setting in NetworkConfig.settings} | {*_ENDS}
    network = NetworkConfig(**{name: value for name, value in values.items() if name in names})
    training = TrainingConfig(**{name: value for name, value in values.items() if name not in names})
    for _, _, edits in found:
        for edit in edits:
            if fault := edit.fault(network):
                raise ShareError(f"{_write_edit(edit)}: {fault}")
    changes = (Change.at(place, changed, edits) for place, changed, edits in found)
    return network, training, tuple(change for change in changes if change.values or change.edits)


def _read_words(words: Sequence[str], errors: list[str]) -> dict[str, Any]:
    """Return the fields that some words of a share line set. Add a sentence to `errors` for each wrong word."""
    values: dict[str, Any] = {}
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
    return values


def _read_place(word: str) -> Place:
    """Return the position (epoch and batch) that a word such as "@5" or "@5+12" stands for."""
    epoch, plus, batch = word[1:].partition("+")
    numbers = (epoch, batch) if plus else (epoch, "0")
    if not all(is_plain(number) and number.isdecimal() and len(number) <= 9 for number in numbers):
        raise ShareError(f"{printable(word[:24])}: a position must be @EPOCHS or @EPOCHS+BATCHES, such as @5 or @5+12")
    return int(numbers[0]), int(numbers[1])


def _read_change(words: Sequence[str], errors: list[str]) -> tuple[dict[str, Any], tuple[Edit, ...]]:
    """Return the new settings of one change of a run, and its edits by hand. Add a sentence to `errors` for each wrong word."""
    edits, others = list["Edit"](), list[str]()
    for word in words:
        try:
            edit = _read_edit(word)
        except ShareError as error:
            errors.append(str(error))
            continue
        if edit is None:
            others.append(word)
        else:
            edits.append(edit)
    values = _read_words(others, errors)
    for name in values:
        if name in _ENDS or _SETTINGS[name].effect is Effect.NEW_NETWORK:
            errors.append(f"{name} cannot change in the middle of a run, because it needs a new network")
    return values, tuple(edits)


def _write_edit(edit: Edit) -> str:
    place = ":".join(map(str, edit.place if edit.kind == "weight" else edit.place[:3]))
    return place if edit.kind == "off" else f"{place}={_write_number(edit.value)}"


def _read_edit(word: str) -> Edit | None:
    """Return the edit that a word such as "bias:0:3=.5" describes; None if the word is not an edit."""
    place, _, value = word.partition("=")
    kind, *numbers = place.split(":")
    if not numbers:
        return None
    # This import is late, because this module imports NumPy.
    from tui_nn.core.choices.edits import Edit

    count = {"weight": 3, "bias": 2, "off": 2}.get(kind)
    try:
        if count != len(numbers) or not all(is_plain(n) and n.isdecimal() and len(n) <= 9 for n in numbers):
            raise ValueError
        if not is_plain(value) or bool(value) != (kind != "off"):
            raise ValueError
        layer, unit, source = map(int, [*numbers, "0"][:3])
        edit = Edit(kind, layer, unit, source, float(value or 0))
    except ValueError:
        forms = "weight:LAYER:UNIT:INPUT=VALUE, bias:LAYER:UNIT=VALUE or off:LAYER:UNIT"
        raise ShareError(f"{printable(word[:24])}: an edit is {forms}") from None
    return edit


def _values(network: NetworkConfig, training: TrainingConfig) -> dict[str, Any]:
    return {s.name: getattr(config, s.name) for config in (network, training) for s in config.settings}


def _key(setting: Setting) -> str:
    return setting.short or setting.name


def _write(setting: Setting, value: object) -> str:
    """Return the exact value of a setting as text without spaces, such as ".03" for 0.03 or "softmax-ce" for "softmax + CE"."""
    if setting.kind == "choice":
        return setting.show(value).lower().replace(" + ", "-").replace(" ", "-")
    if isinstance(value, float):
        return _write_number(value)
    return setting.format(value)


def _write_number(value: float) -> str:
    # The function repr gives the shortest text that is read back as the same number.
    return repr(value).removesuffix(".0").removeprefix("0" if 0 < value < 1 else "").replace("e-0", "e-")


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
    raise ShareError(f"{printable(word[:24])}: this word has no meaning in a share line")


def _read_sizes(word: str) -> dict[str, Any]:
    """Return the sizes in a text such as "784-128-10" as fields: pixels of a picture, hidden layers, classes."""
    sizes = [int(part) for part in word.split("-") if part]
    sides = {side * side for side in SIDES}
    if len(sizes) < 2 or sizes[0] not in sides or sizes[-1] not in CLASS_COUNTS:
        raise ShareError(
            f"{printable(word[:24])}: sizes must begin with the pixels of a square picture, such as 784, "
            "and end with the classes, such as 10"
        )
    hidden: tuple[int, ...] = _SETTINGS["hidden_sizes"].parse(",".join(map(str, sizes[1:-1])) or NO_LAYERS)
    return dict(zip(_ENDS, (sizes[0], sizes[-1]), strict=True)) | {"hidden_sizes": hidden}
