"""An example of the chosen cell of the confusion matrix."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui_nn.core.parameters import Pixels
from tui_nn.ui.kit.digit import DigitView


class CellExample(Vertical):
    """A widget that shows one example of the chosen cell, with its caption below."""

    DEFAULT_CSS = """
    CellExample {
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
        """Yield the widgets: the picture of the example and its caption."""
        yield self._digit
        yield self._caption

    def enlarge(self, zoom: bool) -> None:
        """Draw the picture at twice its usual size if `zoom` is True, else at its usual size."""
        self._digit.zoom = zoom
        self.styles.width = 2 + self._digit.get_content_width()

    def show(self, image: Pixels | None, text: str) -> None:
        """Draw a picture and write the caption. If `image` is None, draw no picture."""
        self._digit.image = image
        self._caption.update(text, layout=False)
