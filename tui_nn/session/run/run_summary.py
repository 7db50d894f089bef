"""A summary of a run, with everything that a comparison needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters
from tui_nn.session.run.history import Change
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RunSummary:
    """A run without the parts that are needed only to train on: moments, checkpoints, branches and layer statistics.

    It needs memory for its parameters, for its outputs for the test data, and for 48 bytes for each epoch.
    """

    run: int
    """The number of the run in its session."""
    preset: str
    network: NetworkConfig
    training: TrainingConfig
    begun_with: TrainingConfig
    """The hyperparameters of the first update, before any later change by hand."""
    changes: tuple[Change, ...]
    curves: RunCurves
    epoch: int
    """The number of complete epochs at the position that was shown last."""
    parameters: Parameters
    """The parameters at the position that was shown last."""
    evaluation: Evaluation
    """The outputs of this network for the test examples."""
    set_aside: int = 0
    """The number of training examples that are set aside for validation; 0 if there are none."""
    diverged: str = ""
    """The reason why the run diverged; "" if it did not."""

    @classmethod
    def of(cls, snapshot: Snapshot, before: RunSummary | None = None) -> RunSummary:
        """Return the summary of a snapshot. With an earlier summary of the same run, only the records of new epochs are read."""
        history = snapshot.history
        return cls(
            run=snapshot.run,
            preset=snapshot.preset,
            network=snapshot.network,
            training=snapshot.training,
            begun_with=history.first_training or snapshot.training,
            changes=history.changes,
            curves=RunCurves.of(history.records, before.curves if before is not None else None),
            epoch=snapshot.epoch,
            parameters=snapshot.parameters,
            evaluation=snapshot.evaluation,
            set_aside=snapshot.set_aside,
            diverged=snapshot.own_branch.diverged,
        )

    @property
    def mlp(self) -> MLP:
        """A network with the parameters of the summary."""
        return MLP(self.network, self.parameters)

    @property
    def is_trained(self) -> bool:
        """True if the run has at least one complete epoch."""
        return len(self.curves) > 1

    @property
    def bytes(self) -> int:
        """The size of the arrays in bytes."""
        outputs = self.evaluation
        arrays = (self.parameters.vector, outputs.outputs, outputs.losses, outputs.predicted)
        return sum(array.nbytes for array in (*arrays, *self.curves.values.values()))

    def value(self, setting: Setting) -> Any:
        """Return the value of a setting; for a hyperparameter, the value that the run has now."""
        config = self.network if setting.name in _NETWORK else self.training
        return getattr(config, setting.name)

    def shown(self, setting: Setting) -> str:
        """Return the value of a setting as text. If a person changed it, the text contains the first value and then the present
        one.
        """
        value = setting.show(self.value(setting))
        begun = value if setting.name in _NETWORK else setting.show(getattr(self.begun_with, setting.name))
        return value if begun == value else f"{begun} → {value}"


_NETWORK = frozenset(setting.name for setting in NetworkConfig.settings)


def different_settings(*runs: RunSummary) -> Iterator[tuple[Setting, tuple[str, ...]]]:
    """Yield each setting in which the runs differ, with its value in each run as text.

    A setting that has no effect in any of the runs is left out.
    """
    for setting in (*NetworkConfig.settings, *TrainingConfig.settings):
        texts = tuple(run.shown(setting) for run in runs)
        if len(set(texts)) > 1 and any(setting.used(run.network, run.training) for run in runs):
            yield setting, texts
