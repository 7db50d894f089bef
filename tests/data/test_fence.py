"""Inside a fence, no function that takes the name of a file from a person reads or writes outside one folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.atomic import replace_file
from tui_nn.data.dataset import DataError
from tui_nn.data.fence import FENCE, READABLE, outside, unreadable
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.archive import RunFileError, check_target
from tui_nn.session.file.runs import load_run, save_run
from tui_nn.session.run.session import Session

OUTSIDE = [
    "../a.run",
    "/tmp/../etc/passwd",
    "{parent}/a.run",
    "{parent}/inside-too/a.run",
    "link/a.run",
    "~/../a.run",
    ".",
]


@pytest.fixture
def fence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the working directory and the only one to use, with a link that leads out of it."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "inside-too").mkdir()
    (folder / "link").symlink_to(tmp_path)
    monkeypatch.setenv(FENCE, str(folder))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    return folder


def test_without_a_fence_every_file_may_be_used() -> None:
    assert outside("/etc/passwd") == ""


@pytest.mark.parametrize("path", OUTSIDE[:-1])
def test_paths_that_lead_outside_are_found(fence: Path, path: str) -> None:
    assert "outside the folder of this session" in outside(path.format(parent=fence.parent))


@pytest.mark.parametrize("path", ["a.run", "./a.run", "../inside/a.run", "~/a.run"])
def test_paths_inside_may_be_used(fence: Path, path: str) -> None:
    assert outside(path) == ""


def test_no_door_leads_outside(fence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving and opening a run, checking a target, loading data, and the function that writes every file."""
    monkeypatch.delenv(FENCE)
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(4,)), TrainingConfig(train_limit=100))
    snapshot = session.snapshot()
    there, data = fence.parent / "a.run", fence.parent / "data.npz"
    save_run(there, snapshot, session.dataset)
    digits = session.dataset.test
    images = digits.images[:20].reshape(-1, 28, 28)
    np.savez(data, x_train=images, y_train=digits.labels[:20], x_test=images, y_test=digits.labels[:20])
    monkeypatch.setenv(FENCE, str(fence))
    before = there.read_bytes()
    for path in ("../a.run", str(there), "link/a.run"):
        with pytest.raises(RunFileError, match="outside the folder"):
            save_run(path, snapshot, session.dataset)
        with pytest.raises(RunFileError, match="outside the folder"):
            check_target(path)
        with pytest.raises(RunFileError, match="outside the folder"):
            load_run(path)
        with pytest.raises(PermissionError):
            replace_file(Path(path), lambda file: file.write(b"x"))
    with pytest.raises(DataError, match="outside the folder"):
        load_dataset("../data.npz")
    assert there.read_bytes() == before
    assert sorted(file.name for file in fence.parent.iterdir()) == ["a.run", "data.npz", "inside", "inside-too"]
    save_run("a.run", snapshot, session.dataset)
    assert load_run("a.run").place == (0, 0)


def test_the_data_of_the_session_may_be_read(fence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READABLE, str(fence.parent / "data.npz"))
    assert unreadable("../data.npz") == ""
    assert unreadable("../other.npz") != ""
    assert outside("../data.npz") != ""
