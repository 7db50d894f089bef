"""The only code that begins another run or changes the present one.

Both can be undone, so the app asks only if an earlier run would be lost. The same rule decides before the app quits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_nn.engine.commands import ApplyEdits, Change, Command, TrainOn
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.unsaved import RunFile, Unsaved

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.main_screen import MainScreen

UNDONE = "ctrl+u brings back the previous run."
"""The sentence after a restart. Because a restart can be undone, the app does not ask before it."""


class RestartDoor:
    """An object that begins another run or changes the present one, and asks first if this would lose an unsaved run.

    ctrl+u undoes only the last restart or change. The run before it is kept complete, and is lost at the next restart or
    change.
    """

    def __init__(self, screen: MainScreen, file: RunFile) -> None:
        """Show questions on `screen`, and send commands through it. `file` describes the file of the present run."""
        self._screen, self._file = screen, file

    def start_over(self, message: StartOver) -> None:
        """Begin the run that `message` requests. Ask first if an unsaved run, which ctrl+u could bring back, would be lost."""
        if (snapshot := self._screen.snapshot) is None:
            return
        said = f"{message.said}. {UNDONE}" if message.said and snapshot.has_begun else message.said
        self._pass(message.command, snapshot, message.question, said, message.changes)

    def change(self, command: Change | ApplyEdits, said: str = "") -> None:
        """Change the present run. Ask first if an unsaved run, which ctrl+u could bring back, would be lost.

        `said` is the message after the change.
        """
        if (snapshot := self._screen.snapshot) is not None:
            self._pass(command, snapshot, "Change the run?", said)

    def _pass(
        self, command: Command, snapshot: Snapshot, question: str, said: str, changes: Sequence[str] = ()
    ) -> None:
        # ctrl+u never brings back an untrained run. If the present run is untrained, ctrl+u keeps the run before it.
        is_trained = snapshot.has_begun or self._screen.training.is_sent_since(snapshot)
        keeps_behind = not is_trained and not isinstance(command, ApplyEdits)

        def begin(sure: bool | None = True) -> None:
            if not sure:
                return
            if isinstance(command, TrainOn):
                # The current file contains a run on other data, so the new run needs a file of its own.
                self._file.path = None
            if not self._screen.send(command):
                return
            if isinstance(command, Change | ApplyEdits) and not keeps_behind:
                self._file.changed(snapshot)
            if said:
                self._screen.app.clear_notifications()
                self._screen.app.notify(said, markup=False)

        lost = self._file.behind(snapshot)
        if lost.is_much and not keeps_behind:
            words = "\n".join([*changes, *([""] if changes else []), _how_to_keep_the_run_before(lost)])
            self._screen.app.push_screen(Ask(question, words, "go on", "cancel"), begin)
        else:
            begin()

    def question_before_quitting(self) -> Ask | None:
        """Return the dialog to show before the app ends; None if little would be lost."""
        if (snapshot := self._screen.snapshot) is None:
            return None
        lost, behind = Unsaved.of(snapshot, self._file.kept), self._file.behind(snapshot)
        if lost.is_much:
            words = f"If you continue, you lose {lost.words}. To save, press esc and then ctrl+s."
        elif behind.is_much:
            words = _how_to_keep_the_run_before(behind)
        else:
            return None
        return Ask("Quit without saving?", words, "quit", "stay")


def _how_to_keep_the_run_before(lost: Unsaved) -> str:
    return (
        f"The previous run is not saved ({lost.words}). If you go on, ctrl+u can no longer bring it back. "
        "To save it, press esc, ctrl+u, ctrl+s, and then ctrl+u to return to this run."
    )
