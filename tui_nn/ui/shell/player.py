"""The player replays a session script. It carries out each line (a view or a command) when the previous line is complete."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tui_nn.config.setting import ConfigError
from tui_nn.engine.command_text import CommandTextError
from tui_nn.engine.messages import CarriedOut, Notice, SaveRefused, Stopped
from tui_nn.engine.script import ScriptError
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.engine.messages import Message
    from tui_nn.engine.script import Line, Script
    from tui_nn.ui.shell.main_screen import MainScreen


LOOK_EVERY = 0.03
"""The seconds between two checks of whether a command is complete, in a replay for people to watch."""


class Player:
    """The replay of one session on the main screen."""

    def __init__(self, screen: MainScreen, script: Script) -> None:
        """Replay `script` on `screen`. The screen passes the messages of the engine to this player."""
        self._screen, self._script = screen, script
        self._problem = ""
        self._is_done = True
        self._stop = asyncio.Event()
        self.line: Line | None = None
        """The line of the session script that is carried out now; None before the first line."""

    @property
    def stopped(self) -> bool:
        """True if a person has ended the replay early."""
        return self._stop.is_set()

    async def play(self, wait: Callable[[], Awaitable[None]], shown: Callable[[Line], Awaitable[None]]) -> None:
        """Replay all lines. `wait` lets some time pass while a command is carried out. `shown` is called after each line.

        Raises:
            ScriptError: if a command is refused. The message names the line.
        """
        for line in self._script.lines:
            if self.stopped:
                return
            self.line = line
            if line.look is not None:
                await self._screen.show(line.look)
            else:
                self._send(line)
                while not self._has_ended():
                    await wait()
            if self._problem:
                raise self._script.wrong(line, self._problem)
            await shown(line)

    def _send(self, line: Line) -> None:
        snapshot = self._screen.snapshot
        assert snapshot is not None  # The replay begins after the first snapshot.
        try:
            command = line.command(snapshot.network, snapshot.training)
        except (CommandTextError, ConfigError) as error:
            raise self._script.wrong(line, str(error)) from None
        self._is_done = False
        self._screen.send(command)

    def _has_ended(self) -> bool:
        snapshot = self._screen.snapshot
        busy = snapshot is None or snapshot.status.state in (State.RUNNING, State.REPLAYING)
        return bool(self._problem) or self.stopped or (self._is_done and not busy)

    def saw(self, message: Message) -> None:
        """Take a message of the engine. It can report that the engine has carried out the command of a line, that it
        refuses the command, or that it has stopped.
        """
        match message:
            case CarriedOut():
                # The newest snapshot shows whether the training of this command is complete.
                self._is_done = True
            case Notice(reason, is_error=True) | SaveRefused(reason=reason):
                self._fail(reason)
            case Stopped(reason):
                self._fail(f"the engine stopped: {reason}")

    def _fail(self, reason: str) -> None:
        self._problem = self._problem or reason.rstrip(".")

    def stop(self) -> None:
        """End the replay, because a person has pressed a key."""
        self._stop.set()

    async def pause(self, seconds: float) -> None:
        """Wait for some seconds, or until the replay is stopped."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


async def replay(screen: MainScreen, script: Script, pace: float) -> None:
    """Replay a session for people to watch, with `pace` seconds after each line. A key ends it."""
    player = screen.player = Player(screen, script)
    screen.notify(f"Replaying {script.name}. Any key stops the replay.", markup=False)
    try:
        await player.play(lambda: asyncio.sleep(LOOK_EVERY), lambda _: player.pause(pace))
    except ScriptError as error:
        screen.notify(f"{error}.", severity="error", markup=False)
    else:
        line = player.line
        at = f"stopped at line {line.number}" if player.stopped and line is not None else "has ended"
        screen.notify(f"The replay {at}. You can now use the network.", markup=False)
    finally:
        screen.player = None
