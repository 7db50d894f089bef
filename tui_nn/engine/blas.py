"""A limit of one thread for BLAS."""

import os


def one_blas_thread() -> None:
    """Limit every BLAS library that NumPy may use to one thread, unless the person set another number.

    This must be called before NumPy is imported. The core uses its own threads, one for each chunk of a batch. BLAS threads
    wait for each other after every product, and are very slow while another program uses a core. One thread also gives
    bit-identical results on any number of cores.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(variable, "1")
