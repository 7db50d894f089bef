"""The past of four examples over four epochs, written out, and that of a real run; classes are watched on the same."""

from dataclasses import replace

import numpy as np
import pytest

from tui_nn.analysis.outputs import coverage
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.data.loading import load_dataset
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.class_watch import ClassWatch
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.session import Session

# Classes 0, 1, 2, 3. After epoch   0  1  2     now
#   example 0, a 0                  0  1  0      1   newly wrong
#   example 1, a 1                  2  2  2      2   always wrong
#   example 2, a 2                  2  2  2      2   right since 0
#   example 3, a 3                  3  0  0      0   right by luck before training, so always wrong
LABELS = np.arange(4, dtype=np.uint8)
PAST = Past(tuple(np.array(row, np.uint8) for row in ([0, 2, 2, 3], [1, 2, 2, 0], [0, 2, 2, 0])))
NOW = np.array([1, 2, 2, 0], np.uint8)


def evaluation() -> Evaluation:
    outputs = np.full((4, 4), 0.1)
    outputs[np.arange(4), NOW] = [0.6, 0.7, 0.7, 0.9]
    return Evaluation(outputs, -np.log(outputs[np.arange(4), LABELS]), NOW)


def record(epoch: int, predicted: np.ndarray | None) -> EpochRecord:
    return EpochRecord(epoch, 1.0, 0.5, 1.0, 0.5, predicted=predicted)


@pytest.mark.parametrize(
    ("kind", "indices"),
    [("wrong", [0, 1, 3]), ("newly wrong", [0]), ("always wrong", [1, 3]), ("right", [2]), ("all", [0, 1, 2, 3])],
)
def test_kinds_go_by_the_answers_before(kind, indices):
    found = find_mistakes(evaluation(), LABELS, Selection(order="index", kind=kind), PAST)
    assert found.indices.tolist() == indices
    assert found.total == 3


def test_what_is_not_known_is_neither_new_nor_was_it_ever_right():
    assert len(find_mistakes(evaluation(), LABELS, Selection(kind="newly wrong"))) == 0
    assert len(find_mistakes(evaluation(), LABELS, Selection(kind="always wrong"))) == 3


def test_the_last_time_an_example_was_right():
    assert [PAST.last_right(index, index) for index in range(4)] == [2, None, 2, 0]
    assert [PAST.times_right(index, index) for index in range(4)] == [2, 0, 3, 1]
    assert [PAST.right_since(index, index) for index in range(4)] == [2, None, 0, None]


def test_a_threshold_leaves_out_what_is_less_sure():
    found = find_mistakes(evaluation(), LABELS, Selection(order="index", threshold=0.7), PAST)
    assert found.indices.tolist() == [1, 3]
    left = coverage(evaluation(), LABELS, 0.7)
    assert (left.answered, left.right, left.examples) == (3, 1, 4)
    assert (left.share, left.accuracy) == (3 / 4, 1 / 3)
    assert np.isnan(coverage(evaluation(), LABELS, 0.99).accuracy)


def test_the_past_of_a_snapshot_ends_before_its_own_answers():
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(4,)), TrainingConfig(batch_size=500))
    for _ in session.run(2):
        pass
    labels, at_end = session.dataset.test.labels, session.snapshot()
    records = at_end.history.records
    assert [a is r.predicted for a, r in zip(Past.of(at_end).answers, records[:2], strict=True)] == [True, True]
    newly = find_mistakes(at_end.evaluation, labels, Selection(order="index", kind="newly wrong"), Past.of(at_end))
    assert (
        newly.indices.tolist()
        == np.flatnonzero((records[1].predicted == labels) & (records[2].predicted != labels)).tolist()
    )
    inside = session.step_batch()
    assert Past.of(inside).answers[-1] is records[2].predicted, "inside an epoch the end of the last one is past"
    unknown = replace(at_end, history=replace(at_end.history, records=(record(0, None), *records[1:])))
    assert Past.of(unknown).answers == ()


def test_classes_are_counted_once_an_epoch_and_not_across_branches():
    records = tuple(record(epoch, answers) for epoch, answers in enumerate([*PAST.answers, NOW]))
    watch = ClassWatch(LABELS, 10)
    whole = watch.upto(records)
    assert whole.accuracy[:, :4].tolist() == [[1, 0, 1, 1], [0, 0, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]
    assert np.isnan(whole.accuracy[:, 4:]).all()
    assert whole.predicted[3].tolist() == [1, 1, 2, 0, 0, 0, 0, 0, 0, 0]
    assert [whole.never_since(digit) for digit in range(4)] == [None, None, None, 1]
    np.testing.assert_array_equal(watch.upto(records[:2]).accuracy, whole.accuracy[:2])
    other = (*records[:2], record(2, np.array([3, 3, 3, 3], np.uint8)))
    assert watch.upto(other).never_since(0) == 2
    assert watch.upto((*records[:2], record(2, None))).never_since(0) is None
    np.testing.assert_array_equal(watch.upto(records).accuracy, whole.accuracy)
