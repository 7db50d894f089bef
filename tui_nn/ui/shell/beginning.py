"""Beginning another run: with the same settings, with others, or on other data; and what must be asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui_nn.engine.commands import Restart, TrainOn
from tui_nn.ui.kit.messages import StartOver
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.hinting import Hinting
from tui_nn.ui.shell.unsaved import Kept, Unsaved

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig
    from tui_nn.session.run.snapshot import Snapshot


class Beginning(Hinting):
    """A screen whose run can be dropped for another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "start_over", "start over", show=False, id="reset", tooltip="Epoch 0 again: same seed, present settings"),
        Binding("N", "new_weights", "new weights", show=False, id="new-weights", tooltip="Epoch 0, weights of the next seed"),
    ]  # fmt: skip

    _save_as: str | None
    """The file that the run is from, or was saved to."""

    _stopped: str
    """Why the engine is gone, or ""."""

    _kept: Kept | None = None
    """How far the run is in that file."""

    def action_start_over(self) -> None:
        """Back to epoch 0 with the same start weights: the run repeats exactly."""
        self._restart(0, "Start over from the same start weights?")

    def action_new_weights(self) -> None:
        """Back to epoch 0 with the start weights of the next seed."""
        self._restart(1, "Start over with new start weights?")

    def _restart(self, seed_step: int, question: str) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        training = replace(snapshot.training, seed=(snapshot.training.seed + seed_step) % 2**32)
        same = "the same" if not seed_step else "new"
        self.begin_anew(snapshot.network, training, question, f"seed {training.seed}: {same} start weights")

    def begin_anew(self, network: NetworkConfig, training: TrainingConfig, question: str, said: str) -> None:
        """Start a run with these settings, after a question if much would be lost."""
        if self.snapshot is not None:
            self._start_over(StartOver(Restart(network, training, self.snapshot.preset), question, said))

    @on(StartOver)
    def _start_over(self, message: StartOver) -> None:
        """Begin another run: the one door, with one rule for the question before it."""
        if (snapshot := self.snapshot) is None or self._stopped:
            return

        def begin() -> None:
            if isinstance(message.command, TrainOn):
                # The file holds a run on other data.
                self._save_as = None
            self._engine.send(message.command)
            if message.said:
                self.app.clear_notifications()
                self.notify(message.said, markup=False)

        self._ask_before(message.question, snapshot, begin)

    def _ask_before(self, question: str, snapshot: Snapshot, begin: Callable[[], None]) -> None:
        """Begin another run; ask first where that would throw much training away."""
        if (lost := Unsaved.of(snapshot, self._kept)).is_much:
            self.app.push_screen(
                Ask(question, _how_to_keep(lost), "start over"), lambda sure: begin() if sure else None
            )
        else:
            begin()

    def ask_to_leave(self) -> Ask | None:
        """What is to be asked before the app ends, by the same rule; None if nothing is."""
        if self.snapshot is None or self._stopped:
            # A lost engine saves nothing any more.
            return None
        lost = Unsaved.of(self.snapshot, self._kept)
        return Ask("Quit without saving?", _how_to_keep(lost), "quit", "stay") if lost.is_much else None


def _how_to_keep(lost: Unsaved) -> str:
    return f"{lost.words} not saved. To keep them: esc, then ctrl+s."
