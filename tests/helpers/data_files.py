# ruff: noqa: E501 - the tables have a row for each file
"""Files with the same digits in every form in which people have them, and files with something wrong in them.

The functions of `GOOD`, `OTHER`, `WARNED` and `REFUSED` write a file or folder of their name, and return its path.
"""

from __future__ import annotations

import gzip
import pickle
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.bundled import load_bundled

Array = NDArray[Any]
KERAS = ("x_train", "y_train", "x_test", "y_test")


class Digits(NamedTuple):
    x: Array
    y: Array
    x_test: Array
    y_test: Array


@cache
def digits() -> Digits:
    """Return 200 of the bundled digits to train with and 100 to test with, (n, 28, 28). Both have all ten classes."""
    data = load_bundled()
    train, test = data.train.first(200), data.test
    images = test.images[::10].reshape(-1, 28, 28)
    return Digits(train.images.reshape(-1, 28, 28), train.labels, images, test.labels[::10])


def save(path: Path, names: tuple[str, ...] = KERAS, **changed: Array) -> Path:
    """Write an archive of the digits, with some of the four arrays changed."""
    arrays = {**digits()._asdict(), **changed}
    path = path.with_suffix(".npz")
    with path.open("wb") as file:
        np.savez_compressed(file, **dict(zip(names, arrays.values(), strict=True)))
    return path


def both(change: Callable[[Array], Array], *, of: str) -> Callable[[Path], Path]:
    """Return a function that writes the digits with changed pictures (`of` is "x") or labels (`of` is "y")."""
    return lambda path: save(path, **{name: change(getattr(digits(), name)) for name in (of, f"{of}_test")})


def named(*names: str) -> Callable[[Path], Path]:
    return lambda path: save(path, names)


def x_and_y_only(path: Path) -> Path:
    path = path.with_suffix(".npz")
    np.savez(path, X=digits().x.reshape(-1, 784), y=digits().y)
    return path


def some_classes(*kept: int) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        x, y, x_test, y_test = digits()
        train, test = np.isin(y, kept), np.isin(y_test, kept)
        return save(path, x=x[train], y=y[train], x_test=x_test[test], y_test=y_test[test])

    return write


def csv(
    *, header: bool = False, packed: bool = False, last: bool = False, mark: str = ",", names: tuple[str, ...] = ()
) -> Callable[[Path], Path]:
    """Return a function that writes a CSV file: with a header, with gzip, the label last, or with names as labels."""

    def write(path: Path) -> Path:
        x, y, *_ = digits()
        lines = []
        if header:
            lines.append(mark.join(["label", *(f"pixel{k}" for k in range(784))]))
        for image, label in zip(x.reshape(-1, 784), y, strict=True):
            cells = [names[label] if names else str(label), *map(str, image)]
            lines.append(mark.join([*cells[1:], cells[0]] if last else cells))
        contents = ("\n".join(lines) + "\n").encode()
        path = path.with_suffix(".csv.gz" if packed else ".csv")
        path.write_bytes(gzip.compress(contents) if packed else contents)
        return path

    return write


def idx_bytes(array: Array, kind: int = 8) -> bytes:
    """Return an array in the format of MNIST's own files."""
    lengths = b"".join(struct.pack(">I", length) for length in array.shape)
    return struct.pack(">HBB", 0, kind, array.ndim) + lengths + array.tobytes()


def idx(
    *, packed: bool = False, start: str = "", test: str = "t10k", turned: bool = False, first: int = 0
) -> Callable[[Path], Path]:
    """Return a function that writes a folder of four IDX files. `turned` exchanges rows and columns, as EMNIST does."""

    def write(path: Path) -> Path:
        path.mkdir()
        x, y, x_test, y_test = digits()
        for part, images, labels in (("train", x, y), (test, x_test, y_test)):
            images = images.transpose(0, 2, 1) if turned else images
            files = {
                f"{start}{part}-images-idx3-ubyte": images,
                f"{start}{part}-labels-idx1-ubyte": labels + np.uint8(first),
            }
            for name, array in files.items():
                contents = idx_bytes(array)
                (path / (name + ".gz" * packed)).write_bytes(gzip.compress(contents) if packed else contents)
        return path

    return write


def idx_file(name: str) -> Callable[[Path], Path]:
    return lambda path: idx()(path) / name


def pgm(path: Path, image: Array) -> None:
    path.write_bytes(f"P5 {image.shape[1]} {image.shape[0]} 255\n".encode() + image.tobytes())


def class_folders(
    *, parts: tuple[str, ...] = ("",), names: tuple[str, ...] = tuple("0123456789")
) -> Callable[[Path], Path]:
    """Return a function that writes a folder of pictures for each class, in one or two parts."""

    def write(path: Path) -> Path:
        x, y, x_test, y_test = digits()
        for part, images, labels in zip(parts, (x, x_test), (y, y_test), strict=False):
            for number, (image, label) in enumerate(zip(images, labels, strict=True)):
                place = path / part / names[label]
                place.mkdir(parents=True, exist_ok=True)
                pgm(place / f"{number:04}.pgm", image)
        return path

    return write


def eight_by_eight(path: Path) -> Path:
    """Write digits of 8 x 8 pixels from 0.0 to 16.0, as scikit-learn's load_digits has them."""
    small = digits().x[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3).mean(axis=(2, 4)) / 255 * 16
    path = path.with_suffix(".npz")
    np.savez(path, data=np.rint(small).reshape(-1, 64), target=digits().y.astype(np.int64))
    return path


LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def letters(path: Path) -> Path:
    """Write pictures of 26 classes with a letter as the label."""
    kinds = np.array(LETTERS)
    return save(path, y=kinds[np.arange(200) % 26], y_test=kinds[np.arange(100) % 26])


def clothes(path: Path) -> Path:
    path = path.with_suffix(".npz")
    np.savez(path, **dict(zip(KERAS, digits(), strict=True)), class_names=np.array(CLOTHES))  # type: ignore[arg-type]
    return path


GOOD: dict[str, Callable[[Path], Path]] = {
    "as_keras": save,
    "labels_int64": both(lambda y: y.astype("i8"), of="y"),
    "labels_float": both(lambda y: y.astype("f4"), of="y"),
    "labels_column": both(lambda y: y[:, None], of="y"),
    "labels_one_hot": both(lambda y: np.eye(10, dtype="u1")[y], of="y"),
    "labels_text": both(lambda y: y.astype(str), of="y"),
    "labels_bytes": both(lambda y: y.astype("S"), of="y"),
    "images_float_0_to_1": both(lambda x: (x / 255).astype("f4"), of="x"),
    "images_float_0_to_255": both(lambda x: x.astype("f4"), of="x"),
    "images_double_minus_1_to_1": both(lambda x: x / 127.5 - 1, of="x"),
    "images_flat_784": both(lambda x: x.reshape(-1, 784), of="x"),
    "images_nhwc": both(lambda x: x[..., None], of="x"),
    "images_nchw": both(lambda x: x[:, None], of="x"),
    "images_big_endian_16": both(lambda x: x.astype(">u2"), of="x"),
    "images_16_bits": both(lambda x: x.astype("u2") * np.uint16(257), of="x"),
    "images_fortran_order": both(np.asfortranarray, of="x"),
    "names_capital_x": named("X_train", "Y_train", "X_test", "Y_test"),
    "names_medmnist": named("train_images", "train_labels", "test_images", "test_labels"),
    "names_trainX": named("trainX", "trainy", "testX", "testy"),
    "names_positional": named("arr_0", "arr_1", "arr_2", "arr_3"),
    "names_of_train_test_split": lambda path: save(
        path, ("arr_0", "arr_1", "arr_2", "arr_3"), y=digits().x_test, x_test=digits().y
    ),
    "names_x_y_only": x_and_y_only,
    "kaggle": csv(header=True),
    "kaggle_gz": csv(header=True, packed=True),
    "no_header": csv(),
    "label_last": csv(last=True),
    "semicolons": csv(header=True, mark=";"),
    "idx": idx(),
    "idx_gz": idx(packed=True),
    "idx_images": idx_file("train-images-idx3-ubyte"),
    "idx_labels": idx_file("train-labels-idx1-ubyte"),
    "emnist-digits": idx(packed=True, start="emnist-digits-", test="test", turned=True),
    "class_folders": class_folders(),
    "class_folders_in_parts": class_folders(parts=("train", "test")),
}  # fmt: skip
"""Files with the same digits, which must all be read as the same data."""

OTHER: dict[str, tuple[Callable[[Path], Path], int, int]] = {
    "side_32": (both(lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2))), of="x"), 32, 10),
    "side_14": (both(lambda x: x[:, ::2, ::2], of="x"), 14, 10),
    "classes_2": (some_classes(0, 1), 28, 2),
    "classes_47": (lambda path: save(path, y=np.arange(200) % 47, y_test=np.arange(100) % 47), 28, 47),
    "load_digits": (eight_by_eight, 8, 10),
    "letters": (letters, 28, 26),
    "clothes": (clothes, 28, 10),
    "csv_with_names": (csv(header=True, names=CLOTHES), 28, 10),
    "folders_with_names": (
        class_folders(names=tuple(name.replace("/", "-") for name in CLOTHES)),
        28,
        10,
    ),
    "emnist-letters": (idx(packed=True, start="emnist-letters-", test="test", turned=True, first=1), 28, 26),
}
"""Files of other sizes and classes: what writes them, the side of their pictures, and the number of classes."""


def pickled(path: Path) -> Path:
    x, y, x_test, y_test = digits()
    path = path.with_suffix(".pkl.gz")
    path.write_bytes(gzip.compress(pickle.dumps(((x / 255, y), (x_test, y_test), (x_test, y_test)))))
    return path


def without_tests(path: Path) -> Path:
    path = path.with_suffix(".npz")
    np.savez(path, x_train=digits().x, y_train=digits().y)
    return path


def written(contents: bytes, end: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path = path.with_suffix(end)
        path.write_bytes(contents)
        return path

    return write


def folder_of_two_sizes(path: Path) -> Path:
    class_folders()(path)
    pgm(path / "3" / "zz.pgm", np.zeros((30, 30), np.uint8))
    return path


def images_without_labels(path: Path) -> Path:
    path = idx()(path)
    (path / "t10k-labels-idx1-ubyte").unlink()
    return path


ROW = ",".join(["7", *["0"] * 784])
WARNED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "wrong_labels_from_1": (both(lambda y: y + 1, of="y"), "the labels begin at 1, so the classes are 1 to 10; for classes from 0, subtract 1"),
    "wrong_ink_and_paper_swapped": (both(lambda x: 255 - x, of="x"), "the ink is reversed: the pixels at the border"),
    "wrong_train_transposed": (lambda path: save(path, x=digits().x.transpose(0, 2, 1)), "the training pictures have their rows and columns exchanged"),
    "wrong_test_is_train": (lambda path: save(path, x_test=digits().x[:100], y_test=digits().y[:100]), "100 of 100 test examples are training examples too"),
    "wrong_no_test": (without_tests, "the data has no test examples, so 20 % of each class are set aside"),
    "load_digits": (eight_by_eight, "the pixels go from 0 to 16, as in scikit-learn's load_digits"),
}  # fmt: skip
"""Files that can be trained on, with a part of the sentence about them."""

REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "wrong_all_black": (both(lambda x: x * 0, of="x"), "every pixel of the 300 pictures is 0, so they show nothing"),
    "wrong_one_class": (some_classes(3), "examples are of one class, 3, but a network needs at least 2 classes;"),
    "wrong_counts": (lambda path: save(path, y=digits().y[:-1]), "x_train has 200 pictures, but y_train has 199 labels"),
    "wrong_negative": (both(lambda x: x.astype("i1"), of="x"), "x_train has pixels from -128 to 127, because numbers of type int8 cannot be larger, but they must be 0 (paper) to 255 (ink); convert them in Python with x_train.view('uint8')"),
    "wrong_objects": (both(lambda y: y.astype(object), of="y"), "y_train contains Python objects, which are not read because reading them can run code; convert it in Python with numpy.load("),
    "wrong_empty": (lambda path: save(path, x=digits().x[:0], y=digits().y[:0]), "there are no examples, because x_train has the shape (0, 28, 28)"),
    "wrong_pickle": (pickled, "the file is a Python pickle, which is not read because reading it can run code; convert it with python -c"),
    "colours": (both(lambda x: np.stack([x] * 3, axis=-1), of="x"), "convert them in Python with x_train.mean(axis=3)"),
    "standardised": (both(lambda x: x / 255 * 3.3 - 0.42, of="x"), "x_train has pixels from -0.42 to 2.88"),
    "too_many_classes": (lambda path: save(path, y=np.arange(200)), "y_train has more than 62 different labels"),
    "labels_for_tests_missing": (lambda path: save(path, names=("x_train", "y_train", "x_test", "more")), "the file has no y_test, which should contain the labels for x_test"),
    "numpy_array": (written(b"\x93NUMPY\1\0", ".npy"), "the file is a single NumPy array without labels; convert it"),
    "hdf5": (written(b"\x89HDF\r\n\x1a\n" + bytes(99), ".h5"), "the file is an HDF5 file; convert it with python -c"),
    "matlab": (written(b"MATLAB 5.0 MAT-file" + bytes(99), ".mat"), "the file is a MATLAB file; convert it with python -c"),
    "picture": (written(b"\x89PNG\r\n\x1a\n" + bytes(99), ".png"), "the file is a single picture; convert it"),
    "prose": (written(b"Hello, world\n", ".txt"), "the file is not an .npz, IDX or CSV file (it begins with 'Hello, world')"),
    "empty": (written(b"", ".csv"), "the file is empty; give an .npz, IDX or CSV file"),
    "csv_short_line": (written(f"{ROW}\n{ROW}\n7,0\n".encode(), ".csv"), "line 3 has 2 columns, but the first has 785"),
    "csv_word": (written(f"{ROW}\n{ROW[:-1]}x\n".encode(), ".csv"), "line 2 has 'x' in column 785, but pixels must be numbers"),
    "csv_without_labels": (written((",".join(f"pixel{k}" for k in range(784)) + "\n" + ROW[2:] + "\n").encode(), ".csv"), "none of the 784 columns is named label"),
    "csv_odd_columns": (written((",".join("0" * 700) + "\n").encode(), ".csv"), "the file has 700 columns, but a label and the pixels"),
    "csv_cut_gz": (written(gzip.compress(f"{ROW}\n".encode() * 99)[:-20], ".csv.gz"), "the compressed data are damaged or incomplete"),
    "idx_without_labels": (images_without_labels, "the file of labels for t10k-images-idx3-ubyte is missing; put t10k-labels-idx1-ubyte into the same folder"),
    "folder_of_two_sizes": (folder_of_two_sizes, "but zz.pgm has 30 x 30; scale all pictures to one size"),
}  # fmt: skip
"""Files that cannot be used, with a part of the sentence about them."""
