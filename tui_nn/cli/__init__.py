"""The command line. Every command is a module of this package, and its name is the name of the module.

A command's module has ABOUT and EXAMPLES for its help, `add_arguments(parser)`, and `run(args)`, which returns the exit
code: 0 for success, 1 for a failure, 2 for wrong use, 128 + n if signal n ended it. A command prints its results to
stdout and all other text to stderr. With --json, it also prints an error to stdout. A module imports NumPy and Textual
only if it needs them, so that --help stays fast.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from tui_nn.cli.output import accept_any_encoding, event, folded, give_up_on, keep_standard_numbers, note
from tui_nn.cli.parser import CommandError, Parser, UsageError
from tui_nn.data.printable import printable
from tui_nn.engine.blas import one_blas_thread

COMMANDS = {
    "train": "train a network and print its results after every epoch",
    "evaluate": "measure the test accuracy of a saved run",
    "history": "print the history of a saved run: settings, changes, losses",
    "compare": "compare saved runs: their settings, scores and mistakes",
    "sweep": "train a network many times, with different settings and seeds",
    "find-rate": "find a good learning rate with a short trial training",
    "mistakes": "show the test pictures that a saved run misclassifies",
    "inspect": "print statistics of every layer, and the problems of a saved run",
    "predict": "classify your own pictures with a saved run",
    "trace": "show how one update is calculated, step by step",
    "check-gradients": "check the gradients of backpropagation against numerical gradients",
    "export": "export a saved run as a script, a notebook, weights or CSV tables",
    "data": "show, convert or download data",
    "presets": "list the presets",
    "runs": "list recent runs, and the runs that were not saved",
    "lesson": "play a lesson, or check its claims without a screen",
    "notes": "show the teacher's notes on a lesson in a second terminal",
    "class": "combine the lesson reports of a school class into one table",
    "config": "show or edit your preferences: theme, keys, and what the app shows when it starts",
    "completion": "print a script that completes commands in your shell",
    "serve": "serve the app to browsers",
    "play": "replay a recorded session, or make pictures and films of it",
    "screenshot": "draw the app into a picture or a text file",
}
"""The sentence that describes each command, by the name of the command."""

SIGPIPE, SIGINT = 13, 2


def run(argv: list[str]) -> int:
    """Run the command that `argv` names, and return its exit code."""
    one_blas_thread()
    keep_standard_numbers()
    accept_any_encoding()
    chosen = argv[0] if argv and argv[0] in COMMANDS else None
    program = f"tui-nn {chosen}" if chosen else "tui-nn"
    as_json = "--json" in argv
    try:
        # Flush stdout now, so that a closed pipe or a full disk is noticed while the error can still be reported.
        code = _run(
            program, import_module(f"tui_nn.cli.{(chosen or 'app').replace('-', '_')}"), argv[1:] if chosen else argv
        )
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except CommandError as error:
        return _report(program, error.lines, 2 if isinstance(error, UsageError) else 1, as_json=as_json)
    except BrokenPipeError:
        give_up_on(sys.stdout)
        return 128 + SIGPIPE
    except KeyboardInterrupt:
        return 128 + SIGINT
    except OSError as error:
        # Code that opens files reports its own errors, so this OSError is a failure to write the output.
        give_up_on(sys.stdout)
        note(f"{program}: the output cannot be written: {(error.strerror or str(error)).lower()}.")
        return 1
    except MemoryError:
        line = "there is not enough memory; use fewer examples or fewer units"
        return _report(program, [line], 1, as_json=as_json)


def _report(program: str, lines: Sequence[str], code: int, *, as_json: bool) -> int:
    """Print the sentences of an error to stderr, and return the exit code. With --json, also print it as JSON to stdout."""
    for line in lines:
        # An error may quote an argument with terminal codes. They are replaced, because the terminal would carry them out.
        note(folded(f"{program}: {printable(line).rstrip('.')}."))
    if as_json:
        event("error", command=program, messages=[line.rstrip(".") for line in lines], exit_code=code)
    return code


def _run(program: str, command: object, argv: list[str]) -> int:
    about, examples = getattr(command, "ABOUT"), getattr(command, "EXAMPLES")  # noqa: B009 - mypy does not know the attributes of a module chosen at run time
    parser = Parser(program, about, examples, commands={} if program != "tui-nn" else COMMANDS)
    command.add_arguments(parser)  # type: ignore[attr-defined]
    try:
        arguments = parser.parse(argv)
    except SystemExit:  # --help and --version
        return 0
    code: int = command.run(arguments)  # type: ignore[attr-defined]
    return code
