"""The environments of a run: the versions of the software and the processor kernel.

In another environment, the last bits of replayed numbers may differ.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np

from tui_nn.core.fast.blas import limits_threads, openblas

MOST_KEPT = 20
"""The largest number of environments that a run stores. Older ones are removed."""


@dataclass(frozen=True, slots=True)
class MadeWith:
    """One environment (versions of the software, and processor) in which a run was trained."""

    tui_nn: str
    """The version of tui_nn."""
    numpy: str
    python: str
    kernel: str = ""
    """The OpenBLAS kernel for this processor, like "Haswell"; "" if unknown."""
    threads: int = 0
    """The number of BLAS threads; 0 if unknown."""

    def to_dict(self) -> dict[str, Any]:
        """Return the versions, the kernel and the threads as a dict of plain values."""
        return asdict(self)


@cache
def made_with_here() -> MadeWith:
    """Return the environment of this process: versions, processor kernel and BLAS threads."""
    library = openblas()
    kernel = library.kernel if library else ""
    # Training limits BLAS to one thread, even if the rest of the process uses more.
    threads = 0 if library is None else 1 if limits_threads() else library.threads()
    # The version is read from the loaded package. An import of `tui_nn` here would also import the presets, which belong to
    # a higher level.
    version = str(sys.modules["tui_nn"].__version__)
    return MadeWith(version, np.__version__, platform.python_version(), kernel, threads)


def with_this_one(earlier: tuple[MadeWith, ...]) -> tuple[MadeWith, ...]:
    """Return the environments of a run that is saved now: the earlier ones and the present one, each only once."""
    here = made_with_here()
    return (*(one for one in earlier if one != here), here)[-MOST_KEPT:]


def difference_from_here(earlier: tuple[MadeWith, ...]) -> str:
    """Return a sentence that says how the present environment differs from those of a run; "" if it does not."""
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
        f"This run was trained with {', '.join(before)}, but this computer has {', '.join(now)}. Epochs that "
        "are computed again may differ slightly from the records."
    )
