"""Names for runs with equal titles, made from the settings in which these runs differ."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.session.run.run_set import NamedRun
from tui_nn.session.run.run_summary import different_settings


def run_names(runs: Sequence[NamedRun]) -> dict[str, tuple[str, ...]]:
    """Return a dict from the letter of each run to its possible names, the longest first.

    The only name of a run is its title if no other run has this title, or if all runs with this title have equal
    settings.
    """
    names: dict[str, tuple[str, ...]] = {}
    for title in dict.fromkeys(run.title for run in runs):
        group = [run for run in runs if run.title == title]
        different = list(different_settings(*(run.summary for run in group)))
        oldest = min(range(len(group)), key=lambda number: group[number].summary.run)
        for number, run in enumerate(group):
            values = [(setting, texts[number]) for setting, texts in different]
            long = ", ".join(f"{setting.label} {text}" for setting, text in values)
            short = ", ".join(f"{setting.short or setting.label} {text}" for setting, text in values)
            # The shortest name contains only the values that differ from those of the oldest run with this title.
            shortest = " ".join(
                f"{setting.short or setting.label} {texts[number]}"
                for setting, texts in different
                if texts[number] != texts[oldest]
            )
            names[run.letter] = (long, short, shortest or title) if values else (title,)
    return names
