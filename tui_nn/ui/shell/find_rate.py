"""A dialog that finds a learning rate by a short training, and applies it when enter is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.data.dataset import DataError
from tui_nn.data.validation import examples_of
from tui_nn.engine.messages import Opened
from tui_nn.session.questions.rate_finder import RateCurve, find_rate
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, MUTED


class FindRate(Dialog[float | None]):
    """A dialog that trains a copy of the present network with a rising rate, and draws the loss. The result is the rate
    to use, or None.
    """

    DEFAULT_CSS = """
    FindRate > Vertical { width: 80; height: 22; padding: 0; }
    FindRate Static { width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "use this rate"),
        Binding("escape,q", "close", "back"),
    ]

    def __init__(self, snapshot: Snapshot, opened: Opened) -> None:
        """Try the network of `snapshot` on its training examples."""
        super().__init__()
        self._snapshot, self._opened = snapshot, opened
        self._curve: RateCurve | None = None
        self._work: Background[RateCurve | str] = Background(self, self._show)
        self._plot, self._verdict, self._keys = Static(markup=False), Static(markup=False), Static()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the curve, the verdict and the keys."""
        with Vertical():
            yield Static(
                Content.assemble(
                    ("Find a learning rate", "bold"),
                    ("  The curve shows the smoothed loss while the rate rises.\n", MUTED),
                )
            )
            yield self._plot
            yield self._verdict
            yield self._keys

    def on_mount(self) -> None:
        """Begin the trial."""
        self._verdict.update(Content.assemble(("A copy of the network is being trained ...", MUTED)))
        self._work.ask(self._find())

    def action_use(self) -> None:
        """Close the dialog and use the rate, if the trial has found one."""
        if self._curve is not None and self._curve.suggested is not None:
            self.dismiss(self._curve.suggested)

    def _find(self) -> Iterator[RateCurve | str]:
        try:
            dataset = self._opened.dataset()
        except DataError as error:
            yield f"The training data cannot be read: {error}."
            return
        yield find_rate(self._snapshot, examples_of(dataset, self._snapshot.training).train)

    def _show(self, found: RateCurve | str) -> None:
        if isinstance(found, str):
            self._verdict.update(found)
            return
        self._curve = found
        self._plot.update("\n".join(found.plot()))
        self._verdict.update(f"\n{found.verdict}")
        back = ("esc", KEY), " back"
        keys = (("enter", KEY), " use this rate    ", *back) if found.suggested is not None else back
        self._keys.update(Content.assemble(*keys))
