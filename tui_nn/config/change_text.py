"""One change of a setting as a person types it: "learning rate 0.3", "lr=.3", "hidden sizes 64,32"."""

from __future__ import annotations

import re
from dataclasses import replace

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError, Setting


class ChangeTextError(ValueError):
    """The error for a text that is not a change of a setting. The message is one sentence."""


def find_settings(text: str) -> list[Setting]:
    """Return the settings that `text` may mean; all settings if it is empty.

    If the text begins with the whole name of a setting, the result is only this setting. Otherwise, it contains the
    settings whose names begin with the text. If there are none, it contains those with a later word that begins with
    the text: "rate" finds the learning rate.
    """
    return [setting for setting, _ in _split(text)]


def read_change(
    text: str, network: NetworkConfig, training: TrainingConfig
) -> tuple[Setting, NetworkConfig, TrainingConfig]:
    """Return the changed setting, and both configs with the change that `text` stands for.

    Raises:
        ChangeTextError: if the text names no setting or several, if it has no value, or if the value is not allowed or
            not new.
    """
    found = _split(text)
    if not text.strip():
        raise ChangeTextError("Type the name of a setting and its new value, such as: learning rate 0.3")
    if not found:
        name, equals, _ = re.sub(":", "=", text).partition("=")
        name = name.strip() if equals else text.split()[0]
        raise ChangeTextError(f"No setting is called {name!r}; type a name and a value, such as: learning rate 0.3")
    (setting, value_text), *others = found
    if others:
        raise ChangeTextError(f"Which setting? {', '.join(other.label for other, _ in found[:4])}")
    if not value_text:
        raise ChangeTextError(f"Type the new value of {setting.label}: {setting.hint}")
    try:
        value = setting.parse(value_text)
    except ConfigError as error:
        raise ChangeTextError(f"{setting.label} is {error.errors[0].shown}: it must be {setting.allowed}") from None
    in_network = setting.name in {other.name for other in NetworkConfig.settings}
    if getattr(network if in_network else training, setting.name) == value:
        raise ChangeTextError(f"{setting.label} is already {setting.show(value)}; type another value")
    try:
        changed = {setting.name: value}
        return (
            setting,
            replace(network, **changed) if in_network else network,
            training if in_network else replace(training, **changed),
        )
    except ConfigError as error:
        raise ChangeTextError(str(error)) from None


_SETTINGS = (*NetworkConfig.settings, *TrainingConfig.settings)


def _split(text: str) -> list[tuple[Setting, str]]:
    """Return the settings that the text may mean, each with the part of the text that is its value."""
    whole = []
    for setting in _SETTINGS:
        for name in _names(setting):
            # Blanks, "_" and "-" between the words of a name mean the same.
            pattern = r"[ _-]+".join(map(re.escape, re.split(r"[ _-]", name)))
            if found := re.fullmatch(rf"\s*{pattern}(?:\s*[=:]|\s|$)(.*)", text, re.IGNORECASE):
                whole.append((len(name), setting, found[1].strip()))
    if whole:
        _, setting, value = max(whole, key=lambda found: found[0])
        return [(setting, value)]
    name, equals, value = text.partition("=")
    if equals:
        return [(setting, value.strip()) for setting in _that_begin_with(name)]
    # The first words of the text are the name of the setting, and the other words are the value. The longest name that
    # fits is used.
    words = text.split()
    for count in range(len(words), 0, -1):
        if begun := _that_begin_with(" ".join(words[:count])):
            return [(setting, " ".join(words[count:])) for setting in begun]
    return [] if words else [(setting, "") for setting in _SETTINGS]


def _that_begin_with(begun: str) -> list[Setting]:
    begun = re.sub(r"[ _-]+", " ", begun).strip().lower()
    names = [(setting, [re.sub(r"[_-]", " ", name) for name in _names(setting)]) for setting in _SETTINGS]
    first = [setting for setting, known in names if any(name.startswith(begun) for name in known)]
    return first or [setting for setting, known in names if any(f" {begun}" in name for name in known)]


def _names(setting: Setting) -> set[str]:
    return {name for name in (setting.name, setting.label, setting.short) if name}
