"""A limit of one thread for BLAS, the library in which NumPy multiplies matrices."""

import os
import sys
import warnings

_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_TOO_LATE = (
    "NumPy was imported before tui_nn, so its library BLAS may use several threads. If a run is trained "
    "again, the last digits may differ. Import tui_nn first, or set OMP_NUM_THREADS=1."
)


def one_blas_thread() -> None:
    """Limit every BLAS library that NumPy may use to one thread, unless the user has set another number.

    This must be called before NumPy is imported. The core uses its own threads, one for each chunk of a batch. BLAS threads
    wait for each other after every product, and are very slow while another program uses a core. One thread also gives
    bit-identical results on any number of cores.

    A NumPy that is loaded already ignores the environment variables. Then `core.fast.blas` limits OpenBLAS while a
    network trains. If NumPy uses another BLAS, the program warns once.
    """
    late = "numpy" in sys.modules and not any(variable in os.environ for variable in _VARIABLES)
    for variable in _VARIABLES:
        os.environ.setdefault(variable, "1")
    if late:
        from tui_nn.core.fast.blas import limits_threads  # This import is late, because the module loads NumPy.

        if not limits_threads():
            warnings.warn(_TOO_LATE, RuntimeWarning, stacklevel=3)
