"""One BLAS thread, whether NumPy was imported before the package or after it."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest

from tui_nn.core.fast import blas
from tui_nn.engine.blas import one_blas_thread

TRAIN = """
from hashlib import sha256
from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset
session = Session(load_dataset(), NetworkConfig(hidden_sizes=(300,)), TrainingConfig(train_limit=600, batch_size=150))
snapshot = session.step_epoch()
print(sha256(snapshot.parameters.vector.tobytes()).hexdigest(), snapshot.record.test_loss.hex())
from tui_nn.session.run.made_with import made_with_here
print(made_with_here().threads)
"""
AFTER = """
from tui_nn.core.fast.blas import openblas
print(openblas().threads())
"""
VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def printed(code: str, **variables: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES} | variables
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(blas.openblas() is None, reason="NumPy has another BLAS than OpenBLAS here")
def test_numpy_imported_first_changes_no_bit() -> None:
    """And the threads of the process are its own again afterwards."""
    first = printed(TRAIN)
    late = printed(f"import numpy\n{AFTER}{TRAIN}{AFTER}")
    assert late[1:3] == first
    assert late[0] == late[-1]
    assert first[1] == "1"


@pytest.mark.skipif(blas.openblas() is None, reason="NumPy has another BLAS than OpenBLAS here")
def test_a_number_of_blas_threads_set_by_a_person_stays() -> None:
    assert printed(f"import numpy\n{TRAIN}", OPENBLAS_NUM_THREADS="2")[-1] == "2"


def test_another_blas_that_is_loaded_already_gives_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.__name__ in sys.modules
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(blas, "openblas", lambda: None)
    with pytest.warns(RuntimeWarning, match="NumPy was imported before tui_nn") as told:
        one_blas_thread()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one_blas_thread()
    assert len(told) == 1
    assert [os.environ[variable] for variable in VARIABLES] == ["1"] * 4
