"""The grid of a sweep: every combination of the values of some settings, each with several seeds."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from math import prod
from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.data.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting and the values that a sweep tries for it."""

    setting: Setting
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a sweep. It can be sent to another process, which loads the data from their source."""

    network: NetworkConfig
    training: TrainingConfig
    source: str
    """The source of the data, for `load_dataset`."""
    digest: str
    """The digest of the data, which identifies them."""

    @property
    def key(self) -> str:
        """A hash of all that the result depends on, in 16 hexadecimal digits. Equal jobs have equal keys."""
        parts = [str(sys.modules["tui_nn"].__version__), self.network.to_dict(), self.training.to_dict(), self.digest]
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Combination:
    """One value for each axis, and the jobs (runs) with these values, one for each seed."""

    values: tuple[Any, ...]
    jobs: tuple[Job, ...]

    def words(self, axes: Sequence[Axis]) -> str:
        """Return the values with their settings, such as "learning rate 0.1, batch size 64"."""
        pairs = zip(axes, self.values, strict=True)
        return ", ".join(f"{axis.setting.label} {axis.setting.show(value)}" for axis, value in pairs)


@dataclass(frozen=True, slots=True)
class Grid:
    """The settings that all runs share, the axes, and the number of seeds. The first seed is the one in the training settings."""

    network: NetworkConfig
    training: TrainingConfig
    axes: tuple[Axis, ...]
    seeds: int

    def __len__(self) -> int:
        """Return the number of runs."""
        return prod(len(axis.values) for axis in self.axes) * self.seeds

    def combinations(self, dataset: Dataset) -> list[Combination]:
        """Return all combinations of the values with their jobs on this data. The last axis changes fastest.

        Raises:
            ConfigError: if a value is not allowed, such as a seed that is too large.
        """
        digest = dataset.digest
        of_network = {setting.name for setting in NetworkConfig.settings}
        found = []
        for values in product(*(axis.values for axis in self.axes)):
            chosen = {axis.setting.name: value for axis, value in zip(self.axes, values, strict=True)}
            network = replace(self.network, **{name: chosen[name] for name in chosen if name in of_network})
            training = replace(self.training, **{name: chosen[name] for name in chosen if name not in of_network})
            trainings = (replace(training, seed=training.seed + number) for number in range(self.seeds))
            jobs = (Job(network, training, dataset.source, digest) for training in trainings)
            found.append(Combination(values, tuple(jobs)))
        return found
