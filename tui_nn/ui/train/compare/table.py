"""The table of the compare view has a row with the scores of each run. Sentences below it compare two runs."""

from __future__ import annotations

from textwrap import wrap

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.cells import cut, to_left
from tui_nn.render.comparison import disagreement_sentence
from tui_nn.render.numbers import fitting, loss_text, percent
from tui_nn.session.run.run_curves import Score
from tui_nn.session.run.run_names import run_names
from tui_nn.session.run.run_set import LETTERS, NamedRun
from tui_nn.session.run.run_summary import different_settings
from tui_nn.ui.kit.roles import FAINT, KEY, MUTED, ROW, RUN_COLOURS, SOFT, bold
from tui_nn.ui.train.compare.comparison import Comparison
from tui_nn.ui.train.two_runs import few_of, score_text

_AT, _SCORE = 15, 22
"""The widths of the columns in cells: one for the values at the value cursor, and one for each score with its epoch."""
_SHORT_AT, _SHORT_SCORE = 12, 16
"""The widths of these columns in a narrow table, which shows either losses or accuracies."""
_BOTH = 72
"""From this width on, in cells, the table shows losses and accuracies."""
_SENTENCES = 4
"""The number of rows for the sentences about the settings and about McNemar's test."""
_WIDE = 100
"""From this width on, in cells, each row shows a sample of its curve. A narrower table names only the letter of the run."""
SAMPLES = ("⠒⠒", "⠒⠂", "⠒⠐", "⠖⠒", "⠐⠐", "⠂⠀")
"""The samples of the curves A to F. In plain ASCII, a curve and its sample consist of the letter of the run in lower case."""


class CompareTable(Widget):
    """A widget that shows one row for each run.

    Below the rows, it compares the settings of two runs, and their predictions by McNemar's test.
    """

    DEFAULT_CSS = """
    CompareTable { height: 7; padding: 0 0 0 1; }
    """

    comparison: reactive[Comparison | None] = reactive(None)
    """The compared runs, and the choices of the person."""

    class Turned(Message):
        """This message reports that the row of a run was clicked, which hides the run or shows it again."""

        def __init__(self, letter: str) -> None:
            super().__init__()
            self.letter = letter

    def watch_comparison(self, comparison: Comparison | None) -> None:
        """Make the widget high enough for the column names, one row for each run, and the sentences."""
        if comparison is not None:
            few = few_of(comparison.runs, comparison.split)
            self.styles.height = 1 + len(comparison.runs) + _SENTENCES + bool(few)

    def render(self) -> Content:
        """Return the content of the widget."""
        comparison = self.comparison
        if comparison is None:
            return Content("")
        width = max(self.size.width - 1, 20)
        rows = [self._heads(comparison, width), *(self._row(comparison, run, width) for run in comparison.runs)]
        return Content("\n").join([*rows, *_in_words(comparison, width)])

    def on_click(self, event: events.Click) -> None:
        """Hide the run whose row was clicked, or show it again."""
        comparison = self.comparison
        if comparison is not None and 1 <= event.y <= len(comparison.runs):
            self.post_message(self.Turned(comparison.runs[event.y - 1].letter))

    def _heads(self, comparison: Comparison, width: int) -> Content:
        name, at, score = _widths(width)
        epoch = fitting([f"at epoch {comparison.epoch:,}", f"at {comparison.epoch:,}"], at - 1)
        head = " " * name + epoch.ljust(at) + f"last {comparison.split}".ljust(score) + f"best {comparison.split}"
        return Content.styled(head[:width], MUTED)

    def _row(self, comparison: Comparison, run: NamedRun, width: int) -> Content:
        curves, number, hidden = run.summary.curves, LETTERS.index(run.letter), run.letter in comparison.hidden
        here = run.letter == comparison.row
        room, at_room, score_room = _widths(width)
        mark = "○" if hidden else "●"
        live = " (live)" if run.live else ""
        drawn = 2 * run.letter.lower() if getattr(self.app, "ascii_only", False) else SAMPLES[number]
        sample = f"{'  ' if hidden else drawn} " if width >= _WIDE else ""
        rest = room - 5 - len(sample)
        names = run_names(comparison.runs)[run.letter]
        forms = [form for name in names for form in (f"{name}{live}", name)]
        if names == (run.title,):
            forms = [f"{run.title}{live} {_sizes(run)}", f"{run.title} {_sizes(run)}", *forms]
        name = to_left(cut(fitting(forms, rest - 1), rest - 1), rest - 1)
        kind = "" if width >= _BOTH else comparison.kind
        values = _values(curves.at(comparison.split, comparison.epoch), kind)
        line = values.ljust(at_room) + score_text(curves.last(comparison.split), kind).ljust(score_room)
        line += score_text(curves.best(comparison.split), kind)
        colour = FAINT if hidden else RUN_COLOURS[number]
        row = Content.assemble(
            ("▸" if here else " ", KEY),
            (f"{mark} {run.letter} ", bold(colour)),
            (sample, colour),
            (f"{name} ", colour),
            (line[: width - room], FAINT if hidden else ""),
        )
        return row.pad_right(max(width - len(row), 0)).stylize(ROW) if here else row


def _widths(width: int) -> tuple[int, int, int]:
    """Return the widths in cells of the columns: the marks and the name of a run, its values at the cursor, and each score."""
    at, score = (_AT, _SCORE) if width >= _BOTH else (_SHORT_AT, _SHORT_SCORE)
    return max(width - at - 2 * score, 16 if at == _AT else 15), at, score


def _values(at: Score | None, kind: str) -> str:
    """Return the loss and the accuracy at the value cursor as text. If `kind` is "loss" or "accuracy", return only this value."""
    if at is None:
        return "–"
    texts = {"loss": f"{loss_text(at.loss):>6}", "accuracy": percent(at.accuracy)}
    return texts.get(kind) or "  ".join(texts.values())


def _sizes(run: NamedRun) -> str:
    return "-".join(map(str, run.summary.network.hidden_sizes)) or "no hidden layer"


def _in_words(comparison: Comparison, width: int) -> list[Content]:
    """Return rows with sentences about two runs: the settings that differ, McNemar's test of their predictions, and a
    warning if only few validation examples decide the scores.
    """
    pair = comparison.pair
    if pair is None:
        words = "There is only one run. A, R, N or a new network starts another run, and --compare opens saved runs."
        return [Content.styled(line, MUTED) for line in wrap(words, width)]
    first, second = pair
    different = [
        f"{setting.label}: {first.letter} {texts[0]}, {second.letter} {texts[1]}"
        for setting, texts in different_settings(first.summary, second.summary)
    ]
    words = " · ".join(different) or f"Runs {first.letter} and {second.letter} have the same settings."
    rows = [Content.styled(line, SOFT) for line in _cut(wrap(words, width), width, 2)]
    found = first.disagreement(second)
    if found is None:
        sentence = f"Runs {first.letter} and {second.letter} have different test data."
    else:
        sentence = disagreement_sentence(found, first.letter, second.letter, first.test.noun)
    rows += [Content(line) for line in _cut(wrap(sentence, width), width, _SENTENCES - len(rows))]
    few = few_of(comparison.runs, comparison.split)
    return [*rows, Content.styled(fitting(few, width), MUTED)] if few else rows


def _cut(lines: list[str], width: int, most: int) -> list[str]:
    """Return the first `most` of the lines. If some are left out, the last returned line ends in "…"."""
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: width - 1] + "…"]
