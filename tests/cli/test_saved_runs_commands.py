"""`tui-nn evaluate` and `tui-nn mistakes`: the results of a saved run on test data."""

import re

import numpy as np
import pytest

from tui_nn.analysis.units import count_correct
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import WEIGHT, Edit
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.loading import load_dataset
from tui_nn.render.pictures import shades
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.run.session import Session


@pytest.fixture
def answers(saved, data):
    """Return labels, predictions and losses, computed without the commands."""
    test = load_dataset(data).test
    evaluation = evaluate(read_run(saved).mlp, test.images, test.labels)
    assert 0 < np.count_nonzero(evaluation.predicted != test.labels) < len(test)
    return test, evaluation


def test_evaluate_counts_what_is_right_of_each_class(tui_nn, saved, answers):
    test, evaluation = answers
    (told,) = tui_nn("evaluate", saved, "--json").events
    right = evaluation.predicted == test.labels
    assert (told["examples"], told["correct"], told["unanswered"]) == (20, int(right.sum()), 0)
    assert told["accuracy"] == right.mean()
    assert told["loss"] == evaluation.loss
    assert told["per_class_recall"] == [right[test.labels == digit].mean() for digit in range(10)]
    matrix = np.zeros((10, 10), int)
    for true, predicted in zip(test.labels, evaluation.predicted, strict=True):
        matrix[true, predicted] += 1
    assert told["confusion_matrix"] == matrix.tolist()
    with np.errstate(invalid="ignore"):
        precision = matrix.diagonal() / matrix.sum(axis=0)
    assert told["per_class_precision"] == [None if np.isnan(share) else share for share in precision]
    assert told["never_predicted"] == [digit for digit in range(10) if digit not in evaluation.predicted]
    counted = {(pair["true"], pair["predicted"]): pair["count"] for pair in told["most_confused"]}
    assert counted == {(t, p): int(matrix[t, p]) for t, p in counted}
    sure = evaluation.outputs.max(axis=1)
    bins = np.ceil(sure * 10)
    gaps = [abs((right[bins == b]).mean() - sure[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    assert told["calibration_error"] == pytest.approx(sum(gaps) / 20)


def test_evaluate_agrees_with_what_training_said(tui_nn, data, tmp_path):
    trained = tui_nn("train", "--data", data, "--epochs", 2, "--json", "--save", tmp_path / "a.run").events[-1]
    (told,) = tui_nn("evaluate", tmp_path / "a.run", "--json").events
    assert (told["loss"], told["accuracy"]) == (trained["test_loss"], trained["test_accuracy"])


def test_evaluate_measures_the_validation_examples_of_the_run(tui_nn, data, saved, tmp_path):
    path = tmp_path / "validated.run"
    trained = tui_nn(
        "train", "--data", data, "--epochs", 2, "--validation", 0.2, "--hidden-sizes", 4, "--save", path, "--json"
    ).events[-1]
    (told,) = tui_nn("evaluate", path, "--json").events
    assert told["validation"] == {
        "examples": 10, "loss": trained["validation_loss"], "accuracy": trained["validation_accuracy"]
    }  # fmt: skip
    assert "on the 10 validation examples: accuracy " in tui_nn("evaluate", path).out
    assert tui_nn("evaluate", saved, "--json").events[0]["validation"] is None


def test_evaluate_draws_the_confusion_matrix_for_people(tui_nn, saved, answers):
    test, evaluation = answers
    lines = tui_nn("evaluate", saved).lines
    assert lines[0] == "quick-start 784-6-10 · epoch 3 · squares.npz, 20 test examples"
    right = int((evaluation.predicted == test.labels).sum())
    assert lines[1] == f"accuracy  {right / 20:.1%}".replace("%", " %") + f"  ({right} of 20)"
    head = lines[5].split()
    assert head == [*map(str, range(10)), "recall"]
    for digit, line in enumerate(lines[6:16]):
        name, *counts = line.split()[:11]
        assert int(name) == digit
        assert sum(0 if count == "·" else int(count) for count in counts) == 2
        assert len(line) == len(lines[5])


def test_other_data_can_be_evaluated_with_a_note(tui_nn, saved):
    said = tui_nn("evaluate", saved, "--data", "bundled", "--json")
    assert said.code == 0
    assert said.events[0]["examples"] == 1000
    assert said.err == "The results below are for bundled digits, but the run was trained on squares.npz.\n"


def test_a_class_that_is_not_there_has_no_accuracy(tui_nn, data, tmp_path, saved):
    with np.load(data) as arrays:
        few = {name: arrays[name] for name in arrays.files}
    keep = few["y_test"] != 4
    few["x_test"], few["y_test"] = few["x_test"][keep], few["y_test"][keep]
    np.savez(tmp_path / "few.npz", **few)
    (told,) = tui_nn("evaluate", saved, "--data", tmp_path / "few.npz", "--json").events
    assert told["per_class_recall"][4] is None
    assert told["not_finite"]["per_class_recall.4"] == "nan"
    assert tui_nn("evaluate", saved, "--data", tmp_path / "few.npz").lines[10].split()[-1] == "–"


def test_mistakes_are_told_the_worst_first(tui_nn, saved, answers):
    test, evaluation = answers
    *told, finished = tui_nn("mistakes", saved, "--json").events
    wrong = np.flatnonzero(evaluation.predicted != test.labels)
    expected = sorted(wrong.tolist(), key=lambda index: -evaluation.losses[index])
    assert [mistake["index"] for mistake in told] == expected
    for mistake in told:
        index = mistake["index"]
        assert mistake["event"] == "mistake"
        assert (mistake["true"], mistake["predicted"]) == (test.labels[index], evaluation.predicted[index])
        assert mistake["p_true"] == evaluation.outputs[index, mistake["true"]]
        assert mistake["p_predicted"] == evaluation.outputs[index].max()
        assert mistake["loss"] == evaluation.losses[index]
        assert mistake["margin"] == pytest.approx(mistake["p_predicted"] - mistake["p_true"])
    assert (finished.pop("epoch"), finished.pop("data")) == (
        read_run(saved).epoch,
        load_dataset(read_run(saved).data.source).name,
    )
    for name in ("preset", "network", "training", "branch", "parameters_sha256"):
        del finished[name]
    assert finished == {"event": "finished", "batch": 0, "listed": len(wrong), "found": len(wrong), "misclassified": len(wrong),
                        "examples": 20}  # fmt: skip


def test_mistakes_can_be_filtered_and_limited(tui_nn, saved, answers):
    test, evaluation = answers
    wrong = np.flatnonzero(evaluation.predicted != test.labels)
    one = int(wrong[0])
    true, predicted = int(test.labels[one]), int(evaluation.predicted[one])
    *told, finished = tui_nn("mistakes", saved, "--true", true, "--predicted", predicted, "--json").events
    assert {(mistake["true"], mistake["predicted"]) for mistake in told} == {(true, predicted)}
    assert one in [mistake["index"] for mistake in told]
    assert finished["found"] == len(told) <= finished["misclassified"] == len(wrong)
    *told, finished = tui_nn("mistakes", saved, "--limit", 2, "--json").events
    assert (len(told), finished["found"]) == (2, len(wrong))


@pytest.mark.parametrize("flag", ["--true", "--predicted"])
@pytest.mark.parametrize("name", ["10", "٣", "four"])
def test_a_class_is_chosen_by_its_name(tui_nn, saved, flag, name):
    said = tui_nn("mistakes", saved, flag, name)
    assert (said.code, said.out) == (2, "")
    assert f"{flag} is '{name}': it must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9." in said.err


@pytest.mark.parametrize("sort", ["loss", "p-pred", "p-true", "margin", "index"])
def test_mistakes_can_be_sorted(tui_nn, saved, sort):
    *told, _ = tui_nn("mistakes", saved, "--sort", sort, "--json").events
    keys = {
        "loss": lambda m: -m["loss"],
        "p-pred": lambda m: -m["p_predicted"],
        "p-true": lambda m: -m["p_true"],
        "margin": lambda m: m["p_predicted"] - m["p_true"],
        "index": lambda m: m["index"],
    }
    assert told == sorted(told, key=keys[sort])


def test_mistakes_can_be_filtered_by_kind_and_confidence(tui_nn, saved, answers):
    """Each mistake names the epoch in which it was last right. Kinds that need this are refused if it is unknown."""
    test, evaluation = answers
    records = read_run(saved).history.records
    *told, finished = tui_nn("mistakes", saved, "--which", "all", "--sort", "index", "--json").events
    assert (len(told), finished["found"]) == (20, 20)
    for mistake in told:
        right = [record.epoch for record in records[:-1] if record.predicted[mistake["index"]] == mistake["true"]]
        assert mistake["last_right"] == (right[-1] if right else None)
    *told, _ = tui_nn("mistakes", saved, "--which", "always-wrong", "--json").events
    assert all(mistake["last_right"] in (None, 0) for mistake in told)
    *told, finished = tui_nn("mistakes", saved, "--threshold", "0.3", "--json").events
    sure = evaluation.outputs.max(axis=1) >= 0.3
    assert finished["answered"] == sure.sum()
    assert finished["answered_right"] == (sure & (evaluation.predicted == test.labels)).sum()
    assert all(mistake["p_predicted"] >= 0.3 for mistake in told)
    assert f"{sure.mean():.1%}".replace("%", " %") in tui_nn("mistakes", saved, "--threshold", "0.3").out
    refused = tui_nn("mistakes", saved, "--data", "bundled", "--which", "newly-wrong")
    assert refused.code == 2
    assert "compares the predictions with those of earlier epochs" in refused.err
    assert "it must be one of loss, p-pred" in tui_nn("mistakes", saved, "--sort", "size").err


def test_a_mistake_is_drawn_as_text_with_its_caption(tui_nn, saved, answers):
    test, evaluation = answers
    (mistake, _) = tui_nn("mistakes", saved, "--limit", 1, "--json").events
    said = tui_nn("mistakes", saved, "--limit", 1)
    *picture, caption = said.lines[3:]
    assert picture == [row.rstrip() for row in shades(test.images[mistake["index"]])]
    assert len(picture) == 14
    loss = evaluation.losses[mistake["index"]]
    assert caption.startswith(f"pred {mistake['predicted']} .")
    assert caption.endswith(f" · loss {loss:.2f} · #{mistake['index']}")
    assert f" · true {mistake['true']} " in caption


def test_outputs_that_are_no_probabilities_are_called_a(tui_nn, data, tmp_path, saved):
    flags = ("--data", data, "--loss", "sigmoid_mse", "--epochs", 1, "--save", tmp_path / "a.run")
    assert tui_nn("train", *flags).code == 0
    numbers = r"pred \d {0}[.<>]\S+ · true \d {0}[.<>]\S+ · loss \S+ · #\d+"
    assert re.fullmatch(numbers.format("a "), tui_nn("mistakes", tmp_path / "a.run", "--limit", 1).lines[-1])
    assert re.fullmatch(numbers.format(""), tui_nn("mistakes", saved, "--limit", 1).lines[-1])


def test_mistakes_draws_five_pictures_or_all(tui_nn, saved, answers):
    test, evaluation = answers
    wrong = np.count_nonzero(evaluation.predicted != test.labels)
    assert wrong > 5
    captions = [line for line in tui_nn("mistakes", saved).lines if line.startswith("pred ")]
    assert len(captions) == 5
    said = tui_nn("mistakes", saved, "--limit", "all")
    assert len([line for line in said.lines if line.startswith("pred ")]) == wrong
    assert said.lines[1] == f"{wrong} of 20 are misclassified · the list shows the largest loss first"


def test_no_mistakes_give_exit_code_0(tui_nn, data, tmp_path):
    tui_nn("train", "--data", data, "--epochs", 30, "--batch-size", 10, "--save", tmp_path / "a.run")
    said = tui_nn("mistakes", tmp_path / "a.run")
    assert (said.code, said.lines[1:]) == (0, ["0 of 20 are misclassified"])
    assert "most frequent confusion" not in tui_nn("evaluate", tmp_path / "a.run").out


def test_outputs_that_are_not_finite_cause_a_note(tui_nn, data, tmp_path, saved):
    """Outputs may be NaN or infinite although all weights are finite."""
    from dataclasses import replace

    from tui_nn.core.parameters import Parameters

    run = read_run(saved)
    huge = Parameters(run.network.sizes, True, np.full_like(run.parameters.vector, 3e38))
    session = Session(load_dataset(data), run.network, run.training)
    save_run(tmp_path / "huge.run", replace(session.snapshot(), parameters=huge), session.dataset)
    said = tui_nn("evaluate", tmp_path / "huge.run", "--json")
    assert said.code == 0
    assert said.events[0]["loss"] is None
    assert said.err.startswith("The outputs for 20 examples are NaN or infinite")
    assert tui_nn("mistakes", tmp_path / "huge.run").code == 0
    assert tui_nn("mistakes", tmp_path / "huge.run", "--json").events[0]["loss"] is None


@pytest.mark.parametrize("command", ["evaluate", "mistakes"])
def test_results_of_a_diverged_run_name_their_epoch(tui_nn, data, tmp_path, command):
    tui_nn("train", "--data", data, "--learning-rate", 1e6, "--hidden-sizes", "8,8,8,8", "--save", tmp_path / "a.run")
    run = read_run(tmp_path / "a.run")
    said = tui_nn(command, tmp_path / "a.run")
    assert said.code == 0
    assert (
        f"The run diverged ({run.status.reason}). The results below are from the end of epoch {run.epoch}" in said.err
    )


def test_a_run_saved_inside_an_epoch_is_reported_at_its_batch(tui_nn, data, tmp_path):
    """The weights are those after two batches of the fourth epoch, and every command says so and measures them."""
    dataset = load_dataset(data)
    training = TrainingConfig(batch_size=10, learning_rate=0.02, epochs=9)
    session = Session(dataset, NetworkConfig(hidden_sizes=(6,)), training)
    for _ in session.run(3):
        pass
    before = session.snapshot().parameters.vector.copy()
    session.step_batch()
    snapshot = session.step_batch()
    assert not np.array_equal(before, snapshot.parameters.vector)
    path = tmp_path / "inside.run"
    save_run(path, snapshot, dataset)
    (w0, w1), (b0, b1) = snapshot.parameters.weights, snapshot.parameters.biases
    z = np.maximum(dataset.test.images / 255 @ w0 + b0, 0) @ w1 + b1
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), dataset.test.labels])
    assert loss != pytest.approx(snapshot.record.test_loss, rel=1e-4)
    for command in ("evaluate", "mistakes", "inspect"):
        assert "epoch 3 and 2 batches of the next epoch" in tui_nn(command, path).out.splitlines()[0], command
        told = tui_nn(command, path, "--json").events[-1]
        assert (told["epoch"], told["batch"]) == (3, 2), command
    assert tui_nn("evaluate", path, "--json").events[0]["loss"] == pytest.approx(loss, rel=1e-5)
    (inspected,) = tui_nn("inspect", path, "--json").events
    assert inspected["test_loss"] == pytest.approx(loss, rel=1e-5)
    assert inspected["test_accuracy"] == np.mean(z.argmax(axis=1) == dataset.test.labels)
    continued = tui_nn("train", "--run", path, "--epochs", "4")
    assert "continuing after epoch 3 and 2 batches of the next" in continued.out + continued.err


def test_outputs_that_are_not_finite_are_wrong_for_every_class(tui_nn, data, tmp_path):
    """Pictures with ink at one pixel overflow a logit, so their outputs are NaN. None of these counts as the class 0."""
    dataset = load_dataset(data)
    session = Session(dataset, NetworkConfig(hidden_sizes=(6,), activation="identity"), TrainingConfig(batch_size=10))
    for _ in session.run(3):
        pass
    lost_pixels = np.flatnonzero((dataset.test.images[:10] > 200).sum(axis=0) == 1)
    pixel = next(p for p in lost_pixels if dataset.test.images[0, p] > 200)  # Of the first class.
    # A bright pixel adds 20 to unit 0, and 20 times 3e37 is more than a float32 holds. Noise adds less than 5.
    session.edit((Edit(WEIGHT, 0, 0, int(pixel), 20.0), Edit(WEIGHT, 1, 3, 0, 3e37)))
    snapshot = session.snapshot()
    outputs = snapshot.evaluation.outputs
    lost = ~np.isfinite(outputs).all(axis=1)
    assert lost[dataset.test.labels == 0].any()
    assert not lost.all()
    right = ~lost & (outputs.argmax(axis=1) == dataset.test.labels)
    assert np.array_equal(snapshot.evaluation.predicted == dataset.test.labels, right)
    assert count_correct(snapshot.mlp, dataset.test.images, dataset.test.labels) == right.sum()
    path = tmp_path / "a.run"
    save_run(path, snapshot, dataset)
    (told,) = tui_nn("evaluate", path, "--json").events
    assert told["unanswered"] == lost.sum()
    assert (told["correct"], told["accuracy"]) == (right.sum(), right.mean())
    assert np.sum(told["confusion_matrix"]) == len(lost) - lost.sum()
    of_class_0 = dataset.test.labels == 0
    assert told["per_class_recall"][0] == right[of_class_0].mean()
    assert f"({right.sum()} of {len(lost)})" in tui_nn("evaluate", path).out
