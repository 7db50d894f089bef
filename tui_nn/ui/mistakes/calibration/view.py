"""Calibration: whether the network is right as often as it says."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from tui_nn.analysis.calibration import Calibration, calibrate
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import percent, probability
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes.calibration.reliability import Reliability
from tui_nn.ui.mistakes.cursor_view import CursorView

HELP = """\
**Is it right as often as it says?** The test digits are sorted by p(pred), the probability that the network gives to its own
answer. Of those to which it says .80, 80 % should be right.

| word | means |
| --- | --- |
| **bar**, **right** | the share of these digits that is right |
| **line across**, **said** | the mean of their p(pred): where the bar would end if it kept its word |
| **gap** | said − right |
| **too sure**, **too unsure** | the gap, above or below 0, is over two standard errors of **right**: chance seldom makes that |
| **may be chance** | the gap is .05 or more, but within two standard errors; smaller ones within them say nothing |
| **calibration error** | the mean size of the gaps, each weighed by its digits: 0 is perfect (Guo et al. 2017, ten bins) |

A network that has learned its training digits by heart is often too sure of new ones. Sigmoid outputs **a** are no probabilities:
squared error pulls each of them to 0 or 1 by itself, and nothing makes the largest say how often it is right. The bars then show
what it would be worth if it were read so.
"""


class CalibrationView(CursorView):
    """Bars, the expected calibration error, and what they mean in a sentence."""

    KEY: ClassVar[str] = "k"
    NAME: ClassVar[str] = "calibration"
    SHORT: ClassVar[str] = "sureness"
    TOOLTIP: ClassVar[str] = "Whether it is right as often as it says"
    HELP: ClassVar[str] = HELP
    LIVE: ClassVar[bool] = True
    DEFAULT_CSS = """
    CalibrationView .title { text-style: bold; }
    CalibrationView Reliability { margin: 1 0 0 0; }
    CalibrationView Static { height: auto; padding: 0 2; margin: 1 0 0 0; }
    CalibrationView.-low Reliability, CalibrationView.-low Static { margin: 0; }
    CalibrationView Reliability { height: 12; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title, self._bars, self._words = FittedLine(classes="title"), Reliability(), Static(markup=False)
        self._pace = Pace(self, self._look)

    def compose(self) -> ComposeResult:
        """Title, bars, words."""
        yield self._title
        yield self._bars
        yield self._words

    def on_resize(self) -> None:
        """Where rows are few, the blank ones go."""
        self.set_class(self.size.height < 19, "-low")

    @property
    def pending(self) -> bool:
        """Whether something newer than what is seen is still to be drawn."""
        return self._pace.waiting

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Count at once, or while training goes on twice a second."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Count anew."""
        self._look()

    def _look(self) -> None:
        snapshot, test = self.snapshot, self.test
        if snapshot is None or test is None:
            self._title.texts = ("loading digits",)
            return
        found, symbol = calibrate(snapshot.evaluation.outputs, test.labels), symbol_of(snapshot.network.loss)
        self._bars.calibration, self._bars.symbol = found, symbol
        self._title.texts, self._title.right = title(found), f"epoch {epoch_words(snapshot)}"
        self._words.update("\n".join(sentences(found, symbol)))


def title(found: Calibration) -> tuple[str, ...]:
    """The error, and which way it errs on the whole."""
    if not found.counts.sum():
        return ("No answer is a number",)
    error = f"expected calibration error {percent(found.error)}"
    way = "too sure" if found.bias > 0 else "not sure enough"
    on_the_whole = f"{way} by {percent(abs(found.bias))} on the whole"
    return f"{error}: {on_the_whole}" if abs(found.bias) >= 0.0005 else error, error


def sentences(found: Calibration, symbol: str) -> list[str]:
    """What the bars say."""
    said = []
    if symbol == "a":
        said.append("Sigmoid outputs are no probabilities: this is what they would be worth as such.")
    busiest = int(found.counts.argmax())
    if count := int(found.counts[busiest]):
        above, right = f"{busiest / len(found.counts):.2f}"[1:], percent(float(found.accuracy[busiest]))
        mean = probability(float(found.confidence[busiest]))
        said.append(f"To {count:,} it answers above {above}, {mean} on average: {right} of these are right.")
    if found.unanswered:
        said.append(f"{found.unanswered:,} digits have no answer that is a number, and are left out.")
    return said
