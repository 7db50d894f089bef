"""Every hyperparameter as a flag, made from the table of settings."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from typing import Any

from tui_nn.cli.errors import UsageError
from tui_nn.cli.parser import whole_number
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError, FieldError, Setting
from tui_nn.core.fast.workers import MOST, ask_for_workers

_METAVARS = {
    "choice": "NAME", "number": "X", "count": "N", "optional_count": "N", "sizes": "N,N", "yes_no": "yes|no",
}  # fmt: skip
_OWN_HELP = {"epochs": "The plan: train until epoch N is complete; a cosine schedule falls to 0 there."}
"""Where the sentence of the table speaks of keys."""


def flag_of(name: str) -> str:
    """The flag of a setting: "--learning-rate"."""
    return "--" + name.replace("_", "-")


def add_settings(parser: ArgumentParser, without: Collection[str] = ()) -> None:
    """A flag for every field of the two configs, but for those `without`: what does nothing for a command is no flag of it."""
    for title, table in (("the network", NetworkConfig.settings), ("how it learns", TrainingConfig.settings)):
        group = parser.add_argument_group(f"{title} (as the preset has it, unless given)")
        for setting in table:
            if setting.name in without:
                continue
            metavar = _METAVARS[setting.kind]
            group.add_argument(
                flag_of(setting.name),
                dest=setting.name,
                metavar=metavar,
                help=_help(setting, metavar.partition("|")[0]),
            )


def add_workers(parser: ArgumentParser) -> None:
    """The flag for how many threads train."""
    parser.add_argument(
        "--workers",
        type=whole_number(1, MOST),
        metavar="N",
        help="chunks of a batch worked on at once (as many as there are cores); the numbers stay the same",
    )


def use_workers(args: Namespace) -> None:
    """Have as many as were asked for."""
    if args.workers is not None:
        ask_for_workers(args.workers)


def read_settings(args: Namespace) -> dict[str, Any]:
    """The values of the flags that were given, by the settings' names.

    Raises:
        UsageError: one sentence for every value that is not allowed.
    """
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for setting in settings():
        text = getattr(args, setting.name, None)
        if text is not None:
            try:
                values[setting.name] = setting.parse(text)
            except ConfigError as error:
                errors += error.errors
    if errors:
        raise UsageError(*map(sentence, errors))
    return values


def sentence(error: FieldError) -> str:
    """What is wrong with the value of a flag."""
    return f"{flag_of(error.field)} is {error.shown}, and must be {error.allowed}"


def unused(values: dict[str, Any], network: NetworkConfig, training: TrainingConfig) -> list[str]:
    """A sentence for every value given that does nothing beside the others."""
    table = {setting.name: setting for setting in settings()}
    return [
        f"{flag_of(name)} has no effect beside the other choices"
        for name in values
        if not table[name].used(network, training)
    ]


def _help(setting: Setting, stand_in: str) -> str:
    text = _OWN_HELP.get(setting.name) or setting.help.replace("{value}", stand_in)
    if setting.kind != "yes_no":
        text += f" {setting.allowed[0].upper()}{setting.allowed[1:]}."
    return text.replace("%", "%%")  # argparse reads % as the start of a name
