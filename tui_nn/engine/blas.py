"""What BLAS is asked for, before NumPy is imported."""

import os

_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_ZEN_5 = 26
"""AMD's number for the processor family."""
_AVX512 = frozenset(("avx512f", "avx512cd", "avx512dq", "avx512bw", "avx512vl"))
"""What OpenBLAS's kernels for Skylake-X are written in."""


def prepare_blas() -> None:
    """Ask every BLAS that NumPy may be built on for one thread and the right kernels, unless the person has.

    To be called before NumPy is imported. The core has threads of its own, a chunk each: BLAS threads wait for each
    other after every product, spin while they do, and lose nearly everything when another program wants a core. And one
    thread gives the same bits on any number of cores.
    """
    for variable in _THREADS:
        os.environ.setdefault(variable, "1")
    if "OPENBLAS_CORETYPE" not in os.environ and _is_misread_by_openblas(_processor()):
        os.environ["OPENBLAS_CORETYPE"] = "SKYLAKEX"


def _processor() -> dict[str, str]:
    """What Linux tells of the first core; nothing elsewhere."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            first = file.read().partition("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _is_misread_by_openblas(processor: dict[str, str]) -> bool:
    """Whether it is a Zen 5 or later, for which OpenBLAS up to 0.3.31 takes its kernels of 2013, at half the speed.

    https://github.com/OpenMathLib/OpenBLAS/issues/6029
    """
    family = processor.get("cpu family", "")
    return (
        processor.get("vendor_id") == "AuthenticAMD"
        and family.isdecimal()
        and int(family) >= _ZEN_5
        and set(processor.get("flags", "").split()) >= _AVX512
    )
