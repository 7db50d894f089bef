"""`tui-nn notes`: show the teacher's notes in a second terminal. The first terminal shows the lesson."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from time import sleep, time

from tui_nn.cli.app import add_display, check_surroundings, check_theme, is_ascii_only
from tui_nn.cli.output import result
from tui_nn.cli.parser import Failure
from tui_nn.lessons.notes import Notes, note_lines, read_notes

ABOUT = (
    "Show the teacher's notes in a second terminal, while tui-nn lesson NAME --teach runs in the first: the notes on "
    "the current step, the planned minutes and the time that has passed. Both terminals must belong to the same "
    "user of the same computer."
)
EXAMPLES = """\
tui-nn notes
tui-nn notes --plain"""

LOOK_EVERY = 0.5
"""The seconds between two readings of the file with the notes."""
WIDTH = 78


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn notes`."""
    parser.add_argument(
        "--plain", action="store_true", help="print the notes on each step line by line, until the lesson ends"
    )
    add_display(parser)


def run(args: Namespace) -> int:
    """Show the notes until the user quits. With --plain, print them until the lesson ends."""
    return _print_all() if args.plain else _show(args)


def _show(args: Namespace) -> int:
    check_surroundings("to print the notes line by line, add --plain")
    from tui_nn.ui.shell.app import THEMES
    from tui_nn.ui.shell.notes_app import NotesApp

    app = NotesApp(ascii_only=is_ascii_only(args))
    if args.theme is not None:
        check_theme(args.theme, THEMES)
        app.theme = args.theme
    app.run()
    return app.return_code or 0


def _print_all() -> int:
    notes, why = read_notes()
    if notes is None:
        raise Failure(why)
    shown: Notes | None = None
    while notes is not None:
        if notes != shown:
            shown = notes
            result(notes.title)
            for line in note_lines(notes, time(), WIDTH):
                result("".join(text for text, _ in line))
            result("")
        sleep(LOOK_EVERY)
        notes, _ = read_notes()
    result("The lesson has ended.")
    return 0
