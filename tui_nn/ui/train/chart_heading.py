"""The row over the chart: what is drawn, with which marks, and the two keys that change it."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_KEY, _MUTED = "bold $text-accent", "$foreground 62%"
_LINES = "⠒⠒⠒", "⠒⠀⠒", "⠂⠐⠀"
_PLAIN = "...", "o o", ", ,"
"""As the chart draws them in plain ASCII."""


class ChartHeading(Widget):
    """One row. Where it gets narrow the keys go: the footer has them too."""

    DEFAULT_CSS = """
    ChartHeading { height: 1; }
    """

    kind: reactive[str] = reactive("loss")
    """What the chart draws: "loss" or "accuracy"."""

    log_axis: reactive[bool] = reactive(False)
    """Whether the loss has a log axis."""

    branches: reactive[int] = reactive(1)
    """How many branches there are."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        log = self.log_axis and self.kind == "loss"
        name = f"{self.kind} log" if log else self.kind
        train, test, branch = _PLAIN if getattr(self.app, "ascii_only", False) else _LINES
        left = Content.assemble(
            (f"{name:<8} ", "bold"), (f"{train} train", "$text-accent"), "  ", (f"{test} test", "$text-primary")
        )
        if self.branches > 1:
            left = Content.assemble(left, "  ", (f"{branch} other branch" + "es" * (self.branches > 2), _MUTED))
        other = "loss" if self.kind == "accuracy" else "accuracy"
        right = Content.assemble(
            ("v", _KEY), (f" {other} ", _MUTED), ("y", _KEY), (f" {'linear' if log else 'log'}", _MUTED)
        )
        gap = self.size.width - len(left) - len(right)
        return Content.assemble(left, " " * gap, right) if gap > 0 else left
