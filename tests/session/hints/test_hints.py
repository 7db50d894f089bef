"""Hints: every rule on a run that shows what it is about and on one that does not, and nothing on runs that are well."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hint_runs import DIGITS, SGD, SHOWN, SHUFFLED, SIGMOIDS, SMALL, found, other_data, session, trained

from tui_nn.analysis.health import health_words
from tui_nn.cli.flags import add_settings, read_settings, unused
from tui_nn.cli.reports import fix_line
from tui_nn.presets import load_preset, preset_names
from tui_nn.render.numbers import loss_text
from tui_nn.session.hints import RULES, Fix, Hint, hints
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State, Status


@cache
def well() -> dict[str, Hint]:
    """What is found in a small run that learns."""
    return found(trained(6, **SMALL))


UNUSUAL = {
    "all zeros": (other_data(images=np.zeros_like), "Every pixel of the 1,000 training pictures is 0"),
    "reversed": (other_data(images=lambda x: 255 - x), r"are 255 of 255 on average, so the ink seems to be reversed"),
    "divided": (other_data(images=lambda x: x // 255), "largest pixel of the training pictures is 1"),
    "one class": (other_data(labels=lambda y: np.full_like(y, 3)), "All 1,000 training examples are of one class, 3"),
    "labels from 1": (other_data(labels=lambda y: np.clip(y + 1, 1, 9)), "is of class 0"),
    "unbalanced": (
        other_data(labels=lambda y: np.where(np.arange(len(y)) % 10, 4, y).astype(np.uint8)), r"^9\d % of the 1,000",
    ),
}  # fmt: skip


ACCUSED: dict[str, tuple[int, dict[str, Any], str, set[str]]] = {
    "long momentum": (8, {"momentum": 0.999, "learning_rate": 0.001}, "momentum_too_high", {"overfitting"}),
    "step noise": (
        2, {"batch_size": 1, "learning_rate": 0.1, "optimizer": "sgd"}, "steps_too_noisy", {"dead_units", "overfitting"},
    ),
    "l2 of 0.3": (3, {"l2": 0.3}, "penalty_too_strong", {"labels_shuffled"}),
    "l2 of 1": (3, {"l2": 1.0}, "penalty_too_strong", {"labels_shuffled"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ACCUSED)
def test_the_hint_names_the_cause_and_its_fix_helps(kind: str) -> None:
    """The first hint is the cause, none blames something else, and the fix gives a higher test accuracy."""
    epochs, settings, cause, wrong = ACCUSED[kind]
    snapshot = trained(epochs, **settings)
    said = found(snapshot)
    assert next(iter(said)) == cause
    assert not wrong & set(said)
    fix = said[cause].fix
    assert fix is not None
    better = trained(epochs, **(settings | fix.settings))
    assert better.record.test_accuracy > snapshot.record.test_accuracy + 0.01
    assert cause not in found(better)


@pytest.mark.parametrize("kind", UNUSUAL)
@pytest.mark.parametrize("epochs", [0, 1])
def test_what_is_unusual_about_the_data_is_said_first(kind: str, epochs: int) -> None:
    data, words = UNUSUAL[kind]
    first = next(iter(found(trained(epochs, data, hidden_sizes=(8,))).values()))
    assert first.name == "data_unusual"
    assert re.search(words, first.sentence)


def test_pixels_that_are_divided_already_need_no_scaling() -> None:
    """The fix of the hint is carried out, and no hint claims that pixels go to 255."""
    data, _ = UNUSUAL["divided"]
    fixed = found(trained(1, data, hidden_sizes=(8,), scale_pixels=False))
    assert not {"data_unusual", "inputs_not_scaled"} & set(fixed)


FIRST: dict[str, tuple[int, dict[str, Any], str, str]] = {
    "zero weights": (1, {"weight_init": "zeros"}, "dead 100 %", "units_all_alike"),
    "learning rate 3": (1, {"learning_rate": 3.0}, r"dead \d+ %", "rate_too_high"),
    "five sigmoid layers": (1, SIGMOIDS, "vanishing", "vanishing_gradient"),
    "pixels up to 255": (0, {"scale_pixels": False}, "exploding", "inputs_not_scaled"),
    "shuffled labels": (8, {"data": SHUFFLED, "hidden_sizes": (64,)}, r"ok|dead \d+ %", "labels_shuffled"),
    "shuffled labels, not learned by heart": (1, {"data": SHUFFLED}, r"ok|dead \d+ %", "labels_shuffled"),
    "learning rate 3, sigmoid": (1, {"learning_rate": 3.0, "activation": "sigmoid"}, "saturated", "rate_too_high"),
    "weights of N(0, 1)": (0, {"weight_init": "normal", "weight_init_scale": 1.0}, "exploding", "start_weights_too_large"),
}  # fmt: skip


def test_the_rules_run_once_for_each_snapshot(monkeypatch) -> None:
    calls = []
    monkeypatch.setattr("tui_nn.session.hints._find", lambda *_: calls.append(1) or ())
    snapshot = trained(1, train_limit=100, hidden_sizes=(4,))
    statistics = probe(snapshot, DIGITS.test, probe_digits(DIGITS.test))
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(hints, snapshot, each) for each in (None, statistics, None, statistics)]
    assert [one.result() for one in asked] == [()] * 4
    assert len(calls) == 1
    untrained = trained(0, train_limit=100, hidden_sizes=(4,))
    for _ in range(2):
        hints(untrained), hints(untrained, statistics)
    assert len(calls) == 3, "before training, the statistics matter"


def test_every_rule_has_a_run_that_shows_it() -> None:
    """A rule may bring its own run, in `shown_by`."""
    assert set(SHOWN) == {rule.name for rule in RULES}
    assert len(RULES) >= 18


@pytest.mark.parametrize("name", SHOWN)
def test_a_rule_finds_what_it_is_about(name: str) -> None:
    """It says so with the run's own numbers, why, and what helps; in a run that learns it finds nothing."""
    epochs, settings = SHOWN[name]
    hint = found(trained(epochs, **({"validation": 0.0} | settings))).get(name)
    assert hint is not None
    assert name not in well()
    assert re.search(r"\d", hint.sentence)
    assert hint.sentence.endswith(".")
    assert hint.why.endswith(".")
    assert hint.fix is not None
    assert hint.fix.words
    (rule,) = (rule for rule in RULES if rule.name == name)
    assert rule.goal is not None or hint.fix.pane, "the slow tests could not check the fix"
    assert_typed_as_carried_out(hint.fix, trained(0, **settings))


def assert_typed_as_carried_out(fix: Fix, snapshot: Snapshot) -> None:
    """What `train` says to type is read as what the key does in the app, and none of it is without effect."""
    if fix.pane:
        assert fix_line(fix) == f"To look at the pictures, run the command tui-nn {fix.pane.lower()}."
        return
    parser = ArgumentParser()
    add_settings(parser)
    words = fix_line(fix).removeprefix("Try ").removesuffix(".").removesuffix(" in a new run")
    assert read_settings(parser.parse_args(words.split())) == fix.settings
    assert unused(fix.settings, *fix.configs(snapshot)) == []


@pytest.mark.parametrize("name", FIRST)
def test_a_known_pathology_has_the_right_word_and_the_right_hint_first(name: str) -> None:
    epochs, settings, word, first = FIRST[name]
    snapshot = trained(epochs, **settings)
    words = health_words(probe(snapshot, DIGITS.test, probe_digits(DIGITS.test)))
    assert any(re.fullmatch(word, found) for found in words), words
    assert next(iter(found(snapshot))) == first


COSTLY = {"best", "wide-he"}
"""The presets with the most parameters. Their networks take as long as those of all other presets together."""


@pytest.mark.parametrize("plan", [{}, {"epochs": 9}], ids=["", "9"])
@pytest.mark.parametrize(
    "preset", [pytest.param(name, marks=pytest.mark.slow) if name in COSTLY else name for name in preset_names()]
)
def test_the_presets_are_well(preset: str, plan: dict[str, int]) -> None:
    """No false alarm at any epoch of a short run, be it the beginning of the preset's plan or a plan of its own."""
    # The quick start overfits 2,000 examples, and its validation examples show it.
    most = 4000 if preset == "quick-start" else 2000
    limit = min(load_preset(preset).training.train_limit or most, most)
    run = session(preset=preset, train_limit=limit, **plan)
    told = -1
    for _ in run.train(plan.get("epochs", 12)):
        if run.epoch > told:
            told = run.epoch
            snapshot = run.snapshot()
            assert found(snapshot) == {}, f"after epoch {told}"
            assert set(health_words(probe(snapshot, DIGITS.test, probe_digits(DIGITS.test)))) == {"ok"}
    assert found(run.snapshot()) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "epochs"), [("small-normal", 80), ("sigmoid-mse", 260), ("leaky-he", 60)])
def test_presets_that_learn_slowly_are_well_all_the_way(preset: str, epochs: int) -> None:
    """An update an epoch: some digits are not answered for hundreds of epochs, and come in time."""
    run = session(preset=preset)
    for epoch in range(10, epochs + 1, 10):
        for _ in run.train(epoch):
            pass
        assert found(run.snapshot()) == {}, f"after epoch {epoch}"


@pytest.mark.parametrize(
    "name", sorted({"rate_too_high", "units_all_alike", "inputs_not_scaled", "batch_too_large", "saturated"})
)
def test_a_fix_carried_out_takes_the_hint_away(name: str) -> None:
    """The configs that the fix gives make a run in which the rule finds nothing."""
    epochs, settings = SHOWN[name]
    snapshot = trained(epochs, **settings)
    fix = found(snapshot)[name].fix
    assert fix is not None
    network, training = fix.configs(snapshot)
    run = Session(DIGITS, network, training, preset="fixed")
    for _ in run.train(2):
        pass
    assert name not in found(run.snapshot())
    for setting, value in fix.settings.items():
        assert value in (getattr(network, setting, None), getattr(training, setting, None))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_who_learns_slowly_is_not_told_of_shuffled_labels(depth: int) -> None:
    """Sigmoid layers stay at chance for a while, however well the labels are."""
    slow = {"hidden_sizes": (48,) * depth, "activation": "sigmoid", "weight_init": "xavier_normal"}
    run = session(optimizer="sgd", learning_rate=0.1, **slow)
    for epoch in (1, 2):
        for _ in run.train(epoch):
            pass
        assert "labels_shuffled" not in found(run.snapshot()), f"after epoch {epoch}"


def test_a_collapse_after_good_epochs_is_not_blamed_on_the_labels() -> None:
    """The network predicted well before a strong penalty shrank its weights, so the labels match the pictures."""
    run = session()
    for epochs, l2 in ((2, 0.0), (3, 3.0)):
        run.change(replace(run.training, l2=l2))
        for _ in run.train(epochs):
            pass
    snapshot = run.snapshot()
    assert snapshot.history.records[2].test_accuracy > 0.5
    assert snapshot.record.test_accuracy == pytest.approx(0.1, abs=0.03)
    assert "penalty_too_strong" in found(snapshot)
    assert "labels_shuffled" not in found(snapshot)


def test_a_setting_that_takes_a_new_network_starts_over() -> None:
    for epochs, settings in (SHOWN["units_all_alike"], SHOWN["plateau"]):
        for hint in found(trained(epochs, **settings)).values():
            assert hint.fix is not None
            of_network = {setting.name for setting in load_preset("quick-start").network.settings}
            assert hint.fix.start_over or not of_network & set(hint.fix.settings)


def test_a_digit_that_is_late_in_a_long_plan_is_no_alarm() -> None:
    """The second half of the plan is the time to say that it has stayed away."""
    epochs, settings = SHOWN["class_never_predicted"]
    for plan, told in ((epochs, True), (1000, False)):
        run = session(epochs=plan, **settings)
        for _ in run.train(epochs):
            pass
        assert ("class_never_predicted" in found(run.snapshot())) is told


@pytest.mark.parametrize(
    ("epochs", "plan", "settings"),
    [
        (1, 2, {}),
        (3, 2, {}),
        (2, 2, {"learning_rate": 0.1}),
        (5, 5, {"batch_size": None, "learning_rate": 0.3}),
        (2, 2, {"activation": "identity"}),
    ],
    ids=["before its end", "beyond its end", "learned", "few updates", "another cause"],
)
def test_a_short_plan_is_no_problem_by_itself(epochs: int, plan: int, settings: dict[str, Any]) -> None:
    """More epochs are proposed only at the end of a plan, for a network that was learning fast and has no other problem."""
    shown = SHOWN["too_few_epochs"][1]
    assert "too_few_epochs" not in found(trained(epochs, **shown | {"epochs": plan} | settings))


def test_a_loss_that_was_lower_before_falls_only_by_chance() -> None:
    snapshot = trained(3, **SHOWN["too_few_epochs"][1] | {"epochs": 3})
    assert "too_few_epochs" in found(snapshot)
    first, lower, *others, last = snapshot.history.records
    records = (first, replace(lower, train_loss=0.9 * last.train_loss), *others, last)
    assert found(replace(snapshot, history=replace(snapshot.history, records=records))) == {}


def test_the_end_of_each_plan_asks_for_three_times_as_many_epochs() -> None:
    run = session(epochs=2, learning_rate=0.001, hidden_sizes=(32,))
    for until, more in ((2, 10), (4, 12)):
        for _ in run.train(until):
            pass
        before, now = (loss_text(record.train_loss) for record in run.history.records[-2:])
        hint = found(run.snapshot())["too_few_epochs"]
        assert f"In the last of its {until} epochs, the train loss still fell from {before} to {now}" in hint.sentence
        assert hint.fix == Fix({"epochs": more})


def test_only_what_is_up_to_the_epoch_shown_counts() -> None:
    """A run that was looked at after epoch 1 is judged by what was known then."""
    snapshot = trained(12, hidden_sizes=(32,), train_limit=200, batch_size=16)
    assert "overfitting" in found(snapshot)
    back = replace(snapshot, epoch=1, history=replace(snapshot.history))
    assert "overfitting" not in found(back)


def test_numbers_that_are_none_raise_nothing() -> None:
    """A network of NaN, and records without layers, as old files have them."""
    snapshot = trained(1, **SMALL)
    bare = tuple(replace(record, layers=()) for record in snapshot.history.records)
    assert hints(replace(snapshot, history=replace(snapshot.history, records=bare))) == ()
    nothing = tuple(replace(record, test_loss=float("nan"), train_loss=float("nan")) for record in bare)
    broken = replace(
        snapshot,
        status=Status(State.DIVERGED, "the loss is not a finite number: epoch 2, batch 3"),
        history=replace(snapshot.history, records=nothing),
    )
    (hint,) = hints(broken)
    assert hint.sentence.startswith("The loss is not a finite number: epoch 2, batch 3.")


def test_a_step_longer_than_the_weights_is_not_well() -> None:
    run = session(activation="identity", optimizer="sgd", learning_rate=1000.0, hidden_sizes=(16, 16, 16))
    for _ in run.train(1):
        pass
    snapshot = run.snapshot()
    assert snapshot.status.state is State.DIVERGED
    words = health_words(probe(snapshot, DIGITS.test, probe_digits(DIGITS.test)))
    assert words == ["huge step"] * 4
    assert "3 hidden layers" in found(snapshot)["no_nonlinearity"].sentence


def test_the_validation_examples_show_overfitting_where_there_are_some() -> None:
    epochs, settings = SHOWN["overfitting"]
    run = trained(epochs, **(settings | {"validation": 0.3}))
    records, best = run.history.records, run.history.best
    assert best is not None
    sentence = found(run)["overfitting"].sentence
    risen = f"from {best.validation_loss:.3f} to {records[-1].validation_loss:.3f}"
    assert f"Since epoch {best.epoch}, the validation loss has risen {risen}" in sentence


def test_a_batch_holds_no_more_than_there_is() -> None:
    hint = found(trained(10, batch_size=99_999, learning_rate=0.001, validation=0.0, **SGD))["batch_too_large"]
    assert "With batch size 1,500, an epoch has 1 update" in hint.sentence


def test_a_gradient_that_vanished_at_the_start_has_vanished_until_something_is_learned() -> None:
    sigmoids = {
        **SIGMOIDS,
        "hidden_sizes": (32,) * 3,
        "weight_init": "he_normal",
        "optimizer": "sgd",
        "learning_rate": 0.01,
    }
    for epochs in (0, 1, 3):
        assert "vanishing_gradient" in found(trained(epochs, **sigmoids))


def test_a_rate_that_overshoots_is_told_from_the_loss_at_which_it_was_set() -> None:
    """Not from that of the untrained network; and once it is lowered, not as the doing of the lower one."""
    run = session(optimizer="sgd", learning_rate=0.1, activation="tanh", **SMALL)

    def goes_on_to(epoch: int, rate: float) -> str:
        run.change(replace(run.training, learning_rate=rate))
        for _ in run.train(epoch):
            pass
        hint = found(run.snapshot())["rate_too_high"]
        assert hint.fix is not None
        # The fix goes back to the best epoch, which is the third. Half of its rate of 0.01 is not higher than then.
        assert hint.fix.back_to == 3
        assert hint.fix.settings["learning_rate"] <= 0.005
        return hint.sentence

    for _ in run.train(2):
        pass
    run.change(replace(run.training, learning_rate=0.01))
    for _ in run.train(3):
        pass
    overshot = goes_on_to(4, 50.0)
    losses = [loss_text(record.train_loss) for record in run.history.records]
    assert (
        overshot
        == f"With learning rate 50, the train loss went from {losses[3]} to {losses[4]}, so every step is too long."
    )
    run.change(replace(run.training, learning_rate=1e-5))
    assert found(run.snapshot())["rate_too_high"].sentence == overshot, "nothing is trained with the lower one yet"
    assert found(run.snapshot())["rate_too_high"].title == "learning rate was too high"
    lower = goes_on_to(5, 1e-6)
    assert lower.startswith(
        f"The train loss went from {losses[0]} to {losses[4]} before you set the learning rate to 1e-6, so "
    )


def test_a_loss_that_falls_again_with_a_lower_rate_gets_no_hint() -> None:
    run = session(validation=0.0, **SMALL)
    for epoch, rate in ((3, 0.1), (4, 0.6), (5, 0.05)):
        run.change(replace(run.training, learning_rate=rate))
        for _ in run.train(epoch):
            pass
        losses = [record.train_loss for record in run.history.records]
        if epoch == 4:
            assert losses[4] > 2 * losses[3]
            assert found(run.snapshot())["rate_too_high"].title == "learning rate too high"
            assert found(run.snapshot())["rate_too_high"].fix.words == "go back to epoch 3 (★) with learning rate 0.05"
    assert losses[3] < losses[5] < losses[4]
    assert "rate_too_high" not in found(run.snapshot())


def test_a_rate_that_was_lowered_before_the_first_update_was_no_rate_of_the_run() -> None:
    run = session(validation=0.0, **SMALL, learning_rate=0.6)
    run.change(replace(run.training, learning_rate=0.1))
    for epoch, rate in ((3, 0.1), (4, 0.6)):
        run.change(replace(run.training, learning_rate=rate))
        for _ in run.train(epoch):
            pass
    assert "rate_too_high" in found(run.snapshot())
    straight = session(validation=0.0, **SMALL, learning_rate=2.0)
    straight.change(replace(straight.training, learning_rate=0.6))
    for _ in straight.train(4):
        pass
    plain = session(validation=0.0, **SMALL, learning_rate=0.6)
    for _ in plain.train(4):
        pass
    assert found(straight.snapshot()).keys() == found(plain.snapshot()).keys()


def test_a_fix_is_offered_at_an_earlier_epoch_though_the_setting_was_changed_later() -> None:
    run = session(validation=0.0, **SGD, learning_rate=1e-7)
    for _ in run.train(2):
        pass
    run.change(replace(run.training, learning_rate=2e-7))
    for _ in run.train(4):
        pass
    run.seek(1)
    hint = found(run.snapshot())["rate_too_low"]
    assert hint.fix is not None
    assert "since then" not in hint.sentence


def test_a_fix_is_not_offered_again_before_its_effect_is_known() -> None:
    run = session(validation=0.0, **SGD, learning_rate=1e-7)
    for _ in run.train(1):
        pass
    fix = found(run.snapshot())["rate_too_low"].fix
    assert fix is not None
    run.change(fix.configs(run.snapshot())[1])
    hint = found(run.snapshot())["rate_too_low"]
    assert hint.fix is None
    assert hint.sentence.endswith(" You have changed learning rate since then. Train on to see the effect.")
    for _ in run.train(2):
        pass
    assert found(run.snapshot())["rate_too_low"].fix is not None


def test_a_rate_is_written_as_in_the_form() -> None:
    epochs, settings = SHOWN["not_a_number"]
    assert "The learning rate is 1000000." in found(trained(epochs, **settings))["not_a_number"].sentence
