"""What makes a dataclass a config: fields that are settings, validated, to and from plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, ClassVar, Self, TypeVar

from tui_nn.config.setting import ConfigError, Effect, FieldError, Setting


def setting_field(default: Any, label: str, kind: str, effect: Effect, help: str, **more: Any) -> Any:
    """A field of a config, with all but the name of what its `Setting` says."""
    return field(default=default, metadata={"label": label, "kind": kind, "help": help, "effect": effect, **more})


class BaseConfig:
    """What the two configs share; not for use by itself."""

    __slots__ = ()
    settings: ClassVar[tuple[Setting, ...]] = ()

    def __post_init__(self) -> None:
        for setting in self.settings:
            # As JSON and TOML have it, and most people type it.
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
        """The fields as plain values, ready for JSON or TOML."""
        values = {setting.name: getattr(self, setting.name) for setting in self.settings}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The config that `to_dict` or a TOML table wrote; a field left out has its default.

        Raises:
            ConfigError: naming every unknown key and every value that is not allowed.
        """
        known = {setting.name for setting in cls.settings}
        errors = [
            FieldError(name, values[name], "left out: there is no such setting") for name in values if name not in known
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
        """The fields of `other` that differ from this config's."""
        return {
            s.name: getattr(other, s.name) for s in self.settings if getattr(self, s.name) != getattr(other, s.name)
        }


def _plain(value: Any, unset: str | None) -> Any:
    # TOML has no None: a file says "full" or "all".
    return None if unset is not None and value == unset else value


ConfigClass = TypeVar("ConfigClass", bound=type[BaseConfig])


def with_settings(cls: ConfigClass) -> ConfigClass:
    """The config class, told what its fields' metadata say: a decorator."""
    cls.settings = tuple(Setting(name=f.name, default=f.default, **f.metadata) for f in fields(cls) if f.metadata)  # type: ignore[arg-type]
    return cls
