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
from tui_nn.ui.kit.roles import HEADING, KEY, MUTED

STOPS = (
    (
        "Train",
        "bottom",
        "This app trains a neural network",
        (
            "The network sees pictures of handwritten digits and learns to read them. A new network can only "
            "guess. The row at the top shows the name of the network, its epoch, and how many digits it reads "
            "correctly."
        ),
    ),
    (
        "Train",
        "bottom",
        "One epoch",
        (
            "In an epoch the network sees every training example once. After the tour, press space for one "
            "epoch, or r to run many. The chart gets one point for each epoch. The chart shows the loss: how "
            "wrong the outputs are. The loss should fall."
        ),
    ),
    (
        "Train",
        "top",
        "Ten digits",
        (
            "At the bottom you see ten digits that are not training examples, one of each class. Below each digit "
            "is the prediction of the network with its probability. Watch the predictions change during training."
        ),
    ),
    (
        "Inspect",
        "bottom",
        "Look inside",
        (
            "Press 3 to look into the network: its layers and their units, which compute its numbers, and, with m, one "
            "small change (an update) step by step. No key can break anything: ctrl+u undoes a change."
        ),
    ),
    (
        "Mistakes",
        "bottom",
        "The digits that the network misreads",
        (
            "Press 4 to see the digits that the network misreads, the worst first. Is the digit hard, or the "
            "network weak? In 1 Configure you change the network. In every pane, ? explains the pane, and f1 "
            "explains any number or word on the screen."
        ),
    ),
    (
        "Lessons",
        "bottom",
        "Lessons",
        (
            "Press 5 for lessons of about ten minutes: you predict, train, and see what happens. Begin with the "
            "first lesson. The app keeps your own network until you come back. To see this tour again, press t "
            "there."
        ),
    ),
)
"""The stops: the pane, the side where the text stands, its title and the text."""


class Tour(Dialog[None]):
    """A dialog that shows one text after the other. enter goes on, p goes back, and esc ends the tour."""

    DEFAULT_CSS = """
    Tour { align: center bottom; background: $background 0%; }
    Tour.-top { align: center top; }
    Tour > Vertical { width: 78; margin: 1 0; }
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
            ("enter", KEY), " end the tour    " if last else " next    ", ("p", KEY), " previous    ", ("esc", KEY), " end"
        )  # fmt: skip
        self.query_one("#stop", Static).update(Content("\n").join([heading, Content(text), Content(), keys]))
        await self._bring(pane)
