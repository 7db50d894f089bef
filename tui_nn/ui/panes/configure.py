"""Placeholder."""
from typing import ClassVar
from tui_nn.ui.panes.pane import Pane


class ConfigurePane(Pane):
    """Placeholder."""

    NUMBER: ClassVar[str] = "1"
    TITLE: ClassVar[str] = "Configure"
    HELP: ClassVar[str] = "help"

    def render(self) -> str:
        return "Configure"
