"""The box that explains the values on the screen, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.geometry import Offset, Region
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.engine.look import Look
from tui_nn.glossary import GLOSSARY
from tui_nn.render.ascii import name_arrows
from tui_nn.render.cells import cut
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.dialog import Dialog, PageDialog
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.roles import FRAME, HEADING, KEY, MUTED, TEXT, bold
from tui_nn.ui.shell.arrangement import PANES
from tui_nn.ui.shell.status import StatusLine

if TYPE_CHECKING:
    from tui_nn.ui.shell.main_screen import MainScreen

WIDTH = 74
"""The width of the box on a screen of at least 78 columns."""
NARROWEST = 20
"""The smallest width of the box. On a narrower screen, which is too small for the app, its right side is not visible."""
_MOVES = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}

Result = tuple[str, str]
"""What you asked for in the box: "lesson" and the name of the lesson, or "pane" and the name of the pane."""


class Mark(Widget):
    """A widget over the explained value. It shows the same text, reversed."""

    DEFAULT_CSS = """
    Mark { layer: mark; width: 1; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[str] = []

    def put(self, region: Region, rows: list[str]) -> None:
        """Cover a region of the screen with a copy of its text."""
        self._rows = rows
        self.styles.offset = region.offset
        self.styles.width, self.styles.height = region.size
        self.refresh()

    def render(self) -> Content:
        """Draw the text reversed."""
        return Content("\n").join(Content.styled(row, "bold reverse") for row in self._rows)


class Explain(Dialog[Result]):
    """A dialog over the panes. It marks one value at a time, and a small box beside the value explains it."""

    DEFAULT_CSS = f"""
    Explain {{ align: left top; background: $background 0%; layers: mark box; }}
    Explain > #explanation {{ layer: box; background: {FRAME}; padding: 0 1; height: auto; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"move{way}", key) for key, way in _MOVES.items()),
        Binding("tab,n", "turn(1)", "next"),
        Binding("shift+tab,p", "turn(-1)", "previous"),
        Binding("enter,5", "lesson", "lesson"),
        Binding("question_mark", "word", "word"),
        *(Binding(number, f"pane({name!r})", name) for number, name in PANES if name != "Lessons"),
        Binding("escape,f1,I,q", "close", "close"),
    ]

    def __init__(self, main: MainScreen) -> None:
        """Explain what is on the screen `main`, beginning with the value under the cursor of the front pane."""
        super().__init__()
        self._main = main
        self._page = Page(main)
        self._spots = list(spots_of(main, self._page))
        self._at = 0
        self._mark = Mark()

    @property
    def spot(self) -> Spot | None:
        """The value that is explained now, with its region on the screen; None if nothing on the screen can be explained."""
        return self._spots[self._at] if self._spots else None

    @property
    def explanation(self) -> Explanation | None:
        """The explanation in the box."""
        return self.spot.explain() if self.spot is not None else None

    @property
    def spots(self) -> list[Spot]:
        """All values on the screen that can be explained. The first is the value under the cursor of the front pane."""
        return self._spots

    def compose(self) -> ComposeResult:
        """Yield the mark and the box."""
        yield self._mark
        yield Static(id="explanation", markup=False)

    def on_mount(self) -> None:
        """Explain the value under the cursor of the pane."""
        self.show()

    def on_resize(self) -> None:
        """Find the values on the screen again, because they have moved."""
        self.call_after_refresh(self._read_again)

    def _read_again(self) -> None:
        if not self.is_running or not self.query("#explanation"):
            return  # A resize can arrive before the box is made. The dialog can be closed before this call.
        self._page = Page(self._main)
        self._spots = list(spots_of(self._main, self._page))
        self._at = min(self._at, max(len(self._spots) - 1, 0))
        self.show()

    # ---- drawing

    def show(self) -> None:
        """Mark the value that is explained, and show the box with its explanation beside it."""
        box, spot = self.query_one("#explanation", Static), self.spot
        width, height = self.app.size
        room = max(min(WIDTH, width - 2), NARROWEST)
        if spot is None:
            lines = [Content("There is nothing to explain here yet."), Content.assemble(("esc", KEY), " close")]
            place = Region(0, 1, 0, 0)
        else:
            lines, place = self._lines(spot.explain(), room - 2), spot.region
            self._mark.put(place, self._page.text(place))
        box.update(Content("\n").join(lines))
        box.styles.width = room
        box.styles.offset = _beside(place, room, len(lines), width, self._bottom(height))

    def _bottom(self, height: int) -> int:
        """Return the first row that the box must not cover: the row of the lesson line, else of the footer, else `height`."""
        rows = [part.region.y for part in self._main.query("LessonLine, QuietFooter") if part.display and part.region]
        return min(rows, default=height)

    def _lines(self, found: Explanation, width: int) -> list[Content]:
        value = found.value if found.value != found.name else ""
        lines: list[Content] = []
        heads = wrap(f"{found.name}  {value}" if value else found.name, width)
        for number, line in enumerate(heads):
            head = len(found.name) if not number else 0
            lines.append(Content.assemble((line[:head], HEADING), (line[head:], bold(TEXT))))
        if found.formula:
            lines += [Content.assemble((f"  {line}", "")) for line in wrap(found.formula, width - 2)]
        if found.about:
            lines += [Content(line) for line in wrap(found.about, width)]
        term = f"{found.term}: {found.meaning}"
        for number, line in enumerate(wrap(term, width)):
            head = len(found.term) + 1 if not number else 0
            lines.append(Content.assemble((line[:head], "bold"), (line[head:], MUTED)))
        lines.append(self._keys(found, width))
        return lines

    def _keys(self, found: Explanation, width: int) -> Content:
        """Return the row of keys. The title of the lesson is cut if it is too long."""
        arrows = name_arrows("←↑↓→") if getattr(self.app, "ascii_only", False) else "←↑↓→"
        keys = ((arrows, " move   "), ("?", " word   "), ("esc", " close   "), ("enter", " "))
        row = Content.assemble(*(part for key, words in keys for part in ((key, KEY), words)))
        title = self._main.lessons.title_of(found.lesson) or found.lesson
        return row + Content(cut(f"lesson: {title}", width - len(row)))

    # ---- moving

    def action_move(self, right: int, down: int) -> None:
        """Go to the nearest value in a direction."""
        if self.spot is not None:
            self._go(nearest([spot.region for spot in self._spots], self._at, right, down))

    def action_turn(self, by: int) -> None:
        """Go to the next or the previous value in reading order; a picture counts as one value.

        After the last comes the first.
        """
        if self.spot is None:
            return
        # Of a picture, the order contains only the cell that is explained now. With all cells, a key press would move by one pixel.
        places = [at for at, spot in enumerate(self._spots) if not spot.is_cell or at == self._at]
        order = sorted(places, key=lambda at: (self._spots[at].region.y, self._spots[at].region.x))
        self._go(order[(order.index(self._at) + by) % len(order)])

    def _go(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.show()

    def _point(self, event: events.MouseEvent) -> None:
        here = event.screen_x, event.screen_y
        if self.query_one("#explanation").region.contains(*here):
            return
        under = [at for at, spot in enumerate(self._spots) if spot.region.contains(*here)]
        if under:
            self._go(min(under, key=lambda at: self._spots[at].region.area))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the value under the mouse."""
        self._point(event)

    def on_click(self, event: events.Click) -> None:
        """Explain the clicked value."""
        self._point(event)

    # ---- leaving

    def action_lesson(self) -> None:
        """Open the lesson that teaches the term."""
        if (found := self.explanation) is not None:
            self.dismiss(("lesson", found.lesson))

    def action_word(self) -> None:
        """Open the glossary at the term. The box is in front again when the glossary is closed."""
        if (found := self.explanation) is not None:
            self.app.push_screen(GlossaryPage(found.term))

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        self.dismiss(("pane", name))


def explain(main: MainScreen) -> None:
    """Open the box over a screen. Afterwards, show the lesson or the pane that you asked for in it."""

    def go_on(result: Result | None) -> None:
        match result:
            case "lesson", name:
                main.post_message(Show(Look("Lessons", name.replace("-", " "))))
                if main.lessons.play is not None:
                    title = main.lessons.title_of(name)
                    main.notify(
                        f"The lesson {title} explains this value. To start that lesson, leave the present lesson with esc.",
                        markup=False,
                    )
            case "pane", name:
                main.call_later(main.arrangement.bring, name)

    main.app.push_screen(Explain(main), go_on)


def spots_of(main: MainScreen, page: Page) -> Iterator[Spot]:
    """Yield everything on the screen that can be explained: the values of the front pane first, then those of the other
    panes and of the status line, and last the words of the glossary in the panes.
    """
    taken: list[Region] = []

    def new(spots: Iterator[Spot]) -> Iterator[Spot]:
        # A part of a view may be new and not made yet. It shows no values, so there is nothing to explain in it.
        with suppress(NoMatches):
            for spot in spots:
                if spot.region not in taken:
                    taken.append(spot.region)
                    yield spot

    front = main.arrangement.front
    shown = [pane for pane in main.arrangement.panes if pane.display]
    for pane in sorted(shown, key=lambda pane: pane is not front):
        yield from new(pane.explained(page))
    yield from new(main.query_one(StatusLine).explained(page))
    for pane in shown:
        for spot in words_of(page, page.area(pane)):
            if not any(spot.region.overlaps(other) for other in taken):
                yield spot


_TERMS = "|".join(re.escape(term) for term in sorted(GLOSSARY, key=len, reverse=True) if len(term) > 1)
_WORD = re.compile(rf"(?<![\w-])({_TERMS})(?:e?s)?(?![\w-])", re.IGNORECASE)
"""A pattern that finds the words of the glossary. The word z is left out, because it is also a key."""


def words_of(page: Page, area: Region) -> Iterator[Spot]:
    """Yield each word of the glossary that stands in an area of the screen."""
    for number, line in enumerate(page.text(area)):
        for match in _WORD.finditer(line):
            term = next(term for term in GLOSSARY if term.lower() == match[1].lower())
            if term[0].isupper() and not match[1][0].isupper():
                continue
            yield Spot(Region(area.x + match.start(), area.y + number, len(match[0]), 1), _explain_word(term))


def _explain_word(term: str) -> Callable[[], Explanation]:
    return lambda: Explanation(term, term, term)


def nearest(regions: list[Region], at: int, right: int, down: int) -> int:
    """Return the index of the region nearest to the region `at` in a direction; `at` itself if no region lies there."""
    here = regions[at]
    best, least = at, (float("inf"), 0.0)
    for number, region in enumerate(regions):
        if right:
            ahead = region.x - here.right + 1 if right > 0 else here.x - region.right + 1
            aside = max(region.y - here.bottom + 1, here.y - region.bottom + 1, 0)
            weight = 4
        else:
            ahead = region.y - here.bottom + 1 if down > 0 else here.y - region.bottom + 1
            aside = max(region.x - here.right + 1, here.x - region.right + 1, 0)
            weight = 1
        if number != at and ahead > 0:
            distance = (
                ahead + weight * aside if right else 2 * ahead + weight * aside,
                abs(region.x - here.x) + abs(region.y - here.y),
            )
            if distance < least:
                best, least = number, distance
    return best


def _beside(place: Region, width: int, height: int, columns: int, bottom: int) -> Offset:
    """Return the position of the box: below the value `place`, else above it, else at the right or the left screen edge."""
    x = min(max(place.x - 2, 0), max(columns - width, 0))
    if place.bottom + height <= bottom:
        return Offset(x, place.bottom)
    if place.y - height >= 0:
        return Offset(x, place.y - height)
    y = max(bottom - height, 0)
    return Offset(max(columns - width, 0) if place.x < columns // 2 else 0, y)


class GlossaryPage(PageDialog):
    """A dialog that shows all terms of the glossary, beginning with one of them."""

    def __init__(self, term: str) -> None:
        """Begin with `term`, a term of the glossary."""
        super().__init__()
        self.term = term

    def compose(self) -> ComposeResult:
        """Yield a paragraph for each term, and the keys."""
        named = name_arrows if getattr(self.app, "ascii_only", False) else str
        with VerticalScroll():
            for term, meaning in GLOSSARY.items():
                style = "bold reverse" if term == self.term else HEADING
                yield Static(
                    Content.assemble((term, style), f": {meaning}"), classes="-here" if term == self.term else ""
                )
        yield Static(Content.assemble(("esc", KEY), " back   ", (named("↑↓"), KEY), " scroll"))

    def on_mount(self) -> None:
        """Scroll to the term."""
        self.call_after_refresh(self._scroll_to_term)

    def _scroll_to_term(self) -> None:
        for here in self.query(".-here"):  # There is none if the page was closed in the meantime.
            self.query_one(VerticalScroll).scroll_to_widget(here, top=True, animate=False)
