"""The row of keys at the bottom."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer


class QuietFooter(Footer):
    """Textual's footer, made anew only when it would read otherwise.

    Every change of focus announces new bindings, and in a form each arrow key is one: to make the footer again costs more
    than all else that such a key does.
    """

    _read: tuple[object, ...] = ()

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look whether the row would change."""
        row = tuple(
            (active.binding.key, active.binding.description, active.enabled)
            for active in screen.active_bindings.values()
            if active.binding.show
        )
        if row != self._read:
            self._read = row
            super().bindings_changed(screen)
