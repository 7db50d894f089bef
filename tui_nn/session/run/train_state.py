"""The state that training changes: a network, its optimizer and the number of updates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.network import MLP
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Array, Parameters, frozen
from tui_nn.core.watch.layer_statistics import StatisticsWatch
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.run.history import LayerRecord, Place
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import Checkpoint

NOWHERE: Place = (-1, 0)
"""The position of an outdated observation (evaluated copy). It is valid at no position, because the state was changed by something
other than an update.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A copy of a train state (network and optimizer) with its evaluation, made at one position in the run.

    The arrays are read-only.
    """

    parameters: Parameters
    moments: tuple[Array, ...]
    evaluation: Evaluation
    """The outputs of the network for the test examples."""
    step: int
    optimizer_steps: int
    place: Place
    last_update: Array | None = None
    """The change of each parameter in the last update; None if unknown."""
    layers: tuple[LayerRecord, ...] = ()
    """Statistics of each layer on the test examples and in the last update."""
    validation: tuple[float, float] = (math.nan, math.nan)
    """The loss and the accuracy on the validation examples; NaN if there are none."""


class TrainState:
    """A network, its gradient, its optimizer, and the number of updates so far."""

    def __init__(self, mlp: MLP, optimizer: str) -> None:
        """Begin with this network. All moments of the optimizer are 0."""
        self.mlp = mlp
        self.training_step = TrainingStep(mlp)
        self.optimizer = Optimizer(optimizer, mlp.parameters.vector)
        self.step = 0

    @classmethod
    def of(cls, snapshot: Snapshot) -> TrainState:
        """Return the train state (network and optimizer) of a snapshot, bit-identical."""
        parameters = Parameters.zeros(snapshot.network)
        parameters.vector[...] = snapshot.parameters.vector
        state = cls(MLP(snapshot.network, parameters), snapshot.training.optimizer)
        state._set(snapshot.moments, snapshot.optimizer_steps, snapshot.step)
        return state

    def clone(self) -> TrainState:
        """Return another state for a network of the same shape, with all parameters 0."""
        return TrainState(MLP(self.mlp.config, Parameters.zeros(self.mlp.config)), self.optimizer.rule.name)

    def change_optimizer(self, name: str) -> None:
        """Replace the optimizer. Its moments begin at 0."""
        self.optimizer = Optimizer(name, self.mlp.parameters.vector)

    def copy_moments(self) -> tuple[Array, ...]:
        """Return read-only copies of the optimizer's moments."""
        return tuple(frozen(moment.copy()) for moment in self.optimizer.moments)

    def count_update(self) -> None:
        """Add 1 to the number of updates."""
        self.step += 1

    def observe(self, dataset: Dataset, place: Place) -> Observation:
        """Return a copy of the state, with an evaluation on the test and validation examples."""
        activity = StatisticsWatch(self.mlp)
        evaluation = evaluate(self.mlp, dataset.test.images, dataset.test.labels, activity.watch)
        copy = self.copy(evaluation, place)
        return replace(copy, layers=self._layer_records(activity), validation=self._validate(dataset.validation))

    def copy(self, evaluation: Evaluation, place: Place) -> Observation:
        """Return a copy of the state, with an evaluation that was made earlier."""
        return Observation(
            parameters=self.mlp.parameters.copy(),
            moments=self.copy_moments(),
            evaluation=evaluation,
            step=self.step,
            optimizer_steps=self.optimizer.steps,
            place=place,
            last_update=self._copy_last_update(),
        )

    def go_back(self, seen: Observation | Checkpoint) -> None:
        """Restore the state that an evaluated copy (observation) or a checkpoint contains."""
        self.mlp.parameters.vector[...] = seen.parameters.vector
        self._set(seen.moments, seen.optimizer_steps, seen.step)

    def put_back(self, parameters: Parameters, moments: tuple[Array, ...], optimizer_steps: int) -> None:
        """Restore these parameters and moments, which were copied before an update."""
        self.mlp.parameters.vector[...] = parameters.vector
        self._set(moments, optimizer_steps, self.step)

    def _set(self, moments: tuple[Array, ...], optimizer_steps: int, step: int) -> None:
        for moment, kept in zip(self.optimizer.moments, moments, strict=True):
            moment[...] = kept
        self.optimizer.steps, self.optimizer.has_moved = optimizer_steps, False
        self.step = step

    def _validate(self, validation: Split | None) -> tuple[float, float]:
        if validation is None:
            return math.nan, math.nan
        found = evaluate(self.mlp, validation.images, validation.labels)
        return found.loss, accuracy(found.predicted, validation.labels)

    def _copy_last_update(self) -> Array | None:
        if not self.optimizer.has_moved:
            return None
        added: Array = -self.optimizer.last_update(self.mlp.parameters).vector
        return frozen(added)

    def _layer_records(self, activity: StatisticsWatch) -> tuple[LayerRecord, ...]:
        # Here the gradient belongs to the batch's loss alone. The penalty and the clipping change it later.
        weights, gradients = self.mlp.parameters.weights, self.training_step.gradient.sizes
        updates = self.optimizer.last_update(self.mlp.parameters).weights
        records = []
        with np.errstate(all="ignore"):
            for layer, weight, gradient, update in zip(activity.layers, weights, gradients, updates, strict=True):
                moved = self.optimizer.has_moved
                size = gradient if moved else math.nan
                ratio = np.log10(np.linalg.norm(update) / np.linalg.norm(weight)) if moved else math.nan
                figures = layer.mean, layer.std, layer.dead, layer.saturated, size, ratio
                records.append(LayerRecord(*map(float, figures)))
        return tuple(records)


class Observer:
    """Evaluated copies of the state of a run, called observations.

    This object keeps the newest observation, and the last one that was made between two epochs.
    """

    def __init__(self, dataset: Dataset, state: TrainState, place: Place) -> None:
        """Copy and evaluate a train state at this position (complete epochs, batches of the next)."""
        self._dataset = dataset
        self._whole = state.observe(dataset, place)
        self._newest: Observation | None = self._whole

    @property
    def newest(self) -> Observation | None:
        """The evaluated copy (observation) of the present state; None if training has changed the state since."""
        return self._newest

    @property
    def whole(self) -> Observation:
        """The last evaluated copy (observation) that was made between two epochs."""
        return self._whole

    def observe(self, state: TrainState, place: Place) -> None:
        """Copy and evaluate a train state at this position (complete epochs, batches of the next)."""
        self._newest = state.observe(self._dataset, place)
        if not place[1]:
            self._whole = self._newest

    def forget_newest(self) -> None:
        """Discard the newest evaluated copy (observation), because an update has changed the state."""
        self._newest = None

    def forget(self) -> None:
        """Discard both evaluated copies (observations), because something other than an update has changed the state."""
        self._newest, self._whole = None, replace(self._whole, place=NOWHERE)

    def recall(self, seen: Observation) -> None:
        """Use an earlier evaluated copy (observation) again, because the run has returned to its state between two epochs."""
        self._newest = self._whole = seen

    def reset_moments(self, moments: tuple[Array, ...]) -> None:
        """Give both evaluated copies (observations) the moments of a new optimizer, which has made no update yet."""
        self._whole = replace(self._whole, moments=moments, optimizer_steps=0)
        if self._newest is not None:
            self._newest = replace(self._newest, moments=moments, optimizer_steps=0)
