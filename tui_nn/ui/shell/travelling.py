"""Going back and on in time: the keys that work in every pane, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from tui_nn.engine.commands import BackABatch, Rename, Seek, Switch, Travel
from tui_nn.session.run.status import State

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.engine import Engine


class Travelling(Screen[None]):
    """A screen whose snapshot can be one of the past."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "travel(-1)", "back", show=False, key_display="[", id="back", tooltip="An epoch back"),
        Binding("right_square_bracket", "travel(1)", "on", show=False, key_display="]", id="on", tooltip="An epoch on"),
        Binding("left_curly_bracket", "travel(-10)", "back 10", False, key_display="{", id="back-10", tooltip="Ten epochs back"),
        Binding("right_curly_bracket", "travel(10)", "on 10", False, key_display="}", id="on-10", tooltip="Ten epochs on"),
        Binding("B", "back_a_batch", "batch back", show=False, id="batch-back", tooltip="To where the last batch began"),
        Binding("g", "go_to", "go to epoch", show=False, id="go-to", tooltip="Any epoch, by its number"),
        Binding("asterisk", "go_to_best", "best epoch", show=False, key_display="*", id="best", tooltip="The lowest test loss"),
        Binding("T", "branches", "branches", show=False, id="branches", tooltip="All ways that training took"),
    ]  # fmt: skip

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest the engine has given."""

    _engine: Engine

    def can_travel(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether there is something to go to; None greys the key."""
        snapshot = self.snapshot
        if snapshot is None:
            return None
        inside = bool(snapshot.progress.batch)
        match action, parameters:
            case "travel", (int() as epochs,):
                there = snapshot.epoch < snapshot.newest_epoch if epochs > 0 else snapshot.epoch > 0 or inside
                return True if there or snapshot.status.state is State.REPLAYING else None
            case "back_a_batch", _:
                return True if snapshot.epoch > 0 or inside else None
            case "go_to_best", _:
                return True if snapshot.history.best else None
            case "branches", _:
                return True
            case _:
                return True if snapshot.newest_epoch else None

    def action_travel(self, epochs: int) -> None:
        """Go some epochs on, or back."""
        self._engine.send(Travel(epochs=epochs))

    def action_seek(self, epoch: int) -> None:
        """Go to an epoch."""
        self._engine.send(Seek(epoch=epoch))

    def action_first(self) -> None:
        """Go to the untrained network."""
        self._engine.send(Travel(epochs=-(2**31)))

    def action_newest(self) -> None:
        """Go to where training was left."""
        self._engine.send(Travel(epochs=2**31))

    def action_back_a_batch(self) -> None:
        """Go to where the last batch began."""
        self._engine.send(BackABatch())

    def action_go_to_best(self) -> None:
        """Go to the epoch with the lowest test loss."""
        if self.snapshot is not None and (best := self.snapshot.history.best):
            self.action_seek(best.epoch)

    def action_go_to(self) -> None:
        """Ask for an epoch and go there."""
        from tui_nn.ui.kit.ask_number import AskNumber

        snapshot = self.snapshot
        if snapshot is None:
            return

        def fault(epoch: float) -> str:
            known = epoch.is_integer() and 0 <= epoch <= snapshot.newest_epoch
            return "" if known else f"✗ a whole number from 0 to {snapshot.newest_epoch:,}"

        def go(epoch: float | None) -> None:
            if epoch is not None:
                self.action_seek(int(epoch))

        now = f"now {snapshot.epoch:,} of {snapshot.newest_epoch:,}"
        self.app.push_screen(AskNumber("Go to epoch", now, "", fault), go)

    def action_branches(self) -> None:
        """Show all branches; go to one, or give it a name."""
        from tui_nn.ui.train.branches import Branches

        def go(branch: int | None) -> None:
            if branch is not None:
                self._engine.send(Switch(branch=branch))

        if self.snapshot is not None:
            rename = lambda branch, title: self._engine.send(Rename(branch=branch, title=title))  # noqa: E731
            self.app.push_screen(Branches(self.snapshot, rename), go)
