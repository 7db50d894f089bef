"""`tui-nn` without a command: open the app, with the engine in a child process."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn import __version__
from tui_nn.cli.flags import (
    DATA_HELP,
    LESSONS_HELP,
    PRESET_HELP,
    add_compared,
    add_own_digits,
    add_settings,
    add_workers,
    compared_runs,
    flag_of,
    read_settings,
    source_of,
    split_settings,
    unused,
    use_workers,
)
from tui_nn.cli.output import note
from tui_nn.cli.parser import UsageError, did_you_mean, refused_value, whole_number
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import is_plain
from tui_nn.data.printable import printable

# Modules that only the opened app needs are imported by the functions below, so that --help and errors stay fast.
if TYPE_CHECKING:
    from tui_nn.engine.messages import Start
    from tui_nn.engine.process import ProcessEngine
    from tui_nn.home.home import Home
    from tui_nn.session.file.rescue import RescueFile
    from tui_nn.session.run.run_set import OtherRun
    from tui_nn.ui.shell.opening import Opening

ABOUT = (
    "Train a neural network on handwritten digits, look inside it, and see which digits it misclassifies. "
    "Without a command, tui-nn opens the app. "
    "Every setting has a flag, and the app accepts these flags too; tui-nn train --help lists them."
)
EXAMPLES = """\
tui-nn
tui-nn --preset sigmoid-mse
tui-nn --hidden-sizes 32,32 --activation sigmoid --do run --look inspect/flow
tui-nn --data mnist.npz
tui-nn train --epochs 5 --save a.run
tui-nn --run a.run
tui-nn --run a.run --compare b.run c.run"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the app on the parser."""
    add_start(parser)
    add_own_digits(parser)
    parser.add_argument("--run", metavar="FILE", help="continue this saved run; ctrl+s saves it to the same file")
    add_compared(parser)
    parser.add_argument(
        "--read-only",
        action="store_true",
        help="do not change the file of --run; ctrl+s then asks for another file name",
    )
    parser.add_argument(
        "--timeline-memory",
        type=whole_number(1, 65536),
        metavar="MIB",
        help="keep earlier epochs in at most MIB MiB of memory (default: 64); with less memory, going back to them takes longer",
    )
    add_workers(parser)
    parser.add_argument("--lessons", metavar="DIR", help=LESSONS_HELP)
    parser.add_argument(
        "--look",
        metavar="LOOK",
        help='show this pane or view first, such as inspect, inspect/unit or "inspect/unit epoch=2"',
    )
    parser.add_argument(
        "--keys",
        metavar="KEYS",
        default="",
        help='press these keys after the app has opened; spaces separate the keys, such as "m right right"',
    )
    parser.add_argument(
        "--pace",
        metavar="X",
        type=_pace,
        help="train at most X epochs a second with the key r; the keys ( and ) change X",
    )
    add_display(parser)
    parser.add_argument("--version", action="version", version=f"tui-nn {__version__}")
    add_settings(parser, in_help=False)


def add_start(parser: ArgumentParser) -> None:
    """Declare the flags that choose the settings and the data of the first run, and the commands that are carried out first."""
    parser.add_argument(
        "--preset", metavar="NAME", help=f"{PRESET_HELP}; for a preset of your own, give the path of its file NAME.toml"
    )
    parser.add_argument(
        "--share",
        metavar="LINE",
        help="begin with the settings in the share line LINE; press c in the pane Configure to copy a share line",
    )
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)
    parser.add_argument(
        "--do",
        metavar="COMMAND",
        action="append",
        default=[],
        help='carry out COMMAND at the start, such as run, "seek 3" or "again learning-rate=3"; repeat --do for more commands',
    )


def _pace(text: str) -> float:
    from tui_nn.engine.command_text import FASTEST, SLOWEST

    try:
        pace = float(text) if is_plain(text) else 0.0
    except ValueError:
        pace = 0.0
    if not SLOWEST <= pace <= FASTEST:
        raise refused_value(text, f"a speed from {SLOWEST:g} to {FASTEST:g} epochs a second")
    return pace


def add_display(parser: ArgumentParser) -> None:
    """Declare the flags that change how the app is drawn."""
    parser.add_argument(
        "--ascii",
        action=BooleanOptionalAction,
        help=(
            "use only ASCII characters, or all characters (default: ASCII on the Linux console, on a VT100 and "
            "in a locale without UTF-8)"
        ),
    )
    parser.add_argument(
        "--theme", metavar="NAME", help="the colour theme, such as textual-light; ctrl+p in the app lists all themes"
    )


def run(args: Namespace) -> int:
    """Run the app until the user quits."""
    if args.read_only and args.run is None:
        raise UsageError("--read-only needs --run: add --run and the file that the app must not change")
    home = _home_of(args)
    use_workers(args)
    check_surroundings()
    _check_lessons(args.lessons)
    start, opening = prepared(args)
    if args.do:
        note(f"preparing: {'; '.join(args.do)}")
    return open_app(
        args,
        start,
        replace(
            opening,
            welcome=home.memory.pane is None and not _is_prepared(args),
            ends_if_refused=start.source is not None,
        ),
        home,
        is_waited_for=start.run is not None or bool(start.commands) or _is_missing(args.data),
        compared=lambda: compared_runs(args),
        save_as=_save_as(args),
        read_only=args.read_only,
    )


def _is_missing(data: str | None) -> bool:
    """Return whether the file or folder that --data names does not exist. The app checks this before it opens."""
    return data is not None and not os.path.exists(os.path.expanduser(data))


def prepared(args: Namespace) -> tuple[Start, Opening]:
    """Return the `Start`, which describes the run for the engine, and the `Opening`, which describes the first view and
    the first actions of the app.

    Raises:
        UsageError: if the flags contradict each other, or a value is not allowed.
    """
    from tui_nn.cli.views import check_keys, check_look
    from tui_nn.ui.shell.opening import LessonShelf, Opening

    budget = None if args.timeline_memory is None else args.timeline_memory * 2**20
    start = replace(begun_with(args, source_of(args)), timeline_bytes=budget)
    look = None if args.look is None else check_look("--look", args.look)
    keys = check_keys(args.keys) if args.keys else ()
    return start, Opening(look=look, keys=keys, epochs_a_second=args.pace, lessons=LessonShelf(folder=args.lessons))


def begun_with(args: Namespace, source: str | None) -> Start:
    """Return the `Start` of an engine: the data `source`, and the run that the flags of `add_start` and --run describe.

    Raises:
        UsageError: if the flags contradict each other, or a value is not allowed.
    """
    from tui_nn.engine.messages import Start

    return Start(*_settings(args), source, run=args.run, commands=tuple(args.do))


def _is_prepared(args: Namespace) -> bool:
    """Return whether the command line chooses the network or the view with which the app begins."""
    given = (args.run, args.preset, args.share, args.data, args.look, args.do or None, args.keys or None)
    return any(value is not None for value in given) or any(getattr(args, s.name) is not None for s in settings())


def _settings(args: Namespace) -> tuple[NetworkConfig | None, TrainingConfig | None, str]:
    """Return the settings of the network and of the training, and the name of their preset.

    The settings are None if the engine must take them from the preset or from the run.

    Raises:
        UsageError: if the flags contradict each other, or a value is not allowed.
    """
    values = read_settings(args)
    flags = [flag for flag in ("--run", "--preset", "--share") if getattr(args, flag[2:]) is not None]
    if flags[:1] == ["--run"] and (len(flags) > 1 or values):
        other = flags[1] if len(flags) > 1 else flag_of(next(iter(values)))
        raise UsageError(f"{other} cannot be used with --run, because a saved run has its own settings")
    if len(flags) > 1:
        raise UsageError("--share cannot be used with --preset: a share line contains all settings")
    if not values and args.share is None and (args.preset is None or not args.preset.endswith(".toml")):
        return None, None, _preset(args.preset)
    # This import is here, and not at the top, because these modules load NumPy, and the app's first frame must not wait
    # for it.
    from tui_nn.cli.presets import load_named_preset
    from tui_nn.presets.share import ShareError, read_share_line

    if args.share is not None:
        name = "custom"
        try:
            network, training = read_share_line(args.share)
        except ShareError as error:
            raise UsageError(f"--share: {error}") from None
    else:
        preset = load_named_preset(args.preset)
        network, training, name = preset.network, preset.training, preset.name
    of_network, of_training = split_settings(values)
    network, training = replace(network, **of_network), replace(training, **of_training)
    for remark in unused(values, network, training):
        note(remark)
    return network, training, name


def open_app(
    args: Namespace,
    start: Start,
    opening: Opening,
    home: Home,
    *,
    is_waited_for: bool = False,
    compared: Callable[[], list[OtherRun]] = list,
    save_as: str | None = None,
    read_only: bool = False,
) -> int:
    """Open the app on an engine that begins with `start`, and return its exit code. `args` has the flags of `add_display`.

    `home` contains the preferences of the user. If `is_waited_for` is true, the app opens only after the engine has
    begun, and errors of the engine are reported without the app. `compared` returns the runs to compare with.

    Raises:
        UsageError: if the engine cannot begin, or the theme does not exist.
    """
    from tui_nn.engine.messages import Stopped
    from tui_nn.engine.process import ProcessEngine

    # Import Textual before the child process starts and loads NumPy. Both imports at once would slow each other down
    # and delay the app's first frame.
    from tui_nn.ui.shell.app import THEMES, TuiNN

    engine = ProcessEngine(start, _rescue_file())
    try:
        if is_waited_for:
            first = engine.wait()
            if isinstance(first, Stopped):
                raise UsageError(first.reason)
        others = compared()
        with _one_sentence_for_textual():
            app = TuiNN(
                engine,
                ascii_only=is_ascii_only(args),
                save_as=save_as,
                read_only=read_only,
                compared=others,
                lesson_engine=_engine_of_lesson,
                opening=opening,
                home=home,
            )
        if args.theme is not None:
            check_theme(args.theme, THEMES)
            app.theme = args.theme
        app.run()
        if app.refused:
            raise UsageError(app.refused)
        return app.return_code or 0
    finally:
        engine.close()


def _home_of(args: Namespace) -> Home:
    """Return the user's `Home` (preferences and memory), and give every missing flag the value of its preference.

    If the command line chooses a view, the app begins with this view. If it chooses only a network, the app begins with
    the pane Train. The pane that was open last is then ignored, so that the same command line always opens the app in
    the same way.
    """
    from tui_nn.home.home import Home

    home = Home.of_user()
    mine, problems = home.preferences, list(home.problems)
    if _is_prepared(args):
        home = with_a_prepared_start(home)
    else:
        if mine.data is not None and not os.path.exists(os.path.expanduser(mine.data)):
            problems.append(
                f"the data '{printable(mine.data)}' in config.toml does not exist; the app uses the bundled "
                "digits instead"
            )
        else:
            args.data = mine.data
        if mine.preset is not None:
            from tui_nn.presets import preset_names  # This import is only needed if config.toml has a preset.

            if mine.preset in preset_names():
                args.preset = mine.preset
            else:
                names = ", ".join(preset_names())
                problems.append(
                    f"preset in config.toml is '{printable(mine.preset)}': it must be one of {names}; "
                    "the app uses the preset quick-start"
                )
    args.workers = mine.workers if args.workers is None else args.workers
    args.timeline_memory = mine.timeline_memory if args.timeline_memory is None else args.timeline_memory
    args.ascii = mine.ascii if args.ascii is None else args.ascii
    return replace(home, problems=tuple(problems))


def with_a_prepared_start(home: Home) -> Home:
    """Return `home` without the pane that was open last, so that the app begins in the same way every time."""
    return replace(home, memory=replace(home.memory, pane=None, zoomed=False))


def _check_lessons(folder: str | None) -> None:
    """Raise UsageError if a folder with lessons cannot be read, or one of its files is wrong."""
    if folder is not None:
        # This import is here, and not at the top, because the app's first frame does not need it.
        from tui_nn.lessons.fields import LessonError
        from tui_nn.lessons.library import load_lessons

        try:
            load_lessons(folder)
        except LessonError as error:
            raise UsageError(str(error)) from None


def _save_as(args: Namespace) -> str | None:
    """Return the file to which ctrl+s saves; None if the user must give a name, because the run is new or comes from a
    rescue file.
    """
    from tui_nn.session.file.rescue import rescue_folder

    run: str | None = args.run
    is_rescue = run is not None and os.path.dirname(os.path.realpath(run)) == os.path.realpath(rescue_folder())
    return None if is_rescue else run


def _rescue_file() -> RescueFile | None:
    """Return the file that keeps unsaved training if the app is killed; None if its folder cannot be written."""
    from tui_nn.session.file.rescue import RescueFile, new_rescue_path, rescue_folder

    try:
        return RescueFile(new_rescue_path())
    except OSError as error:
        note(
            f"if the app is killed, this run is lost, because the folder '{rescue_folder()}' cannot be used: "
            f"{error.strerror or error}"
        )
        return None


def _engine_of_lesson(start: Start) -> ProcessEngine:
    """Open the engine of a lesson. `start` may name a rescue file."""
    from tui_nn.engine.process import ProcessEngine
    from tui_nn.session.file.rescue import RescueFile

    rescue = None
    if start.rescue is not None:
        with suppress(OSError):  # The engine itself reports a rescue file that it cannot open.
            rescue = RescueFile(Path(start.rescue))
    return ProcessEngine(start, rescue)


def check_theme(name: str, themes: Iterable[str]) -> None:
    """Raise UsageError if `name` is not the name of one of `themes`."""
    names = sorted(themes)
    if name not in names:
        raise UsageError(f"there is no theme '{name}'{did_you_mean(name, names)}; the themes are {', '.join(names)}")


def _preset(name: str | None) -> str:
    if name is None:
        return "quick-start"
    # This import is here, and not at the top, because the app's first frame does not need it.
    from tui_nn.cli.presets import check_preset

    return check_preset(name)


def check_surroundings(instead: str = "to train without a screen, use tui-nn train") -> None:
    """Raise UsageError if Textual cannot draw here, or if the engine cannot be started here.

    `instead` is the part of the error that names a command for use without a terminal.
    """
    try:
        os.getcwd()
    except OSError:
        raise UsageError("the current folder was deleted or cannot be read; go to another folder") from None
    if os.environ.get("NO_COLOR") == "":
        # By convention, an empty NO_COLOR has no effect. But Textual would switch off the colours, so the variable is deleted.
        del os.environ["NO_COLOR"]
    if os.environ.get("TEXTUAL_DRIVER"):
        return  # `textual serve` sets TEXTUAL_DRIVER. The browser shows the app, so the terminal needs no check.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        problem = "the app must run in a terminal, but its input or output is redirected"
    elif os.name == "posix" and os.environ.get("TERM", "") in ("", "dumb"):
        problem = "the app cannot draw on this terminal, because TERM is not set or is dumb"
    else:
        return
    raise UsageError(f"{problem}; {instead}")


@contextmanager
def _one_sentence_for_textual() -> Iterator[None]:
    """Turn the error that Textual raises for a wrong environment variable into a UsageError."""
    try:
        yield
    except Exception as error:
        given = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("TEXTUAL_")]
        if not given:
            raise
        raise UsageError(
            f"Textual cannot start with the environment variables {', '.join(given)}; unset those that you do not need"
        ) from error


_ASCII_TERMINALS = ("linux", "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "cons")
"""If the name of a terminal begins with one of these texts, its font probably lacks block and braille characters."""


def is_ascii_only(args: Namespace) -> bool:
    """Return whether the app draws with ASCII characters only, because the user asks for it or the terminal cannot show
    other characters.
    """
    if args.ascii is not None:
        return bool(args.ascii)
    if os.environ.get("TEXTUAL_DRIVER"):
        return False
    name = os.environ.get("TERM", "")
    return name.startswith(_ASCII_TERMINALS) or not _has_unicode()


def _has_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()
