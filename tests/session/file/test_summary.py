"""The summary of a run reads what a list shows, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.archive import RunFileError
from tui_nn.session.file.runs import save_run
from tui_nn.session.file.summary import summarize
from tui_nn.session.run.session import Session


def test_a_summary_is_of_the_saved_place(tmp_path: Path) -> None:
    session = Session(
        load_dataset(), NetworkConfig(hidden_sizes=(6,)), TrainingConfig(train_limit=200), preset="quick-start"
    )
    for _ in session.run(3):
        pass
    session.seek(2)
    save_run(tmp_path / "a.run", session.snapshot(), session.dataset)
    summary = summarize(tmp_path / "a.run")
    assert (summary.path, summary.preset, summary.sizes, summary.epoch) == (
        str(tmp_path / "a.run"), "quick-start", (784, 6, 10), 2,
    )  # fmt: skip
    assert summary.test_accuracy == session.history.records[2].test_accuracy
    assert summary.written.timestamp() == pytest.approx((tmp_path / "a.run").stat().st_mtime)


def test_what_is_no_run_has_no_summary(tmp_path: Path) -> None:
    (tmp_path / "a.run").write_text("no run")
    for name in ("a.run", "missing.run"):
        with pytest.raises(RunFileError, match=name):
            summarize(tmp_path / name)
