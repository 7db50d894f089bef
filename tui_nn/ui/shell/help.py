"""Help for one pane: what is to be seen, and every key that works there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Markdown, Static

from tui_nn.render.ascii import name_arrows
from tui_nn.ui.kit.pane import Pane


class Help(ModalScreen[None]):
    """A page over the pane. The keys are read from the bindings, so that none can be missing."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll { width: 90%; max-width: 100; height: 90%; background: $panel; padding: 0 1; }
    Help Markdown { background: $panel; }
    Help > Static { width: 90%; max-width: 100; background: $panel; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "app.pop_screen", "back", key_display="esc"),
    ]

    def __init__(self, pane: Pane, screen: Screen[None]) -> None:
        """Explain `pane`, whose keys are active on `screen` now."""
        super().__init__()
        self._named = name_arrows if getattr(pane.app, "ascii_only", False) else str
        rows: dict[str, None] = {}
        for _node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and (tooltip or binding.tooltip):
                key = self._named(pane.app.get_key_display(binding))
                rows[f"| {key.replace('|', ' ')} | {binding.description} | {tooltip or binding.tooltip} |"] = None
        keys = "\n".join(["| key | does | |", "| --- | --- | --- |", *rows])
        self._text = f"# {pane.TITLE}\n\n{pane.explanation}\n\n## Keys\n\n{keys}\n"

    def compose(self) -> ComposeResult:
        """The page; arrows and page keys scroll it."""
        with VerticalScroll():
            yield Markdown(self._text)
        arrows = self._named("↑↓"), "bold $text-accent"
        yield Static(Content.assemble(("esc", "bold $text-accent"), " back   ", arrows, " scroll"))
