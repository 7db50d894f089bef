"""A widget that draws one histogram: a caption, bars and an axis."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.statistics import Summary
from tui_nn.render.histograms import USUAL_HEIGHT, HistogramText, histogram_text
from tui_nn.ui.kit.roles import BAR, CAPTION, FAINTEST, MUTED, TEXT, bold

_MARK = "o"


class HistogramChart(Widget):
    """A widget that draws a histogram of the present values as bars, and an `o` at the height of each bar at the start.

    The chart fills its space, which must be at least 8 columns and 4 rows.
    """

    DEFAULT_CSS = """
    HistogramChart { height: 1fr; width: 1fr; }
    """

    title: reactive[str] = reactive("")
    """The name of the values that the bars show, such as "z"."""

    note: reactive[str] = reactive("")
    """A text at the right end of the caption, such as "std 1.0 → 2.3"."""

    now: reactive[Summary | None] = reactive(None)
    """The summary of the present values, which the bars show; None for no bars."""

    start: reactive[Summary | None] = reactive(None)
    """The summary of the values at the start of the run, which the `o` marks show; None for no marks."""

    scale: reactive[str] = reactive(USUAL_HEIGHT)
    """The name in `HEIGHTS` of the quantity that the height of a bar shows, such as the share of the values."""

    finite: reactive[bool] = reactive(True)
    """False if the run diverged. The bars then show its last finite values in a fainter colour."""

    def render(self) -> Content:
        """Draw all rows."""
        # The number of columns is even, so that 0 lies between two bars and no bar mixes positive and negative values.
        width, height = self.size.width // 2 * 2, self.size.height - 3
        if width < 8 or height < 1:
            return Content("")
        room = width - len(self.title) - len(self.note)
        caption = Content.assemble((self.title[:width], CAPTION))
        if room > 0:
            caption = Content.assemble(caption, " " * room, (self.note, MUTED))
        if self.now is None:
            return caption
        text = histogram_text(self.now, self.start, width, height, self.scale)
        if text is None:
            words = "all values are 0" if self.now.zeros == 1 else "not finite"
            rows = [
                Content.assemble((words.center(width) if row == height // 2 else "", MUTED)) for row in range(height)
            ]
            return Content("\n").join([caption, *rows, Content.assemble(("─" * width, MUTED))])
        rows = [self._row(text, row) for row in range(height)]
        axis = [Content.assemble((line, MUTED)) for line in (text.axis, text.labels)]
        return Content("\n").join([caption, *rows, *axis])

    def _row(self, text: HistogramText, row: int) -> Content:
        colour = BAR if self.finite else FAINTEST
        bars, pieces, done = text.bars[row], [], 0
        for column, mark_row in enumerate(text.marks):
            if mark_row != row:
                continue
            over = f" on {colour}" if bars[column] == "█" else ""
            pieces += [(bars[done:column], colour), (_MARK, f"{bold(TEXT)}{over}")]
            done = column + 1
        return Content.assemble(*pieces, (bars[done:], colour))
