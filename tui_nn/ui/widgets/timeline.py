"""The epochs as a line, under the chart and on the same scale."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.scale import epoch_end
from tui_nn.session.snapshot import Snapshot, State


class Timeline(Widget):
    """One row: `━` trained, `●` here, `┄` not trained yet, `★` the best test loss, `✗` where it diverged, `┻` a change."""

    DEFAULT_CSS = """
    Timeline { height: 1; }
    """

    snapshot: reactive[Snapshot | None] = reactive(None)
    """What is drawn."""

    indent: reactive[int] = reactive(4)
    """Columns left of epoch 0, where the chart has the labels of its axis."""

    def render(self) -> Content:
        """The row."""
        snapshot = self.snapshot
        width = self.size.width - self.indent
        if snapshot is None or width < 3:
            return Content("")
        end = epoch_end(snapshot.epoch, snapshot.training.epochs)

        def cell(epoch: float) -> int:
            return min(width - 1, round(epoch / end * (width - 1)))

        here = cell(snapshot.epoch)
        marks = {cell(change.epoch - 1): ("┻", "$text-accent") for change in snapshot.history.changes}
        if best := snapshot.history.best:
            marks[cell(best.epoch)] = ("★", "$text-warning")
        marks[here] = ("●", "bold $text-primary")
        if snapshot.status.state is State.DIVERGED:
            marks[min(width - 1, here + 1)] = ("✗", "bold $text-error")
        parts: list[str | tuple[str, str]] = [" " * self.indent]
        parts += [marks.get(x, ("━", "$text-primary") if x < here else ("┄", "$foreground 50%")) for x in range(width)]
        return Content.assemble(*parts)
