"""Examples that look like nothing: the mathematics does not mind."""

from collections.abc import Callable

import numpy as np
import pytest

from tui_nn.core.parameters import Labels, Pixels

Examples = tuple[Pixels, Labels]


@pytest.fixture(scope="session")
def make_examples() -> Callable[..., Examples]:
    def make(count: int, seed: int = 0) -> Examples:
        random = np.random.default_rng(seed)
        return (
            random.integers(0, 256, (count, 784)).astype(np.uint8),
            random.integers(0, 10, count).astype(np.uint8),
        )

    return make
