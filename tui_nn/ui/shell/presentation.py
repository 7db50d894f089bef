"""The dialog for a projector. It hides some parts of the screen, and shows other parts in large digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import HEADING, KEY, MUTED
from tui_nn.ui.shell.pace import Pace

PARTS = {
    "d": ("-no-digits", "the ten digits below the chart", False),
    "n": ("-no-numbers", "the numbers beside the chart", False),
    "f": ("-no-footer", "the row of keys at the bottom", False),
    "l": ("-large", "large numbers above the panes", True),
}
"""A table of the keys of the dialog. For each key, it contains a CSS class for the main screen, the name of the part of the screen,
and whether the class shows the part (True) or hides it (False).
"""


class Presentation(Dialog[None]):
    """A dialog that lists parts of the screen. A key shows or hides each part, and the screen behind the dialog changes at once."""

    DEFAULT_CSS = """
    Presentation { align: right top; background: $background 0%; }
    Presentation > Vertical { width: 48; margin: 2 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"turn('{key}')", words) for key, (_, words, _) in PARTS.items()),
        Binding("left_parenthesis", "pace(False)", "slower"),
        Binding("right_parenthesis", "pace(True)", "faster"),
        Binding("escape,enter,q", "close", "close"),
    ]

    def __init__(self, main: Screen[None], pace: Callable[[], Pace], change_pace: Callable[[bool], None]) -> None:
        """Change the classes of `main`. `pace` returns the present pace of runs, and `change_pace` makes it faster or slower."""
        super().__init__()
        self._main, self._pace, self._change_pace = main, pace, change_pace

    def compose(self) -> ComposeResult:
        """Yield the box with the parts."""
        with Vertical():
            yield Static(id="parts", markup=False)

    def on_mount(self) -> None:
        """List the parts."""
        self._show()

    def action_turn(self, key: str) -> None:
        """Show a part, or hide it."""
        self._main.toggle_class(PARTS[key][0])
        self._show()

    def action_pace(self, faster: bool) -> None:
        """Let the key r train more or fewer epochs a second."""
        self._change_pace(faster)
        self._show()

    def _show(self) -> None:
        rows = [Content.styled("On a projector", HEADING), Content()]
        for key, (name, words, shows) in PARTS.items():
            is_shown = self._main.has_class(name) is shows
            rows.append(Content.assemble((f" {key} ", KEY), f" {words:32}", ("shown" if is_shown else "hidden", MUTED)))
        rows.append(Content.assemble(("( )", KEY), " r trains ", (self._pace().words, MUTED)))
        rows += [
            Content(),
            Content.assemble(("  z", KEY), "  in Train: the chart alone"),
            Content.assemble(("esc", KEY), " closes"),
        ]
        self.query_one("#parts", Static).update(Content("\n").join(rows))
