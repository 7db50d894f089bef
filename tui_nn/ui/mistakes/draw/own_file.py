"""The file of your own digits. The draw view collects its changes here, and a thread writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tui_nn.data.dataset import Bytes, DataError, Split
from tui_nn.data.own import add_own, drop_last_of, read_own

Own = Split | str | None
"""Your own digits; None if there are none; or a sentence about why their file cannot be used."""

SAVED = "Saved the drawing."
REMOVED = "The last digit was removed."
CHANGED = "Another app has changed your own digits, so no digit was removed."


class OwnFile:
    """The file of your own digits, with a list of the changes that are not written to it yet.

    Each call of `work_off` writes all collected changes. It must, because a newer call replaces an older call that still
    waits.
    """

    def __init__(self) -> None:
        self._changes: list[Callable[[], str]] = []
        self._seen: Split | None = None
        self._report = ""

    def add(self, image: Bytes, label: int) -> None:
        """Add a digit to the changes that must be written."""
        self._changes.append(partial(self._add, image, label))

    def drop(self) -> None:
        """Add the removal of the last digit to the changes that must be written. Without any digit, the removal has no effect."""
        self._changes.append(self._drop)

    def take_report(self) -> str:
        """Return a sentence about the last written change, but only once. Then return "" until the next change is written."""
        report, self._report = self._report, ""
        return report

    def work_off(self) -> Iterator[Own]:
        """Write all changes to the file, then yield its digits. If the file cannot be used, yield a sentence with the reason."""
        try:
            while self._changes:
                self._report = self._changes.pop(0)() or self._report
            self._seen = read_own()
            yield self._seen
        except DataError as error:
            yield str(error)

    def _add(self, image: Bytes, label: int) -> str:
        add_own(image, label)
        self._seen = read_own()
        return SAVED

    def _drop(self) -> str:
        if self._seen is None:
            return ""
        removed = drop_last_of(self._seen)
        self._seen = read_own()
        return REMOVED if removed else CHANGED
