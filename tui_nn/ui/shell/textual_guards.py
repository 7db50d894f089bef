"""Guards against faults of Textual 8.2 that end the app when keys and clicks arrive together."""

from __future__ import annotations

import os
from typing import Any, Literal

from textual.command import CommandList, CommandPalette
from textual.driver import Driver
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList

from tui_nn.ui.kit.dialog import TakesInputWhileOpen


class Palette(CommandPalette, TakesInputWhileOpen[None]):
    """The command palette. It handles keys only after its list has appeared, and carries out only one command."""

    def _action_command_list(self, action: str) -> None:
        if self.query(CommandList):
            super()._action_command_list(action)

    def _action_cursor_down(self) -> None:
        if self.query(CommandList):
            super()._action_cursor_down()


_move_page = OptionList._move_page


def _move_page_of_a_drawn_list(self: OptionList, direction: Literal[-1, 1]) -> None:
    """Move by a page if the options are laid out. Otherwise, do nothing, because Textual would raise KeyError."""
    if (self.highlighted or 0) in self._index_to_line:
        _move_page(self, direction)


_widget_and_offset_at = Screen.get_widget_and_offset_at


def _attached_widget_and_offset_at(self: Screen[Any], x: int, y: int) -> tuple[Widget | None, Offset | None]:
    """Return the widget and the offset in its content at a position of the screen, as Textual does.

    Leave out a widget that has just been removed and is still drawn, such as a message: Textual would begin to select text
    in its parent, which is None, and raise AttributeError.
    """
    widget, offset = _widget_and_offset_at(self, x, y)
    return (None, None) if widget is not None and widget is not self and widget.parent is None else (widget, offset)


def install() -> None:
    """Put the guards into Textual's own classes. A second call changes nothing."""
    OptionList._move_page = _move_page_of_a_drawn_list  # type: ignore[method-assign]
    Screen.get_widget_and_offset_at = _attached_widget_and_offset_at  # type: ignore[method-assign]


def guarded(driver: type[Driver]) -> type[Driver]:
    """Return this app's replacement for a driver of Textual; the same driver if there is none, such as on Windows."""
    if os.name != "posix":
        return driver
    from textual.drivers.linux_driver import LinuxDriver

    if driver is LinuxDriver:
        from tui_nn.ui.shell.terminal import TerminalDriver

        return TerminalDriver
    from textual.drivers.web_driver import WebDriver

    if driver is WebDriver:
        from tui_nn.ui.shell.web import GuardedWebDriver

        return GuardedWebDriver
    return driver
