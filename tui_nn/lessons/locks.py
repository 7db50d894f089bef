"""The settings that a lesson locks, and the check whether a command would change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.engine.commands import Again, Change, Command, Restart

if TYPE_CHECKING:
    from tui_nn.lessons.lesson import Lesson


@dataclass(frozen=True, slots=True)
class Kept:
    """The settings that must keep their present value while a lesson is played."""

    names: frozenset[str] = frozenset()
    title: str = ""
    """The title of the lesson."""

    @property
    def sentence(self) -> str:
        """The sentence for a key that would change one of these settings."""
        return f'The lesson "{self.title}" keeps this setting.'


NOTHING_KEPT = Kept()
"""The value of `Kept` while no lesson is played."""


def kept(lesson: Lesson, network: NetworkConfig, training: TrainingConfig) -> Kept:
    """Return the locked settings for which the lesson allows no other value than the present one."""
    present, own = _values(network, training), _own_values(lesson)
    names = [name for name in lesson.locked if all(values.get(name, present[name]) == present[name] for values in own)]
    return Kept(frozenset(names), lesson.title)


def refusal(lesson: Lesson, command: Command, network: NetworkConfig, training: TrainingConfig) -> str:
    """Return a sentence if a command would change a locked setting; "" if the command is allowed.

    `network` and `training` are the present settings. A locked setting may only keep its value, or get a value from the
    setup or from an action of the lesson.
    """
    asked, present = _asked(command), _values(network, training)
    own = _own_values(lesson)
    refused = [
        setting.label
        for setting in settings()
        if setting.name in lesson.locked and setting.name in asked
        if asked[setting.name] not in (present[setting.name], *(values.get(setting.name) for values in own))
    ]
    if not refused:
        return ""
    return (
        f"the lesson locks {' and '.join(refused)}: leave the lesson with esc to change "
        f"{'it' if len(refused) == 1 else 'them'}"
    )


def _own_values(lesson: Lesson) -> list[dict[str, Any]]:
    """Return the settings that the setup and the actions of a lesson ask for, one dict for each of them."""
    return [
        _values(lesson.setup.network, lesson.setup.training),
        *(_asked(action.command) for action in lesson.actions),
    ]


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
