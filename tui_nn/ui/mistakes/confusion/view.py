"""The confusion matrix: which digit is taken for which, and the digits behind every number."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.network import Evaluation
from tui_nn.core.parameters import Pixels
from tui_nn.session.questions.confusion import Confusion, Difference
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes.confusion import words
from tui_nn.ui.mistakes.confusion.cell_digit import CellDigit
from tui_nn.ui.mistakes.confusion.confusion_matrix import LABEL, MARGIN, NARROW, WIDE, Cell, ConfusionMatrix, MatrixLook
from tui_nn.ui.mistakes.confusion.pair_list import PairList
from tui_nn.ui.mistakes.confusion.training_answers import TrainingAnswers
from tui_nn.ui.mistakes.cursor_view import CursorView

_PICTURE = 30
"""What a digit takes beside the matrix."""

CLASSES = 10
LOWEST = 1 + 13 + 2
"""Rows for title, matrix, and a pair under its heading."""


class ConfusionView(CursorView):
    """The matrix of the epoch that is shown, or what changed since an earlier one; the pairs; a digit of the cell."""

    KEY: ClassVar[str] = "c"
    NAME: ClassVar[str] = "confusion"
    SHORT: ClassVar[str] = "matrix"
    TOOLTIP: ClassVar[str] = "Which digit is taken for which"
    HELP: ClassVar[str] = words.HELP
    LIVE: ClassVar[bool] = True
    DEFAULT_CSS = """
    ConfusionView {
        .title { text-style: bold; }
        Horizontal { height: 1fr; }
        .left { width: 1fr; height: 1fr; }
        .pairs { width: 100%; height: 1; color: $text-primary; text-style: bold; padding: 0 0 0 1; }
        &.-narrow CellDigit { display: none; }
        &.-low .pairs, &.-low PairList { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(0, -1)", "cell", key_display="←↑↓→", id="matrix-left", tooltip="Another predicted digit"),
        Binding("right", "move(0, 1)", "cell right", show=False, id="matrix-right", tooltip="Another predicted digit"),
        Binding("up", "move(-1, 0)", "cell up", show=False, id="matrix-up", tooltip="Another true digit"),
        Binding("down", "move(1, 0)", "cell down", show=False, id="matrix-down", tooltip="Another true digit"),
        Binding("enter", "open", "list", key_display="enter", id="matrix-open", tooltip="The digits of this cell in the list"),
        Binding("full_stop", "next", "next", key_display=".", id="matrix-next", tooltip="The next digit of this cell"),
        Binding("n", "pair(1)", "next pair", show=False, id="matrix-pair", tooltip="The next of the most confused"),
        Binding("percent_sign", "shares", "share", key_display="%", id="matrix-shares", tooltip="Counts, or shares of the row"),
        Binding("p", "train", "train", id="matrix-train", tooltip="The training digits, or the test digits again"),
        Binding("minus", "difference", "change", key_display="-", id="matrix-change", tooltip="Since an earlier epoch"),
        Binding("less_than_sign", "base(-1)", "since", False, key_display="<", id="matrix-earlier", tooltip="Since one earlier"),
        Binding("greater_than_sign", "base(1)", "later", False, key_display=">", id="matrix-later", tooltip="Since one later"),
    ]  # fmt: skip

    cell: reactive[Cell | None] = reactive(None, init=False, repaint=False)
    """The cell that is looked at; None for the most confused pair."""

    place: reactive[int] = reactive(0, init=False, repaint=False)
    """Which of the digits of the cell is drawn."""

    shares: reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether numbers are shares of their rows."""

    train: reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether it is about the training digits."""

    base: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The epoch since which changes are shown; None for the matrix itself."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._matrix, self._pairs = ConfusionMatrix(), PairList()
        self._heading = Static(classes="pairs", markup=False)
        self._digit = CellDigit()
        self._pace = Pace(self, self._look)
        self._training = TrainingAnswers(self, self._trained)
        self._shown: Confusion | Difference | None = None
        self._images: Pixels | None = None

    def compose(self) -> ComposeResult:
        """Title; matrix and pairs at the left, a digit at the right."""
        yield self._title
        with Horizontal():
            with Vertical(classes="left"):
                yield self._matrix
                yield self._heading
                yield self._pairs
            yield self._digit

    def on_mount(self) -> None:
        """Follow what is chosen."""
        for name in ("cell", "place", "shares", "base"):
            self.watch(self, name, self._look, init=False)

    def on_resize(self) -> None:
        """Columns as wide as there is room for; the digit goes where there is too little."""
        room = self.size.width - LABEL - MARGIN
        self.set_class(self.size.height < LOWEST, "-low")
        self.set_class(room < 10 * NARROW + _PICTURE, "-narrow")
        wide = room >= 10 * WIDE + _PICTURE or (self.has_class("-narrow") and room >= 10 * WIDE)
        self._matrix.column = WIDE if wide else NARROW
        zoom = room >= 10 * NARROW + _PICTURE + 28 and self.size.height >= 34
        if zoom and room < 10 * WIDE + _PICTURE + 28:
            self._matrix.column = NARROW
        self._digit.enlarge(zoom)

    # ---- what is looked at

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting or self._training.busy

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Look at once, or while training goes on twice a second."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Look at other digits."""
        self._training.forget()
        self._look()

    def watch_train(self) -> None:
        """Ask about the other digits."""
        if self.train:
            self._training.problem = ""
        self._look()

    def _look(self) -> None:
        """Bring everything up to date."""
        snapshot, test = self.snapshot, self.test
        self._shown = None
        if snapshot is None or test is None or not self.is_mounted:
            self._title.texts, self.message = ("loading digits",), ()
            return
        if self.train:
            self._training.ask(snapshot, self.data)
            if (answers := self._training.newest) is not None:
                self._images = answers.split.images
                self._shown = Confusion.of_evaluation(answers.evaluation, answers.split.labels)
        else:
            self._images = test.images
            now = Confusion.of_evaluation(snapshot.evaluation, test.labels)
            self._shown = self._since(now, snapshot) or now
        self._show(snapshot)

    def _since(self, now: Confusion, snapshot: Snapshot) -> Difference | None:
        """What changed since the base, if one is chosen and can be."""
        if self.base is None:
            return None
        self.set_reactive(ConfusionView.base, max(min(self.base, snapshot.epoch - 1), 0))
        before = snapshot.history.records[self.base].predicted
        if before is None or snapshot.epoch == 0:
            self.set_reactive(ConfusionView.base, None)
            return None
        return Difference(Confusion.of(before, now.labels, len(now.matrix)), now)

    def _trained(self) -> None:
        """Take the answers to the training digits; where there are none, go back to the test digits and say why."""
        if self._training.problem:
            self.train = False
        self._look()

    # ---- what is shown

    def _show(self, snapshot: Snapshot) -> None:
        shown, answers = self._shown, self._training.newest
        asked, evaluation = snapshot, snapshot.evaluation
        if self.train and answers is not None:
            asked, evaluation = answers.snapshot, answers.evaluation
        self._title.texts, self._title.right = words.title(shown, asked, self.base, self.train), ""
        self.message = (self._training.problem,) if self._training.problem else ()
        if shown is None:
            self._matrix.look = None
            self._pairs.pairs = ()
            self._digit.show(None, "")
            self._heading.update("", layout=False)
            return
        now = shown.after if isinstance(shown, Difference) else shown
        before = shown.before.matrix if isinstance(shown, Difference) else None
        self._pairs.pairs, self._pairs.signed = tuple(shown.pairs), before is not None
        self._matrix.cell = self._pairs.cell = self._cell
        self._matrix.look = MatrixLook(now.matrix, before, self.shares)
        self._heading.update(words.pairs_heading(now, before is not None), layout=False)
        self._title.right = words.of_cell(shown, self._cell)
        self._show_digit(shown, asked, evaluation)
        self.refresh_bindings()

    def _show_digit(self, shown: Confusion | Difference, asked: Snapshot, evaluation: Evaluation) -> None:
        members = shown.members(*self._cell)
        if not len(members) or self._images is None:
            self._digit.show(None, words.no_digit(self._cell, isinstance(shown, Difference)))
            return
        place = self.place % len(members)
        index = int(members[place])
        if isinstance(shown, Difference):
            assert self.base is not None
            text = words.changed_digit(shown, index, self.base, epoch_words(asked))
        else:
            text = words.digit(evaluation, shown.labels, index, asked.network.loss)
        self._digit.show(self._images[index], f"{text}\n{place + 1:,} of {len(members):,} in this cell")

    @property
    def _cell(self) -> Cell:
        """The chosen cell, or that of the most confused pair."""
        if self.cell is not None:
            return self.cell
        pair = next(iter(self._shown.pairs), None) if self._shown else None
        return (pair.true, pair.predicted) if pair else (0, 0)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        snapshot = self.snapshot
        if snapshot is None:
            return False
        match action:
            case "open":
                return None if self.train else True
            case "difference":
                known = snapshot.epoch > 0 and snapshot.history.records[0].predicted is not None
                return True if known and not self.train else None
            case "base":
                return self.base is not None
            case _:
                return True

    def action_move(self, down: int, right: int) -> None:
        """Look at a cell beside; behind the last comes the first."""
        true, predicted = self._cell
        self._turn(((true + down) % CLASSES, (predicted + right) % CLASSES))

    def action_next(self) -> None:
        """Draw the next digit of the cell."""
        self.place += 1

    def action_pair(self, by: int) -> None:
        """Look at the next of the most confused pairs."""
        if self._shown and (cells := [(pair.true, pair.predicted) for pair in self._shown.pairs]):
            at = cells.index(self._cell) if self._cell in cells else -by
            self._turn(cells[(at + by) % len(cells)])

    def action_shares(self) -> None:
        """Write shares of the row, or counts again."""
        self.shares = not self.shares

    def action_train(self) -> None:
        """Ask about the training digits, or the test digits again."""
        self.set_reactive(ConfusionView.base, None)
        self.set_reactive(ConfusionView.place, 0)
        self.train = not self.train

    def action_difference(self) -> None:
        """Show what changed since the epoch before, or the matrix again."""
        self.set_reactive(ConfusionView.place, 0)
        self.base = None if self.base is not None else max((self.snapshot.epoch if self.snapshot else 0) - 1, 0)

    def action_base(self, by: int) -> None:
        """Show what changed since another epoch."""
        if self.base is not None:
            self.base = max(self.base + by, 0)

    def action_open(self) -> None:
        """List the digits of the cell."""
        true, predicted = self._cell
        kind = "right" if true == predicted else "wrong"
        self.post_message(self.Newest())
        self.change(lambda cursor: cursor.select(Selection(true, predicted, cursor.selection.order, kind)).at(0))
        self.post_message(self.Show("list"))

    def _turn(self, cell: Cell) -> None:
        self.set_reactive(ConfusionView.place, 0)
        self.cell = cell

    @on(ConfusionMatrix.Chosen)
    @on(PairList.Chosen)
    def _cell_clicked(self, message: ConfusionMatrix.Chosen | PairList.Chosen) -> None:
        if message.cell == self._cell and isinstance(message, ConfusionMatrix.Chosen) and not self.train:
            self.action_open()
        else:
            self._turn(message.cell)
