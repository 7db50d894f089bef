"""The limit of one core for a task."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tui_nn.core.fast.blas import limits_threads, openblas
from tui_nn.core.fast.one_core import one_core
from tui_nn.core.fast.workers import VARIABLE, ask_for_workers, worker_count


@pytest.mark.parametrize("asked", [None, "3"])
def test_inside_there_is_one_worker_and_afterwards_as_many_as_before(monkeypatch, asked):
    if asked is None:
        monkeypatch.delenv(VARIABLE, raising=False)
        worker_count.cache_clear()
    else:
        monkeypatch.setenv(VARIABLE, asked)
        ask_for_workers(int(asked))
    before = worker_count()
    with one_core():
        with one_core():
            assert worker_count() == 1
        assert worker_count() == 1
    assert (worker_count(), os.environ.get(VARIABLE)) == (before, asked)
    monkeypatch.undo()
    worker_count.cache_clear()


def test_the_limit_stays_until_the_last_of_several_threads_leaves():
    met = Barrier(3, timeout=60)

    def task(_):
        with one_core():
            met.wait()
            return worker_count()

    before = worker_count()
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(task, range(3))) == [1, 1, 1]
    assert worker_count() == before


def test_blas_has_one_thread_inside():
    library = openblas()
    if library is None or not limits_threads():
        pytest.skip("NumPy uses another BLAS, or a person has set the number of its threads")
    library.set_threads(2)
    try:
        with one_core():
            assert library.threads() == 1
        assert library.threads() == 2
    finally:
        library.set_threads(1)
