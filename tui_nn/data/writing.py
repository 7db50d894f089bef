"""The writer of data files: .npz files with the arrays of Keras's mnist.npz and the class names."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import numpy as np

from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import DIGITS, DataError, Dataset
from tui_nn.data.printable import printable


def data_file(dataset: Dataset) -> bytes:
    """Return the bytes of an .npz file with a dataset. From this file, `load_dataset` reads equal data."""
    arrays = {}
    for part, split in (("train", dataset.train), ("test", dataset.test), ("val", dataset.validation)):
        if split is not None:
            arrays[f"x_{part}"] = split.images.reshape(-1, dataset.side, dataset.side)
            arrays[f"y_{part}"] = split.labels
    if dataset.class_names != DIGITS:
        arrays["class_names"] = np.array(dataset.class_names)
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def write_data(dataset: Dataset, path: str | os.PathLike[str]) -> None:
    """Write a dataset as an .npz file. The file is replaced completely or not at all.

    Raises:
        DataError: if the file cannot be written.
    """
    try:
        content = data_file(dataset)
        replace_file(Path(path).expanduser(), lambda file: file.write(content))
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise DataError(f"'{printable(os.fspath(path))}' cannot be written: {reason.lower()}") from error
