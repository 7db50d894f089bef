"""The flags that several commands share: one for every setting, --workers, and --own-digits."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from tui_nn.cli.parser import UsageError, whole_number
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError, FieldError, Setting
from tui_nn.core.fast.workers import MOST, ask_for_workers

if TYPE_CHECKING:
    from tui_nn.session.run.run_set import OtherRun

PRESET_HELP = "start from this preset (default: quick-start); tui-nn presets lists all presets"
DATA_HELP = "a data file or folder: .npz, IDX, CSV or class folders of pictures (default: the bundled digits)"
LESSONS_HELP = "use the lesson files in this folder instead of those of the package"
RUN_HELP = "a run that was saved with --save, or with ctrl+s in the app"

_METAVARS = {
    "choice": "NAME", "number": "X", "count": "N", "optional_count": "N", "sizes": "N,N", "yes_no": "yes|no",
}  # fmt: skip
_OWN_HELP = {
    "epochs": (
        "train until epoch N is complete; 0 means no training. The cosine schedule lowers the learning rate "
        "step by step, to 0 at epoch N."
    )
}
"""The help of some settings for the command line. The usual help of these settings mentions a key of the app."""


ALIASES = {"learning_rate": ("--lr",), "batch_size": ("--bs",), "epochs": ("--ep",)}
"""The short forms of flags. A share line (all settings as text) uses the same short names."""


def flag_of(name: str) -> str:
    """Return the flag of a setting, such as "--learning-rate"."""
    return "--" + name.replace("_", "-")


def add_settings(parser: ArgumentParser, without: Collection[str] = (), *, in_help: bool = True) -> None:
    """Declare a flag for every setting of the two configs, except for the settings in `without`.

    If `in_help` is true, the help lists these flags with their choices. This list needs NumPy.
    """
    for title, table in (("network", NetworkConfig.settings), ("training", TrainingConfig.settings)):
        group = parser.add_argument_group(f"{title} settings (default: the value of the preset)")
        for setting in table:
            if setting.name in without:
                continue
            metavar = _METAVARS[setting.kind]
            group.add_argument(
                flag_of(setting.name),
                *ALIASES.get(setting.name, ()),
                dest=setting.name,
                metavar=metavar,
                help=_help(setting, metavar.partition("|")[0]) if in_help else SUPPRESS,
            )


def read_settings(args: Namespace) -> dict[str, Any]:
    """Return the values of the given flags, by the names of their settings.

    Raises:
        UsageError: if a value is not allowed, with one sentence for each such value.
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
    """Return a sentence that says why the value of a flag is not allowed."""
    return f"{flag_of(error.field)} is {error.shown}: it must be {error.allowed}"


def split_settings(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split the values of settings into two dicts: those of the network, and those of the training."""
    names = {setting.name for setting in NetworkConfig.settings}
    return (
        {name: value for name, value in values.items() if name in names},
        {name: value for name, value in values.items() if name not in names},
    )


def unused(values: dict[str, Any], network: NetworkConfig, training: TrainingConfig) -> list[str]:
    """Return a sentence for every given value that has no effect on the chosen network and training."""
    table = {setting.name: setting for setting in settings()}
    return [
        f"{flag_of(name)} is not used with these settings" for name in values if not table[name].used(network, training)
    ]


def _help(setting: Setting, stand_in: str) -> str:
    text = _OWN_HELP.get(setting.name) or setting.help.replace("{value}", stand_in)
    if setting.kind != "yes_no":
        text += f" {setting.allowed[0].upper()}{setting.allowed[1:]}."
    return text.replace("%", "%%")  # argparse reads a single % as a placeholder, so each % is doubled.


def class_number(flag: str, name: str, names: Sequence[str]) -> int:
    """Return the number of the class called `name`. Upper and lower case are ignored, unless two class names differ only in case.

    Raises:
        UsageError: if no class has this name.
    """
    if name in names:
        return names.index(name)
    alike = [index for index, other in enumerate(names) if other.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise UsageError(f"{flag} is '{name}': it must be one of {', '.join(names)}")


def add_workers(parser: ArgumentParser) -> None:
    """Declare the flag that sets the number of training threads."""
    parser.add_argument(
        "--workers",
        type=whole_number(1, MOST),
        metavar="N",
        help="train on N threads (default: one for each core); the results are the same for every N",
    )


def use_workers(args: Namespace) -> None:
    """Set the number of training threads if --workers was given."""
    if args.workers is not None:
        ask_for_workers(args.workers)


def add_own_digits(parser: ArgumentParser) -> None:
    """Declare the flag that adds your own digits to the training data."""
    parser.add_argument(
        "--own-digits",
        action="store_true",
        help="also train on the digits that you drew in the app (press d in the pane Mistakes)",
    )


def add_compared(parser: ArgumentParser) -> None:
    """Declare the flag that opens saved runs for comparison."""
    parser.add_argument(
        "--compare",
        metavar="RUN",
        nargs="+",
        default=[],
        help="compare the run with these saved runs, at most five (in the app: C in the pane Train)",
    )


def compared_runs(args: Namespace) -> list[OtherRun]:
    """Return the runs that --compare names.

    Raises:
        UsageError: if a file is not a run, or its data cannot be read.
    """
    if not args.compare:
        return []
    # These imports are here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.data.dataset import DataError
    from tui_nn.session.file.compared import read_compared
    from tui_nn.session.file.runs import RunFileError
    from tui_nn.session.run.run_set import MOST_RUNS

    try:
        return read_compared(args.compare, most=MOST_RUNS - 1)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None


def source_of(args: Namespace) -> str | None:
    """Return the data source that --data and --own-digits ask for, such as "mnist.npz+own", for `load_dataset`.

    Raises:
        UsageError: if --own-digits is combined with --run, which has its own data.
    """
    source: str | None = args.data
    if not args.own_digits:
        return source
    if args.run is not None:
        raise UsageError("--own-digits cannot be used with --run, because a saved run has its own data")
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.data.own import with_own

    return with_own(source)
