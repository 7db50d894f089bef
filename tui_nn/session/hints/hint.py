"""The classes of hints: rule, finding, fix and hint. A `Facts` object has the facts about a run that the rules use."""

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
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.session.run.history import EpochRecord, LayerRecord
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy that the program can carry out: other settings, or a pane to open if settings cannot help."""

    settings: dict[str, Any] = field(default_factory=dict)
    """The new values of the settings that the remedy changes, by name."""
    start_over: bool = False
    """True if the run must start again, because the settings need a new network or the weights are damaged."""
    pane: str = ""
    """The pane that the remedy opens; "" if it changes settings instead."""
    back_to: int | None = None
    """The epoch to which the run goes back before the settings change; None if it stays where it is."""

    @property
    def words(self) -> str:
        """The remedy as text for the screen, such as "learning rate 0.3, and start over"."""
        if self.pane:
            return f"look at the pictures and their labels in {self.pane}"
        words = self.settings_words
        if self.back_to is not None:
            return f"go back to epoch {self.back_to:,} (★) with {words}"
        if not self.start_over:
            return words
        return f"{words}, and start over" if words else "start over"

    @property
    def settings_words(self) -> str:
        """The new values of the settings as text, such as "learning rate 0.3"."""
        labels = {s.name: (s.label, s.show(self.settings[s.name])) for s in _settings() if s.name in self.settings}
        return ", ".join(" ".join(labels[name]) for name in self.settings)

    def configs(self, snapshot: Snapshot) -> tuple[NetworkConfig, TrainingConfig]:
        """Return the network config and the training config of the snapshot, with the settings of this fix."""
        names = {setting.name for setting in NetworkConfig.settings}
        network = {name: value for name, value in self.settings.items() if name in names}
        training = {name: value for name, value in self.settings.items() if name not in names}
        return replace(snapshot.network, **network), replace(snapshot.training, **training)


def _settings() -> tuple[Any, ...]:
    return NetworkConfig.settings + TrainingConfig.settings


def change(start_over: bool = False, /, **settings: Any) -> Fix:
    """Return a fix with these settings. The fix starts the run again if one of the settings needs a new network."""
    new = {setting.name for setting in _settings() if setting.effect is Effect.NEW_NETWORK}
    return Fix(settings, start_over or not new.isdisjoint(settings))


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a rule that applies to a snapshot."""

    sentence: str
    """A sentence that describes the problem with numbers of this run."""
    fix: Fix | None
    why: str = ""
    """The reason for the problem in this run, if the general reason of the rule does not hold for this run; else ""."""
    title: str = ""
    """The title of the problem, if the title of the rule does not fit this run; else ""."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of the fix of a hint: a number of the run, and the factor by which it must change."""

    name: str
    """The name of the number that the fix should change, such as "train loss"."""
    value: Callable[[EpochRecord], float]
    """The function that reads the number of the goal from the record of an epoch."""
    factor: float
    """The factor by which the fix must change the number. If it is below 1, the number with the fix must be at most
    `factor` times the number without the fix. If it is above 1, the number must be at least that large.
    """

    def reached(self, before: float, after: float) -> bool:
        """Return whether the goal's number has changed by the factor that the goal asks for. If the number was NaN or infinite
        before, it only has to be finite now.
        """
        if not math.isfinite(before):
            return math.isfinite(after)
        return after <= self.factor * before if self.factor < 1 else after >= self.factor * before


def lower_loss(factor: float) -> Goal:
    """Return this goal: the train loss with the fix is at most `factor` times the train loss without it."""
    return Goal("train loss", lambda record: record.train_loss, factor)


def higher_accuracy(factor: float) -> Goal:
    """Return this goal: the test accuracy with the fix is at least `factor` times the test accuracy without it."""
    return Goal("test accuracy", lambda record: record.test_accuracy, factor)


@dataclass(frozen=True, slots=True)
class Rule:
    """A hint rule: the name and the reason of one problem, and the function that finds it."""

    name: str
    """The name of the rule for programs, such as "rate_too_high"."""
    title: str
    """The title for people, such as "learning rate too high"."""
    why: str
    """The reason why such a problem occurs, without numbers of the run."""
    find: Callable[[Facts], Finding | None]
    """The function that looks for the problem. It returns a finding, or None if the run does not have the problem."""
    goal: Goal | None = None
    """The goal of the fix; None if the fix only opens a pane. The slow tests carry the fix out on ten seeds."""
    only_alone: bool = False
    """True if the fix helps only a run without another problem. After another hint, this hint is left out."""
    shown_by: tuple[int, dict[str, Any]] | None = None
    """The number of epochs and the settings of a run that shows the problem. The tests train this run on part of the digits."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One problem of a run, with the reason and a remedy."""

    name: str
    title: str
    sentence: str
    why: str
    fix: Fix | None

    def to_dict(self) -> dict[str, Any]:
        """Return the name, the texts and the remedy of the hint as plain values for JSON."""
        fix = None
        if self.fix:
            settings = {k: list(v) if isinstance(v, tuple) else v for k, v in self.fix.settings.items()}
            fix = {
                "words": self.fix.words,
                "settings": settings,
                "start_over": self.fix.start_over,
                "pane": self.fix.pane,
                "back_to": self.fix.back_to,
            }
        return {"name": self.name, "title": self.title, "says": self.sentence, "why": self.why, "fix": fix}


class Facts:
    """A snapshot, and facts about it that several rules use."""

    def __init__(self, snapshot: Snapshot, statistics: NetworkStatistics | None = None) -> None:
        self.snapshot = snapshot
        self._statistics = statistics
        self.network, self.training = snapshot.network, snapshot.training
        self.epoch = snapshot.epoch
        """The number of complete epochs."""
        self.records = snapshot.history.records[: snapshot.epoch + 1]
        """The records of all epochs up to the epoch that is shown."""
        self.first, self.now = self.records[0], self.records[-1]
        self.chance = LOSSES[self.network.loss].chance(self.network.output_size)
        """The loss of a network that gives all classes the same output."""
        self.batch = min(snapshot.epoch_training.batch_size or snapshot.train_examples, snapshot.train_examples)
        """The number of examples in a batch."""
        self.updates = snapshot.step
        """The number of updates so far."""

    @property
    def carried(self) -> float:
        """The number of updates during which a gradient has an effect, because momentum carries it on; 1 without momentum."""
        uses = "momentum" in OPTIMIZERS[self.training.optimizer].uses and self.training.momentum < 1
        return 1 / (1 - self.training.momentum) if uses else 1.0

    @property
    def carried_too_long(self) -> bool:
        """True if momentum carries gradients on for many epochs. An update then mainly follows gradients of old weights."""
        return self.carried > max(5 * self.snapshot.batches, 300)

    @property
    def noisy_steps(self) -> bool:
        """True if updates are large and each is computed from only a few examples. Such updates undo each other."""
        far = self.training.learning_rate * self.carried / self.batch
        return self.batch < 8 and far >= 0.05 and not OPTIMIZERS[self.training.optimizer].adaptive

    @property
    def monitored_data(self) -> str:
        """The name of the data whose loss decides which epoch is the best: "validation" or "test"."""
        return self.snapshot.history.monitored_data

    @property
    def trained(self) -> bool:
        """True if at least one epoch is complete."""
        return self.epoch > 0

    @cached_property
    def rate_since(self) -> tuple[float, EpochRecord]:
        """Return the learning rate of the newest epoch, and the last record made before this rate was set.

        An epoch in which the rate was changed counts as an epoch with the new rate.
        """
        since, now = self._rates[-1]
        return now, self.records[since]

    @cached_property
    def _rates(self) -> list[tuple[int, float]]:
        """Pairs (complete epochs when a learning rate was set, this rate), the oldest first. There is at least one pair."""
        history = self.snapshot.history
        # If there are several changes at one position, the last one counts. Changes after the newest epoch do not
        # count.
        changed = {c.place: c.values["learning_rate"] for c in history.changes if "learning_rate" in c.values}
        rates = [(0, history.begun_with.learning_rate)] if history.begun_with else []
        for (epoch, _), new in changed.items():
            if epoch < self.epoch and (not rates or new != rates[-1][1]):
                rates.append((epoch, new))
        return rates or [(0, self.training.learning_rate)]

    @property
    def rate_was_lowered(self) -> bool:
        """True if the newest epoch has a lower learning rate than the epochs before it."""
        since, now = self._rates[-1]
        return since > 0 and len(self._rates) > 1 and now < self._rates[-2][1]

    def rate_of(self, epoch: int) -> float:
        """Return the learning rate of an epoch. If the rate was changed during the epoch, return the new one."""
        return [new for since, new in self._rates if since < epoch or not since][-1]

    @cached_property
    def hidden(self) -> tuple[LayerRecord, ...]:
        """The records of the hidden layers after the newest epoch; empty if unknown."""
        return self.now.layers[:-1]

    @cached_property
    def ratio(self) -> float:
        """The largest log10(update / weights) of all layers; −inf if no weight changed, or if it is unknown."""
        return max(
            (layer.update_ratio for layer in self.now.layers if not math.isnan(layer.update_ratio)), default=-math.inf
        )

    @cached_property
    def gradients(self) -> list[float]:
        """The RMS of the weight gradients of each layer, for a mean loss.

        The gradients are from the last update, or before training from the probe batch (the first test examples).
        """
        if not self.trained:
            return [layer.gradient.rms for layer in self._statistics.layers] if self._statistics else []
        return self.gradients_of(self.now)

    def gradients_of(self, record: EpochRecord) -> list[float]:
        """Return the RMS of the weight gradients of each layer in the last update of an epoch, for a mean loss."""
        share = 1 if self.training.reduction == "mean" else self.batch
        return [layer.gradient_rms / share for layer in record.layers]

    @cached_property
    def answers(self) -> Any:
        """The number of test examples for which each class is predicted, shape (classes,)."""
        return np.bincount(self.snapshot.evaluation.predicted, minlength=self.network.output_size)

    @cached_property
    def lowest(self) -> EpochRecord:
        """The trained epoch with the lowest train loss."""
        return min(self.records[1:], key=lambda r: math.inf if math.isnan(r.train_loss) else r.train_loss)


def rate(value: float) -> float:
    """Round a learning rate to two significant digits."""
    return float(f"{value:.2g}")
