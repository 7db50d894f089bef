"""The Textual app: themes, messages, quitting, signals and the command palette."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode, NoScreen
from textual.driver import Driver
from textual.filter import LineFilter
from textual.keys import key_to_character
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES, ThemeProvider
from textual.widgets import Input

from tui_nn.data.printable import printable
from tui_nn.home.home import Home
from tui_nn.ui.kit.ascii import Ascii
from tui_nn.ui.kit.contrast import readable
from tui_nn.ui.kit.gc_freeze import collect_rarely
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.engine import Engine
from tui_nn.ui.shell.engine_stack import EngineStack
from tui_nn.ui.shell.main_screen import MainScreen
from tui_nn.ui.shell.opening import PLAIN, Opening
from tui_nn.ui.shell.textual_guards import Palette, guarded, install
from tui_nn.ui.shell.user_keys import usable_keys, usable_typed

if TYPE_CHECKING:
    from tui_nn.engine.messages import Start
    from tui_nn.session.run.run_set import OtherRun

THEMES = tuple(BUILTIN_THEMES)
"""The names of the colour themes that come with Textual."""

AT_ONCE = ("ctrl+q", "ctrl+c", "ctrl+z")
"""The keys that do not wait until the data are loaded."""

SEEN = 1.0
"""The seconds after which a message counts as read, so that the next key press removes it."""


def _inline(start: Start) -> Engine:
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.engine.inline import InlineEngine

    return InlineEngine(replace(start, rescue=None))


class TuiNN(App[None]):
    """The Textual app: one main screen for the session of one engine. At its end, even after an error, it restores the terminal."""

    TITLE = "tui-nn"
    # Textual 8.2 does not read the CSS_PATH of a default screen, so the app names its style files.
    CSS_PATH = Path(__file__).parent / "main_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+z",
            "suspend_process",
            "suspend",
            show=False,
            tooltip="Suspend the app; the command fg in the shell continues it",
        ),
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        ascii_only: bool = False,
        save_as: str | None = None,
        read_only: bool = False,
        compared: Sequence[OtherRun] = (),
        lesson_engine: Callable[[Start], Engine] | None = None,
        opening: Opening = PLAIN,
        home: Home | None = None,
    ) -> None:
        """Show the session of `engine`, and compare it with the runs `compared`.

        ctrl+s saves to `save_as`, or to a new file named after the preset. If the file is `read_only`, ctrl+s asks for
        another file. `lesson_engine` opens the engine of a lesson; by default it is an `InlineEngine` without a rescue
        file. `opening` describes the first view and the first actions. `home` contains the preferences of the user and
        the memory of earlier apps. By default, there are no preferences, and the app remembers nothing.
        """
        install()
        super().__init__()
        self._engine = EngineStack(engine, lesson_engine or _inline)
        self._opening = opening
        self._save_as, self._read_only = save_as, read_only
        self._compared = compared
        self.home = home or Home()
        self._problems = [*self.home.problems, *self._take_theme()]
        self._typed: dict[str, str] = {}
        """A dict from each key that acts as another key in the user's preferences to the name of that other key."""
        self.ascii_only = ascii_only
        """True if the terminal can show only ASCII characters."""
        self._ascii = [Ascii()] if ascii_only else []
        self._leave: Ask | None = None
        self._early: list[events.Key] | None = []
        """The keys that were pressed while the data were being loaded; None once they are loaded."""
        self.refused = ""
        """The reason why the engine could not begin and the app therefore ended; otherwise ""."""
        self.early_keys_done = asyncio.Event()
        """An event that is set after the keys pressed during loading were carried out."""

    def on_mount(self) -> None:
        """Report the mistakes in the preferences. Let each key in the table `typed` of the preferences act as another key."""
        collect_rarely(self)
        if typed := self.home.keyboard.typed:
            self._typed, wrong = usable_typed(typed)
            self._problems += wrong
        self._say_problems(self._problems)

    def _take_theme(self) -> list[str]:
        """Use the theme of the preferences, or else the theme that was used last. Return a list of errors: empty, or one about an
        unknown theme in the preferences.
        """
        preferred, last = self.home.preferences.theme, self.home.memory.theme
        if (theme := preferred or last) in THEMES:
            self.theme = theme
        elif preferred is not None:
            names = ", ".join(sorted(THEMES))
            return [f"theme in config.toml is '{printable(preferred)}': it must be one of {names}"]
        return []

    def _say_problems(self, problems: Iterable[str]) -> None:
        for problem in problems:
            self.notify(f"{problem}.", severity="warning", markup=False)

    def get_default_screen(self) -> Screen[None]:
        """Return the main screen."""
        return MainScreen(
            self._engine,
            save_as=self._save_as,
            read_only=self._read_only,
            compared=self._compared,
            opening=self._opening,
            home=self.home,
        )

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message long enough to be read. An error stays longer."""
        # People read about 20 characters in a second, so a message stays one second for each 20 characters.
        reading = max(len(message) / 20, 1.5 if severity == "information" else 5.0)
        super().notify(message, title=title, severity=severity, timeout=timeout or reading, markup=markup)

    async def on_event(self, event: events.Event) -> None:
        """Keep keys while the data are being loaded. Remove messages that have been read, because they cover a part of the
        screen.
        """
        if isinstance(event, events.Key) and not event.is_forwarded:
            if event.key in self._typed and not isinstance(self.focused, Input):
                key = self._typed[event.key]
                event = events.Key(key, key_to_character(key))
            if self._early is not None and event.key not in AT_ONCE:
                self._early.append(event)
                return
            main = self.screen_stack[0] if self.screen_stack else None
            if isinstance(main, MainScreen) and main.player is not None and event.key not in AT_ONCE:
                main.player.stop()
                return
            seen = [message for message in self._notifications if time() - message.raised_at > SEEN]
            for message in seen:
                self._unnotify(message, refresh=False)
            if seen:
                self._refresh_notifications()
        await super().on_event(event)

    def drop_early_keys(self) -> None:
        """Drop the keys that were pressed while the data were being loaded, and no longer collect them."""
        self._early = None
        self.early_keys_done.set()

    async def take_early_keys(self, first: Sequence[str] = ()) -> None:
        """Carry out the keys `first`, and then all keys that were pressed while the data were being loaded."""
        if keys := self.home.keyboard.keys:
            # This check imports all panes and NumPy, so it waits until NumPy has been loaded anyway.
            chosen, problems = usable_keys(keys)
            self.set_keymap(chosen)
            self._say_problems(problems)
        pressed = [events.Key(name, key_to_character(name)) for name in first]
        while pressed or self._early:
            key = pressed.pop(0) if pressed else cast("list[events.Key]", self._early).pop(0)
            if not (await self._check_bindings(key.key, priority=True) or await self._check_bindings(key.key)):
                self.screen._forward_event(key)
            # A key may send a message to the screen, and the message must be handled before the next key.
            done = asyncio.Event()
            self.screen.call_later(done.set)
            await done.wait()
        self.drop_early_keys()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Carry out an action, unless its screen is closed, covered by another one, or not built yet."""
        if default_namespace is not None and default_namespace is not self:
            try:
                screen = default_namespace.screen
            except NoScreen:
                return True
            if screen is not self.screen or not screen.is_mounted:
                return True
        return await super().run_action(action, default_namespace, namespaces)

    def action_command_palette(self) -> None:
        """Open the command palette."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(id="--command-palette"))

    def get_key_display(self, binding: Binding) -> str:
        """Return the displayed name of a binding's key. If the preferences let another key act as this key, return the name of that
        other key.
        """
        if binding.key in self._typed:
            typed = next((key for key, other in self._typed.items() if other == binding.key), binding.key)
            binding = binding.with_key(typed)
        return super().get_key_display(binding)

    def search_themes(self) -> None:
        """Open a palette with all themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def get_css_variables(self) -> dict[str, str]:
        """Return the colours of the theme. Text colours that would be hard to read are replaced."""
        return readable(super().get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of Textual, then the ASCII filter if it is needed."""
        return [*super().get_line_filters(), *self._ascii]

    async def action_quit(self) -> None:
        """Quit. Ask first if much would be lost; a second ctrl+q, while a question is open, answers it with yes."""
        main = self.screen_stack[0]
        if self._leave is not None and self._leave is self.screen:
            self._leave.action_answer(yes=True)
        elif isinstance(main, MainScreen) and self._leave not in self.screen_stack:
            await self._ask_before(main.lessons.question_before_quitting(), self._leave_lesson)
        else:
            await self._leave_for_good()

    async def _ask_before(self, question: Ask | None, leave: Callable[[], Awaitable[None]]) -> None:
        """Ask `question`, and call `leave` if the answer is yes. If `question` is None, call `leave` at once."""
        self._leave = question

        async def answered(sure: bool | None) -> None:
            if sure:
                await leave()

        if question is None:
            await leave()
        else:
            self.push_screen(question, answered)

    async def _leave_lesson(self) -> None:
        """Leave the lesson, if one is played. Then quit, but first ask about the learner's own run."""
        main = self.screen_stack[0]
        assert isinstance(main, MainScreen)
        if main.lessons.leave():
            await main.arrangement.arrange()
        await self._ask_before(main.question_before_quitting(), self._leave_for_good)

    async def _leave_for_good(self) -> None:
        main = self.screen_stack[0]
        if isinstance(main, MainScreen):
            main.dismiss_run()
            self.home.remember(theme=self.theme, pane=main.current, zoomed=main.has_class("-zoomed"))
        self.exit()

    def end_refused(self, reason: str) -> None:
        """End the app because the engine could not begin. The command line then reports the reason."""
        self.refused = reason
        self.exit(return_code=2)

    def get_driver_class(self) -> type[Driver]:
        """Return the driver class for this system: that of this app if it has one, otherwise that of Textual."""
        return guarded(super().get_driver_class())

    def _handle_exception(self, error: Exception) -> None:
        """End the app with a report of the error.

        Ignore errors while the app ends, because parts of its screens may be gone.
        """
        if not self._exit:
            super()._handle_exception(error)

    def hold_engine(self) -> None:
        """Make the engine wait until `let_engine_go_on`. Return when the request is sent."""
        self._engine.hold()

    def let_engine_go_on(self) -> None:
        """End the wait that `hold_engine` began."""
        self._engine.go_on()

    def close_engine(self) -> None:
        """End the engine. Return when it has ended."""
        self._engine.close()

    @on(Driver.SignalResume)
    def draw_again(self) -> None:
        """Draw the whole screen again, because the terminal has cleared it while the app was suspended."""
        self.screen.refresh()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield a command for every key of the screen and the panes, and some commands of Textual."""
        # Textual's command "Maximize" would hide the tabs, and the key z enlarges a pane without hiding them. Its
        # command "Keys" shows less than the key ?.
        yield from (c for c in super().get_system_commands(screen) if c.title in ("Theme", "Quit", "Screenshot"))
        if isinstance(screen, MainScreen):
            yield from screen.commands()
