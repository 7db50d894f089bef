"""`tui-nn presets`: the starting points there are."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.errors import UsageError, did_you_mean
from tui_nn.cli.output import event, result
from tui_nn.presets import Preset, load_preset, preset_names

ABOUT = "List the presets: a network and how it is trained, to start from."
EXAMPLES = "tui-nn presets\ntui-nn presets --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--json", action="store_true", help="one object a line, with every hyperparameter")


def run(args: Namespace) -> int:
    """List them."""
    presets = [load_preset(name) for name in preset_names()]
    for preset in presets:
        if args.json:
            event(
                "preset",
                name=preset.name,
                about=preset.about,
                notebook=preset.notebook or None,
                reported=preset.reported,
                network=preset.network.to_dict(),
                training=preset.training.to_dict(),
            )
        else:
            result(f"{preset.name:14}{describe_sizes(preset)}  {preset.about}")
            result(f"{'':14}{preset.reported}")
    return 0


def describe_sizes(preset: Preset) -> str:
    """The layers: "784-128-10", padded for a column."""
    return "-".join(map(str, preset.network.sizes)).ljust(10)


def check_preset(name: str | None) -> str:
    """The same name; quick-start where none was given.

    Raises:
        UsageError: if no preset has it.
    """
    if name is None:
        return "quick-start"
    if name not in (names := preset_names()):
        raise UsageError(f"there is no preset '{name}'{did_you_mean(name, names)}; there are {', '.join(names)}")
    return name
