"""The settings that a lesson locks, and the check whether a command would change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.engine.commands import Again, Change, Command, Restart

if TYPE_CHECKING:
    from tui_nn.lessons.lesson import Lesson


@dataclass(frozen=True, slots=True)
class Kept:
    """The settings that a lesson locks, while it is played."""

    allowed: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """The values that each locked setting may have, by its name."""
    title: str = ""
    """The title of the lesson."""

    @property
    def names(self) -> frozenset[str]:
        """The settings that must keep their present value."""
        return frozenset(name for name, values in self.allowed.items() if len(values) == 1)

    @property
    def sentence(self) -> str:
        """The sentence that refuses a key that would change one of these settings."""
        return f'The lesson "{self.title}" locks this setting.'

    def sentence_about(self, thing: str, network: NetworkConfig, training: TrainingConfig) -> str:
        """Return the sentence that refuses a preset or another `thing` that would change locked settings; "" if it would not."""
        labels = self._refused(Restart(network, training, "custom"))
        return f'The lesson "{self.title}" locks {_joined(labels)}, so the {thing} was not loaded.' if labels else ""

    def refusal(self, command: Command) -> str:
        """Return a sentence if a command would change a locked setting; "" if the command is allowed."""
        if not (labels := self._refused(command)):
            return ""
        them = "them" if len(labels) > 1 else "it"
        return f"the lesson locks {_joined(labels)}: leave the lesson with esc to change {them}"

    def _refused(self, command: Command) -> list[str]:
        """Return the labels of the locked settings to which a command gives a value that is not allowed."""
        asked = _asked(command)
        return [
            setting.label
            for setting in settings()
            if setting.name in self.allowed
            and setting.name in asked
            and asked[setting.name] not in self.allowed[setting.name]
        ]


NOTHING_KEPT = Kept()
"""The value of `Kept` while no lesson is played."""


def kept(lesson: Lesson, network: NetworkConfig, training: TrainingConfig) -> Kept:
    """Return the locked settings of a lesson. `network` and `training` are the present settings.

    A locked setting may keep its value, or take a value that the setup or an action of the lesson gives it.
    """
    sources = [_values(network, training), _values(lesson.setup.network, lesson.setup.training)]
    sources += [_asked(action.command) for action in lesson.actions]
    allowed = {
        name: list(dict.fromkeys(values[name] for values in sources if name in values)) for name in lesson.locked
    }
    return Kept(allowed, lesson.title)


def _joined(labels: list[str]) -> str:
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last


def _asked(command: Command) -> dict[str, Any]:
    """Return the settings that a command would set, by their names."""
    match command:
        case Restart(network, training) | Again(network, training):
            return _values(network, training)
        case Change(training):
            return _values(training)
        case _:
            return {}


def _values(*configs: NetworkConfig | TrainingConfig) -> dict[str, Any]:
    return {setting.name: getattr(config, setting.name) for config in configs for setting in config.settings}
