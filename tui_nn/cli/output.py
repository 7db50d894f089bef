"""The output of the commands: results go to stdout, and notes for the user to stderr."""

from __future__ import annotations

import codecs
import contextlib
import math
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO


def result(line: str = "") -> None:
    """Print a line of the result to stdout and flush it, so that a program that reads the output gets the line at once."""
    print(line, flush=True)


def note(line: str) -> None:
    """Print a line for the user to stderr."""
    if sys.stderr is not None:  # A closed stderr is None, and print(file=None) would write to stdout.
        try:
            print(line, file=sys.stderr, flush=True)
        except OSError:  # A failure to write to stderr cannot be reported anywhere.
            give_up_on(sys.stderr)


def note_all(name: str, sentences: Iterable[str]) -> None:
    """Print the notes about a dataset with this name, each on a line of its own."""
    for sentence in sentences:
        note(folded(f"{name}: {sentence}."))


def folded(line: str) -> str:
    """Return a note, broken into lines between words if stderr is a terminal. A program that reads stderr gets one line."""
    if sys.stderr is None or not sys.stderr.isatty():
        return line
    from shutil import get_terminal_size  # This import is here because the app's first frame does not need it.
    from textwrap import fill

    width = max(get_terminal_size().columns - 1, 20)
    return fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def place_in_words(place: tuple[int, int]) -> str:
    """Return a position in a run as text, such as "epoch 3", or "epoch 3 and 12 batches of the next epoch".

    `place` is (complete epochs, complete batches of the next epoch).
    """
    epoch, batch = place
    batches = "1 batch" if batch == 1 else f"{batch:,} batches"
    return f"epoch {epoch:,} and {batches} of the next epoch" if batch else f"epoch {epoch:,}"


def event(name: str, /, **values: Any) -> None:
    """Print a JSON object on one line. JSON has no NaN or infinity, so these values become null, and the key
    "not_finite" lists them.
    """
    import json  # This import is here because the app's first frame does not need it.

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


def keep_standard_numbers() -> None:
    """Open the null device in place of each closed standard stream.

    Otherwise, the next file or pipe would get the number of the closed stream, and output would go to it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # A new file gets the lowest free file number, which is `number` here.


def accept_any_encoding() -> None:
    """Make stdout and stderr replace each character that they cannot encode with ASCII text, so that no command fails on it."""
    codecs.register_error("tui-nn", _replace)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(
            AttributeError, ValueError
        ):  # The stream is None or closed, or a test has replaced it.
            stream.reconfigure(errors="tui-nn")  # type: ignore[union-attr]


def give_up_on(stream: TextIO | None) -> None:
    """Discard output that is not written yet. Otherwise Python would try to write it at exit, fail, and exit with code 120."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        os.close(nowhere)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    from tui_nn.render.ascii import (
        to_wide_ascii,
    )  # The import is here, because output in UTF-8 never needs it.

    return to_wide_ascii(error.object[error.start : error.end]), error.end
