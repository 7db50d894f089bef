import numpy as np

from tui_nn.core.metrics import accuracy, class_accuracy, confusion_matrix

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
    matrix = confusion_matrix(predicted, labels)
    assert matrix.shape == (10, 10)
    assert matrix.sum() == 5000
    assert matrix[9, 7] == np.count_nonzero((labels == 9) & (predicted == 7))
