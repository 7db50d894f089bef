"""The hints of the newest snapshot. A thread finds them, once for each snapshot that can change them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget

from tui_nn.session.run.status import State
from tui_nn.ui.kit.steadily import Steadily

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.session.hints import Hint
    from tui_nn.session.hints.carried_out import CarriedOut
    from tui_nn.session.run.snapshot import Snapshot


class HintWatch:
    """An object that finds and holds the hints. The main screen owns one such object, and passes its hints to the panes."""

    def __init__(self, owner: Widget, found: Callable[[], None]) -> None:
        """Run the thread for `owner`, and call `found` on its event loop when the hints change."""
        self.hints: tuple[Hint, ...] = ()
        """The hints of the newest snapshot that was checked, the most important first."""
        self._found = found
        self._work: Steadily[tuple[Hint, ...]] = Steadily(owner, self._take)
        self._seen: tuple[object, ...] = ()
        self._run = 0
        self._carried_out: CarriedOut | None = None
        self._fixed_run: int | None = None

    @property
    def first(self) -> Hint | None:
        """Return the most important hint; None if nothing is wrong."""
        return self.hints[0] if self.hints else None

    def carry_out(self, hint: Hint, snapshot: Snapshot) -> None:
        """Remember that a person carries out the fix of a hint, in order to report later whether it helped."""
        from tui_nn.session.hints.carried_out import carry_out

        self._carried_out, self._fixed_run = carry_out(hint, snapshot), None

    def outcome(self, snapshot: Snapshot) -> str:
        """Return a sentence about whether the last fix helped; "" while this cannot be judged yet.

        Forget the fix as soon as another run appears, such as the run of a lesson.
        """
        if (done := self._carried_out) is None:
            return ""
        if self._fixed_run is None and done.fix.start_over and snapshot.run != done.run:
            self._fixed_run = snapshot.run
        of_the_fix = snapshot.run in (done.run, self._fixed_run)
        outcome = done.outcome(snapshot) if of_the_fix else ""
        if outcome or not of_the_fix:
            self._carried_out = None
        return outcome

    def look_at(self, snapshot: Snapshot | None, test: Split | None, *, in_lesson: bool = False) -> None:
        """Find the hints of a snapshot if they can have changed.

        The rules read the records, which change only at the end of an epoch. The gradients of a network without updates are
        computed on `test`. In a lesson, the number of epochs is part of the task, so no hint asks for more epochs.
        """
        if snapshot is None:
            return
        seen = (
            snapshot.run, snapshot.branch, snapshot.epoch, snapshot.newest_epoch, snapshot.step == 0,
            snapshot.status.state is State.DIVERGED, snapshot.network, snapshot.training, test is None,
        )  # fmt: skip
        if seen == self._seen:
            return
        self._seen = seen
        if snapshot.run != self._run:
            # A new run has begun. The hints that are known belong to the previous run.
            self._run = snapshot.run
            self._take(())
        running = snapshot.status.state is State.RUNNING
        self._work.ask(lambda _: _find(snapshot, test, in_lesson), snapshot.run, running=running)

    def _take(self, hints: tuple[Hint, ...]) -> None:
        if hints != self.hints:
            self.hints = hints
            self._found()


def _find(snapshot: Snapshot, test: Split | None, in_lesson: bool) -> Iterator[tuple[Hint, ...]]:
    # These modules import NumPy, but the first frame must not wait for NumPy.
    from tui_nn.session.hints import hints
    from tui_nn.session.hints.steps import FEW_EPOCHS
    from tui_nn.session.questions.probe import is_light, probe, probe_digits

    # The statistics of the probe would take too long for a large network. After the first epoch, they are not needed, because
    # the records contain the gradients.
    asked = test is not None and not snapshot.epoch and is_light(snapshot)
    found = hints(snapshot, probe(snapshot, test, probe_digits(test)) if asked and test is not None else None)
    yield tuple(hint for hint in found if not (in_lesson and hint.name == FEW_EPOCHS.name))
