"""Where lines go: results to stdout, for people or programs; notes to stderr."""

from __future__ import annotations

import codecs
import contextlib
import math
import os
import sys
from typing import Any, TextIO

PLAIN = {
    "·": "|",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "←": "<-",
    "→": "->",
    "≥": ">=",
    "σ": "s",
    "√": "sqrt",
}
"""What is written where a stream's encoding has no such character."""


def result(line: str = "") -> None:
    """Print a line of what was asked for. It is out at once: a pipe's reader sees every epoch when it is done."""
    print(line, flush=True)


def note(line: str) -> None:
    """Tell the person something that is no result."""
    if sys.stderr is not None:  # closed: print would take stdout instead
        try:
            print(line, file=sys.stderr, flush=True)
        except OSError:  # where it cannot be told it is not told
            give_up_on(sys.stderr)


def folded(line: str) -> str:
    """A long note in rows of whole words, for a terminal; a program that reads it gets one line."""
    if sys.stderr is None or not sys.stderr.isatty():
        return line
    from shutil import get_terminal_size  # here, as the first paint has no use for them
    from textwrap import fill

    width = max(get_terminal_size().columns - 1, 20)
    return fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def event(name: str, /, **values: Any) -> None:
    """Print a JSON object in one line. JSON has no NaN: such a number is null, and is named under "not_finite"."""
    import json  # a hundredth of the app's first paint, which has no use for it

    strange: dict[str, str] = {}
    clean = {key: _clean(value, key, strange) for key, value in values.items()}
    if strange:
        clean["not_finite"] = strange
    result(json.dumps({"event": name, **clean}, allow_nan=False))


def _clean(value: Any, name: str, strange: dict[str, str]) -> Any:
    match value:
        case float() if not math.isfinite(value):
            strange[name] = str(value)
            return None
        case dict():
            return {key: _clean(item, f"{name}.{key}", strange) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item, f"{name}.{index}", strange) for index, item in enumerate(value)]
        case _:
            return value


def accept_any_encoding() -> None:
    """See to it that no character ends a command: it is written plainer, or as a question mark."""
    codecs.register_error("tui-nn", _plainer)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # none, closed, or something a test put there
            stream.reconfigure(errors="tui-nn")  # type: ignore[union-attr]


def give_up_on(stream: TextIO | None) -> None:
    """Let what is still unwritten go nowhere: Python would try again at its end, complain, and exit with 120."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        os.close(nowhere)


def _plainer(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(PLAIN.get(character, "?") for character in error.object[error.start : error.end]), error.end
