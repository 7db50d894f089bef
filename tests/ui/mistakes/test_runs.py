"""The runs view: the predictions of two runs beside each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import press, settle, snapshot, text

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.questions.two_runs import TwoRuns
from tui_nn.session.run.run_set import NamedRun
from tui_nn.session.run.session import Session
from tui_nn.ui.mistakes.runs import RunsView, TwoRunsPicture


@pytest.fixture(scope="module")
def two_runs() -> TwoRuns:
    """Return two short runs from different seeds."""
    data = load_bundled()
    small = replace(data, train=data.train.first(200), test=data.test.first(100))
    runs = []
    for seed, letter in enumerate("AB"):
        session = Session(small, NetworkConfig(hidden_sizes=(6,)), TrainingConfig(seed=seed))
        session.step_epoch()
        runs.append(NamedRun(letter, "run", session.summary(), small.test))
    found = TwoRuns.of(*runs)
    assert found is not None
    return found


async def test_two_runs_are_compared_by_their_own_pictures(open_app: Any) -> None:
    async with open_app((80, 24), hidden_sizes=(8,), train_limit=400) as pilot:
        await press(pilot, "4", "C")
        assert "There is only one run" in text(pilot)
        await press(pilot, "space", "N", "space", "space")
        await settle(pilot)
        seen = text(pilot)
        assert "A alone reads" in seen
        assert "predictions of B minus those of A" in seen
        picture = pilot.app.screen.query_one(TwoRunsPicture)
        pair = picture.pair
        assert pair is not None
        found = pair.alone(pair.second)
        assert f"B alone is right: 1 of {len(found)}" in seen
        await press(pilot, "right", "o")
        assert f"A alone is right: 1 of {len(pair.alone(pair.first))}" in text(pilot)
        example = picture.example
        await press(pilot, "enter")
        assert f"#{example}" in text(pilot)
        await press(pilot, "2", "C", "4", "C")
        assert pilot.app.screen.query_one(RunsView).has_focus
        assert snapshot(pilot).epoch == 2


def test_the_pictures_of_a_run_are_those_that_it_alone_reads(two_runs: TwoRuns) -> None:
    labels = two_runs.test.labels
    first, second = (run.summary.evaluation for run in (two_runs.first, two_runs.second))
    alone = two_runs.alone(two_runs.first)
    right = (first.predicted == labels) & (second.predicted != labels)
    assert sorted(alone.tolist()) == np.flatnonzero(right).tolist()
    assert (np.diff(second.losses[alone]) <= 0).all()
    assert len(alone) == two_runs.disagreement.first_only
    change = two_runs.difference.matrix
    assert change.sum() == 0
    assert np.trace(change) == two_runs.disagreement.second_only - two_runs.disagreement.first_only
