"""`tui-nn compare`: settings that differ, scores, and McNemar's test."""

import numpy as np
import pytest

from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.run.session import Session


@pytest.fixture(scope="session")
def other(data, tmp_path_factory):
    """Return another saved run on the same data: four epochs of a smaller network with a higher rate."""
    path = tmp_path_factory.mktemp("runs") / "b.run"
    training = TrainingConfig(batch_size=10, learning_rate=0.5, epochs=3)
    session = Session(load_dataset(data), NetworkConfig(hidden_sizes=(3,)), training, preset="quick-start")
    for _ in session.run(4):
        pass
    save_run(path, session.snapshot(), session.dataset)
    return path


def test_compare_gives_settings_scores_and_the_test_to_programs(tui_nn, saved, other, data):
    (told,) = tui_nn("compare", saved, other, "--json").events
    assert told["settings"] == {"hidden_sizes": [[6], [3]], "learning_rate": [0.1, 0.5]}
    assert [(one["name"], one["file"], one["epoch"]) for one in told["runs"]] == [("A", "a.run", 3), ("B", "b.run", 4)]
    records = read_run(other).history.records
    scores = told["runs"][1]["scores"]
    assert scores["test"]["last"]["loss"] == records[-1].test_loss
    best = min(records[1:], key=lambda record: record.train_loss)
    assert (scores["train"]["best"]["epoch"], scores["train"]["best"]["loss"]) == (best.epoch, best.train_loss)
    test = load_dataset(data).test
    predicted = [evaluate(read_run(file).mlp, test.images, test.labels).predicted for file in (saved, other)]
    found = Disagreement.of(*predicted, test.labels)
    assert told["mcnemar"] == [
        {"first": "A", "second": "B", "first_alone": found.first_only, "second_alone": found.second_only,
         "chance": found.chance}
    ]  # fmt: skip


def test_compare_writes_tables_and_a_sentence_for_people(tui_nn, saved, other):
    said = tui_nn("compare", saved, other)
    assert said.lines[0] == "A  a.run  quick-start 784-6-10 · epoch 3 · 20 test examples"
    assert "hidden sizes        6             3" in said.lines
    assert "learning rate       0.1           0.5" in said.lines
    assert said.lines[-1].startswith("Of the 20 test digits, A alone reads ")
    assert max(map(len, said.lines[:-1])) <= 80


def test_equal_runs_have_equal_settings_and_no_disagreement(tui_nn, saved):
    lines = tui_nn("compare", saved, saved).lines
    assert "The settings of the runs are the same." in lines
    assert lines[-1] == "A and B classify the same test digits correctly, so the test finds no difference on these 20."


def test_runs_on_other_data_are_compared_without_the_test(tui_nn, saved, tmp_path):
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(3,)), TrainingConfig(train_limit=50))
    save_run(tmp_path / "c.run", session.snapshot(), session.dataset)
    said = tui_nn("compare", saved, tmp_path / "c.run")
    assert said.lines[-1] == "A and B have different test data, so their mistakes cannot be compared."
    (told,) = tui_nn("compare", saved, tmp_path / "c.run", "--json").events
    assert told["mcnemar"] == []
    assert told["runs"][1]["scores"]["test"]["best"] is None


def test_compare_says_that_few_validation_examples_decide(tui_nn, tmp_path):
    training = TrainingConfig(train_limit=200, validation=0.1)
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(3,)), training)
    save_run(tmp_path / "d.run", session.step_epoch(), session.dataset)
    lines = tui_nn("compare", tmp_path / "d.run", tmp_path / "d.run").lines
    (said,) = (line for line in lines if line.startswith("Only "))
    assert said == (
        "Only 20 examples decide the validation accuracy: each counts for 5 percentage points, so small differences mean little."
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (1, "RUN names only one file: give two to 6 saved runs to compare"),
        (7, "there are 7 runs: at most 6 can be compared"),
    ],
)
def test_one_run_or_seven_are_refused_in_one_sentence(tui_nn, saved, files, said):
    found = tui_nn("compare", *[saved] * files)
    assert (found.code, found.out) == (2, "")
    assert found.err == f"tui-nn compare: {said}.\n"


def test_data_of_another_run_are_refused(tui_nn, saved, tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (20, 28, 28), dtype=np.uint8)
    labels = np.arange(20, dtype=np.uint8) % 10
    np.savez(tmp_path / "d.npz", x_train=noise, y_train=labels, x_test=noise, y_test=labels)
    found = tui_nn("compare", saved, saved, "--data", tmp_path / "d.npz")
    assert found.code == 2
    assert "was trained on squares.npz, not on d.npz" in found.err
