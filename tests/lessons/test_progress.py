"""The progress file: it keeps the place of each lesson, and a damaged file is a sentence and a new beginning."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_text import GOOD

from tui_nn.data import locks
from tui_nn.lessons import progress as progress_module
from tui_nn.lessons.data import dataset_of
from tui_nn.lessons.headless import HeadlessEngine
from tui_nn.lessons.library import load_lesson
from tui_nn.lessons.play import Play
from tui_nn.lessons.progress import Place, Progress, change_progress, load_progress, progress_file
from tui_nn.lessons.reading import read_lesson

SMALL = read_lesson("small", GOOD)
TEST = dataset_of(SMALL.setup).test


def test_the_place_and_the_predictions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lessons.json"
    play = Play(SMALL).next().predict("b").next()
    assert change_progress(lambda known: known.with_play(play, TEST), path)[1] == ""
    progress, error = load_progress(path)
    assert error == ""
    assert progress.of(SMALL) == Place(2, False, {1: "b"})
    again = progress.play(SMALL)
    assert (again.number, again.predictions) == (2, {1: "b"})


def test_a_lesson_that_was_done_once_stays_done() -> None:
    progress = Progress().with_play(Play(SMALL, 5), TEST).with_play(Play(SMALL, 1), TEST)
    assert (progress.of(SMALL).step, progress.of(SMALL).done) == (1, True)
    assert progress.without("small").of(SMALL) == Place()


def test_a_challenge_is_done_when_its_network_is_repaired_and_not_when_it_was_given_up() -> None:
    challenge = load_lesson("stuck-at-ten-percent")
    engine, test = HeadlessEngine(challenge.setup), dataset_of(challenge.setup).test
    play = Play(challenge).saw(engine.snapshot).go(len(challenge.steps) - 1)
    given_up = Progress().with_play(play, test)
    assert (given_up.of(challenge).step, given_up.of(challenge).done) == (len(challenge.steps) - 1, False)
    for command in challenge.repairs[0].commands:
        play = play.saw(engine.do(command))
    repaired = given_up.with_play(play, test)
    assert repaired.of(challenge).done
    assert repaired.with_play(Play(challenge), test).of(challenge).done, "once done, it stays done"


def test_a_place_that_the_lesson_no_longer_has_is_moved_into_it() -> None:
    progress = Progress({"small": Place(40, False, {0: "a", 1: "d", 99: "a"}, 7)})
    assert progress.of(SMALL) == Place(5, False, {}, 7)
    assert progress.play(SMALL).hints_shown == 0


def test_the_file_is_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUI_NN_STATE_DIR", str(tmp_path))
    assert progress_file() == tmp_path / "lessons.json"
    assert load_progress() == (Progress(), "")
    assert change_progress(lambda known: known.with_play(Play(SMALL, 3), TEST))[1] == ""
    assert change_progress(lambda _: Progress()) == (Progress(), "")
    assert load_progress() == (Progress(), "")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"3", b'{"format_version": 2, "lessons": {}}', b'{"format_version": 1}', b"\xff", b"[" * 100_000,
        b'{"format_version": 1, "lessons": {"a": {"step": -1, "done": false, "predictions": {}, "hints": 0}}}',
        b'{"format_version": 1, "lessons": {"a": {"step": true, "done": false, "predictions": {}, "hints": 0}}}',
        b'{"format_version": 1, "lessons": {"a": {"step": 1, "done": 1, "predictions": {}, "hints": 0}}}',
        b'{"format_version": 1, "lessons": {"a": {"step": 1, "done": true, "predictions": {"x": "a"}, "hints": 0}}}',
        b" " * 1_000_001,
    ],
)  # fmt: skip
def test_a_damaged_file_is_a_sentence_and_a_new_beginning(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lessons.json"
    path.write_bytes(content)
    progress, error = load_progress(path)
    assert progress == Progress()
    assert (
        error
        == f"the progress of the lessons cannot be read from '{path}': the file is damaged; all lessons begin again"
    )
    assert path.read_bytes() == content


def with_place(name: str, step: int) -> Callable[[Progress], Progress]:
    return lambda known: Progress({**known.places, name: Place(step)})


def test_the_progress_that_two_apps_save_at_once_is_lost_by_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One app has read the file and not written it yet. The other one waits until it has."""
    path, going_on = tmp_path / "lessons.json", Event()
    change_progress(with_place("old", 1), path)
    monkeypatch.setattr(locks, "sleep", lambda _: going_on.set())
    monkeypatch.setattr(progress_module, "PATIENCE", 60.0)
    with ThreadPoolExecutor() as threads:
        others = []

        def meanwhile(known: Progress) -> Progress:
            others.append(threads.submit(change_progress, with_place("b", 3), path))
            others[0].add_done_callback(lambda _: going_on.set())
            assert going_on.wait(60)
            return with_place("a", 2)(known)

        assert change_progress(meanwhile, path)[1] == ""
        both = Progress({"old": Place(1), "a": Place(2), "b": Place(3)})
        assert others[0].result() == (both, "")
    assert load_progress(path) == (both, "")
    assert [file.name for file in tmp_path.iterdir()] == ["lessons.json"]


def test_a_file_that_another_app_never_lets_go_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lessons.json"
    change_progress(with_place("old", 1), path)
    monkeypatch.setattr(progress_module, "PATIENCE", 0.0)
    with locks.hold(path.with_suffix(".lock")):
        progress, error = change_progress(with_place("a", 2), path)
    assert progress == Progress({"old": Place(1), "a": Place(2)})
    assert error == f"the progress of the lessons cannot be saved to '{path}': another app has locked it"
    assert load_progress(path)[0] == Progress({"old": Place(1)})


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_change_of_a_value_is_read_or_is_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("progress") / "lessons.json"
    values = {"step": 1, "done": False, "predictions": {"1": "a"}, "hints": 0}
    key = data.draw(st.sampled_from(sorted(values)))
    values[key] = data.draw(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3))
    path.write_text(json.dumps({"format_version": 1, "lessons": {"small": values}}))
    progress, error = load_progress(path)
    assert error == "" or "the file is damaged" in error
    assert 0 <= progress.play(SMALL).number <= 5


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _, error = change_progress(lambda known: known, tmp_path / "file" / "lessons.json")
    assert error.startswith(f"the progress of the lessons cannot be saved to '{tmp_path}/file/lessons.json': ")
