"""One worker for the lessons: they train small networks, and tests may run in several processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui_nn.core.fast.workers import VARIABLE, worker_count


@pytest.fixture(autouse=True, scope="module")
def one_worker() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "1")
        worker_count.cache_clear()
        yield
    worker_count.cache_clear()
