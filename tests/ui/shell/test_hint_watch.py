"""Test which run the report on a fix is about."""

from __future__ import annotations

from dataclasses import replace

from hint_runs import SMALL, found, trained
from textual.widget import Widget

from tui_nn.ui.shell.hint_watch import HintWatch


def test_only_the_run_that_a_fix_began_is_reported() -> None:
    failed = trained(1, validation=0.0, learning_rate=3.0, **SMALL)
    fixed = trained(1, validation=0.0, **SMALL)
    for runs, reported in (((2,), True), ((2, failed.run, 2), True), ((2, 3), False), ((2, 1000, 2), False)):
        watch = HintWatch(Widget(), lambda: None)
        watch.carry_out(found(failed)["rate_too_high"], failed)
        # All runs have the settings of the fix. Only the last one is as long as the failed run.
        outcomes = [
            watch.outcome(replace(fixed, run=run, epoch=int(place == len(runs) - 1))) for place, run in enumerate(runs)
        ]
        assert bool(outcomes[-1]) is reported
