"""The strip of a pane's sub-views: a letter is the key that leads to one, and what is looked at stands at the right."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class SubViews(Widget):
    """One row. The present view has a mark, and is bold and underlined."""

    DEFAULT_CSS = """
    SubViews { height: 1; }
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

    def __init__(self, views: tuple[tuple[str, str], ...], current: str) -> None:
        """Show these (key, name) pairs."""
        super().__init__()
        self._views = views
        self.set_reactive(SubViews.current, current)

    def render(self) -> Content:
        """The row."""
        views = Content.assemble(*(self._view(key, name) for key, name in self._views))
        room = self.size.width - 1 - len(views)
        subject = next((subject for subject in self.subjects if len(subject) < room), "")
        return Content.assemble(views, (subject.rjust(room), "$foreground 62%")) if subject else views

    def _view(self, key: str, name: str) -> Content:
        if name == self.current:
            mark = (" ▸", "bold $text-accent")
            return Content.assemble(mark, (key, "bold $text-accent"), " ", (name, "bold underline"), " ")
        return Content.assemble("  ", (key, "bold $text-accent"), " ", (name, "$foreground 70%"), " ")

    def on_click(self, event: events.Click) -> None:
        """Choose the name under the mouse."""
        start = 0
        for key, name in self._views:
            end = start + len(f"  {key} {name} ")
            if start <= event.x < end:
                self.post_message(self.Chosen(name))
            start = end
