"""Draw: a digit of one's own, what the network receives of it, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.data.dataset import DataError, Split
from tui_nn.data.own import add_own, drop_last, parted, read_own, with_own
from tui_nn.engine.commands import TrainOn
from tui_nn.render.caption import symbol_of
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.kit.output_bars import OutputBars
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.draw import words
from tui_nn.ui.mistakes.draw.draw_board import DrawBoard
from tui_nn.ui.mistakes.draw.label_prompt import LabelPrompt
from tui_nn.ui.mistakes.draw.own_digits import OwnDigits

Own = Split | str | None
"""One's own digits; or what is wrong with them."""


class DrawView(CursorView):
    """Board, what the network receives, and its ten answers while one draws."""

    KEY: ClassVar[str] = "d"
    NAME: ClassVar[str] = "draw"
    TOOLTIP: ClassVar[str] = "Draw a digit, and train on it"
    LIVE: ClassVar[bool] = True
    HELP: ClassVar[str] = words.HELP
    DEFAULT_CSS = """
    DrawView {
        .title { text-style: bold; }
        Horizontal { height: auto; padding: 0 0 0 1; }
        .board { width: auto; height: auto; margin: 0 1 0 0; }
        .received { width: 28; height: 15; margin: 0 1 0 0; }
        .heading { height: 1; color: $text-primary; text-style: bold; }
        .board .heading { padding: 0 0 0 1; width: 28; }
        .received DigitView { margin: 1 0 0 0; }
        .received { height: 16; }
        .answers { width: 1fr; max-width: 40; height: auto; }
        OutputBars { width: 100%; margin: 1 0 0 0; }
        .said { height: 1; padding: 0 0 0 2; text-style: bold; }
        .own { height: 1; padding: 0 0 0 2; color: $foreground 62%; }
        &.-narrow .received { display: none; }
        &.-asking .own { display: none; }
        &.-low .own, &.-low .title, &.-low .heading { display: none; }
        &.-low .said, &.-low OwnDigits { display: none; }
        &.-low.-asking Horizontal { height: 14; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1, 0)", "move", key_display="←↑↓→", id="draw-up", tooltip="A pixel up; draws while the pen is down"),
        Binding("down", "step(1, 0)", "move down", show=False, id="draw-down", tooltip="A pixel down"),
        Binding("left", "step(0, -1)", "move left", show=False, id="draw-left", tooltip="A pixel to the left"),
        Binding("right", "step(0, 1)", "move right", show=False, id="draw-right", tooltip="A pixel to the right"),
        Binding("p", "put('ink')", "pen", id="draw-pen", tooltip="Put the pen down, or lift it"),
        Binding("x", "put('rubber')", "rubber", show=False, id="draw-rubber", tooltip="Put the rubber down, or lift it"),
        Binding("u", "undo", "undo", id="draw-undo", tooltip="Take the last stroke back"),
        Binding("backspace,delete", "clear", "clear", key_display="del", id="draw-clear", tooltip="Begin anew"),
        Binding("enter", "add", "add", key_display="enter", id="draw-add", tooltip="Add it to your own digits"),
        Binding("X", "drop", "drop the last", show=False, id="draw-drop", tooltip="Drop the one you added last"),
        Binding("t", "train", "train", id="draw-train", tooltip="Start over, with your own digits too"),
    ]  # fmt: skip

    own: reactive[Own] = reactive(None, init=False)
    """One's own digits; None if there are none, or it is not known yet."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._board, self._received, self._bars = DrawBoard(), DigitView(), OutputBars()
        self._said, self._own = Static(classes="said", markup=False), Static(classes="own", markup=False)
        self._last, self._prompt = OwnDigits(), LabelPrompt()
        self._pace = Pace(self, self._ask)
        self._keys: list[bool | None] = []
        self._known = False
        """Whether the file of one's own digits was read."""
        self._changes: list[Callable[[], object]] = []
        """What is still to be done to that file: a request takes the place of one before, and must do its work too."""
        self._files = Background[Own](self, self._counted)

    def compose(self) -> ComposeResult:
        """Title; board, picture, answers; what is said, how many there are; or the question for the label."""
        yield self._title
        with Horizontal():
            with Vertical(classes="board"):
                yield Static("your drawing", classes="heading")
                yield self._board
            with Vertical(classes="received"):
                yield Static("what the network receives", classes="heading")
                yield self._received
            with Vertical(classes="answers"):
                yield self._bars
                yield self._last
        yield self._said
        yield self._own
        yield self._prompt

    def on_mount(self) -> None:
        """Count what there is."""
        self._describe()
        self._files.ask(_work_off(self._changes))

    def on_resize(self) -> None:
        """Draw larger where there is room, and leave out what has none."""
        width, height = self.size
        self._board.zoom = width >= 118 and height >= 33
        self.set_class(width < 78, "-narrow")
        self.set_class(height < 19, "-low")

    # ---- what comes in

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask another network about the same drawing: while training goes on, twice a second."""
        self._pace.soon()
        self._describe()

    def watch_test(self) -> None:
        """With other data other digits of one's own may be trained on."""
        self._describe()

    def watch_own(self) -> None:
        """Say it."""
        self._describe()

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting or self._files.busy

    @on(DrawBoard.Drawn)
    def _drawn(self) -> None:
        self._ask()
        self._describe()

    def _refresh_keys(self) -> None:
        """Let the footer follow, but only where a key has come or gone: it is built anew each time."""
        keys = [self.check_action(action, ()) for action in ("undo", "clear", "train")]
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def _ask(self) -> None:
        """Have the network answer."""
        snapshot, drawing = self.snapshot, self._board.drawing
        if snapshot is None or drawing.empty:
            self._received.image = self._bars.outputs = self._bars.predicted = None
            self._said.update("", layout=False)
            return
        pixels = drawing.centred
        outputs = snapshot.mlp.evaluate(pixels[None], np.zeros(1, np.uint8)).outputs[0]
        symbol = symbol_of(snapshot.network.loss)
        self._received.image = pixels
        finite = bool(np.isfinite(outputs).all())
        self._bars.symbol = symbol
        self._bars.predicted = int(outputs.argmax()) if finite else None
        self._bars.outputs = outputs
        self._said.update(words.said(outputs, symbol, snapshot.step == 0), layout=False)

    def _describe(self) -> None:
        """Write the title, and the line about one's own digits."""
        self._title.texts = words.titles(self._board.pen)
        self._last.own = self.own if isinstance(self.own, Split) else None
        text = words.of_own(self._count, self._trained_on, drawn=not self._board.drawing.empty)
        self._own.update(self.own if isinstance(self.own, str) else text, layout=False)
        self._refresh_keys()

    @property
    def _count(self) -> int:
        """How many digits of one's own there are."""
        return len(self.own) if isinstance(self.own, Split) else 0

    @property
    def _trained_on(self) -> int:
        """How many of one's own digits the present run is trained on."""
        return 0 if self.data is None else parted(self.data.source)[1] or 0

    # ---- one's own digits

    @on(LabelPrompt.Answered)
    def _labelled(self, message: LabelPrompt.Answered) -> None:
        message.stop()
        self.remove_class("-asking")
        if self._prompt.has_focus or self.screen.focused is None:
            self.screen.set_focus(self)
        if message.label is not None and not self._board.drawing.empty:
            self._change(partial(add_own, self._board.drawing.centred, message.label))
            self._board.clear()

    def _change(self, change: Callable[[], object]) -> None:
        self._changes.append(change)
        self._files.ask(_work_off(self._changes))

    def _counted(self, own: Own) -> None:
        before, known, self._known = self._count, self._known, not isinstance(own, str)
        self.own = own
        if known and self._known and self._count != before:
            done = "Added. " if self._count > before else "Dropped the last. "
            more = " t trains on them too." if self._count > before else ""
            self.notify(f"{done}Digits of your own: {self._count}.{more}", markup=False)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what has no use now; the keys of one's own digits say what is missing."""
        drawing = self._board.drawing
        match action:
            case "undo":
                return True if drawing.can_undo else None
            case "clear":
                return None if drawing.empty else True
            case "drop":
                return True if self._count else None
            case "train":
                return True if self.snapshot is not None and self.data is not None else None
            case _:
                return True

    def action_step(self, down: int, right: int) -> None:
        """Move the cursor; it draws while the pen is down."""
        self._board.step(down, right)

    def action_put(self, pen: str) -> None:
        """Put the pen or the rubber down, or lift it."""
        self._board.put(pen)
        self._title.texts = words.titles(self._board.pen)

    def action_undo(self) -> None:
        """Take the last stroke back."""
        self._board.undo()

    def action_clear(self) -> None:
        """Begin anew."""
        self._board.clear()

    def action_add(self) -> None:
        """Ask which digit it is."""
        if self._board.drawing.empty:
            self.notify(words.NOTHING_DRAWN, markup=False)
            return
        self.add_class("-asking")
        self._prompt.ask()

    def action_drop(self) -> None:
        """Drop the one that was added last."""
        self._change(_drop_last)

    def action_train(self) -> None:
        """Start over on data with one's own digits, if there are any that it was not trained on."""
        if self._files.busy:
            return
        if isinstance(self.own, str):
            self.notify(self.own, markup=False)
        elif self._count <= self._trained_on:
            self.notify(words.nothing_new(self._count, drawn=not self._board.drawing.empty), markup=False)
        elif self.data is not None:
            question = "Start over, with your own digits too?"
            self.post_message(StartOver(TrainOn(with_own(self.data.source)), question))


def _drop_last() -> None:
    """Drop the last, if there is still one: the key may have come more often than there are digits."""
    if read_own() is not None:
        drop_last()


def _work_off(changes: list[Callable[[], object]]) -> Iterator[Own]:
    """Make all changes to the file of one's own digits, on a thread: what is in it then, or what is wrong."""
    try:
        while changes:
            changes.pop(0)()
        yield read_own()
    except DataError as error:
        yield str(error)
