"""What the view of one unit shows: how all units of its layer answer, and what its weights were, are and are pulled to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_nn.analysis.units import Stop, Stopped, UnitResponses, unit_responses
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.backprop import Backprop, Diverged
from tui_nn.core.choices.edits import Edits, edited
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Parameters
from tui_nn.data.dataset import Split
from tui_nn.session.questions.probe import PROBE
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class UnitLook:
    """One layer of a network, or of a copy with changes made by hand."""

    mlp: MLP
    edits: Edits
    layer: int
    responses: UnitResponses
    start: Parameters
    """The weights that the run began with."""
    gradient: Parameters
    """Of the mean loss of the probe batch."""
    update: Parameters | None
    """What the last update added; None where that is not known."""
    trained: bool
    """Whether any update was made."""

    @property
    def units(self) -> int:
        """Units in the layer."""
        return self.mlp.config.sizes[self.layer + 1]

    @property
    def fan_in(self) -> int:
        """Weights that come into each: pixels, or units of the layer below."""
        return self.mlp.config.sizes[self.layer]

    @property
    def is_last(self) -> bool:
        """Whether its units are the outputs."""
        return self.layer == self.mlp.config.layer_count - 1

    @property
    def can_die(self) -> bool:
        """Whether its units give exactly 0 for a whole range of z."""
        return not self.is_last and self.mlp.activation.can_die

    @property
    def kinds(self) -> tuple[str, ...]:
        """What can be drawn of a unit's weights."""
        learned = ("learned",) if self.trained else ()
        return *learned, "weights", "gradient", *(("last step",) if self.update is not None else ())

    def incoming(self, kind: str, unit: int) -> Array:
        """(fan_in,): what is drawn of the weights that come into a unit."""
        weights = self.mlp.parameters.weights[self.layer][:, unit]
        match kind:
            case "learned":
                learned: Array = weights - self.start.weights[self.layer][:, unit]
                return learned
            case "gradient":
                return self.gradient.weights[self.layer][:, unit]
            case "last step" if self.update is not None:
                return self.update.weights[self.layer][:, unit]
            case _:
                return weights

    def outgoing(self, unit: int) -> Array | None:
        """(units of the next layer,): the weights that go out of a unit; None for an output."""
        return None if self.is_last else self.mlp.parameters.weights[self.layer + 1][unit]


def look_at_units(
    snapshot: Snapshot, test: Split, layer: int, edits: Edits, stop: Stop = lambda: False
) -> Iterator[UnitLook]:
    """One look, or none if it is not wanted any more. For a thread: ten thousand digits take a while."""
    mlp = MLP(snapshot.network, edited(snapshot.parameters, edits)) if edits else snapshot.mlp
    try:
        responses = unit_responses(mlp, layer, test.images, test.labels, stop)
    except Stopped:
        return
    like = snapshot.parameters
    update = None
    if snapshot.last_update is not None:
        update = Parameters(like.sizes, snapshot.network.use_bias, snapshot.last_update)
    start = _start(snapshot.network, snapshot.training.seed, snapshot.training.generator)
    gradient = mean_gradient(mlp, test.first(PROBE))
    yield UnitLook(mlp, edits, layer, responses, start, gradient, update, snapshot.step > 0)


@lru_cache(2)
def _start(network: NetworkConfig, seed: int, generator: str) -> Parameters:
    """The weights a run begins with, made again."""
    return MLP.initialize(network, seed, generator).parameters


def mean_gradient(mlp: MLP, split: Split) -> Parameters:
    """The gradient of the mean loss of these examples by every parameter, without penalties; NaN if the loss is."""
    backprop = Backprop(mlp)
    with np.errstate(all="ignore"):
        try:
            for _ in backprop.batch_acts(split.images, split.labels, np.arange(len(split))):
                pass
        except Diverged:
            backprop.gradient.total.vector.fill(np.nan)
    return backprop.gradient.total.copy()


Order = Callable[[UnitResponses], Array]

ORDERS: dict[str, Order] = {
    "number": lambda found: np.zeros(len(found.on)),
    "most on": lambda found: -found.on,
    "most choosy": lambda found: -found.choosy,
    "dead first": lambda found: np.where(found.dead, -1.0, found.on),
}
"""By what units are sorted: the smallest first, and of equals the one with the lower number."""


def ordered(responses: UnitResponses, order: str) -> list[int]:
    """All units of a layer, in this order."""
    return [int(unit) for unit in np.argsort(ORDERS[order](responses), kind="stable")]
