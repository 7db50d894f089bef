"""A network with all that its training changes: what must be kept to go on with it, and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tui_nn.core.backprop import Backprop
from tui_nn.core.network import MLP, Evaluation
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Array, Parameters, frozen
from tui_nn.core.watch.layer_activity import Activity
from tui_nn.data.dataset import Split
from tui_nn.session.run.history import LayerRecord, Place
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import Checkpoint


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A learner when it was looked at; read-only arrays."""

    parameters: Parameters
    moments: tuple[Array, ...]
    evaluation: Evaluation
    """What the parameters answer on the test examples."""
    step: int
    optimizer_steps: int
    place: Place
    """Where it was."""
    last_update: Array | None = None
    """What the last update added to the parameters, (count,); None where that is not known any more."""
    layers: tuple[LayerRecord, ...] = ()
    """What its layers did on the test examples, and in the last update."""


class Learner:
    """A network, its gradient, its optimizer, and how many updates it has had."""

    def __init__(self, mlp: MLP, optimizer: str) -> None:
        """Begin with this network, and moments of 0."""
        self.mlp = mlp
        self.backprop = Backprop(mlp)
        self.optimizer = Optimizer(optimizer, mlp.parameters.vector)
        self.step = 0

    @classmethod
    def of(cls, snapshot: Snapshot) -> Learner:
        """The learner that `snapshot` shows, to the bit."""
        parameters = Parameters.zeros(snapshot.network)
        parameters.vector[...] = snapshot.parameters.vector
        learner = cls(MLP(snapshot.network, parameters), snapshot.training.optimizer)
        learner._set(snapshot.moments, snapshot.optimizer_steps, snapshot.step)
        return learner

    def change_optimizer(self, name: str) -> None:
        """Go on with another optimizer, from moments of 0."""
        self.optimizer = Optimizer(name, self.mlp.parameters.vector)

    def copy_moments(self) -> tuple[Array, ...]:
        """The optimizer's vectors as they are now, read-only."""
        return tuple(frozen(moment.copy()) for moment in self.optimizer.moments)

    def observe(self, test: Split, place: Place) -> Observation:
        """Copy what there is, and answer the test examples."""
        activity = Activity(self.mlp)
        evaluation = self.mlp.evaluate(test.images, test.labels, activity.watch)
        return replace(self.copy(evaluation, place), layers=self._layer_records(activity))

    def copy(self, evaluation: Evaluation, place: Place) -> Observation:
        """Copy what there is, beside an evaluation that was made before."""
        return Observation(
            parameters=self.mlp.parameters.copy(),
            moments=self.copy_moments(),
            evaluation=evaluation,
            step=self.step,
            optimizer_steps=self.optimizer.steps,
            place=place,
            last_update=self._copy_last_update(),
        )

    def _copy_last_update(self) -> Array | None:
        if not self.optimizer.has_moved:
            return None
        added: Array = -self.optimizer.last_update(self.mlp.parameters).vector
        return frozen(added)

    def _layer_records(self, activity: Activity) -> tuple[LayerRecord, ...]:
        weights, gradients = self.mlp.parameters.weights, self.backprop.gradient.total.weights
        updates = self.optimizer.last_update(self.mlp.parameters).weights
        records = []
        with np.errstate(all="ignore"):
            for layer, weight, gradient, update in zip(activity.layers, weights, gradients, updates, strict=True):
                moved = self.optimizer.has_moved
                size = np.linalg.norm(gradient) / gradient.size**0.5 if moved else math.nan
                ratio = np.log10(np.linalg.norm(update) / np.linalg.norm(weight)) if moved else math.nan
                figures = layer.mean, layer.std, layer.dead, layer.saturated, size, ratio
                records.append(LayerRecord(*map(float, figures)))
        return tuple(records)

    def twin(self) -> Learner:
        """Another learner of the same network, to be put anywhere."""
        parameters = Parameters.zeros(self.mlp.config)
        return Learner(MLP(self.mlp.config, parameters), self.optimizer.rule.name)

    def go_back(self, seen: Observation | Checkpoint) -> None:
        """Be again as when this was seen."""
        self.mlp.parameters.vector[...] = seen.parameters.vector
        self._set(seen.moments, seen.optimizer_steps, seen.step)

    def put_back(self, parameters: Parameters, moments: tuple[Array, ...], optimizer_steps: int) -> None:
        """Be again as before the update that is under way, or was done last."""
        self.mlp.parameters.vector[...] = parameters.vector
        self._set(moments, optimizer_steps, self.step)

    def _set(self, moments: tuple[Array, ...], optimizer_steps: int, step: int) -> None:
        for moment, kept in zip(self.optimizer.moments, moments, strict=True):
            moment[...] = kept
        self.optimizer.steps, self.optimizer.has_moved = optimizer_steps, False
        self.step = step
