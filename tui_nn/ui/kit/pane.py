"""What all panes have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.snapshot import Snapshot


class Pane(Widget, can_focus=True):
    """One room of the app. It owns its keys; the screen gives it a snapshot whenever there is a new one and it is shown.

    A pane draws 80 x 21 cells at least (80 x 20 and a title row where several are shown). Its keys work while it, or
    something in it, has the focus.
    """

    NUMBER: ClassVar[str]
    """The key that leads here."""
    TITLE: ClassVar[str]
    HELP: ClassVar[str]
    """Markdown for the help of this pane: what there is to see, word by word. Keys are added from the bindings."""

    DEFAULT_CSS = """
    Pane {
        height: 1fr;
        width: 1fr;
        layout: vertical;
        background: $background;
    }
    """

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest snapshot, or None while the data is being loaded."""

    hints: reactive[tuple[Hint, ...]] = reactive((), init=False, repaint=False)
    """The hints of the newest snapshot, the one to begin with first. They come a moment after the snapshot."""

    test: reactive[Split | None] = reactive(None, init=False, repaint=False)
    """The test digits that `snapshot.evaluation` answers, in its order."""

    stopped: reactive[str] = reactive("", init=False, repaint=False)
    """Why the engine is gone, or "" while it is there."""

    data: Opened | None = None
    """What there is to know of the data; None while it is being loaded."""

    @property
    def with_keys(self) -> Widget:
        """The part that gets the focus when the pane comes to the front."""
        return self

    @property
    def explanation(self) -> str:
        """The help of what is seen now."""
        return self.HELP

    @classmethod
    def all_bindings(cls) -> Iterator[tuple[str, Binding]]:
        """Every key of the pane, each with the name of the view that it belongs to, or ""."""
        return (("", binding) for binding in cls.BINDINGS if isinstance(binding, Binding))

    def opened(self, data: Opened) -> None:
        """Take what there is to know of the data."""
        self.data = data
        self.test = data.test

    @property
    def current_look(self) -> Look:
        """The look that this pane shows now."""
        return Look(self.TITLE)

    async def show_look(self, look: Look) -> None:
        """Show what the look names, as far as this pane has it."""
        if look.example is not None:
            self.show_example(look.example)

    def show_example(self, index: int) -> None:
        """Turn to a test digit, where the pane shows one."""
