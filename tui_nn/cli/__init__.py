"""The command line: every command a module, found by its name. Results go to stdout, everything else to stderr.

A command's module has ABOUT and EXAMPLES for its help, `add_arguments(parser)`, and `run(args)`, which returns the exit
code: 0 done, 1 failed, 2 wrong use, 128 + n ended by signal n. NumPy and Textual are imported by those that need them.
"""

from __future__ import annotations

import sys
from importlib import import_module

from tui_nn.cli.errors import Failure, UsageError
from tui_nn.cli.output import accept_any_encoding, folded, give_up_on, note
from tui_nn.cli.parser import Parser
from tui_nn.data.printable import printable
from tui_nn.engine.blas import one_blas_thread

COMMANDS = {
    "train": "train a network without a screen",
    "evaluate": "how many test digits a saved run reads",
    "mistakes": "the test digits a saved run gets wrong, as text",
    "inspect": "every layer of a saved run in numbers, and what is wrong",
    "predict": "what a saved run takes pictures of digits for",
    "trace": "one update, act by act, with its numbers",
    "check-gradients": "backprop against differences of the loss",
    "presets": "the starting points there are",
    "screenshot": "a picture of the app, as SVG or as text",
}
"""Every command with what it is for."""

SIGPIPE, SIGINT = 13, 2


def run(argv: list[str]) -> int:
    """Do what a command line says, and return the exit code."""
    one_blas_thread()
    accept_any_encoding()
    chosen = argv[0] if argv and argv[0] in COMMANDS else None
    program = f"tui-nn {chosen}" if chosen else "tui-nn"
    try:
        # What is printed last must be out while a closed pipe or a full disk can still be told.
        code = _run(
            program, import_module(f"tui_nn.cli.{(chosen or 'app').replace('-', '_')}"), argv[1:] if chosen else argv
        )
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except (UsageError, Failure) as error:
        for line in error.lines:
            # What it quotes of the command line may hold anything.
            note(folded(f"{program}: {printable(line).rstrip('.')}."))
        return 2 if isinstance(error, UsageError) else 1
    except BrokenPipeError:
        give_up_on(sys.stdout)
        return 128 + SIGPIPE
    except KeyboardInterrupt:
        return 128 + SIGINT
    except OSError as error:
        # Files are opened by code that gives a sentence of its own; what is left is the output.
        give_up_on(sys.stdout)
        note(f"{program}: the output cannot be written: {(error.strerror or str(error)).lower()}.")
        return 1
    except MemoryError:
        note(f"{program}: there is not enough memory; take fewer examples or fewer units.")
        return 1


def _run(program: str, command: object, argv: list[str]) -> int:
    about, examples = getattr(command, "ABOUT"), getattr(command, "EXAMPLES")  # noqa: B009 - a module chosen by name
    parser = Parser(program, about, examples, commands={} if program != "tui-nn" else COMMANDS)
    command.add_arguments(parser)  # type: ignore[attr-defined]
    try:
        arguments = parser.parse(argv)
    except SystemExit:  # --help and --version
        return 0
    code: int = command.run(arguments)  # type: ignore[attr-defined]
    return code
