"""What is wrong with a run, why, and what helps: rules that are functions of a snapshot alone.

To add a rule, write it beside its kind and give it a place in the table: app, command line and tests find it there.
"""

from __future__ import annotations

import numpy as np

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.session.hints import learning, signals, start, steps
from tui_nn.session.hints.hint import Facts, Fix, Hint, Rule
from tui_nn.session.run.snapshot import Snapshot

__all__ = ["RULES", "Fix", "Hint", "Rule", "hints"]

RULES = (
    start.NOT_SCALED,
    start.ALL_ALIKE,
    start.TOO_LARGE,
    steps.SUM,
    steps.ADAPTIVE,
    steps.MOMENTUM,
    steps.NOT_FINITE,
    learning.SHUFFLED,
    learning.PULLED,
    learning.DROPPED,
    steps.TOO_HIGH,
    signals.SATURATED,
    signals.VANISHED,
    signals.EXPLODED,
    signals.DEAD,
    steps.CLIPPED,
    steps.SCHEDULE_OVER,
    steps.TOO_LOW,
    start.LINEAR,
    steps.FEW_UPDATES,
    learning.SQUARED_ERROR,
    learning.NEVER,
    start.NARROW,
    learning.FEW_DIGITS,
    learning.OVERFITTING,
    steps.PLATEAU,
)
"""Causes before what they cause: the first that is found is the one to begin with."""


def hints(snapshot: Snapshot, statistics: NetworkStatistics | None = None) -> tuple[Hint, ...]:
    """What the rules find in a snapshot, the most fundamental first; nothing for a run that is well.

    `statistics` of its network on a probe batch stand in for gradients that no update has made yet.
    """
    facts = Facts(snapshot, statistics)
    found = []
    with np.errstate(all="ignore"):
        for rule in RULES:
            if finding := rule.find(facts):
                found.append(Hint(rule.name, rule.title, finding.says, rule.why, finding.fix))
    return tuple(found)
