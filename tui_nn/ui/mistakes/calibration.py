"""The calibration view: it compares the confidence of the network with the share of its predictions that are right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.analysis.calibration import Calibration, calibrate
from tui_nn.render.bars import bar
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import MINUS, percent, probability
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.pace import Pace
from tui_nn.ui.kit.roles import BAR, MUTED, TEXT, UNSURE, WARNING, bold
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.explained import calibration_spots

HELP = """\
**Is the network right as often as its confidence says?** This view sorts the test pictures by p(pred), the probability
that the network gives to its prediction. Of the pictures with p(pred) near .80, 80 % should be right.

| word | means |
| --- | --- |
| **bar**, **right** | the share of these pictures that is right |
| **line across**, **said** | the mean p(pred) of these pictures. A perfectly calibrated network has the end of the bar here |
| **gap** | said − right |
| **overconfident**, **underconfident** | the gap is more than two standard errors of **right**, so chance seldom explains it |
| **may be chance** | the gap is .05 or more, but within two standard errors. A smaller gap gets no word |
| **calibration error** | the mean size of the gaps, weighted by the number of pictures; 0 is perfect (Guo et al. 2017, ten bins) |

A network that has memorised its training pictures is often overconfident about new ones. Sigmoid outputs **a** are not
probabilities: squared error pulls each of them to 0 or 1 alone, and nothing makes the largest one equal to the share that
is right. The bars then show how good these outputs would be as probabilities.
"""

_BESIDE = len("  .90–1.0   10,000  ") + len("  .98 right  .99 said  −.01 underconfident ")

VISIBLE = 0.05
"""The size from which a gap that chance can explain gets the words "may be chance". Smaller gaps get no words."""


class Reliability(Widget):
    """A widget that draws a row for each range of confidence: a bar for the share of right predictions, and an upright line
    at the mean confidence.
    """

    DEFAULT_CSS = """
    Reliability { height: 13; width: 1fr; }
    """

    calibration: reactive[Calibration | None] = reactive(None, always_update=True)
    """For each range of confidence: the number of pictures, their accuracy and their mean confidence."""

    symbol: reactive[str] = reactive("p")
    """The letter for the outputs: "p" for probabilities, "a" for sigmoid outputs."""

    noun: str = "digit"
    """The word for one example, such as "digit". Set it before `calibration`, which redraws the widget."""

    def render(self) -> Content:
        """Return the content of the widget: a heading, one row for each range of confidence, and the scale below."""
        found = self.calibration
        if found is None:
            return Content("")
        room = max(min(self.size.width - _BESIDE, 60), 8)
        bins = len(found.counts)
        heading = f"  {self.symbol}(pred){f'{self.noun}s':>11}  {'share correct'.ljust(room)}  right  conf   gap"
        rows = [Content.assemble((heading, MUTED))]
        for place in reversed(range(bins)):
            low, high = _limits(place, bins)
            rows.append(self._row(f"  {low}–{high}", found, place, room))
        rows.append(Content.assemble((" " * 20 + "0" + "1".rjust(room - 1), MUTED)))
        return Content("\n").join(rows)

    def _row(self, label: str, found: Calibration, place: int, room: int) -> Content:
        count, right, said = int(found.counts[place]), float(found.accuracy[place]), float(found.confidence[place])
        label = f"{label.ljust(9)}{count or '·':>9}  " if count < 1000 else f"{label.ljust(9)}{count:>9,}  "
        if not count:
            return Content.assemble((label, MUTED))
        cells = bar(right, room)
        at = min(int(said * room), room - 1)
        gap = said - right
        word, style = ("overconfident", WARNING) if gap > 0 else ("underconfident", UNSURE)
        # Chance can explain a gap of at most two standard errors of the share of right predictions.
        if abs(gap) <= 2 * math.sqrt(max(right * (1 - right), 0.25 / count) / count):
            word, style = "may be chance" if abs(gap) >= VISIBLE else "", MUTED
        return Content.assemble(
            label,
            (cells[:at], BAR),
            ("┃", f"{bold(TEXT)}{f' on {BAR}' if cells[at] == '█' else ''}"),
            (cells[at + 1 :], BAR),
            (f"  {_share(right):>5}", "bold"),
            (f"  {_share(said):>4}", MUTED),
            (f"  {'+' if gap > 0 else MINUS}{abs(gap):.2f}".replace("0.", "."), style),
            (f" {word}", bold(style) if style != MUTED else style),
        )


def _limits(place: int, bins: int) -> tuple[str, str]:
    """Return the two limits of a range of confidence as texts, such as ".10" and ".20". The last range ends at "1.0"."""
    return f"{place / bins:.2f}"[1:], "1.0" if place == bins - 1 else f"{(place + 1) / bins:.2f}"[1:]


def _share(share: float) -> str:
    """Return a share in at most four characters: ".81", "1.0" for all, ".00" for none."""
    return "1.0" if share == 1 else f"{min(share, 0.99):.2f}"[1:]


class CalibrationView(CursorView):
    """A view that compares confidence and accuracy: the calibration error, bars, and sentences that explain the bars."""

    KEY: ClassVar[str] = "k"
    NAME: ClassVar[str] = "calibration"
    TOOLTIP: ClassVar[str] = "See whether the network is right as often as its confidence says"
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
        """Yield the widgets: the title, the bars of all ranges of confidence, and the sentences that explain them."""
        yield self._title
        yield self._bars
        yield self._words

    def on_resize(self) -> None:
        """Leave out the blank rows between the parts if the view has few rows."""
        self.set_class(self.size.height < 19, "-low")

    @property
    def pending(self) -> bool:
        """Return whether the view has not drawn the newest epoch yet."""
        return self._pace.waiting

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Count the predictions of a new snapshot: at once, or at most twice a second while training runs."""
        self._pace.follow(snapshot)

    def watch_test(self) -> None:
        """Count the predictions again, because the test data is new."""
        self._look()

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the rows of the chart and for the calibration error."""
        if (found := self._bars.calibration) is not None:
            yield from calibration_spots(page, self._bars, self._title, found)

    def _look(self) -> None:
        snapshot, test = self.snapshot, self.test
        if snapshot is None or test is None:
            self._title.texts = (words.LOADING,)
            return
        found, symbol = calibrate(snapshot.evaluation.outputs, test.labels), symbol_of(snapshot.network.loss)
        self._bars.noun, self._bars.symbol, self._bars.calibration = test.noun, symbol, found
        self._title.texts, self._title.right = title(found), f"epoch {epoch_words(snapshot)}"
        self._words.update("\n".join(sentences(found, symbol, test.noun)))


def title(found: Calibration) -> tuple[str, ...]:
    """Return a text, in several lengths, with the calibration error.

    The long texts also contain the average difference by which the confidence is too high or too low.
    """
    if not found.counts.sum():
        return ("No predictions: the outputs of the network are not finite.", "No predictions: NaN")
    error = f"calibration error {percent(found.error)}"
    way = "too high" if found.bias > 0 else "too low"
    points = percent(abs(found.bias)).removesuffix(" %")
    if abs(found.bias) < 0.0005:
        return (error,)
    on_average = f"{error}: the confidence is {points} points {way}"
    return f"{on_average} on average", on_average, error


def sentences(found: Calibration, symbol: str, noun: str) -> list[str]:
    """Return a list of sentences that explain the bars."""
    said = []
    if symbol == "a":
        said.append("Sigmoid outputs are not probabilities. The bars show how well they would serve as probabilities.")
    busiest = int(found.counts.argmax())
    if count := int(found.counts[busiest]):
        low, high = _limits(busiest, len(found.counts))
        mean, right = probability(float(found.confidence[busiest])), percent(float(found.accuracy[busiest]))
        said.append(
            f"For {count:,} {noun}s the confidence is between {low} and {high} (average {mean}); {right} of these "
            "predictions are right."
        )
    if found.unanswered:
        said.append(f"{found.unanswered:,} {noun}s are left out, because their outputs are NaN or infinite.")
    return said
