"""A pane that has several views and shows one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.gc_freeze import freeze_widgets
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.roles import CURSOR_ROW
from tui_nn.ui.kit.sub_views import SubViews
from tui_nn.ui.kit.view import View

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.session.run.run_set import RunSet
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.kit.explaining import Page, Spot


def view_bindings(*views: type[View]) -> list[Binding]:
    """Return the keys that lead to these views."""
    return [
        Binding(view.KEY, f"view('{view.NAME}')", view.NAME, show=False, id=_slug(view), tooltip=view.TOOLTIP)
        for view in views
    ]


def _slug(view: type[View]) -> str:
    return f"view-{view.NAME}".replace(" ", "-")


class ViewPane(Pane):
    """A pane with a strip of views, the view in front and a message row.

    A view is mounted when it is first shown, and gets values only while it is in front. The pane opens with the first of
    `VIEWS`, and escape leads back to it.
    """

    VIEWS: ClassVar[tuple[type[View], ...]]
    STRIP_FROM: ClassVar[int] = 19
    """The least number of rows in which the strip of views is shown."""
    SHARED: ClassVar[str] = ""
    """The name of a reactive value that the pane and its views have in common; "" if there is no such value.

    The pane passes its value to the visible view, and adopts each value that the view sets.
    """

    DEFAULT_CSS = f"""
    ViewPane {{
        .views {{ height: 1fr; }}
        .message {{ height: 1; }}
        .message.-said {{ background: {CURSOR_ROW}; }}
        &.-low SubViews, SubViews.-gone {{ display: none; }}
    }}
    """

    view: reactive[str] = reactive("", init=False, repaint=False)
    """The name of the visible view."""

    def __init__(self, *, id: str | None = None) -> None:
        """Show the first view."""
        super().__init__(id=id)
        first = self.VIEWS[0].NAME
        self.set_reactive(ViewPane.view, first)
        self._strip = SubViews(tuple((view.KEY, view.NAME, view.SHORT) for view in self.VIEWS), first)
        self._views = {first: self.VIEWS[0]()}
        self._container = Container(*self._views.values(), classes="views")
        self._ready: set[View] = set()
        self._mounting: Awaitable[None] | None = None
        self._wanted = Look()
        """A `Look` (the description of a view) to show as soon as the visible view has its values."""
        self._message = FittedLine(classes="message")

    def compose(self) -> ComposeResult:
        """Yield the widgets: the strip of view names, the visible view, and the message row."""
        yield self._strip
        yield self._container
        yield self._message

    def on_mount(self) -> None:
        """Pass the first view its values."""
        self._greet(self.front)

    def on_resize(self) -> None:
        """Hide the strip in a low terminal. Its keys still work."""
        self.set_class(self.size.height < self.STRIP_FROM, "-low")

    @property
    def front(self) -> View:
        """Return the visible view."""
        return self._views[self.view]

    @property
    def with_keys(self) -> Widget:
        """Return the widget that gets the keyboard focus: the visible view."""
        return self.front

    def on_focus(self) -> None:
        """Give the focus to the visible view."""
        self.screen.set_focus(self.with_keys)

    # ---- which view

    def watch_view(self, before: str, name: str) -> None:
        """Bring a view to the front, and mount it if this is the first time."""
        had_focus = self.has_focus_within
        if name not in self._views:
            view = self._views[name] = next(view for view in self.VIEWS if name == view.NAME)()
            self._mounting = self._container.mount(view)
            self._greet(view)
        for other, view in self._views.items():
            view.display = other == name
        self._strip.current = name
        # A CSS class hides and shows the strip. Setting `display` here would also show it in a terminal that is too low for it.
        self._strip.set_class(self.front.OWN_STRIP, "-gone")
        if had_focus:
            # `Widget.focus` would take effect only later, and the next key would still go to the previous view.
            self.screen.set_focus(self.front)
        self.update()
        self.refresh_bindings()

    def _greet(self, view: View) -> None:
        """Pass all values to a new view, once every part of it is mounted."""
        if view in self._ready:
            return
        if not all(part.is_mounted for part in view.walk_children(Widget, with_self=True)):
            self.call_after_refresh(self._greet, view)
            return
        self._ready.add(view)
        self.watch(view, "message", self.describe, init=False)
        self.update()
        if view is self.front:
            view.show_look(self._wanted)
            self._wanted = Look()
        freeze_widgets(self.app)

    @on(SubViews.Chosen)
    def _choose_view(self, event: SubViews.Chosen) -> None:
        self.view = event.name

    @on(Show)
    def _show_own_view(self, message: Show) -> None:
        # Show the view immediately. The screen would show it later, and the next key would go to the previous view.
        if message.look.pane is None and message.look.view:
            message.stop()
            self.view = message.look.view

    # ---- values

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Pass a new value to the visible view."""
        self.update()

    def watch_test(self, test: Split | None) -> None:
        """Pass a new value to the visible view."""
        self.update()

    def watch_runs(self, before: RunSet | None, runs: RunSet | None) -> None:
        """Pass other frozen runs to the visible view. The live run comes with the snapshot."""
        if before is not None and runs is not None and before.frozen is not runs.frozen:
            self.update()

    def watch_hints(self) -> None:
        """Pass new hints to the visible view."""
        self.update()

    def update(self) -> None:
        """Pass all values to the visible view, and write the message row."""
        if self.front in self._ready:
            self.give(self.front)
        self.describe()

    def give(self, view: View) -> None:
        """Pass all values to a view. A value that depends on others is passed after them."""
        with view.at_once():
            view.data = self.data
            view.test = self.test
            view.hints = self.hints
            view.runs = self.runs
            view.snapshot = self.snapshot
            if self.SHARED and hasattr(view, self.SHARED):
                setattr(view, self.SHARED, getattr(self, self.SHARED))
        if self.SHARED and hasattr(view, self.SHARED):
            # `give` runs again for each new snapshot, but Textual does not add the same watcher twice.
            self.watch(view, self.SHARED, self.take_shared, init=False)

    def take_shared(self, value: object) -> None:
        """Adopt the value that the visible view has set. Other views get it when they become visible."""
        setattr(self, self.SHARED, value)

    def describe(self) -> None:
        """Write the message row."""
        self._message.texts = self.messages() or ("",)

    def messages(self) -> tuple[str, ...]:
        """Return the text of the message row, in several lengths."""
        return self.front.message

    # ---- keys

    @classmethod
    def all_bindings(cls) -> Iterator[tuple[str, Binding]]:
        """Yield the keys of the pane, then those of each view with its name."""
        yield from super().all_bindings()
        for view in cls.VIEWS:
            yield from ((view.NAME, binding) for binding in view.BINDINGS if isinstance(binding, Binding))

    @classmethod
    def view_names(cls) -> tuple[str, ...]:
        """Return the names of the views."""
        return tuple(view.NAME for view in cls.VIEWS)

    @property
    def explanation(self) -> str:
        """Return the help of the view in front, or that of the pane if the view has none."""
        return self.front.HELP or self.HELP

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each value in the visible view that can be explained."""
        if self.front in self._ready:
            yield from self.front.explained(page)

    @property
    def current_look(self) -> Look:
        """Return the `Look` (view description) of the visible view: its pane, its name and its contents."""
        return replace(self.front.current_look, pane=self.TITLE, view=self.view)

    async def show_look(self, look: Look) -> None:
        """Show what a `Look` describes: first the example, which other views show too, then the view."""
        await super().show_look(look)
        await self.show_in_view(look)

    async def show_in_view(self, look: Look) -> None:
        """Bring the view of a `Look` to the front, and show the contents that the `Look` describes."""
        if look.view:
            await self.action_view(look.view)
        if self.front in self._ready:
            self.front.show_look(look)
        else:
            self._wanted = look

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the key of the visible view."""
        return parameters[0] != self.view if action == "view" else True

    async def action_view(self, name: str) -> None:
        """Bring a view to the front and wait until it is mounted, so that the next key finds it."""
        self.view = name
        if (mounting := self._mounting) is not None:
            # Each mount is awaited only once, because awaiting it computes the layout of the whole screen.
            self._mounting = None
            await mounting
            self._greet(self.front)
