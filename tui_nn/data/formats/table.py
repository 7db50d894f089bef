"""Reader of CSV files: a picture in each row with its label, as in Kaggle's digits, with or without a header, `.gz` or not."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASS_COUNTS, SIDES, DataError
from tui_nn.data.formats.part import LARGEST_TABLE, Contents, Part
from tui_nn.data.formats.stream import is_gzip, read_some, unpacked
from tui_nn.data.printable import printable

LONGEST_LINE = 2**17
"""The longest line, in bytes. A picture of 64 x 64 pixels with 20 characters for each pixel has 82,000 bytes."""

_CHUNK = 2**20
"""The number of bytes that are converted at once. This limits the memory."""
_LARGEST_RATIO = 50
"""The largest allowed ratio of the unpacked size of a file to its compressed size. MNIST has a ratio of 8. Files that
unpack to at most 4 MiB are not checked.
"""
_SHORTEST_LINE, _MOST_LINES = SIDES[0] ** 2, 100
"""The smallest number of bytes in a line with a picture, and the number of shorter lines that are allowed in each chunk."""
_LABELS = re.compile(r'(?i)"?(label|labels|class|classes|target|targets|y|digit|letter|category)"?')
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


def is_table(start: bytes) -> bool:
    """Return whether the unpacked contents of a file may be a CSV file: text with a delimiter in its first line."""
    line = start.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0]
    return b"\0" not in start and any(line.count(mark) >= SIDES[0] ** 2 - 1 for mark in (b",", b";", b"\t"))


def read_table(file: IO[bytes]) -> Contents:
    """Return the examples in a CSV file.

    The label is the column with the name "label", "class", "target" or "y". Without a header, the labels are in the
    first column, or in the last one if all values of the first column are equal.

    Raises:
        DataError: if a line has another number of columns, or something other than numbers.
    """
    lines = _lines(file)
    first = next(lines, "")
    mark = max(",;\t", key=first.count)
    cells = [cell.strip() for cell in first.split(mark)]
    header = None if all(_NUMBER.fullmatch(cell) for cell in cells[1:-1]) else cells
    column = _label_column(header)
    if column is None and (header is not None or _side(len(cells) - 1) is None):
        _refuse_columns(header, len(cells))
    rows = _Rows(mark, len(cells), column, 2 if header else 1)
    if header is None:
        rows.add(first)
    for line in lines:
        rows.add(line)
    return rows.contents()


def _label_column(header: list[str] | None) -> int | None:
    if header is None:
        return None
    found = [index for index, name in enumerate(header) if _LABELS.fullmatch(name)]
    if len(found) != 1 or _side(len(header) - 1) is None:
        _refuse_columns(header, len(header))
    return found[0]


def _refuse_columns(header: list[str] | None, count: int) -> None:
    if header is not None and not any(map(_LABELS.fullmatch, header)):
        raise DataError(
            f"none of the {count:,} columns is named label, class, target or y (the first is "
            f"'{printable(header[0])[:30]}'); rename the column of the labels; if this is a test file without "
            "labels, give the training file instead"
        )
    raise DataError(
        f"the file has {count:,} columns, but a label and the pixels of a square picture with a side of "
        f"{SIDES[0]} to {SIDES[-1]} are needed, such as 785 columns for 28 x 28 pixels; leave the other "
        "columns out"
    )


def _side(pixels: int) -> int | None:
    return next((side for side in SIDES if side * side == pixels), None)


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a file that are not empty. The end of a line is "\\n", "\\r\\n" or "\\r".

    Raises:
        DataError: if a line is too long, or the file unpacks to too many bytes.
    """
    total, rest = 0, b""
    packed = is_gzip(file.read(3))
    file.seek(0)
    stream = unpacked(file)
    while True:
        chunk = read_some(stream, _CHUNK)
        total += len(chunk)
        if packed and total > max(2**22, _LARGEST_RATIO * file.tell()):
            raise DataError(
                f"the first {total:,} bytes take only {file.tell():,} bytes when compressed, too few for pictures; "
                "give the file uncompressed"
            )
        if chunk.count(b"\n") + chunk.count(b"\r") > _MOST_LINES + len(chunk) // _SHORTEST_LINE:
            raise DataError(
                "the lines are too short or empty; give a file with a picture in each line, and remove empty lines"
            )
        ready, rest = rest + chunk, b""
        if chunk:
            ready, _, rest = ready.rpartition(b"\n") if b"\n" in ready else ready.rpartition(b"\r")
        if len(rest) > LONGEST_LINE:
            raise DataError(
                f"a line has more than {LONGEST_LINE:,} bytes, which is too long for a picture; put each "
                "picture in a line of its own"
            )
        for line in ready.decode("utf-8-sig" if total == len(chunk) else "utf-8", errors="replace").splitlines():
            if line and not line.isspace():
                yield line
        if not chunk:
            return


class _Rows:
    """The rows of a CSV file that were read so far. Rows are converted in chunks."""

    def __init__(self, mark: str, columns: int, label: int | None, line: int) -> None:
        self._mark, self._columns, self._label, self._line = mark, columns, label, line
        self._waiting: list[str] = []
        self._size = 0
        self._numbers: list[NDArray[Any]] = []
        self._texts: list[str] = []
        self._count = 0

    def add(self, line: str) -> None:
        """Add a line.

        Raises:
            DataError: if the line has another number of columns, or an earlier line contains something other than
                numbers.
        """
        if line.count(self._mark) != self._columns - 1:
            number = self._line + self._count + len(self._waiting)
            raise DataError(
                f"line {number:,} has {line.count(self._mark) + 1:,} columns, but the first has "
                f"{self._columns:,}; give every line the same number of columns, or leave this line out"
            )
        self._waiting.append(line)
        self._size += len(line)
        if self._size > _CHUNK:
            self._convert()

    def contents(self) -> Contents:
        """Return the examples of all rows."""
        self._convert()
        if not self._numbers:
            raise DataError("there are no examples, because the file has no lines after its header; give at least one")
        table = self._numbers[0] if len(self._numbers) == 1 else np.concatenate(self._numbers)
        if self._texts:
            return Contents({"train": Part(table, np.array(self._texts), "the pixels", "the column of the labels")})
        label = self._label
        if label is None:
            label = 0 if _may_be_labels(table[:, 0]) or not _may_be_labels(table[:, -1]) else self._columns - 1
        images = (
            table[:, 1:]
            if label == 0
            else table[:, :-1]
            if label == self._columns - 1
            else np.delete(table, label, axis=1)
        )
        return Contents({"train": Part(images, table[:, label], "the pixels", "the column of the labels")})

    def _convert(self) -> None:
        lines, self._waiting, self._size = self._waiting, [], 0
        if not lines:
            return
        if self._label is not None and (
            self._texts or not _NUMBER.fullmatch(lines[0].split(self._mark)[self._label].strip())
        ):
            if self._numbers and not self._texts:
                raise DataError(
                    f"line {self._line + self._count:,} has a label that is a text, but earlier labels are "
                    f"numbers; give all labels as numbers, or all as texts"
                )
            pairs = [_without(line.split(self._mark), self._label) for line in lines]
            self._texts += [label.strip().strip('"')[:100] for label, _ in pairs]
            lines = [self._mark.join(row) for _, row in pairs]
        numbers = self._parsed(lines)
        self._count += len(lines)
        self._numbers.append(numbers)
        if self._count * self._columns > LARGEST_TABLE:
            raise DataError(
                f"the file has more than {LARGEST_TABLE:,} pixels; keep the first "
                f"{LARGEST_TABLE // self._columns:,} lines"
            )

    def _parsed(self, lines: list[str]) -> NDArray[Any]:
        with warnings.catch_warnings():
            # Turn NumPy's warnings into errors, because NumPy gives only a warning if a number is not whole.
            warnings.simplefilter("error")
            for dtype in (
                np.uint8,
                np.float32,
            ):  # Try uint8 first, because most files contain whole numbers up to 255, and NumPy reads uint8 faster.
                try:
                    return np.loadtxt(lines, dtype, delimiter=self._mark, comments=None, quotechar='"', ndmin=2)
                except (ValueError, DeprecationWarning, OverflowError, RuntimeWarning) as error:
                    problem = str(error)
        at = re.search(r"could not convert string '(.*?)' to \w+ at row (\d+), column (\d+)", problem)
        if at is None:
            raise DataError(
                f"lines {self._line + self._count:,} to {self._line + self._count + len(lines) - 1:,} must "
                f"contain only numbers; save the file again"
            )
        raise DataError(
            f"line {self._line + self._count + int(at[2]):,} has '{printable(at[1])[:30]}' in column {at[3]}, "
            f"but pixels must be numbers; correct "
            "or leave out this line"
        )


def _without(cells: list[str], index: int) -> tuple[str, list[str]]:
    return cells.pop(index), cells


def _may_be_labels(column: NDArray[Any]) -> bool:
    """Return whether a column can hold labels: whole numbers, at least two of them different."""
    return len(np.unique(column)) in CLASS_COUNTS and bool((column == np.rint(column)).all())
