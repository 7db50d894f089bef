"""The fix of every hint is carried out: the number that the hint is about gets better, and no other hint appears."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hint_runs import DIGITS, SHOWN, found, session

from tui_nn.presets import load_preset, preset_names
from tui_nn.session.hints import RULES, hints
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

pytestmark = pytest.mark.slow

FIXABLE = [rule for rule in RULES if rule.goal is not None]
SEEDS, NEEDED = 10, 9


def train(run: Session, epoch: int) -> Snapshot:
    for _ in run.train(epoch):
        pass
    return run.snapshot()


def shown(name: str) -> tuple[int, dict[str, Any]]:
    """Return the epochs and the settings of the run that shows a hint."""
    epochs, settings = SHOWN[name]
    return epochs, {"validation": 0.0} | settings


def showing(name: str) -> Any:
    """Yield the first seeds with which the run shows the hint, and its snapshot."""
    epochs, settings = shown(name)
    for seed in range(4 * SEEDS):
        snapshot = train(session(**settings | {"seed": seed}), epochs)
        if name in found(snapshot):
            yield seed, snapshot


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.name)
def test_the_fix_reaches_the_goal_of_its_rule_on_nine_of_ten_seeds(rule) -> None:
    """The run goes on for five epochs or as long again, with the fix and without it.

    If the fix is a longer plan, the run goes on to the end of this plan, and the run without the fix is as short as it was.
    """
    epochs, settings = shown(rule.name)
    more, good = max(5, epochs), 0
    seeds = list(islice(showing(rule.name), SEEDS))
    assert len(seeds) == SEEDS, f"only {len(seeds)} seeds show it"
    report = []
    for seed, snapshot in seeds:
        fix = found(snapshot)[rule.name].fix
        plan = fix.settings.get("epochs")
        until = plan or (more if fix.start_over else epochs + more)
        without = session(**settings | {"seed": seed})
        before = rule.goal.value(train(without, epochs if plan else until).record)
        network, training = fix.configs(snapshot)
        if fix.start_over:
            run = Session(settings.get("data", DIGITS), network, training, preset="fixed")
        else:
            run = session(**settings | {"seed": seed})
            train(run, epochs)
            if fix.back_to is not None:
                run.seek(fix.back_to)
            run.change(training)
        fixed = train(run, until)
        after, left = rule.goal.value(fixed.record), list(found(fixed))
        reached = rule.goal.reached(before, after)
        good += reached and not left
        report.append((seed, before, after, left))
    assert good >= NEEDED, (rule.goal, report)


HEALTHY: list[tuple[str, dict[str, Any]]] = [
    *((preset, {}) for preset in preset_names()),
    *(("quick-start", {"hidden_sizes": sizes}) for sizes in ((), (32,), (300,))),
    *(("quick-start", {"hidden_sizes": sizes, "learning_rate": 0.02}) for sizes in ((64, 32), (128, 64, 32))),
    *(("quick-start", {"activation": name, "weight_init": "xavier_normal"}) for name in ("tanh", "sigmoid")),
    *(("quick-start", {"activation": name}) for name in ("leaky_relu", "elu")),
    ("quick-start", {"activation": "gelu", "learning_rate": 0.03}),
    *(("quick-start", {"optimizer": name, "learning_rate": 0.001}) for name in ("adam", "adamw", "rmsprop")),
    *(("quick-start", {"optimizer": "sgd", "learning_rate": value}) for value in (0.1, 0.2)),
    *(("quick-start", {"batch_size": size, "learning_rate": 0.03}) for size in (16, 32, 128)),
    ("quick-start", {"optimizer": "nesterov", "learning_rate": 0.03}),
    ("quick-start", {"dropout": 0.2, "learning_rate": 0.05}),
    ("quick-start", {"l2": 0.0001}),
    ("quick-start", {"label_smoothing": 0.1}),
    ("quick-start", {"noise": "shift"}),
    ("quick-start", {"schedule": "cosine"}),
    ("quick-start", {"clip_norm": 1.0}),
    ("quick-start", {"keep_best": True, "patience": 3}),
]  # fmt: skip
"""Runs that learn well: a preset, and the settings that differ."""


def test_there_are_thirty_healthy_runs() -> None:
    assert len(HEALTHY) >= 30
    assert set(preset_names()) <= {preset for preset, _ in HEALTHY}


@pytest.mark.parametrize(("preset", "settings"), HEALTHY, ids=str)
def test_a_healthy_run_gets_no_hint_at_any_epoch(preset: str, settings: dict[str, Any]) -> None:
    run = session(preset=preset, **settings)
    plan = min(10, load_preset(preset).training.epochs)
    for epoch in range(1, plan + 1):
        snapshot = train(run, epoch)
        assert hints(snapshot) == (), f"after epoch {epoch}"


def test_a_long_quick_start_overfits_and_the_hint_says_so() -> None:
    """After 40 epochs, every training example is classified correctly and the validation loss has risen by a tenth and more."""
    snapshot = train(session(), 40)
    assert snapshot.record.train_accuracy > 0.999
    assert [hint.name for hint in hints(snapshot)] == ["overfitting"]
