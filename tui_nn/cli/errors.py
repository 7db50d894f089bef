"""What ends a command: sentences for the person at the shell, never a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class _Told(Exception):
    """Something to tell, one sentence a line."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


class UsageError(_Told):
    """The command cannot be what was meant: exit code 2."""


class Failure(_Told):
    """The command was right, and did not succeed: exit code 1."""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A question after a word that is none of `names`: " (did you mean train?)"; "" if nothing is close."""
    close = get_close_matches(word, list(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
