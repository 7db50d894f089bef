"""Hints: problems of a run, with their reasons and remedies. Each rule is a function of one snapshot.

To add a rule, write it in the module of its kind and add it to `RULES`, where the app, the command line and the tests find it.
Also add a run that shows the problem to `tests/helpers/hint_runs.py`.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.config.configs import TrainingConfig
from tui_nn.session.hints import data, learning, signals, start, steps
from tui_nn.session.hints.hint import Facts, Finding, Fix, Hint, Rule
from tui_nn.session.run.snapshot import Snapshot

__all__ = ["RULES", "Fix", "Hint", "Rule", "hints"]

RULES = (
    data.DATA,
    start.NOT_SCALED,
    start.ALL_ALIKE,
    start.TOO_LARGE,
    steps.SUM,
    steps.ADAPTIVE,
    steps.MOMENTUM,
    steps.NOISY,
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
    steps.FEW_EPOCHS,
)
"""All rules, in the order in which a person should solve the problems. The rule for a cause comes before the rules for
its effects.
"""


def hints(snapshot: Snapshot, statistics: NetworkStatistics | None = None) -> tuple[Hint, ...]:
    """Return the hints for a snapshot, the most fundamental problem first. A healthy run has none.

    Before the first update there are no gradients, so the rules use the gradients in `statistics`, from the probe batch (the
    first test examples). The rules run once for each snapshot, and the result is cached. The first call takes long, so
    make it on a worker thread, not on the event loop.
    """
    with _lock:
        memory = _found.setdefault(snapshot, _Memory())
    return memory.hints(snapshot, statistics)


class _Memory:
    """The hints of one snapshot, with the statistics that the rules used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[tuple[NetworkStatistics | None, tuple[Hint, ...]]] = []

    def hints(self, snapshot: Snapshot, statistics: NetworkStatistics | None) -> tuple[Hint, ...]:
        # After the first epoch, the rules need no statistics, because the records contain the gradients.
        statistics = None if snapshot.epoch else statistics
        with self._lock:
            for asked, found in self._known:
                if asked is statistics:
                    return found
            found = _find(snapshot, statistics)
            self._known.append((statistics, found))
            return found


_lock = threading.Lock()
_found: WeakKeyDictionary[Snapshot, _Memory] = WeakKeyDictionary()
"""The hints of each snapshot. They are removed together with the snapshot."""


def _find(snapshot: Snapshot, statistics: NetworkStatistics | None) -> tuple[Hint, ...]:
    facts = Facts(snapshot, statistics)
    found: list[Hint] = []
    with np.errstate(all="ignore"):
        for rule in RULES:
            if rule.only_alone and found:
                continue
            if (finding := rule.find(facts)) and not _contradicts(finding, found):
                finding = _after_changes(finding, facts)
                title, why = finding.title or rule.title, finding.why or rule.why
                found.append(Hint(rule.name, title, finding.sentence, why, finding.fix))
    return tuple(found)


def _after_changes(finding: Finding, facts: Facts) -> Finding:
    """Return the finding without its fix if a person has just changed the setting that the fix would change.

    The records do not show the effect of this change yet, and the same fix again would go too far.
    """
    fix = finding.fix
    if fix is None or fix.start_over or fix.back_to is not None or not facts.trained:
        return finding
    # Looking back, the history also has changes that were made at later positions.
    here = facts.snapshot.place
    now = [change for change in facts.snapshot.history.changes if (facts.epoch, 0) <= change.place <= here]
    changed = [name for name in fix.settings if any(name in change.values for change in now)]
    if not changed:
        return finding
    labels = {setting.name: setting.label for setting in TrainingConfig.settings}
    words = " and ".join(labels[name] for name in changed)
    sentence = f"{finding.sentence} You have changed {words} since then. Train on to see the effect."
    return replace(finding, sentence=sentence, fix=None)


def _contradicts(finding: Finding, found: list[Hint]) -> bool:
    """Return whether an earlier hint sets one of these settings to another value.

    If so, the later hint is left out, because the earlier hint is nearer to the cause.
    """
    settings = finding.fix.settings if finding.fix else {}
    earlier = [hint.fix.settings for hint in found if hint.fix]
    return any(other[name] != settings[name] for other in earlier for name in other.keys() & settings.keys())
