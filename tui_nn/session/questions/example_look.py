"""The data that the view of one example shows: every activation for one test example, in the network or in an edited copy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.calibration import softmax_at
from tui_nn.analysis.trace import Trace, trace
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.edits import Edits
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.dataset import Split
from tui_nn.session.questions.edited_copy import edited_copy
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class ExampleLook:
    """One test example, and the results of every layer for it."""

    index: int
    image: Pixels
    label: int
    mlp: MLP
    trace: Trace
    outputs: Array
    """The outputs of the shown network, shape (classes,).

    Without edits, they are the outputs of the evaluation, which other panes show.
    """
    predicted: int
    loss: float
    class_names: tuple[str, ...]
    was: Array | None = None
    """The outputs of the unedited network, shape (classes,); None if no edited copy is shown."""
    was_z: Array | None = None
    """The logits of the unedited network, shape (classes,); None if no edited copy is shown."""

    @property
    def network(self) -> NetworkConfig:
        """The sizes and settings of the network."""
        return self.mlp.config

    @property
    def output(self) -> str:
        """The activation of the last layer, "softmax" or "sigmoid"."""
        return self.mlp.loss.output

    @property
    def hidden(self) -> int:
        """The number of hidden layers."""
        return self.network.layer_count - 1

    @property
    def last_weights(self) -> Array:
        """The weights of the last layer, shape (units of the last hidden layer or pixels, classes)."""
        return self.mlp.parameters.weights[-1]

    @property
    def against(self) -> int:
        """The class with which the predicted class is compared: the true class, or the second most likely class if the prediction
        is right.
        """
        if self.predicted != self.label:
            return self.label
        z = self.trace.z[-1]
        others = np.delete(np.arange(len(z)), self.predicted)
        return int(others[np.argmax(z[others])])

    @property
    def strongest_units(self) -> list[int]:
        """The units of the last hidden layer, sorted by how much they support the prediction; empty without such a layer.

        Unit u adds a[u] × (w[u, predicted] − w[u, against]) to z[predicted] − z[against].
        """
        if not self.hidden:
            return []
        difference = self.last_weights[:, self.predicted] - self.last_weights[:, self.against]
        with np.errstate(all="ignore"):
            return [int(unit) for unit in np.argsort(-self.trace.a[-2] * difference, kind="stable")]

    def units_of(self, layer: int) -> list[int]:
        """Return the units of a hidden layer.

        The last hidden layer is sorted like `strongest_units`, other layers by |a|, largest first.
        """
        if layer == self.hidden - 1:
            return self.strongest_units
        return [int(unit) for unit in np.argsort(-np.abs(self.trace.a[layer]), kind="stable")]

    def weights_of(self, layer: int, unit: int) -> list[tuple[int, float]]:
        """Return two outgoing weights of a hidden unit, each as (target, weight). A target is a class or a unit of the next layer.

        In the last hidden layer, the targets are the predicted class and the class `against`. In other hidden layers,
        they are the two units of the next layer with the strongest weights.
        """
        weights = self.mlp.parameters.weights[layer + 1][unit]
        if layer == self.hidden - 1:
            targets = [self.predicted, self.against]
        else:
            targets = [int(target) for target in np.argsort(-np.abs(weights), kind="stable")[:2]]
        return [(target, float(weights[target])) for target in targets]

    def outputs_at(self, temperature: float) -> Array:
        """Return the outputs that the network would have at this softmax temperature, shape (classes,).

        Sigmoid outputs stay the same.
        """
        return self._softened(self.outputs, self.trace.z[-1], temperature)

    def was_at(self, temperature: float) -> Array | None:
        """Return the outputs of the unedited network at this temperature, shape (classes,); None if no edited copy is shown."""
        if self.was is None or self.was_z is None:
            return None
        return self._softened(self.was, self.was_z, temperature)

    def _softened(self, outputs: Array, z: Array, temperature: float) -> Array:
        if temperature == 1 or self.output != "softmax":
            return outputs
        with np.errstate(all="ignore"):
            return softmax_at(z, temperature)


def look_at_example(snapshot: Snapshot, test: Split, index: int, edits: Edits = ()) -> ExampleLook:
    """Return the results of every layer for the test example with this index, in the network or in a copy with these edits."""
    evaluation, image, label = snapshot.evaluation, test.images[index], int(test.labels[index])
    names = test.class_names
    if not edits:
        mlp, outputs = snapshot.mlp, evaluation.outputs[index]
        found, predicted = trace(mlp, image, label), int(evaluation.predicted[index])
        return ExampleLook(index, image, label, mlp, found, outputs, predicted, float(evaluation.losses[index]), names)
    mlp = edited_copy(snapshot, edits)
    found, before = trace(mlp, image, label), trace(snapshot.mlp, image, label)
    outputs, was = found.a[-1], evaluation.outputs[index]
    predicted = int(outputs.argmax())
    return ExampleLook(index, image, label, mlp, found, outputs, predicted, found.loss, names, was, before.z[-1])


def next_misclassified(snapshot: Snapshot, test: Split, after: int) -> int | None:
    """Return the index of the next misclassified test example after index `after`.

    After the last one, the search continues at the first. Return None if all predictions are right.
    """
    wrong = np.flatnonzero(snapshot.evaluation.predicted != test.labels)
    return int(wrong[np.searchsorted(wrong, after, side="right") % wrong.size]) if wrong.size else None
