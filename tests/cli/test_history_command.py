"""`tui-nn history`, and the flags that choose a place in a saved run."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.loading import load_dataset
from tui_nn.presets.share import read_share_line
from tui_nn.session.file.runs import save_run
from tui_nn.session.run.session import Session

NETWORK = NetworkConfig(hidden_sizes=(6,))
BEGUN_WITH = TrainingConfig(batch_size=10, learning_rate=0.1, epochs=3)


def by_hand(data, rate=None, epochs=3):
    """Return the session of the first branch, or of one with another rate from epoch 2 on."""
    session = Session(load_dataset(data), NETWORK, BEGUN_WITH, preset="quick-start")
    for epoch in range(epochs):
        if epoch == 2 and rate is not None:
            session.change(replace(session.training, learning_rate=rate))
        session.step_epoch()
    return session


@pytest.fixture(scope="module")
def branched(data, tmp_path_factory):
    """A run with three epochs, and from epoch 2 a branch with rate 0.5, on which it is saved after four."""
    session = by_hand(data)
    session.seek(2)
    session.change(replace(session.training, learning_rate=0.5))
    for _ in session.run(2):
        pass
    session.edit((Edit(OFF, 0, 4),))
    path = tmp_path_factory.mktemp("branched") / "b.run"
    save_run(path, session.snapshot(), session.dataset)
    return path


def sha(session):
    return hashlib.sha256(session.snapshot().parameters.vector.tobytes()).hexdigest()


def test_the_history_names_settings_branches_and_changes(tui_nn, branched):
    said = tui_nn("history", branched)
    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == "quick-start 784-6-10 · epoch 4 · squares.npz"
    assert read_share_line(said.lines[1].removeprefix("settings  ")) == (NETWORK.for_data(784, 10), BEGUN_WITH)
    assert "at present  784-6-10 relu he_normal softmax-ce sgd lr=.5" in said.out
    assert "   1  first, to epoch 3\n" in said.out
    assert "from epoch 2: learning rate 0.1 → 0.5\n" in said.out
    assert "  after epoch 2: learning rate 0.5\n  after epoch 4: unit 4 of layer 0 off\n" in said.out
    numbers = [int(line.split()[0]) for line in said.lines if line[:5].strip().isdigit() and "to epoch" not in line]
    assert numbers == [0, 1, 2, 3, 4]
    assert "changes by hand" not in tui_nn("history", branched, "--branch", 1).out


def test_the_history_as_json_has_every_branch_with_its_epochs(tui_nn, branched, data):
    head, *rest = tui_nn("history", branched, "--json").events
    assert (head["epoch"], head["batch"], head["branches"]) == (4, 0, 3)
    assert read_share_line(head["share_at_start"])[1] == BEGUN_WITH
    assert head["share"] == f"{head['share_at_start']} @2 lr=.5 @4 off:0:4"
    assert head["network"]["hidden_sizes"] == [6]
    branches = [event for event in rest if event["event"] == "branch"]
    assert [(b["branch"], b["parent"], b["from_epoch"], b["epoch"]) for b in branches][:2] == [
        (1, None, 0, 3),
        (2, 1, 2, 4),
    ]
    assert branches[1]["changes"] == [{"epoch": 3, "batch": 0, "values": {"learning_rate": 0.5}}]
    losses = [event["test_loss"] for event in rest if event["event"] == "epoch" and event["branch"] == 1]
    assert losses == [record.test_loss for record in by_hand(data).history.records]


def test_the_history_as_csv_is_a_table(tui_nn, branched, data):
    rows = list(csv.DictReader(tui_nn("history", branched, "--csv").lines))
    assert [int(row["epoch"]) for row in rows if row["branch"] == "2"] == [0, 1, 2, 3, 4]
    wanted = by_hand(data, rate=0.5, epochs=4).history.records
    assert [float(row["train_loss"]) for row in rows if row["branch"] == "2"] == [r.train_loss for r in wanted]
    assert {row["validation_loss"] for row in rows} == {""}
    assert {row["branch"] for row in csv.DictReader(tui_nn("history", branched, "--csv", "--branch", 1).lines)} == {"1"}


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--json", "--csv"), "--json cannot be used with --csv: leave one of them out"),
        (("--branch", 9), "--branch is 9: the run has 3 branches"),
        (("--branch", 0), "--branch is '0': it must be a whole number from 1"),
    ],
)
def test_wrong_flags_of_history_get_one_sentence(tui_nn, branched, flags, sentence):
    said = tui_nn("history", branched, *flags)
    assert said.code == 2
    assert f"tui-nn history: {sentence}.\n" == said.err


@pytest.mark.parametrize("command", ["evaluate", "inspect", "mistakes"])
@pytest.mark.parametrize(
    ("flags", "rate", "epochs", "branch"),
    [(("--epoch", 1), None, 1, 2), (("--branch", 1), None, 3, 1), (("--branch", 2, "--epoch", 3), 0.5, 3, 2)],
)
def test_a_command_can_look_at_any_epoch_of_any_branch(tui_nn, data, tmp_path, command, flags, rate, epochs, branch):
    session = by_hand(data)
    session.seek(2)
    session.change(replace(session.training, learning_rate=0.5))
    session.step_epoch()
    save_run(tmp_path / "c.run", session.snapshot(), session.dataset)
    told = tui_nn(command, tmp_path / "c.run", *flags, "--json").events[-1]
    wanted = by_hand(data, rate, epochs)
    assert (told["epoch"], told["batch"], told["branch"]) == (epochs, 0, branch)
    assert told["parameters_sha256"] == sha(wanted)
    assert told["training"]["learning_rate"] == wanted.training.learning_rate
    assert told["network"]["hidden_sizes"] == [6]


def test_an_earlier_epoch_can_be_evaluated_on_other_data(tui_nn, saved, data):
    (told,) = tui_nn("evaluate", saved, "--epoch", 1, "--data", "bundled", "--json").events
    test, mlp = load_dataset().test, by_hand(data, epochs=1).snapshot().mlp
    evaluation = evaluate(mlp, test.images, test.labels)
    assert told["loss"] == evaluation.loss
    assert told["correct"] == int(np.count_nonzero(evaluation.predicted == test.labels))


@pytest.mark.parametrize("command", ["evaluate", "inspect", "mistakes", "trace"])
@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--epoch", 9), "there is no epoch 9 to go to; the newest epoch is 3"),
        (("--branch", 2), "there is no branch 2; the branches are 1 to 1"),
        (("--epoch", "x"), "--epoch is 'x': it must be a whole number from 0"),
    ],
)
def test_a_place_that_the_run_lacks_gets_one_sentence(tui_nn, saved, command, flags, sentence):
    said = tui_nn(command, saved, *flags)
    assert said.code == 2
    assert said.err == f"tui-nn {command}: {sentence}.\n"


@pytest.mark.parametrize("batch", [1, 4])
def test_trace_shows_the_update_of_any_batch(tui_nn, saved, data, batch):
    update, *_, finished = tui_nn("trace", saved, "--epoch", 1, "--batch", batch, "--json").events
    session = by_hand(data, epochs=1)
    for _ in range(batch - 1):
        session.step_batch()
    assert (update["epoch"], update["batch"], update["branch"]) == (2, batch, 1)
    assert update["parameters_sha256"] == sha(session)
    session.step_batch()
    assert finished["parameters_sha256"] == sha(session)


def test_trace_trains_to_a_batch_that_is_new(tui_nn, saved, data):
    flags = ("--data", data, "--hidden-sizes", "6", "--batch-size", "10", "--learning-rate", "0.1", "--validation", "0")
    assert (
        tui_nn("trace", *flags, "--batch", 3).lines[0]
        == "quick-start 784-6-10 · epoch 1, batch 3 of 6, learning rate 0.1"
    )
    assert (
        tui_nn("trace", saved, "--batch", 2).lines[0]
        == "quick-start 784-6-10 · epoch 4, batch 2 of 6, learning rate 0.1"
    )
    said = tui_nn("trace", saved, "--batch", 7)
    assert (said.code, said.err) == (2, "tui-nn trace: --batch is 7: an epoch of this run has 6 batches.\n")
