"""Each digit over the epochs: how many of its kind are recognised, and which digit is never predicted."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.session.questions.class_watch import ClassHistory, ClassWatch
from tui_nn.session.questions.selection import Selection
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes.by_digit.class_curves import ClassCurves
from tui_nn.ui.mistakes.cursor_view import CursorView

CLASSES = 10
HELP = """\
**Each digit by itself.** A curve shows which share of the test digits of that kind was recognised after each epoch, from 0 to
100 %. The accuracy of all is their mean, and hides that one of them may not be recognised at all.

| word | means |
| --- | --- |
| **now** | the share that is recognised at the epoch that is shown |
| **step** | by how many points it changed in the last epoch |
| **never predicted** | no test digit at all is taken for this one: the network does not know yet that it is there |

A digit that is never predicted is no accident of one picture: its output is below some other on every test digit. That happens
with squared error and saturated sigmoids, where the gradient of such an output is nearly 0.
"""


class ByClassView(CursorView):
    """Ten curves, and a sentence on those that are never predicted."""

    KEY: ClassVar[str] = "a"
    NAME: ClassVar[str] = "by digit"
    SHORT: ClassVar[str] = "digits"
    TOOLTIP: ClassVar[str] = "The accuracy of each digit over the epochs"
    HELP: ClassVar[str] = HELP
    LIVE: ClassVar[bool] = True
    DEFAULT_CSS = """
    ByClassView .title { text-style: bold; }
    ByClassView ClassCurves { margin: 1 0 0 1; }
    ByClassView.-low ClassCurves { margin: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "digit", key_display="↑↓", id="class-down", tooltip="The next digit"),
        Binding("up", "move(-1)", "digit before", show=False, id="class-up", tooltip="The digit before"),
        Binding("enter", "open", "its mistakes", key_display="enter", id="class-open", tooltip="This digit's mistakes in the list"),
    ]  # fmt: skip

    digit: reactive[int] = reactive(0, init=False, repaint=False)
    """The digit that is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._curves = FittedLine(classes="title"), ClassCurves()
        self._watch: ClassWatch | None = None
        self._pace = Pace(self, self._look)

    def compose(self) -> ComposeResult:
        """Title, curves."""
        yield self._title
        yield self._curves

    def on_resize(self) -> None:
        """Where rows are few, the blank one goes."""
        self.set_class(self.size.height < 16, "-low")

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting

    def watch_test(self) -> None:
        """Count anew."""
        self._watch = None if self.test is None else ClassWatch(self.test.labels, self.test.classes)
        self._look()

    def watch_snapshot(self) -> None:
        """Count what is new: at once, or while training goes on twice a second."""
        self._pace.follow(self.snapshot)

    def watch_digit(self, digit: int) -> None:
        """Mark it."""
        self._curves.digit = digit

    def _look(self) -> None:
        snapshot = self.snapshot
        if snapshot is None or self._watch is None:
            self._title.texts = ("loading digits",)
            return
        history = self._watch.upto(snapshot.history.records[: snapshot.epoch + 1])
        self._curves.history = history
        # Answers are kept of whole epochs: some batches on, these are not those of now.
        upto = "up to " if epoch_words(snapshot).endswith("+") else ""
        self._title.texts, self._title.right = never_predicted(history), f"{upto}epoch {snapshot.epoch:,}"

    # ---- actions

    def action_move(self, by: int) -> None:
        """Look at the next digit."""
        self.digit = (self.digit + by) % CLASSES

    def action_open(self) -> None:
        """List its mistakes."""
        digit = self.digit
        self.post_message(self.Newest())
        self.change(lambda cursor: cursor.select(Selection(digit, None, cursor.selection.order)).at(0))
        self.post_message(self.Show("list"))

    @on(ClassCurves.Chosen)
    def _clicked(self, message: ClassCurves.Chosen) -> None:
        if message.digit == self.digit:
            self.action_open()
        self.digit = message.digit


def never_predicted(history: ClassHistory) -> tuple[str, ...]:
    """Which digits are never predicted at the last epoch, in words."""
    if (history.predicted[-1] < 0).all():
        text = "This run does not know its earlier answers"
        return f"{text}: it is of a version that did not keep them", text
    never = [str(digit) for digit in range(CLASSES) if history.never_since(digit) is not None]
    if not never:
        return "Every digit is predicted at least once", "Every digit is predicted"
    names = never[0] if len(never) == 1 else f"{', '.join(never[:-1])} and {never[-1]}"
    return f"It never predicts {names}", f"never: {' '.join(never)}"
