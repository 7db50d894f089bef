"""The plan of a script: the settings, epochs and changes of a run, in the order in which the script repeats them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.data.own import parted
from tui_nn.session.run.history import Change
from tui_nn.session.run.snapshot import Snapshot


class ExportError(ValueError):
    """The error for a run that cannot be exported. The message is one sentence."""


KNOWN = {
    "activation": {"relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "identity"},
    "weight_init": {
        "he_normal", "he_uniform", "xavier_normal", "xavier_uniform", "lecun_normal", "lecun_uniform", "normal", "uniform",
        "zeros", "constant",
    },
    "loss": {"softmax_cross_entropy", "sigmoid_mse"},
    "optimizer": {"sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"},
    "schedule": {"constant", "step", "cosine", "warmup", "warmup_cosine"},
    "noise": {"none", "gaussian", "shift", "rotation", "shift_rotation"},
}  # fmt: skip
"""The values of each setting for which the scripts have code. A run with another value cannot be exported as a script."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan by which a script repeats a run: the settings at the start, the epochs, and the changes between them."""

    preset: str
    network: NetworkConfig
    stages: tuple[TrainingConfig, ...]
    """The training settings at the start, and after each change of the settings."""
    changes: tuple[Change, ...]
    epochs: int
    """The number of epochs that the script trains. These are the epochs of the run, or the planned epochs of an
    untrained run.
    """
    trained: bool
    """True if the run has at least one complete epoch."""
    validation: str
    """The source of the validation examples: "data" (the dataset), "aside" (part of the training examples), or "" if there are
    none.
    """
    own: int
    """The number of your own digits, which come first in the training examples."""

    @classmethod
    def of(cls, snapshot: Snapshot, source: str) -> Plan:
        """Return the plan of the branch that a snapshot shows. `source` is the source of its data.

        Raises:
            ExportError: if the settings at the start of the run are unknown, or if the scripts have no code for a setting.
        """
        history = snapshot.history
        if history.begun_with is None and history.changes:
            raise ExportError(
                "the file of this run has the format 1, which does not store the settings before the first change; "
                "train the run again to export it"
            )
        begun = history.begun_with or snapshot.training
        stages = [begun]
        for change in history.changes:
            stages.append(replace(stages[-1], **change.values))
        for config in (snapshot.network, *stages):
            for setting in config.settings:
                if setting.table and (value := getattr(config, setting.name)) not in KNOWN[setting.name]:
                    raise ExportError(
                        f"scripts have no code yet for the {setting.label} '{value}'; export the weights instead"
                    )
        trained = snapshot.newest_epoch
        epochs = trained or stages[-1].epochs
        kind = "" if not history.records[0].has_validation else "aside" if snapshot.set_aside else "data"
        return cls(
            preset=snapshot.preset,
            network=snapshot.network,
            stages=tuple(stages),
            changes=tuple(change for change in history.changes if change.epoch <= epochs),
            epochs=epochs,
            trained=trained > 0,
            validation=kind,
            own=parted(source)[1] or 0,
        )

    @property
    def begun(self) -> TrainingConfig:
        """The settings that the run began with."""
        return self.stages[0]

    @property
    def stops_early(self) -> bool:
        """True if the setting `patience` can end the training of the script. It cannot if the run is trained, because the script
        then trains the epochs of the run.
        """
        return not self.trained and self.begun.patience is not None

    def values(self, name: str) -> list[Any]:
        """Return all values that a training setting has during the run, in the order of their first use, without repetitions."""
        return list(dict.fromkeys(getattr(stage, name) for stage in self.stages))

    def changed(self, name: str) -> bool:
        """Return whether a training setting changes during the run."""
        return len(self.values(name)) > 1

    def text(self, name: str) -> str:
        """Return a training setting as code: its value, or the name of a variable if it changes during the run."""
        return name if self.changed(name) else repr(self.values(name)[0])

    def ever(self, name: str) -> bool:
        """Return whether a training setting is on at any time of the run, such as a dropout above 0."""
        return any(self.values(name))

    @property
    def optimizers(self) -> Sequence[str]:
        """The optimizers that the run uses, one after another."""
        return self.values("optimizer")

    @property
    def penalizes(self) -> bool:
        """True if l2 is added to the gradient at any time of the run."""
        return any(stage.l2 and not OPTIMIZERS[stage.optimizer].decay for stage in self.stages)

    @property
    def decays(self) -> bool:
        """True if l2 shrinks the weights directly at any time of the run."""
        return any(stage.l2 and OPTIMIZERS[stage.optimizer].decay for stage in self.stages)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the input, the hidden layers and the output."""
        return self.network.sizes

    @property
    def layers(self) -> range:
        """The numbers of the layers in the script, from 1."""
        return range(1, self.network.layer_count + 1)

    @property
    def chunked(self) -> bool:
        """True if a batch may be so large that the app splits it into chunks."""
        return any(size is None or size >= 200 for size in self.values("batch_size"))

    @property
    def draws(self) -> bool:
        """True if batches need random numbers, for dropout or augmentation."""
        return self.drops or any(noise != "none" for noise in self.values("noise"))

    @property
    def drops(self) -> bool:
        """True if dropout is on at any time of the run."""
        return self.ever("dropout") and bool(self.network.hidden_sizes)

    @property
    def whole(self) -> bool:
        """True if every batch is the whole of the training data."""
        return self.values("batch_size") == [None]

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters in the script, in the order of the app: w1, b1, w2 ..."""
        bias = self.network.use_bias
        return [name for layer in self.layers for name in (f"w{layer}", *([f"b{layer}"] if bias else []))]
