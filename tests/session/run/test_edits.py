"""Weights, biases and units that are changed by hand in the middle of a run, and what a replay makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tui_nn.session.file.runs as runs_module
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit, EditError, Edits, edited
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.bundled import load_bundled
from tui_nn.session.file.runs import RunFileError, load_run, save_run
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(150), test=BUNDLED.test.first(60))
NETWORK = NetworkConfig(hidden_sizes=(6,))
TRAINING = TrainingConfig(optimizer="momentum", batch_size=40, learning_rate=0.05)
TINY = 200_000
"""Bytes that hold about five checkpoints: most places are replayed."""
EDITS = (Edit(OFF, 0, 2), Edit(BIAS, 1, 7, value=0.5), Edit(WEIGHT, 0, 3, 300, -1.0))


def make() -> Session:
    return Session(DIGITS, NETWORK, TRAINING, timeline_bytes=TINY)


def bits(snapshot: Snapshot) -> bytes:
    return b"".join(array.tobytes() for array in (snapshot.parameters.vector, *snapshot.moments))


def test_an_edit_is_done_and_noted_and_answers_at_once() -> None:
    session = make()
    *_, before = session.run(2)
    after = session.edit(EDITS)
    assert np.array_equal(after.parameters.vector, edited(before.parameters, EDITS).vector)
    assert np.array_equal(after.evaluation.outputs, evaluate(after.mlp, *_test()).outputs)
    (change,) = after.history.changes
    assert (change.epoch, change.batch, change.values, change.edits) == (3, 0, {}, EDITS)
    assert after.history.records == before.history.records
    assert after.status.state is State.READY


@pytest.mark.parametrize("batches", [0, 2])
def test_a_replay_repeats_it_at_the_same_place(batches: int) -> None:
    """Between two epochs and inside one; the epoch before is what it was."""
    session = make()
    then = [bits(session.snapshot())]
    for epoch in range(12):
        if epoch == 4:
            for _ in range(batches):
                session.step_batch()
            session.edit(EDITS)
            if not batches:
                # Where it was changed it is the changed network that is seen; the other is on the branch it left.
                before, then[4] = then[4], bits(session.snapshot())
        then.append(bits(session.step_epoch()))
    for epoch in (2, 12, 4, 5, 7, 0, 11):
        assert bits(session.seek(epoch)) == then[epoch]
    session.seek(3)
    assert [bits(snapshot) for snapshot in session.run(3)] == then[4:7]
    for _ in session.switch(0):
        pass
    if not batches:
        assert bits(session.snapshot()) == before != then[4]
    unedited = make()
    *_, other = unedited.run(5)
    assert bits(other) != then[5]


def test_a_run_file_keeps_it(tmp_path: Path) -> None:
    session = make()
    *_, _ = session.run(2)
    saved = session.edit(EDITS)
    save_run(tmp_path / "a.run", session.snapshot_to_save(), DIGITS)
    loaded = _load(tmp_path / "a.run")
    assert bits(loaded.snapshot()) == bits(saved)
    assert loaded.history.changes == session.history.changes
    assert bits(loaded.step_epoch()) == bits(session.step_epoch())
    assert bits(loaded.seek(1)) == bits(session.seek(1))
    assert bits(loaded.seek(3)) == bits(session.seek(3))


def test_whoever_looks_back_and_saves_meets_it_again(tmp_path: Path) -> None:
    """What is shown there is from before the edit, and training on from it must not leave the edit out."""
    session = make()
    *_, _ = session.run(2)
    session.edit(EDITS)
    edited_later = bits(session.step_epoch())
    session.seek(2)
    save_run(tmp_path / "a.run", session.snapshot_to_save(), DIGITS)
    assert bits(_load(tmp_path / "a.run").step_epoch()) == edited_later


def test_an_edit_in_the_past_begins_a_branch() -> None:
    session = make()
    then = [bits(snapshot) for snapshot in session.run(4)]
    session.seek(2)
    here = session.edit(EDITS)
    assert len(here.branches) == 2
    assert here.branches[1].by_hand == EDITS
    assert here.newest_epoch == 2
    branched = bits(session.step_epoch())
    assert branched != then[2]
    for _ in session.switch(0):
        pass
    assert bits(session.seek(4)) == then[3]
    for _ in session.switch(1):
        pass
    assert bits(session.snapshot()) == branched


@pytest.mark.parametrize("batches", [0, 2])
def test_the_best_can_be_gone_back_to_with_its_numbers(batches: int) -> None:
    """Of the epoch that was changed by hand only the changed network is left here; inside the next, it is there as it was."""
    session = make()
    *_, before = session.run(3)
    assert before.history.best is before.record
    for _ in range(batches):
        session.step_batch()
    session.edit((Edit(OFF, 0, 2), Edit(BIAS, 1, 7, value=40.0)))
    session.step_epoch()
    best = session.history.best
    assert best is not None
    assert best.epoch == (3 if batches else 2)
    assert session.best is best
    session.change(replace(session.training, keep_best=True))
    for _ in session.keep_best():
        pass
    assert session.epoch == best.epoch
    assert session.snapshot().evaluation.loss == best.test_loss
    assert session.branches[0].history.best is before.record, "where the branch was left it still counts"


def test_a_run_that_breaks_after_it_goes_back_to_it() -> None:
    """And the update that failed is found again."""
    session = make()
    *_, _ = session.run(2)
    broken = (Edit(BIAS, 0, 1, value=1e38), Edit(WEIGHT, 1, 3, 1, 1e38))
    kept = bits(session.edit(broken))
    after = session.step_epoch()
    assert after.status.state is State.DIVERGED
    assert bits(after) == kept
    for _ in session.train_act():
        pass
    assert session.update is not None
    assert session.update.failure is not None


@pytest.mark.parametrize("edits", [(Edit(BIAS, 0, 6, value=1.0),), (EDITS[0], Edit(OFF, 1, 2))])
def test_what_cannot_be_done_changes_nothing(edits: Edits) -> None:
    session = make()
    before = session.snapshot()
    with pytest.raises(EditError, match=r"no unit 6|cannot be switched off"):
        session.edit(edits)
    assert bits(session.snapshot()) == bits(before)
    assert session.edit(()).history.changes == ()


@pytest.mark.parametrize("fields", [{"unit": 6}, {"kind": "prune"}, {"value": "1"}, {"layer": -1}])
def test_a_file_with_an_edit_that_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]
) -> None:
    session = make()
    session.edit(EDITS)
    write = runs_module.write_archive

    def damaged(path: Any, header: dict[str, Any], vectors: Any, **more: Any) -> None:
        header["changes"][0]["edits"] = [header["changes"][0]["edits"][0] | fields]
        write(path, header, vectors, **more)

    monkeypatch.setattr(runs_module, "write_archive", damaged)
    save_run(tmp_path / "a.run", session.snapshot_to_save(), DIGITS)
    with pytest.raises(RunFileError):
        _load(tmp_path / "a.run")


def test_the_last_update_is_what_it_added() -> None:
    """Unknown before the first, and where no update led."""
    session = make()
    assert session.snapshot().last_update is None
    before, after = session.step_batch(), session.step_batch()
    assert after.last_update is not None
    np.testing.assert_allclose(after.last_update, after.parameters.vector - before.parameters.vector, atol=1e-7)
    *_, _ = session.run(2)
    assert session.seek(0).last_update is None


def _test() -> tuple[np.ndarray, np.ndarray]:
    return DIGITS.test.images, DIGITS.test.labels


def _load(path: Path) -> Session:
    """The run, on these few digits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_module, "load_dataset", lambda *_: DIGITS)
        return load_run(path)


def test_a_file_keeps_the_branches_of_edits(tmp_path: Path) -> None:
    session = make()
    *_, _ = session.run(3)
    session.seek(1)
    session.edit(EDITS)
    branched = bits(session.step_epoch())
    for _ in session.switch(0):
        pass
    save_run(tmp_path / "a.run", session.snapshot_to_save(), DIGITS)
    loaded = _load(tmp_path / "a.run")
    for _ in loaded.switch(1):
        pass
    assert bits(loaded.snapshot()) == branched
