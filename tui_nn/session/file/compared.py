"""Runs that are read from files for a comparison."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.dataset import Dataset
from tui_nn.data.validation import set_aside
from tui_nn.session.file.archive import RunFileError, named
from tui_nn.session.file.runs import Run, read_run
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import MOST_RUNS, OtherRun
from tui_nn.session.run.run_summary import RunSummary


def read_compared(
    paths: Sequence[str | os.PathLike[str]], source: str | None = None, *, most: int = MOST_RUNS
) -> list[OtherRun]:
    """Return the runs in these files, each with its network's outputs for the test data that it was trained with.

    `source` is the path of the data of all runs. If it is None, the data is loaded from the paths in the files.

    Raises:
        RunFileError: if a file is not a run, belongs to other data than `source`, or there are more than `most` files.
        DataError: if the data cannot be read.
    """
    if len(paths) > most:
        raise RunFileError(f"there are {len(paths)} runs: at most {most} can be compared")
    runs = [(path, read_run(path)) for path in paths]
    known: dict[str, Dataset] = {}
    found = []
    for path, run in runs:
        dataset = known.get(run.data.digest) or run.open_data(source)
        if dataset.digest != run.data.digest:
            raise RunFileError(
                f"{named(path)} was trained on {run.data.name}, not on {dataset.name}; "
                "compare runs with --data only if they have the same data"
            )
        known[run.data.digest] = dataset
        found.append((Path(path).name, _summary(run, dataset), dataset.test))
    return found


def _summary(run: Run, dataset: Dataset) -> RunSummary:
    """Return the summary of a run, with the outputs of its network for the test data."""
    return RunSummary(
        run=0,
        preset=run.preset,
        network=run.network,
        training=run.training,
        begun_with=run.history.first_training or run.training,
        changes=run.history.changes,
        curves=RunCurves.of(run.history.records),
        epoch=run.epoch,
        parameters=run.parameters,
        evaluation=evaluate(run.mlp, dataset.test.images, dataset.test.labels),
        set_aside=set_aside(dataset, run.training),
        diverged=run.status.reason,
    )
