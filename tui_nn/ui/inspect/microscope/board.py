"""The board of the microscope: an act in words, formula, numbers and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import Place, Scene, act_name, scene_of
from tui_nn.render.acts.strip import act_strip
from tui_nn.render.acts.written import bare
from tui_nn.render.fitting import fitting
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.microscope.slot import ScopeSlot
from tui_nn.ui.inspect.microscope.words import failure_words, network_line, overflow_words, plain_words
from tui_nn.ui.kit.fitted_line import FittedLine


@dataclass(frozen=True)
class Shown:
    """What is looked at: an act of an update, and the example, unit and cell that are chosen."""

    view: UpdateView
    at: int
    """The act, from 0."""
    place: Place
    start: Parameters | None
    """The start weights of the run."""

    @cached_property
    def scene(self) -> Scene:
        """The act as it is drawn."""
        return self.scene_at(self.at)

    def scene_at(self, act: int) -> Scene:
        """Another act of it."""
        return scene_of(self.view, act, self.place, self.start)

    @property
    def failed(self) -> bool:
        """Whether this act made the first number that is not finite."""
        return self.view.failure is not None and self.view.failure.act == self.at


class ActBoard(Widget):
    """Strip, sentence, formula, numbers, three pictures: the same in every act, so that only what is new moves."""

    DEFAULT_CSS = """
    ActBoard { height: 1fr; }
    ActBoard FittedLine { padding: 0 1; }
    ActBoard ActStrip { padding: 0; }
    ActBoard Horizontal { height: 16; }
    ActBoard.-large Horizontal { height: 30; }
    ActBoard.-large ScopeSlot { width: 60; }
    ActBoard.-large ScopeSlot.-last { width: 1fr; }
    ActBoard #act-ledger { height: 1fr; padding: 1 1 0 1; }
    """

    _LEDGER: ClassVar[int] = 26
    """Rows from which the numbers of the acts before have room."""

    def __init__(self) -> None:
        super().__init__()
        self._strip, self._sentence = ActStrip(), FittedLine()
        self._formula, self._numbers = FormulaLine(), NumberLine()
        self._slots = ScopeSlot(classes="-first"), ScopeSlot(), ScopeSlot(classes="-last")
        self._ledger = Static(id="act-ledger")
        self._way: tuple[object, dict[int, tuple[str, ...]]] = None, {}
        """The lines of the acts before, and of what they are."""

    def compose(self) -> ComposeResult:
        """From the strip to the pictures, and what there is room for below."""
        yield self._strip
        yield self._sentence
        yield self._formula
        yield self._numbers
        with Horizontal():
            yield from self._slots
        yield self._ledger

    @property
    def columns(self) -> int:
        """Units in a row of the first picture."""
        return self._slots[0].columns

    def is_last(self, control: Widget | None) -> bool:
        """Whether this is the picture of units at the right."""
        return control is not None and control is self._slots[2]._units

    def show(self, shown: Shown, *, in_code: bool) -> tuple[str, ...]:
        """Draw it; gives what is said of the cell that is chosen, in several lengths."""
        view, at, scene = shown.view, shown.at, shown.scene
        self._display(True)
        self._zoom()
        self._strip.names = tuple(act_name(view, act) for act in view.plan)
        self._strip.current, self._strip.done = at, view.done
        self._strip.loss = next(index for index, act in enumerate(view.plan) if act.made is Made.LOSS)
        self._sentence.texts = (overflow_words(view),) if shown.failed else scene.sentence
        self._sentence.right = f"act {at + 1} of {len(view.plan)}"
        self._formula.formula, self._formula.shapes = self._words(scene.formula), self._words(scene.shapes)
        self._formula.code = scene.code if in_code else ""
        self._numbers.texts = self._lines(scene)
        for slot, content in zip(self._slots, scene.slots, strict=True):
            slot.slot = content
        room = self._room[1] >= self._LEDGER
        if self._ledger.display is not room:
            self._ledger.display = room
        if room:
            self._ledger.update(self._way_here(shown))
        return failure_words(view) if shown.failed else tuple(map(self._words, scene.cell))

    def invite(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Say how to begin."""
        self._display(False)
        where = f"epoch {snapshot.epoch + 1:,}, batch {snapshot.progress.batch + 1:,} of {snapshot.batches:,}"
        begin = f"m takes the next update: {where}"
        self._sentence.texts, self._sentence.right = (f"Nothing under the microscope.  {begin}", begin), ""
        self._numbers.texts = ("",)
        self._formula.formula = self._formula.shapes = self._formula.code = ""
        self._ledger.display = False
        return ()

    @property
    def _room(self) -> tuple[int, int]:
        """Columns and rows there are: its own when it has been laid out, which is after its parent."""
        assert isinstance(self.parent, Widget)
        return self.parent.size.width, self.parent.size.height

    def _zoom(self) -> None:
        """Where there is room, pictures are twice as large."""
        width, height = self._room
        large = width >= 150 and height >= 37
        self.set_class(large, "-large")
        for slot in self._slots:
            slot.zoom = large

    def _display(self, there: bool) -> None:
        for part in (self._strip, *self._slots):
            if part.display is not there:
                part.display = there

    def _words(self, text: str) -> str:
        """Where an arrow would be drawn as ">", "a to b", and a square as "2", "^2"."""
        return plain_words(text) if getattr(self.app, "ascii_only", False) else text

    def _lines(self, scene: Scene) -> tuple[str, ...]:
        """The numbers of an act in several lengths, down to what they come to."""
        return tuple(map(self._words, (*scene.numbers, bare(scene.numbers[-1]))))

    def _way_here(self, shown: Shown) -> Content:
        """The network, and the numbers of the acts up to the one that is looked at: one number through the whole chain."""
        # Its own rows are those below the pictures, less the blank one; when it is first shown it has no size yet.
        columns, height = self._room
        rows, width = height - (35 if self.has_class("-large") else 21), columns - 2
        view, at = shown.view, shown.at
        # What an act has made stays; without this a key would work out all acts before again.
        of = view.before, view.failure, shown.place
        if self._way[0] != of:
            self._way = of, {}
        way = self._way[1]
        lines = [
            network_line(view, view.plan[at], width),
            Content(""),
            Content.styled("the way here", "bold $text-primary"),
        ]
        for number in range(max(at + 1 - rows + len(lines), 0), at + 1):
            if number not in way:
                way[number] = self._lines(shown.scene if number == at else shown.scene_at(number))
            texts = way[number]
            text = fitting(texts, width - 12)
            style = "" if number == at else "$foreground 62%"
            name = f"{act_name(view, view.plan[number]):>7}  "
            lines.append(Content.assemble((name, "bold" if number == at else style), (text, style)))
        return Content("\n").join(lines)


_GAP = 4


class FormulaLine(Widget):
    """A formula and the shapes in it, close together where there is little room; or a line of code."""

    DEFAULT_CSS = """
    FormulaLine { height: 1; padding: 0 1; }
    """

    formula: reactive[str] = reactive("")
    shapes: reactive[str] = reactive("")
    code: reactive[str] = reactive("")
    """In place of the formula, if there is any."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        if self.code:
            code = self.code if len(self.code) <= self.size.width else self.code.partition("   #")[0]
            return Content.assemble((code, "bold")).truncate(max(self.size.width, 1), ellipsis=True)
        for gap, shapes in ((_GAP, self.shapes), (2, self._close), (1, self._close), (0, "")):
            if len(self.formula) + gap + len(shapes) <= self.size.width:
                break
        return Content.assemble((self.formula, "bold"), " " * gap, (shapes, "$foreground 62%"))

    @property
    def _close(self) -> str:
        """The shapes without what only makes them easier to read."""
        return self.shapes.replace(" ", "")


class NumberLine(FittedLine):
    """A line of arithmetic: what it is about in colour, and what it comes to in bold."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        line = super().render()
        name, _, rest = line.plain.partition(" = ")
        if not rest:
            return line
        result = max(line.plain.rfind(" = "), line.plain.rfind(" ≈ ")) + 3
        return line.stylize("$text-primary", 0, len(name)).stylize("bold", result, len(line.plain.rstrip()))


class ActStrip(Widget):
    """Acts that are done are green, the one that is looked at has a mark; a click looks at one that is done."""

    DEFAULT_CSS = """
    ActStrip { height: 1; padding: 0 1; }
    """

    names: reactive[tuple[str, ...]] = reactive(())
    """Of all acts, in order."""

    current: reactive[int] = reactive(0)
    """The act that is looked at."""

    done: reactive[int] = reactive(0)
    """Acts that are done."""

    loss: reactive[int] = reactive(0)
    """The last act that goes forward."""

    class Chosen(Message):
        """An act was clicked."""

        def __init__(self, act: int) -> None:
            super().__init__()
            self.act = act

    def _pieces(self) -> list[tuple[str, int | None]]:
        return act_strip(self.names, self.current, self.loss, self.size.width) if self.names else []

    def render(self) -> Content:
        """The row."""
        return Content.assemble(*(self._piece(text, act) for text, act in self._pieces()))

    def _piece(self, text: str, act: int | None) -> tuple[str, str]:
        if act is None:
            return text, "$foreground 62%"
        if act == self.current:
            return text, "bold reverse"
        return text, "$text-success" if act < self.done else "$foreground 62%"

    def on_click(self, event: events.Click) -> None:
        """Look at the act under the mouse, if it is done."""
        start = 1
        for text, act in self._pieces():
            if start <= event.x < start + len(text) and act is not None and act < self.done:
                self.post_message(self.Chosen(act))
            start += len(text)
