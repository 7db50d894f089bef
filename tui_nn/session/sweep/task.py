"""The task that trains one run of a sweep, in any process that has this package."""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter

from tui_nn.core.fast.one_core import one_core
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.session import Session
from tui_nn.session.run.status import State
from tui_nn.session.sweep.grid import Job
from tui_nn.session.sweep.repeats import SeedRun
from tui_nn.session.sweep.result import RunResult

_given: dict[str, Dataset] = {}
"""The datasets that the parent process has passed to this process, by their digest."""


def give_data(dataset: Dataset) -> None:
    """Store a dataset for the tasks of this process, so that they need not load it from its source."""
    _given[dataset.digest] = dataset


def train_job(job: Job) -> RunResult:
    """Train the run to its end, on one thread, and return its result.

    Raises:
        DataError: if the data cannot be loaded here, or are other data than those of the sweep.
    """
    return _train(job)[0]


def train_seed(job: Job) -> SeedRun:
    """Train the run like `train_job`. Return its result and its curves."""
    result, session = _train(job)
    return SeedRun(job.network, job.training, result, RunCurves.of(session.history.records))


def _train(job: Job) -> tuple[RunResult, Session]:
    started = perf_counter()
    with one_core():
        session = Session(_load(job.source, job.digest), job.network, job.training)
        for _ in session.run(job.training.epochs):
            if session.stalled(0):
                break
        if session.status.state is not State.DIVERGED:
            for _ in session.keep_best():
                pass
        return RunResult.of(job, session, perf_counter() - started), session


@lru_cache(maxsize=1)
def _load(source: str, digest: str) -> Dataset:
    if (given := _given.get(digest)) is not None:
        return given
    dataset = load_dataset(source)
    if dataset.digest != digest:
        raise DataError(
            f"the data '{source}' on this machine differs from the data on the machine that started the sweep"
        )
    return dataset
