"""What a hint is, and what rules look at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from tui_nn.analysis.statistics import NetworkStatistics
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Effect
from tui_nn.core.losses import LOSSES
from tui_nn.session.run.history import EpochRecord, LayerRecord
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Fix:
    """What helps, ready to be carried out: other settings, or where they cannot help a pane to look at."""

    settings: dict[str, Any] = field(default_factory=dict)
    """The new values, by the names of the settings."""
    start_over: bool = False
    """Whether it takes a new network, or a fresh start because what was learned is spoilt."""
    pane: str = ""
    """The pane to look at, or ""."""

    @property
    def words(self) -> str:
        """The settings as they read on the screen: "learning rate 0.3, and start over"."""
        if self.pane:
            return f"look at them in {self.pane}"
        labels = {s.name: (s.label, s.show(self.settings[s.name])) for s in _settings() if s.name in self.settings}
        words = ", ".join(" ".join(labels[name]) for name in self.settings)
        if not self.start_over:
            return words
        return f"{words}, and start over" if words else "start over"

    def configs(self, snapshot: Snapshot) -> tuple[NetworkConfig, TrainingConfig]:
        """The snapshot's two configs, changed."""
        names = {setting.name for setting in NetworkConfig.settings}
        network = {name: value for name, value in self.settings.items() if name in names}
        training = {name: value for name, value in self.settings.items() if name not in names}
        return replace(snapshot.network, **network), replace(snapshot.training, **training)


def _settings() -> tuple[Any, ...]:
    return NetworkConfig.settings + TrainingConfig.settings


def change(start_over: bool = False, /, **settings: Any) -> Fix:
    """A fix by settings; it starts over if one of them takes a new network."""
    new = {setting.name for setting in _settings() if setting.effect is Effect.NEW_NETWORK}
    return Fix(settings, start_over or not new.isdisjoint(settings))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found in one snapshot."""

    says: str
    """A sentence with the run's own numbers."""
    fix: Fix | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    name: str
    """For programs: "rate_too_high"."""
    title: str
    """For people: "learning rate too high: it overshoots"."""
    why: str
    """What is behind it, whatever the numbers."""
    find: Callable[[Facts], Finding | None]


@dataclass(frozen=True, slots=True)
class Hint:
    """What is wrong with a run, why, and what helps."""

    name: str
    title: str
    says: str
    why: str
    fix: Fix | None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        fix = None
        if self.fix:
            settings = {k: list(v) if isinstance(v, tuple) else v for k, v in self.fix.settings.items()}
            fix = {
                "words": self.fix.words,
                "settings": settings,
                "start_over": self.fix.start_over,
                "pane": self.fix.pane,
            }
        return {"name": self.name, "title": self.title, "says": self.says, "why": self.why, "fix": fix}


class Facts:
    """A snapshot, and what several rules ask of it. Nothing but the snapshot decides what is found."""

    def __init__(self, snapshot: Snapshot, statistics: NetworkStatistics | None = None) -> None:
        self.snapshot = snapshot
        self._statistics = statistics
        self.network, self.training = snapshot.network, snapshot.training
        self.epoch = snapshot.epoch
        """Complete epochs."""
        self.records = snapshot.history.records[: snapshot.epoch + 1]
        """Those up to the epoch that is shown."""
        self.first, self.now = self.records[0], self.records[-1]
        self.chance = LOSSES[self.network.loss].chance(self.network.output_size)
        """What guessing costs."""
        self.batch = min(snapshot.epoch_training.batch_size or snapshot.train_examples, snapshot.train_examples)
        """Examples behind an update."""
        self.updates = snapshot.step
        """Updates so far."""

    @property
    def trained(self) -> bool:
        """Whether an epoch is complete."""
        return self.epoch > 0

    @cached_property
    def rate_since(self) -> tuple[float, EpochRecord]:
        """The learning rate that the newest epoch was trained with, and the last record before that rate was set.

        An epoch in which it was set counts as one with it: its record is of both.
        """
        history, since = self.snapshot.history, 0
        # The last of several at one place, and nothing that the newest epoch did not see.
        changed = {c.place: c.values["learning_rate"] for c in history.changes if "learning_rate" in c.values}
        changed = {place: new for place, new in changed.items() if place[0] < self.epoch}
        now = history.begun_with.learning_rate if history.begun_with else None
        for (epoch, _), new in changed.items():
            if new != now:
                now, since = new, epoch
        return self.training.learning_rate if now is None else now, self.records[since]

    @cached_property
    def hidden(self) -> tuple[LayerRecord, ...]:
        """What the hidden layers did after the newest epoch; nothing where it is not known."""
        return self.now.layers[:-1]

    @cached_property
    def ratio(self) -> float:
        """log10 of the largest last update of a layer over its weights; −inf where nothing moved or none is known."""
        return max(
            (layer.update_ratio for layer in self.now.layers if not math.isnan(layer.update_ratio)), default=-math.inf
        )

    @cached_property
    def gradients(self) -> list[float]:
        """Gradient RMS a weight of every layer, of a mean loss: of the epoch's last update, before the first of the probe."""
        if not self.trained:
            return [layer.gradient.rms for layer in self._statistics.layers] if self._statistics else []
        share = 1 if self.training.reduction == "mean" else self.batch
        return [layer.gradient_rms / share for layer in self.now.layers]

    @cached_property
    def answers(self) -> Any:
        """How often each digit was answered on the test digits, (10,)."""
        return np.bincount(self.snapshot.evaluation.predicted, minlength=self.network.output_size)

    @cached_property
    def lowest(self) -> EpochRecord:
        """The trained epoch with the lowest train loss."""
        return min(self.records[1:], key=lambda r: math.inf if math.isnan(r.train_loss) else r.train_loss)


def rate(value: float) -> float:
    """A learning rate that reads well: one or two digits."""
    return float(f"{value:.2g}")
