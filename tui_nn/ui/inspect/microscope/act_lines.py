"""The two lines of an act that are mathematics: its formula with the shapes, and the same with numbers."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.ui.kit.fitted_line import FittedLine

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
            code = self.code if len(self.code) <= self.size.width else self.code.partition("   #")[0]
            return Content.assemble((code, "bold")).truncate(max(self.size.width, 1), ellipsis=True)
        for gap, shapes in ((_GAP, self.shapes), (2, self._close), (1, self._close), (0, "")):
            if len(self.formula) + gap + len(shapes) <= self.size.width:
                break
        return Content.assemble((self.formula, "bold"), " " * gap, (shapes, "$foreground 62%"))

    @property
    def _close(self) -> str:
        """The shapes without what only makes them easier to read."""
        return self.shapes.replace(" ", "")


class NumberLine(FittedLine):
    """A line of arithmetic: what it is about in colour, and what it comes to in bold."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        line = super().render()
        name, _, rest = line.plain.partition(" = ")
        if not rest:
            return line
        result = max(line.plain.rfind(" = "), line.plain.rfind(" ≈ ")) + 3
        return line.stylize("$text-primary", 0, len(name)).stylize("bold", result, len(line.plain.rstrip()))
