"""docs/keys.md is made from the bindings, so that it cannot name a key that is not there.

python tests/ui/test_keys_page.py > docs/keys.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from textual.binding import Binding, BindingType
from textual.keys import format_key
from textual.screen import Screen

from tui_nn.ui.configure.config_form import ConfigForm
from tui_nn.ui.configure.pane import ConfigurePane
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.shell.main_screen import MainScreen
from tui_nn.ui.train.pane import TrainPane

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"

OPENING = """# Keys

`?` in the app lists the keys that work where you are, and `ctrl+p` finds each of them by name. Tabs, footer, fields and
lists can be clicked too.
"""

NAMES = {"enter": "enter", "question_mark": "?"}

TEXTUAL = """
## From Textual

| key | does | |
| --- | --- | --- |
| `ctrl+p` | palette | Find a command, a theme or a key by name |
| `ctrl+q` | quit | Leave; asks where much is not saved, and twice leaves at once |
| `ctrl+c` | copy | Copy the text that is selected with the mouse |
"""


def screen_bindings() -> list[BindingType]:
    """Those of the screen and of what it is made of, but for Textual's own."""
    made_of = MainScreen.__mro__[: MainScreen.__mro__.index(Screen)]
    return [binding for kind in made_of for binding in kind.__dict__.get("BINDINGS", ())]


def rows(bindings: Iterable[BindingType]) -> list[str]:
    """A table row for each binding that does something of its own; those that only repeat a key of the screen are left out."""
    lines = []
    for binding in bindings:
        assert isinstance(binding, Binding)
        if binding.action.startswith("screen."):
            continue
        keys = " ".join(f"`{NAMES.get(key, format_key(key))}`" for key in binding.key.split(","))
        line = f"| {keys} | {binding.description} | {binding.tooltip} |"
        if line not in lines:
            lines.append(line)
    return lines


def page() -> str:
    """The whole page."""
    panes: tuple[type[Pane], ...] = (ConfigurePane, TrainPane, InspectPane, MistakesPane)
    tables: dict[str, list[BindingType]] = {"Everywhere": screen_bindings()}
    for pane in panes:
        for view, binding in pane.all_bindings():
            where = f"{pane.NUMBER} {pane.TITLE}" + (f": {view}" if view else "")
            tables.setdefault(where, []).append(binding)
    tables["1 Configure"] = [*ConfigForm.BINDINGS, *ConfigurePane.BINDINGS]
    parts = [OPENING]
    for title, bindings in tables.items():
        parts.append("\n".join([f"\n## {title}\n", "| key | does | |", "| --- | --- | --- |", *rows(bindings), ""]))
    return "".join([*parts, TEXTUAL])


def test_the_page_of_keys_is_up_to_date() -> None:
    """Whoever changes a binding makes the page again."""
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    sys.stdout.write(page())
