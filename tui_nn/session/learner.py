"""A network with all that its training changes: what must be kept to go on with it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from tui_nn.core.arrays import Array, frozen
from tui_nn.core.backprop import Backprop
from tui_nn.core.network import MLP, Evaluation
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Split
from tui_nn.session.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A learner when it was looked at; read-only arrays."""

    parameters: Parameters
    moments: tuple[Array, ...]
    evaluation: Evaluation
    """What the parameters answer on the test examples."""
    step: int
    optimizer_steps: int
    inside_epoch: bool
    """Whether it was paused inside an epoch, and not between two."""


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

    def observe(self, test: Split, *, inside_epoch: bool) -> Observation:
        """Copy what there is, and answer the test examples."""
        return self.copy(self.mlp.evaluate(test.images, test.labels), inside_epoch=inside_epoch)

    def copy(self, evaluation: Evaluation, *, inside_epoch: bool) -> Observation:
        """Copy what there is, beside an evaluation that was made before."""
        return Observation(
            parameters=self.mlp.parameters.copy(),
            moments=self.copy_moments(),
            evaluation=evaluation,
            step=self.step,
            optimizer_steps=self.optimizer.steps,
            inside_epoch=inside_epoch,
        )

    def go_back(self, seen: Observation) -> None:
        """Be again as when this was seen."""
        self.mlp.parameters.vector[...] = seen.parameters.vector
        self._set(seen.moments, seen.optimizer_steps, seen.step)

    def _set(self, moments: tuple[Array, ...], optimizer_steps: int, step: int) -> None:
        for moment, kept in zip(self.optimizer.moments, moments, strict=True):
            moment[...] = kept
        self.optimizer.steps = optimizer_steps
        self.step = step
