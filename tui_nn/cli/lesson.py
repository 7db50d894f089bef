"""`tui-nn lesson`: play a lesson in the app or line by line, or measure lessons without a screen."""

from __future__ import annotations

import asyncio
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from tui_nn.cli.app import add_display, check_surroundings, open_app, with_a_prepared_start
from tui_nn.cli.flags import LESSONS_HELP
from tui_nn.cli.output import event, note, result
from tui_nn.cli.parser import Failure, UsageError, did_you_mean, refused_value
from tui_nn.cli.screenshot import plain_environment
from tui_nn.data.atomic import replace_file
from tui_nn.data.printable import printable
from tui_nn.engine.timeless import TimelessEngine
from tui_nn.home.home import Home
from tui_nn.lessons.data import dataset_of, start_of
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.handout import Picture, as_svg, as_text, parts_of
from tui_nn.lessons.headless import Outcome, measure_lesson, play_through
from tui_nn.lessons.lesson import Do, Lesson, LookAt
from tui_nn.lessons.library import lesson_names, load_lesson, load_lessons
from tui_nn.lessons.plain import PlainPlayer
from tui_nn.lessons.play import Play
from tui_nn.lessons.progress import Progress, change_progress, load_progress
from tui_nn.lessons.report import ReportError, report_of, write_report
from tui_nn.session.file.archive import RunFileError, check_target

ABOUT = (
    "Play a lesson in the app: make a prediction, train a network, and see whether the claim is true. "
    "With --plain, the lesson is printed line by line. With --headless, the command asks no questions and prints "
    "every check."
)
EXAMPLES = """\
tui-nn lesson --list
tui-nn lesson learning-rate
tui-nn lesson learning-rate --plain
tui-nn lesson learning-rate --handout sheet.svg
tui-nn lesson learning-rate --headless --seeds 0-9
tui-nn lesson --all --headless --json
tui-nn lesson mine --lessons my-folder --report mine.json"""

MOST_SEEDS = 1000
"""The largest number of seeds for one command."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn lesson`."""
    parser.add_argument("lesson", metavar="NAME", nargs="?", help="the name of a lesson or challenge")
    parser.add_argument("--list", action="store_true", help="list the lessons, and how far you are in each of them")
    parser.add_argument("--all", action="store_true", help="check all lessons and challenges; needs --headless")
    parser.add_argument("--lessons", metavar="DIR", help=LESSONS_HELP)
    parser.add_argument(
        "--plain",
        action="store_true",
        help="play the lesson without the full-screen app: print its text to stdout, and read your answers from stdin",
    )
    parser.add_argument(
        "--teach",
        action="store_true",
        help="show the lesson to a class: one key goes to the next step and one goes back",
    )
    parser.add_argument("--headless", action="store_true", help="train without questions, and print the checks")
    parser.add_argument(
        "--seeds",
        metavar="LIST",
        type=seeds,
        help="with --headless: train once with each of these seeds, such as 0-9 or 0,3 (default: the seed in the file)",
    )
    parser.add_argument("--report", metavar="FILE", help="write the predictions and measured values to this file")
    parser.add_argument(
        "--handout", metavar="FILE", help="write a work sheet for a class without computers to FILE.svg or FILE.txt"
    )
    parser.add_argument("--name", metavar="WHO", default="", help="the name of the learner in the report")
    parser.add_argument(
        "--reset", action="store_true", help="start the lesson from the beginning; with --all, start all lessons"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")
    add_display(parser)


def seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that a text such as "0-9" or "0,3,7" lists.

    Raises:
        ArgumentTypeError: if the text is not a list of seeds.
    """
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part.strip(), re.ASCII)
        last = int(match[2] or match[1]) if match else -1
        if match is None or not 0 <= last - int(match[1]) < MOST_SEEDS:
            raise refused_value(text, f"whole numbers such as 0-9 or 0,3 (at most {MOST_SEEDS:,})")
        found += range(int(match[1]), last + 1)
    return tuple(dict.fromkeys(found))


def run(args: Namespace) -> int:
    """List the lessons, play one, or check some without a screen."""
    try:
        _check(args)
        if args.list:
            return _list(args)
        if args.reset:
            return _reset(args)
        if args.handout is not None:
            return _handout(args)
        if args.headless:
            return _measure(args)
        return _play(args) if args.plain else _open(args)
    except LessonError as error:
        raise UsageError(str(error)) from None
    except ReportError as error:
        raise Failure(str(error)) from None


def _check(args: Namespace) -> None:
    """Raise UsageError for arguments that cannot be combined."""
    if args.list:
        return
    if args.lesson is None and not args.all:
        raise UsageError("NAME is missing; tui-nn lesson --list lists the lessons, and --all takes all of them")
    if args.all and args.lesson is not None:
        raise UsageError(f"--all already includes every lesson: leave '{args.lesson}' or --all out")
    if args.all and not (args.headless or args.reset):
        raise UsageError("--all needs --headless, because only one lesson can be played at a time")
    if args.teach and (given := next((f for f in ("plain", "headless", "report") if getattr(args, f)), None)):
        raise UsageError(f"--teach shows a lesson to a class in the app, and cannot be used with --{given}")
    if args.seeds is not None and not args.headless:
        raise UsageError(
            "--seeds works only with --headless; a lesson that you play yourself uses the seed in its file"
        )
    if args.handout is not None and args.all:
        raise UsageError("--handout writes the sheet of one lesson: name the lesson, and leave --all out")
    if args.report is not None and (args.all or len(args.seeds or (0,)) > 1):
        raise UsageError("--report takes one lesson and one seed: name one lesson, or leave --report out")
    if args.lesson is not None and args.lesson not in (names := lesson_names(args.lessons)):
        raise UsageError(
            f"there is no lesson '{args.lesson}'{did_you_mean(args.lesson, names)}; tui-nn lesson --list lists them"
        )


def _list(args: Namespace) -> int:
    progress = _progress()
    heading = None
    for lesson in load_lessons(args.lessons):
        place = progress.of(lesson)
        steps = len(lesson.steps)
        state = "done" if place.done else f"{place.step + 1} of {steps}" if place.begun else f"{lesson.minutes} min"
        if args.json:
            event(
                "lesson", name=lesson.name, title=lesson.title, kind="challenge" if lesson.is_challenge else "lesson",
                minutes=lesson.minutes, steps=steps, step=place.step, done=place.done,
            )  # fmt: skip
        else:
            if lesson.is_challenge != heading:
                heading = lesson.is_challenge
                result("Challenges" if heading else "Lessons")
            result(f"{'✓' if place.done else ' '} {lesson.name:22}{lesson.title:34}{state}")
    return 0


def _reset(args: Namespace) -> int:
    if not args.all:
        _progress()  # If the progress file is damaged, this call reports it. The file is replaced below.
    if error := change_progress(lambda known: Progress() if args.all else known.without(args.lesson))[1]:
        raise Failure(error)
    note("All lessons now start from the beginning." if args.all else f"{args.lesson} begins again")
    return 0


def _measure(args: Namespace) -> int:
    names = [lesson.name for lesson in load_lessons(args.lessons)] if args.all else [args.lesson]
    failed = 0
    for name in names:
        for seed in args.seeds or (None,):
            outcome = measure_lesson(load_lesson(name, args.lessons, seed=seed))
            failed += not outcome.holds
            _print(outcome, as_json=args.json, in_full=not args.all)
    if args.report is not None:
        lesson = load_lesson(args.lesson, args.lessons, seed=(args.seeds or (None,))[0])
        _report(args, play_through(lesson))
    if args.json:
        event("summary", lessons=len(names), seeds=list(args.seeds or ()), failed=failed)
    elif args.all:
        result(f"{len(names)} lessons and challenges were checked, {failed or 'none'} failed")
    return 1 if failed else 0


def _print(outcome: Outcome, *, as_json: bool, in_full: bool) -> None:
    lesson, seed = outcome.lesson, outcome.lesson.setup.training.seed
    rows = outcome.rows()
    if as_json:
        for row in rows:
            event(
                "check", lesson=lesson.name, seed=seed, kind=row.kind, repair=row.repair, **row.result.to_dict(),
                as_expected=row.as_expected,
            )  # fmt: skip
        event("finished", lesson=lesson.name, seed=seed, holds=outcome.holds)
        return
    result(f"{lesson.name}, seed {seed}: {'ok' if outcome.holds else 'NOT as expected'} ({len(rows)} checks)")
    for row in rows:
        if in_full or not row.as_expected:
            found = row.result
            what = f"  {row.kind:9}{found.check.run:16}{found.label:46}"
            result(f"{what}{found.bound:>16}{found.shown:>14}  {'✓ ok' if row.as_expected else '✗ no'}")


def _handout(args: Namespace) -> int:
    """Carry out the lesson on a screen in memory, write the handout with its pictures, and return the exit code."""
    path = Path(args.handout)
    if path.suffix not in (".svg", ".txt"):
        raise UsageError(f"--handout is '{args.handout}': it must end in .svg or .txt")
    try:
        target = check_target(path)
    except RunFileError as error:
        raise UsageError(f"--handout: {error}") from None
    lesson = load_lesson(args.lesson, args.lessons)
    plain_environment()
    pictures = asyncio.run(_pictures(lesson))
    results = play_through(lesson).all_results(dataset_of(lesson.setup).test)
    parts = parts_of(lesson, pictures, results)
    sheet = as_svg(parts, lesson.title) if path.suffix == ".svg" else as_text(parts)
    try:
        replace_file(target, lambda file: file.write(sheet.encode("utf-8")))
    except OSError as error:
        raise Failure(f"'{path}' cannot be written: {(error.strerror or str(error)).lower()}") from None
    note(f"written to {printable(args.handout)}")
    return 0


async def _pictures(lesson: Lesson) -> dict[int, Picture]:
    """Return a picture for each step of a lesson that shows a view, by the number of the step.

    The picture does not show the rows with the tabs and the keys, because they are useless on paper. Its theme is light.
    """
    from tui_nn.ui.shell.film import still
    from tui_nn.ui.shell.stage import open_stage

    pictures: dict[int, Picture] = {}
    engine = TimelessEngine(start_of(lesson.setup))
    async with open_stage(engine, (80, 24), theme="textual-light") as stage:
        for number, step in enumerate(lesson.steps):
            match step:
                case Do(actions=actions):
                    for action in actions:
                        stage.screen.send(action.command)
                        stage.screen.listen()
                        await stage.settle()
                case LookAt(look=look):
                    await stage.show(look)
                    stage.app.clear_notifications()
                    await stage.settle()
                    rows = slice(2, -1)
                    shown = tuple(stage.text.splitlines()[rows])
                    pictures[number] = Picture(shown, *still(stage.strips[rows], f"p{number}c"))
    return pictures


def _open(args: Namespace) -> int:
    """Open the app in the lesson."""
    load_lessons(args.lessons)
    check_surroundings("to play the lesson line by line, add --plain")
    if args.report is not None:
        try:
            check_target(args.report)
        except RunFileError as error:
            raise UsageError(f"--report: {error}") from None
    from tui_nn.engine.messages import Start
    from tui_nn.ui.shell.opening import LessonShelf, Opening

    shelf = LessonShelf(folder=args.lessons, begin=args.lesson, report=args.report, learner=args.name, teach=args.teach)
    home = Home.of_user()
    args.ascii = home.preferences.ascii if args.ascii is None else args.ascii
    return open_app(args, Start(), Opening(lessons=shelf), with_a_prepared_start(home))


def _play(args: Namespace) -> int:
    lesson = load_lesson(args.lesson, args.lessons)
    test = dataset_of(lesson.setup).test
    progress = _progress()
    play = Play(lesson) if progress.of(lesson).done else progress.play(lesson)

    def keep(play: Play) -> None:
        if error := change_progress(lambda known: known.with_play(play, test))[1]:
            note(error)

    player = PlainPlayer(play, result, _ask)
    player.run(keep)
    if args.report is not None:
        _report(args, player.play)
    return 0


def _ask(question: str) -> str:
    """Print a question and return the line that is typed.

    A terminal shows the line break that a person types. For any other input, this function prints a line break.
    """
    sys.stdout.write(question)
    sys.stdout.flush()
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if sys.stdin is None or not sys.stdin.isatty():
        sys.stdout.write("\n")
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _report(args: Namespace, play: Play) -> None:
    results = play.all_results(dataset_of(play.lesson.setup).test)
    write_report(args.report, report_of(play, results, args.name))
    note(f"written to {args.report}")


def _progress() -> Progress:
    progress, error = load_progress()
    if error:
        note(error)
    return progress
