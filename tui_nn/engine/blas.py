"""One thread for BLAS."""

import os


def one_blas_thread() -> None:
    """Ask every BLAS that NumPy may be built on for one thread, unless the person asked otherwise.

    To be called before NumPy is imported. The core has threads of its own, a chunk each: BLAS threads wait for each
    other after every product, spin while they do, and lose nearly everything when another program wants a core. And one
    thread gives the same bits on any number of cores.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(variable, "1")
