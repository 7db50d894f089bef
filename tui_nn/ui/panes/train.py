"""Placeholder."""
from typing import ClassVar
from tui_nn.ui.panes.pane import Pane


class TrainPane(Pane):
    """Placeholder."""

    NUMBER: ClassVar[str] = "2"
    TITLE: ClassVar[str] = "Train"
    HELP: ClassVar[str] = "help"

    def render(self) -> str:
        return "Train"
