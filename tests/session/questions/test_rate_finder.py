"""The learning-rate finder: its curve, the rate to take, and what it leaves alone."""

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.session.questions.rate_finder import A_DECADE, HIGHEST, LOWEST, UPDATES, RateCurve, find_rate
from tui_nn.session.run.session import Session


def curve_of(smooth) -> RateCurve:
    """Return a curve whose smoothed losses are given, with 40 rates for each factor of 10."""
    values = np.array(smooth, dtype=float)
    rates = LOWEST * 10 ** (np.arange(len(values)) / A_DECADE)
    return RateCurve(rates, values, values, "")


def test_the_rates_rise_by_the_same_factor_up_to_the_end():
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(8,)), TrainingConfig(train_limit=300))
    curve = find_rate(session.snapshot(), session.examples.train)
    assert curve.rates[0] == LOWEST
    factors = curve.rates[1:] / curve.rates[:-1]
    assert np.allclose(factors, 10 ** (1 / A_DECADE))
    assert len(curve.rates) == len(curve.losses) == len(curve.smooth) <= UPDATES
    assert curve.ended
    assert LOWEST < curve.suggested < HIGHEST
    assert curve.rates[curve.steepest] <= curve.suggested * 1.1
    assert curve.suggested <= curve.rates[curve.lowest] * 1.1


def test_the_first_loss_is_that_of_the_first_batch_and_the_run_stays_as_it_is():
    training = TrainingConfig(train_limit=300, batch_size=50, epochs=2, learning_rate=LOWEST)
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(8,)), training)
    before = session.snapshot().parameters.vector.copy()
    curve = find_rate(session.snapshot(), session.examples.train)
    assert np.array_equal(session.snapshot().parameters.vector, before)
    session.step_epoch()
    assert curve.losses[0] == pytest.approx(session.history.records[1].batch_losses[0], rel=1e-6)
    again = find_rate(session.snapshot(), session.examples.train)
    assert again.losses[0] != curve.losses[0]


def test_a_trained_network_is_said_to_need_another_rate_than_a_new_one():
    training = TrainingConfig(train_limit=300, batch_size=50, learning_rate=0.1)
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(8,)), training)
    new = "A new network often needs a different rate."
    assert new not in find_rate(session.snapshot(), session.examples.train).verdict
    session.step_epoch()
    curve = find_rate(session.snapshot(), session.examples.train)
    assert (
        f"The network has learned for 1 epoch, so this trial finds a rate for training it further. {new}"
        in curve.verdict
    )


def test_a_loss_that_falls_less_than_by_chance_shows_no_rate():
    """The batches of a trained network have small losses that differ much, so they fall somewhere by a tenth."""
    smooth = np.array([1.0] * 5 + [0.85] * 100)
    noisy = smooth + np.resize([1.0, -0.8], len(smooth))
    assert RateCurve(curve_of(smooth).rates, noisy, smooth, "").suggested is None
    assert curve_of(smooth).suggested is not None


def test_the_rate_is_halfway_between_the_steepest_fall_and_the_lowest_loss():
    # The loss falls by 1 at index 40 (rate 1e-4) and then slowly up to index 120 (rate 0.01): halfway is 1e-3.
    curve = curve_of([3.0] * 41 + list(np.linspace(2, 1, 80)) + [1.2] * 10)
    assert (curve.steepest, curve.lowest) == (40, 120)
    assert curve.suggested == 0.001


def test_what_follows_a_clear_rise_is_ignored():
    """A network that has broken at a high rate may end at a loss that is low and constant."""
    curve = curve_of([3.0] * 41 + [2.0] * 40 + [5.0] * 20 + [0.1] * 40)
    assert curve.lowest == 41


def test_a_loss_that_does_not_fall_shows_no_rate():
    assert curve_of([2.3] * 100).suggested is None
    assert curve_of(np.linspace(2.3, 2.2, 100)).suggested is None
    assert curve_of([2.3]).suggested is None
    assert curve_of(np.linspace(2.3, 9, 100)).suggested is None
