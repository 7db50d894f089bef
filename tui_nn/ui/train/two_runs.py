"""The table of two rows under the chart: the previous run and the current one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.cells import cut
from tui_nn.render.comparison import few_sentences
from tui_nn.render.numbers import fitting, loss_text, percent
from tui_nn.session.run.run_curves import Score
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.run_summary import different_settings
from tui_nn.ui.kit.roles import BEFORE, MUTED, TEXT

_NAME, _SCORE, _SHORT = 10, 23, 16
"""The widths of the columns in cells: the name of a run, a score (loss, accuracy and epoch), and a score without the loss
in a narrow table.
"""
_WIDE = 72
"""From this width on, in cells, the table shows the loss too."""


class TwoRuns(Widget):
    """A widget that shows the last and the best scores of two runs, and the settings in which they differ.

    The table is hidden until there are two runs.
    """

    DEFAULT_CSS = """
    TwoRuns { height: 3; display: none; padding: 0 0 0 1; }
    TwoRuns.-two { display: block; }
    """

    runs: reactive[RunSet | None] = reactive(None)
    """All runs of the session. The table shows the live run and the run before it."""

    def watch_runs(self, runs: RunSet | None) -> None:
        """Show the table if there are two runs."""
        self.set_class(runs is not None and runs.previous is not None, "-two")
        self.styles.height = rows_of(runs)

    def render(self) -> Content:
        """Return the content of the widget: the column headings, and one row for each run."""
        runs = self.runs
        if runs is None or (previous := runs.previous) is None:
            return Content("")
        split = _split(previous, runs.live)
        width = self.size.width - 1
        kind, score = ("", _SCORE) if width >= _WIDE else ("accuracy", _SHORT)
        heads = (f"last {split}", f"best {split}", "settings that differ")
        head = " " * _NAME + "".join(f"{head:<{score}}" for head in heads[:2]) + heads[2]
        room = width - _NAME - 2 * score
        settings = settings_in_words(previous, runs.live, room)
        rows = [Content.styled(cut(head, width), MUTED)]
        for run, word, style, differ in zip(
            (previous, runs.live), ("before", "now"), (BEFORE, TEXT), settings, strict=True
        ):
            curves = run.summary.curves
            scores = score_text(curves.last(split), kind), score_text(curves.best(split), kind)
            line = f"{run.letter} {word}".ljust(_NAME) + "".join(text.ljust(score) for text in scores)
            rows.append(Content.assemble((line, style), (differ, style)))
        if few := few_of((previous, runs.live), split):
            rows.append(Content.styled(cut(fitting(few, width), width), MUTED))
        return Content("\n").join(rows)


def rows_of(runs: RunSet | None) -> int:
    """Return the height of the table of two runs; 0 if there are not two runs."""
    if runs is None or (previous := runs.previous) is None:
        return 0
    return 4 if few_of((previous, runs.live), _split(previous, runs.live)) else 3


def _split(*runs: NamedRun) -> str:
    """Return the data by which both runs are compared: the validation data if both runs have them, else the test data."""
    return "validation" if all(run.summary.curves.has_validation for run in runs) else "test"


def few_of(runs: Sequence[NamedRun], split: str) -> tuple[str, ...]:
    """Return a warning in several lengths, the longest first, that few examples of `split` decide the scores; () if many do."""
    aside = [run.summary.set_aside for run in runs if run.summary.set_aside]
    return few_sentences(min(aside, default=0)) if split == "validation" else ()


def score_text(score: Score | None, kind: str = "") -> str:
    """Return a score as text in at most 22 characters: "0.281  92.80 %  at 12".

    If `kind` is "loss" or "accuracy", the text contains only this figure, and has at most 15 characters: "92.8 % at 12".
    """
    if score is None or not score.epoch:
        return "untrained"
    if kind:
        return f"{loss_text(score.loss) if kind == 'loss' else percent(score.accuracy)} at {score.epoch:,}"
    return f"{loss_text(score.loss)}  {percent(score.accuracy)}  at {score.epoch:,}"


def settings_in_words(first: NamedRun, second: NamedRun, room: int) -> tuple[str, str]:
    """Return a text of at most `room` cells for each run: its values of the settings that differ between the runs."""
    different = list(different_settings(first.summary, second.summary))
    if not different:
        return "none", "none"
    words = []
    for number in (0, 1):
        long = [f"{setting.label} {texts[number]}" for setting, texts in different]
        short = [f"{setting.short or setting.label} {texts[number]}" for setting, texts in different]
        forms = [", ".join(long), ", ".join(short)]
        for kept in range(len(short) - 1, 0, -1):
            forms.append(", ".join(short[:kept]) + f", {len(short) - kept} more")
        text = fitting(forms, room)
        words.append(text if len(text) <= room else text[: max(room - 1, 0)] + "…")
    return words[0], words[1]
