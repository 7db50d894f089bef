"""The methods of an engine that the screens of the app use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.engine.messages import Message


class Engine(Protocol):
    """An object that runs a session: it takes commands and returns messages. `ProcessEngine` and `InlineEngine` are engines."""

    def send(self, command: Command) -> None:
        """Send a command, without waiting until it is done."""

    def poll(self) -> list[Message]:
        """Return the messages since the last call, oldest first. If there are several snapshots, return only the newest."""

    def start_again(self) -> None:
        """Start the session again at the last snapshot, after a `Stopped` message."""

    def hold(self) -> None:
        """Make the session wait until the next command or `go_on`. Return when the request is sent."""

    def go_on(self) -> None:
        """End the wait that `hold` began."""

    def dismiss(self) -> None:
        """Discard the unsaved training of the run. Otherwise, `close` writes it to a rescue file."""

    def close(self) -> None:
        """End the session."""
