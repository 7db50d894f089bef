"""The only code that begins another run. One rule decides whether the app asks a question before it restarts or quits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui_nn.engine.commands import Command, OpenRescued, OpenRun, TrainOn
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.unsaved import RunFile, Unsaved

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot

_NEW_NETWORK = "Changes marked ↺ start a new network at epoch 0. ctrl+u brings the present run back."


class RestartDoor:
    """Begins another run, after a question if much of the current run is not saved."""

    def __init__(self, screen: Screen[None], file: RunFile, send: Callable[[Command], bool]) -> None:
        """Show questions on `screen`, and send commands with `send`. `file` is the file of the present run."""
        self._screen, self._file, self._send = screen, file, send

    def start_over(self, message: StartOver, snapshot: Snapshot) -> None:
        """Begin the run that a message asks for, after its question if that is needed."""
        command, said = message.command, message.said

        def begin(sure: bool | None = True) -> None:
            if not sure:
                return
            if isinstance(command, TrainOn):
                # The current file contains a run on other data, so the new run needs its own.
                self._file.path = None
            if self._send(command) and said:
                self._screen.app.clear_notifications()
                self._screen.app.notify(said, markup=False)

        lost = Unsaved.of(snapshot, self._file.kept)
        if message.changes:
            has_begun = snapshot.newest_epoch or snapshot.progress.step or len(snapshot.branches) > 1
            words = "\n".join([*message.changes, "", _NEW_NETWORK])
            ask = Ask(message.question, words, "apply", "apply the changes later")
            self._screen.app.push_screen(ask, begin) if has_begun else begin()
        elif lost.is_much:
            yes = "open it" if isinstance(command, OpenRun | OpenRescued) else "start over"
            self._screen.app.push_screen(Ask(message.question, _how_to_keep(lost), yes), begin)
        else:
            begin()

    def question_before_quitting(self, snapshot: Snapshot) -> Ask | None:
        """Return the dialog to show before the app ends; None if little would be lost."""
        lost = Unsaved.of(snapshot, self._file.kept)
        return Ask("Quit without saving?", _how_to_keep(lost), "quit", "stay") if lost.is_much else None


def _how_to_keep(lost: Unsaved) -> str:
    return f"If you continue, you lose {lost.words}. To save, press esc and then ctrl+s."
