"""The kinds of files to which a run can be exported."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import Dataset
from tui_nn.data.printable import printable
from tui_nn.data.writing import data_file
from tui_nn.export.plan import ExportError, Plan
from tui_nn.export.script import notebook, numpy_script, torch_script
from tui_nn.export.weights import matrix_csv, npz_weights, safetensors_weights
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file to which a run can be exported."""

    name: str
    """The name of this kind after the flag --to."""
    ending: str
    """The ending of the file's name, such as ".py"."""
    about: str
    """A noun phrase that describes the kind in the help."""
    make: Callable[[Snapshot, Dataset], str | bytes]


def _plan(snapshot: Snapshot, dataset: Dataset) -> Plan:
    return Plan.of(snapshot, dataset.source)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("script", ".py", "a script in plain NumPy", lambda s, data: numpy_script(_plan(s, data))),
        Kind("pytorch", "_torch.py", "a script in PyTorch", lambda s, data: torch_script(_plan(s, data))),
        Kind("notebook", ".ipynb", "the NumPy script as a Jupyter notebook", lambda s, data: notebook(_plan(s, data))),
        Kind("npz", ".npz", "the weights as NumPy arrays", lambda s, data: npz_weights(s)),
        Kind(
            "safetensors", ".safetensors", "the weights for PyTorch and other programs",
            lambda s, data: safetensors_weights(s, data.class_names),
        ),
        Kind("csv", ".csv", "the confusion matrix", lambda s, data: matrix_csv(s, data.test)),
        Kind("data", "_data.npz", "the examples of the run, which the scripts need", lambda s, data: data_file(data)),
    )
}  # fmt: skip
"""All kinds of exports, by their names."""

NEED_DATA = ("script", "pytorch", "notebook")
"""The kinds of files that contain no examples. When such a file is run, it reads the examples from another file."""


def kind_of(path: str) -> Kind:
    """Return the kind of file that has the ending of this file name.

    Raises:
        ExportError: if no kind has this ending.
    """
    fits = [kind for kind in KINDS.values() if path.lower().endswith(kind.ending)]
    if not fits:
        endings = ", ".join(kind.ending for kind in KINDS.values())
        raise ExportError(f"the name '{printable(path)}' must end in one of {endings}")
    return max(fits, key=lambda kind: len(kind.ending))


def write_export(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write an exported file, completely or not at all.

    Raises:
        ExportError: if the file cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        replace_file(check_target(path), lambda file: file.write(data))
    except RunFileError as error:
        raise ExportError(str(error)) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExportError(f"'{printable(os.fspath(path))}' cannot be written: {reason}") from None
