"""Time travel: which keys lead to another epoch now, and the commands and dialogs of these keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_nn.engine.commands import BackABatch, Rename, Seek, Switch, Travel
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.ui.shell.main_screen import MainScreen

FARTHEST = 2**31
"""A number of epochs that is larger than the length of any run. Travelling so far leads to epoch 0 or to the newest epoch."""


class TimeTravel:
    """An object that moves the run to other epochs, batches and branches."""

    def __init__(self, screen: MainScreen) -> None:
        """Open dialogs over `screen`, and send commands through it."""
        self._screen = screen

    def is_possible(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return True if an action now leads to another epoch, batch or branch; otherwise None, and its key is shown in grey."""
        if (snapshot := self._screen.snapshot) is None:
            return None
        inside = bool(snapshot.progress.batch)
        match action, parameters:
            case "travel", (int() as epochs,):
                there = snapshot.place < snapshot.own_branch.tip if epochs > 0 else snapshot.epoch > 0 or inside
                return True if there or snapshot.status.state is State.REPLAYING else None
            case "back_a_batch", _:
                return True if snapshot.epoch > 0 or inside else None
            case "go_to_best", _:
                return True if snapshot.history.best else None
            case "branches", _:
                return True
            case _:
                return True if snapshot.newest_epoch else None

    def travel(self, epochs: int) -> None:
        """Go some epochs forward, or back if the number is negative."""
        self._screen.send(Travel(epochs))

    def back_a_batch(self) -> None:
        """Go back to the start of the last batch."""
        self._screen.send(BackABatch())

    def go_to_best(self) -> None:
        """Go to the best epoch: the one with the lowest validation loss, or test loss if there is no validation data."""
        if (snapshot := self._screen.snapshot) is not None and (best := snapshot.history.best):
            self._screen.send(Seek(best.epoch))

    def ask_for_epoch(self) -> None:
        """Ask for an epoch and go there."""
        if (snapshot := self._screen.snapshot) is None:
            return
        from tui_nn.ui.kit.ask_line import AskNumber

        def fault(epoch: float) -> str:
            known = epoch.is_integer() and 0 <= epoch <= snapshot.newest_epoch
            return "" if known else f"✗ The epoch must be a whole number from 0 to {snapshot.newest_epoch:,}."

        def go(epoch: float | None) -> None:
            if epoch is not None:
                self._screen.send(Seek(int(epoch)))

        now = f"now {snapshot.epoch:,} of {snapshot.newest_epoch:,}"
        self._screen.app.push_screen(AskNumber("Go to epoch", now, "", fault), go)

    def show_branches(self) -> None:
        """List all branches; the person can go to one, or give it a name."""
        if (snapshot := self._screen.snapshot) is None:
            return
        from tui_nn.ui.train.branches import Branches

        def go(branch: int | None) -> None:
            if branch is not None:
                self._screen.send(Switch(branch))

        self._screen.app.push_screen(
            Branches(snapshot, lambda branch, title: self._screen.send(Rename(branch, title))), go
        )
