"""The hints about a snapshot, looked for once an epoch and not at every repaint."""

from __future__ import annotations

from tui_nn.data.dataset import Split
from tui_nn.session.hints import Hint, hints
from tui_nn.session.questions.probe import is_light, probe, probe_digits
from tui_nn.session.run.snapshot import Snapshot


class HintWatch:
    """Remembers what was found, for as long as the rules would find the same."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()
        self._found: tuple[Hint, ...] = ()

    def of(self, snapshot: Snapshot | None, test: Split | None = None) -> tuple[Hint, ...]:
        """The hints about a snapshot, the one to begin with first; `test` for gradients before the first update."""
        if snapshot is None:
            return ()
        # Within an epoch the records stay; what the weights say meanwhile can wait for its end.
        seen = (
            snapshot.run, snapshot.branch, snapshot.epoch, snapshot.newest_epoch, snapshot.step == 0,
            snapshot.status.state.value == "diverged",
            snapshot.network, snapshot.training, test is None,
        )  # fmt: skip
        if seen != self._seen:
            # A large network's gradients wait for the first epoch, whose records have them: this is the event loop.
            asked = test is not None and not snapshot.epoch and is_light(snapshot)
            statistics = probe(snapshot, test, probe_digits(test)) if asked and test is not None else None
            self._seen, self._found = seen, hints(snapshot, statistics)
        return self._found


def hint_texts(hint: Hint) -> tuple[str, ...]:
    """A hint in several lengths, for a row."""
    title = f"{hint.title[0].upper()}{hint.title[1:]}"
    return f"! {title}. {hint.says}", f"! {title}"
