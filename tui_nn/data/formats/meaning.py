"""The meaning of the numbers in a data file: which values are paper and ink, which class a label names, which examples
are for tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASS_COUNTS, DIGITS, Bytes, DataError, Dataset, Split
from tui_nn.data.formats.part import Contents, Part, check_counts, side_of
from tui_nn.data.printable import printable
from tui_nn.data.suspicions import suspicions
from tui_nn.data.validation import divide

TEST_SHARE = 0.2
"""The share of the examples that is set aside for tests, if a file has no test examples."""

LONGEST_NAME = 64
"""The longest name of a class, in characters."""

_CHUNK = 2**16
"""The number of labels or pictures that are converted at once. This limits the memory."""


def dataset_from(contents: Contents, name: str, source: str) -> Dataset:
    """Return the contents of a file as a dataset. Its notes report changes to the data, and probable mistakes in it.

    Raises:
        DataError: if the contents cannot be used. The message has no capital letter, full stop or name of a file.
    """
    parts = contents.parts
    if "train" not in parts:
        raise DataError("the data has no training examples, only test examples; name its arrays x_train and y_train")
    sides = {}
    for part in parts.values():
        check_counts(part.images_name, part.images.shape, part.labels_name, part.labels.shape)
        sides[side_of(part.images_name, part.images.shape)] = part.images_name
    if len(sides) > 1:
        found = " and ".join(f"{side} x {side} in {where}" for side, where in sides.items())
        raise DataError(f"the pictures have different sizes, {found}; scale them to one size")
    (side,) = sides
    labels, class_names, of_labels = _classes(parts, contents.class_names)
    images, of_pixels = _pixels(parts, side)
    splits = {key: Split(images[key], labels[key], class_names) for key in parts}
    train, test, notes = splits["train"], splits.get("test"), [*contents.notes, *of_pixels, *of_labels]
    if test is None:
        count = len(train)
        train, test = divide(train, TEST_SHARE, seed=0)
        if test is None:
            raise DataError(
                f"the data has no test examples, and {count:,} training examples are too few to set some "
                "aside; give at least 3 examples of one class"
            )
        notes.append(
            f"the data has no test examples, so {100 * TEST_SHARE:.0f} % of each class are set aside for tests, "
            f"the same examples at each start: of {count:,} examples, {len(train):,} are for training and "
            f"{len(test):,} for tests"
        )
    dataset = Dataset(name, source, train, test, splits.get("validation"))
    return dataset.with_notes(*notes, *suspicions(dataset))


# ---- labels


def _classes(
    parts: dict[str, Part], class_names: tuple[str, ...] | None
) -> tuple[dict[str, Bytes], tuple[str, ...], list[str]]:
    """Return the labels from 0 for each part, the class names and sentences about the labels."""
    plain = {key: _plain(part.labels_name, part.labels) for key, part in parts.items()}
    if len({values.dtype.kind for values in plain.values()}) > 1:
        raise DataError("some labels are numbers, but others are texts; give them all as numbers")
    found = sorted(set().union(*(_distinct(parts[key].labels_name, values) for key, values in plain.items())))
    if len(found) == 1:
        count = sum(map(len, plain.values()))
        raise DataError(
            f"all {count:,} examples are of one class, {printable(str(found[0]))}, but a network needs at "
            "least 2 classes; give pictures of other classes too, for example all rows of the original file"
        )
    notes = []
    if class_names is not None:
        names, numbers = class_names, {value: value for value in found}
        if isinstance(found[0], str):
            numbers = {name: index for index, name in enumerate(names)}
        if wrong := [
            value for value in found if value not in (numbers if isinstance(found[0], str) else range(len(names)))
        ]:
            raise DataError(
                f"there is a label {printable(str(wrong[0]))}, but only {len(names)} class names; give a name "
                "for each class"
            )
    elif isinstance(found[0], str):
        names, numbers = tuple(found), {name: index for index, name in enumerate(found)}
    else:
        names, first = _names_of(found)
        numbers = {value: index for index, value in enumerate(first)}
        if found[0] == 1 and names[0] == "1":
            notes.append(
                f"the labels begin at 1, so the classes are 1 to {found[-1]}; for classes from 0, subtract 1 "
                "from each label"
            )
    _check_names(names)
    return {key: _numbered(values, numbers) for key, values in plain.items()}, names, notes


def _names_of(found: list[int]) -> tuple[tuple[str, ...], list[int]]:
    """Return the class names for these labels, and the label of each class.

    Labels from 0 to 9 with gaps get all ten digits as classes. So a file that lacks some digits still fits a network for all ten.
    """
    count = len(found)
    if found in (list(range(count)), list(range(1, count + 1))) or found[0] < 0 or found[-1] > 9:
        return tuple(map(str, found)), found
    return DIGITS, list(range(10))


def _plain(name: str, labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels (n,) as int64 or as texts.

    Raises:
        DataError: if they are neither whole numbers nor texts.
    """
    if labels.dtype.kind == "O":
        labels = _without_objects(name, labels)
    if labels.ndim == 2:
        labels = labels[:, 0] if labels.shape[1] == 1 else _from_one_hot(name, labels)
    kind = labels.dtype.kind
    if kind == "S":
        labels = np.char.decode(labels, "latin1")
    if kind in "SU":
        return labels
    if kind not in "biuf":
        raise DataError(
            f"{name} has the type {labels.dtype.name}, but labels must be whole numbers or texts; convert it with astype('int64')"
        )
    low, high = labels.min(), labels.max()
    if not -(2**31) <= low <= high < 2**31:
        raise DataError(
            f"{name} has labels from {low} to {high}, but they must be whole numbers below 2,147,483,648; number the classes from 0"
        )
    whole = labels.astype(np.int64)
    if kind == "f" and (differs := np.flatnonzero(whole != labels)).size:
        raise DataError(
            f"{name} has the label {labels[differs[0]]:g}, but labels must be whole numbers or texts: check that "
            "you have not confused this array with the array of pictures"
        )
    return whole


def _without_objects(name: str, labels: NDArray[Any]) -> NDArray[Any]:
    """Return an array of Python objects as an array of texts or numbers."""
    values = labels.ravel().tolist()
    for kind, dtype in ((str, np.str_), (int, np.int64)):
        if all(isinstance(value, kind) for value in values):
            return np.array(values, dtype).reshape(labels.shape)
    raise DataError(
        f"{name} has objects of several types, but labels must be whole numbers or texts; convert it with astype(str)"
    )


def _from_one_hot(name: str, labels: NDArray[Any]) -> NDArray[Any]:
    shape = f"({labels.shape[0]}, {labels.shape[1]})"
    if labels.dtype.kind not in "biuf" or not ((labels != 0).sum(axis=1) == 1).all() or labels.max() != 1:
        raise DataError(
            f"{name} has the shape {shape}, but each row must contain a single 1 and zeros; give one label for each picture, for "
            f"example with {name if name.isidentifier() else 'y'}.argmax(axis=1)"
        )
    places: NDArray[Any] = labels.argmax(axis=1)
    return places


def _distinct(name: str, values: NDArray[Any]) -> set[Any]:
    """Return the set of distinct labels. A text that is a number becomes a number."""
    found = set[Any]()
    for part in _chunks(values):
        found.update(set(part.tolist()) if part.dtype.kind == "U" else np.unique(part).tolist())
        if len(found) > CLASS_COUNTS[-1]:
            some = ", ".join(printable(str(value))[:20] for value in sorted(found)[:5])
            raise DataError(
                f"{name} has more than {CLASS_COUNTS[-1]} different labels ({some} ...), but at most "
                f"{CLASS_COUNTS[-1]} classes are allowed; keep the examples of fewer classes, and check that "
                "this array contains the labels"
            )
    texts = [str(value).strip() for value in found]
    if values.dtype.kind == "U" and all(text.isdecimal() and text.isascii() and len(text) < 10 for text in texts):
        return set(map(int, texts))
    return set(texts) if values.dtype.kind == "U" else found


def _numbered(values: NDArray[Any], numbers: dict[Any, int]) -> Bytes:
    """Return the number of the class of each label, uint8 (n,)."""
    result = np.empty(len(values), np.uint8)
    are_texts = values.dtype.kind == "U"
    as_found = str.strip if are_texts and isinstance(next(iter(numbers)), str) else int
    for at, part in zip(range(0, len(values), _CHUNK), _chunks(values), strict=True):
        result[at : at + len(part)] = [numbers[as_found(value)] for value in part.tolist()]
    return result


def _chunks(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]


def _check_names(names: tuple[str, ...]) -> None:
    if len(names) not in CLASS_COUNTS:
        raise DataError(
            f"the data has {len(names)} classes, but {CLASS_COUNTS[0]} to {CLASS_COUNTS[-1]} are allowed; "
            "leave the examples of the other classes out"
        )
    for name in names:
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise DataError(
                f"a class has the name '{printable(name)[:LONGEST_NAME]}', but a name must have 1 to {LONGEST_NAME} printable "
                "characters; give it another name"
            )
    if len(set(names)) < len(names):
        raise DataError("two classes have the same name; give each class a name of its own")


# ---- pixels


def _pixels(parts: dict[str, Part], side: int) -> tuple[dict[str, Bytes], list[str]]:
    """Return the pictures of each part as uint8 (n, side * side), from 0 to 255, and a sentence about each change."""
    tables = {key: part.images.reshape(len(part.images), -1) for key, part in parts.items()}
    for key, table in tables.items():
        if table.dtype.kind not in "biuf":
            raise DataError(
                f"{parts[key].images_name} has the type {table.dtype.name}, but pixels must be numbers; convert "
                f"it with astype('uint8')"
            )
    low = float(min(table.min() for table in tables.values()))
    high = float(max(table.max() for table in tables.values()))
    name, types = parts["train"].images_name, {table.dtype for table in tables.values()}
    if not np.isfinite([low, high]).all():
        raise DataError(f"{name} has pixels that are NaN or infinite; replace them with numpy.nan_to_num")
    if low == high:
        count = sum(map(len, tables.values()))
        raise DataError(
            f"every pixel of the {count:,} pictures is {low:g}, so they show nothing; convert the original "
            "pictures again, and scale their pixels at most once"
        )
    scale, shift, note = _scale(name, types, low, high, side)
    if types == {np.dtype(np.uint8)} and scale == 1:
        return tables, []
    return {key: _scaled(table, scale, shift) for key, table in tables.items()}, [note] if note else []


def _scale(name: str, types: set[Any], low: float, high: float, side: int) -> tuple[float, float, str]:
    """Return the factor and the shift that bring pixels to the range 0 to 255, and a sentence about this change. The sentence is ""
    if there is nothing to report.

    Raises:
        DataError: if no known scale of pixels has this range.
    """
    kinds = {dtype.kind for dtype in types}
    word = name if name.isidentifier() else "x"
    if low < 0:
        if kinds == {"f"} and low >= -1 and high <= 1:
            return 127.5, 1.0, "the pixels go from -1 to 1, and were scaled to 0 to 255"
        wrapped = types == {np.dtype(np.int8)}
        line = f"{word}.view('uint8')" if wrapped else f"({word} - {word}.min()) / ({word}.max() - {word}.min())"
        why = ", because numbers of type int8 cannot be larger" if wrapped else ""
        raise DataError(
            f"{name} has pixels from {low:g} to {high:g}{why}, but they must be 0 (paper) to 255 (ink); convert "
            f"them in Python with {line}"
        )
    if types != {np.dtype(np.uint8)} and high <= 1:
        return 255.0, 0.0, ""
    if side == 8 and high <= 16:
        return (
            255 / 16,
            0.0,
            "the pixels go from 0 to 16, as in scikit-learn's load_digits, and were scaled to 0 to 255",
        )
    if high <= 255:
        return 1.0, 0.0, ""
    if high <= 65535 and kinds <= {"u", "i"}:
        return 1 / 257, 0.0, f"the pixels have 16 bits and go up to {high:g}; they were divided by 257"
    raise DataError(
        f"{name} has pixels from {low:g} to {high:g}, but they must be 0 (paper) to 255 (ink); convert them in Python "
        f"with {word} / {word}.max()"
    )


def _scaled(table: NDArray[Any], scale: float, shift: float) -> Bytes:
    result = np.empty(table.shape, np.uint8)
    step = max(1, 2**20 // table.shape[1])
    for at in range(0, len(table), step):
        result[at : at + step] = np.rint(
            (table[at : at + step].astype(np.float32) + np.float32(shift)) * np.float32(scale)
        )
    return result
