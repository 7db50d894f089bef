"""`tui-nn play`: replay a session, in the app or without a screen, and make pictures and films of it."""

from __future__ import annotations

import asyncio
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.cli.app import add_display, check_surroundings, check_theme, open_app, with_a_prepared_start
from tui_nn.cli.output import event, note, place_in_words, result
from tui_nn.cli.parser import Failure, UsageError, refused_value
from tui_nn.cli.screenshot import plain_environment, screen_size
from tui_nn.cli.sources import identity
from tui_nn.config.setting import is_plain
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Opened, SaveRefused, Stopped
from tui_nn.engine.script import Line, Script, ScriptError, load_script
from tui_nn.engine.timeless import TimelessEngine
from tui_nn.home.home import Home
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.ui.shell.film import Film

ABOUT = (
    "Replay a session that was recorded in the app or written by hand. With --headless, print the results after each line. "
    "Each replay of a session gives the same network, bit for bit, and the same pictures."
)
EXAMPLES = """\
tui-nn play my.session
tui-nn play my.session --headless --json
tui-nn play my.session --frames pictures --size 120x40
tui-nn play my.session --cast my.cast --pace 0.5
tui-nn play my.session --svg my.svg"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn play`."""
    parser.add_argument(
        "file", metavar="FILE", help="a session that you recorded in the app (ctrl+p, 'record') or wrote"
    )
    parser.add_argument("--data", metavar="PATH", help="use this data file instead of the data of the session")
    parser.add_argument(
        "--pace", metavar="S", type=_seconds, default=1.0, help="wait S seconds after each line (default: 1)"
    )
    parser.add_argument(
        "--headless", action="store_true", help="do not open the app, and print the results after each line"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object for each line of the session; implies --headless"
    )
    parser.add_argument(
        "--frames", metavar="DIR", help="write a text picture and an SVG picture for each change of the screen"
    )
    parser.add_argument("--cast", metavar="FILE", help="write an asciicast, which asciinema plays")
    parser.add_argument("--svg", metavar="FILE", help="write an animated SVG picture")
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=screen_size,
        help="the size of the pictures in columns x rows (default: the size in the session)",
    )
    add_display(parser)


def run(args: Namespace) -> int:
    """Replay the session."""
    try:
        script = load_script(args.file)
        if args.data is not None:
            script = replace(script, head=replace(script.head, data=args.data))
        if args.frames or args.cast or args.svg:
            plain_environment()
        _check_looks(script)
        if args.frames or args.cast or args.svg:
            return _film(args, script)
        return _headless(args, script) if args.headless or args.json else _open(args, script)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    except ScriptError as error:
        raise UsageError(str(error)) from None


def _check_looks(script: Script) -> None:
    """Raise ScriptError if a line names a view that the app does not have."""
    from tui_nn.ui.shell.stage import look_fault

    for line in script.lines:
        if line.look is not None and (fault := look_fault(line.look)):
            raise script.wrong(line, f"'{line.text}' names no view: {fault}")


def _open(args: Namespace, script: Script) -> int:
    """Replay the session in the app."""
    check_surroundings("to replay the session without a screen, add --headless")
    from tui_nn.ui.shell.opening import Opening

    home = Home.of_user()
    args.ascii = home.preferences.ascii if args.ascii is None else args.ascii
    opening = Opening(script=script, pace=args.pace)
    return open_app(args, script.head.start, opening, with_a_prepared_start(home), is_waited_for=True)


@dataclass
class _Report:
    """The printer of the test loss and accuracy after each line of a session."""

    as_json: bool
    test: Split | None
    waiting: list[Callable[[], None]] | None = None
    """The functions that print the reports after the app has closed, because Textual uses the standard output until
    then. If this is None, each report is printed at once.
    """

    def later(self) -> None:
        """Print the reports that were not printed while the app was open."""
        waiting, self.waiting = self.waiting or [], None
        for say in waiting:
            say()

    def line(self, line: Line, snapshot: Snapshot) -> None:
        if self.waiting is not None:
            test = self.test
            self.waiting.append(lambda: _Report(self.as_json, test).line(line, snapshot))
            return
        assert self.test is not None  # No line is replayed before the data are loaded.
        right = accuracy(snapshot.evaluation.predicted, self.test.labels)
        if self.as_json:
            event(
                "line",
                line=line.number,
                text=line.text,
                **_place(snapshot),
                test_loss=snapshot.evaluation.loss,
                test_accuracy=right,
            )
        elif line.look is None:
            figures = f"test loss {loss_text(snapshot.evaluation.loss)}, test accuracy {percent(right)}"
            result(f"line {line.number:>3}  {printable(line.text):30}  {place_in_words(snapshot.place)}: {figures}")

    def finished(self, script: Script, snapshot: Snapshot) -> None:
        if self.as_json:
            event("finished", lines=len(script.lines), **identity(snapshot))
        else:
            known = identity(snapshot)
            result(f"the SHA-256 digest of the trained parameters is {known['parameters_sha256']}")


def _place(snapshot: Snapshot) -> dict[str, object]:
    known = identity(snapshot)
    return {name: known[name] for name in ("epoch", "batch", "branch", "parameters_sha256")}


def _headless(args: Namespace, script: Script) -> int:
    """Replay the commands of the session on an engine without a screen."""
    engine = InlineEngine(script.head.start)
    snapshot, test = _wait(engine, None, lambda reason: ScriptError(f"{script.name}: {reason}"))
    assert test is not None  # An engine sends the data with its first messages.
    report = _Report(args.json, test)
    for line in script.lines:
        if line.look is None:
            engine.send(line.command(snapshot.network, snapshot.training))
            snapshot, data = _wait(engine, snapshot, lambda reason, line=line: script.wrong(line, reason))  # type: ignore[misc]
            report.test = data or report.test
        report.line(line, snapshot)
    report.finished(script, snapshot)
    return 0


def _wait(
    engine: InlineEngine, snapshot: Snapshot | None, wrong: Callable[[str], ScriptError]
) -> tuple[Snapshot, Split | None]:
    """Wait until a command is complete. Return the newest snapshot, and the new test data if the data have changed."""
    test = None
    while True:
        for message in engine.poll():
            match message:
                case Snapshot():
                    snapshot = message
                case Opened():
                    test = message.test
                case Notice(text, is_error=True):
                    raise wrong(text.rstrip("."))
                case SaveRefused(_, reason):
                    raise wrong(reason)
                case Stopped(reason):
                    raise wrong(f"the training stopped: {reason}")
        assert snapshot is not None  # The first call of `poll` returns a snapshot.
        if snapshot.status.state not in (State.RUNNING, State.REPLAYING):
            return snapshot, test


def _film(args: Namespace, script: Script) -> int:
    """Replay the session in an app on a screen in memory, and write pictures of it."""
    targets = {name: check_target(path) for name in ("cast", "svg") if (path := getattr(args, name)) is not None}
    folder = None if args.frames is None else Path(args.frames)
    if args.theme is not None:
        from tui_nn.ui.shell.app import THEMES

        check_theme(args.theme, THEMES)
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        report = _Report(args.json, None, [])
        try:
            film, snapshot = asyncio.run(_draw(args, script, folder, report))
        finally:
            report.later()
        report.finished(script, snapshot)
        made = {"cast": film.cast(script.name), "svg": film.svg(script.name)}
        for name, target in targets.items():
            replace_file(target, lambda file, text=made[name]: file.write(text.encode("utf-8")))  # type: ignore[misc]
            note(f"written to {printable(getattr(args, name))}")
    except OSError as error:
        raise Failure(f"the pictures cannot be written: {(error.strerror or str(error)).lower()}") from None
    return 0


async def _draw(args: Namespace, script: Script, folder: Path | None, report: _Report) -> tuple[Film, Snapshot]:
    """Return the film and the last snapshot. If `folder` is not None, write the single pictures to it."""
    from tui_nn.ui.shell.film import Film
    from tui_nn.ui.shell.player import Player
    from tui_nn.ui.shell.stage import open_stage

    size = args.size or script.head.size
    film = Film(size, args.pace)
    engine = TimelessEngine(script.head.start, stepwise=True)
    async with open_stage(engine, size, ascii_only=bool(args.ascii), theme=args.theme) as stage:
        player = stage.screen.player = Player(stage.screen, script)
        number = 0

        async def take() -> None:
            nonlocal number
            # A message disappears after some seconds, so it would be in some pictures only by chance.
            stage.app.clear_notifications()
            await stage.settle(whole=False)
            if film.take(stage.strips) and folder is not None:
                number += 1
                for kind, text in ((".txt", stage.text), (".svg", stage.svg)):
                    (folder / f"{number:04}{kind}").write_text(text, encoding="utf-8", newline="\n")

        async def step() -> None:
            epoch = stage.snapshot.epoch
            await stage.step()
            if stage.snapshot.epoch != epoch:
                await take()

        async def shown(line: Line) -> None:
            await take()
            assert stage.screen.opened is not None  # `open_stage` waits until the data are loaded.
            report.test = stage.screen.opened.test
            report.line(line, stage.snapshot)

        await take()
        await player.play(step, shown)
        return film, stage.snapshot


def _seconds(text: str) -> float:
    try:
        seconds = float(text) if is_plain(text) else math.nan
    except ValueError:
        seconds = math.nan
    if not 0.01 <= seconds <= 60:
        raise refused_value(text, "a number of seconds from 0.01 to 60")
    return seconds
