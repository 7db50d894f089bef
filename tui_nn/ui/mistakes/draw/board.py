"""The board on which the person draws with the mouse or with keys."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.reactive import reactive

from tui_nn.data.dataset import IMAGE_SIDE
from tui_nn.data.drawing import Drawing
from tui_nn.render.pictures import SIDE
from tui_nn.ui.kit.pointed_digit import PointedDigit


class DrawBoard(PointedDigit):
    """A widget that lets a person draw. The left mouse button draws a stroke, and the right button erases.

    With keys, the cursor draws while the pen is down.
    """

    pen: reactive[str] = reactive("up")
    """The effect of a moving cursor: "ink" lets it draw, "rubber" lets it erase, and with "up" it changes nothing."""

    class Drawn(Message):
        """This message reports that the drawing has changed."""

    def __init__(self) -> None:
        super().__init__()
        self.drawing = Drawing(IMAGE_SIDE)
        self.cursor = (6, 8)
        self._from: tuple[float, float] | None = None
        """The last position of the mouse, in pixels of the drawing, while a button is held; otherwise None."""

    def on_mount(self) -> None:
        """Show the empty board."""
        self._show()

    def begin(self, side: int) -> None:
        """Begin an empty drawing of `side` × `side` pixels, unless the present drawing has this size."""
        if side != self.drawing.side:
            self.drawing, self.pen = Drawing(side), "up"
            self.cursor = side // 4, side // 4
            self._show()

    # ---- keys

    def step(self, down: int, right: int) -> None:
        """Move the cursor by one pixel, and draw on the way if the pen is down."""
        before = self.cursor or (0, 0)
        self.move(down, right)
        if self.pen != "up" and self.cursor is not None:
            self.drawing.line(before, self.cursor, rubber=self.pen == "rubber")
            self._show()

    def put(self, pen: str) -> None:
        """Lower the tool `pen` ("ink" or "rubber"), which changes the pixel under the cursor at once. If it is down, lift it."""
        self.pen = pen if self.pen != pen else "up"
        if self.pen != "up" and self.cursor is not None:
            self.drawing.begin()
            self.drawing.line(self.cursor, self.cursor, rubber=self.pen == "rubber")
            self._show()

    def undo(self) -> None:
        """Undo the last stroke."""
        self.drawing.undo()
        self.pen = "up"
        self._show()

    def clear(self) -> None:
        """Remove all ink."""
        self.drawing.clear()
        self.pen = "up"
        self._show()

    # ---- mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a stroke."""
        if event.button in (1, 3) and self.pixel_at(event.x, event.y) is not None:
            self.capture_mouse()
            self.drawing.begin()
            self._from = self._place(event)
            self._stroke(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw a line while a button is held."""
        if self._from is not None and event.button:
            self._stroke(event)
        elif self._from is not None:
            # The mouse moves without a pressed button, because the button was released outside the window. End the stroke.
            self.on_mouse_up()

    def on_mouse_up(self) -> None:
        """End the stroke."""
        if self._from is not None:
            self._from = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Stop the click, because the press of the button has already drawn a dot."""
        event.stop()

    def _stroke(self, event: events.MouseEvent) -> None:
        assert self._from is not None
        place = self._place(event)
        self.drawing.line(self._from, place, rubber=self.pen == "rubber" or event.button == 3)
        self._from = place
        row, column = (min(max(round(part), 0), self.drawing.side - 1) for part in place)
        self.cursor = row, column
        self._show()

    def _place(self, event: events.MouseEvent) -> tuple[float, float]:
        """Return the centre of the cell under the mouse as (row, column), in pixels of the drawing.

        The centre of a cell with two rows of pixels lies between these rows, so the numbers need not be integers.
        """
        down, across = (1, 2) if self.zoom else (2, 1)
        on_screen = (event.y - 1 + 0.5) * down - 0.5, (event.x - 1 + 0.5) / across - 0.5
        row, column = ((part + 0.5) * self.drawing.side / SIDE - 0.5 for part in on_screen)
        return row, column

    def _show(self) -> None:
        self.image = self.drawing.pixels
        self.post_message(self.Drawn())
