"""`tui-nn inspect`, and the hints of `tui-nn train`."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.analysis.health import health_words
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import BIAS, Edit
from tui_nn.data.loading import load_dataset
from tui_nn.render.numbers import compact
from tui_nn.session.file.runs import load_run, save_run
from tui_nn.session.hints import hints
from tui_nn.session.questions.layers_look import LayersProbe
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.run.session import Session


def test_inspect_prints_the_statistics_that_numpy_computes(tui_nn, saved, data):
    """The test computes both passes itself, in float64 from the saved weights."""
    (told,) = tui_nn("inspect", saved, "--json").events
    snapshot, test = load_run(saved).snapshot(), load_dataset(data).test
    (w0, w1), (b0, b1) = snapshot.parameters.weights, snapshot.parameters.biases
    x = test.images.astype(np.float64) / 255
    z0 = x @ w0 + b0
    a0 = np.maximum(z0, 0)
    z1 = a0 @ w1 + b1
    p = np.exp(z1 - z1.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    delta1 = (p - np.eye(10)[test.labels]) / len(x)
    g1 = a0.T @ delta1
    g0 = x.T @ ((delta1 @ w1.T) * (z0 > 0))
    assert told["examples"] == len(x)
    for layer, parts in zip(told["layers"], ((z0, a0, w0, g0), (z1, p, w1, g1)), strict=True):
        for name, values in zip(("z", "a", "weights", "gradient"), parts, strict=True):
            found = {
                "mean": values.mean(), "std": values.std(), "min": values.min(), "max": values.max(),
                "rms": np.sqrt((values**2).mean()),
            }  # fmt: skip
            for figure, value in found.items():
                assert layer[name][figure] == pytest.approx(value, rel=1e-5, abs=1e-6), (name, figure)
        # Plain gradient descent: the update is the gradient times the rate.
        size = np.log10(0.1 * np.linalg.norm(parts[3]) / np.linalg.norm(parts[2]))
        assert layer["log10_update_ratio"] == pytest.approx(size, abs=1e-5)
    assert told["layers"][0]["dead_units"] == int((a0.max(axis=0) == 0).sum())
    assert [epoch["epoch"] for epoch in told["epochs"]] == [0, 1, 2, 3]


@pytest.mark.parametrize("rate", [1e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4])
def test_the_columns_do_not_run_together(tui_nn, data, tmp_path, rate):
    """No column touches the next, for numbers of any size: tiny steps, 0, and numbers with long exponents."""
    dataset = load_dataset(data)
    session = Session(
        dataset, NetworkConfig(hidden_sizes=(16, 8)), TrainingConfig(optimizer="sgd", learning_rate=rate, batch_size=50)
    )
    session.step_batch()
    for step in range(3):
        save_run(tmp_path / "a.run", session.snapshot(), dataset)
        lines = tui_nn("inspect", tmp_path / "a.run").out.splitlines()
        header = next(line for line in lines if line.startswith("layer"))
        names = ["layer", "a mean", "std", "min", "max", "dead", "satur.", "grad RMS", "update/w", "health"]
        ends = [header.index(name) + len(name) for name in names[1:-1]]
        for line in lines:
            if line[:2] in ("0 ", "1 ", "2 ") and "×" not in line[:30]:
                assert all(line[end - 1] != " " and line[end] == " " for end in ends), line
        if step == 0:
            session.edit(tuple(Edit(BIAS, 1, unit, value=-1e30) for unit in range(8)))
        session.step_epoch()


def test_inspect_also_prints_the_figures_of_all_digits_and_of_the_last_update(tui_nn, saved, data):
    (told,) = tui_nn("inspect", saved, "--json").events
    snapshot, test = load_run(saved).snapshot(), load_dataset(data).test
    look = LayersProbe().look(snapshot, test, None, with_start=False)
    assert told["test_examples"] == look.statistics.statistics_examples == len(test)
    for layer, shown, (size, ratio), word in zip(
        told["layers"], look.statistics.layers, look.last_update, health_words(look.statistics), strict=True
    ):
        assert layer["last_update"] == {"gradient_rms": size, "log10_update_ratio": ratio}
        assert layer["health"] == word
        if shown.dead is not None:
            assert layer["all_test_digits"]["dead"] * layer["fan_out"] == pytest.approx(shown.dead)
    printed = tui_nn("inspect", saved).out
    for size, _ in look.last_update:
        assert compact(size) in printed


def test_inspect_has_the_hints_of_the_app(tui_nn, saved, data):
    (told,) = tui_nn("inspect", saved, "--json").events
    snapshot, test = load_run(saved).snapshot(), load_dataset(data).test
    found = hints(snapshot, probe(snapshot, test, probe_digits(test)))
    assert [hint["name"] for hint in told["hints"]] == [hint.name for hint in found]


def test_inspect_for_people_keeps_its_columns(tui_nn, saved):
    said = tui_nn("inspect", saved)
    assert said.lines[0] == "quick-start 784-6-10 · epoch 3 · data squares.npz, the first 20 test examples"
    head = said.lines[2]
    for row in (said.lines[3], said.lines[5]):
        assert len(row[: head.index("health")].rstrip()) == len(head[: head.index("health")].rstrip())
    assert said.lines[4].strip() == "784 × 6 + 6 = 4,710"


def test_a_hint_of_train_names_the_flags_that_help(tui_nn):
    words = ("train", "--learning-rate", "3", "--epochs", "1", "--train-limit", "1000")
    said = tui_nn(*words)
    assert "hint: learning rate too high. " in said.err
    assert "Try --learning-rate 0.1 in a new run." in said.err
    assert all(len(line) <= 100 for line in said.err.splitlines()[1:])
    assert "hint" not in said.out
    assert tui_nn(*words, "--quiet").err == ""
    told = [event for event in tui_nn(*words, "--json", "--quiet").events if event["event"] == "hint"]
    assert (told[0]["name"], told[0]["epoch"]) == ("rate_too_high", 1)
    assert told[0]["fix"]["settings"] == {"learning_rate": 0.1}
    assert len({event["name"] for event in told}) == len(told)
