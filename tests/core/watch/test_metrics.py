import numpy as np
import pytest

from tui_nn.core.watch.metrics import (
    accuracy,
    class_accuracy,
    confused_pairs,
    confusion_matrix,
    lowest_class,
    precision,
    recall,
)

LABELS = np.array([0, 0, 1, 2, 2, 2], dtype=np.uint8)
PREDICTED = np.array([0, 1, 1, 2, 0, 2], dtype=np.uint8)


def test_accuracy_is_the_share_that_is_right() -> None:
    assert accuracy(PREDICTED, LABELS) == 4 / 6


def test_the_confusion_matrix_has_true_rows_and_predicted_columns() -> None:
    assert confusion_matrix(PREDICTED, LABELS, classes=4).tolist() == [
        [1, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 2, 0],
        [0, 0, 0, 0],
    ]


def test_class_accuracy_is_nan_without_examples() -> None:
    shares = class_accuracy(PREDICTED, LABELS, classes=4)
    assert shares[:3].tolist() == [1 / 2, 1, 2 / 3]
    assert np.isnan(shares[3])


def test_a_confusion_matrix_counts_every_example_of_ten_classes() -> None:
    random = np.random.default_rng(0)
    labels, predicted = random.integers(0, 10, (2, 5000)).astype(np.uint8)
    matrix = confusion_matrix(predicted, labels, 10)
    assert matrix.shape == (10, 10)
    assert matrix.sum() == 5000
    assert matrix[9, 7] == np.count_nonzero((labels == 9) & (predicted == 7))


def test_precision_is_by_column_and_recall_by_row() -> None:
    matrix = np.array([[3, 1, 0], [0, 0, 4], [0, 0, 0]])
    assert precision(matrix)[[0, 1, 2]].tolist() == [1, 0, 0]
    assert recall(matrix)[:2].tolist() == [0.75, 0]
    assert np.isnan(recall(matrix)[2])
    assert np.isnan(precision(matrix.T)[2]), "never predicted"


def test_confused_pairs_are_the_cells_off_the_diagonal() -> None:
    pairs = confused_pairs(np.array([[9, 2, 0], [5, 9, 2], [0, 7, 9]]))
    assert [(pair.true, pair.predicted, pair.count) for pair in pairs] == [(2, 1, 7), (1, 0, 5), (0, 1, 2), (1, 2, 2)]
    assert confused_pairs(np.diag([3, 0, 1])) == []


def test_the_matrix_is_that_of_scikit_learn() -> None:
    sklearn = pytest.importorskip(
        "sklearn.metrics", reason="scikit-learn is not installed: pip install 'tui-nn[bench]'"
    )
    random = np.random.default_rng(3)
    labels = random.integers(0, 10, 3000)
    predicted = np.where(random.random(3000) < 0.8, labels, random.integers(0, 9, 3000))
    matrix = confusion_matrix(predicted, labels, 10)
    assert (matrix == sklearn.confusion_matrix(labels, predicted, labels=range(10))).all()
    assert recall(matrix) == pytest.approx(sklearn.recall_score(labels, predicted, average=None))
    assert precision(matrix) == pytest.approx(sklearn.precision_score(labels, predicted, average=None))


def test_the_lowest_class_is_one_that_is_lower_than_others() -> None:
    nan = np.nan
    assert lowest_class(np.array([0.9, 0.5, nan, 0.5])) == 1
    assert lowest_class(np.array([1.0, 1.0, nan])) is None
    assert lowest_class(np.array([nan, nan])) is None
