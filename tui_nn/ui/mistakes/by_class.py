"""The by-class view: the accuracy of each class epoch by epoch, and the classes that are never predicted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.core.watch.metrics import lowest_class
from tui_nn.data.dataset import DIGITS
from tui_nn.render.bars import columns
from tui_nn.render.cells import cells_of, to_left
from tui_nn.session.questions.class_watch import ClassHistory, ClassWatch
from tui_nn.session.questions.selection import Selection
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.keys import first_and_last
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.roles import BAR, KEY, MUTED, WRONG, bold
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.explained import class_spots

HELP = """\
**The accuracy of each class.** A curve shows, for one class, the share of its test pictures that was classified correctly
after each epoch, from 0 to 100 %. The accuracy of all pictures together can hide that one class is never recognised.

| word | means |
| --- | --- |
| **now** | the accuracy of the class at the epoch that is shown |
| **step** | by how many percentage points it changed in the last epoch |
| **never predicted** | the network predicts this class for no test picture at all |

If a class is never predicted, the output of another class is larger for every single test picture. This happens with
squared error and saturated sigmoid units, where the gradient of such an output is nearly 0.
"""

_GAP, _NOW, _WORDS = 2, len("  100%   +3"), 26


class ClassCurves(Widget):
    """A widget that draws the accuracy of each class over the epochs, as a chart from 0 to 100 %.

    A word stands beside the class with the lowest accuracy, and beside a class that is never predicted. If not all classes
    fit, the rows scroll, and the chosen class stays in view.
    """

    DEFAULT_CSS = """
    ClassCurves { height: 1fr; width: 1fr; }
    """

    history: reactive[ClassHistory | None] = reactive(None, always_update=True)
    """The accuracy of each class at each epoch, up to the epoch on the screen."""

    label: reactive[int] = reactive(0)
    """The chosen class."""

    class_names: Sequence[str] = DIGITS
    """The name of each class. Set it before `history`, because a new `history` redraws the widget."""

    class Chosen(Message):
        """This message reports that a class was clicked."""

        def __init__(self, label: int) -> None:
            super().__init__()
            self.label = label

    @property
    def lines(self) -> int:
        """Return the number of screen rows for the curve of one class."""
        return max(min((self.size.height - 2) // len(self.class_names), 4), 1)

    @property
    def in_view(self) -> range:
        """Return the labels of the classes whose curves are on the screen now."""
        classes, fit = len(self.class_names), max((self.size.height - 2) // self.lines, 1)
        first = max(min(self.label - fit // 2, classes - fit), 0)
        return range(first, min(first + fit, classes))

    @property
    def room(self) -> int:
        """Return the width of a curve in cells."""
        return max(self.size.width - self._before - _NOW - _WORDS, 8)

    @property
    def _before(self) -> int:
        """Return the width in cells of the part left of a curve: a mark, the class name and a gap."""
        return 1 + max(cells_of(short_name(name)) for name in self.class_names) + _GAP

    def row_of(self, label: int) -> int:
        """Return the row with the numbers of a class, counted from the top of the widget."""
        return (label - self.in_view[0] + 1) * self.lines

    @property
    def numbers_at(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return two pairs (first column, width): for the accuracy, and for its change in the last epoch."""
        edge = self._before + self.room
        return (edge + 2, 4), (edge + 6, 5)

    def on_click(self, event: events.Click) -> None:
        """Choose the class under the mouse."""
        row = (event.y - 1) // self.lines
        if event.y >= 1 and row < len(self.in_view):
            self.post_message(self.Chosen(self.in_view[row]))

    def render(self) -> Content:
        """Return the content of the widget: a heading, the curves, and the epoch numbers below them."""
        history = self.history
        if history is None or not len(history.accuracy):
            return Content("")
        before, shown = " " * self._before, spread(len(history.accuracy), self.room)
        rows = [Content.assemble((before + "accuracy over the epochs".ljust(self.room) + "   now  step", MUTED))]
        for label in self.in_view:
            rows += self._curve(history, label, shown)
        last, wide = len(history.accuracy) - 1, _cells_each(len(shown), self.room)
        axis = "0".ljust(max(len(shown) * wide - len(str(last)), 1)) + (str(last) if last else "")
        legend = "step: change in % points"
        rows.append(Content.assemble((before + axis.ljust(self.room), MUTED), ("  " + legend, MUTED)))
        return Content("\n").join(rows)

    def _curve(self, history: ClassHistory, label: int, shown: Sequence[int]) -> list[Content]:
        wide = _cells_each(len(shown), self.room)
        values = [share if math.isfinite(share) else 0.0 for share in history.accuracy[shown, label]]
        # The function `columns` draws the largest of its values at full height. An added value of 1 lets full height always
        # mean 100 %. The bar of this value is then removed.
        bars = ["".join(cell * wide for cell in line[:-1]) for line in columns([*values, 1.0], self.lines)]
        here, last = label == self.label, self.lines - 1
        now, step = history.accuracy[-1, label], _step(history.accuracy[:, label])
        word = self._word(history, label)
        lines = []
        for row, bar in enumerate(bars):
            name = f"{'▸' if here else ' '}{short_name(self.class_names[label])}" if row == last else ""
            line = [(to_left(name, self._before), KEY if here else "bold"), (bar.ljust(self.room), BAR)]
            if row == last:
                line += [(f"{_percent(now):>6}", "bold"), (f"{step:>5}", MUTED), (f"  {word}", bold(WRONG))]
            lines.append(Content.assemble(*line))
        return lines

    def _word(self, history: ClassHistory, label: int) -> str:
        since = history.never_since(label)
        if since is not None:
            # `since` 0 means that the class was never predicted. The text then names no epoch.
            return f"never predicted since {since}" if since else "never predicted yet"
        return "▾ the lowest" if label == lowest_class(history.accuracy[-1]) else ""


def spread(epochs: int, room: int) -> list[int]:
    """Return the epochs to draw in `room` cells: all, or if these are too many, evenly spaced ones from the first to the last."""
    if epochs <= room:
        return list(range(epochs))
    return [round(place * (epochs - 1) / (room - 1)) for place in range(room)]


def _cells_each(epochs: int, room: int) -> int:
    """Return the number of cells for each epoch, 1 to 4. It is larger for few epochs, so that their curve is not too short."""
    return max(min(room // epochs, 4), 1)


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    return "100%" if share == 1 else f"{min(round(share * 100), 99)}%"


def _step(accuracy: NDArray[np.float64]) -> str:
    """Return the change of an accuracy in the last epoch as text, in percentage points.

    Examples are "+3", "·" for no change, and "" for an unknown change.
    """
    if len(accuracy) < 2 or not np.isfinite(accuracy[-2:]).all():
        return ""
    points = round(100 * float(accuracy[-1] - accuracy[-2]))
    return f"{points:+d}".replace("-", "−") if points else "·"


class ByClassView(CursorView):
    """A view that shows the accuracy of all classes as curves, and names the classes that are never predicted."""

    KEY: ClassVar[str] = "a"
    NAME: ClassVar[str] = "by class"
    TOOLTIP: ClassVar[str] = "How the accuracy of each class changes over the epochs"
    HELP: ClassVar[str] = HELP
    LIVE: ClassVar[bool] = True
    DEFAULT_CSS = """
    ByClassView .title { text-style: bold; }
    ByClassView ClassCurves { margin: 1 0 0 1; }
    ByClassView.-low ClassCurves { margin: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "class", key_display="↑↓", id="class-down", tooltip="Go to the next class"),
        Binding("up", "move(-1)", "previous class", show=False, id="class-up", tooltip="Go to the previous class"),
        *first_and_last("class", "class", "class_at(0)", "class_at(-1)"),
        Binding("enter", "open", "its mistakes", key_display="enter", id="class-open", tooltip="List the mistakes of this class"),
    ]  # fmt: skip

    label: reactive[int] = reactive(0, init=False, repaint=False)
    """The chosen class."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._curves = FittedLine(classes="title"), ClassCurves()
        self._watch: ClassWatch | None = None
        self._pace = Pace(self, self._look)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, and the curves of all classes."""
        yield self._title
        yield self._curves

    def on_resize(self) -> None:
        """Leave out the blank row below the title if the view has few rows."""
        self.set_class(self.size.height < 16, "-low")

    @property
    def pending(self) -> bool:
        """Return whether the view has not drawn the newest epoch yet."""
        return self._pace.waiting

    def watch_test(self) -> None:
        """Begin new curves, because the test data is new."""
        self._watch = None
        if self.test is not None:
            self._watch = ClassWatch(self.test.labels, self.test.classes)
            self._curves.class_names = self.test.class_names
        self._look()

    def watch_snapshot(self) -> None:
        """Add the new epochs to the curves: at once, or at most twice a second while training runs."""
        self._pace.follow(self.snapshot)

    def watch_label(self, label: int) -> None:
        """Mark the chosen class."""
        self._curves.label = label

    def _look(self) -> None:
        snapshot = self.snapshot
        if snapshot is None or self._watch is None:
            self._title.texts = (words.LOADING,)
            return
        history = self._watch.upto(snapshot.history.records[: snapshot.epoch + 1])
        self._curves.history = history
        # The curves show complete epochs only. "up to" means that the network has trained on some further batches, which the
        # curves do not show.
        upto = "up to " if epoch_words(snapshot).endswith("+") else ""
        self._title.texts = never_predicted(history, self._curves.class_names)
        self._title.right = f"{upto}epoch {snapshot.epoch:,}"

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for the accuracy of each class."""
        if self.snapshot is not None and self.test is not None:
            yield from class_spots(page, self._curves, self.snapshot, self.test)

    # ---- actions

    def action_move(self, by: int) -> None:
        """Choose the next class. After the last class comes the first."""
        if self.test is not None:
            self.label = (self.label + by) % self.test.classes

    def action_class_at(self, place: int) -> None:
        """Go to the class with this index: 0 is the first one, −1 the last."""
        if self.test is not None:
            self.label = place % self.test.classes

    def action_open(self) -> None:
        """List the mistakes of the chosen class."""
        label = self.label
        self.take_newest()
        self.change(lambda cursor: cursor.select(Selection(label, None, cursor.selection.order)).at(0))
        self.show_list()

    @on(ClassCurves.Chosen)
    def _clicked(self, message: ClassCurves.Chosen) -> None:
        if message.label == self.label:
            self.action_open()
        self.label = message.label


def never_predicted(history: ClassHistory, class_names: Sequence[str]) -> tuple[str, ...]:
    """Return a text, in several lengths, with the classes that the network never predicts at the last epoch."""
    if (history.predicted[-1] < 0).all():
        text = "This run file does not contain the predictions of earlier epochs"
        return f"{text}, because an older version wrote it.", f"{text}."
    never = [name for label, name in enumerate(class_names) if history.never_since(label) is not None]
    kind = "digit" if class_names == DIGITS else "class"
    if not never:
        return f"The network predicts every {kind} at least once.", f"It predicts every {kind}."
    listed = never[0] if len(never) == 1 else f"{', '.join(never[:-1])} and {never[-1]}"
    return f"The network never predicts {listed}.", f"never: {' '.join(never)}", f"{len(never)} are never predicted"
