"""The arrangement of the panes: which panes are on the screen, and which pane receives the keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from textual.containers import Container
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.ui.kit.gc_freeze import freeze_widgets
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.view_pane import ViewPane
from tui_nn.ui.shell.tab_strip import TabStrip

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.engine.messages import Opened
    from tui_nn.home.memory import Memory
    from tui_nn.ui.configure.pane import ConfigurePane
    from tui_nn.ui.lessons.pane import LessonsPane
    from tui_nn.ui.shell.main_screen import MainScreen

PANES = (("1", "Configure"), ("2", "Train"), ("3", "Inspect"), ("4", "Mistakes"), ("5", "Lessons"))
"""The key and the name of every pane, in the order of use."""

GRID = ("Train", "Inspect", "Configure", "Mistakes")
"""The grid of the panes when four are shown: training and its settings at the left, results at the right."""

LESSONS = "Lessons"
"""The name of the lessons pane. During a lesson, this pane stands beside another one, or replaces one of the four panes."""

WITHOUT_EXAMPLES = ("Configure", LESSONS)
"""The panes that do not refer to single examples."""

SMALLEST = (60, 20)
"""The number of columns and rows that the app needs."""


FOR_TWO, ROWS_FOR_FOUR = 150, 47
"""The number of columns in which two panes fit, and the number of rows in which all four fit."""

BESIDE_TABS = 110
"""The number of columns from which messages have room beside the tabs. On a narrower screen, they stand above the keys."""

TALL = 60
"""From this number of rows on, the lower two of four panes have two fifths of the terminal's height. On a lower terminal, they have
22 rows.
"""


def pane_class(name: str) -> type[Pane]:
    """Return the class of the pane of this name. Its module is imported when it is first needed."""
    kind: type[Pane]
    match name:
        case "Configure":
            from tui_nn.ui.configure.pane import ConfigurePane as kind
        case "Train":
            from tui_nn.ui.train.pane import TrainPane as kind
        case "Inspect":
            from tui_nn.ui.inspect.pane import InspectPane as kind
        case "Mistakes":
            from tui_nn.ui.mistakes.pane import MistakesPane as kind
        case _:
            from tui_nn.ui.lessons.pane import LessonsPane as kind
    return kind


def _differ(before: Split, now: Split) -> bool:
    """Return whether two sets of test data differ in their classes or in their number of examples."""
    return before.class_names != now.class_names or len(before) != len(now)


class PaneArrangement:
    """An object that shows one pane at a time, two panes from 150 columns on, and all four if there are also 47 rows.

    A pane is made when it is first shown.
    """

    def __init__(self, screen: MainScreen, memory: Memory) -> None:
        """Arrange the panes of `screen`. Begin with the pane that `memory` contains, or with Train if there is no such pane."""
        screen.set_class(memory.zoomed, "-zoomed")
        self.current = next((name for _, name in PANES if name == memory.pane), "Train")
        """The pane in front. If several panes are shown, it is the pane that receives the keys."""
        self._screen = screen
        self._beside = "Inspect"
        """The pane that stands beside Train if there is room for two."""
        self._beside_lesson = "Train"
        """The pane that stands beside a lesson."""
        self._ready: list[Pane] = []
        """The panes whose parts are all mounted."""
        self._arranging = asyncio.Lock()

    @property
    def panes(self) -> list[Pane]:
        """Return the panes that have been made."""
        return list(self._screen.query(Pane))

    @property
    def front(self) -> Pane | None:
        """Return the current pane; None before the first one is made."""
        return next((pane for pane in self.panes if self.current == pane.TITLE), None)

    @property
    def front_look(self) -> Look:
        """Return the `Look` of the current pane. While the parts of this pane are being made, it contains only the pane's name."""
        front = self.front
        return front.current_look if front is not None and front in self._ready else Look(self.current)

    async def resize(self, width: int, height: int) -> None:
        """Arrange the panes for the new size of the terminal."""
        self._screen.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        self._screen.set_class(width < BESIDE_TABS, "-slim")
        if self.panes:
            await self.arrange()

    async def bring(self, pane: str) -> None:
        """Bring a pane to the front and give it the keys."""
        self.current = pane
        await self.arrange()

    async def show(self, look: Look) -> None:
        """Bring the pane and the view of a `Look` to the front, and show the contents that the `Look` describes.

        Show nothing if another pane becomes current meanwhile, because that pane may have no view of this name.
        """
        await self.bring(pane := look.pane or self.current)
        if (front := self.front) is not None and pane == front.TITLE:
            await front.show_look(look)

    async def compare(self) -> None:
        """Show the view that compares runs: that of the current pane, or that of Train if the current pane has none.

        In the compare view of Train, go back to the live run.
        """
        if (front := self.front) is not None:
            look, here = front.compare_look, self._screen.current_look
            if (look.pane, look.view) == (here.pane, here.view):
                self._screen.notify("This view already compares runs.", markup=False)
            await self.show(look)

    async def zoom(self) -> None:
        """Show the current pane on the whole screen. In Train, then show only the chart. At last, show all panes again."""
        screen, alone = self._screen, self._screen.app.size.width < FOR_TWO
        if screen.has_class("-chart-alone"):
            screen.remove_class("-chart-alone", "-zoomed")
        elif self.current == "Train" and (alone or screen.has_class("-zoomed")):
            screen.add_class("-chart-alone")
        elif alone:
            screen.notify(
                f"Only one pane fits on this screen. Two panes fit from {FOR_TWO} columns. In Train, z shows the chart alone."
            )
        else:
            screen.toggle_class("-zoomed")
        await self.arrange()

    async def act_in(self, pane: str, view: str, action: str) -> None:
        """Bring a pane and a view of it to the front, and do one of their actions.

        Do nothing if another pane becomes current meanwhile.
        """
        await self.bring(pane)
        if (front := self.front) is None or pane != front.TITLE:
            return
        if view and isinstance(front, ViewPane):
            await front.action_view(view)
        elif view:
            await front.show_look(Look(view=view))
        self._screen.call_after_refresh(self._screen.app.run_action, action, front.with_keys if view else front)

    async def arrange(self) -> None:
        """Mount the panes that are shown for the first time, hide the others, and give the front pane the keys."""
        if self.current != LESSONS:
            self._beside_lesson = self.current
            if self.current != "Train":
                self._beside = self.current
        # Textual handles other messages during mounting. The lock makes a resize wait until all panes are mounted.
        async with self._arranging:
            await self._arrange_now()

    def take_keys(self, pane: Pane) -> None:
        """Make a pane the current one, after a click into it."""
        if self.current != pane.TITLE:
            self.current = pane.TITLE
            self._mark_current()

    def replace_data(self, before: Opened | None, now: Opened) -> None:
        """Pass new data to the panes. If the test data have changed, make new panes in place of those that refer to single
        examples.
        """
        if before is not None and _differ(before.test, now.test):
            self._ready = [pane for pane in self._ready if pane.TITLE in WITHOUT_EXAMPLES]
            self._screen.call_later(self._replace_panes)
        self.hand_down_data()

    async def _replace_panes(self) -> None:
        async with self._arranging:
            for pane in self.panes:
                if pane.TITLE not in WITHOUT_EXAMPLES:
                    await pane.remove()
            await self._arrange_now()

    def hand_down(self) -> None:
        """Pass the newest snapshot and hints to the panes that are shown."""
        for pane in self._ready:
            if pane.TITLE == LESSONS:
                self._screen.lessons.hand_to(cast("LessonsPane", pane))
            if pane.TITLE == "Configure":
                cast("ConfigurePane", pane).kept = self._screen.lessons.kept
            if pane.display or pane.FOLLOWS_WHILE_HIDDEN:
                pane.hints = self._screen.hints.hints
                pane.runs = self._screen.runs
                pane.repeats = self._screen.seeds.repeats
                pane.snapshot = self._screen.snapshot

    def hand_down_data(self) -> None:
        """Pass the data, and the reason why the engine stopped, to all panes."""
        for pane in self._ready:
            self._hand_data(pane)

    def _shown(self) -> list[str]:
        """Return the names of the panes that have room, in the order of the grid."""
        width, height = self._screen.app.size
        if width < FOR_TWO or self._screen.has_class("-zoomed"):
            return [self.current]
        with_lesson = self.current == LESSONS or self._screen.lessons.play is not None
        if height < ROWS_FOR_FOUR:
            return [self._beside_lesson, LESSONS] if with_lesson else ["Train", self._beside]
        if not with_lesson:
            return list(GRID)
        place = "Configure" if self.current != "Configure" else "Mistakes"
        return [LESSONS if name == place else name for name in GRID]

    async def _arrange_now(self) -> None:
        screen, shown = self._screen, self._shown()
        screen.set_class(len(shown) > 1, "-several")
        screen.set_class(len(shown) == 4, "-four")
        screen.set_class(screen.app.size.height >= TALL, "-tall")
        there = {pane.TITLE: pane for pane in self.panes}
        container = screen.query_one("#panes", Container)
        for name in shown:
            if name not in there:
                there[name] = pane_class(name)(id=name.lower())
                await container.mount(there[name])
                self._greet(there[name])
        for name, pane in there.items():
            pane.display = name in shown
        container.sort_children(
            key=lambda pane: shown.index(pane.TITLE) if isinstance(pane, Pane) and pane.display else 9
        )
        self.hand_down()
        if (front := there.get(self.current)) is None:
            return  # Another pane became current while these panes were mounted. Its call waits for the lock.
        if not (screen.focused and front in screen.focused.ancestors_with_self):
            # `Widget.focus` takes effect only later, and the next key would still go to the previous pane.
            screen.set_focus(front.with_keys)
        self._mark_current()
        screen.lessons.say(shown)

    def _greet(self, pane: Pane) -> None:
        """Pass all values to a new pane, once every part of it is mounted."""
        if not all(part.is_mounted for part in pane.walk_children(Widget)):
            self._screen.call_after_refresh(self._greet, pane)
            return
        self._ready.append(pane)
        self._hand_data(pane)
        self.hand_down()
        freeze_widgets(self._screen.app)

    def _hand_data(self, pane: Pane) -> None:
        if self._screen.opened is not None and pane.data is not self._screen.opened:
            pane.opened(self._screen.opened)
        pane.stopped = self._screen.stopped

    def _mark_current(self) -> None:
        """Mark the current pane in the tabs, and in the titles if several panes are shown."""
        self._screen.query_one(TabStrip).current = self.current
        for pane in self.panes:
            name = f"{pane.NUMBER} {pane.TITLE}"
            # The class changes only the style of the pane itself, but Textual would also restyle all of its parts. With
            # `:focus-within` instead of a class, Textual would do so at every move of the focus.
            pane.set_class(self.current == pane.TITLE, "-current", update=False)
            self._screen.app.stylesheet.update_nodes([pane])
            pane.border_title = f"▐{name}▌" if self.current == pane.TITLE else f" {name}"
