"""One BLAS thread while the network computes, however NumPy was loaded: a seed then gives the same bits as in the app.

The variables that `engine.blas` sets work only before NumPy is loaded. A notebook has usually loaded it already, so the
number of threads is asked for, and limited, where products are computed.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

VARIABLE = "OPENBLAS_NUM_THREADS"
"""Another number than 1 here is a person's wish, and stays."""


class OpenBLAS:
    """The OpenBLAS library that NumPy brought along."""

    def __init__(self, library: ctypes.CDLL, form: str) -> None:
        """Use this library, whose functions have names of this form."""

        def function(name: str) -> Any:
            return getattr(library, form.format(f"openblas_{name}"))

        corename = function("get_corename")
        corename.restype = ctypes.c_char_p
        self.kernel: str = corename().decode("ascii", "replace")
        """The kernel that it chose for this processor, like "Haswell"."""
        self.threads: Callable[[], int] = function("get_num_threads")
        self.set_threads: Callable[[int], Any] = function("set_num_threads")


@cache
def openblas() -> OpenBLAS | None:
    """Return the OpenBLAS of this NumPy; None if NumPy has another BLAS."""
    for path in _files():
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        # The names depend on how the library was built: with 64-bit integers or not, for SciPy's collection or not.
        for form in ("scipy_{}64_", "scipy_{}", "{}64_", "{}"):
            try:
                return OpenBLAS(library, form)
            except AttributeError:
                continue
    return None


def limits_threads() -> bool:
    """Whether `one_thread` has an effect: NumPy has OpenBLAS, and nobody asked for another number of threads."""
    return openblas() is not None and os.environ.get(VARIABLE, "1") == "1"


@cache
def _limited() -> OpenBLAS | None:
    """Return the library to limit, or None. It is asked once, because an update may take only 60 µs."""
    return openblas() if limits_threads() else None


class one_thread:
    """A context in which BLAS uses one thread. At the end it gets back the threads that it had.

    A class, because a generator with `contextmanager` takes three times as long, and every update needs one.
    """

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        """Limit BLAS, if it uses more."""
        library = _limited()
        self._before = 1 if library is None else library.threads()
        if library is not None and self._before != 1:
            library.set_threads(1)

    def __exit__(self, *_: object) -> None:
        """Set the threads as they were."""
        if self._before != 1 and (library := _limited()) is not None:
            library.set_threads(self._before)


def _files() -> Iterator[Path]:
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        if folder.is_dir():
            yield from sorted(folder.glob("*openblas*"))
