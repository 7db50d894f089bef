"""The base class of both configs. It checks the values of the settings, and converts them to and from plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, ClassVar, Self, TypeVar

from tui_nn.config.setting import ConfigError, Effect, FieldError, Setting


def setting_field(default: Any, label: str, kind: str, effect: Effect, help: str, **more: Any) -> Any:
    """Return a dataclass field. Its metadata contains the label, the kind of values, the help and the other facts for a
    `Setting`.
    """
    return field(default=default, metadata={"label": label, "kind": kind, "help": help, "effect": effect, **more})


class BaseConfig:
    """The methods that `NetworkConfig` and `TrainingConfig` share."""

    __slots__ = ()
    settings: ClassVar[tuple[Setting, ...]] = ()

    def __post_init__(self) -> None:
        for setting in self.settings:
            # JSON and TOML have no tuples, so they store a tuple as a list.
            if setting.kind == "sizes" and isinstance(value := getattr(self, setting.name), list):
                object.__setattr__(self, setting.name, tuple(value))
        errors = [
            FieldError(setting.name, value, setting.allowed)
            for setting in self.settings
            if not setting.accepts(value := getattr(self, setting.name))
        ]
        if errors:
            raise ConfigError(errors)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON or TOML."""
        values = {setting.name: getattr(self, setting.name) for setting in self.settings}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the config with these plain values, such as those of `to_dict` or of a TOML file.

        A setting without a value gets its default.

        Raises:
            ConfigError: if a key is unknown or a value is not allowed. The exception lists all such errors.
        """
        known = {setting.name for setting in cls.settings}
        errors = [
            FieldError(name, values[name], "left out, because there is no such setting")
            for name in values
            if name not in known
        ]
        words = {setting.name: setting.unset for setting in cls.settings if setting.unset}
        try:
            config = cls(**{name: _plain(value, words.get(name)) for name, value in values.items() if name in known})
        except ConfigError as error:
            errors += error.errors
        if errors:
            raise ConfigError(errors)
        return config

    def changes(self, other: Self) -> dict[str, Any]:
        """Return a dict with the name of each setting that differs between this config and `other`, and its value in `other`."""
        return {
            s.name: getattr(other, s.name) for s in self.settings if getattr(self, s.name) != getattr(other, s.name)
        }


def _plain(value: Any, unset: str | None) -> Any:
    # TOML has no None. So a file contains the setting's word for None, such as "full" or "all".
    return None if unset is not None and value == unset else value


ConfigClass = TypeVar("ConfigClass", bound=type[BaseConfig])


def with_settings(cls: ConfigClass) -> ConfigClass:
    """A class decorator that makes a `Setting` from each field of a config class, and stores all of them in the
    attribute `settings`.
    """
    cls.settings = tuple(Setting(name=f.name, default=f.default, **f.metadata) for f in fields(cls) if f.metadata)  # type: ignore[arg-type]
    return cls
