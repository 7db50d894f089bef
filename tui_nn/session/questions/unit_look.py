"""The data that the view of one unit shows: the activations of all units of a layer, and four numbers for each weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.passes import Stop, Stopped, mean_gradient
from tui_nn.analysis.units import UnitResponses, unit_responses
from tui_nn.core.choices.edits import Edits
from tui_nn.core.choices.initializers import start_network
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Parameters
from tui_nn.data.dataset import Split
from tui_nn.session.questions.edited_copy import edited_copy
from tui_nn.session.questions.probe import PROBE
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class UnitLook:
    """The data of all units of one layer, in a network or in an edited copy."""

    mlp: MLP
    edits: Edits
    layer: int
    responses: UnitResponses
    start: Parameters
    """The weights at the start of the run."""
    gradient: Parameters
    """The gradient of the mean loss on the probe batch."""
    update: Parameters | None
    """The change of the parameters in the last update; None if it is unknown."""
    trained: bool
    """True if at least one update was made."""
    class_names: tuple[str, ...]
    side: int
    """The height and width of a picture, in pixels."""

    @property
    def units(self) -> int:
        """The number of units in the layer."""
        return self.mlp.config.sizes[self.layer + 1]

    @property
    def fan_in(self) -> int:
        """The number of incoming weights of each unit: one for each pixel, or for each unit of the previous layer."""
        return self.mlp.config.sizes[self.layer]

    @property
    def is_last(self) -> bool:
        """True if the units are the outputs of the network."""
        return self.layer == self.mlp.config.layer_count - 1

    @property
    def can_die(self) -> bool:
        """True if the activation function, like relu, is exactly 0 for a whole range of z."""
        return not self.is_last and self.mlp.activation.can_die

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the weight views that can be drawn now. `incoming` explains each name."""
        learned = ("learned",) if self.trained else ()
        return *learned, "weights", "gradient", *(("last update",) if self.update is not None else ())

    def incoming(self, kind: str, unit: int) -> Array:
        """Return one number for each incoming weight of a unit, shape (fan_in,).

        `kind` is "weights", "learned" (their change since the start), "gradient", or "last update" (the change that the
        last update made).
        """
        weights = self.mlp.parameters.weights[self.layer][:, unit]
        match kind:
            case "learned":
                learned: Array = weights - self.start.weights[self.layer][:, unit]
                return learned
            case "gradient":
                return self.gradient.weights[self.layer][:, unit]
            case "last update" if self.update is not None:
                return self.update.weights[self.layer][:, unit]
            case _:
                return weights

    def outgoing(self, unit: int) -> Array | None:
        """Return the outgoing weights of a unit, shape (units of the next layer,); None for an output."""
        return None if self.is_last else self.mlp.parameters.weights[self.layer + 1][unit]

    def strongest_source(self, kind: str, unit: int) -> int:
        """Return the number of the input whose weight has the largest absolute value in view `kind`. NaN is ignored."""
        sizes = np.abs(self.incoming(kind, unit))
        return int(np.where(np.isfinite(sizes), sizes, -1).argmax())

    def has_outgoing(self, unit: int) -> bool:
        """Return whether any outgoing weight of a unit is not 0; True for an output."""
        outgoing = self.outgoing(unit)
        return outgoing is None or bool(outgoing.any())

    def most_active(self, unit: int) -> list[tuple[int, float]]:
        """Return pairs (number of a test example, its activation `a`) for the examples with the largest finite `a`, the largest
        first.

        Examples with `a` = 0 are left out if the unit can be off.
        """
        examples = self.responses.strongest[:, unit].tolist()
        values = self.responses.strongest_a[:, unit].tolist()
        pairs = zip(examples, values, strict=True)
        return [(example, a) for example, a in pairs if np.isfinite(a) and (a > 0 or not self.can_die)]


def look_at_units(
    snapshot: Snapshot, test: Split, layer: int, edits: Edits, stop: Stop = lambda: False
) -> Iterator[UnitLook]:
    """Yield the data of one layer's units, or nothing if `stop` returns True. Run this on a worker thread: it can take long."""
    mlp = edited_copy(snapshot, edits)
    try:
        responses = unit_responses(mlp, layer, test.images, test.labels, stop)
    except Stopped:
        return
    like = snapshot.parameters
    update = None
    if snapshot.last_update is not None:
        update = Parameters(like.sizes, snapshot.network.use_bias, snapshot.last_update)
    start = start_network(snapshot.network, snapshot.training.seed, snapshot.training.generator).parameters
    probe = test.first(PROBE)
    _, gradient = mean_gradient(mlp, probe.images, probe.labels)
    trained = snapshot.step > 0
    yield UnitLook(mlp, edits, layer, responses, start, gradient, update, trained, test.class_names, test.side)


Order = Callable[[UnitResponses], Array]

ORDERS: dict[str, Order] = {
    "number": lambda found: np.zeros(len(found.on)),
    "most often on": lambda found: -found.on,
    "most selective": lambda found: -found.class_selectivity,
    "dead first": lambda found: np.where(found.dead, -1.0, found.on),
}
"""The orders in which units can be sorted, by name.

The unit with the smallest value comes first; units with equal values stay in the order of their numbers.
"""


def ordered(responses: UnitResponses, order: str) -> list[int]:
    """Return the numbers of all units of a layer, sorted by an order of `ORDERS`."""
    return [int(unit) for unit in np.argsort(ORDERS[order](responses), kind="stable")]
