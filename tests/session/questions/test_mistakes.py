"""Mistakes on six examples whose answers are written out, and against a plain loop on many."""

import numpy as np
import pytest

from tui_nn.analysis.outputs import Mistake, mistake_counts, unanswered
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Array, Labels
from tui_nn.session.questions.mistakes import find_mistakes, least_sure_right
from tui_nn.session.questions.selection import ORDERS, Selection

# Three classes. Examples 1, 2, 3 and 5 are wrong:
#      p(0)  p(1)  p(2)   true  predicted
OUTPUTS = [
    [0.70, 0.20, 0.10],  # 0     0   right
    [0.05, 0.85, 0.10],  # 0     1
    [0.40, 0.15, 0.45],  # 0     2
    [0.85, 0.05, 0.10],  # 2     0
    [0.02, 0.08, 0.90],  # 2     2   right
    [0.10, 0.55, 0.35],  # 2     1
]
LABELS = np.array([0, 0, 0, 2, 2, 2], np.uint8)


def evaluation(outputs: Array, labels: Labels) -> Evaluation:
    with np.errstate(all="ignore"):
        losses = -np.log(outputs[np.arange(len(labels)), labels])
    return Evaluation(outputs, losses, outputs.argmax(axis=1).astype(np.uint8))


@pytest.fixture
def answers() -> Evaluation:
    return evaluation(np.array(OUTPUTS), LABELS)


@pytest.mark.parametrize(
    ("order", "indices"),
    [
        ("loss", [1, 3, 5, 2]),  # p(true) .05 .10 .35 .40
        ("p(pred)", [1, 3, 5, 2]),  # .85 .85 .55 .45; of equals the first comes first
        ("p(true)", [2, 5, 3, 1]),
        ("margin", [2, 5, 3, 1]),  # .05 .20 .75 .80
        ("index", [1, 2, 3, 5]),
    ],
)
def test_mistakes_come_in_the_order_asked_for(answers, order, indices):
    found = find_mistakes(answers, LABELS, Selection(order=order))
    assert found.indices.tolist() == indices


def test_a_margin_is_not_the_largest_p_true():
    """Two examples that the orders "margin" and "p(true)" tell apart."""
    outputs = np.array([[0.30, 0.60, 0.10], [0.25, 0.40, 0.35]])
    labels = np.array([0, 0], np.uint8)
    answers = evaluation(outputs, labels)
    assert find_mistakes(answers, labels, Selection(order="p(true)")).indices.tolist() == [0, 1]
    assert find_mistakes(answers, labels, Selection(order="margin")).indices.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("true", "predicted", "indices"),
    [
        (None, None, [1, 2, 3, 5]),
        (0, None, [1, 2]),
        (None, 1, [1, 5]),
        (2, 1, [5]),
        (1, None, []),
        (0, 0, []),  # Right, and so no mistake.
    ],
)
def test_filters_keep_what_they_name(answers, true, predicted, indices):
    found = find_mistakes(answers, LABELS, Selection(true, predicted, "index"))
    assert found.indices.tolist() == indices
    assert len(found) == len(indices)
    assert found.total == 4


def test_one_mistake_has_its_own_numbers(answers):
    found = find_mistakes(answers, LABELS)
    mistake = found[1]
    assert mistake == Mistake(
        3, true=2, predicted=0, p_true=0.10, p_predicted=0.85, p_next=0.10, loss=pytest.approx(2.302585)
    )
    assert mistake.margin == pytest.approx(0.75)
    assert mistake.to_dict()["index"] == 3
    assert all(type(value) in (int, float) for value in mistake.to_dict().values())


def test_a_test_digit_is_found_again_in_the_list(answers):
    found = find_mistakes(answers, LABELS)
    assert [found.position_of(index) for index in range(6)] == [None, 0, 3, 1, None, 2]


def test_sure_mistakes_are_counted_among_the_listed(answers):
    assert find_mistakes(answers, LABELS).surer_than(0.5) == 3
    assert find_mistakes(answers, LABELS, Selection(true=0)).surer_than(0.5) == 1
    assert find_mistakes(answers, LABELS).surer_than(0.85) == 0


def test_the_list_cannot_be_changed(answers):
    found = find_mistakes(answers, LABELS)
    with pytest.raises(ValueError, match="read-only"):
        found.indices[0] = 5


def test_the_least_sure_right_digits_are_right(answers):
    found = least_sure_right(answers, LABELS)
    assert found.indices.tolist() == [0, 4]
    assert found.right
    assert found.total == 4
    assert least_sure_right(answers, LABELS, limit=1).indices.tolist() == [0]


def test_counts_say_which_was_taken_for_which(answers):
    assert mistake_counts(answers, LABELS).tolist() == [[0, 1, 1], [0, 0, 0], [1, 1, 0]]


def test_no_mistakes_is_an_empty_list():
    labels = np.array([0, 1], np.uint8)
    answers = evaluation(np.array([[0.9, 0.1], [0.2, 0.8]]), labels)
    assert len(find_mistakes(answers, labels)) == 0
    assert mistake_counts(answers, labels).sum() == 0


def test_answers_that_are_no_numbers_come_last_and_are_counted(answers):
    outputs = np.array(OUTPUTS)
    outputs[1] = np.nan
    broken = evaluation(outputs, np.array([2, 2, 0, 2, 2, 2], np.uint8))
    assert unanswered(broken) == 1
    assert unanswered(answers) == 0
    for order in ("loss", "p(pred)", "p(true)", "margin"):
        found = find_mistakes(broken, np.array([2, 2, 0, 2, 2, 2], np.uint8), Selection(order=order))
        assert found.indices[-1] == 1
        assert np.isnan(found[len(found) - 1].loss)
        assert found[len(found) - 1].to_dict()["predicted"] is None


def test_a_loss_without_bound_is_the_worst(answers):
    outputs = np.array(OUTPUTS)
    outputs[5] = [0.0, 1.0, 0.0]
    assert find_mistakes(evaluation(outputs, LABELS), LABELS).indices[0] == 5


def test_an_unknown_order_is_an_error(answers):
    with pytest.raises(KeyError):
        find_mistakes(answers, LABELS, Selection(order="colour"))


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), ""),
        (Selection(true=4), "true 4"),
        (Selection(predicted=0), "predicted 0"),
        (Selection(true=4, predicted=9), "true 4, predicted 9"),
    ],
)
def test_a_filter_says_itself_in_words(selection, words):
    assert selection.describe("0123456789") == words
    assert selection.filtered is bool(words)


def test_many_random_answers_agree_with_a_plain_loop():
    random = np.random.default_rng(3)
    outputs = random.dirichlet(np.full(10, 0.4), 500).astype(np.float32)
    labels = random.integers(0, 10, 500).astype(np.uint8)
    answers = evaluation(outputs, labels)
    right = answers.predicted == labels
    keys = {
        "loss": lambda i: -answers.losses[i],
        "p(pred)": lambda i: -outputs[i].max(),
        "p(true)": lambda i: -outputs[i][labels[i]],
        "margin": lambda i: (
            outputs[i].max() - sorted(outputs[i])[-2] if right[i] else outputs[i].max() - outputs[i][labels[i]]
        ),
        "index": lambda i: i,
    }
    assert keys.keys() == ORDERS.keys()
    for name, key in keys.items():
        for true in (None, 4):
            for predicted in (None, 9):
                wanted = [
                    i
                    for i in range(500)
                    if outputs[i].argmax() != labels[i]
                    and true in (None, labels[i])
                    and predicted in (None, outputs[i].argmax())
                ]
                found = find_mistakes(answers, labels, Selection(true, predicted, name))
                assert found.indices.tolist() == sorted(wanted, key=key)
        found = find_mistakes(answers, labels, Selection(order=name, kind="all"))
        assert found.indices.tolist() == sorted(range(500), key=key)
        assert found.wrong == np.count_nonzero(~right)
        if name == "margin":
            assert [found[k].margin for k in range(500)] == pytest.approx([key(i) for i in found.indices])
