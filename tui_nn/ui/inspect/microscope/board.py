"""The board of the microscope explains one step of an update: by a sentence, a formula, numbers and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import ChosenPath, Scene, act_name, scene_of
from tui_nn.render.acts.overview import overview
from tui_nn.render.acts.strip import strip_pieces
from tui_nn.render.acts.written import bare
from tui_nn.render.ascii import in_words
from tui_nn.render.numbers import fitting
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.microscope.slot import ScopeSlot
from tui_nn.ui.inspect.microscope.words import failure_words, network_line, overflow_words
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.roles import HEADING, MUTED, RIGHT

_GAP = 4


@dataclass(frozen=True)
class Shown:
    """The content of the board: one step of an update, and the example, pixel and units whose numbers are shown."""

    view: UpdateView
    at: int
    """The number of the step, from 0."""
    path: ChosenPath
    start: Parameters | None
    """The start weights of the run."""

    @cached_property
    def scene(self) -> Scene:
        """The texts and pictures that explain the step."""
        return self.scene_at(self.at)

    def scene_at(self, number: int) -> Scene:
        """Return the texts and pictures of another step of this update."""
        return scene_of(self.view, number, self.path, self.start)

    @property
    def failed(self) -> bool:
        """Return whether the first number that is not finite appeared in this step."""
        return self.view.failure is not None and self.view.failure.act == self.at


class ActStrip(Widget):
    """A row with the names of all steps. Finished steps are green, and the step on the screen is marked.

    A click on the name of a finished step shows this step.
    """

    DEFAULT_CSS = """
    ActStrip { height: 1; padding: 0 1; }
    """

    names: reactive[tuple[str, ...]] = reactive(())
    """The names of all steps of the update, in order."""

    current: reactive[int] = reactive(0)
    """The number of the step that is on the screen."""

    done: reactive[int] = reactive(0)
    """The number of steps that are done."""

    loss: reactive[int] = reactive(0)
    """The number of the step that computes the loss, the last one of the forward pass."""

    class Chosen(Message):
        """This message reports that the name of a step was clicked."""

        def __init__(self, act: int) -> None:
            super().__init__()
            self.act = act

    def _pieces(self) -> list[tuple[str, int | None]]:
        return strip_pieces(self.names, self.current, self.loss, self.size.width) if self.names else []

    def render(self) -> Content:
        """Draw the row."""
        return Content.assemble(*(self._piece(text, act) for text, act in self._pieces()))

    def _piece(self, text: str, act: int | None) -> tuple[str, str]:
        if act is None:
            return text, MUTED
        if act == self.current:
            return text, "bold reverse"
        return text, RIGHT if act < self.done else MUTED

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for the name of each finished step. `explain` takes the number of a step."""
        start = 0
        for text, act in self._pieces():
            if act is not None and act < self.done:
                yield from page.on_cells(self, start, 0, len(text.rstrip()), 1, partial(explain, act))
            start += len(text)

    def on_click(self, event: events.Click) -> None:
        """Choose the step under the mouse, if it is a finished one."""
        start = 1
        for text, act in self._pieces():
            if start <= event.x < start + len(text) and act is not None and act < self.done:
                self.post_message(self.Chosen(act))
            start += len(text)


class FormulaLine(Widget):
    """A widget that shows either the formula of a step with the shapes of its arrays, or a line of NumPy code.

    If there is little room, the shapes stand closer together or are left out.
    """

    DEFAULT_CSS = """
    FormulaLine { height: 1; padding: 0 1; }
    """

    formula: reactive[str] = reactive("")
    shapes: reactive[str] = reactive("")
    code: reactive[str] = reactive("")
    """The line of code to show in place of the formula; "" to show the formula."""

    def render(self) -> Content:
        """Draw the row."""
        if self.code:
            code = self.code if len(self.code) <= self.size.width else self.code.partition("   #")[0]
            return Content.assemble((code, "bold")).truncate(max(self.size.width, 1), ellipsis=True)
        close = self.shapes.replace(" ", "")
        for gap, shapes in ((_GAP, self.shapes), (2, close), (1, close), (0, "")):
            if len(self.formula) + gap + len(shapes) <= self.size.width:
                break
        return Content.assemble((self.formula, "bold"), " " * gap, (shapes, MUTED))


class NumberLine(FittedLine):
    """A widget that shows a calculation in one line. The name of the computed number is coloured, and the result is bold."""

    def render(self) -> Content:
        """Draw the row."""
        line = super().render()
        name, _, rest = line.plain.partition(" = ")
        if not rest:
            return line
        result = max(line.plain.rfind(" = "), line.plain.rfind(" ≈ ")) + 3
        return line.stylize("$text-primary", 0, len(name)).stylize("bold", result, len(line.plain.rstrip()))


class ActBoard(Widget):
    """A widget that shows the names of all steps, a sentence, a formula, numbers and three pictures.

    These parts stay at the same position in every step, so that a person sees the changes.
    """

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
    """The height in rows from which the view also shows the numbers of the earlier steps."""

    def __init__(self) -> None:
        super().__init__()
        self._strip, self._sentence = ActStrip(), FittedLine()
        self._formula, self._numbers = FormulaLine(), NumberLine()
        self._slots = ScopeSlot(classes="-first"), ScopeSlot(), ScopeSlot(classes="-last")
        self._ledger = Static(id="act-ledger")
        self._kept: tuple[object, dict[int, tuple[str, ...]]] = None, {}
        """A cache. The dict contains the lines of each earlier step. They are valid only for the update and the chosen
        example, pixel and units in the first part.
        """

    def compose(self) -> ComposeResult:
        """Yield the widgets: the names of all steps, three lines, three pictures, and the numbers of the earlier steps."""
        yield self._strip
        yield self._sentence
        yield self._formula
        yield self._numbers
        with Horizontal():
            yield from self._slots
        yield self._ledger

    @property
    def parts(self) -> tuple[tuple[Widget, Widget, Widget], tuple[ScopeSlot, ...], ActStrip]:
        """Return the lines (numbers, formula, sentence), the pictures and the strip of steps."""
        return (self._numbers, self._formula, self._sentence), self._slots, self._strip

    @property
    def columns(self) -> int:
        """Return the number of units in one row of the first picture."""
        return self._slots[0].columns

    def is_last(self, control: Widget | None) -> bool:
        """Return whether `control` is the grid of units in the third picture, where a click has another meaning."""
        return control is not None and control is self._slots[2]._units

    def show(self, shown: Shown, *, in_code: bool) -> tuple[str, ...]:
        """Draw one step. Return a text, in several lengths, about the cell under the cursor."""
        view, at, scene = shown.view, shown.at, shown.scene
        self._display(True)
        self._zoom()
        self._strip.names = tuple(act_name(view, act) for act in view.plan)
        self._strip.current, self._strip.done = at, view.done
        self._strip.loss = next(index for index, act in enumerate(view.plan) if act.made is Made.LOSS)
        self._sentence.texts = (overflow_words(view),) if shown.failed else scene.sentence
        self._sentence.right = f"step {at + 1} of {len(view.plan)}"
        self._formula.formula, self._formula.shapes = self._words(scene.formula), self._words(scene.shapes)
        self._formula.code = scene.code if in_code else ""
        self._numbers.texts = self._lines(scene)
        for slot, content in zip(self._slots, scene.slots, strict=True):
            slot.slot = content
        room = self._room[1] >= self._LEDGER
        if self._ledger.display is not room:
            self._ledger.display = room
        if room:
            self._ledger.update(self._numbers_so_far(shown))
        return failure_words(view) if shown.failed else tuple(map(self._words, scene.cell))

    def invite(self, snapshot: Snapshot, mlp: MLP) -> tuple[str, ...]:
        """Show which key starts the next update, and a table of its steps, because no update has begun.

        `mlp` is a network with the layers of the run.
        """
        self._display(False)
        where = f"epoch {snapshot.epoch + 1:,}, batch {snapshot.progress.batch + 1:,} of {snapshot.batches:,}"
        begin = f"Press m to go through the next update step by step: {where}."
        self._sentence.texts, self._sentence.right = (begin, f"Press m for the next update: {where}."), ""
        self._numbers.texts = ("",)
        self._formula.formula = self._formula.shapes = self._formula.code = ""
        self._ledger.display = True
        self._ledger.update(self._steps_to_come(mlp, snapshot.training.optimizer))
        return ()

    def _steps_to_come(self, mlp: MLP, optimizer: str) -> Content:
        """Return a table of the steps of an update: name, formula and purpose."""
        columns, height = self._room
        rows = overview(mlp, optimizer, max(height - 6, 3))
        table = [(self._words(name), self._words(formula), purpose) for name, formula, purpose in rows]
        wide = max(len(formula) for _, formula, _ in table)
        lines = [Content.styled("the steps of an update", HEADING)]
        for name, formula, purpose in table:
            line = Content.assemble((f"{name:>7}  ", "bold"), formula.ljust(wide + 2), (purpose, MUTED))
            lines.append(line.truncate(max(columns - 2, 1), ellipsis=True))
        return Content("\n").join(lines)

    @property
    def _room(self) -> tuple[int, int]:
        """Return the numbers of columns and rows of the board.

        They are taken from the parent, which the board fills, because the board's own size is known only after its layout.
        """
        assert isinstance(self.parent, Widget)
        return self.parent.size.width, self.parent.size.height

    def _zoom(self) -> None:
        """Make pictures twice as large if there is room."""
        width, height = self._room
        large = width >= 150 and height >= 37
        self.set_class(large, "-large")
        for slot in self._slots:
            slot.zoom = large

    def _display(self, there: bool) -> None:
        for part in (self._strip, self.query_one(Horizontal)):
            if part.display is not there:
                part.display = there

    def _words(self, text: str) -> str:
        """Return a formula in characters that this terminal can show. In plain ASCII, "→" becomes "to" and "²" becomes "^2"."""
        return in_words(text) if getattr(self.app, "ascii_only", False) else text

    def _lines(self, scene: Scene) -> tuple[str, ...]:
        """Return the calculation of a step in several lengths. The shortest contains only the result."""
        return tuple(map(self._words, (*scene.numbers, bare(scene.numbers[-1]))))

    def _numbers_so_far(self, shown: Shown) -> Content:
        """Return lines with a sketch of the network, and with the calculation of each step up to the shown one.

        All these calculations follow the same pixel and units, so that you can check the chain rule.
        """
        # The lines fill the rows below the pictures. The number of these rows is computed from the height of the board,
        # because their own widget has no size before it is first shown.
        columns, height = self._room
        rows, width = height - (35 if self.has_class("-large") else 21), columns - 2
        view, at = shown.view, shown.at
        # A done step never changes. Without this cache, each key press would compute all earlier steps again.
        belongs_to = view.before, view.failure, shown.path
        if self._kept[0] != belongs_to:
            self._kept = belongs_to, {}
        kept = self._kept[1]
        lines = [
            network_line(view, view.plan[at], width),
            Content(""),
            Content.styled("the numbers of all steps so far", HEADING),
        ]
        for number in range(max(at + 1 - rows + len(lines), 0), at + 1):
            if number not in kept:
                kept[number] = self._lines(shown.scene if number == at else shown.scene_at(number))
            text = fitting(kept[number], width - 12)
            style = "" if number == at else MUTED
            name = f"{act_name(view, view.plan[number]):>7}  "
            lines.append(Content.assemble((name, "bold" if number == at else style), (text, style)))
        return Content("\n").join(lines)
