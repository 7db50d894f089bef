"""The inbox: messages from a child process that the screen has not read yet."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.branch_news import with_news
from tui_nn.engine.commands import Replace, Save
from tui_nn.engine.messages import Notice, Opened, Report, SaveRefused, Stopped, Tick, UpdateChange

if TYPE_CHECKING:
    from tui_nn.core.watch.update_view import UpdateView
    from tui_nn.engine.messages import Message
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.session.run.timeline import Branch


class Inbox:
    """The inbox with the unread messages. A thread adds messages, and the screen takes them. Of several snapshots, only
    the newest is kept.
    """

    def __init__(self) -> None:
        """Begin without messages."""
        self._changed = threading.Condition()
        self._messages: list[Message] = []
        self._branches: tuple[Branch, ...] = ()
        self._shown: Snapshot | None = None
        self._stopped: Stopped | None = None
        self._closed = False
        self.opened: Opened | None = None
        self.snapshot: Snapshot | None = None
        """The newest complete snapshot."""
        self.update: UpdateView | None = None
        """The update under the microscope.

        It may be newer than the snapshot, because a Tick (progress without weights) updates it.
        """
        self.saves = 0
        """The number of `Save` commands that the engine has answered."""

    def put_all(self, messages: Sequence[Message | Tick | Report]) -> None:
        """Add messages that belong together, so that `take` returns them together."""
        with self._changed:
            for message in messages:
                self.put(message)

    def put(self, message: Message | Tick | Report) -> None:
        """Add a message. After a `Stopped`, the inbox drops all messages.

        A snapshot arrives as a `Report`, which has only the changes of the branches and of the update under the microscope.
        """
        with self._changed:
            if self._stopped:
                return
            match message:
                case Tick() as tick:
                    # There is a snapshot, because it always arrives before the first Tick (progress without weights).
                    assert self._shown is not None
                    update = self._change_update(tick.update)
                    self._show(
                        replace(
                            self._shown,
                            progress=tick.progress,
                            status=tick.status,
                            update=update,
                            batch_losses=tick.batch_losses,
                        )
                    )
                case Report(bare, news, change):
                    branches = self._branches = with_news(self._branches, news)
                    history, update = branches[bare.branch].history, self._change_update(change)
                    self.snapshot = replace(bare, history=history, branches=branches, update=update)
                    self._show(self.snapshot)
                case _:
                    self.opened = message if isinstance(message, Opened) else self.opened
                    self._stopped = message if isinstance(message, Stopped) else None
                    answer = isinstance(message, SaveRefused)
                    self.saves += answer or (isinstance(message, Notice) and message.command in (Save, Replace))
                    self._messages.append(message)
            self._changed.notify_all()

    def take(self, seconds: float = 0.0) -> list[Message]:
        """Return all messages since the last call, oldest first. If there are none, wait for one for at most `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._closed, seconds)
            messages, self._messages = self._messages, []
        return messages

    def wait(self) -> Message:
        """Wait for the first message and return it: `Opened`, or `Stopped` if the engine could not start.

        `take` returns this message too.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.opened or self._stopped)
            first = self.opened or self._stopped
            assert first is not None
            return first

    def close(self) -> None:
        """Drop all messages in the inbox, and all messages that arrive later."""
        with self._changed:
            self._stopped = self._stopped or Stopped("the engine was closed")
            self._closed = True
            self._messages = []
            self._changed.notify_all()

    def _change_update(self, change: UpdateView | UpdateChange | None) -> UpdateView | None:
        if isinstance(change, UpdateChange):
            # This import is late, because the module loads NumPy.
            from tui_nn.core.watch.update_view import with_changes

            change = with_changes(self.update, change.values)
        self.update = change
        return change

    def _show(self, snapshot: Snapshot) -> None:
        self._messages = [message for message in self._messages if message is not self._shown]
        self._messages.append(snapshot)
        self._shown = snapshot
