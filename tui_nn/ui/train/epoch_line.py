"""The row of epochs under the chart, on the same scale as the chart."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.scale import EpochAxis, epoch_end
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.roles import BEST, BROKEN, CHANGED, FAINT, TEXT, TIMELINE, bold


class EpochLine(Widget):
    """A widget that draws the run as one row of marks. You go to an epoch by a click on the row, or by dragging along it.

    `●` is the shown epoch. `━` are the epochs before it, `─` the later ones, and `┄` those that are not trained yet. `★` is
    the best epoch, `┻` a change or the start of a branch, and `✗` the divergence.
    """

    DEFAULT_CSS = """
    EpochLine { height: 1; }
    """

    class Sought(Message):
        """This message asks the app to show the epoch that you chose with the mouse."""

        def __init__(self, epoch: int) -> None:
            super().__init__()
            self.epoch = epoch

    def __init__(self) -> None:
        """Begin without an epoch that was chosen with the mouse."""
        super().__init__()
        self._sought: int | None = None

    snapshot: reactive[Snapshot | None] = reactive(None)
    """The run whose epochs this row shows."""

    indent: reactive[int] = reactive(4)
    """The number of columns left of epoch 0, where the chart has the labels of its axis."""

    axis: reactive[EpochAxis | None] = reactive(None)
    """The axis of epochs of the chart above this row."""

    def render(self) -> Content:
        """Draw the row in its present width."""
        snapshot = self.snapshot
        width = self.size.width - self.indent
        if snapshot is None or width < 3:
            return Content("")
        here, last = self._cell(snapshot.epoch), self._cell(snapshot.newest_epoch)
        marks = {here: ("●", bold(TEXT))}
        if snapshot.branches and snapshot.branches[snapshot.branch].diverged:
            _put(marks, min(width - 1, last + 1), ("✗", bold(BROKEN)), width)
        if best := snapshot.history.best:
            _put(marks, self._cell(best.epoch), ("★", BEST), width)
        for cell in {self._cell(change.epoch - 1) for change in snapshot.history.later_changes}:
            _put(marks, cell, ("┻", CHANGED.removeprefix("bold ")), width)
        parts: list[str | tuple[str, str]] = [" " * self.indent]
        parts += [marks.get(x, _line(x, here, last)) for x in range(width)]
        return Content.assemble(*parts)

    def _cell(self, epoch: float) -> int:
        width = self.size.width - self.indent
        return round(self._axis.share(epoch) * (width - 1))

    @property
    def _axis(self) -> EpochAxis:
        """Return the axis of the chart. Before the chart is first drawn, this is an axis of all epochs."""
        assert self.snapshot is not None
        return self.axis or EpochAxis(0, epoch_end(self.snapshot.newest_epoch, self.snapshot.training.epochs))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Ask the engine for the epoch under the mouse, and follow the mouse while its button is down."""
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
        epoch = min(round(self._axis.at(share)), snapshot.newest_epoch)
        if epoch != self._sought or epoch != snapshot.epoch:
            self._sought = epoch
            self.post_message(self.Sought(epoch))


def _put(marks: dict[int, tuple[str, str]], cell: int, mark: tuple[str, str], width: int) -> None:
    """Put a mark into a cell, or into the nearest cell without a mark. A mark outside the row is left out."""
    if 0 <= cell < width:
        free = min((x for x in range(width) if x not in marks), key=lambda x: (abs(x - cell), x), default=cell)
        marks[free] = mark


def _line(x: int, here: int, last: int) -> tuple[str, str]:
    if x < here:
        return "━", TIMELINE
    return ("─", TIMELINE) if x <= last else ("┄", FAINT)
