"""Two rows about repeats with other seeds: their progress, the mean and the spread of the accuracy of two runs, and
whether the difference between these runs may be chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.comparison import FEW, RARE, chance_sentences
from tui_nn.render.numbers import duration, fitting
from tui_nn.session.run.run_set import NamedRun
from tui_nn.session.sweep.repeats import SEEDS, Repeats, SeedRuns, Settings, compare_settings
from tui_nn.ui.kit.roles import KEY, MUTED, SOFT, TEXT

RISING, FALLING = "⡡⠊", "⠑⢌"
"""The pieces of text that look like the two hatched bands in the chart, one for each run."""
_PLAIN = {RISING: "//", FALLING: "\\\\"}


@dataclass(frozen=True, slots=True)
class Repeated:
    """The contents of the two rows: the results of all seeds, and the two runs whose settings are compared."""

    repeats: Repeats
    live: NamedRun
    other: NamedRun | None = None
    """The run with which the live one is compared; None if there is none."""
    colours: tuple[str, str] = TEXT, TEXT
    """The colours in which the chart draws the hatched areas (bands) of `live` and `other`."""

    @property
    def own(self) -> SeedRuns | None:
        """The runs with the settings of the live run and different seeds; None if there are none."""
        return self.repeats.of(self.live)

    @property
    def others(self) -> SeedRuns | None:
        """The runs with the settings of `other` and different seeds; None if there are none, or if they are the same
        runs as `own`.
        """
        found = self.repeats.of(self.other) if self.other is not None else None
        return None if found is self.own else found

    @property
    def is_empty(self) -> bool:
        """True if nothing was trained with several seeds and nothing is being trained, so that the rows are not needed."""
        return not self.repeats.wanted and self.own is None


class RepeatLine(Widget):
    """A widget that shows the results of several seeds for the settings of the live run and of another run.

    It is hidden until settings are trained with several seeds.
    """

    DEFAULT_CSS = """
    RepeatLine { height: 2; display: none; padding: 0 0 0 1; }
    RepeatLine.-some { display: block; }
    """

    repeated: reactive[Repeated | None] = reactive(None)
    """The results of all seeds, and the two runs that are compared; None before the first repeat."""

    def watch_repeated(self, repeated: Repeated | None) -> None:
        """Hide the widget if there is nothing to show in its rows."""
        self.set_class(repeated is not None and not repeated.is_empty, "-some")

    def render(self) -> Content:
        """Return the content of the widget."""
        if (repeated := self.repeated) is None or repeated.is_empty:
            return Content("")
        width = self.size.width - 1
        plain = getattr(self.app, "ascii_only", False)
        figures = _figures(repeated, width, plain=plain)
        if repeated.repeats.wanted:
            return Content("\n").join([_progress(repeated.repeats, width), figures])
        return Content("\n").join([figures, Content.styled(_verdict(repeated, width), SOFT)])


def _progress(repeats: Repeats, width: int) -> Content:
    done = f"{repeats.done} of {repeats.wanted} done"
    left = "" if math.isnan(repeats.seconds_left) else f", about {duration(repeats.seconds_left)} left"
    words = fitting([f"The seeds are being trained: {done}{left}.", f"Training seeds: {done}{left}."], width - 9)
    return Content.assemble((words, SOFT), ("  V", KEY), (" stops", MUTED))


def _figures(repeated: Repeated, width: int, *, plain: bool) -> Content:
    """Return a row with the mean and the spread of the accuracy of each run, after a sample of its band in the chart."""
    pairs = [(repeated.live, repeated.own, RISING, repeated.colours[0])]
    if repeated.other is not None:
        pairs.append((repeated.other, repeated.others, FALLING, repeated.colours[1]))
    pairs.sort(key=lambda pair: pair[0].letter)
    known = [(run, seeds, sample, colour) for run, seeds, sample, colour in pairs if seeds is not None]
    if not known:
        return Content.styled("The mean and the spread appear after two seeds.", MUTED)
    data = known[0][1].decided_by
    count = " and ".join(dict.fromkeys(f"{len(seeds.runs)}" for _, seeds, _, _ in known))
    seeds_word = "seed" if count == "1" else "seeds"
    epochs = " and ".join(dict.fromkeys(f"{run.summary.training.epochs:,}" for run, *_ in known))
    examples = min(run.summary.set_aside for run, *_ in known) if data == "validation" else 0
    on_few = f"only {examples} {data} example{'s' * (examples > 1)}"
    on_few_forms = (
        f"accuracy of {count} {seeds_word} after {epochs} epochs on {on_few}:",
        f"{count} {seeds_word}, {on_few}:",
    )
    forms = (
        *((form, "") for form in on_few_forms if 0 < examples < FEW),
        (f"{data} accuracy of {count} {seeds_word} after {epochs} epochs:", "  (mean ± standard deviation)"),
        (f"{data} accuracy of {count} {seeds_word} after {epochs} epochs:", ""),
        (f"{data} accuracy of {count} {seeds_word}:", ""),
    )
    for head, note in forms:
        parts: list[tuple[str, str]] = [(head, TEXT)]
        for run, seeds, sample, colour in known:
            parts.append((f"  {_PLAIN[sample] if plain else sample} ", colour))
            broken = f", {seeds.diverged} diverged" if seeds.diverged else ""
            parts.append((f"{run.letter} {seeds.accuracy.percent}{broken}", TEXT))
        content = Content.assemble(*parts, (note, MUTED))
        if len(content) <= width:
            break
    return content


def _verdict(repeated: Repeated, width: int) -> str:
    """Return a sentence about whether the difference between the two settings may be chance.

    If there are too few seeds to judge this, the sentence says what the key V would train next.
    """
    own, others = repeated.own, repeated.others
    if own is not None and others is not None and (test := compare_settings(own, others)) is not None:
        more = (f" V adds {SEEDS} seeds.", f" V adds {SEEDS}.") if test.least >= RARE else ("",)
        return fitting([sentence + key for sentence in chance_sentences(test) for key in more], width)
    if others is None and repeated.other is not None and Settings.of(repeated.other) != Settings.of(repeated.live):
        return f"V also trains the settings of run {repeated.other.letter} with the same seeds."
    return f"The spread is the standard deviation. V trains with {SEEDS} more seeds."
