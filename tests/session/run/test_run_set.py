"""A set of runs: one live, the others frozen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.run_set import MOST_RUNS, RunSet, RunSetError
from tui_nn.session.run.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    data = load_bundled()
    small = replace(data, train=data.train.first(40), test=data.test.first(20))
    return Session(small, NetworkConfig(hidden_sizes=(3,)), TrainingConfig())


def test_a_newer_snapshot_replaces_the_live_run_and_no_other(session: Session) -> None:
    before = session.snapshot()
    runs = RunSet.of(before).with_frozen("a.run", before)
    after = session.step_epoch()
    newer = runs.with_live(after)
    assert [run.snapshot for run in newer.runs] == [after, before]
    assert [run.live for run in newer.runs] == [True, False]
    assert runs.live.snapshot is before


def test_a_full_set_and_a_name_that_is_taken_are_refused(session: Session) -> None:
    runs = RunSet.of(session.snapshot())
    for number in range(MOST_RUNS - 1):
        runs = runs.with_frozen(f"{number}.run", session.snapshot())
        if number == 0:
            with pytest.raises(RunSetError, match=r"called 0\.run already"):
                runs.with_frozen("0.run", session.snapshot())
    with pytest.raises(RunSetError, match="at most 6"):
        runs.with_frozen("more.run", session.snapshot())
    assert [run.name for run in runs.without("1.run").frozen] == ["0.run", "2.run", "3.run", "4.run"]
