"""A limit of one BLAS thread while the network computes, so that a seed gives the same bits in a notebook as in the app.

The variables that `engine.blas` sets work only before NumPy is loaded. A notebook has usually loaded NumPy already, so this
module limits the threads of the loaded library around the matrix products.
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
"""The environment variable for the number of threads. If a person sets this variable to a number other than 1, no limit applies."""


class OpenBLAS:
    """The OpenBLAS library in which NumPy multiplies matrices."""

    def __init__(self, library: ctypes.CDLL, form: str) -> None:
        """Find the functions of an OpenBLAS library. `form` is the pattern of the functions' names, such as "scipy_{}64_"."""

        def function(name: str) -> Any:
            return getattr(library, form.format(f"openblas_{name}"))

        corename = function("get_corename")
        corename.restype = ctypes.c_char_p
        self.kernel: str = corename().decode("ascii", "replace")
        """The name of the code that the library uses on this processor, such as "Haswell"."""
        self.threads: Callable[[], int] = function("get_num_threads")
        self.set_threads: Callable[[int], Any] = function("set_num_threads")


@cache
def openblas() -> OpenBLAS | None:
    """Return the OpenBLAS of NumPy; None if NumPy uses another BLAS."""
    for path in _files():
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        # Different builds of the library add different prefixes and suffixes to the names of its functions.
        for form in ("scipy_{}64_", "scipy_{}", "{}64_", "{}"):
            try:
                return OpenBLAS(library, form)
            except AttributeError:
                continue
    return None


def limits_threads() -> bool:
    """Return whether `one_thread` has an effect. It has one if NumPy uses OpenBLAS, and the user has not set another number of
    threads.
    """
    return openblas() is not None and os.environ.get(VARIABLE, "1") == "1"


@cache
def _limited() -> OpenBLAS | None:
    """Return the library whose threads are limited; None if there is none.

    The result is cached, because every update asks for it, and an update may take only 60 µs.
    """
    return openblas() if limits_threads() else None


class one_thread:
    """A context in which BLAS uses one thread. At its end, BLAS has the same number of threads as before.

    Every update enters this context. It is a class, because a generator with `contextmanager` would take three times as long.
    """

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        """Limit BLAS to one thread if it uses more."""
        library = _limited()
        self._before = 1 if library is None else library.threads()
        if library is not None and self._before != 1:
            library.set_threads(1)

    def __exit__(self, *_: object) -> None:
        """Restore the number of threads that BLAS used before."""
        if self._before != 1 and (library := _limited()) is not None:
            library.set_threads(self._before)


def _files() -> Iterator[Path]:
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        if folder.is_dir():
            yield from sorted(folder.glob("*openblas*"))
