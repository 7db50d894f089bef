"""A dialog that compares the gradients of backpropagation with finite differences of the loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_nn.analysis.gradient_check import GradientRow
from tui_nn.core.parameters import Diverged
from tui_nn.data.dataset import Split
from tui_nn.render.gradient_rows import HEADING, gradient_row
from tui_nn.session.questions.gradient_check import AGREE, COUNT, EXAMPLES, check_snapshot, passed_over, verdict
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import BROKEN, KEY, MUTED, RIGHT, WARNING, bold


class Gradients(Dialog[None]):
    """A dialog that checks the gradients of random parameters of the present network, and lists the largest error first."""

    DEFAULT_CSS = """
    Gradients > Vertical { width: 78; height: 90%; }
    Gradients VerticalScroll { height: 1fr; }
    Gradients Static { width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "draw", "other parameters"),
        Binding("escape,q", "close", "back"),
    ]

    def __init__(self, snapshot: Snapshot, test: Split) -> None:
        """Check the network of `snapshot` on the first test examples."""
        super().__init__()
        self._snapshot, self._test, self._seed = snapshot, test, 0
        self._work: Background[tuple[GradientRow, ...] | str] = Background(self, self._show)
        self._verdict, self._rows = Static(), Static()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the explanation, the table of errors, the verdict and the keys."""
        with Vertical():
            yield Static(
                Content.assemble(
                    ("Check gradients", "bold"),
                    (
                        (
                            f"  Compare the gradients of backpropagation with numerical gradients.\n{COUNT} random "
                            f"parameters, {EXAMPLES} test examples, float64, largest error first.\n"
                            f"{passed_over(self._test)}\n"
                        ),
                        MUTED,
                    ),
                )
            )
            yield Static(Content.assemble((HEADING, MUTED)))
            with VerticalScroll():
                yield self._rows
            yield self._verdict
            yield Static(Content.assemble(("n", KEY), " draw other parameters    ", ("esc", KEY), " back"))

    def on_mount(self) -> None:
        """Begin the first check."""
        self._ask()

    @property
    def pending(self) -> bool:
        """Return whether the check is still running."""
        return self._work.busy

    def action_draw(self) -> None:
        """Check other parameters."""
        self._seed += 1
        self._ask()

    def _ask(self) -> None:
        self._verdict.update(Content.assemble(("checking ...", MUTED)))
        self._work.ask(self._check(self._seed))

    def _check(self, seed: int) -> Iterator[tuple[GradientRow, ...] | str]:
        try:
            yield check_snapshot(self._snapshot, self._test, COUNT, seed)
        except Diverged as reason:
            yield f"The gradients cannot be checked: {reason}."

    def _show(self, found: tuple[GradientRow, ...] | str) -> None:
        if isinstance(found, str):
            self._verdict.update(Content.assemble((found, bold(BROKEN))))
            return
        layers = self._snapshot.network.layer_count
        self._rows.update(Content("\n".join(gradient_row(row, layers) for row in found)))
        good = bool(found) and found[0].relative_error < AGREE
        mark, style = ("✓ ", bold(RIGHT)) if good else ("‡ ", bold(WARNING))
        self._verdict.update(Content.assemble((mark, style), (verdict(found), "bold")))
