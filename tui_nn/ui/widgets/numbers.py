"""The numbers of a run: how good, what is going on, how fast."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.losses import LOSSES
from tui_nn.core.metrics import accuracy
from tui_nn.core.parameters import count_parameters
from tui_nn.data.dataset import Split
from tui_nn.render.bars import thin_bar
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.snapshot import Snapshot, State
from tui_nn.ui.widgets.branch_words import changed_words, fork_words

Line = list[str | tuple[str, str]]

_MUTED = "$foreground 62%"
_FAINT = "$foreground 50%"


_LEFT_BRACKET = 5


class Numbers(Widget):
    """Fifteen rows or more. Every number keeps its place; the block in the middle belongs to the state."""

    DEFAULT_CSS = """
    Numbers { width: 28; height: 1fr; padding: 0 1 0 0; }
    """

    class Stepped(Message):
        """A bracket was clicked."""

        def __init__(self, epochs: int) -> None:
            super().__init__()
            self.epochs = epochs

    snapshot: reactive[Snapshot | None] = reactive(None)
    """What is told."""

    test: reactive[Split | None] = reactive(None)
    """The test digits."""

    stopped: reactive[str] = reactive("")
    """Why the engine is gone, or ""."""

    def render(self) -> Content:
        """The rows."""
        snapshot, width = self.snapshot, self.size.width
        if snapshot is None:
            return Content.assemble(("loading the digits", _MUTED))
        rows: list[Line] = [[("loss   accuracy".rjust(width), _MUTED)], *self._scores(snapshot, width), []]
        rows += [*self._state(snapshot, width), [], *self._speed(snapshot, width)]
        spare = self.size.height - len(rows) - 1
        if spare >= 6 and snapshot.epoch >= 4:
            rows += self._recent(snapshot, width, spare - 2)
        rows += [[]] * (self.size.height - len(rows) - 1)
        plan = snapshot.training.plan_end(max(snapshot.newest_epoch - 1, 0))
        rows = rows[: self.size.height - 1]
        plan = max(plan, snapshot.newest_epoch)
        key = "bold $text-accent"
        rows.append(
            [
                ("[", key),
                " ◂ ",
                (f"epoch {snapshot.epoch:,}", "bold $text-primary"),
                " ▸ ",
                ("]", key),
                (f" of {plan:,}", _MUTED),
            ]
        )
        return Content("\n").join(Content.assemble(*row) for row in rows)

    def _scores(self, snapshot: Snapshot, width: int) -> list[Line]:
        record, best = snapshot.record, snapshot.history.best
        # Paused inside an epoch, the network is past its last record: what it answers now is what all panes show.
        now = snapshot.evaluation
        right = record.test_accuracy if self.test is None else accuracy(now.predicted, self.test.labels)
        chance = LOSSES[snapshot.network.loss].chance(snapshot.network.output_size)

        def score(name: str, colour: str, loss: float, share: float, values: str = "$foreground") -> Line:
            numbers = f"{loss_text(loss)}   {percent(share, 2):>8}"
            return [(name, colour), (numbers.rjust(width - len(name)), values)]

        rows = [
            score("train", "$text-accent", record.train_loss, record.train_accuracy),
            score("test", "$text-primary", now.loss, right),
            score("chance", _FAINT, chance, 1 / snapshot.network.output_size, _FAINT),
        ]
        if best is None:
            return [*rows, [("★ best", "$text-warning"), ("none yet".rjust(width - 6), _FAINT)], []]
        rows.append(score("★ best", "$text-warning", best.test_loss, best.test_accuracy))
        return [*rows, [(f"  test, at epoch {best.epoch}", _MUTED)]]

    def _state(self, snapshot: Snapshot, width: int) -> list[Line]:
        key = "bold $text-accent"
        if self.stopped:
            return [
                [("‡ engine stopped", "bold $text-error")],
                [(f"all kept up to epoch {snapshot.epoch}", _MUTED)],
                [("e", key), (" start it again", _MUTED)],
            ]
        state, progress = snapshot.status.state, snapshot.progress
        if state is State.LOOKING_BACK:
            title: Line = [("◂ looking back", "bold $text-accent"), (f"  newest {snapshot.newest_epoch:,}", _MUTED)]
            if progress.batch:
                title = _inside(snapshot, width, "◂ ", "bold $text-accent")
            return [
                title,
                [("space", key), (" again  ", _MUTED), ("end", key), (" newest", _MUTED)],
                [("1", key), (" change a setting: branch", _MUTED)],
            ]
        if state is State.DIVERGED:
            reason, _, place = snapshot.status.reason.partition(": ")
            return [
                [
                    (
                        f"✗ {reason.replace('the ', '', 1).replace(' a finite number', ' finite')}"[:width],
                        "bold $text-error",
                    )
                ],
                [(place, _MUTED)],
                [("[", key), (" back  ", _MUTED), ("1", key), (" lower the rate", _MUTED)],
            ]
        if state is State.READY and snapshot.epoch == 0:
            chance = "guessing costs ln 10" if snapshot.network.loss == "softmax_cross_entropy" else ""
            return [[("untrained", "bold")], [(chance, _MUTED)], []]
        if state is State.READY:
            size, there = snapshot.training.batch_size, snapshot.train_examples
            steps = (
                f"1 batch of all {there:,}"
                if size is None or size >= there
                else f"{snapshot.batches:,} batches of up to {size}"
            )
            done: Line = [(f"epoch {snapshot.epoch} done", "bold")]
            if snapshot.status.reason:
                return [done, [("stopped early:", _MUTED)], [(snapshot.status.reason[:width], _MUTED)]]
            return [done, *self._branch(snapshot, width, steps)]
        bar = width - 6
        colour = "$text-success" if state is State.RUNNING else "$foreground"
        if state is State.REPLAYING:
            title = [("◂ replaying", "bold $text-accent"), (f"  to {snapshot.status.reason}", _MUTED)]
        else:
            title = [
                (f"epoch {snapshot.epoch + 1}", "bold"),
                (f"  batch {progress.batch} of {snapshot.batches}", _MUTED),
            ]
        return [
            title,
            [(thin_bar(progress.share, bar), colour), f" {progress.share * 100:3.0f} %"],
            [("m", key), (" back to its acts", _MUTED)] if state is State.INSIDE else [],
        ]

    def _branch(self, snapshot: Snapshot, width: int, steps: str) -> list[Line]:
        """On a branch, where it left and why; else how many batches an epoch has."""
        branch = snapshot.branches[snapshot.branch] if snapshot.branches else None
        if branch is None or branch.parent is None:
            return [[(steps, _MUTED)], []]
        left = f"{branch.name}, left at {fork_words(branch)}"
        return [[(left[:width], _MUTED)], [(changed_words(branch)[:width], _MUTED)]]

    def on_click(self, event: events.Click) -> None:
        """The brackets of the last row are their keys."""
        if event.y == self.size.height - 1:
            self.post_message(self.Stepped(-1 if event.x < _LEFT_BRACKET else 1))

    def _speed(self, snapshot: Snapshot, width: int) -> list[Line]:
        progress = snapshot.progress
        if progress.examples_a_second:
            pairs = [
                ("steps", f"{progress.step:,}"),
                ("ms a step", f"{progress.seconds_a_step * 1000:.2f}"),
                ("examples a second", f"{round(progress.examples_a_second, -2):,.0f}"),
            ]
        else:
            count = count_parameters(snapshot.network.sizes, snapshot.network.use_bias)
            pairs = [
                ("parameters", f"{count:,}"),
                ("steps an epoch", f"{snapshot.batches:,}"),
                ("examples", f"{snapshot.train_examples:,}"),
            ]
        return [[(name, _MUTED), value.rjust(width - len(name))] for name, value in pairs]

    def _recent(self, snapshot: Snapshot, width: int, most: int) -> list[Line]:
        best = snapshot.history.best
        rows: list[Line] = [[], [("recent epochs", "bold"), ("train    test".rjust(width - 13), _MUTED)]]
        for record in reversed(snapshot.history.records[max(snapshot.epoch + 1 - most, 0) : snapshot.epoch + 1]):
            star = " ★" if record is best else ""
            name = f"{record.epoch:>5}{star}"
            losses = f"{loss_text(record.train_loss)}   {loss_text(record.test_loss)}"
            rows.append([(name, _MUTED), losses.rjust(width - len(name))])
        return rows


def _inside(snapshot: Snapshot, width: int, mark: str = "", style: str = "bold") -> Line:
    """Which epoch is under way, and which batch of it."""
    epoch, batch = f"{mark}epoch {snapshot.epoch + 1}", snapshot.progress.batch
    places = (
        f"  batch {batch} of {snapshot.batches}",
        f"  batch {batch}/{snapshot.batches}",
        f" {batch}/{snapshot.batches}",
    )
    return [(epoch, style), (next((p for p in places if len(epoch) + len(p) < width), places[-1]), _MUTED)]
