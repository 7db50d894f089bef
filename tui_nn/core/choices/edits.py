"""Edits of a network by hand: a weight, a bias, or a unit that is switched off."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.parameters import Parameters

WEIGHT, BIAS, OFF = "weight", "bias", "off"
KINDS = (WEIGHT, BIAS, OFF)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit by hand: it sets a weight or a bias of one unit, or switches the unit off."""

    kind: str
    """The kind of the edit: "weight" sets one incoming weight of the unit, "bias" sets its bias, and "off" sets all its
    outgoing weights to 0.
    """
    layer: int
    """The unit's layer."""
    unit: int
    source: int = 0
    """The unit of the previous layer, or the pixel, from which an edited weight comes; 0 for a bias or a unit that is off."""
    value: float = 0.0
    """The new value of the weight or bias; 0 for a unit that is off."""

    @property
    def place(self) -> tuple[str, int, int, int]:
        """The tuple (kind, layer, unit, source), which identifies the edited weight, bias or unit. It is different for
        all edits in an `Edits` tuple.
        """
        return self.kind, self.layer, self.unit, self.source

    def fault(self, network: NetworkConfig) -> str:
        """Return a sentence that says why the edit is impossible in this network; "" if it is possible."""
        last = network.layer_count - 1
        if self.kind not in KINDS:
            return f"the kind of an edit must be {', '.join(KINDS[:-1])} or {KINDS[-1]}, not {self.kind!r}"
        if not 0 <= self.layer <= last:
            return f"there is no layer {self.layer}; the layers are 0 to {last}"
        fan_in, units = network.sizes[self.layer], network.sizes[self.layer + 1]
        if not 0 <= self.unit < units:
            return f"layer {self.layer} has no unit {self.unit}; its units are 0 to {units - 1}"
        if not 0 <= self.source < (fan_in if self.kind == WEIGHT else 1):
            return (
                f"there is no weight from input {self.source}; the inputs of layer {self.layer} are 0 to {fan_in - 1}"
            )
        if self.kind == BIAS and not network.use_bias:
            return "this network has no biases"
        if self.kind == OFF and self.layer == last:
            return "an output cannot be switched off, because it has no outgoing weights"
        return "" if math.isfinite(self.value) else f"{self.value} is not a finite number"

    def apply(self, parameters: Parameters) -> None:
        """Change the parameters in place. The array must be writeable. A value that is too large for the dtype of the
        array becomes infinite.
        """
        # errstate silences NumPy's warning about an overflow, which would appear across the screen.
        with np.errstate(over="ignore"):
            if self.kind == OFF:
                parameters.weights[self.layer + 1][self.unit] = 0
            elif self.kind == WEIGHT:
                parameters.weights[self.layer][self.source, self.unit] = self.value
            else:
                bias = parameters.biases[self.layer]
                assert bias is not None
                bias[self.unit] = self.value

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of the edit as a dict of plain values."""
        return asdict(self)


Edits = tuple[Edit, ...]
"""Several edits by hand. No two of these edits change the same weight, bias or unit."""


class EditError(ValueError):
    """The error for an edit that is impossible in a network. The message is one sentence."""


def check(edits: Edits, network: NetworkConfig) -> None:
    """Check that all edits are possible in this network.

    Raises:
        EditError: if an edit is impossible.
    """
    for edit in edits:
        if fault := edit.fault(network):
            raise EditError(fault)


def apply(edits: Edits, parameters: Parameters) -> None:
    """Apply the edits to the parameters in place. The array must be writeable.

    The function switches units off last, so that an edit of an outgoing weight does not switch a unit on again.
    """
    for edit in sorted(edits, key=lambda edit: edit.kind == OFF):
        edit.apply(parameters)


def with_edit(edits: Edits, edit: Edit) -> Edits:
    """Return these edits and `edit`, which replaces an edit of the same weight, bias or unit."""
    return *(other for other in edits if other.place != edit.place), edit


def without_edit(edits: Edits, edit: Edit) -> Edits:
    """Return these edits, except the edit that changes the same weight, bias or unit as `edit`."""
    return tuple(other for other in edits if other.place != edit.place)


def edited(parameters: Parameters, edits: Edits) -> Parameters:
    """Return a read-only copy of the parameters, changed by these edits."""
    copy = parameters.like(parameters.vector.copy())
    apply(edits, copy)
    copy.vector.flags.writeable = False
    return copy
