"""One histogram: a caption, bars, an axis."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.statistics import Summary
from tui_nn.render.histograms import HistogramText, histogram_text

_BARS = "$primary 75%"
_MUTED = "$foreground 62%"
_MARK = "o"


class HistogramChart(Widget):
    """Bars for now, and an `o` at each bar's height at the start. Fills its space; at least 8 by 4 cells."""

    DEFAULT_CSS = """
    HistogramChart { height: 1fr; width: 1fr; }
    """

    title: reactive[str] = reactive("")
    """Of what."""

    note: reactive[str] = reactive("")
    """A number or two, at the right of the title."""

    now: reactive[Summary | None] = reactive(None)
    """What the bars are made from."""

    start: reactive[Summary | None] = reactive(None)
    """What the marks are made from."""

    scale: reactive[str] = reactive("square root of share")
    """What heights are: a name in `HEIGHTS`."""

    finite: reactive[bool] = reactive(True)
    """Whether the numbers are the newest; those of a run that diverged are muted."""

    def render(self) -> Content:
        """All rows."""
        # An even number of columns: 0 then lies between the two in the middle.
        width, height = self.size.width // 2 * 2, self.size.height - 3
        if width < 8 or height < 1:
            return Content("")
        room = width - len(self.title) - len(self.note)
        caption = Content.assemble((self.title[:width], "$text-primary"))
        if room > 0:
            caption = Content.assemble(caption, " " * room, (self.note, _MUTED))
        if self.now is None:
            return caption
        text = histogram_text(self.now, self.start, width, height, self.scale)
        if text is None:
            words = "all 0" if self.now.zeros == 1 else "not a number"
            rows = [
                Content.assemble((words.center(width) if row == height // 2 else "", _MUTED)) for row in range(height)
            ]
            return Content("\n").join([caption, *rows, Content.assemble(("─" * width, _MUTED))])
        rows = [self._row(text, row) for row in range(height)]
        axis = [Content.assemble((line, _MUTED)) for line in (text.axis, text.labels)]
        return Content("\n").join([caption, *rows, *axis])

    def _row(self, text: HistogramText, row: int) -> Content:
        colour = _BARS if self.finite else "$foreground 38%"
        bars, pieces, done = text.bars[row], [], 0
        for column, mark_row in enumerate(text.marks):
            if mark_row != row:
                continue
            over = f" on {colour}" if bars[column] == "█" else ""
            pieces += [(bars[done:column], colour), (_MARK, f"bold $foreground{over}")]
            done = column + 1
        return Content.assemble(*pieces, (bars[done:], colour))
