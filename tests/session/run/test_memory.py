import tracemalloc
from dataclasses import replace

import pytest

from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.session.run.memory import describe_memory, memory_needed


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_session_takes_about_what_was_said(optimizer: str) -> None:
    network = NetworkConfig(hidden_sizes=(1024, 1024))
    training = TrainingConfig(optimizer=optimizer, learning_rate=1e-4, batch_size=32, train_limit=64)
    data = load_dataset()
    data = replace(data, test=data.test.first(100))
    tracemalloc.start()
    try:
        session = Session(data, network, training)
        for _ in session.run(3):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak == pytest.approx(memory_needed(network, training), rel=0.25)


def test_more_moments_and_more_digits_take_more() -> None:
    network = NetworkConfig(hidden_sizes=(4096,) * 8)
    needed = {name: memory_needed(network, TrainingConfig(optimizer=name)) for name in OPTIMIZERS}
    assert needed["sgd"] < needed["momentum"] < needed["adam"]
    wide = replace(network, dtype="float64")
    assert memory_needed(wide, TrainingConfig()) == 2 * memory_needed(network, TrainingConfig())


def test_a_small_network_is_not_worth_a_word() -> None:
    assert describe_memory(NetworkConfig(), TrainingConfig()) == ""
    # (784 × 4096 + 7 × 4096² + 4096 × 10 + 8 × 4096 + 10) × 4 bytes × 10 vectors = 4.8 GB
    assert describe_memory(NetworkConfig(hidden_sizes=(4096,) * 8), TrainingConfig()) == "about 4.8 GB of memory"
