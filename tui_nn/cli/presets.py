"""`tui-nn presets`: list the presets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tui_nn.cli.output import event, result
from tui_nn.cli.parser import UsageError, did_you_mean
from tui_nn.presets import Preset, PresetError, load_preset, preset_names, read_preset

ABOUT = "List the presets. A preset is a network with all its training settings."
EXAMPLES = "tui-nn presets\ntui-nn presets --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn presets`."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object for each preset, with all its settings"
    )


def run(args: Namespace) -> int:
    """Print every preset."""
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
    """Return the layer sizes of a preset, such as "784-128-10", padded to the width of a column."""
    return "-".join(map(str, preset.network.sizes)).ljust(10)


def check_preset(name: str | None) -> str:
    """Return the name of a preset unchanged, or "quick-start" for None.

    Raises:
        UsageError: if no preset has this name.
    """
    if name is None:
        return "quick-start"
    if name not in (names := preset_names()):
        raise UsageError(f"there is no preset '{name}'{did_you_mean(name, names)}; the presets are {', '.join(names)}")
    return name


def load_named_preset(name: str | None) -> Preset:
    """Return the preset with this name. A path that ends in .toml names the file of a preset. None means quick-start.

    Raises:
        UsageError: if there is no such preset, or its file is wrong.
    """
    if name is None or not name.endswith(".toml"):
        return load_preset(check_preset(name))
    path = Path(name).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
        return read_preset(path.stem, text)
    except OSError as error:
        raise UsageError(f"--preset: '{name}' cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"--preset: '{name}' is not UTF-8; save the file as UTF-8") from None
    except PresetError as error:
        raise UsageError(f"--preset: {error}") from None
