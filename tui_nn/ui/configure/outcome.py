"""What a draft comes to: the network as a picture, its sum, the line that shares it, and tables where there is room."""

from __future__ import annotations

from textwrap import shorten
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.presets.share import share_line
from tui_nn.ui.configure.config_tables import ConfigTables
from tui_nn.ui.configure.field import QUIET
from tui_nn.ui.configure.form import Form
from tui_nn.ui.configure.network_sketch import NetworkSketch
from tui_nn.ui.configure.sum_row import SumRow


class Outcome(Widget):
    """Gives up what matters least where rows are few: tables, rule, share line, picture, in this order."""

    ROWS: ClassVar[int] = 6
    """Of all but the tables."""
    DEFAULT_CSS = """
    Outcome { height: 1fr; }
    Outcome #rule { height: 1; border-top: solid $foreground 20%; }
    Outcome #share { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Outcome.-airy NetworkSketch, Outcome.-airy #share, Outcome.-airy ConfigTables { margin-top: 1; }
    Outcome.-airy ConfigTables { border-top: solid $foreground 20%; }
    """

    def compose(self) -> ComposeResult:
        """From the picture down."""
        yield Static(id="rule")
        yield NetworkSketch()
        yield SumRow()
        yield Static(id="share")
        yield ConfigTables()

    def show(self, form: Form, said: str, width: int, height: int) -> None:
        """Show a draft in so many columns and rows; `said` is what the last key came to."""
        spare = height - 1
        for name, rows in (("NetworkSketch", 3), ("#share", 1), ("#rule", 1), ("ConfigTables", 5)):
            self.query_one(name).display = spare >= rows
            spare -= rows if spare >= rows else 0
        self.set_class(spare >= 4, "-airy")
        sketch = self.query_one(NetworkSketch)
        sketch.network, sketch.faint = form.network, bool(form.errors)
        self.query_one(SumRow).show(form, said, width)
        text = share_line(form.network, form.training)
        if len(text) > width - len(" share  "):
            # Whole settings, and how to have them all.
            text = shorten(text, max(width - len(" share  "), 20), placeholder=" … c copies all")
        line = Content.assemble(("share ", QUIET), text)
        self.query_one("#share", Static).update(line, layout=False)
        self.query_one(ConfigTables).show(form, width)
