"""The draft that the Configure form edits: values, changes and errors, without a screen."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError, Effect, Setting
from tui_nn.config.tables import row_uses
from tui_nn.lessons.locks import NOTHING_KEPT
from tui_nn.presets import load_preset, preset_names

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

SETTINGS = {setting.name: setting for setting in settings()}

FIRST = ("hidden_sizes", "activation", "learning_rate")
"""The settings that matter most. The form shows each of them at the top of its column."""


def _ordered(rows: Iterable[Setting]) -> tuple[Setting, ...]:
    """Return the settings in the order of the form: those of `FIRST`, then the other common ones, then the rare ones."""
    return tuple(sorted(rows, key=lambda row: (row.name not in FIRST, row.rare)))


_FIRST_AGAINST = TrainingConfig.settings.index(SETTINGS["l1"])
NETWORK_ROWS = _ordered(NetworkConfig.settings)
TRAINING_ROWS = _ordered(TrainingConfig.settings[:_FIRST_AGAINST])
OVERFITTING_ROWS = _ordered(TrainingConfig.settings[_FIRST_AGAINST:])

ADAPTIVE_RATE, LARGE_RATE = 0.001, 0.03
"""When you choose an adaptive optimizer, the form replaces a learning rate of at least `LARGE_RATE` by `ADAPTIVE_RATE`.

An adaptive optimizer divides the gradient by its typical size. A learning rate that suits sgd makes its updates too large.
"""

FIRST_LAYER = 64
"""The number of units of a layer that is added to a network without hidden layers."""

NEARBY = 8
"""If a setting allows every whole number, the form lists this many values below the present one and as many above it."""


def _is_adaptive(optimizer: str) -> bool:
    # An optimizer is adaptive if it uses the setting epsilon. The property `adaptive` of the optimizer is not used here,
    # because it needs NumPy, which is not loaded yet when the form is first drawn.
    return row_uses("optimizer", optimizer, "epsilon")


@dataclass(frozen=True, slots=True)
class FieldView:
    """The contents of the row of one field: its text, and whether it is changed, used or wrong."""

    text: str = ""
    """The value as text, or the text that the person typed if it is not allowed."""
    error: str = ""
    """A text about the allowed values if the typed text is not allowed; otherwise ""."""
    changed: bool = False
    used: bool = True
    """True if the setting has an effect in combination with the other settings. A field with an error always counts as used."""
    kept: bool = False
    """True if the present lesson locks the value."""
    lower: bool = False
    """True if the left key leads to another value."""
    higher: bool = False
    """True if the right key leads to another value."""


class Draft:
    """A draft of the settings of the network and of the training. It stores only the differences from the applied settings.

    A change therefore stays in the draft when other settings are applied. It disappears once the change itself is applied.
    """

    def __init__(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        self._edits: dict[str, Any] = {}
        self._errors: dict[str, str] = {}
        self._taken = ""
        self._rate_follows = False
        """True if the draft itself changed the learning rate, to suit the optimizer."""
        self.total: int | None = None
        """The number of training examples in the data; None until it is known."""
        self.kept = NOTHING_KEPT
        """The settings that the present lesson locks."""
        self.follow(network, training, preset)

    def follow(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        """Take these settings as the applied ones, because the run uses them now.

        A field with the same value no longer counts as changed.
        """
        self._applied = {s.name: getattr(config, s.name) for config in (network, training) for s in config.settings}
        self._sizes = network.input_size, network.output_size
        self.preset = preset
        """The preset that the run started from."""
        for name, value in list(self._edits.items()):
            self._set(name, value)
        self._rebuild()

    # ---- Questions

    def value(self, name: str) -> Any:
        """Return the value in the draft. If the typed text is not allowed, this is the last valid value."""
        return self._edits.get(name, self._applied[name])

    @property
    def errors(self) -> tuple[str, ...]:
        """Return the names of the settings whose field has an error, in the order of the form."""
        return tuple(name for name in SETTINGS if name in self._errors)

    @property
    def changed(self) -> tuple[Setting, ...]:
        """Return the settings that differ from the applied ones, in the order of the form."""
        return tuple(setting for name, setting in SETTINGS.items() if name in self._edits)

    @property
    def new_network(self) -> int:
        """Return the number of changes that start a new network."""
        return sum(setting.effect is Effect.NEW_NETWORK for setting in self.changed)

    @property
    def next_preset(self) -> str:
        """Return the name of the preset whose values equal the draft, or else of the preset that was loaded last."""
        for name in preset_names():
            preset = load_preset(name)
            if not preset.network.changes(self.network) and preset.training == self.training:
                return name
        return self._taken or self.preset

    @property
    def rate_follows(self) -> bool:
        """Return whether the draft has lowered the learning rate by itself, because you chose an adaptive optimizer."""
        return self._rate_follows and "learning_rate" in self._edits

    @property
    def taken(self) -> str:
        """Return the name of the preset that was loaded into the draft and is not applied yet; "" if there is none."""
        return self._taken

    @property
    def examples(self) -> int | None:
        """Return the number of examples on which a run with this draft would train; None if it is not known.

        The real number may differ a little, because the number of validation examples is rounded for each class.
        """
        if self.total is None:
            return None
        used = min(self.training.train_limit or self.total, self.total)
        return used - round(self.training.validation * used)

    def was(self, name: str) -> str:
        """Return the applied value of a setting in words if the draft has another value; otherwise ""."""
        return self._show(name, self._applied[name]) if name in self._edits else ""

    def changes(self, most: int) -> list[str]:
        """Return one text for each change, such as "momentum 0.9 → 0.5". A change that starts a new network ends in "↺".

        There are at most `most` texts. If there are more changes, the last text counts the others.
        """
        words = [
            f"{row.label} {self.was(row.name)} → {self.view(row.name).text}" + " ↺" * (row.effect is Effect.NEW_NETWORK)
            for row in self.changed
        ]
        return words if len(words) <= most else [*words[: most - 1], f"{len(words) - most + 1} more"]

    def typed(self, name: str) -> str:
        """Return the text in the field of a setting at the moment when typing starts."""
        return self._errors.get(name, SETTINGS[name].format(self.value(name)))

    def view(self, name: str) -> FieldView:
        """Return the contents of the row of one field."""
        setting = SETTINGS[name]
        choices, index = self.choices(name)
        is_kept = name in self.kept.names
        return FieldView(
            text=self._errors.get(name, self._show(name, self.value(name))),
            error=setting.hint if name in self._errors else "",
            changed=name in self._edits,
            used=name in self._errors or setting.used(self.network, self.training),
            kept=is_kept,
            lower=not is_kept and (index > 0 or _wraps(setting)),
            higher=not is_kept and (index < len(choices) - 1 or _wraps(setting)),
        )

    def choices(self, name: str) -> tuple[list[str], int]:
        """Return the values among which the left and right keys choose, as texts, and the index of the present value."""
        steps, index = self._steps(name)
        return [self._show(name, step) for step in steps], index

    # ---- Changes

    def step(self, name: str, direction: int) -> None:
        """Change a setting to its next lower (-1) or higher (+1) value. In a list of names, the first name follows the last."""
        steps, index = self._steps(name)
        index += direction
        index = index % len(steps) if _wraps(SETTINGS[name]) else min(max(index, 0), len(steps) - 1)
        self._edit(name, steps[index])

    def choose(self, name: str, index: int) -> None:
        """Give a setting the value with this index in `choices`."""
        steps, _ = self._steps(name)
        self._edit(name, steps[index])

    def type(self, name: str, text: str) -> None:
        """Set the value that a person typed.

        A text that is not allowed becomes an error, and the last valid value stays.
        """
        if text == self.typed(name):
            return
        setting = SETTINGS[name]
        try:
            self._edit(name, setting.parse(text))
        except ConfigError:
            self._errors[name] = text.strip()

    def add_layers(self, count: int) -> None:
        """Add a hidden layer as large as the last one (1), or remove the last hidden layer (−1)."""
        setting, sizes = SETTINGS["hidden_sizes"], self.value("hidden_sizes")
        there = (*sizes, sizes[-1] if sizes else FIRST_LAYER) if count > 0 else sizes[:-1]
        if setting.accepts(there):
            self._edit("hidden_sizes", there)

    def undo(self, name: str) -> None:
        """Undo the change to one field."""
        self._edit(name, self._applied[name])

    def undo_all(self) -> None:
        """Undo all changes."""
        self._edits.clear()
        self._errors.clear()
        self._rate_follows = False
        self._rebuild()

    def take(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        """Replace the whole draft by other settings, such as those of a preset. `preset` is the name of this preset."""
        self._errors.clear()
        for setting in SETTINGS.values():
            config = network if setting in network.settings else training
            self._set(setting.name, getattr(config, setting.name))
        self._taken = preset
        self._rate_follows = False
        self._rebuild()

    # ---- Helpers

    def _edit(self, name: str, value: Any) -> None:
        self._errors.pop(name, None)
        self._set(name, value)
        if name == "optimizer":
            self._follow_optimizer(value)
        elif name == "learning_rate":
            self._rate_follows = False
        self._rebuild()

    def _follow_optimizer(self, optimizer: str) -> None:
        """Lower the learning rate if it is too large for the chosen optimizer, or restore it if `optimizer` suits it again."""
        suits = _is_adaptive(self._applied["optimizer"]) or not _is_adaptive(optimizer)
        if self._rate_follows and suits:
            self._set("learning_rate", self._applied["learning_rate"])
            self._rate_follows = False
        elif not suits and "learning_rate" not in self._edits and self._applied["learning_rate"] >= LARGE_RATE:
            self._set("learning_rate", ADAPTIVE_RATE)
            self._rate_follows = True

    def _set(self, name: str, value: Any) -> None:
        if value == self._applied[name]:
            self._edits.pop(name, None)
        else:
            self._edits[name] = value

    def _rebuild(self) -> None:
        """Set `network` and `training` to the applied settings with all changes of the draft."""
        if not self._edits:
            self._taken = ""
        draft = {**self._applied, **self._edits}
        network = NetworkConfig(**{s.name: draft[s.name] for s in NetworkConfig.settings})
        self.network = network.for_data(*self._sizes)
        """The network settings of the draft: the applied settings with all changes."""
        self.training = TrainingConfig(**{s.name: draft[s.name] for s in TrainingConfig.settings})
        """The training settings of the draft: the applied settings with all changes."""

    def _show(self, name: str, value: Any) -> str:
        text = SETTINGS[name].show(value)
        return f"{text} {self.total:,}" if name == "train_limit" and value is None and self.total else text

    def _steps(self, name: str) -> tuple[Sequence[Any], int]:
        """Return the values among which the left and right keys choose, and the index of the present value."""
        setting, value = SETTINGS[name], self.value(name)
        if isinstance(setting.steps, range):
            nearby = setting.steps[max(value - NEARBY, 0) : value + NEARBY + 1]
            return nearby, nearby.index(value)
        steps = list(setting.steps)
        if setting.kind == "sizes":
            # The keys change the size of the last hidden layer only. The sizes of the other layers must be typed.
            steps = [(*value[:-1], *last) for last in steps]
        elif name in ("train_limit", "batch_size"):
            most = (self.total if name == "train_limit" else self.examples) or math.inf
            steps = [step for step in steps if step is None or step < most]
        if value not in steps:
            insort(steps, value, key=lambda step: math.inf if step is None else step)
        return steps, steps.index(value)


def _wraps(setting: Setting) -> bool:
    """Return whether the value after the last one is the first one again, as for names, or yes and no."""
    return setting.kind in ("choice", "yes_no")


def differs_from_preset(snapshot: Snapshot) -> bool:
    """Return whether the run has other settings than its preset. A run without a preset never differs."""
    if snapshot.preset not in preset_names():
        return False
    preset = load_preset(snapshot.preset)
    return bool(preset.network.changes(snapshot.network)) or snapshot.training != preset.training
