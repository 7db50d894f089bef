"""One table of all keys of the app, by the place where each works. docs/keys.md is written from it."""

from __future__ import annotations

from textual.binding import Binding

from tui_nn.ui.kit.keys import SCREEN_KEYS, repeats_screen_key
from tui_nn.ui.shell.arrangement import PANES, pane_class


def key_table() -> dict[str, list[Binding]]:
    """Return the keys by place: "Everywhere", "3 Inspect", "3 Inspect: unit" and so on.

    Some panes repeat a key of the main screen to show it in their footer. These copies are left out. This function imports all
    panes.
    """
    table = {"Everywhere": [key.binding for key in SCREEN_KEYS]}
    # These imports are here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.ui.configure.form import Form

    table["1 Configure"] = [binding for binding in Form.BINDINGS if isinstance(binding, Binding)]
    for number, name in PANES:
        for view, binding in pane_class(name).all_bindings():
            if not repeats_screen_key(binding):
                table.setdefault(f"{number} {name}" + (f": {view}" if view else ""), []).append(binding)
    return table
