"""Sweeps: the grid, equal results from every executor, the folder of results, and the ranking."""

import json
import math
import os
import pickle
import signal
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from dataclasses import replace
from statistics import stdev

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import ConfigError
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.session.run.session import Session
from tui_nn.session.sweep.grid import Axis, Grid, Job
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.ranking import Figure, compare_best, ranked
from tui_nn.session.sweep.result import ResultFolder, RunResult
from tui_nn.session.sweep.runner import run_jobs
from tui_nn.session.sweep.task import train_job

TABLE = {setting.name: setting for setting in settings()}
TRAINING = TrainingConfig(train_limit=200, validation=0.1, epochs=2, batch_size=20)
SIZES = Axis(TABLE["hidden_sizes"], ((), (6, 4)))
RATES = Axis(TABLE["learning_rate"], (0.05, 1e6))
GRID = Grid(NetworkConfig(hidden_sizes=(5,), activation="leaky_relu"), TRAINING, (SIZES, RATES), seeds=2)


def train(jobs, executor):
    """Return the results in the order of the jobs."""
    found = {result.key: result for result in run_jobs(jobs, executor, train_job) if result is not None}
    return [found[job.key] for job in jobs]


@pytest.fixture(scope="module")
def jobs():
    return [job for one in GRID.combinations(load_dataset()) for job in one.jobs]


@pytest.fixture(scope="module")
def results(jobs):
    return [train_job(job) for job in jobs]


def result_of(job: Job, **values) -> RunResult:
    known = {"epoch": 2, "trained": 2, "end": "epochs done", "parameters_sha256": "", "seconds": 1.0}
    figures = {f"{split}_{kind}": 0.5 for split in ("train", "validation", "test") for kind in ("loss", "accuracy")}
    return RunResult(key=job.key, seed=job.training.seed, **{**known, **figures, **values})


# ---- the grid


def test_the_grid_has_every_combination_with_every_seed(jobs):
    tried = [(job.network.hidden_sizes, job.training.learning_rate, job.training.seed) for job in jobs]
    assert tried == [(sizes, rate, seed) for sizes in ((), (6, 4)) for rate in (0.05, 1e6) for seed in (0, 1)]
    assert len(GRID) == len(jobs) == len({job.key for job in jobs})
    assert {job.training.epochs for job in jobs} == {2}
    first = GRID.combinations(load_dataset())[0]
    assert first.words(GRID.axes) == "hidden sizes none, learning rate 0.05"


def test_the_seeds_begin_with_that_of_the_settings():
    grid = replace(GRID, axes=(), training=replace(TRAINING, seed=7), seeds=3)
    (only,) = grid.combinations(load_dataset())
    assert [job.training.seed for job in only.jobs] == [7, 8, 9]
    with pytest.raises(ConfigError, match="seed is 4294967296"):
        replace(grid, training=replace(TRAINING, seed=2**32 - 1)).combinations(load_dataset())


def test_a_job_can_be_sent_and_keeps_its_key(jobs):
    assert pickle.loads(pickle.dumps(jobs)) == jobs
    assert pickle.loads(pickle.dumps(jobs[0])).key == jobs[0].key
    assert replace(jobs[0], digest="other").key != jobs[0].key


# ---- training


def test_a_task_gives_the_figures_of_a_session(jobs, results):
    session = Session(load_dataset(), jobs[0].network, jobs[0].training)
    for _ in session.run(2):
        pass
    record = session.history.records[-1]
    assert results[0].test_loss == record.test_loss
    assert results[0].validation_accuracy == record.validation_accuracy
    assert (results[0].end, results[0].trained, results[0].epoch, results[0].seed) == ("epochs done", 2, 2, 0)


def test_a_diverged_run_says_so(results):
    assert [result.diverged for result in results] == [False, False, False, False, False, False, True, True]


def test_patience_and_keep_best_decide_which_network_counts(jobs):
    training = replace(jobs[0].training, learning_rate=0.9, epochs=30, patience=2, keep_best=True)
    found = train_job(replace(jobs[0], training=training))
    assert found.end == "stopped early"
    assert found.epoch == found.trained - 2 < 28


@pytest.mark.parametrize("count", [1, 3])
def test_threads_give_the_same_bits(jobs, results, count):
    with ThreadPoolExecutor(count) as threads:
        assert train(jobs, threads) == results


def test_one_and_two_processes_give_the_same_bits(jobs, results):
    for count in (1, 2):
        with LocalPool(count) as pool:
            assert train(jobs, pool) == results


def test_a_pool_ends_its_workers_in_the_middle_of_a_run(jobs):
    endless = replace(jobs[0], training=replace(jobs[0].training, epochs=1_000_000))
    with LocalPool(1) as pool:
        future = pool.submit(train_job, endless)
        waiting = [pool.submit(train_job, job) for job in jobs]
    for one in (future, *waiting):
        with pytest.raises(BrokenExecutor):
            one.result(timeout=60)


def test_a_worker_that_is_killed_breaks_the_pool(jobs):
    with LocalPool(1) as pool:
        pool.submit(os.kill, pool.submit(os.getpid).result(60), signal.SIGKILL)
        with pytest.raises(BrokenExecutor):
            train(jobs, pool)


def test_a_worker_with_other_data_says_so(jobs):
    with (
        ThreadPoolExecutor(1) as threads,
        pytest.raises(DataError, match="on this machine differs from the data on the machine that started the sweep"),
    ):
        train([replace(jobs[0], digest="0123456789abcdef")], threads)


# ---- the folder of results


def test_the_folder_returns_what_it_keeps(tmp_path, jobs, results):
    folder = ResultFolder(tmp_path / "new" / "folder")
    assert folder.found(jobs) == {}
    for result in results[:3]:
        folder.keep(result)
    again = ResultFolder(tmp_path / "new" / "folder").found(jobs)
    assert again == {result.key: result for result in results[:3]}
    assert [again[result.key].seconds for result in results[:3]] == [result.seconds for result in results[:3]]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": 3}', "\xff", "[" * 900_000, " " * 1_000_001])
def test_a_damaged_file_counts_as_no_result(tmp_path, jobs, text):
    folder = ResultFolder(tmp_path)
    (tmp_path / f"{jobs[0].key}.json").write_text(text, encoding="latin-1")
    assert folder.found(jobs) == {}


@pytest.mark.parametrize(
    "wrong",
    [{"end": 1}, {"epoch": 1.5}, {"test_loss": "1"}, {"test_loss": float("nan")}, {"seconds": None}, {"seed": None}],
    ids=str,
)
def test_a_result_with_a_value_of_another_type_counts_as_none(tmp_path, jobs, wrong):
    folder = ResultFolder(tmp_path)
    folder.keep(result_of(jobs[0]))
    (path,) = tmp_path.iterdir()
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    assert folder.found(jobs) == {}


def test_a_result_under_the_name_of_another_counts_as_none(tmp_path, jobs):
    folder = ResultFolder(tmp_path)
    folder.keep(result_of(jobs[0]))
    (tmp_path / f"{jobs[0].key}.json").rename(tmp_path / f"{jobs[1].key}.json")
    assert folder.found(jobs) == {}


def test_a_file_is_strict_json(tmp_path, jobs, results):
    ResultFolder(tmp_path).keep(results[-1])
    (path,) = tmp_path.iterdir()
    json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


# ---- the ranking


def ranking_of(*accuracies, **more):
    """Return the ranking of one combination for each list of accuracies, which has one for each seed."""
    rates = tuple(0.1 * (number + 1) for number in range(len(accuracies)))
    grid = replace(GRID, axes=(Axis(TABLE["learning_rate"], rates),), seeds=len(accuracies[0]))
    combinations = grid.combinations(load_dataset())
    results = {}
    for one, values in zip(combinations, accuracies, strict=True):
        for job, value in zip(one.jobs, values, strict=True):
            results[job.key] = result_of(job, validation_accuracy=value, **more)
    return ranked(combinations, results)


def test_mean_and_spread_are_those_of_a_sample():
    found = Figure.of([0.90, 0.94, 0.92])
    # The deviations are -.02, .02 and 0: their squares sum to .0008, and half of that is .0004.
    assert found.mean == pytest.approx(0.92)
    assert found.spread == pytest.approx(0.02)
    assert found.spread == stdev([0.90, 0.94, 0.92])
    assert math.isnan(Figure.of([0.9]).spread)
    assert math.isnan(Figure.of([0.9, None]).mean)


def test_the_highest_mean_on_the_validation_data_is_first():
    ranking = ranking_of([0.8, 0.9], [0.95, 0.9], [0.7, 0.99], test_accuracy=0.1)
    assert [one.accuracy.mean for one in ranking] == pytest.approx([0.925, 0.85, 0.845])
    assert ranking[0].decided_by == "validation"
    test = compare_best(ranking)
    # The differences are .15 and 0: each choice of signs gives a sum of .15 or -.15.
    assert (test.pairs, test.chance) == (2, 1)
    assert test.difference == pytest.approx(0.075)


def test_diverged_runs_come_last():
    grid = replace(GRID, axes=(RATES,), seeds=1)
    one, two = grid.combinations(load_dataset())
    results = {
        one.jobs[0].key: result_of(one.jobs[0], validation_accuracy=0.9, end="diverged", validation_loss=None),
        two.jobs[0].key: result_of(two.jobs[0], validation_accuracy=0.3),
    }
    ranking = ranked([one, two], results)
    assert [found.diverged for found in ranking] == [0, 1]
    assert math.isnan(ranking[1].loss.mean)
    assert compare_best(ranking) is None


def test_without_validation_data_the_test_data_decide():
    ranking = ranking_of([None, None], validation_loss=None, test_accuracy=0.8)
    assert (ranking[0].decided_by, ranking[0].accuracy.mean) == ("test", 0.8)
