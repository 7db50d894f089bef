"""The keys that change settings of the run, or begin another run with other settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_nn.engine.commands import Change, Restart, Seek
from tui_nn.engine.look import Look
from tui_nn.session.run.status import State
from tui_nn.ui.kit.messages import Show, StartOver, again_message
from tui_nn.ui.shell.ask_change import AskChange, Changed

if TYPE_CHECKING:
    from tui_nn.engine.messages import CarriedOut
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.main_screen import MainScreen


@dataclass(frozen=True, slots=True)
class _WaitingChange:
    """A change that is made as soon as the run is back at an earlier epoch."""

    before: Snapshot
    """The newest snapshot at the moment when the run was sent back."""
    seek: Seek
    """The command that takes the run back to the epoch at which the change is made."""
    change: Change
    said: str
    """The message on the screen when the change is made."""
    is_under_way: bool = False
    """True once the engine has carried out `seek`, or has begun to replay up to its epoch."""

    def is_due(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot shows the run back at the epoch."""
        where = self.before.run, self.before.branch, (self.seek.epoch, 0)
        return (snapshot.run, snapshot.branch, snapshot.place) == where


class Changes:
    """An object that asks for other settings, and changes the run or begins another one, both through a `RestartDoor`."""

    def __init__(self, screen: MainScreen) -> None:
        """Show dialogs on `screen`, and pass the changes to its `RestartDoor`."""
        self._screen = screen
        self._waiting: _WaitingChange | None = None
        """The change to make once the run is back at an earlier epoch; None if no change waits."""

    def start_over(self, seed_step: int) -> None:
        """Go to epoch 0: with the same start weights (0), or with those of the next seed (1)."""
        if (snapshot := self._screen.snapshot) is None:
            return
        training = replace(snapshot.training, seed=(snapshot.training.seed + seed_step) % 2**32)
        same = "the same" if not seed_step else "new"
        self._screen.post_message(
            StartOver(
                Restart(snapshot.network, training, snapshot.preset),
                f"Start over with {same} start weights?",
                f"Started over with {same} start weights (seed {training.seed})",
            )
        )

    def ask_for_another_run(self) -> None:
        """Ask for one change of a setting, and train another run with it."""
        if (snapshot := self._screen.snapshot) is None:
            return
        look = self._screen.current_look
        begun = f"{look.view} " if look.pane == "Configure" and look.view not in (None, "presets") else ""

        def train(changed: Changed | None) -> None:
            if changed is not None:
                self._screen.post_message(again_message(snapshot, *changed))

        self._screen.app.push_screen(AskChange(snapshot.network, snapshot.training, begun), train)

    def ask_for_settings(self) -> None:
        """Open the box for the learning rate, the batch size and the optimizer, and apply the changes at once."""
        # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.ui.configure.quick_box import Applied, QuickBox

        def apply(changed: Applied | None) -> None:
            if changed is not None:
                words, training = changed
                self._screen.door.change(Change(training), f"Applied: {words}")

        if (snapshot := self._screen.snapshot) is not None:
            total = snapshot.train_examples + snapshot.set_aside
            self._screen.app.push_screen(QuickBox(snapshot, total, self._screen.lessons.kept), apply)

    def find_rate(self) -> None:
        """Open the dialog that finds a learning rate, and use the rate that it returns."""
        snapshot, opened = self._screen.snapshot, self._screen.opened
        if snapshot is None or opened is None:
            return
        if "learning_rate" in (kept := self._screen.lessons.kept).names:
            self._screen.notify(kept.sentence, markup=False)
            return
        # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.ui.shell.find_rate import FindRate

        def use(rate: float | None) -> None:
            if rate is not None and (snapshot := self._screen.snapshot) is not None:
                training = replace(snapshot.training, learning_rate=rate)
                self._screen.door.change(Change(training), f"Changed: learning rate {rate:g}")

        self._screen.app.push_screen(FindRate(snapshot, opened), use)

    def carried_out(self, done: CarriedOut) -> None:
        """Note that the engine goes back to the epoch of the waiting change. Earlier snapshots show another epoch, so they are
        ignored.
        """
        waiting, newest = self._waiting, self._screen.snapshot
        if waiting is None or newest is None or done.command != waiting.seek:
            return
        self._waiting = replace(waiting, is_under_way=True)
        if newest is not waiting.before and waiting.is_due(newest):
            self.saw(newest)

    def saw(self, snapshot: Snapshot) -> None:
        """Make the waiting change if `snapshot` shows its epoch. Drop the change if the run has gone somewhere else."""
        waiting = self._waiting
        if waiting is None or not waiting.is_under_way or snapshot.status.state is State.REPLAYING:
            return
        self._waiting = None
        if waiting.is_due(snapshot):
            self._screen.door.change(waiting.change, waiting.said)

    def fix(self, hint: Hint) -> None:
        """Carry out the fix of a hint: change settings, start over with them, or show the pane that the fix names."""
        snapshot = self._screen.snapshot
        if (fix := hint.fix) is None:
            return
        if fix.pane:
            self._screen.post_message(Show(Look(fix.pane)))
        elif snapshot is not None:
            network, training = fix.configs(snapshot)
            if fix.back_to is not None and (refused := self._screen.lessons.refusal(Change(training))):
                self._screen.notify(f"{refused[0].upper()}{refused[1:]}.", severity="warning", markup=False)
                return
            self._screen.hints.carry_out(hint, snapshot)
            if fix.start_over:
                settings = fix.words.removesuffix(", and start over")
                restart = Restart(network, training, snapshot.preset)
                message = StartOver(restart, f"Start over with {settings}?", f"Started over with {settings}")
                self._screen.post_message(message)
            elif fix.back_to is not None:
                said = f"Went back to epoch {fix.back_to:,} (★). Changed: {fix.settings_words}"
                self._waiting = _WaitingChange(snapshot, Seek(fix.back_to), Change(training), said)
                self._screen.send(self._waiting.seek)
            else:
                self._screen.door.change(Change(training), f"Changed: {fix.words}")
