"""The two lines of an act that are mathematics: its formula with the shapes, and the same with numbers."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.ui.widgets.fitted_line import FittedLine

_GAP = 4


class FormulaLine(Widget):
    """A formula and the shapes in it, close together where there is little room; or a line of code."""

    DEFAULT_CSS = """
    FormulaLine { height: 1; padding: 0 1; }
    """

    formula: reactive[str] = reactive("")
    shapes: reactive[str] = reactive("")
    code: reactive[str] = reactive("")
    """In place of the formula, if there is any."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        if self.code:
            return Content.assemble((self.code, "bold")).truncate(max(self.size.width, 1), ellipsis=True)
        for gap, shapes in ((_GAP, self.shapes), (2, self.shapes.replace(" ", "")), (0, "")):
            if len(self.formula) + gap + len(shapes) <= self.size.width:
                break
        return Content.assemble((self.formula, "bold"), " " * gap, (shapes, "$foreground 62%"))


class NumberLine(FittedLine):
    """A line of arithmetic: what it is about in colour, and what it comes to in bold."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        line = super().render()
        name, _, rest = line.plain.partition(" = ")
        if not rest:
            return line
        result = line.plain.rindex(" = ") + 3
        return line.stylize("$text-primary", 0, len(name)).stylize("bold", result, len(line.plain.rstrip()))
