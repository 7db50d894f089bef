"""What the screens need of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui_nn.engine.commands import Command
    from tui_nn.engine.messages import Message


class Engine(Protocol):
    """A session somewhere: commands go in, messages come out. `ProcessEngine` and `InlineEngine` are two."""

    def send(self, command: Command) -> None:
        """Give a command; never waits for it to be done."""

    def poll(self) -> list[Message]:
        """What has been said since the last call, oldest first, of snapshots only the newest."""

    def start_again(self) -> None:
        """After `Stopped`: go on from the last snapshot."""

    def close(self) -> None:
        """End it."""
