"""The block of three rows in Train that belongs to the state: what is going on, and the keys that help."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui_nn.render.bars import thin_bar
from tui_nn.render.fitting import fitting
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.branch_words import changed_words, fork_words

Line = list[str | tuple[str, str]]

MUTED = "$foreground 62%"
_KEY = "bold $text-accent"
_REASONS = {
    "the loss is not a finite number": "loss is not finite",
    "the parameters are no longer finite numbers": "weights are not finite",
}
"""Why training diverged, in as few words as the column has room for."""


def state_lines(snapshot: Snapshot, width: int, stopped: str) -> list[Line]:
    """The rows, `width` cells wide; `stopped` tells why the engine is gone, or is ""."""
    if stopped:
        return [
            [("‡ engine stopped", "bold $text-error")],
            [(f"all kept up to epoch {snapshot.epoch:,}", MUTED)],
            [("e", _KEY), (" start it again", MUTED)],
        ]
    return _LINES.get(snapshot.status.state, _under_way)(snapshot, width)


def _looking_back(snapshot: Snapshot, width: int) -> list[Line]:
    title: Line = [("◂ looking back", _KEY), (f"  newest {snapshot.newest_epoch:,}", MUTED)]
    if snapshot.progress.batch:
        title = _inside(snapshot, width, "◂ ", _KEY)
    return [
        title,
        [("space", _KEY), (" again  ", MUTED), ("end", _KEY), (" newest", MUTED)],
        [("1", _KEY), (" change a setting: branch", MUTED)],
    ]


def _diverged(snapshot: Snapshot, width: int) -> list[Line]:
    reason, _, place = snapshot.status.reason.partition(": ")
    look = next((words for words in (" which act", " act", "") if len(f"{place}  m{words}") <= width), "")
    back: Line = [("[", _KEY), (" back  ", MUTED)] if snapshot.epoch else []
    return [
        [(f"✗ {_REASONS.get(reason, reason)}"[:width], "bold $text-error")],
        [(f"{place}  ", MUTED), ("m", _KEY), (look, MUTED)] if look else [(place, MUTED)],
        [*back, ("1", _KEY), (" lower the rate", MUTED)],
    ]


def _ready(snapshot: Snapshot, width: int) -> list[Line]:
    if snapshot.epoch == 0:
        chance = "guessing costs ln 10" if snapshot.network.loss == "softmax_cross_entropy" else ""
        return [[("untrained", "bold")], [(chance, MUTED)], []]
    name = f"epoch {snapshot.epoch:,} done"
    done: Line = [(name, "bold")]
    if snapshot.status.reason:
        return [done, [("stopped early:", MUTED)], [(snapshot.status.reason[:width], MUTED)]]
    where, why = _branch(snapshot, width)
    if snapshot.epoch % snapshot.training.epochs == 0:
        # r seems to do nothing where a run ends within a second; pressed once more it begins the next.
        done = [(_cut((f"{name}, as planned", name), width), "bold")]
        why = why or [("r", _KEY), (f" runs {snapshot.training.epochs:,} more", MUTED)]
    return [done, where, why]


def _branch(snapshot: Snapshot, width: int) -> list[Line]:
    """On a branch, where it left and why; else how many batches an epoch has."""
    branch = snapshot.branches[snapshot.branch] if snapshot.branches else None
    if branch is None or branch.parent is None:
        size, there = snapshot.training.batch_size, snapshot.train_examples
        all_at_once = size is None or size >= there
        steps = f"1 batch of all {there:,}" if all_at_once else f"{snapshot.batches:,} batches of up to {size:,}"
        return [[(steps, MUTED)], []]
    where = fork_words(branch)
    left = _cut((f"{branch.name}, left at {where}", f"{branch.name}, {where}", where), width)
    return [[(left, MUTED)], [(_cut(changed_words(branch), width), MUTED)]]


def _cut(texts: Sequence[str], width: int) -> str:
    """The first that has room."""
    return fitting(texts, width)[:width]


def _under_way(snapshot: Snapshot, width: int) -> list[Line]:
    state, progress = snapshot.status.state, snapshot.progress
    colour = "$text-success" if state is State.RUNNING else "$foreground"
    title = _inside(snapshot, width, "", "bold")
    if state is State.REPLAYING:
        title = [("◂ replaying", _KEY), (f"  to {snapshot.status.reason}", MUTED)]
    return [
        title,
        [(thin_bar(progress.share, width - 6), colour), f" {progress.share * 100:3.0f} %"],
        [("m", _KEY), (" back to its acts", MUTED)] if state is State.INSIDE else [],
    ]


_LINES: dict[State, Callable[[Snapshot, int], list[Line]]] = {
    State.LOOKING_BACK: _looking_back,
    State.DIVERGED: _diverged,
    State.READY: _ready,
}
"""What is said in a state; in all others something is under way."""


def _inside(snapshot: Snapshot, width: int, mark: str, style: str) -> Line:
    """Which epoch is under way, and which batch of it."""
    epoch, batch, batches = (
        f"{mark}epoch {snapshot.epoch + 1:,}",
        f"{snapshot.progress.batch:,}",
        f"{snapshot.batches:,}",
    )
    places = (f"  batch {batch} of {batches}", f"  batch {batch}/{batches}", f" {batch}/{batches}")
    return [(epoch, style), (_cut(places, width - len(epoch)), MUTED)]
