"""Every schedule, compared with rates that are computed by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.choices.schedules import SCHEDULES, scheduled_rate
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.optimizers import Optimizer


def rates(positions: list[float], **training: object) -> list[float]:
    config = TrainingConfig(learning_rate=0.4, epochs=10, **training)  # type: ignore[arg-type]
    return [scheduled_rate(config, position) for position in positions]


def test_a_place_is_in_the_middle_of_its_batch() -> None:
    assert BatchIdentity(0, epoch=1, batch=0, batches=4).position == 0.125
    assert BatchIdentity(0, epoch=3, batch=3, batches=4).position == 2.875
    assert BatchIdentity(0, epoch=1, batch=0, batches=1).position == 0.5


def test_constant() -> None:
    assert rates([0.1, 5.5, 123.4]) == [0.4, 0.4, 0.4]


def test_step_drops_every_so_many_epochs() -> None:
    # 0.4, after 3 epochs 0.4 / 2, after 6 a quarter.
    got = rates([0.5, 2.99, 3.01, 6.5], schedule="step", drop_epochs=3, drop_factor=0.5)
    assert got == pytest.approx([0.4, 0.4, 0.2, 0.1])


def test_cosine_falls_to_0_over_the_plan_and_begins_again_after_it() -> None:
    # cos 60° = 1/2: a third of the way (1 + 1/2) / 2; half way 1/2; at two thirds (1 − 1/2) / 2.
    third = 10 / 3
    got = rates([third, 5, 2 * third, 9.9999, 10 + third], schedule="cosine")
    assert got == pytest.approx([0.3, 0.2, 0.1, 0.0, 0.3], abs=1e-9)


def test_warmup_rises_and_stays() -> None:
    assert rates([0.5, 1, 2, 50], schedule="warmup", warmup_epochs=2.0) == pytest.approx([0.1, 0.2, 0.4, 0.4])
    assert rates([0.01], schedule="warmup", warmup_epochs=0.0) == [0.4]


def test_warmup_cosine_rises_and_falls_over_the_rest() -> None:
    got = rates([1, 2, 6, 9.9999, 11], schedule="warmup_cosine", warmup_epochs=2.0)
    assert got == pytest.approx([0.2, 0.4, 0.2, 0.0, 0.2], abs=1e-8)
    assert rates([9], schedule="warmup_cosine", warmup_epochs=20.0) == pytest.approx([0.4 * 9 / 20])


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_factor_of_a_schedule_is_between_0_and_1(name: str) -> None:
    for epoch in range(1, 40):
        for warmup in (0.0, 0.5, 10.0):
            config = TrainingConfig(schedule=name, epochs=10, warmup_epochs=warmup)
            assert 0 <= scheduled_rate(config, BatchIdentity(0, epoch, 2, 5).position) <= config.learning_rate


def test_an_update_uses_the_rate_of_the_schedule(
    make_examples: Callable[..., tuple[np.ndarray, np.ndarray]],
) -> None:
    """The first of ten batches in a warm-up of one epoch uses 1/20 of the rate. Without an identity, an update uses all of it."""
    moved = []
    for place in (None, BatchIdentity(0, epoch=1, batch=0, batches=10)):
        mlp = new_network(NetworkConfig(hidden_sizes=(4,), dtype="float64"))
        before = mlp.parameters.vector.copy()
        training = TrainingConfig(schedule="warmup", warmup_epochs=1.0)
        for _ in TrainingStep(mlp).update_acts(
            *make_examples(5), np.arange(5), Optimizer("sgd", before), training, place
        ):
            pass
        moved.append(mlp.parameters.vector - before)
    np.testing.assert_allclose(moved[1], moved[0] / 20, rtol=1e-9, atol=1e-15)
