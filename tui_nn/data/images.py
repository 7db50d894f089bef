"""Reader of picture files. This module reads PGM itself, and other kinds with Pillow if it is installed.

It checks the size of the file, the size that the header states, and that no pixels are missing.
"""

from __future__ import annotations

import os
import re
import warnings
from types import ModuleType
from typing import IO, Any

import numpy as np

from tui_nn.data.centring import FLAT
from tui_nn.data.dataset import Bytes, DataError
from tui_nn.data.npz import open_file
from tui_nn.data.printable import printable

LARGEST = 2**26
"""The largest size, in bytes, of a picture file that is read."""

MOST_PIXELS = 2**25
"""The largest number of pixels of a picture."""

_KINDS = "give a PNG or PGM file"
_HEADER = re.compile(rb"P([25])(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,5})\s")
"""The header of a PGM file: kind, width, height and the value of white (netpbm.sourceforge.net/doc/pgm.html)."""


def read_image(path: str | os.PathLike[str]) -> Bytes:
    """Read a picture in grey, uint8 (h, w), from 0 (black) to 255 (white).

    Transparent pixels become white, or black if the picture would be blank on white.

    Raises:
        DataError: if the file cannot be used; the message names it.
    """
    try:
        with open_file(path, _KINDS) as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                raise DataError(f"it has more than {LARGEST:,} bytes; {_KINDS} of one digit")
            start = file.read(2)
            file.seek(0)
            return _read_pgm(file.read()) if start in (b"P2", b"P5") else _read_with_pillow(file)
    except DataError as error:
        raise DataError(f"Cannot use '{printable(os.fspath(path))}': {error}.") from error
    except OSError as error:
        raise DataError(f"Cannot use '{printable(os.fspath(path))}': it cannot be read ({error.strerror}).") from error


def _read_pgm(contents: bytes) -> Bytes:
    header = _HEADER.match(contents)
    if header is None:
        raise DataError(f"it is not a complete PGM file; {_KINDS}")
    kind, width, height, white = (int(number) for number in header.groups())
    _check_size(width, height)
    if not 1 <= white <= 65535:
        raise DataError(f"its value of white is {white}, but must be 1 to 65535; save it again")
    if kind == 5:
        # A pixel has two bytes, the more significant one first, if white is too large for one byte.
        stored = np.dtype(">u2" if white > 255 else "u1")
        body = contents[header.end() :][: width * height * stored.itemsize]
        values = np.frombuffer(body[: len(body) // stored.itemsize * stored.itemsize], dtype=stored)
    else:
        words = contents[header.end() :].split()[: width * height]
        if not all(word.isdigit() and len(word) <= 5 for word in words):
            raise DataError("it contains something other than numbers; save it again")
        values = np.array([int(word) for word in words], dtype=np.int64)
    if len(values) < width * height:
        raise DataError(f"it ends after {len(values):,} of {width * height:,} pixels; download or save it again")
    if values.max() > white:
        raise DataError(f"a pixel is {values.max()}, but white is {white}; save it again")
    return np.rint(values / white * 255).astype(np.uint8).reshape(height, width)


def _read_with_pillow(file: IO[bytes]) -> Bytes:
    try:
        from PIL import Image
    except ImportError:
        hint = "python -m pip install 'tui-nn[images]'"
        raise DataError(f"only PGM files can be read without Pillow; get it with {hint}, or give a PGM file") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Pillow warns about unusual files, and its warnings would be mixed with the results on the screen.
            with Image.open(file) as image:
                _check_size(*image.size)
                if image.mode == "F":
                    raise DataError(f"its pixels are floating-point numbers; {_KINDS}")
                if image.mode.startswith("I"):
                    # The picture has 16 bits of grey. Pillow would clip all values above 255.
                    return np.rint(np.asarray(image, np.float64).clip(0, 65535) / 257).astype(np.uint8)
                coloured = image.convert("RGBA")
            greys = (_on_paper(Image, coloured, colour) for colour in ("white", "black"))
            white = next(greys)
            return white if np.ptp(white) >= FLAT else next(greys)
    except DataError:
        raise
    except Exception as error:  # Pillow raises a dozen kinds of exceptions for damaged bytes.
        raise DataError(f"it is not an image that can be read, or it is damaged; {_KINDS}") from error


def _on_paper(pillow: ModuleType, picture: Any, colour: str) -> Bytes:
    """Return an RGBA picture in grey. Its transparent pixels get the colour `colour`."""
    paper = pillow.new("RGBA", picture.size, colour)
    return np.array(pillow.alpha_composite(paper, picture).convert("L"))


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise DataError(
            f"it has {width:,} x {height:,} pixels, but 1 to {MOST_PIXELS:,} pixels are allowed; give a smaller picture"
        )
