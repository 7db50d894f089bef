"""The text form of every command, and its reader.

| command | text |
| --- | --- |
| StepEpoch, StepBatch, Run, Pause | `step-epoch`, `step-batch`, `run`, `run pace 2` (epochs a second), `pause` |
| Act, FinishUpdate, DropUpdate, Undo | `act`, `finish-update`, `drop-update`, `undo` |
| TrainTo | `train-to 3`, `train-to 3 batch 4` |
| Seek | `seek 3`, `seek 3 batch 4` |
| Travel, BackABatch, Switch | `travel -10`, `back-a-batch`, `switch 1` |
| Mark, Return | `mark here`, `return here` |
| Change | `change learning-rate=0.3 momentum=0.5` |
| Restart | `restart quick-start hidden-sizes=128,64 seed=7` |
| Again | `again learning-rate=0.3` |
| ApplyEdits | `edit off:0:5 bias:0:2=0.5 weight:0:2:400=-0.1` (kind:layer:unit:source=value) |
| Rename, Save, Replace | `rename 1 'twice as fast'`, `save a.run`, `replace a.run` |
| SetBookmark, DropBookmark | `bookmark 'the gap' 'train epoch=40'`, `drop-bookmark 'the gap'` |
| TrainOn | `train-on bundled+own` |
| OpenRun, OpenRescued, Dismiss | `open-run a.run`, `open-rescued 20260131-140200.run`, `dismiss` |

A setting that a text leaves out has its value from the configs that the caller passes to `read_command`.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, assert_never

from tui_nn.config.base import BaseConfig
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import (
    Act,
    Again,
    ApplyEdits,
    BackABatch,
    Change,
    Command,
    Dismiss,
    DropBookmark,
    DropUpdate,
    FinishUpdate,
    Mark,
    OpenRescued,
    OpenRun,
    Pause,
    Quit,
    Rename,
    Replace,
    Restart,
    Return,
    Run,
    Save,
    Seek,
    SetBookmark,
    StepBatch,
    StepEpoch,
    Switch,
    TrainOn,
    TrainTo,
    Travel,
    Undo,
)

_PLAIN: dict[str, Callable[[], Command]] = {
    "step-epoch": StepEpoch, "step-batch": StepBatch, "run": Run, "pause": Pause, "act": Act,
    "finish-update": FinishUpdate, "drop-update": DropUpdate, "back-a-batch": BackABatch, "undo": Undo,
    "dismiss": Dismiss,
    "quit": Quit,
}  # fmt: skip
"""The commands without arguments. The key is the text of a command, and the value is its class."""

_EDIT = re.compile(r"(?P<kind>\w+):(?P<layer>\d+):(?P<unit>\d+)(:(?P<source>\d+))?(=(?P<value>\S+))?", re.ASCII)

SLOWEST, FASTEST = 0.01, 1000.0
"""The smallest and the largest pace of a run, in epochs a second."""


class CommandTextError(ValueError):
    """The error for a text that is not a command. The message is one sentence."""


def command_text(command: Command, network: NetworkConfig | None = None, training: TrainingConfig | None = None) -> str:
    """Return the text form of a command. A setting is left out if it equals the setting in `network` or `training`."""
    training = training or TrainingConfig()
    match command:
        case TrainTo(epoch, batch):
            words = ["train-to", str(epoch), *(["batch", str(batch)] if batch else [])]
        case Seek(epoch, batch):
            words = ["seek", str(epoch), *(["batch", str(batch)] if batch else [])]
        case Travel(epochs):
            words = ["travel", str(epochs)]
        case Switch(branch):
            words = ["switch", str(branch)]
        case Run(pace) if pace is not None:
            words = ["run", "pace", repr(pace)]
        case Mark(name):
            words = ["mark", name]
        case Return(name):
            words = ["return", name]
        case Rename(branch, title):
            words = ["rename", str(branch), title]
        case SetBookmark(name, look):
            words = ["bookmark", name, look]
        case DropBookmark(name):
            words = ["drop-bookmark", name]
        case Save(path):
            words = ["save", path]
        case Replace(path):
            words = ["replace", path]
        case TrainOn(source):
            words = ["train-on", source]
        case OpenRun(path):
            words = ["open-run", path]
        case OpenRescued(path):
            words = ["open-rescued", path]
        case Change(wanted):
            words = ["change", *_settings(training, wanted)]
        case Restart(wanted_network, wanted_training, preset):
            changes = _settings(network or NetworkConfig(), wanted_network), _settings(training, wanted_training)
            words = ["restart", preset, *changes[0], *changes[1]]
        case Again(wanted_network, wanted_training):
            changes = _settings(network or NetworkConfig(), wanted_network), _settings(training, wanted_training)
            words = ["again", *changes[0], *changes[1]]
        case ApplyEdits(edits):
            words = ["edit", *map(_edit_text, edits)]
        case (
            StepEpoch()
            | StepBatch()
            | Run()
            | Pause()
            | Act()
            | FinishUpdate()
            | DropUpdate()
            | BackABatch()
            | Undo()
            | Dismiss()
            | Quit()
        ):
            words = [next(name for name, kind in _PLAIN.items() if kind is type(command))]
        case _:
            assert_never(command)
    return shlex.join(words)


def read_command(text: str, network: NetworkConfig | None = None, training: TrainingConfig | None = None) -> Command:
    """Return the command that a text stands for. A setting that is not in the text has its value from `network` or `training`.

    Raises:
        CommandTextError: if the text is not a command.
        ConfigError: if the value of a setting is not allowed.
    """
    network, training = network or NetworkConfig(), training or TrainingConfig()
    try:
        word, *rest = shlex.split(text)
    except ValueError:
        raise CommandTextError(f"{text!r} is not a command: the text is empty or a quotation mark is missing") from None
    match word, rest:
        case _, [] if word in _PLAIN:
            return _PLAIN[word]()
        case "train-to", [epoch]:
            return TrainTo(_whole(epoch, text))
        case "train-to", [epoch, "batch", batch]:
            return TrainTo(_whole(epoch, text), _whole(batch, text))
        case "seek", [epoch]:
            return Seek(_whole(epoch, text))
        case "seek", [epoch, "batch", batch]:
            return Seek(_whole(epoch, text), _whole(batch, text))
        case "travel", [epochs]:
            return Travel(_whole(epochs, text))
        case "switch", [branch]:
            return Switch(_whole(branch, text))
        case "run", ["pace", pace]:
            return Run(_pace(pace, text))
        case "mark", [name]:
            return Mark(name)
        case "return", [name]:
            return Return(name)
        case "rename", [branch, title]:
            return Rename(_whole(branch, text), title)
        case "bookmark", [name, look]:
            return SetBookmark(name, look)
        case "drop-bookmark", [name]:
            return DropBookmark(name)
        case "save", [path]:
            return Save(path)
        case "replace", [path]:
            return Replace(path)
        case "train-on", [source]:
            return TrainOn(source)
        case "open-run", [path]:
            return OpenRun(path)
        case "open-rescued", [path]:
            return OpenRescued(path)
        case "change", _:
            (changed,) = _changed(rest, text, training)
            return Change(changed)
        case "restart", [preset, *settings]:
            new_network, new_training = _changed(settings, text, network, training)
            return Restart(new_network, new_training, preset)
        case "again", _:
            new_network, new_training = _changed(rest, text, network, training)
            return Again(new_network, new_training)
        case "edit", _:
            return ApplyEdits(tuple(_read_edit(word, text) for word in rest))
    raise CommandTextError(f"{text!r} is not a command")


def _settings(before: BaseConfig, after: BaseConfig) -> Iterable[str]:
    """Yield a text such as "learning-rate=0.3" for each setting of `after` that differs from `before`."""
    for setting in after.settings:
        if (value := getattr(after, setting.name)) != getattr(before, setting.name):
            yield f"{setting.name.replace('_', '-')}={setting.format(value)}"


def _changed(words: list[str], text: str, *configs: Any) -> list[Any]:
    """Return copies of the configs, changed by `words` such as "momentum=0.5"."""
    values: list[dict[str, Any]] = [{} for _ in configs]
    for word in words:
        name, _, value = word.partition("=")
        for config, found in zip(configs, values, strict=True):
            for setting in config.settings:
                if setting.name.replace("_", "-") == name:
                    found[setting.name] = setting.parse(value)
                    break
            else:
                continue
            break
        else:
            raise CommandTextError(f"{text!r} is not a command: there is no setting {name!r}")
    return [replace(config, **found) for config, found in zip(configs, values, strict=True)]


def _whole(word: str, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", word, re.ASCII):
        raise CommandTextError(f"{text!r} is not a command: {word!r} is not a whole number")
    return int(word)


def _pace(word: str, text: str) -> float:
    try:
        pace = float(word)
    except ValueError:
        pace = 0.0
    if not SLOWEST <= pace <= FASTEST:
        raise CommandTextError(
            f"{text!r} is not a command: the epochs a second must be a number from {SLOWEST:g} to {FASTEST:g}, not {word!r}"
        )
    return pace


def _edit_text(edit: Any) -> str:
    source = f":{edit.source}" if edit.source else ""
    value = "" if edit.value == 0 and math.copysign(1, edit.value) > 0 else f"={edit.value!r}"
    return f"{edit.kind}:{edit.layer}:{edit.unit}{source}{value}"


def _read_edit(word: str, text: str) -> Any:
    # This import is late, because the module loads NumPy.
    from tui_nn.core.choices.edits import KINDS, Edit

    if (found := _EDIT.fullmatch(word)) is None or found["kind"] not in KINDS:
        raise CommandTextError(f"{text!r} is not a command: {word!r} is not an edit of a weight, bias or unit")
    try:
        value = float(found["value"] or 0)
    except ValueError:
        raise CommandTextError(f"{text!r} is not a command: {found['value']!r} is not a number") from None
    return Edit(found["kind"], int(found["layer"]), int(found["unit"]), int(found["source"] or 0), value)
