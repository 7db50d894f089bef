"""The base class of the panes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.roles import PAGE

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.run_set import RunSet
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.session.sweep.repeats import Repeats
    from tui_nn.ui.kit.explaining import Page, Spot


class Pane(Widget, can_focus=True):
    """One of the five panes of the app, with its own keys. While it is shown, the screen passes every new snapshot to it.

    A pane has at least 80 x 21 cells (80 x 20 and a title row if several panes are shown). Its keys work while the pane or
    one of its parts has the focus.
    """

    NUMBER: ClassVar[str]
    """The key that leads to this pane."""
    TITLE: ClassVar[str]
    FOLLOWS_WHILE_HIDDEN: ClassVar[bool] = False
    """True if the screen passes every snapshot to the pane even while the pane is hidden."""
    HELP: ClassVar[str]
    """The help of this pane in Markdown. The help page adds the keys."""

    DEFAULT_CSS = f"""
    Pane {{
        height: 1fr;
        width: 1fr;
        layout: vertical;
        background: {PAGE};
    }}
    """

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest snapshot; None while the data are being loaded."""

    runs: reactive[RunSet | None] = reactive(None, init=False, repaint=False)
    """The runs on the charts: the live run and the frozen runs.

    The screen sets this before `snapshot`, which belongs to the live run.
    """

    repeats: reactive[Repeats | None] = reactive(None, init=False, repaint=False)
    """The runs with the same settings and other seeds; None before the first of them begins."""

    hints: reactive[tuple[Hint, ...]] = reactive((), init=False, repaint=False)
    """The hints of the newest snapshot, the most important first. They come a moment after the snapshot."""

    test: reactive[Split | None] = reactive(None, init=False, repaint=False)
    """The test data, in the order of `snapshot.evaluation`."""

    stopped: reactive[str] = reactive("", init=False, repaint=False)
    """The reason why the engine has stopped; "" while it works."""

    data: Opened | None = None
    """The data; None while they are being loaded."""

    @property
    def with_keys(self) -> Widget:
        """The widget that gets the focus when the pane comes to the front."""
        return self

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Skip Textual's restyling of all parts of the pane, because the focus changes no style of a pane."""

    @property
    def explanation(self) -> str:
        """Return the help for the present contents of the pane."""
        return self.HELP

    @property
    def advice(self) -> str:
        """Return a sentence that names useful keys, such as those of the selected field, or "". It is shown after a key
        without a meaning.
        """
        return ""

    @classmethod
    def all_bindings(cls) -> Iterator[tuple[str, Binding]]:
        """Yield every key of the pane with the name of its view, or with "" if it works in all views."""
        return (("", binding) for binding in cls.BINDINGS if isinstance(binding, Binding))

    @classmethod
    def view_names(cls) -> tuple[str, ...]:
        """Return the names of this pane's views, as a `Look` (view description) names them."""
        return ()

    def opened(self, data: Opened) -> None:
        """Take the data."""
        self.data = data
        self.test = data.test

    @property
    def compare_look(self) -> Look:
        """Return the `Look` (view description) of the view that compares runs. The key for comparing runs leads to it."""
        return Look("Train", "compare")

    @property
    def current_look(self) -> Look:
        """Return a `Look`, which describes the pane, its view, and the present contents of the view."""
        return Look(self.TITLE)

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each value in this pane that can be explained, the value under its cursor first."""
        yield from ()

    async def show_look(self, look: Look) -> None:
        """Show the view that a `Look` describes, as far as this pane has it."""
        if look.example is not None:
            self.show_example(look.example)

    def show_example(self, index: int) -> None:
        """Show a test example, if the pane shows examples."""
