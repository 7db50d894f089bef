"""The table of two rows under the chart: the previous run and the current one."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.numbers import fitting, loss_text, percent
from tui_nn.session.run.run_curves import Score
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.run_summary import different_settings
from tui_nn.ui.kit.roles import BEFORE, MUTED, TEXT

_NAME, _SCORE = 10, 23
"""The widths of the columns in cells: one for the name of a run, and one for each score (loss, accuracy and epoch)."""


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

    def render(self) -> Content:
        """Return the content of the widget: the column headings, and one row for each run."""
        runs = self.runs
        if runs is None or (previous := runs.previous) is None:
            return Content("")
        split = runs.live.summary.curves.monitored if previous.summary.curves.has_validation else "test"
        heads = (f"last {split}", f"best {split}", "settings that differ")
        head = " " * _NAME + "".join(f"{head:<{_SCORE}}" for head in heads[:2]) + heads[2]
        room = self.size.width - 1 - _NAME - 2 * _SCORE
        settings = settings_in_words(previous, runs.live, room)
        rows = [Content.assemble((head[: self.size.width], MUTED))]
        for run, word, style, differ in zip(
            (previous, runs.live), ("before", "now"), (BEFORE, TEXT), settings, strict=True
        ):
            curves = run.summary.curves
            scores = score_text(curves.last(split)), score_text(curves.best(split))
            line = f"{run.letter} {word}".ljust(_NAME) + "".join(text.ljust(_SCORE) for text in scores)
            rows.append(Content.assemble((line, style), (differ, style)))
        return Content("\n").join(rows)


def score_text(score: Score | None) -> str:
    """Return a score as text in at most 22 characters: "0.281  92.80 %  at 12"."""
    if score is None or not score.epoch:
        return "untrained"
    return f"{loss_text(score.loss)}  {percent(score.accuracy)}  at {score.epoch:,}"


def settings_in_words(first: NamedRun, second: NamedRun, room: int) -> tuple[str, str]:
    """Return two texts of at most `room` cells, one for each run: its values of the settings in which the runs differ."""
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
