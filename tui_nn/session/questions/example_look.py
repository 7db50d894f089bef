"""What the view of one example shows: a test digit on its way through the network, or through a copy changed by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.trace import Trace, trace
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.edits import Edits, edited
from tui_nn.core.losses import softmax_at
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class ExampleLook:
    """One test example on its way through."""

    index: int
    image: Pixels
    label: int
    mlp: MLP
    trace: Trace
    outputs: Array
    """(10,): those of the snapshot's evaluation, which other panes show too; of a copy its own."""
    predicted: int
    loss: float
    was: Array | None = None
    """(10,): what the network itself answers, where this is a copy."""
    was_z: Array | None = None
    """(10,): the logits of that answer."""

    @property
    def network(self) -> NetworkConfig:
        """Its sizes and settings."""
        return self.mlp.config

    @property
    def output(self) -> str:
        """The last layer's activation, "softmax" or "sigmoid"."""
        return self.mlp.loss.output

    @property
    def hidden(self) -> int:
        """How many hidden layers there are."""
        return self.network.layer_count - 1

    @property
    def last_weights(self) -> Array:
        """(units of the last hidden layer, or pixels, 10)."""
        return self.mlp.parameters.weights[-1]

    @property
    def against(self) -> int:
        """The digit the prediction is weighed against: the true one, or the next likely where that is predicted."""
        if self.predicted != self.label:
            return self.label
        z = self.trace.z[-1]
        others = np.delete(np.arange(len(z)), self.predicted)
        return int(others[np.argmax(z[others])])

    @property
    def strongest_units(self) -> list[int]:
        """Units of the last hidden layer, those first that speak most for the prediction; none without such a layer.

        Unit u adds a[u] × (w[u, predicted] − w[u, against]) to the lead of the predicted digit's z.
        """
        if not self.hidden:
            return []
        difference = self.last_weights[:, self.predicted] - self.last_weights[:, self.against]
        with np.errstate(all="ignore"):
            return [int(unit) for unit in np.argsort(-self.trace.a[-2] * difference, kind="stable")]

    def units_of(self, layer: int) -> list[int]:
        """Units of a hidden layer: of the last those first that speak most for the prediction, else the largest |a|."""
        if layer == self.hidden - 1:
            return self.strongest_units
        return [int(unit) for unit in np.argsort(-np.abs(self.trace.a[layer]), kind="stable")]

    def outputs_at(self, temperature: float) -> Array:
        """(10,): the probabilities at this temperature; at 1 they are the network's. Sigmoid outputs have none."""
        return self._softened(self.outputs, self.trace.z[-1], temperature)

    def was_at(self, temperature: float) -> Array | None:
        """(10,): what the network itself answers at this temperature, where this is a copy."""
        if self.was is None or self.was_z is None:
            return None
        return self._softened(self.was, self.was_z, temperature)

    def _softened(self, outputs: Array, z: Array, temperature: float) -> Array:
        if temperature == 1 or self.output != "softmax":
            return outputs
        with np.errstate(all="ignore"):
            return softmax_at(z, temperature)


def look_at_example(snapshot: Snapshot, test: Split, index: int, edits: Edits = ()) -> ExampleLook:
    """Test example number `index` in the network, or in a copy with these changes."""
    evaluation, image, label = snapshot.evaluation, test.images[index], int(test.labels[index])
    if not edits:
        mlp, outputs = snapshot.mlp, evaluation.outputs[index]
        found, predicted = trace(mlp, image, label), int(evaluation.predicted[index])
        return ExampleLook(index, image, label, mlp, found, outputs, predicted, float(evaluation.losses[index]))
    mlp = MLP(snapshot.network, edited(snapshot.parameters, edits))
    found, before = trace(mlp, image, label), trace(snapshot.mlp, image, label)
    outputs, was = found.a[-1], evaluation.outputs[index]
    predicted = int(outputs.argmax())
    return ExampleLook(index, image, label, mlp, found, outputs, predicted, found.loss, was, before.z[-1])
