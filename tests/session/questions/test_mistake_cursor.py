"""MistakeCursor mistakes, on snapshots whose answers are written out: ten test digits, one of each class."""

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Parameters
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.history import EpochRecord, History
from tui_nn.session.run.snapshot import Progress, Snapshot, Status

LABELS = np.arange(10, dtype=np.uint8)


def answers(wrong: dict[int, float]) -> Evaluation:
    """Each example of `wrong` is taken for the next class with this probability, all others are right."""
    outputs = np.full((10, 10), 0.001)
    outputs[np.arange(10), LABELS] = 0.9
    for example, p in wrong.items():
        outputs[example, LABELS[example]] = 0.95 - p
        outputs[example, (LABELS[example] + 1) % 10] = p
    losses = -np.log(outputs[np.arange(10), LABELS])
    return Evaluation(outputs, losses, outputs.argmax(axis=1).astype(np.uint8))


def snapshot(epoch: int, evaluation: Evaluation, *, seed: int = 0, step: int | None = None) -> Snapshot:
    """Epoch `epoch` of the run that `seed` stands for."""
    network = NetworkConfig()
    records = tuple(EpochRecord(k, 2.3 - k / 10 + seed, 0.1, 2.3, 0.1) for k in range(epoch + 1))
    return Snapshot(
        preset="custom",
        network=network,
        training=TrainingConfig(),
        parameters=Parameters.zeros(network),
        moments=(),
        history=History(records),
        evaluation=evaluation,
        epoch=epoch,
        epoch_training=TrainingConfig(),
        batches=10,
        train_examples=10,
        progress=Progress(),
        status=Status(),
        step=10 * epoch if step is None else step,
        optimizer_steps=0,
    )


@pytest.fixture
def cursor() -> MistakeCursor:
    return MistakeCursor.of(snapshot(1, answers({2: 0.6, 4: 0.8, 7: 0.7})), LABELS, Selection())


def test_it_begins_with_the_worst(cursor):
    assert cursor.found.indices.tolist() == [4, 7, 2]
    assert cursor.mistake.index == 4


@pytest.mark.parametrize(("wanted", "position"), [(1, 1), (2, 2), (3, 2), (99, 2), (-1, 0)])
def test_a_place_outside_the_list_is_its_end(cursor, wanted, position):
    assert cursor.at(wanted).position == position


def test_an_empty_list_has_a_place_and_no_mistake(cursor):
    nothing = cursor.select(Selection(true=9))
    assert nothing.at(5).position == 0
    assert nothing.mistake is None
    assert not nothing.found.right
    assert nothing.select(Selection()).mistake.index == 4


def test_another_order_begins_at_its_top(cursor):
    assert cursor.at(1).select(Selection(order="index")).mistake.index == 2


def test_another_filter_keeps_the_digit_if_it_can(cursor):
    assert cursor.at(1).select(Selection(true=7)).mistake.index == 7
    assert cursor.at(1).select(Selection(true=7)).select(Selection()).position == 1
    assert cursor.at(1).select(Selection(true=2)).mistake.index == 2


def test_newer_answers_keep_the_digit(cursor):
    newer = cursor.at(1).take(snapshot(2, answers({2: 0.9, 4: 0.5, 7: 0.6})))
    assert newer.found.indices.tolist() == [2, 7, 4]
    assert newer.mistake.index == 7
    assert newer.left is None


def test_a_digit_that_is_right_now_leaves_its_place_to_another(cursor):
    newer = cursor.at(1).take(snapshot(2, answers({2: 0.9, 4: 0.5, 8: 0.6})))
    assert newer.position == 1
    assert newer.mistake.index == 8
    assert newer.left == 7
    assert newer.at(0).left is None


def test_a_shorter_list_is_read_at_its_end(cursor):
    assert cursor.at(2).take(snapshot(2, answers({4: 0.9}))).mistake.index == 4


def test_the_filter_outlives_an_epoch(cursor):
    newer = cursor.select(Selection(predicted=8)).take(snapshot(2, answers({2: 0.9, 7: 0.5})))
    assert newer.found.indices.tolist() == [7]


def test_the_same_answers_are_not_looked_through_again(cursor):
    same = replace(snapshot(1, answers({})), status=Status())
    assert cursor.take(same).found is cursor.found
    assert cursor.take(same).snapshot is same


def test_half_an_epoch_gives_other_answers(cursor):
    further = snapshot(1, answers({5: 0.6}), step=13)
    assert cursor.take(further).found.indices.tolist() == [5]


def test_another_run_is_not_a_later_part_of_this_one(cursor):
    other = snapshot(1, answers({5: 0.6}), seed=1)
    assert not cursor.goes_on_in(other)
    assert cursor.take(other).found.indices.tolist() == [5]
    assert cursor.take(other).left is None  # Another network: nothing became of the digit.
    assert not cursor.goes_on_in(replace(snapshot(2, answers({})), network=NetworkConfig(hidden_sizes=(5,))))
    assert not cursor.goes_on_in(snapshot(0, answers({})))
    assert cursor.goes_on_in(snapshot(5, answers({})))


def test_where_none_is_wrong_the_least_sure_right_ones_are_read(cursor):
    done = cursor.take(snapshot(3, answers({})))
    assert done.found.right
    assert len(done.found) == 10
    assert done.mistake.index == 4
