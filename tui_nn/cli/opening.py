"""A session to look into: that of a saved run, or a new one of a preset and flags."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from dataclasses import replace

from tui_nn.cli.errors import UsageError
from tui_nn.cli.flags import add_settings, flag_of, read_settings, unused
from tui_nn.cli.output import note
from tui_nn.cli.presets import check_preset
from tui_nn.config.configs import NetworkConfig
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import RunFileError, load_run
from tui_nn.session.run.session import Session


def add_session_arguments(parser: ArgumentParser, *, without: Collection[str]) -> None:
    """Declare which run or preset, and which data; and the settings, but for those that do nothing for the command."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="a saved run; without one, a new network")
    parser.add_argument("--preset", metavar="NAME", help="a new network of this one (quick-start; see: tui-nn presets)")
    parser.add_argument("--data", metavar="PATH", help="the digits, if they are not the bundled ones or were moved")
    parser.add_argument("--json", action="store_true", help="JSON objects, one a line")
    add_settings(parser, without)


def open_session(args: Namespace) -> Session:
    """The session that the arguments name.

    Raises:
        UsageError: if there is no such run, preset or data, or a value is not allowed.
    """
    values = read_settings(args)
    try:
        if args.file is not None:
            if args.preset is not None or values:
                given = "--preset" if args.preset is not None else flag_of(next(iter(values)))
                raise UsageError(f"a run is looked at as it is; leave {given} out")
            return load_run(args.file, args.data)
        preset = load_preset(check_preset(args.preset))
        names = {setting.name for setting in NetworkConfig.settings}
        network = replace(preset.network, **{name: value for name, value in values.items() if name in names})
        training = replace(preset.training, **{name: value for name, value in values.items() if name not in names})
        for remark in unused(values, network, training):
            note(remark)
        return Session(load_dataset(args.data), network, training, preset=preset.name)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
