"""`tui-nn trace` and `tui-nn check-gradients`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.analysis import gradient_check as gradcheck
from tui_nn.cli import check_gradients, trace
from tui_nn.cli.flags import flag_of
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import load_run, read_run
from tui_nn.session.questions.gradient_check import check_snapshot
from tui_nn.session.run.session import Session


def test_a_trace_is_the_next_update_of_the_run(tui_nn, saved, data):
    update, *acts, finished = tui_nn("trace", saved, "--json", "--example", 3, "--data", data).events
    run = load_run(saved, data)
    before = run.snapshot().parameters
    run.step_batch()
    after = run.snapshot().parameters
    names = [act["name"] for act in acts]
    assert names == ["batch", "z0", "a0", "z1", "p", "loss", "δ1", "dW1", "δ0", "dW0", "update"]
    values = {act["name"]: np.array(act["values"]) for act in acts}
    x = load_dataset(data).train.images[update["number"]] / 255
    np.testing.assert_allclose(values["batch"], x, rtol=1e-6)
    z0 = x @ before.weights[0] + before.biases[0]
    np.testing.assert_allclose(values["z0"], z0, rtol=1e-4, atol=1e-5)
    z1 = np.maximum(z0, 0) @ before.weights[1] + before.biases[1]
    p = np.exp(z1) / np.exp(z1).sum()
    np.testing.assert_allclose(values["p"], p, rtol=1e-4)
    assert values["loss"] == pytest.approx(-np.log(p[update["label"]]), rel=1e-4)
    unit = update["path"][1]
    assert values["update"].tolist() == after.weights[0][:, unit].tolist()
    assert finished["acts"] == 11
    assert finished["loss_after"] < finished["loss"]
    # The run in the file is as it was.
    assert np.array_equal(read_run(saved).mlp.parameters.vector, before.vector)


def test_a_trace_for_people_has_every_act_with_its_numbers(tui_nn, saved, data):
    lines = tui_nn("trace", saved, "--data", data, "--example", 2, "--pixel", 100, "--unit", 4, "--class", 7).lines
    heads = [line for line in lines if line.startswith("step ")]
    assert [head.split("  ")[0] for head in heads] == [f"step {number} of 11" for number in range(1, 12)]
    text = "\n".join(lines)
    for name in ("x[2,100] = ", "z0[2,4] = ", "z1[2,7] = ", "dW1[4,7] = ", "dW0[100,4] = ", "W0[100,4] = "):
        assert name in text
    assert lines[-2].startswith("The loss of the batch changed from ")


def test_a_trace_for_people_is_no_wider_than_a_terminal(tui_nn, data):
    everything = ("--hidden-sizes", "12,12,12", "--optimizer", "adam", "--dropout", 0.3, "--batch-size", "full")
    more = ("--noise", "gaussian", "--l1", 0.01, "--clip-norm", 0.1, "--label-smoothing", 0.1, "--dtype", "float64")
    lines = tui_nn("trace", "--data", data, *everything, *more).lines
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--example", 99), "--example is 99: it must be below 10, the number of examples that can be shown"),
        (("--class", "ten"), "--class is 'ten': it must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        (("--unit", 6), "--unit is 6: it must be below 6"),
        (("--learning-rate", 1), "--learning-rate cannot be used with a saved run, which has its own settings"),
    ],
)
def test_wrong_arguments_of_trace_are_refused_in_one_sentence(tui_nn, saved, data, flags, sentence):
    said = tui_nn("trace", saved, "--data", data, *flags)
    assert said.code == 2
    assert said.err == f"tui-nn trace: {sentence}.\n"


def test_a_new_network_can_be_traced_and_checked(tui_nn, data):
    flags = ("--data", data, "--hidden-sizes", "5", "--activation", "tanh")
    assert (
        tui_nn("trace", *flags, "--batch-size", "10").lines[0]
        == "quick-start 784-5-10 · epoch 1, batch 1 of 5, learning rate 0.1"
    )
    *rows, finished = tui_nn("check-gradients", *flags, "--l2", "0.5", "--count", 12, "--json").events
    errors = [row["relative_error"] for row in rows]
    assert (len(rows), errors) == (12, sorted(errors, reverse=True))
    assert finished == {"event": "finished", "checked": 12, "examples": 20, "worst": errors[0], "agree": True}
    assert errors[0] < 1e-6
    assert any(row["backprop"] for row in rows)


def moved(setting: Setting, value: Any) -> Any:
    """Return an allowed value that differs from `value`."""
    return next(other for other in setting.steps if other != value)


@pytest.mark.parametrize(
    ("command", "no_part"), [("check-gradients", check_gradients.NO_PART), ("trace", trace.NO_PART)]
)
def test_a_setting_is_a_flag_where_it_does_something(tui_nn, data, command, no_part):
    """Each training setting is changed alone. A setting without a flag must not change any number."""
    network = NetworkConfig(hidden_sizes=(4,))
    plain = TrainingConfig(batch_size=20, l1=0.01, l2=0.01, schedule="cosine", noise="shift", clip_norm=0.1)

    def numbers(training: TrainingConfig) -> Any:
        session = Session(load_dataset(data), network, training, preset="quick-start")
        if command == "check-gradients":
            return check_snapshot(session.snapshot(), session.dataset.test, 20, training.seed)
        trace._do_update(session)
        return session.update.rate, session.update.step.after.vector.tolist()

    before, step = numbers(plain), numbers(replace(plain, schedule="step"))
    for setting in TrainingConfig.settings:
        if setting.name in no_part:
            changed = replace(plain, **{setting.name: moved(setting, getattr(plain, setting.name))})
            assert numbers(changed) == before, setting.name
            if setting.name != "schedule":
                assert numbers(replace(changed, schedule="step")) == step, setting.name
            said = tui_nn(command, "--data", data, flag_of(setting.name), "1")
            assert said.code == 2
            assert said.err.startswith(f"tui-nn {command}: there is no option {flag_of(setting.name)}")
    kept = {"check-gradients": ("reduction", "l1", "l2", "label_smoothing", "seed", "generator"),
            "trace": ("learning_rate", "batch_size", "epochs", "seed", "schedule", "noise_shift")}[command]  # fmt: skip
    for name in kept:
        setting = next(setting for setting in TrainingConfig.settings if setting.name == name)
        assert numbers(replace(plain, **{name: moved(setting, getattr(plain, name))})) != before, name


@pytest.mark.parametrize("command", ["trace", "check-gradients"])
def test_a_flag_without_effect_causes_a_note(tui_nn, data, command):
    said = tui_nn(command, "--data", data, "--hidden-sizes", 4, "--leaky-slope", 0.5)
    assert (said.code, said.err) == (0, "--leaky-slope is not used with these settings\n")
    assert tui_nn(command, "--data", data, "--activation", "leaky_relu", "--leaky-slope", 0.5).err == ""


def test_gradients_that_are_wrong_are_told(tui_nn, saved, data, monkeypatch):
    assert tui_nn("check-gradients", saved, "--data", data).code == 0
    honest = gradcheck._Probe._slope
    monkeypatch.setattr(gradcheck._Probe, "_slope", lambda self, place, step: (honest(self, place, step) or 0.0) + 0.1)
    said = tui_nn("check-gradients", saved, "--data", data)
    assert said.code == 1
    assert "the two gradients do not agree" in said.lines[-1]


def test_trace_takes_the_flags_of_every_schedule(tui_nn, data):
    said = tui_nn("trace", "--data", data, "--schedule", "step", "--drop-epochs", "3", "--drop-factor", "0.1")
    assert said.code == 0
