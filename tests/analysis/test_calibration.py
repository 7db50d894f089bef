"""Calibration: eight predictions computed by hand, and many compared with a plain loop."""

import math

import numpy as np
import pytest

from tui_nn.analysis.calibration import calibrate, softmax_at

# Two classes: p(0) is given, and 0 is predicted where it is above .5.
P0 = np.array([0.95, 0.95, 0.95, 0.91, 0.75, 0.75, 0.35, 0.60])
LABELS = np.array([0, 0, 1, 0, 0, 1, 1, 1])


def answers(p0: np.ndarray) -> np.ndarray:
    return np.stack([p0, 1 - p0], axis=1)


def test_the_error_is_that_of_the_paper_on_paper() -> None:
    """Bins of a tenth: (.9, 1] has .95 .95 .95 .91, 3 of 4 right; (.7, .8] .75 .75, 1 of 2; below .65 right, .60 wrong."""
    found = calibrate(answers(P0), LABELS)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 1, 1, 2, 0, 4]
    assert found.accuracy[[5, 6, 7, 9]].tolist() == [0, 1, 0.5, 0.75]
    assert found.confidence[[5, 6, 7, 9]] == pytest.approx([0.60, 0.65, 0.75, 0.94])
    assert np.isnan(found.accuracy[[0, 4, 8]]).all()
    assert found.error == pytest.approx((1 * 0.60 + 1 * 0.35 + 2 * 0.25 + 4 * 0.19) / 8)
    assert found.bias == pytest.approx((0.60 - 0.35 + 2 * 0.25 + 4 * 0.19) / 8)


def test_a_boundary_belongs_to_the_bin_below_it() -> None:
    """Guo et al.: bin m is ((m − 1) / M, m / M]."""
    exact = np.array([[0.5, 0.5], [0.75, 0.25], [1.0, 0.0], [0.0, 0.0]])
    assert calibrate(exact, np.zeros(4, int), bins=4).counts.tolist() == [1, 1, 1, 1]


def test_calibration_of_many_predictions_agrees_with_a_loop() -> None:
    random = np.random.default_rng(0)
    outputs = random.dirichlet(np.full(10, 0.3), 2000)
    labels = random.integers(0, 10, 2000)
    error = 0.0
    for m in range(10):
        inside = [i for i in range(2000) if m / 10 < outputs[i].max() <= (m + 1) / 10]
        if inside:
            right = np.mean([outputs[i].argmax() == labels[i] for i in inside])
            error += len(inside) / 2000 * abs(right - np.mean([outputs[i].max() for i in inside]))
    assert calibrate(outputs, labels).error == pytest.approx(error)


def test_outputs_that_are_not_finite_are_counted_apart() -> None:
    outputs = answers(P0)
    outputs[2] = np.nan
    found = calibrate(outputs, LABELS)
    assert found.unanswered == 1
    assert found.counts.sum() == 7
    assert np.isnan(calibrate(np.full((3, 2), np.inf), np.zeros(3, int)).error)


def test_a_temperature_divides_the_logits() -> None:
    # e^(ln 4) = 4, e^0 = 1: 4/5 and 1/5. At T = 2 the logits are halved, e^(ln 4 / 2) = √4 = 2: 2/3 and 1/3.
    z = np.array([math.log(4), 0.0], dtype=np.float32)
    assert softmax_at(z, 1.0) == pytest.approx([4 / 5, 1 / 5])
    assert softmax_at(z, 2.0) == pytest.approx([2 / 3, 1 / 3])
