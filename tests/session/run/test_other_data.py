"""A session on pictures of 8x8 pixels with 26 classes: nothing in it depends on MNIST's shapes."""

from string import ascii_lowercase

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.run.session import Session


def letters(count: int, seed: int) -> Split:
    """Noise around one random pattern for each of 26 letters."""
    patterns = np.random.default_rng(1).integers(0, 200, (26, 64))
    random = np.random.default_rng(seed)
    labels = random.integers(0, 26, count).astype(np.uint8)
    pictures = (patterns[labels] + random.integers(0, 56, (count, 64))).astype(np.uint8)
    return Split(pictures, labels, tuple(ascii_lowercase))


DATA = Dataset("letters", "letters", letters(600, 2), letters(100, 3))


@pytest.mark.parametrize("noise", ["none", "shift_rotation"])
def test_letters_of_8_by_8_pixels_are_learned(noise: str) -> None:
    session = Session(
        DATA,
        NetworkConfig(hidden_sizes=(32,)),
        TrainingConfig(optimizer="adam", learning_rate=0.01, batch_size=50, noise=noise),
    )
    assert session.snapshot().network.sizes == (64, 32, 26)
    before = session.snapshot().evaluation.loss
    for _ in range(5):
        session.step_epoch()
    after = session.snapshot()
    assert after.evaluation.outputs.shape == (100, 26)
    assert after.evaluation.loss < before
    if noise == "none":
        assert (after.evaluation.predicted == DATA.test.labels).mean() > 0.5


def test_the_microscope_and_a_step_back_work_on_letters() -> None:
    session = Session(DATA, NetworkConfig(hidden_sizes=(8,)), TrainingConfig(batch_size=300))
    first = session.step_epoch()
    while session.update is None or not session.update.complete:
        for _ in session.train_act():
            pass
    assert session.update.x.shape[1] == 64
    assert session.update.a[-1].shape[1] == 26
    for _ in session.travel(1):
        pass
    assert np.array_equal(session.snapshot().parameters.vector, first.parameters.vector)
