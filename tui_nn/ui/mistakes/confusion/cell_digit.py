"""A digit with some lines under it, beside a table that it is chosen from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui_nn.core.parameters import Pixels
from tui_nn.ui.kit.digit import DigitView


class CellDigit(Vertical):
    """28 x 14 cells, or 56 x 28, with two more at the left."""

    DEFAULT_CSS = """
    CellDigit {
        width: 30;
        height: 1fr;
        padding: 1 0 0 1;
        Static { height: 3; width: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._digit, self._caption = DigitView(), Static(markup=False)

    def compose(self) -> ComposeResult:
        """The digit, the lines."""
        yield self._digit
        yield self._caption

    def enlarge(self, zoom: bool) -> None:
        """Draw it twice as large, or not."""
        self._digit.zoom = zoom
        self.styles.width = 2 + self._digit.get_content_width()

    def show(self, image: Pixels | None, text: str) -> None:
        """Draw a digit, or an empty plate for None, and write under it."""
        self._digit.image = image
        self._caption.update(text, layout=False)
