"""The runs view: it compares the predictions of the live run and another run, in confusion matrices and single pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.engine.look import Look
from tui_nn.render.comparison import disagreement_sentence
from tui_nn.render.numbers import MINUS, probability
from tui_nn.render.pictures import braille
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.questions.two_runs import TwoRuns
from tui_nn.session.run.run_set import NamedRun
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import first_and_last
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import FAINT, MUTED, RIGHT_TINTS, RUN_COLOURS, WRONG_TINTS, bold
from tui_nn.ui.kit.view import View
from tui_nn.ui.mistakes.explained import run_spots

HELP = """\
This view compares **two runs**: the live run and another run, which `↑` and `↓` choose.

**The matrix** is the second confusion matrix minus the first: `+4` in row 5, column 3 means that the second run predicts 3
for four more pictures of a 5. On the diagonal, positive numbers are better; elsewhere, negative numbers are better. Better
numbers are green, and worse ones orange.

**The picture** is a test picture that only one of the two runs classifies correctly. `←` and `→` go through these pictures,
`o` shows those of the other run, and `enter` lists the picture among all mistakes.

The sentence is McNemar's test: a small share says that the two networks differ by more than chance.
"""

_CELL = 4
_PICTURE = 20, 10


class TwoRunsPicture(Widget):
    """A widget that draws a sentence about two runs, the difference of their confusion matrices, and one test picture."""

    DEFAULT_CSS = """
    TwoRunsPicture { height: 1fr; width: 1fr; padding: 0 1; }
    """

    pair: reactive[TwoRuns | None] = reactive(None, always_update=True)
    """The two runs; None if there is only one run, or if the test data of the runs differ."""
    letter: reactive[str] = reactive("")
    """The letter of one of the two runs. The shown picture is one that only this run classifies correctly."""
    place: reactive[int] = reactive(0)
    """The position of the shown picture among those that only the run `letter` classifies correctly."""
    reason: reactive[str] = reactive("")
    """The sentence to show if `pair` is None: why two runs cannot be compared."""

    def render(self) -> Content:
        """Return the content of the widget."""
        pair, width = self.pair, max(self.size.width - 2, 20)
        if pair is None:
            return Content.styled("\n".join(wrap(self.reason, width)), MUTED)
        first, second = pair.first, pair.second
        sentence = disagreement_sentence(pair.disagreement, first.letter, second.letter, pair.test.noun)
        head = [Content.styled(line, "bold") for line in wrap(sentence, width)[:2]]
        left, right = self._matrix(pair), self._example(pair)
        wide = max(map(len, left)) + 3
        rows = [
            Content.assemble(one, " " * (wide - len(one)), other)
            for one, other in zip_longest(left, right, fillvalue=Content(""))
        ]
        return Content("\n").join([*head, Content(""), *rows])

    def _matrix(self, pair: TwoRuns) -> list[Content]:
        """Return rows with the confusion matrix of the second run minus that of the first run.

        If there are too many classes for this, return rows with the largest differences.
        """
        names, matrix = pair.test.class_names, pair.difference.matrix
        title = f"predictions of {pair.second.letter} minus those of {pair.first.letter}"
        if len(names) * _CELL + 6 > self.size.width - 30 or len(names) + 6 > self.size.height:
            rows = [Content.styled(title, MUTED)]
            for found in pair.difference.pairs[: self.size.height - 5]:
                words = f"{short_name(names[found.true])} predicted as {short_name(names[found.predicted])}"
                rows.append(Content(f"{words}: {_signed(found.count)}"))
            return rows
        heads = "".join(f"{name[: _CELL - 1]:>{_CELL}}" for name in names)
        rows = [Content.styled(title, MUTED), Content.styled(f"true  {heads}", MUTED)]
        for true, name in enumerate(names):
            cells: list[tuple[str, str]] = [(f"{name[:4]:>4}  ", MUTED)]
            for predicted, count in enumerate(matrix[true].tolist()):
                better = count > 0 if true == predicted else count < 0
                tint = (RIGHT_TINTS if better else WRONG_TINTS)[abs(count) > 3]
                cells.append((f"{_signed(count):>{_CELL}}", f"on {tint}" if count else FAINT))
            rows.append(Content.assemble(*cells))
        better = f"better for {pair.second.letter}: + on diagonal, {MINUS} elsewhere"
        rows.append(Content.assemble("      ", (better, f"on {RIGHT_TINTS[1]}")))
        return rows

    def _example(self, pair: TwoRuns) -> list[Content]:
        """Return rows with one test picture, and with the predictions of both runs for it."""
        run = pair.first if pair.first.letter == self.letter else pair.second
        found, names = pair.alone(run), pair.test.class_names
        title = f"{run.letter} alone is right: "
        if not len(found):
            return [Content.styled(f"{title}none", bold(_colour(run)))]
        place = self.place % len(found)
        index = int(found[place])
        rows = [
            Content.assemble((title, bold(_colour(run))), (f"{place + 1} of {len(found):,}", "bold")),
            *map(Content, braille(pair.test.images[index], *_PICTURE)),
            Content.assemble((f"true {short_name(names[pair.test.labels[index]])}", "bold"), (f"   #{index}", MUTED)),
        ]
        for one in (pair.first, pair.second):
            evaluation = one.summary.evaluation
            predicted = int(evaluation.predicted[index])
            mark = "✓" if predicted == pair.test.labels[index] else "✗"
            output = probability(float(evaluation.outputs[index, predicted]))
            words = f"{one.letter} {mark} {short_name(names[predicted])} {output}"
            rows.append(Content.styled(words, _colour(one)))
        return rows

    def cells(self, page: Page, explain: Callable[[int, int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each number of the matrix. `explain` takes the true and the predicted class."""
        if self.pair is None:
            return
        names, width = self.pair.test.class_names, self.size.width
        if len(names) * _CELL + 6 > width - 30 or len(names) + 6 > self.size.height:
            return
        top = page.row_of(self, "true  ")
        for true in range(len(names)):
            for predicted in range(len(names)):
                x = 6 + predicted * _CELL
                if top is not None:
                    yield from page.on_cells(self, x, top + 1 + true, _CELL, 1, partial(explain, true, predicted))

    @property
    def example(self) -> int | None:
        """The index of the shown test example; None if no picture is shown."""
        if self.pair is None:
            return None
        run = self.pair.first if self.pair.first.letter == self.letter else self.pair.second
        found = self.pair.alone(run)
        return int(found[self.place % len(found)]) if len(found) else None


def _colour(run: NamedRun) -> str:
    return RUN_COLOURS["ABCDEF".index(run.letter)]


def _signed(count: int) -> str:
    return "·" if not count else f"+{count}" if count > 0 else f"{MINUS}{-count}"


class RunsView(View):
    """A view that shows how the predictions of two runs differ."""

    KEY: ClassVar[str] = "C"
    NAME: ClassVar[str] = "runs"
    TOOLTIP: ClassVar[str] = "Compare the predictions of two runs"
    HELP: ClassVar[str] = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "picture", id="runs-left", tooltip="Show the previous picture"),
        Binding("right", "move(1)", "next picture", show=False, id="runs-right", tooltip="Show the next picture"),
        *first_and_last("picture", "runs-picture", "picture_at(0)", "picture_at(-1)"),
        Binding(
            "o",
            "turn",
            "other side",
            id="runs-other",
            tooltip="Show the pictures that only the other run classifies correctly",
        ),
        Binding("up", "choose(-1)", "run", id="runs-up", tooltip="Compare with the previous run"),
        Binding("down", "choose(1)", "next run", show=False, id="runs-down", tooltip="Compare with the next run"),
        Binding("enter", "open", "list", id="runs-open", tooltip="List this picture among the mistakes"),
    ]

    chosen: reactive[str] = reactive("", init=False, repaint=False)
    """The letter of the run that is compared with the live run; "" for the newest of the other runs."""

    def compose(self) -> ComposeResult:
        """Yield the only widget, which draws the whole view."""
        yield TwoRunsPicture()

    def watch_snapshot(self) -> None:
        """Show the newest predictions of the live run."""
        self._show()

    def watch_runs(self) -> None:
        """Show the runs again, because a run was added or has changed."""
        self._show()

    def watch_chosen(self) -> None:
        """Compare the live run with another run."""
        self._show()

    def _show(self) -> None:
        picture, runs = self.query_one(TwoRunsPicture), self.runs
        if runs is None:
            return
        other = next(
            (run for run in runs.frozen if run.letter == self.chosen), runs.frozen[-1] if runs.frozen else None
        )
        if other is None:
            picture.reason = (
                "There is only one run. R, N, A or a new network starts another run, and --compare opens saved runs."
            )
            picture.pair = None
            return
        first, second = sorted((runs.live, other), key=lambda run: run.letter)
        picture.reason = f"Runs {first.letter} and {second.letter} have different test data."
        picture.pair = TwoRuns.of(first, second)
        if picture.letter not in (first.letter, second.letter):
            picture.letter = runs.live.letter

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the comparison of the predictions of both runs."""
        picture = self.query_one(TwoRunsPicture)
        if (pair := picture.pair) is not None:
            yield from run_spots(page, picture, pair, picture.example)

    def action_move(self, step: int) -> None:
        """Show another of the pictures that only one of the two runs classifies correctly."""
        self.query_one(TwoRunsPicture).place += step

    def action_picture_at(self, place: int) -> None:
        """Show the picture with the index `place`: 0 is the first one, −1 the last."""
        self.query_one(TwoRunsPicture).place = place

    def action_turn(self) -> None:
        """Show the pictures that only the other run classifies correctly."""
        picture = self.query_one(TwoRunsPicture)
        if (pair := picture.pair) is not None:
            picture.letter = pair.second.letter if picture.letter == pair.first.letter else pair.first.letter
            picture.place = 0
        else:
            self.notify("There is only one run. R or A starts another one.", markup=False)

    def action_choose(self, step: int) -> None:
        """Compare the live run with another run."""
        if self.runs is not None and self.runs.frozen:
            letters = [run.letter for run in self.runs.frozen]
            at = letters.index(self.chosen) if self.chosen in letters else len(letters) - 1
            self.chosen = letters[(at + step) % len(letters)]
            self.query_one(TwoRunsPicture).place = 0

    def action_open(self) -> None:
        """Show the example of this picture in the list view."""
        if (example := self.query_one(TwoRunsPicture).example) is not None:
            self.post_message(Show(Look("Mistakes", "list", example=example)))
        else:
            self.notify("There is no picture to list. R or A starts another run to compare with.", markup=False)
