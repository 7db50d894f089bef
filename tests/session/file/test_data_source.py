"""A run finds its data from any folder, whatever bytes its path has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import load_run, read_run, save_run
from tui_nn.session.run.session import Session

SMALL = NetworkConfig(hidden_sizes=(3,)), TrainingConfig(batch_size=10, epochs=1)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    digits = load_dataset().train
    images, labels = digits.images[:20].reshape(-1, 28, 28), digits.labels[:20]
    path = tmp_path_factory.mktemp("pictures") / "data.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return path


def save(path: Path, source: str) -> None:
    session = Session(load_dataset(source), *SMALL)
    save_run(path, session.snapshot(), session.dataset)


def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_data_given_by_a_relative_path_are_found_from_another_folder(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(pictures, tmp_path / "data.npz")
    monkeypatch.chdir(tmp_path)
    save(Path("a.run"), "data.npz")
    assert read_run("a.run").data.source == str(tmp_path / "data.npz")
    elsewhere(tmp_path, monkeypatch)
    assert len(load_run(tmp_path / "a.run").dataset.train) == 20


def test_a_folder_with_data_and_runs_can_be_moved(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    shutil.copy(pictures, before)
    save(before / "a.run", str(before / "data.npz"))
    before.rename(after)
    assert load_run(after / "a.run").dataset.source == str(after / "data.npz")
    # Other data of the same name are not taken.
    np.savez(after / "data.npz", **{**np.load(pictures), "y_test": np.zeros(20, np.uint8)})
    with pytest.raises(DataError, match="there is no such file"):
        load_run(after / "a.run")


def test_an_older_file_with_a_relative_path_is_opened_from_anywhere(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its data are looked for in the present folder, and from the folder of the run."""
    monkeypatch.setattr("tui_nn.data.formats.reading._whole", lambda path: path)
    (tmp_path / "sets").mkdir()
    shutil.copy(pictures, tmp_path / "sets")
    monkeypatch.chdir(tmp_path)
    save(Path("a.run"), "sets/data.npz")
    assert read_run("a.run").data.source == "sets/data.npz"
    elsewhere(tmp_path, monkeypatch)
    assert len(load_run(tmp_path / "a.run").dataset.train) == 20


@settings(max_examples=40, deadline=None)
@given(name=st.binary(min_size=1, max_size=40).filter(lambda name: not {b"/", b"\0"} & {bytes([b]) for b in name}))
def test_data_under_any_name_can_be_trained_on_saved_and_opened(pictures: Path, name: bytes) -> None:
    directory = pictures.parent / "names"
    directory.mkdir(exist_ok=True)
    path = os.path.join(os.fsencode(directory), name + b".npz")
    shutil.copy(pictures, path)
    try:
        save(directory / "a.run", os.fsdecode(path))
        assert len(load_run(directory / "a.run").dataset.train) == 20
    finally:
        os.unlink(path)


def test_a_folder_that_is_gone_does_not_hide_the_data(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert len(load_dataset(pictures).train) == 20
