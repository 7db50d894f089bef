"""Sweeps on a Dask cluster: a real scheduler and real workers, on this computer."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.data.loading import load_dataset
from tui_nn.session.sweep.grid import Axis, Grid
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.runner import run_jobs
from tui_nn.session.sweep.task import train_job

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install '.[cluster]'")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

TABLE = {setting.name: setting for setting in settings()}
GRID = Grid(
    NetworkConfig(hidden_sizes=(16,)),
    TrainingConfig(train_limit=1000, validation=0.1, epochs=5, batch_size=250),
    (Axis(TABLE["learning_rate"], (0.05, 0.2)), Axis(TABLE["optimizer"], ("sgd", "adam"))),
    seeds=3,
)


@pytest.fixture(scope="module")
def jobs():
    return [job for one in GRID.combinations(load_dataset()) for job in one.jobs]


def train(jobs, executor: Executor):
    return {found.key: found for found in run_jobs(jobs, executor, train_job) if found is not None}


@pytest.fixture(scope="module")
def local(jobs):
    with LocalPool(2) as pool:
        return train(jobs, pool)


@contextmanager
def dask(*argv: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process of Dask, and end it afterwards."""
    root = str(Path(__file__).parents[3])
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + argv[0], *argv[1:]],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def worker(address: str, threads: int):
    return dask("dask_worker", address, "--nthreads", str(threads), "--no-nanny", "--no-dashboard")


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a scheduler without workers."""
    with dask("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as scheduler:
        for line in scheduler.stderr:
            if "Scheduler at:" in line:
                yield line.split()[-1]
                return
        pytest.fail("the scheduler has ended")


@pytest.mark.parametrize("threads", [1, 3])
def test_a_cluster_gives_the_same_bits(address, jobs, local, threads):
    with worker(address, threads), worker(address, 1), distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        assert train(jobs, client.get_executor()) == local


def test_a_killed_worker_loses_nothing(address, jobs, local):
    longer = [replace(job, training=replace(job.training, epochs=40)) for job in jobs]
    with LocalPool(2) as pool:
        expected = train(longer, pool)
    with (
        worker(address, 1) as first,
        worker(address, 1),
        distributed.Client(address, set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        found = {}
        for result in run_jobs(longer, client.get_executor(), train_job):
            if result is not None:
                found[result.key] = result
                if len(found) == 2:
                    first.send_signal(signal.SIGKILL)
        assert first.wait(60) == -signal.SIGKILL
    assert found == expected


def test_the_command_trains_on_a_cluster(address, jobs, local, capsys):
    from tui_nn.__main__ import main

    argv = [
        "sweep",
        "--scheduler",
        address,
        "--set",
        "learning-rate=.05,.2",
        "--set",
        "optimizer=sgd,adam",
        "--seeds",
        "3",
    ]
    argv += ["--hidden-sizes", "16", "--train-limit", "1000", "--epochs", "5", "--batch-size", "250", "--json"]
    with worker(address, 1):
        assert main(argv) == 0
    said = capsys.readouterr()
    found = [line for line in said.out.splitlines() if '"event": "run"' in line]
    assert len(found) == len(jobs)


def test_a_scheduler_that_does_not_answer_is_one_sentence(capsys):
    from tui_nn.__main__ import main

    for wrong, reason in (("tcp://127.0.0.1:1", "cannot be reached"), ("nonsense", "cannot be reached")):
        assert main(["sweep", "--quiet", "--scheduler", wrong]) == 1
        said = capsys.readouterr().err
        assert reason in said
        assert said.count("\n") == 1
