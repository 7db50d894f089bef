"""The repeats: runs with the present settings and other seeds. A key begins and stops them. The panes show their results."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.engine.messages import Opened
    from tui_nn.session.run.run_set import RunSet
    from tui_nn.session.sweep.repeats import Repeats
    from tui_nn.session.sweep.seed_training import Pool, SeedTraining


class SeedDesk:
    """An object that holds the runs with other seeds, and trains more of them in the background."""

    def __init__(self, pool: Pool | None = None) -> None:
        """Train on the workers that `pool` makes. By default, these are processes, and one core stays free for the app."""
        self.repeats: Repeats | None = None
        """The finished runs and the progress; None before the first repeat."""
        self._pool = pool
        self._source = ""
        self._training: SeedTraining | None = None

    @property
    def is_busy(self) -> bool:
        """True while seeds are being trained."""
        return self._training is not None

    def turn(self, runs: RunSet, opened: Opened) -> str:
        """Begin to train the live run's settings with other seeds, or stop this training. Return a message about it."""
        if self._training is not None:
            self.stop(wait=False)
            return "The training with other seeds was stopped. The finished runs remain, and V trains the missing ones."
        # These imports are here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.session.sweep.repeats import Repeats
        from tui_nn.session.sweep.seed_training import SeedTraining, beside_the_app

        if opened.source != self._source or self.repeats is None:
            self.repeats, self._source = Repeats(), opened.source
        wanted = self.repeats.missing(runs)
        self.repeats = replace(self.repeats, done=0, wanted=len(wanted), seconds_left=float("nan"))
        self._training = SeedTraining(wanted, opened.dataset, self._pool or beside_the_app)
        epochs = runs.live.summary.training.epochs
        return f"Training {len(wanted)} runs of {epochs:,} epochs with other seeds in the background. V stops them."

    def poll(self) -> tuple[bool, str]:
        """Collect the finished runs. Return whether something has changed, and why the training ended early; "" if it did not."""
        training, repeats = self._training, self.repeats
        if training is None or repeats is None:
            return False, ""
        ended = training.ended
        found = training.poll()
        for run in found:
            repeats = repeats.with_run(run)
        if found:
            repeats = replace(repeats, seconds_left=training.seconds_left(repeats.wanted - repeats.done))
        if ended:
            repeats, self._training = replace(repeats, wanted=0), None
        self.repeats = repeats
        return bool(found) or ended, training.error if ended else ""

    def stop(self, *, wait: bool) -> None:
        """Stop the training. If `wait` is true, wait for its end. The finished runs remain."""
        if self._training is not None:
            self.poll()
        if self._training is not None:
            self._training.stop(wait=wait)
            self._training = None
            assert self.repeats is not None
            self.repeats = replace(self.repeats, wanted=0)
