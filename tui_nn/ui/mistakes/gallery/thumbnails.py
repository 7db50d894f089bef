"""Small digits side by side, a page of those that are listed."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_nn.core.parameters import Pixels
from tui_nn.render.numbers import probability
from tui_nn.render.pictures import braille, shades
from tui_nn.session.questions.mistakes import Mistake, MistakeList
from tui_nn.ui.kit.picture import Picture

MARK, GAP = 1, 1


class Size(NamedTuple):
    """Of a picture, in cells."""

    columns: int
    rows: int


SMALL, LARGE = Size(6, 3), Size(10, 5)


class Thumbnails(Picture):
    """Each digit with what it is and what it is taken for below it. The one that is chosen has a mark and a tint.

    In Braille; in shades where there is nothing but ASCII.
    """

    DEFAULT_CSS = """
    Thumbnails { height: 1fr; width: 1fr; }
    Thumbnails > .thumbnails--caption { color: $foreground 62%; }
    Thumbnails > .thumbnails--chosen { background: $primary-muted; text-style: bold; }
    Thumbnails > .thumbnails--mark { color: $text-accent; background: $primary-muted; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"thumbnails--caption", "thumbnails--chosen", "thumbnails--mark"}

    found: reactive[MistakeList | None] = reactive(None, always_update=True)
    """What is listed."""

    position: reactive[int] = reactive(0)
    """The chosen one, from 0."""

    images: Pixels | None = None
    """The digits that the list speaks of; set before it."""

    class Chosen(Message):
        """A digit was clicked."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Fitted(Message):
        """There is room for more on a page, or for fewer."""

    class Turned(Message):
        """The wheel was turned: another page is wanted, the next (1) or the one before (-1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    @property
    def picture(self) -> Size:
        """The size of each."""
        return LARGE if self.size.width >= 70 and self.size.height >= 24 else SMALL

    @property
    def across(self) -> int:
        """Digits in a row."""
        return max(self.size.width // (MARK + self.picture.columns + GAP), 1)

    @property
    def page(self) -> int:
        """Digits that are seen at once."""
        return self.across * max(self.size.height // (self.picture.rows + 1), 1)

    @property
    def first(self) -> int:
        """The position of the first that is seen: pages do not slide, so that a digit keeps its place."""
        return self.position // self.page * self.page

    def watch_found(self) -> None:
        """Draw it anew."""
        self.forget()

    def watch_position(self) -> None:
        """Draw it anew."""
        self.forget()

    def on_resize(self) -> None:
        """Draw it anew."""
        self.forget()
        self.post_message(self.Fitted())

    def on_click(self, event: events.Click) -> None:
        """Choose the digit under the mouse."""
        columns, rows = self.picture
        across, down = event.x // (MARK + columns + GAP), event.y // (rows + 1)
        position = self.first + down * self.across + across
        if self.found is not None and across < self.across and position < min(self.first + self.page, len(self.found)):
            self.post_message(self.Chosen(position))

    def on_mouse_scroll_down(self) -> None:
        """Turn the page."""
        self.post_message(self.Turned(1))

    def on_mouse_scroll_up(self) -> None:
        """Turn it back."""
        self.post_message(self.Turned(-1))

    def _draw(self) -> list[Strip]:
        found, images = self.found, self.images
        if found is None or images is None:
            return []
        lines: list[list[Segment]] = []
        last = min(self.first + self.page, len(found))
        for start in range(self.first, last, self.across):
            cells = [
                self._cell(found[place], images, place == self.position)
                for place in range(start, min(start + self.across, last))
            ]
            lines += [[segment for cell in cells for segment in cell[row]] for row in range(self.picture.rows + 1)]
        return [Strip(line).adjust_cell_length(self.size.width, self.rich_style) for line in lines]

    def _cell(self, mistake: Mistake, images: Pixels, chosen: bool) -> list[list[Segment]]:
        """The rows of one digit."""
        columns, rows = self.picture
        draw = shades if getattr(self.app, "ascii_only", False) else braille
        picture = draw(images[mistake.index], columns, rows)
        plain = self.get_component_rich_style("thumbnails--chosen") if chosen else self.rich_style
        quiet = plain if chosen else self.get_component_rich_style("thumbnails--caption")
        mark = Segment("▸", self.get_component_rich_style("thumbnails--mark")) if chosen else Segment(" ", plain)
        gap = Segment(" " * GAP, self.rich_style)
        body = [[Segment(" ", plain), Segment(line, plain), gap] for line in picture]
        return [*body, [mark, Segment(_caption(mistake, columns).ljust(columns), quiet), gap]]


def _caption(mistake: Mistake, width: int) -> str:
    """What it is and what it is taken for: "4 as 9", and p(predicted) where there is room."""
    answer = f"as {mistake.predicted}" if mistake.predicted != mistake.true else "✓"
    text = f"{mistake.true} {answer}"
    p = probability(mistake.p_predicted)
    return text + p.rjust(width - len(text)) if len(text) + len(p) < width else text
