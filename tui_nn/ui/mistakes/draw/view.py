"""The draw view: draw a picture, see what the network receives and predicts, and save it to your own digits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.analysis.prediction import Prediction
from tui_nn.data.dataset import DIGITS, IMAGE_SIDE, Split
from tui_nn.data.own import parted, with_own
from tui_nn.engine.commands import TrainOn
from tui_nn.render.caption import symbol_of
from tui_nn.render.cells import to_centre
from tui_nn.render.pictures import braille, shades
from tui_nn.session.questions.explaining import predictions
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.kit.output_bars import OutputBars
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.roles import HEADING, MUTED, colour
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.draw import words
from tui_nn.ui.mistakes.draw.board import DrawBoard
from tui_nn.ui.mistakes.draw.label_prompt import LabelPrompt
from tui_nn.ui.mistakes.draw.own_file import SAVED, Own, OwnFile

_ACROSS, _DOWN, _GAP = 6, 3, 1
"""The width and height of a small picture, and the gap between two, in cells."""


class OwnDigits(Widget):
    """A widget that shows the digits that you saved last: as many as fit in a row, each above its label, the newest at
    the right.
    """

    DEFAULT_CSS = """
    OwnDigits { height: 4; width: 100%; }
    """

    own: reactive[Split | None] = reactive(None)
    """All your own digits, oldest first."""

    def render(self) -> Content:
        """Return the content of the widget: three rows of small pictures and a row with their labels."""
        if self.own is None:
            return Content("")
        room = max((self.size.width + _GAP) // (_ACROSS + _GAP), 1)
        images, labels = self.own.images[-room:], self.own.labels[-room:]
        draw = shades if getattr(self.app, "ascii_only", False) else braille
        gap = " " * _GAP
        pictures = [draw(image, _ACROSS, _DOWN) for image in images]
        names = [to_centre(f"a {self.own.class_names[label]}", _ACROSS) for label in labels]
        rows = [Content(gap.join(row)) for row in zip(*pictures, strict=True)]
        older, newest = gap.join(names[:-1]), names[-1]
        rows.append(Content.assemble((f"{older}{gap if older else ''}", MUTED), (newest, "bold")))
        return Content("\n").join(rows)


class DrawView(CursorView):
    """A view with the board, and beside it the network's input and outputs, which change with every stroke."""

    KEY: ClassVar[str] = "d"
    NAME: ClassVar[str] = "draw"
    TOOLTIP: ClassVar[str] = "Draw a picture, see its prediction, and train on it"
    LIVE: ClassVar[bool] = True
    HELP: ClassVar[str] = words.HELP
    DEFAULT_CSS = f"""
    DrawView {{
        .title {{ text-style: bold; }}
        Horizontal {{ height: auto; padding: 0 0 0 1; }}
        .board {{ width: auto; height: auto; margin: 0 1 0 0; }}
        .received {{ width: 28; height: 15; margin: 0 1 0 0; }}
        .heading {{ height: 1; color: {colour(HEADING)}; text-style: bold; }}
        .board .heading {{ padding: 0 0 0 1; width: 28; }}
        .received DigitView {{ margin: 1 0 0 0; }}
        .received {{ height: 16; }}
        .answers {{ width: 1fr; max-width: 40; height: auto; }}
        OutputBars {{ width: 100%; margin: 1 0 0 0; }}
        .said {{ height: 1; padding: 0 0 0 2; text-style: bold; }}
        .own {{ height: 1; padding: 0 0 0 2; color: {MUTED}; }}
        &.-narrow .received {{ display: none; }}
        &.-asking .own {{ display: none; }}
        &.-low .own, &.-low .title, &.-low .heading {{ display: none; }}
        &.-low .said, &.-low OwnDigits {{ display: none; }}
        &.-low.-asking Horizontal {{ height: 14; }}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up",
            "step(-1, 0)",
            "move",
            key_display="←↑↓→",
            id="draw-up",
            tooltip="Go one pixel up; this draws while the pen is down",
        ),
        Binding("down", "step(1, 0)", "move down", show=False, id="draw-down", tooltip="Go one pixel down"),
        Binding("left", "step(0, -1)", "move left", show=False, id="draw-left", tooltip="Go one pixel to the left"),
        Binding("right", "step(0, 1)", "move right", show=False, id="draw-right", tooltip="Go one pixel to the right"),
        Binding("p", "put('ink')", "pen", id="draw-pen", tooltip="Lower the pen, or lift it"),
        Binding("x", "put('rubber')", "rubber", show=False, id="draw-rubber", tooltip="Start or stop erasing"),
        Binding("u", "undo", "undo", id="draw-undo", tooltip="Undo the last stroke"),
        Binding(
            "backspace,delete", "clear", "clear", key_display="del", id="draw-clear", tooltip="Remove the whole drawing"
        ),
        Binding(
            "enter", "add", "add", key_display="enter", id="draw-add", tooltip="Save the drawing to your own digits"
        ),
        Binding(
            "X", "drop", "remove the last", show=False, id="draw-drop", tooltip="Remove the digit that you saved last"
        ),
        Binding("t", "train", "train", id="draw-train", tooltip="Start over, and also train on your own digits"),
    ]

    own: reactive[Own] = reactive(None, init=False)
    """Your own digits; None if there are none or their file has not been read; a sentence if the file cannot be used."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._board, self._received, self._bars = DrawBoard(), DigitView(), OutputBars()
        self._said, self._own = Static(classes="said", markup=False), Static(classes="own", markup=False)
        self._last, self._prompt = OwnDigits(), LabelPrompt()
        self._pace = Pace(self, self._show)
        self._keys: list[bool | None] = []
        self._file = OwnFile()
        self._files = Background[Own](self, self._counted)

    def compose(self) -> ComposeResult:
        """Yield the title, the board, the picture, the outputs, the prediction, your own digits and the question for a label."""
        yield self._title
        with Horizontal():
            with Vertical(classes="board"):
                yield Static("your drawing", classes="heading")
                yield self._board
            with Vertical(classes="received"):
                yield Static("the network's input", classes="heading")
                yield self._received
            with Vertical(classes="answers"):
                yield self._bars
                yield self._last
        yield self._said
        yield self._own
        yield self._prompt

    def on_mount(self) -> None:
        """Read your own digits."""
        self._describe()
        self._files.ask(self._file.work_off())

    def on_resize(self) -> None:
        """Enlarge the board if there is room, and leave out parts that do not fit."""
        width, height = self.size
        self._board.zoom = width >= 118 and height >= 33
        self.set_class(width < 78, "-narrow")
        self.set_class(height < 19, "-low")

    # ---- reactions to new values

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the outputs of a newer network: at most twice a second while training runs."""
        self._pace.soon()
        self._describe()

    def watch_test(self) -> None:
        """Make the board as large as the pictures of the data. Show the number of your own digits that the run trains on."""
        if self.test is not None:
            self._board.begin(self.test.side)
        self._describe()

    def watch_own(self) -> None:
        """Show your own digits and their number."""
        self._describe()

    @property
    def pending(self) -> bool:
        """Return whether the view has not drawn the newest outputs or own digits yet."""
        return self._pace.waiting or self._files.busy

    @on(DrawBoard.Drawn)
    def _drawn(self) -> None:
        self._show()
        self._describe()

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each output for the drawing."""
        snapshot, image, test = self.snapshot, self._received.image, self.test
        if snapshot is not None and image is not None and test is not None:
            yield from self._bars.spots(
                page, lambda label: predictions.drawn(snapshot.mlp, image, label, test.class_names)
            )

    def _refresh_keys(self) -> None:
        """Write the keys in the footer again if a key now works that did not work before, or the reverse."""
        keys = [self.check_action(action, ()) for action in ("undo", "clear", "train")]
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def _show(self) -> None:
        """Show the network's input, which is made from the drawing, and the outputs for this input."""
        snapshot, drawing, test = self.snapshot, self._board.drawing, self.test
        if test is not None:
            self._bars.class_names = test.class_names
        if snapshot is None or drawing.empty or test is None:
            self._received.image = self._bars.outputs = self._bars.predicted = None
            self._said.update("", layout=False)
            return
        pixels = drawing.centred
        prediction, symbol = Prediction.of(snapshot.mlp, pixels), symbol_of(snapshot.network.loss)
        self._received.image = pixels
        self._bars.symbol = symbol
        self._bars.predicted, self._bars.outputs = prediction.predicted, prediction.outputs
        text = words.prediction_sentence(prediction, test.class_names, symbol, untrained=snapshot.step == 0)
        self._said.update(text, layout=False)

    def _describe(self) -> None:
        """Write the title, and the line about your own digits."""
        self._describe_pen()
        self._last.own = self.own if isinstance(self.own, Split) else None
        text = words.of_own(self._count, self._trained_on, drawn=not self._board.drawing.empty)
        if not self._of_digits:
            text = words.ONLY_DIGITS
        self._own.update(self.own if isinstance(self.own, str) else text, layout=False)
        self._refresh_keys()

    def _describe_pen(self) -> None:
        self._title.texts = words.titles(self._board.pen, "digit" if self.test is None else self.test.noun)

    @property
    def _of_digits(self) -> bool:
        """Return whether the data contains digits of the same size as your own digits, so that these can be added to the data."""
        return self.test is None or (self.test.class_names, self.test.side) == (DIGITS, IMAGE_SIDE)

    @property
    def _count(self) -> int:
        """Return the number of your own digits."""
        return len(self.own) if isinstance(self.own, Split) else 0

    @property
    def _trained_on(self) -> int:
        """Return the number of your own digits that the present run trains on."""
        return 0 if self.data is None else parted(self.data.source)[1] or 0

    # ---- your own digits

    @on(LabelPrompt.Answered)
    def _labelled(self, message: LabelPrompt.Answered) -> None:
        message.stop()
        self.remove_class("-asking")
        if self._prompt.has_focus or self.screen.focused is None:
            self.screen.set_focus(self)
        if message.label is not None and not self._board.drawing.empty:
            self._file.add(self._board.drawing.centred, message.label)
            self._files.ask(self._file.work_off())
            self._board.clear()

    def _counted(self, own: Own) -> None:
        self.own = own
        if done := self._file.take_report():
            more = " Press t to train on them." if done == SAVED else ""
            self.notify(f"{done} Your own digits: {self._count}.{more}", markup=False)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that have no effect now. The keys `enter` and `t` always work; a message explains what is missing."""
        drawing = self._board.drawing
        match action:
            case "undo":
                return True if drawing.can_undo else None
            case "clear":
                return None if drawing.empty else True
            case "drop":
                return True if self._count and self._of_digits else None
            case "train":
                return True if self.snapshot is not None and self.data is not None else None
            case _:
                return True

    def action_step(self, down: int, right: int) -> None:
        """Move the cursor by one pixel. While the pen is down, the cursor draws."""
        self._board.step(down, right)

    def action_put(self, pen: str) -> None:
        """Lower the pen or the rubber, or lift it."""
        self._board.put(pen)
        self._describe_pen()

    def action_undo(self) -> None:
        """Undo the last stroke."""
        self._board.undo()

    def action_clear(self) -> None:
        """Remove the whole drawing."""
        self._board.clear()

    def action_add(self) -> None:
        """Ask for the label of the drawing."""
        if not self._of_digits:
            self.notify(words.ONLY_DIGITS, markup=False)
            return
        if self._board.drawing.empty:
            self.notify(words.NOTHING_DRAWN, markup=False)
            return
        self.add_class("-asking")
        self._prompt.ask()

    def action_drop(self) -> None:
        """Remove the digit that was saved last."""
        self._file.drop()
        self._files.ask(self._file.work_off())

    def action_train(self) -> None:
        """Start over on data with your own digits, unless the run already trains on all of them."""
        if self._files.busy:
            return
        if not self._of_digits:
            self.notify(words.ONLY_DIGITS, markup=False)
        elif isinstance(self.own, str):
            self.notify(self.own, markup=False)
        elif self._count <= self._trained_on:
            self.notify(words.nothing_new(self._count, drawn=not self._board.drawing.empty), markup=False)
        elif self.data is not None:
            question = "Start over and also train on your own digits?"
            self.post_message(StartOver(TrainOn(with_own(self.data.source)), question))
