"""What the views of a pane have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.snapshot import Snapshot


class View(Widget, can_focus=True):
    """One way to look at what a pane is about. While it is in front it has the focus, so that its keys work.

    Its pane gives it values while it is in front, and all of them when it comes there; what it wants it says in messages.
    """

    KEY: ClassVar[str]
    """The key of the pane that leads here."""
    NAME: ClassVar[str]
    """One or two words, for the strip and for actions."""
    SHORT: ClassVar[str] = ""
    """The name in a strip that has no room for all names, if that is another."""
    TOOLTIP: ClassVar[str]
    """What there is to see, in a few words."""
    HELP: ClassVar[str] = ""
    """Markdown for the help while this view is in front; "" for that of the pane."""
    OWN_STRIP: ClassVar[bool] = False
    """Whether it has a strip of its own, in place of the one of the views."""

    DEFAULT_CSS = """
    View {
        height: 1fr;
        width: 1fr;
        layout: vertical;
    }
    """

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest snapshot, or None while the data is being loaded."""

    data: Opened | None = None
    """What there is to know of the data; set before the others."""

    hints: reactive[tuple[Hint, ...]] = reactive((), init=False, repaint=False)
    """The hints of the newest snapshot, the one to begin with first. They come a moment after the snapshot."""

    test: reactive[Split | None] = reactive(None, init=False, repaint=False)
    """The test digits that `snapshot.evaluation` answers, in its order."""

    message: reactive[tuple[str, ...]] = reactive((), init=False, repaint=False)
    """What the message row of the pane is to say, in several lengths, if nothing of more weight is to be said."""

    @property
    def current_look(self) -> Look:
        """The look that this view shows now; its pane adds its own name and the view's."""
        return Look()

    def show_look(self, look: Look) -> None:
        """Show what the look names, as far as this view has it: a layer, a unit, a cell, a step."""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Nothing looks otherwise: to style all parts anew, as a widget does, would be in vain."""
