"""The tests of numbers pass whichever OpenBLAS kernel computes them.

OpenBLAS picks a kernel by the processor, and each kernel adds up a product in an order of its own: the last bits differ.
Only this file sets OPENBLAS_CORETYPE.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VARIABLE = "OPENBLAS_CORETYPE"
FOLDERS = ("tests/core", "tests/analysis", "tests/session", "tests/cli", "tests/snapshots")

PRODUCT = """
import numpy as np
x = np.arange(64 * 784, dtype="float32").reshape(64, 784) % 7
assert np.array_equal(x @ x.T, (x.astype("int64") @ x.T.astype("int64")).astype("float32"))
"""
"""Whole numbers small enough for float32 to add up exactly, in any order."""


@pytest.mark.slow
@pytest.mark.parametrize("kernel", [None, "SkylakeX", "Haswell", "Sandybridge", "Prescott"])
def test_the_tests_of_numbers_pass_on_every_kernel(kernel: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    if kernel is not None:
        environment[VARIABLE] = kernel
    tried = subprocess.run(
        [sys.executable, "-c", PRODUCT], env=environment, capture_output=True, check=False, timeout=60
    )
    if tried.returncode:
        pytest.skip(f"this processor cannot run the kernel {kernel}: a product ended with {tried.returncode}")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *FOLDERS]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
