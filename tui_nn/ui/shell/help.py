"""The help page of a pane: what it shows, every key that works in it, and the terms that it uses."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Markdown, Static

from tui_nn.glossary import terms_in
from tui_nn.render.ascii import name_arrows
from tui_nn.ui.kit.dialog import PageDialog
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.roles import FRAME, KEY


class Help(PageDialog):
    """A dialog that shows a page over the pane. It reads the keys from the active bindings, so that no key is missing."""

    DEFAULT_CSS = f"""
    Help Markdown {{ background: {FRAME}; }}
    """

    def __init__(self, pane: Pane, screen: Screen[None]) -> None:
        """Explain `pane`, which is the current pane of `screen`."""
        super().__init__()
        self._named = name_arrows if getattr(pane.app, "ascii_only", False) else str
        rows: dict[str, None] = {}
        for _node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and (tooltip or binding.tooltip):
                key = self._named(pane.app.get_key_display(binding))
                rows[f"| {key.replace('|', ' ')} | {binding.description} | {tooltip or binding.tooltip} |"] = None
        keys = "\n".join(["| key | name | what it does |", "| --- | --- | --- |", *rows])
        used = terms_in(f"{pane.explanation}\n{' '.join(rows)}")
        terms = "\n".join(f"- **{term}**: {meaning}" for term, meaning in used.items())
        self._text = f"# {pane.TITLE}\n\n{pane.explanation}\n\n## Keys\n\n{keys}\n\n## Terms\n\n{terms}\n"

    def compose(self) -> ComposeResult:
        """Yield the widgets: the help page, and the keys that scroll it."""
        with VerticalScroll():
            yield Markdown(self._text)
        arrows = self._named("↑↓"), KEY
        yield Static(Content.assemble(("esc", KEY), " back   ", arrows, " scroll"))
