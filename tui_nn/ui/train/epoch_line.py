"""The line of epochs under the chart, on the same scale."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.scale import epoch_end
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.roles import BEST, BROKEN, CHANGED, FAINT, HEADING, TEST, bold


class EpochLine(Widget):
    """Draws the run as one row of marks. A click or a drag asks for an epoch.

    `━` before the shown epoch, `●` the shown epoch, `─` after it, `┄` not trained yet, `★` the best epoch, `┻` a change
    or the start of a branch, `✗` the divergence.
    """

    DEFAULT_CSS = """
    EpochLine { height: 1; }
    """

    class Sought(Message):
        """This message says that you asked for an epoch."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    def __init__(self) -> None:
        """Make the line, with no epoch requested yet."""
        super().__init__()
        self._sought: int | None = None

    snapshot: reactive[Snapshot | None] = reactive(None)
    """The run that the line shows."""

    indent: reactive[int] = reactive(4)
    """The number of columns left of epoch 0, where the chart has the labels of its axis."""

    def render(self) -> Content:
        """Draw the row at its present width."""
        snapshot = self.snapshot
        width = self.size.width - self.indent
        if snapshot is None or width < 3:
            return Content("")
        newest = snapshot.newest_epoch
        here, last = self._cell(snapshot.epoch), self._cell(newest)
        marks = {
            self._cell(change.epoch - 1): ("┻", CHANGED.removeprefix("bold ")) for change in snapshot.history.changes
        }
        if best := snapshot.history.best:
            marks[self._cell(best.epoch)] = ("★", BEST)
        marks[here] = ("●", HEADING)
        if snapshot.branches and snapshot.branches[snapshot.branch].diverged:
            marks[min(width - 1, last + 1)] = ("✗", bold(BROKEN))
        parts: list[str | tuple[str, str]] = [" " * self.indent]
        parts += [marks.get(x, _line(x, here, last)) for x in range(width)]
        return Content.assemble(*parts)

    @property
    def _end(self) -> int:
        """Return the epoch at the right end, the same as on the chart."""
        snapshot = self.snapshot
        assert snapshot is not None
        newest = max([snapshot.newest_epoch, *(branch.newest_epoch for branch in snapshot.branches)])
        return epoch_end(newest, snapshot.training.epochs)

    def _cell(self, epoch: float) -> int:
        width = self.size.width - self.indent
        return min(width - 1, round(epoch / self._end * (width - 1)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Ask for the epoch under the mouse, and follow the mouse while the button is down."""
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self.app.mouse_captured is self:
            self._seek(event.x)

    def on_mouse_up(self) -> None:
        """Stop following the mouse."""
        self.release_mouse()

    def _seek(self, x: int) -> None:
        snapshot, width = self.snapshot, self.size.width - self.indent
        if snapshot is None or width < 3:
            return
        share = min(max((x - self.indent) / (width - 1), 0.0), 1.0)
        epoch = min(round(share * self._end), snapshot.newest_epoch)
        if epoch != self._sought or epoch != snapshot.epoch:
            self._sought = epoch
            self.post_message(self.Sought(epoch))


def _line(x: int, here: int, last: int) -> tuple[str, str]:
    if x < here:
        return "━", TEST
    return ("─", TEST) if x <= last else ("┄", FAINT)
