"""Whether a fix helped: the number of the hint, before and after."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hint_runs import SGD, SMALL, found, session, trained

from tui_nn.session.hints.carried_out import EPOCHS, carry_out


def test_a_change_is_judged_some_epochs_later() -> None:
    run = session(validation=0.0, clip_norm=0.001, **SGD)
    for _ in run.train(1):
        pass
    hint = found(run.snapshot())["clipped_too_short"]
    watched = carry_out(hint, run.snapshot())
    assert watched is not None
    assert hint.fix is not None
    before = run.snapshot().record.train_loss
    run.change(hint.fix.configs(run.snapshot())[1])
    for _ in run.train(EPOCHS):
        pass
    assert watched.outcome(run.snapshot()) == "", "too early"
    for _ in run.train(1 + EPOCHS):
        pass
    after = run.snapshot().record.train_loss
    assert after < before / 2
    assert (
        f"helped: the train loss was {before:.3g} after epoch 1 and is {after:.3g} after epoch {1 + EPOCHS}."
        in watched.outcome(run.snapshot())
    )


def test_a_longer_plan_is_judged_at_its_end() -> None:
    run = session(validation=0.0, epochs=2, learning_rate=0.003, hidden_sizes=(32,))
    for _ in run.train(2):
        pass
    hint = found(run.snapshot())["too_few_epochs"]
    watched = carry_out(hint, run.snapshot())
    assert watched is not None
    run.change(replace(run.training, epochs=10))
    for epoch, judged in ((9, False), (10, True)):
        for _ in run.train(epoch):
            pass
        assert bool(watched.outcome(run.snapshot())) is judged
    assert "and is 0.8" in watched.outcome(run.snapshot())


@pytest.mark.parametrize(("loss", "word"), [(math.nan, "NaN"), (math.inf, "infinite")])
def test_a_number_that_was_not_finite_is_a_word(loss: float, word: str) -> None:
    snapshot = trained(1, validation=0.0, learning_rate=3.0, **SMALL)
    watched = carry_out(found(snapshot)["rate_too_high"], snapshot)
    assert watched is not None
    fixed = replace(trained(1, validation=0.0, **SMALL), run=2)
    assert f"helped: the train loss was {word} after epoch 1 and is 1." in replace(watched, before=loss).outcome(fixed)


def test_a_fix_that_does_not_help_is_reported_too() -> None:
    snapshot = trained(1, validation=0.0, learning_rate=3.0, **SMALL)
    watched = carry_out(found(snapshot)["rate_too_high"], snapshot)
    assert watched is not None
    assert watched.outcome(snapshot) == "", "the fix is not carried out"
    other = session(validation=0.0, **SMALL | {"learning_rate": 0.1, "l2": 10.0})
    for _ in other.train(1):
        pass
    assert "did not help enough" in watched.outcome(replace(other.snapshot(), run=2))


def test_a_run_with_other_settings_than_the_fix_is_not_judged() -> None:
    snapshot = trained(1, validation=0.0, learning_rate=3.0, **SMALL)
    watched = carry_out(found(snapshot)["rate_too_high"], snapshot)
    assert watched is not None
    for rate, judged in ((0.1, True), (0.05, False)):
        other = trained(1, validation=0.0, learning_rate=rate, **SMALL)
        assert bool(watched.outcome(replace(other, run=2))) is judged
