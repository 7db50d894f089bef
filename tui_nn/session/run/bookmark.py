"""Bookmarks: named views of a run. A person can return to them."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NAME = 60
"""The greatest length of a bookmark's name, in characters."""
LONGEST_LOOK = 500
"""The longest text form of a `Look`, in characters. A `Look` describes what the screen shows."""
MOST_BOOKMARKS = 100


class BookmarkError(ValueError):
    """The error for a bookmark that cannot be saved. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A name for a view, and the text form of its `Look`, which describes the view on the screen.

    The session stores the text and does not interpret it.

    Raises:
        BookmarkError: if the name or the text is empty, too long, or has more than one line.
    """

    name: str
    look: str

    def __post_init__(self) -> None:
        """Check the name and the text."""
        for what, text, longest in (("name", self.name, LONGEST_NAME), ("text", self.look, LONGEST_LOOK)):
            if not text.strip() or len(text) > longest or not text.isprintable():
                raise BookmarkError(f"the {what} of a bookmark must be one line of 1 to {longest} characters")


def with_bookmark(bookmarks: tuple[Bookmark, ...], new: Bookmark) -> tuple[Bookmark, ...]:
    """Return the bookmarks with a new one at the end. The new one replaces a bookmark of the same name.

    Raises:
        BookmarkError: if there are already `MOST_BOOKMARKS`.
    """
    others = tuple(bookmark for bookmark in bookmarks if bookmark.name != new.name)
    if len(others) >= MOST_BOOKMARKS:
        raise BookmarkError(f"a run can have at most {MOST_BOOKMARKS} bookmarks; remove one first")
    return (*others, new)
