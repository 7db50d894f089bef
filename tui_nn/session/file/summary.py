"""The summary of a run file, for a list of runs. Only a small part of the file is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from tui_nn.session.file.archive import read_archive, refuse
from tui_nn.session.file.fields import HEADER, read_fields
from tui_nn.session.file.runs import FORMATS, layout_of


@dataclass(frozen=True, slots=True)
class FileSummary:
    """The facts about a run file that a list of runs shows."""

    path: str
    written: datetime
    """The local time when the file was written."""
    preset: str
    sizes: tuple[int, ...]
    """The sizes of the layers, such as (784, 128, 10)."""
    epoch: int
    """The number of complete epochs at the saved position."""
    test_accuracy: float
    """The accuracy on the test data after the last complete epoch."""


def summarize(path: str | os.PathLike[str]) -> FileSummary:
    """Return the summary of a run file. Most of its vectors, and so its checksum, are not read.

    Raises:
        RunFileError: if the file is not a run, or is damaged.
    """
    text = os.fspath(path)
    header, vectors = read_archive(path, FORMATS, layout_of, only=("record_test_accuracy",))
    try:
        checked = read_fields(header, HEADER)
        accuracies = vectors["record_test_accuracy"]
        epoch = len(accuracies) - 1 if checked["epoch"] is None else checked["epoch"]
        network = checked["network"].for_data(checked["side"] ** 2, len(checked["class_names"]))
        if not 0 <= epoch < len(accuracies):
            raise ValueError(f"the epoch is {epoch}, but there are {len(accuracies)} records")
        written = datetime.fromtimestamp(os.stat(os.path.expanduser(text)).st_mtime)
        return FileSummary(text, written, checked["preset"], network.sizes, epoch, float(accuracies[epoch]))
    except (ValueError, OverflowError, OSError) as error:
        refuse(path, error)
