"""Settings with several seeds: which seeds are trained, their mean and spread, and the training beside the app."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from waiting import TimeLimit

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.session import Session
from tui_nn.session.sweep.grid import Job
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.repeats import Repeats, SeedRun, compare_settings, other_run
from tui_nn.session.sweep.result import RunResult
from tui_nn.session.sweep.seed_training import SeedTraining
from tui_nn.session.sweep.task import train_job, train_seed

DATA = load_bundled()
SMALL = Dataset("small", "arrays", DATA.train.first(60), DATA.test.first(30))
NETWORK = NetworkConfig(hidden_sizes=(4,))
TRAINING = TrainingConfig(epochs=2, batch_size=20)
SLOWER = replace(TRAINING, learning_rate=0.01)


def seed_run(seed: int, *losses: float, training: TrainingConfig = TRAINING, accuracy: float = 0.5) -> SeedRun:
    """Return a run with this test loss at each epoch, and one accuracy."""
    values = np.array(losses)
    unknown = np.full(len(losses), np.nan)
    names = [f"{split}_{kind}" for split in ("train", "validation", "test") for kind in ("loss", "accuracy")]
    curves = RunCurves({name: values if name == "test_loss" else unknown for name in names})
    figures = dict.fromkeys(names) | {"test_loss": losses[-1], "test_accuracy": accuracy}
    result = RunResult(
        key="", seed=seed, end="epochs done", trained=2, epoch=2, parameters_sha256="", seconds=1.0, **figures
    )  # type: ignore[arg-type]
    return SeedRun(NETWORK, replace(training, seed=seed), result, curves)


def runs(*trainings: TrainingConfig) -> RunSet:
    """Return a set in which the last run is live."""
    named = []
    for letter, training in zip("ABC", trainings, strict=False):
        summary = Session(SMALL, NETWORK, training).summary()
        named.append(NamedRun(letter, "quick-start", summary, SMALL.test, live=training is trainings[-1]))
    return RunSet(named[-1], tuple(named[:-1]))


def wanted(repeats: Repeats, of: RunSet) -> list[tuple[float, int]]:
    return [(training.learning_rate, training.seed) for _, training in repeats.missing(of)]


# ---- which seeds


def test_a_repeat_begins_with_seed_0_and_each_further_one_adds_five_seeds():
    live, repeats = runs(replace(TRAINING, seed=7)), Repeats()
    assert wanted(repeats, live) == [(0.1, seed) for seed in range(5)]
    for seed in (0, 1, 3):
        repeats = repeats.with_run(seed_run(seed, 1.0))
    assert wanted(repeats, live) == [(0.1, 2), (0.1, 4)], "a repeat that was stopped goes on"
    for seed in (4, 2):
        repeats = repeats.with_run(seed_run(seed, 1.0))
    assert wanted(repeats, live) == [(0.1, seed) for seed in range(5, 10)]
    found = repeats.of(live.live)
    assert found is not None
    assert list(found.accuracies) == [0, 1, 2, 3, 4]


def test_the_settings_of_the_run_before_are_repeated_too_and_another_seed_is_no_other_setting():
    assert wanted(Repeats(), runs(SLOWER, TRAINING)) == [(rate, seed) for rate in (0.1, 0.01) for seed in range(5)]
    assert len(wanted(Repeats(), runs(replace(TRAINING, seed=3), TRAINING))) == 5


def test_a_run_from_a_file_takes_part_if_its_test_data_are_the_same():
    own = runs(TRAINING)
    summary = Session(SMALL, NETWORK, SLOWER).summary()
    same, other = own.with_frozen("b", summary, SMALL.test), own.with_frozen("b", summary, DATA.test.first(29))
    found = other_run(same)
    assert found is not None
    assert found.letter == "B"
    assert other_run(other) is None


# ---- mean and spread


def test_the_band_is_the_mean_minus_and_plus_the_standard_deviation():
    repeats = Repeats()
    # At epoch 1 the losses are 1, 2 and 3: the mean is 2, and the deviations -1, 0, 1 give a spread of 1. Only two runs
    # have reached epoch 2, with 4 and 8: the mean is 6, the squares 4 + 4 over 2 - 1 give a spread of sqrt(8).
    for seed, losses in enumerate(([5.0, 1.0, 4.0, 9.0], [5.0, 2.0, 8.0], [5.0, 3.0])):
        repeats = repeats.with_run(seed_run(seed, *losses))
    (found,) = repeats.of_settings.values()
    low, high = found.bands["test_loss"]
    np.testing.assert_allclose(low, [5, 1, 6 - 8**0.5, np.nan])
    np.testing.assert_allclose(high, [5, 3, 6 + 8**0.5, np.nan])
    assert np.isnan(found.bands["validation_loss"]).all()


def test_two_settings_are_compared_over_the_seeds_that_both_have():
    repeats = Repeats()
    for seed, accuracy in ((0, 0.8), (1, 0.9), (2, 0.1)):
        repeats = repeats.with_run(seed_run(seed, 1.0, accuracy=accuracy))
    for seed, accuracy in ((1, 0.6), (0, 0.7)):
        repeats = repeats.with_run(seed_run(seed, 1.0, training=SLOWER, accuracy=accuracy))
    first, second = repeats.of_settings.values()
    test = compare_settings(first, second)
    assert test is not None
    # The differences are .1 and .3. Of the four choices of signs, two give a sum of this size.
    assert (test.pairs, test.chance) == (2, 0.5)
    assert test.difference == pytest.approx(0.2)
    (lonely,) = Repeats().with_run(seed_run(0, 1.0)).of_settings.values()
    assert compare_settings(lonely, second) is None


# ---- training


def settings(*trainings: TrainingConfig) -> list[tuple[NetworkConfig, TrainingConfig]]:
    return [(NETWORK, training) for training in trainings]


def finished(training: SeedTraining) -> list[SeedRun]:
    """Return all runs by seed, after waiting for the last one. They end in any order."""
    training._thread.join(TimeLimit().left())
    assert training.ended
    return sorted(training.poll(), key=lambda run: run.result.seed)


def test_the_pool_gets_the_data_and_trains_what_a_session_trains():
    seeds = settings(TRAINING, replace(TRAINING, seed=1))
    found = finished(SeedTraining(seeds, lambda: SMALL))
    assert [run.result.seed for run in found] == [0, 1]
    session = Session(SMALL, *seeds[1])
    for _ in session.run(2):
        pass
    of_session = RunCurves.of(session.history.records)
    np.testing.assert_array_equal(found[1].curves.values["test_loss"], of_session.values["test_loss"])
    assert found[1].result.test_loss == session.history.records[-1].test_loss


def test_a_seed_has_the_result_of_a_sweep():
    job = Job(NETWORK, replace(TRAINING, train_limit=60), "bundled", DATA.digest)
    assert train_seed(job).result == train_job(job)


def test_stop_ends_the_workers_in_the_middle_of_a_run():
    training = SeedTraining(settings(replace(TRAINING, epochs=1_000_000)), lambda: SMALL)
    training.stop(wait=True)
    assert training.ended
    assert (training.poll(), training.error) == ([], "")


def test_the_reason_of_an_early_end_is_one_sentence():
    def broken() -> Dataset:
        raise DataError("a.npz is missing")

    def killed(jobs: int, dataset: Dataset) -> LocalPool:
        pool = LocalPool(jobs, dataset)
        pool._executor.submit(os.kill, pool._executor.submit(os.getpid).result(60), signal.SIGKILL)
        return pool

    for load, pool, reason in (
        (broken, LocalPool, "a.npz is missing"),
        (lambda: SMALL, killed, "the system or a user has ended a worker process"),
    ):
        training = SeedTraining(settings(TRAINING), load, pool)
        assert finished(training) == []
        assert training.error == reason


def test_the_time_left_follows_from_the_finished_runs():
    short = replace(TRAINING, train_limit=60)
    training = SeedTraining(settings(short), lambda: DATA, lambda jobs, dataset: ThreadPoolExecutor(1))
    finished(training)
    assert training.seconds_left(4) == pytest.approx(4 * training.seconds_left(1))
    assert 0 < training.seconds_left(1) < 60
