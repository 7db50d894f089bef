"""The base class of the views of a pane."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.run_set import RunSet
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.kit.explaining import Page, Spot


class View(Widget, can_focus=True):
    """One view of a pane. While it is in front, it has the focus, so that its keys work.

    The pane passes all values to a view that comes to the front, and new values while the view stays there. The views of a pane may
    share one value (`ViewPane.SHARED`). To change it, a view sets its own attribute with the name of the value. For all other
    changes, a view sends a message.
    """

    KEY: ClassVar[str]
    """The key of the pane that leads to this view."""
    NAME: ClassVar[str]
    """The name in the strip of views and in actions: one or two words."""
    SHORT: ClassVar[str] = ""
    """A shorter name for a narrow strip, or ""."""
    TOOLTIP: ClassVar[str]
    """A short description of the contents of the view."""
    HELP: ClassVar[str] = ""
    """The help of this view in Markdown; "" if the help of the pane is enough."""
    OWN_STRIP: ClassVar[bool] = False
    """True if the view draws a strip of its own, which replaces the pane's strip of view names."""

    DEFAULT_CSS = """
    View {
        height: 1fr;
        width: 1fr;
        layout: vertical;
    }
    """

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest snapshot; None while the data are being loaded."""

    runs: reactive[RunSet | None] = reactive(None, init=False, repaint=False)
    """The runs of the screen, the live one and the frozen ones. The pane sets this value before the snapshot."""

    data: Opened | None = None
    """The dataset. The pane sets this value before the others."""

    hints: reactive[tuple[Hint, ...]] = reactive((), init=False, repaint=False)
    """The hints of the newest snapshot, the most important first. They come a moment after the snapshot."""

    test: reactive[Split | None] = reactive(None, init=False, repaint=False)
    """The test data, in the order of `snapshot.evaluation`."""

    message: reactive[tuple[str, ...]] = reactive((), init=False, repaint=False)
    """The text for the message row of the pane, in several lengths. The pane may show a more important text there."""

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) of the present contents of this view.

        The pane adds its own name and the name of the view.
        """
        return Look()

    def show_look(self, look: Look) -> None:
        """Show the layer, unit, cell or step that a `Look` (view description) names, as far as this view has it."""

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each value in this view that can be explained, the value under its cursor first."""
        yield from ()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Return a context in which the pane sets several values.

        A view that needs all of them together updates at the end of the context.
        """
        yield

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Skip Textual's restyling of all children. The focus changes no style of a view."""
