"""The strip of a pane's sub-views: a letter is the key that leads to one, and what is looked at stands at the right."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class SubViews(Widget):
    """The views in one row, the present one with a mark, bold and underlined; the subject beside them or below.

    Where columns are few, names are short; where that does not do, only the present one has its name.
    """

    DEFAULT_CSS = """
    SubViews { height: 1; }
    SubViews.-two { height: 2; }
    """

    current: reactive[str] = reactive("")
    """The name of the view in front."""

    subjects: reactive[tuple[str, ...]] = reactive(("",))
    """What is looked at, in several lengths, the longest first; gone where none has room."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, views: Sequence[tuple[str, str, str]], current: str) -> None:
        """Show these views: key, name, and a short name or ""."""
        super().__init__()
        self._views = views
        self.set_reactive(SubViews.current, current)

    def render(self) -> Content:
        """One row or two."""
        views = Content.assemble(*(self._view(key, name, shown) for key, name, shown in self._shown()))
        beside, below = self.size.width - 1 - len(views), self.size.width - 1
        rows = ((beside, views), (below, Content("\n").join([views, Content("")])))
        for subject in filter(None, self.subjects):
            for room, before in rows[: self.size.height]:
                # Beside the views it must not read as one more of them.
                if len(subject) + 2 < room:
                    return Content.assemble(before, (subject.rjust(room), "$foreground 62%"))
        return views

    def _shown(self) -> list[tuple[str, str, str]]:
        """Key, name, and as much of a name as there is room for."""
        forms = (
            [(key, name, name) for key, name, _ in self._views],
            [(key, name, short or name) for key, name, short in self._views],
            [(key, name, name if name == self.current else "") for key, name, _ in self._views],
        )
        return next((form for form in forms if _cells(form) <= self.size.width), forms[-1])

    def _view(self, key: str, name: str, shown: str) -> Content:
        if name == self.current:
            mark = ("▸", "bold $text-accent")
            return Content.assemble(" ", mark, (key, "bold $text-accent"), " ", (shown, "bold underline"))
        space = " " if shown else ""
        return Content.assemble("  ", (key, "bold $text-accent"), space, (shown, "$foreground 70%"))

    def on_click(self, event: events.Click) -> None:
        """Choose the name under the mouse."""
        start = 0
        for view in self._shown():
            end = start + len(self._view(*view))
            if start <= event.x < end and event.y == 0:
                self.post_message(self.Chosen(view[1]))
            start = end


def _cells(form: list[tuple[str, str, str]]) -> int:
    return sum(len(f"  {key} {shown}") for key, _, shown in form)
