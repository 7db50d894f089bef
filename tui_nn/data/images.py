"""Pictures in files: PGM is read here, every other kind by Pillow where it is installed.

Nothing of a file is believed before it is checked: how large it is, how large it says it is, and that all of it is there.
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
"""Bytes of a file."""

MOST_PIXELS = 2**25

_KINDS = "give a PNG or PGM file"
_HEADER = re.compile(rb"P([25])(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,5})\s")
"""Kind, width, height and the value of white (netpbm.sourceforge.net/doc/pgm.html)."""


def read_image(path: str | os.PathLike[str]) -> Bytes:
    """A picture in grey, uint8 (h, w), 0 black to 255 white; what is transparent is white, or black if the digit is.

    Raises:
        DataError: in one sentence that names the file.
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
        raise DataError(f"it is not a whole PGM file; {_KINDS}")
    kind, width, height, white = (int(number) for number in header.groups())
    _check_size(width, height)
    if not 1 <= white <= 65535:
        raise DataError("the value of its white must be 1 to 65535; save it again")
    if kind == 5:
        # Two bytes a pixel, the greater one first, where one does not hold the white.
        stored = np.dtype(">u2" if white > 255 else "u1")
        body = contents[header.end() :][: width * height * stored.itemsize]
        values = np.frombuffer(body[: len(body) // stored.itemsize * stored.itemsize], dtype=stored)
    else:
        words = contents[header.end() :].split()[: width * height]
        if not all(word.isdigit() and len(word) <= 5 for word in words):
            raise DataError("there is something else than numbers in it; save it again")
        values = np.array([int(word) for word in words], dtype=np.int64)
    if len(values) < width * height:
        raise DataError(f"it ends after {len(values):,} of {width * height:,} pixels; get it again")
    if values.max() > white:
        raise DataError(f"there is a pixel of {values.max()} in it, above its white, {white}; save it again")
    return np.rint(values / white * 255).astype(np.uint8).reshape(height, width)


def _read_with_pillow(file: IO[bytes]) -> Bytes:
    try:
        from PIL import Image
    except ImportError:
        hint = "python -m pip install 'tui-nn[images]'"
        raise DataError(f"only PGM files can be read without Pillow; get it with {hint}, or give a PGM file") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, on odd files: it would land among the results
            with Image.open(file) as image:
                _check_size(*image.size)
                if image.mode == "F":
                    raise DataError(f"its pixels are floating-point numbers; {_KINDS}")
                if image.mode.startswith("I"):
                    # Grey of 16 bits. Pillow would cut off what is above 255.
                    return np.rint(np.asarray(image, np.float64).clip(0, 65535) / 257).astype(np.uint8)
                coloured = image.convert("RGBA")
            greys = (_on_paper(Image, coloured, colour) for colour in ("white", "black"))
            white = next(greys)
            return white if np.ptp(white) >= FLAT else next(greys)
    except DataError:
        raise
    except Exception as error:  # on damaged bytes Pillow raises a dozen kinds
        raise DataError(f"it is not an image that can be read, or is damaged; {_KINDS}") from error


def _on_paper(pillow: ModuleType, picture: Any, colour: str) -> Bytes:
    """An RGBA picture in grey, with paper of a colour behind it."""
    paper = pillow.new("RGBA", picture.size, colour)
    return np.array(pillow.alpha_composite(paper, picture).convert("L"))


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise DataError(f"it is {width:,} x {height:,} pixels, and may have 1 to {MOST_PIXELS:,}; give a smaller one")
