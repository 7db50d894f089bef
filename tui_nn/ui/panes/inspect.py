"""Placeholder."""
from typing import ClassVar
from tui_nn.ui.panes.pane import Pane


class InspectPane(Pane):
    """Placeholder."""

    NUMBER: ClassVar[str] = "3"
    TITLE: ClassVar[str] = "Inspect"
    HELP: ClassVar[str] = "help"

    def render(self) -> str:
        return "Inspect"
