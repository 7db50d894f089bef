"""The form of the Configure pane without a screen: what is applied, what is changed, what is wrong."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError, Effect, Setting, goes_by
from tui_nn.presets import load_preset, preset_names

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

SETTINGS = {setting.name: setting for setting in settings()}

# The seed makes the start weights; with it the column is as long as 80x24 has room for.
NETWORK_ROWS = (*NetworkConfig.settings, SETTINGS["seed"])
_FIRST_AGAINST = TrainingConfig.settings.index(SETTINGS["l1"])
TRAINING_ROWS = tuple(row for row in TrainingConfig.settings[:_FIRST_AGAINST] if row not in NETWORK_ROWS)
OVERFITTING_ROWS = TrainingConfig.settings[_FIRST_AGAINST:]

ADAPTIVE_RATE, LARGE_RATE = 0.001, 0.03
"""Rules that divide by the size of the gradient take steps as long as the rate: what is small for sgd is large for them."""

NEAR = 8
"""Values to each side that are listed of a ladder without gaps."""


def _adaptive(optimizer: str) -> bool:
    # As the row itself tells; but the row needs NumPy, which is not loaded before the first paint.
    return goes_by("optimizers.OPTIMIZERS", optimizer, "epsilon")


@dataclass(frozen=True, slots=True)
class FieldView:
    """All that the row of one field shows."""

    text: str = ""
    """The value, or what was typed in its place."""
    error: str = ""
    """What would be allowed, when what was typed is not."""
    changed: bool = False
    used: bool = True
    """Whether it matters beside the other choices; one with an error always does."""
    lower: bool = False
    higher: bool = False
    """Whether there is a value to the left, to the right."""


class Form:
    """A draft of both configs, kept as what differs from the applied ones.

    So the draft survives every change of what is applied, and a difference that has been applied is none any more.
    """

    def __init__(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        self._edits: dict[str, Any] = {}
        self._errors: dict[str, str] = {}
        self._taken = ""
        self._rate_follows = False
        """Whether the learning rate was changed along with the optimizer, and by nobody else."""
        self.total: int | None = None
        """Training examples that the data has; None if that is not known."""
        self.follow(network, training, preset)

    def follow(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        """Learn what is applied now."""
        self._applied = {s.name: getattr(config, s.name) for config in (network, training) for s in config.settings}
        self.preset = preset
        """The preset that the run began from."""
        for name, value in list(self._edits.items()):
            self._set(name, value)
        self._redraft()

    # ---- what there is

    def value(self, name: str) -> Any:
        """The value in the draft: the last that was allowed."""
        return self._edits.get(name, self._applied[name])

    @property
    def errors(self) -> tuple[str, ...]:
        """The fields with an error, in the order of the form."""
        return tuple(name for name in SETTINGS if name in self._errors)

    @property
    def changed(self) -> tuple[Setting, ...]:
        """The settings that differ from the applied ones, in the order of the form."""
        return tuple(setting for name, setting in SETTINGS.items() if name in self._edits)

    @property
    def new_network(self) -> int:
        """How many of the changes take a new network."""
        return sum(setting.effect is Effect.NEW_NETWORK for setting in self.changed)

    @property
    def next_preset(self) -> str:
        """What a run with the draft would be called: a preset that it equals, else the one it was made from."""
        for name in preset_names():
            preset = load_preset(name)
            if (preset.network, preset.training) == (self.network, self.training):
                return name
        return self._taken or self.preset

    @property
    def rate_follows(self) -> bool:
        """Whether the learning rate was changed along with the optimizer."""
        return self._rate_follows and "learning_rate" in self._edits

    @property
    def taken(self) -> str:
        """The preset that was taken into the form and is not applied yet; "" for none."""
        return self._taken

    @property
    def examples(self) -> int | None:
        """Examples that the draft would train on; None if that is not known."""
        limit = self.training.train_limit
        return min(limit, self.total) if limit and self.total else self.total

    def was(self, name: str) -> str:
        """The applied value in words, if the draft has another; else ""."""
        return self._show(name, self._applied[name]) if name in self._edits else ""

    def typed(self, name: str) -> str:
        """What stands in the field when typing begins."""
        return self._errors.get(name, SETTINGS[name].format(self.value(name)))

    def view(self, name: str) -> FieldView:
        """The row of one field."""
        setting = SETTINGS[name]
        choices, index = self.choices(name)
        return FieldView(
            text=self._errors.get(name, self._show(name, self.value(name))),
            error=setting.hint if name in self._errors else "",
            changed=name in self._edits,
            used=name in self._errors or setting.used(self.network, self.training),
            lower=index > 0 or _turns(setting),
            higher=index < len(choices) - 1 or _turns(setting),
        )

    def choices(self, name: str) -> tuple[list[str], int]:
        """The values that left and right walk through, in words, and which of them the present one is."""
        steps, index = self._steps(name)
        return [self._show(name, step) for step in steps], index

    # ---- what is done to it

    def step(self, name: str, direction: int) -> None:
        """Go to the next value of the ladder, -1 or +1; the names of a choice go round."""
        steps, index = self._steps(name)
        index += direction
        index = index % len(steps) if _turns(SETTINGS[name]) else min(max(index, 0), len(steps) - 1)
        self._edit(name, steps[index])

    def type(self, name: str, text: str) -> None:
        """Take what was typed; what is not allowed stays in the field as an error, beside the last good value."""
        if text == self.typed(name):
            return
        setting = SETTINGS[name]
        try:
            self._edit(name, setting.parse(_completed(setting, text)))
        except ConfigError:
            self._errors[name] = text.strip()

    def undo(self, name: str) -> None:
        """Back to what is applied, in one field."""
        self._edit(name, self._applied[name])

    def undo_all(self) -> None:
        """Back to what is applied."""
        self._edits.clear()
        self._errors.clear()
        self._rate_follows = False
        self._redraft()

    def take(self, network: NetworkConfig, training: TrainingConfig, preset: str) -> None:
        """Make two whole configs the draft."""
        self._errors.clear()
        for setting in SETTINGS.values():
            config = network if setting in network.settings else training
            self._set(setting.name, getattr(config, setting.name))
        self._taken = preset
        self._rate_follows = False
        self._redraft()

    # ---- inside

    def _edit(self, name: str, value: Any) -> None:
        self._errors.pop(name, None)
        self._set(name, value)
        if name == "optimizer":
            self._follow_optimizer(value)
        elif name == "learning_rate":
            self._rate_follows = False
        self._redraft()

    def _follow_optimizer(self, optimizer: str) -> None:
        """Take a rate that suits it, as a change of its own that can be undone; and the one before for those before."""
        fits = _adaptive(self._applied["optimizer"]) or not _adaptive(optimizer)
        if self._rate_follows and fits:
            self._set("learning_rate", self._applied["learning_rate"])
            self._rate_follows = False
        elif not fits and "learning_rate" not in self._edits and self._applied["learning_rate"] >= LARGE_RATE:
            self._set("learning_rate", ADAPTIVE_RATE)
            self._rate_follows = True

    def _set(self, name: str, value: Any) -> None:
        if value == self._applied[name]:
            self._edits.pop(name, None)
        else:
            self._edits[name] = value

    def _redraft(self) -> None:
        if not self._edits:
            self._taken = ""
        draft = {**self._applied, **self._edits}
        self.network = NetworkConfig(**{s.name: draft[s.name] for s in NetworkConfig.settings})
        """What is applied, with all changes."""
        self.training = TrainingConfig(**{s.name: draft[s.name] for s in TrainingConfig.settings})

    def _show(self, name: str, value: Any) -> str:
        text = SETTINGS[name].show(value)
        return f"{text} {self.total:,}" if name == "train_limit" and value is None and self.total else text

    def _steps(self, name: str) -> tuple[Sequence[Any], int]:
        setting, value = SETTINGS[name], self.value(name)
        if isinstance(setting.steps, range):
            near = setting.steps[max(value - NEAR, 0) : value + NEAR + 1]
            return near, near.index(value)
        steps = list(setting.steps)
        if setting.kind == "sizes":
            # The last hidden layer walks; the others are typed.
            steps = [(*value[:-1], *last) for last in steps]
        elif name in ("train_limit", "batch_size"):
            most = (self.total if name == "train_limit" else self.examples) or math.inf
            steps = [step for step in steps if step is None or step < most]
        if value not in steps:
            insort(steps, value, key=lambda step: math.inf if step is None else step)
        return steps, steps.index(value)


def _turns(setting: Setting) -> bool:
    """Whether the last value is followed by the first: it is where they have no order."""
    return setting.kind in ("choice", "yes_no")


def _completed(setting: Setting, text: str) -> str:
    """The one name of a choice that begins with the text, or the text."""
    names = [name for name in setting.options if text.strip() and name.startswith(text.strip().lower())]
    return names[0] if len(names) == 1 else text


def differs_from_preset(snapshot: Snapshot) -> bool:
    """Whether a run is no longer what its preset says; never, if it began from none."""
    if snapshot.preset not in preset_names():
        return False
    preset = load_preset(snapshot.preset)
    return (snapshot.network, snapshot.training) != (preset.network, preset.training)
