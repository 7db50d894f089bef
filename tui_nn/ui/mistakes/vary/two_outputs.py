"""The outputs for a picture before and after a change, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.prediction import Prediction
from tui_nn.core.parameters import Array
from tui_nn.data.dataset import DIGITS
from tui_nn.render.bars import bar
from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import probability
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import BAR, MUTED, RIGHT, WRONG, bold


class TwoOutputs(Widget):
    """A widget that shows one row for each class: its name, the output for the unchanged picture, and the output for
    the changed picture with a bar.
    """

    DEFAULT_CSS = """
    TwoOutputs { height: 11; min-width: 16; }
    """

    before: reactive[Array | None] = reactive(None, always_update=True)
    """The outputs for the unchanged picture, an array of shape (classes,)."""

    now: reactive[Array | None] = reactive(None, always_update=True)
    """The outputs for the changed picture, an array of shape (classes,)."""

    true: reactive[int | None] = reactive(None)
    """The true class."""

    class_names: Sequence[str] = DIGITS
    """The name of each class. Set it before the outputs, because new outputs redraw the widget."""

    def render(self) -> Content:
        """Return a heading and one row for each class.

        If there are too many classes, only the true class and those with the largest outputs for the changed picture are shown.
        """
        names = max(cells_of(short_name(name, 8)) for name in self.class_names)
        heading = Content.assemble((f"{'was':>{names + 6}}{'now':>5}", MUTED))
        if self.before is None or self.now is None:
            return heading
        rows, classes = max(self.size.height - 1, 1), range(len(self.class_names))
        shown: Sequence[int] = classes
        if len(classes) > rows:
            shown = sorted(classes, key=lambda label: (label != self.true, -float(self._now[label])))[:rows]
            shown = sorted(shown, key=lambda label: -float(self._now[label]))
        predicted = Prediction(self.now).predicted
        return Content("\n").join([heading, *(self._row(label, names, label == predicted) for label in shown)])

    def spots(self, page: Page, explain: Callable[[int], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each output for the changed picture. `explain` takes a label."""
        if self.now is None:
            return
        predicted = Prediction(self.now).predicted
        for label in sorted(range(len(self.class_names)), key=lambda label: label != predicted):
            name, text = self.class_names[label], probability(float(self.now[label]))
            yield from page.on_text(self, text, partial(explain, label), beside=short_name(name, 8), last=True)

    @property
    def _now(self) -> Array:
        assert self.now is not None
        return self.now

    def _row(self, label: int, names: int, predicted: bool) -> Content:
        assert self.before is not None
        was, now = float(self.before[label]), float(self._now[label])
        mark, colour = ("▸", WRONG) if predicted else (" ", BAR)
        if label == self.true:
            mark, colour = "✓", RIGHT
        weight = "bold" if predicted or label == self.true else ""
        beside = len("▸ >.99 >.99 ") + names
        return Content.assemble(
            (mark, bold(colour)),
            (f"{to_left(short_name(self.class_names[label], 8), names)} ", weight),
            (f"{probability(was):>4} ", MUTED),
            (f"{probability(now):>4} ", weight),
            (bar(now if now >= 0.01 else 0.0, max(self.size.width - beside, 1)), colour),
        )
