"""Placeholder."""
from typing import ClassVar
from tui_nn.ui.panes.pane import Pane


class MistakesPane(Pane):
    """Placeholder."""

    NUMBER: ClassVar[str] = "4"
    TITLE: ClassVar[str] = "Mistakes"
    HELP: ClassVar[str] = "help"

    def render(self) -> str:
        return "Mistakes"
