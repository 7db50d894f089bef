"""The tour of the app: six short texts over the panes that they are about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import FRAME, HEADING, KEY, MUTED

STOPS = (
    (
        "Train",
        "bottom",
        "This app trains a neural network",
        "The network sees pictures of handwritten digits and learns to read them. A new network knows nothing. "
        "The row at the top always says which network it is, how far it is, and how many digits it gets right.",
    ),
    (
        "Train",
        "bottom",
        "One epoch",
        "In an epoch the network sees every training example once. After the tour, press space for one epoch, or r to run "
        "many. The chart gets one point for each epoch. It shows the loss: how wrong the outputs are. It should fall.",
    ),
    (
        "Train",
        "top",
        "Ten digits",
        "At the bottom stand ten digits that the network never learns from, one of each kind. Under each you read the "
        "prediction, with its probability. Watch them change while it trains.",
    ),
    (
        "Inspect",
        "bottom",
        "Look inside",
        "3 opens the network: its layers, single units, and, with m, one update step by step. "
        "Nothing is hidden, and nothing you press can break anything: ctrl+u undoes.",
    ),
    (
        "Mistakes",
        "bottom",
        "What it gets wrong",
        "4 shows the digits that the network misreads, the worst first. Is the digit hard, or the network weak? "
        "In 1 Configure you change the network, and in every pane ? explains what you see.",
    ),
    (
        "Lessons",
        "bottom",
        "Lessons",
        "5 has lessons of about ten minutes: you predict, train, and see what happens. Begin with the first one. "
        "Your own network is kept meanwhile. This tour is here too: press t.",
    ),
)
"""The stops: the pane, the side where the text stands, its title and the text."""


class Tour(Dialog[None]):
    """Shows one text after the other. enter goes on, p goes back, and esc ends the tour."""

    DEFAULT_CSS = f"""
    Tour {{ align: center bottom; background: $background 0%; }}
    Tour.-top {{ align: center top; }}
    Tour > Vertical {{ width: 78; height: auto; background: {FRAME}; padding: 1 2; margin: 1 0; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,n,space,right", "go(1)", "next"),
        Binding("p,left,backspace", "go(-1)", "previous"),
        Binding("escape,q", "close", "end"),
    ]

    def __init__(self, bring: Callable[[str], Awaitable[None]]) -> None:
        """Begin at the first stop. `bring` brings a pane to the front."""
        super().__init__()
        self._bring, self._at = bring, 0

    def compose(self) -> ComposeResult:
        """Yield the box with the text."""
        with Vertical():
            yield Static(id="stop", markup=False)

    async def on_mount(self) -> None:
        """Show the first stop."""
        await self._show()

    async def action_go(self, by: int) -> None:
        """Go to the next or the previous stop. After the last one the tour ends."""
        self._at = max(self._at + by, 0)
        if self._at == len(STOPS):
            self.dismiss(None)
        else:
            await self._show()

    async def on_click(self, event: events.Click) -> None:
        """Go on."""
        await self.action_go(1)

    async def _show(self) -> None:
        pane, side, title, text = STOPS[self._at]
        self.set_class(side == "top", "-top")
        last = self._at == len(STOPS) - 1
        heading = Content.assemble((title, HEADING), (f"   {self._at + 1} of {len(STOPS)}", MUTED))
        keys = Content.assemble(
            ("enter", KEY), " end of the tour    " if last else " next    ", ("p", KEY), " previous    ", ("esc", KEY), " end"
        )  # fmt: skip
        self.query_one("#stop", Static).update(Content("\n").join([heading, Content(text), Content(), keys]))
        await self._bring(pane)
