"""The keys that train the network, the pace of training, and the changes in Configure that are not applied yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_nn.engine.commands import Command, Run, StepBatch, StepEpoch
from tui_nn.session.run.status import State
from tui_nn.ui.shell.pace import Pace
from tui_nn.ui.shell.tab_strip import TabStrip

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.kit.messages import Waiting
    from tui_nn.ui.shell.main_screen import MainScreen

_NAMED = 3
"""The largest number of changes that a message lists."""


class Training:
    """An object that sends the commands to train, and applies the changes that wait in Configure."""

    def __init__(self, screen: MainScreen, epochs_a_second: float | None) -> None:
        """Send commands with `screen`. A run trains at most `epochs_a_second` epochs a second; None means no limit."""
        self._screen = screen
        self.pace = Pace(epochs_a_second)
        self._is_run = False
        """True if the last command to train was `Run`, and not a single epoch or batch."""
        self._waiting: Waiting | None = None
        """The changes that wait in Configure; None before Configure was shown."""
        self._reminded_of: tuple[str, ...] = ()
        """The changes that waited at the last request to train."""
        self._sent_at: Snapshot | None = None
        """The newest snapshot when the last command to train was sent; None before the first command."""

    def train(self, command: Run | StepEpoch | StepBatch) -> None:
        """Train. If changes in Configure are not applied, show a message about them once, because the training ignores them."""
        changes = self._waiting.changes if self._waiting is not None else ()
        if changes and changes != self._reminded_of:
            words = "1 change waits" if len(changes) == 1 else f"{len(changes)} changes wait"
            named = ", ".join(changes[:_NAMED]) + (" …" if len(changes) > _NAMED else "")
            self._screen.notify(
                f"{words} in Configure: {named}. P applies the changes.", severity="warning", markup=False
            )
        self._reminded_of = changes
        self._screen.send(command)

    def paced(self, command: Command) -> Command:
        """Note a command that is about to be sent, and return it. The command `Run` is returned with the present pace."""
        if isinstance(command, Run | StepEpoch | StepBatch):
            self._is_run = isinstance(command, Run)
            self._sent_at = self._screen.snapshot
        return replace(command, pace=self.pace.value) if isinstance(command, Run) else command

    def is_sent_since(self, snapshot: Snapshot) -> bool:
        """Return whether a command to train was sent after `snapshot` arrived, and no newer snapshot shows its effect yet."""
        return self._sent_at is snapshot

    def change_pace(self, *, faster: bool) -> None:
        """Let the present run and later runs train more or fewer epochs a second."""
        self.pace = self.pace.changed(faster=faster)
        self._screen.notify(f"r trains {self.pace.words}.", markup=False)
        snapshot = self._screen.snapshot
        if self._is_run and snapshot is not None and snapshot.status.state is State.RUNNING:
            self._screen.send(Run())

    # ---- changes that wait in Configure

    def wait_for(self, waiting: Waiting) -> None:
        """Show in the tabs how many changes wait now."""
        self._waiting = waiting
        self._screen.query_one(TabStrip).waiting = len(waiting.changes), waiting.new_network
        self._screen.refresh_bindings()

    def apply_changes(self) -> None:
        """Apply the changes that wait."""
        if self._waiting is not None and self._waiting.changes:
            self._waiting.apply()
        else:
            self._screen.notify("There are no changes to apply in Configure.", markup=False)
