"""The numbers of a run: how good, what is going on, how fast."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import count_parameters
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import Split
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.train.state_lines import MUTED, Line, state_lines

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
            return Content.assemble(("loading the digits", MUTED))
        rows: list[Line] = [[("loss   accuracy".rjust(width), MUTED)], *self._scores(snapshot, width), []]
        rows += [*state_lines(snapshot, width, self.stopped), [], *self._speed(snapshot, width)]
        spare = self.size.height - len(rows) - 1
        if spare >= 6 and snapshot.epoch >= 4:
            rows += self._recent(snapshot, width, spare - 2)
        rows += [[]] * (self.size.height - len(rows) - 1)
        plan = snapshot.training.plan_end(max(snapshot.newest_epoch - 1, 0))
        rows = rows[: self.size.height - 1]
        plan = max(plan, snapshot.newest_epoch)
        key = "bold $text-accent"
        here, end = f"{snapshot.epoch:,}", f" of {plan:,}"
        places = ((f"epoch {here}", end), (here, end), (f"epoch {here}", ""))
        place, end = next((pair for pair in places if len("[ ◂  ▸ ]" + "".join(pair)) <= width), places[-1])
        rows.append([("[", key), " ◂ ", (place, "bold $text-primary"), " ▸ ", ("]", key), (end, MUTED)])
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
        return [*rows, [(f"  test, at epoch {best.epoch:,}", MUTED)]]

    def on_click(self, event: events.Click) -> None:
        """The brackets of the last row are their keys."""
        if event.y == self.size.height - 1:
            self.post_message(self.Stepped(-1 if event.x < _LEFT_BRACKET else 1))

    def _speed(self, snapshot: Snapshot, width: int) -> list[Line]:
        progress = snapshot.progress
        # On a branch that has trained nothing the pace is that of another.
        if progress.examples_a_second and (snapshot.newest_epoch or progress.step):
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
        return [[(name, MUTED), value.rjust(width - len(name))] for name, value in pairs]

    def _recent(self, snapshot: Snapshot, width: int, most: int) -> list[Line]:
        best = snapshot.history.best
        rows: list[Line] = [[], [("recent epochs", "bold"), ("train    test".rjust(width - 13), MUTED)]]
        for record in reversed(snapshot.history.records[max(snapshot.epoch + 1 - most, 0) : snapshot.epoch + 1]):
            star = " ★" if record is best else ""
            name = f"{record.epoch:>5,}{star}"
            losses = f"{loss_text(record.train_loss)}   {loss_text(record.test_loss)}"
            rows.append([(name, MUTED), losses.rjust(width - len(name))])
        return rows
