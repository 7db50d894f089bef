"""The strip of views of a pane: the key and the name of each view, and at the right the subject of the current view."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.cells import cells_of, to_right
from tui_nn.ui.kit.roles import KEY, MUTED, UNCHOSEN


class SubViews(Widget):
    """A widget that shows the views in one row, and the subject beside or below them. The current view has a mark, and its name is
    bold and underlined.

    The name of the current view is always shown. If not all names fit, they are shortened. If even the short names do not fit, some
    views show only their keys.
    """

    DEFAULT_CSS = """
    SubViews { height: 1; }
    SubViews.-two { height: 2; }
    """

    current: reactive[str] = reactive("")
    """The name of the visible view."""

    subjects: reactive[tuple[str, ...]] = reactive(("",))
    """The subject of the view in several lengths, the longest first. It is hidden if none fits."""

    class Chosen(Message):
        """This message reports that the person clicked the name of a view."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, views: Sequence[tuple[str, str, str]], current: str) -> None:
        """Show `views`, each a key, a name, and a short name or ""."""
        super().__init__()
        self._views = views
        self.set_reactive(SubViews.current, current)

    def render(self) -> Content:
        """Return one row, or two if the subject of the view stands below the names."""
        views = Content.assemble(*(self._view(key, name, shown) for key, name, shown in self._shown()))
        beside, below = self.size.width - 1 - len(views), self.size.width - 1
        rows = ((beside, views), (below, Content("\n").join([views, Content("")])))
        for subject in filter(None, self.subjects):
            for room, before in rows[: self.size.height]:
                # The subject needs two more blanks, which separate it from the names.
                if cells_of(subject) + 2 < room:
                    return Content.assemble(before, (to_right(subject, room), MUTED))
        return views

    def _shown(self) -> list[tuple[str, str, str]]:
        """Return the key, the name and the displayed name of each view. The displayed name is short or "" if room is lacking."""
        full = [(key, name, name) for key, name, _ in self._views]
        if _cells(full) < self.size.width:
            return full
        short = [(key, name, short or name) for key, name, short in self._views]
        if _cells(short) < self.size.width:
            return short
        form = [(key, name, name if name == self.current else "") for key, name, _ in self._views]
        for number, named in enumerate(short):
            longer = [*form[:number], named, *form[number + 1 :]]
            if named[1] != self.current and _cells(longer) < self.size.width:
                form = longer
        return form

    def _view(self, key: str, name: str, shown: str) -> Content:
        if name == self.current:
            mark = ("▸", KEY)
            return Content.assemble(" ", mark, (key, KEY), " ", (shown, "bold underline"))
        space = " " if shown else ""
        return Content.assemble("  ", (key, KEY), space, (shown, UNCHOSEN))

    def on_click(self, event: events.Click) -> None:
        """Choose the view whose name was clicked."""
        start = 0
        for view in self._shown():
            end = start + len(self._view(*view))
            if start <= event.x < end and event.y == 0:
                self.post_message(self.Chosen(view[1]))
            start = end


def _cells(form: list[tuple[str, str, str]]) -> int:
    return sum(len(f"  {key}") + (len(shown) + 1 if shown else 0) for key, _, shown in form)
