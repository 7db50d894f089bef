"""The versions and the processor kernel that computed a run: on another kind, the last bits of a replay may differ."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

MOST_KEPT = 20
"""How many different environments a run remembers: the newest."""


@dataclass(frozen=True, slots=True)
class MadeWith:
    """One environment in which a run was trained."""

    tui_nn: str
    """The version of this package."""
    numpy: str
    python: str
    kernel: str = ""
    """The OpenBLAS kernel for this processor, like "Haswell"; "" if unknown."""
    threads: int = 0
    """The number of BLAS threads; 0 if unknown."""

    def to_dict(self) -> dict[str, Any]:
        """Return the environment as plain values."""
        return asdict(self)


@cache
def made_with_here() -> MadeWith:
    """Return the environment of this process."""
    kernel, threads = _openblas()
    # The package is loaded already. An import of it here would point up to the presets that it offers.
    version = str(sys.modules["tui_nn"].__version__)
    return MadeWith(version, np.__version__, platform.python_version(), kernel, threads)


def with_this_one(earlier: tuple[MadeWith, ...]) -> tuple[MadeWith, ...]:
    """Return the environments of a run that is saved here: the earlier ones and this one, each once."""
    here = made_with_here()
    return (*(one for one in earlier if one != here), here)[-MOST_KEPT:]


def difference_from_here(earlier: tuple[MadeWith, ...]) -> str:
    """Return one sentence about what is different here from where a run was trained; "" if nothing is."""
    here = made_with_here()
    before, now = list[str](), list[str]()
    for name, field in (
        ("NumPy", "numpy"),
        ("the kernel", "kernel"),
        ("tui-nn", "tui_nn"),
        ("BLAS threads:", "threads"),
    ):
        others = [value for one in earlier if (value := getattr(one, field)) and value != getattr(here, field)]
        if others and getattr(here, field):
            before.append(f"{name} {others[-1]}")
            now.append(f"{name} {getattr(here, field)}")
    if not before:
        return ""
    return (
        f"This run was trained with {', '.join(before)}; here it is {', '.join(now)}: replayed epochs may differ slightly "
        f"from the records."
    )


def _openblas() -> tuple[str, int]:
    """Ask the OpenBLAS that NumPy brought along for its kernel and its threads; ("", 0) if NumPy has another BLAS."""
    for path in _openblas_files():
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        # The names depend on how the library was built: with 64-bit integers or not, for SciPy's collection or not.
        for form in ("scipy_{}64_", "scipy_{}", "{}64_", "{}"):
            try:
                kernel = getattr(library, form.format("openblas_get_corename"))
                threads = getattr(library, form.format("openblas_get_num_threads"))
            except AttributeError:
                continue
            kernel.restype = ctypes.c_char_p
            return kernel().decode("ascii", "replace"), int(threads())
    return "", 0


def _openblas_files() -> Iterator[Path]:
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        if folder.is_dir():
            yield from sorted(folder.glob("*openblas*"))
