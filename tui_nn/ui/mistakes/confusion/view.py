"""The confusion view: the confusion matrix, its most confused pairs, and the examples behind every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from tui_nn.analysis.confusion import Confusion, Difference
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Pixels
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.session.questions.confusion import change_since
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.keys import first_and_last
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.roles import HEADING, colour
from tui_nn.ui.mistakes.confusion import words
from tui_nn.ui.mistakes.confusion.cell_example import CellExample
from tui_nn.ui.mistakes.confusion.matrix import (
    HEADINGS,
    MARGIN,
    NARROW,
    WIDE,
    Cell,
    ConfusionMatrix,
    MatrixLook,
    label_width,
)
from tui_nn.ui.mistakes.confusion.pairs import PairList
from tui_nn.ui.mistakes.confusion.training import TrainingAnswers
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.explained import matrix_spots
from tui_nn.ui.mistakes.words import LOADING

_PICTURE = 30
"""The width of the picture beside the matrix, in cells."""

FEW = 10
"""The smallest number of rows and columns of the matrix, unless there are fewer classes. A large view shows more."""

LOWEST = 1 + HEADINGS + FEW + 2
"""The height of the view in rows from which a list of confused pairs fits below the matrix."""


class ConfusionView(CursorView):
    """A view that shows the confusion matrix, or its change since an earlier epoch.

    Beside it are the most confused pairs of classes, and an example of the cell under the cursor.
    """

    KEY: ClassVar[str] = "c"
    NAME: ClassVar[str] = "confusion"
    TOOLTIP: ClassVar[str] = "See which class is predicted for which true class"
    HELP: ClassVar[str] = words.HELP
    LIVE: ClassVar[bool] = True
    DEFAULT_CSS = f"""
    ConfusionView {{
        .title {{ text-style: bold; }}
        Horizontal {{ height: 1fr; }}
        .left {{ width: 1fr; height: 1fr; }}
        .pairs {{ width: 100%; height: 1; color: {colour(HEADING)}; text-style: bold; padding: 0 0 0 1; }}
        &.-narrow CellExample {{ display: none; }}
        &.-low .pairs, &.-low PairList {{ display: none; }}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left",
            "move(0, -1)",
            "cell",
            key_display="←↑↓→",
            id="matrix-left",
            tooltip="Go to the previous predicted class",
        ),
        Binding(
            "right", "move(0, 1)", "cell right", show=False, id="matrix-right", tooltip="Go to the next predicted class"
        ),
        Binding("up", "move(-1, 0)", "cell up", show=False, id="matrix-up", tooltip="Go to the previous true class"),
        Binding("down", "move(1, 0)", "cell down", show=False, id="matrix-down", tooltip="Go to the next true class"),
        *first_and_last("predicted class", "matrix", "column(0)", "column(-1)"),
        Binding(
            "enter", "open", "list", key_display="enter", id="matrix-open", tooltip="List the examples of this cell"
        ),
        Binding(
            "full_stop", "next", "next", key_display=".", id="matrix-next", tooltip="Show the next example of this cell"
        ),
        Binding(
            "n",
            "pair(1)",
            "next pair",
            show=False,
            id="matrix-pair",
            tooltip="Go to the next pair of classes among the most confused ones",
        ),
        Binding(
            "percent_sign",
            "shares",
            "share",
            key_display="%",
            id="matrix-shares",
            tooltip="Switch between counts and shares of each row",
        ),
        Binding("o", "train", "train", id="matrix-train", tooltip="Switch between the training and the test data"),
        Binding(
            "minus",
            "difference",
            "change",
            key_display="-",
            id="matrix-change",
            tooltip="Show how the matrix has changed since an earlier epoch",
        ),
        Binding(
            "less_than_sign",
            "base(-1)",
            "since",
            False,
            key_display="<",
            id="matrix-earlier",
            tooltip="Compare with an earlier epoch",
        ),
        Binding(
            "greater_than_sign",
            "base(1)",
            "later",
            False,
            key_display=">",
            id="matrix-later",
            tooltip="Compare with a later epoch",
        ),
    ]

    cell: reactive[Cell | None] = reactive(None, init=False, repaint=False)
    """The cell under the cursor; None while the cursor follows the most confused pair."""

    place: reactive[int] = reactive(0, init=False, repaint=False)
    """The position of the drawn example among the examples of its cell, from 0."""

    shares: reactive[bool] = reactive(False, init=False, repaint=False)
    """True if each number is shown as a share of its row, False if it is shown as a count."""

    train: reactive[bool] = reactive(False, init=False, repaint=False)
    """True if the matrix counts the training examples instead of the test examples."""

    base: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The earlier epoch with which the matrix is compared; None if the matrix shows no change."""

    def __init__(self) -> None:
        super().__init__()
        self._title = FittedLine(classes="title")
        self._matrix, self._pairs = ConfusionMatrix(), PairList()
        self._heading = FittedLine(classes="pairs")
        self._example = CellExample()
        self._pace = Pace(self, self._look)
        self._training = TrainingAnswers(self, self._trained)
        self._shown: Confusion | Difference | None = None
        self._images: Pixels | None = None

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the matrix and the pairs on the left, and a picture with its caption on the right."""
        yield self._title
        with Horizontal():
            with Vertical(classes="left"):
                yield self._matrix
                yield self._heading
                yield self._pairs
            yield self._example

    def on_mount(self) -> None:
        """Draw the view again whenever the person chooses another cell, example, epoch or kind of number."""
        for name in ("cell", "place", "shares", "base"):
            self.watch(self, name, self._look, init=False)

    def on_resize(self) -> None:
        """Fit the matrix and the picture to the new size."""
        self._fit()

    def _fit(self) -> None:
        """Make the columns as wide as possible, and leave out the picture or the pairs if they do not fit."""
        classes, height = len(self._matrix.class_names), self.size.height
        room = self.size.width - label_width(self._matrix.class_names) - MARGIN
        self.set_class(height < LOWEST, "-low")
        self.set_class(room < min(classes, FEW) * NARROW + _PICTURE, "-narrow")
        narrow = self.has_class("-narrow")
        wide = room >= classes * WIDE + _PICTURE or (narrow and room >= classes * WIDE)
        zoom = room >= classes * NARROW + _PICTURE + 28 and height >= 34
        self._matrix.column = WIDE if wide and not (zoom and room < classes * WIDE + _PICTURE + 28) else NARROW
        beside = 0 if narrow else _PICTURE + 28 * zoom
        few_pairs = 0 if self.has_class("-low") else 5
        columns = max((room - beside) // self._matrix.column, 1)
        rows = max(height - 1 - HEADINGS - few_pairs, min(FEW, height - 1 - HEADINGS), 1)
        self._matrix.most = min(rows, classes), min(columns, classes)
        self._example.enlarge(zoom)

    # ---- the numbers

    @property
    def pending(self) -> bool:
        """Return whether the view has not drawn the newest numbers yet."""
        return self._pace.waiting or self._training.busy

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Count the predictions of a new snapshot: at once, or at most twice a second while training runs."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Count the predictions again, because the data is new."""
        self._training.forget()
        self._look()

    def watch_train(self) -> None:
        """Switch between training and test examples."""
        if self.train:
            self._training.problem = ""
        self._look()

    def _look(self) -> None:
        """Show the newest numbers in all parts of the view."""
        snapshot, test = self.snapshot, self.test
        self._shown = None
        if snapshot is None or test is None or not self.is_mounted:
            self._title.texts, self.message = (LOADING,), ()
            return
        if self._matrix.class_names != test.class_names:
            self._matrix.class_names = self._pairs.class_names = test.class_names
            self._fit()
        if self.train:
            self._training.ask(snapshot, self.data)
            if (answers := self._training.newest) is not None:
                self._images, self._shown = answers.split.images, answers.confusion
        else:
            self._images = test.images
            now = Confusion.of_evaluation(snapshot.evaluation, test.labels)
            self._shown = self._since(now, snapshot) or now
        self._show(snapshot, test)

    def _since(self, now: Confusion, snapshot: Snapshot) -> Difference | None:
        """Return the change of the predictions since the epoch `base`.

        Return None if no such epoch is chosen, or if its predictions are not known.
        """
        if self.base is None:
            return None
        self.set_reactive(ConfusionView.base, max(min(self.base, snapshot.epoch - 1), 0))
        change = change_since(snapshot, now, self.base)
        if change is None:
            self.set_reactive(ConfusionView.base, None)
        return change

    def _trained(self) -> None:
        """Show the newly computed predictions for the training examples.

        If the training examples cannot be read, go back to the test examples and show the reason.
        """
        if self._training.problem:
            self.train = False
        self._look()

    # ---- the parts

    def _show(self, snapshot: Snapshot, test: Split) -> None:
        shown, answers, names = self._shown, self._training.newest, test.class_names
        asked, evaluation = snapshot, snapshot.evaluation
        if self.train and answers is not None:
            asked, evaluation = answers.snapshot, answers.evaluation
        self._title.texts = words.title(shown, asked, self.base, train=self.train, noun=test.noun)
        self._title.right = ""
        self.message = (self._training.problem,) if self._training.problem else ()
        if shown is None:
            self._matrix.look = None
            self._pairs.pairs = ()
            self._example.show(None, "")
            self._heading.texts = ("",)
            return
        now = shown.after if isinstance(shown, Difference) else shown
        before = shown.before.matrix if isinstance(shown, Difference) else None
        self._pairs.pairs, self._pairs.signed = tuple(shown.pairs), before is not None
        self._matrix.cell = self._pairs.cell = self._cell
        self._matrix.look = MatrixLook(now.matrix, before, self.shares)
        self._heading.texts = words.pairs_heading(now, names, changes=before is not None)
        self._title.right = words.of_cell(shown, self._cell, names)
        self._show_example(shown, asked, evaluation, names)
        self.refresh_bindings()

    def _show_example(
        self, shown: Confusion | Difference, asked: Snapshot, evaluation: Evaluation, names: Sequence[str]
    ) -> None:
        members = shown.members(*self._cell)
        if not len(members) or self._images is None:
            self._example.show(None, words.no_picture(self._cell, names, changes=isinstance(shown, Difference)))
            return
        place = self.place % len(members)
        index = int(members[place])
        if isinstance(shown, Difference):
            text = words.changed_example(shown, index, names)
        else:
            text = words.example(evaluation, shown.labels, index, asked.network.loss, names)
        self._example.show(self._images[index], f"{text}\n{place + 1:,} of {len(members):,} in this cell")

    @property
    def _cell(self) -> Cell:
        """Return the chosen cell, or the cell of the most confused pair."""
        if self.cell is not None:
            return self.cell
        pair = next(iter(self._shown.pairs), None) if self._shown else None
        return (pair.true, pair.predicted) if pair else (0, 0)

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) that names the chosen cell of the matrix."""
        return Look(cell=self._cell)

    def show_look(self, look: Look) -> None:
        """Choose the cell that the `Look` (view description) names. For a class that the data lacks, choose the last class."""
        if look.cell is not None:
            last = len(self._matrix.class_names) - 1
            self._turn((min(look.cell[0], last), min(look.cell[1], last)))

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the cells of the matrix, and for the pairs."""
        yield from matrix_spots(page, self._matrix, self._pairs)

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out the keys that have no effect now."""
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
        """Move the cursor by some rows and columns. After the last row or column comes the first."""
        (true, predicted), classes = self._cell, len(self._matrix.class_names)
        self._turn(((true + down) % classes, (predicted + right) % classes))

    def action_column(self, place: int) -> None:
        """Go to the column of the predicted class with this label. −1 means the last class."""
        self._turn((self._cell[0], place % len(self._matrix.class_names)))

    def action_next(self) -> None:
        """Draw the next example of the cell."""
        self.place += 1

    def action_pair(self, by: int) -> None:
        """Move the cursor to the next of the most confused pairs."""
        if self._shown and (cells := [(pair.true, pair.predicted) for pair in self._shown.pairs]):
            at = cells.index(self._cell) if self._cell in cells else -by
            self._turn(cells[(at + by) % len(cells)])

    def action_shares(self) -> None:
        """Show each number as a share of its row, or as a count again."""
        self.shares = not self.shares

    def action_train(self) -> None:
        """Show the matrix of the training examples, or that of the test examples again."""
        self.set_reactive(ConfusionView.base, None)
        self.set_reactive(ConfusionView.place, 0)
        self.train = not self.train

    def action_difference(self) -> None:
        """Show the change since the previous epoch, or the matrix itself again."""
        self.set_reactive(ConfusionView.place, 0)
        self.base = None if self.base is not None else max((self.snapshot.epoch if self.snapshot else 0) - 1, 0)

    def action_base(self, by: int) -> None:
        """Compare with another epoch."""
        if self.base is not None:
            self.base = max(self.base + by, 0)

    def action_open(self) -> None:
        """List the examples of the cell."""
        true, predicted = self._cell
        kind = "right" if true == predicted else "wrong"
        self.take_newest()
        self.change(lambda cursor: cursor.select(Selection(true, predicted, cursor.selection.order, kind)).at(0))
        self.show_list()

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
