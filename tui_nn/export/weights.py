"""The weights of a network as named arrays, and its confusion matrix as text."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import numpy as np

from tui_nn.core.parameters import Array
from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.data.dataset import Split
from tui_nn.export.plan import ExportError
from tui_nn.presets.share import share_run
from tui_nn.session.run.snapshot import Snapshot


def named_weights(snapshot: Snapshot) -> dict[str, Array]:
    """Return the parameters by names like "layer.0.weight" and "layer.0.bias", in the shapes of PyTorch's `Linear`.

    A weight is (fan_out, fan_in), and a bias (fan_out,): z = x @ weight.T + bias.
    """
    arrays: dict[str, Array] = {}
    parameters = snapshot.parameters
    for layer, (weight, bias) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        arrays[f"layer.{layer}.weight"] = np.ascontiguousarray(weight.T)
        if bias is not None:
            arrays[f"layer.{layer}.bias"] = bias
    return arrays


def npz_weights(snapshot: Snapshot) -> bytes:
    """Return the named weights as an .npz file."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, **named_weights(snapshot))
    return file.getvalue()


def safetensors_weights(snapshot: Snapshot, class_names: tuple[str, ...]) -> bytes:
    """Return the named weights as a safetensors file. Its metadata are the share line (all settings on one line) and
    the class names.

    Raises:
        ExportError: if the package safetensors is not installed.
    """
    try:
        from safetensors.numpy import save
    except ImportError:
        raise ExportError("the package safetensors is missing; install it with: pip install 'tui-nn[export]'") from None
    metadata = {"settings": share_run(snapshot), "class_names": json.dumps(class_names)}
    return bytes(save(named_weights(snapshot), metadata))


def matrix_csv(snapshot: Snapshot, test: Split) -> str:
    """Return the confusion matrix on the test data as CSV text: a row for each true class, a column for each predicted class.

    Examples whose outputs are not finite have no prediction and are left out.
    """
    found = np.isfinite(snapshot.evaluation.outputs).all(axis=1)
    matrix = confusion_matrix(snapshot.evaluation.predicted[found], test.labels[found], test.classes)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["true / predicted", *test.class_names])
    for name, row in zip(test.class_names, matrix.tolist(), strict=True):
        writer.writerow([name, *row])
    return text.getvalue()
