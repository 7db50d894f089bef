"""Reader of picture files. This module reads PGM files itself, and PNG and JPEG files with Pillow, if Pillow is installed.

A file may come from anywhere, so the module checks each size before it uses memory for it. A large picture is reduced
strip by strip, so that only Pillow's own copy of it is in memory at once: 4 bytes for each pixel of a PNG file. A JPEG
file is reduced while it is decoded.
"""

from __future__ import annotations

import os
import shlex
import stat
import struct
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Bytes, DataError
from tui_nn.data.page import FLAT, reduce
from tui_nn.data.printable import printable

LARGEST = 2**27
"""The largest size, in bytes, of a picture file."""
LARGEST_PIPE = 2**25
"""The largest number of bytes that are read from a pipe."""

MOST_PIXELS = 100_000_000
"""The largest number of pixels of a picture."""
MOST_NUMBERS = 500_000
"""The largest number of pixels in a PGM file in text form. Such a file takes long to read."""

REDUCED = 1024
"""A large picture is reduced by the largest whole factor that leaves at least this number of pixels on its longer side."""

STANDARD_INPUT = "-"
"""The path that stands for standard input."""

_KINDS = "give a PNG, JPEG or PGM file"
_LONGEST_HEAD = 4096
"""The longest header of a PGM file, in bytes, with its comments."""
_MOST_BLOCKS, _LARGEST_BLOCK = 20_000, 2**20
"""The largest number of blocks (chunks) in a PNG or JPEG file, and the largest size of a block without pixels, which
Pillow reads at once.
"""
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The markers of the JPEG blocks that state the size of the picture."""
_LARGEST_HEAD = 2**24
"""The largest number of bytes that a JPEG file may have before its pixels."""
_MOST_SCANS = 40
"""The largest number of scans of a JPEG file. A progressive file has about ten scans of the picture, and some scans of
a thumbnail.
"""
_STRIP = 2**20
"""The number of pixels that are converted at once. This limits the memory."""

_TURNS: dict[int, Any] = {
    2: np.fliplr, 3: lambda grey: np.rot90(grey, 2), 4: np.flipud, 5: np.transpose,
    6: lambda grey: np.rot90(grey, -1), 7: lambda grey: np.rot90(grey, 2).T, 8: np.rot90,
}  # fmt: skip
"""For each value of the EXIF tag "Orientation" (274), the function that turns a picture with this value upright. A
picture with the value 1 is upright already.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture from a file, upright and in grey."""

    grey: Bytes
    """The brightness of each pixel, from 0 (black) to 255 (white): uint8 (h, w)."""
    notes: tuple[str, ...] = ()
    """Sentences about unusual things in the file, without a full stop."""


def read_image(path: str | os.PathLike[str], *, most_pixels: int = MOST_PIXELS) -> Picture:
    """Read a picture of at most `most_pixels` pixels. `-` is standard input, and a pipe is read until its end.

    Transparent pixels become white, or black if the picture would be blank on white. Large pictures are reduced to `REDUCED`.

    Raises:
        DataError: if the file cannot be used; the message names it.
    """
    shown = "standard input" if path == STANDARD_INPUT else f"'{printable(os.fspath(path))}'"
    try:
        with _open(path) as (file, size):
            start = file.read(8)
            file.seek(0)
            if not size:
                raise DataError(f"the file is empty; {_KINDS}")
            if start[:2] in (b"P2", b"P5"):
                return _read_pgm(file, size, most_pixels)
            return Picture(_read_with_pillow(file, start, most_pixels))
    except DataError as error:
        raise DataError(f"Cannot use {shown}: {error}.") from error
    except OSError as error:
        raise DataError(f"Cannot use {shown}: it cannot be read ({error.strerror or error}).") from error
    except ValueError as error:  # A path with a null character raises ValueError.
        raise DataError(f"Cannot use {shown}: this is not a path to a file; check the path.") from error


@contextmanager
def _open(path: str | os.PathLike[str]) -> Iterator[tuple[IO[bytes], int]]:
    """Return a context with an open file and its size in bytes. The contents of a pipe are read first.

    Raises:
        DataError: if there is no such file, or it is too large.
    """
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise DataError("standard input is closed; give the path of a file")
        yield _read_all(sys.stdin.buffer)
        return
    place = Path(path).expanduser()
    try:
        status = place.stat()
    except FileNotFoundError:
        raise DataError("there is no such file; check the path") from None
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"this is a folder; {_KINDS}")
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
        raise DataError(f"this is not an ordinary file; {_KINDS}")
    if status.st_size > LARGEST:
        raise DataError(f"the file has more than {LARGEST:,} bytes; {_KINDS} of one digit")
    with place.open("rb") as file:
        if stat.S_ISFIFO(status.st_mode):
            yield _read_all(file)
        else:
            yield file, status.st_size


def _read_all(pipe: IO[bytes]) -> tuple[IO[bytes], int]:
    contents = pipe.read(LARGEST_PIPE + 1)
    if len(contents) > LARGEST_PIPE:
        raise DataError(f"the picture has more than {LARGEST_PIPE:,} bytes; save it as a file")
    return BytesIO(contents), len(contents)


def _check_size(width: int, height: int, most: int) -> None:
    if width < 1 or height < 1 or width * height > most:
        raise DataError(
            f"the file has {width:,} x {height:,} pixels, but 1 to {most:,} pixels are allowed; give a smaller picture"
        )


def _factor(width: int, height: int) -> int:
    return max(max(width, height) // REDUCED, 1)


# ---- PGM (netpbm.sourceforge.net/doc/pgm.html)


def _read_pgm(file: IO[bytes], size: int, most: int) -> Picture:
    kind, width, height, white, start = _read_pgm_head(file.read(_LONGEST_HEAD))
    _check_size(width, height, most)
    if not 1 <= white <= 65535:
        raise DataError(
            f"the header states that white is {white}, but this value must be 1 to 65535; save the picture again"
        )
    file.seek(start)
    if kind == b"P5":
        return _read_binary(file, size - start, width, height, white)
    return _read_text(file, size - start, width, height, white)


def _read_pgm_head(head: bytes) -> tuple[bytes, int, int, int, int]:
    """Return the kind, the width, the height and the largest pixel value (white) of a PGM file, and the index at which
    its pixels begin.

    A comment goes from # to the end of its line, and ends the number before it. One blank or line end follows the
    largest pixel value. All bytes after it belong to the pixels, even if they look like a comment.
    """
    numbers, digits, at = list[int](), b"", 2
    while at < len(head) and len(numbers) < 3:
        character = head[at : at + 1]
        if character == b"#":
            ends = [end for end in (head.find(b"\n", at), head.find(b"\r", at)) if end >= 0]
            at = min(ends, default=len(head))
            continue
        if character.isdigit():
            digits += character
        elif not character.isspace():
            break
        elif digits:
            numbers.append(int(digits[:20]))
            digits = b""
        at += 1
    if len(numbers) < 3:
        raise DataError(f"the file has no complete PGM header in its first {_LONGEST_HEAD:,} bytes; {_KINDS}")
    width, height, white = numbers
    return head[:2], width, height, white, at


def _read_binary(file: IO[bytes], size: int, width: int, height: int, white: int) -> Picture:
    # If the largest pixel value (white) does not fit into one byte, each pixel has two bytes, and the more significant
    # byte comes first.
    stored = np.dtype(">u2" if white > 255 else "u1")
    _check_count(size // stored.itemsize, width * height)
    factor, strips = _factor(width, height), []
    for rows in _strip_rows(width, height, factor):
        values = np.frombuffer(file.read(rows * width * stored.itemsize), stored).reshape(rows, width)
        _check_white(values, white)
        strips.append(_to_grey(reduce(values, factor) if factor > 1 else values, white))
    return Picture(np.concatenate(strips), _surplus(size - width * height * stored.itemsize))


def _read_text(file: IO[bytes], size: int, width: int, height: int, white: int) -> Picture:
    count = width * height
    if count > MOST_NUMBERS:
        raise DataError(
            f"the file has {count:,} pixels as text, but at most {MOST_NUMBERS:,} are allowed; save it in the "
            "binary form of PGM"
        )
    lines = file.read(min(size, 16 * count + _LONGEST_HEAD)).replace(b"\r", b"\n").split(b"\n")
    words = b" ".join(line.partition(b"#")[0] for line in lines).split(None, count)
    surplus = words.pop() if len(words) > count else b""
    if not all(word.isdigit() and len(word) <= 5 for word in words):
        raise DataError("the file contains something other than numbers; save it again")
    _check_count(len(words), count)
    values = np.array(words, np.bytes_).astype(np.int64).reshape(height, width)
    _check_white(values, white)
    return Picture(_to_grey(values, white), _surplus(len(surplus.strip())))


def _strip_rows(width: int, height: int, factor: int) -> Iterator[int]:
    """Yield the number of rows of each strip, a multiple of `factor` except for the last."""
    rows = max(_STRIP // width // factor, 1) * factor
    for top in range(0, height, rows):
        yield min(rows, height - top)


def _check_count(there: int, needed: int) -> None:
    if there < needed:
        raise DataError(f"the file ends after {there:,} of {needed:,} pixels; download or save it again")


def _check_white(values: NDArray[Any], white: int) -> None:
    if values.max() > white:
        raise DataError(
            f"a pixel has the value {values.max()}, but the header states that white is {white}; save the picture again"
        )


def _to_grey(values: NDArray[Any], white: int) -> Bytes:
    return np.rint(values / white * 255).astype(np.uint8)


def _surplus(count: int) -> tuple[str, ...]:
    return (f"the file has {count:,} bytes after its pixels, which were ignored",) if count else ()


# ---- readers of PNG and JPEG files


def _read_with_pillow(file: IO[bytes], start: bytes, most: int) -> Bytes:
    is_png = start == b"\x89PNG\r\n\x1a\n"
    if not is_png and start[:3] != b"\xff\xd8\xff":
        raise DataError(f"the file is not a picture that can be read, or it is damaged; {_KINDS}")
    try:
        from PIL import Image, PngImagePlugin
    except ImportError:
        remedy = f"{shlex.quote(sys.executable)} -m pip install 'tui-nn[images]'"
        raise DataError(
            f"only PGM files can be read without Pillow; get it with {remedy}, or give a PGM file"
        ) from None
    # MAX_TEXT_MEMORY limits the bytes of all unpacked texts in a file. The program uses none of these texts.
    PngImagePlugin.MAX_TEXT_MEMORY = 2**22
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Pillow prints warnings about unusual files, which would appear between the results of the program.
            (_check_png if is_png else _check_jpeg)(file, most)
            file.seek(0)
            with Image.open(file, formats=("PNG", "JPEG")) as image:
                _check_size(*image.size, most)
                return _upright_grey(Image, image)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # Damaged bytes make Pillow raise a dozen kinds of exceptions.
        raise DataError(f"the file is not a picture that can be read, or it is damaged; {_KINDS}") from error


def _upright_grey(pillow: ModuleType, image: Any) -> Bytes:
    """Return an open image in grey, reduced and turned upright."""
    image.draft(
        "L", (REDUCED, REDUCED)
    )  # Only a JPEG file can be decoded directly in grey and at 1/2, 1/4 or 1/8 of its size.
    image.load()
    width, height = image.size
    factor, top, pairs = _factor(width, height), 0, list[tuple[Bytes, Bytes]]()
    for rows in _strip_rows(width, height, factor):
        strip = image.crop((0, top, width, top + rows))
        pairs.append(_greys(pillow, strip, factor, image.mode, "transparency" in image.info))
        top += rows
    on_white, on_black = (np.concatenate(strips) for strips in zip(*pairs, strict=True))
    grey = on_white if np.ptp(on_white) >= FLAT else on_black
    turn = _TURNS.get(image.getexif().get(274, 1))
    return np.ascontiguousarray(turn(grey)) if turn else grey


def _greys(pillow: ModuleType, strip: Any, factor: int, mode: str, transparent: bool) -> tuple[Bytes, Bytes]:
    """Return two copies of a strip of an image, both grey and reduced. Transparent pixels are white in the first copy
    and black in the second.
    """
    # Pixels with 16 bits of grey are converted here, because Pillow's own conversion would clip all values above 255.
    if mode.startswith("I"):
        grey = reduce(np.asarray(strip, np.float64).clip(0, 65535) / 257, factor)
        return (np.rint(grey).astype(np.uint8),) * 2
    images = [strip]
    if transparent or mode.endswith("A"):
        strip = strip.convert("RGBA")
        papers = (pillow.new("RGBA", strip.size, colour) for colour in ("white", "black"))
        images = [pillow.alpha_composite(paper, strip) for paper in papers]
    greys = [np.asarray(image.convert("L").reduce(factor)) for image in images]
    return greys[0], greys[-1]


def _check_png(file: IO[bytes], most: int) -> None:
    """Raise DataError if a PNG file has too many blocks, or a block without pixels that is too large."""
    file.seek(8)
    for _ in range(_MOST_BLOCKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        (length,) = struct.unpack(">I", head[:4])
        if head[4:] == b"IHDR" and length >= 8:
            width, height = struct.unpack(">II", file.read(8))
            _check_size(width, height, most)
            length -= 8
        elif head[4:] != b"IDAT" and length > _LARGEST_BLOCK:
            break
        file.seek(length + 4, os.SEEK_CUR)
    raise DataError(
        f"besides its pixels, the file contains too many blocks of data, or a block that is too large; save it again or {_KINDS}"
    )


def _check_jpeg(file: IO[bytes], most: int) -> None:
    """Raise DataError if a JPEG file has too many blocks before its pixels, or too many scans.

    A decoder goes through the whole picture for each scan, so many scans would take very long.
    """
    file.seek(2)
    for _ in range(_MOST_BLOCKS // 10):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == 0xDA:  # The marker 0xDA begins a scan, which contains pixels.
            break
        (length,) = struct.unpack(">H", head[2:])
        if head[1] in _FRAMES and len(frame := file.read(5)) == 5:
            height, width = struct.unpack(">xHH", frame)
            _check_size(width, height, most)
            length -= 5
        if file.seek(max(length - 2, 0), os.SEEK_CUR) > _LARGEST_HEAD:
            raise DataError(
                f"the pixels do not begin within the first {_LARGEST_HEAD:,} bytes; save the picture again or {_KINDS}"
            )
    else:
        raise DataError(f"the file contains too many blocks of data before its pixels; save it again or {_KINDS}")
    file.seek(0)
    scans = sum(chunk.count(b"\xff\xda") for chunk in iter(lambda: file.read(_STRIP), b""))
    if scans > _MOST_SCANS:
        raise DataError(
            f"the file has {scans:,} scans, but at most {_MOST_SCANS} are allowed; save it again or {_KINDS}"
        )
