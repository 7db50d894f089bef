"""Rescue files: held while their app lives, found once it has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_nn.session.file.rescue import (
    FoundRescue,
    RescueFile,
    delete_rescue,
    found_rescue_paths,
    new_rescue_path,
    rescue_folder,
)


def written(content: str = "a run") -> RescueFile:
    file = RescueFile(new_rescue_path())
    file.path.write_text(content)
    return file


def test_a_file_is_found_only_when_nobody_holds_it() -> None:
    file = written()
    other = RescueFile(file.path)  # The engine's process holds it as well.
    assert found_rescue_paths() == []
    file.release()
    assert found_rescue_paths() == []
    other.release()
    assert found_rescue_paths() == [file.path]


def test_nothing_is_left_of_a_file_that_was_not_needed() -> None:
    file = RescueFile(new_rescue_path())
    file.release()
    assert list(rescue_folder().iterdir()) == []
    file = written()
    file.remove()
    file.release()
    assert list(rescue_folder().iterdir()) == []


def test_the_newest_is_first() -> None:
    files = [written() for _ in range(3)]
    for file in files:
        file.release()
    assert found_rescue_paths() == [file.path for file in reversed(files)]


def test_only_one_process_gets_a_found_file() -> None:
    file = written()
    file.release()
    found = FoundRescue(file.path)
    with pytest.raises(BlockingIOError):
        FoundRescue(file.path)
    with pytest.raises(BlockingIOError):
        delete_rescue(file.path)
    mine = RescueFile(new_rescue_path())
    mine.take_over(found)
    assert mine.path.read_text() == "a run"
    assert found_rescue_paths() == []
    with pytest.raises(FileNotFoundError):
        FoundRescue(file.path)
    mine.release()
    assert found_rescue_paths() == [mine.path]


def test_a_deleted_file_leaves_nothing() -> None:
    file = written()
    file.release()
    delete_rescue(file.path)
    assert list(rescue_folder().iterdir()) == []


def test_a_start_removes_what_killed_apps_left_beside_their_files() -> None:
    file = written()
    (rescue_folder() / "20200101-000000-1.lock").touch()
    (rescue_folder() / ".20200101-000000-1.run.0123abcd.tui-nn.tmp").touch()
    assert found_rescue_paths() == []
    assert {path.stem for path in rescue_folder().iterdir()} == {file.path.stem}
    file.release()


def test_the_folder_can_be_read_by_its_owner_only() -> None:
    assert new_rescue_path().parent.stat().st_mode & 0o777 == 0o700


def test_there_is_nothing_to_find_where_no_app_has_run(tmp_path: Path) -> None:
    assert found_rescue_paths() == []
    assert not rescue_folder().exists()
