"""The table of metrics and the results of checks: every row measures, and every value and bound can be read."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from lesson_text import GOOD

from tui_nn.data.altered import reduced, shuffled
from tui_nn.data.bundled import load_bundled
from tui_nn.engine.command_text import read_command
from tui_nn.lessons.checking import Result, run_check
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.headless import run_of
from tui_nn.lessons.lesson import Check
from tui_nn.lessons.metrics import METRICS, measure, show_value
from tui_nn.lessons.reading import read_lesson
from tui_nn.session.run.snapshot import Snapshot

SMALL = read_lesson("small", GOOD).setup
TEST = load_bundled().test


def trained(*commands: str) -> Snapshot:
    return run_of(SMALL, tuple(read_command(text, SMALL.network, SMALL.training) for text in commands))


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_measures_a_run_and_names_what_it_takes(name: str) -> None:
    metric = METRICS[name]
    sigmoid = "restart custom activation=sigmoid"
    network = "activation=tanh hidden-sizes=8,8"
    commands = {"saturated": (sigmoid, "run"), "spread_kept": (f"restart custom {network}", "run")}
    run = trained(*commands.get(name, ("act", "finish-update") if name == "drop_ratio" else ("run",)))
    level = {"epochs_to": 0.05, "mistakes_in_pairs": 5.0, "lost_when_moved": 2.0}.get(name, 0.1)
    check = Check(name, split="test", level=level, low=0.0)
    value = measure(run, TEST, check)
    assert math.isfinite(value)
    assert show_value(check, value)
    assert "{" not in metric.title(check)
    assert metric.meaning.endswith(".")
    assert len(metric.title(check)) <= 46
    assert {key for key in ("split", "at", "layer", "level") if f"{{{key}}}" in metric.label} <= set(metric.takes)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (Check("dead", layer=5), "NaN"),
        (Check("dead", at="99"), "NaN"),
        (Check("loss", at="99"), "NaN"),
        (Check("loss", split="validation"), "NaN"),
        (Check("drop_ratio"), "NaN"),
        (Check("accuracy_of_confident", level=1.1), "NaN"),
        (Check("epochs_to", level=1), "Inf"),
    ],
)
def test_a_metric_that_a_run_cannot_answer_fails_and_says_so(check: Check, value: str) -> None:
    result = run_check(replace(check, low=0.0), {"": trained("run")}, TEST)
    assert (result.passed, result.shown) == (value == "Inf", value)


def test_known_values() -> None:
    run = trained("run")
    records = run.history.records
    assert measure(run, TEST, Check("loss", split="test", at="1")) == records[1].test_loss
    assert measure(run, TEST, Check("accuracy", at="start")) == records[0].train_accuracy
    assert measure(run, TEST, Check("updates")) == 10
    assert measure(run, TEST, Check("parameters")) == 784 * 8 + 8 + 8 * 10 + 10
    assert measure(run, TEST, Check("different_units")) == 8
    assert measure(trained("restart custom weight-init=zeros", "run"), TEST, Check("different_units")) == 1
    assert measure(trained("run", "seek 1"), TEST, Check("epochs")) == 1


def test_two_runs_are_compared() -> None:
    runs = {"a": trained("run"), "b": trained("run", "run")}
    less = run_check(Check("updates", run="a", minus="b", high=0.0), runs, TEST)
    twice = run_check(Check("updates", run="b", divided_by="a", low=2.0, high=2.0), runs, TEST)
    assert (less.value, less.passed, less.label) == (-10, True, "updates − b")
    assert (twice.value, twice.passed, twice.label, twice.bound) == (2, True, "updates / a", "2.00 ×")
    assert run_check(Check("updates", run="a", minus="c", high=0.0), runs, TEST).value is None


@pytest.mark.parametrize(
    ("bounds", "text", "inside", "outside"),
    [
        ({"low": 2.0}, "≥ 2", [2, 3], [1.9, math.nan]),
        ({"low": 2.0, "open_low": True}, "> 2", [2.1, math.inf], [2]),
        ({"high": 2.0}, "≤ 2", [2, -math.inf], [2.1]),
        ({"high": 2.0, "open_high": True}, "< 2", [1.9], [2, math.nan]),
        ({"low": 1.0, "high": 2.0}, "1 to 2", [1, 2], [0.9, 2.1]),
    ],
)
def test_bounds_hold_and_are_shown(
    bounds: dict[str, float], text: str, inside: list[float], outside: list[float]
) -> None:
    check = Check("updates", **bounds)
    assert Result(check, 0.0).bound == text
    assert all(Result(check, float(value)).passed for value in inside)
    assert not any(Result(check, float(value)).passed for value in outside)


def test_a_run_that_diverged_gives_its_reason() -> None:
    run = trained("restart custom weight-init=normal weight-init-scale=100 hidden-sizes=64,64,64,64,64,64,64,64", "run")
    result = run_check(Check("epochs", high=0.0), {"": run}, TEST)
    assert result.passed
    assert "epoch 1" in result.reason


def test_the_data_of_a_setup_keeps_its_test_labels() -> None:
    pairs = dataset_of(replace(SMALL, classes=("3", "5"), shuffled_labels=0.5))
    right = reduced(load_bundled().train, ("3", "5"))
    assert pairs.class_names == ("3", "5")
    assert (pairs.test.labels == reduced(TEST, ("3", "5")).labels).all()
    assert 0.15 < (pairs.train.labels != right.labels).mean() < 0.35
    assert sorted(pairs.train.labels) == sorted(right.labels)
    assert (shuffled(right, 0.5, 1).labels != shuffled(right, 0.5, 2).labels).any()
    assert dataset_of(SMALL) is load_bundled()
