import os
import threading

import pytest

from tui_nn.core.fast import workers
from tui_nn.core.fast.workers import MOST, VARIABLE, ask_for_workers, side_by_side, worker_count


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, "")
    worker_count.cache_clear()
    yield
    worker_count.cache_clear()


def test_there_are_as_many_workers_as_cores_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((1, 1), (2, 2), (64, MOST)):
        monkeypatch.setattr(workers, "_cores", lambda cores=cores: cores)
        worker_count.cache_clear()
        assert worker_count() == expected


@pytest.mark.parametrize(("asked", "expected"), [("1", 1), ("3", 3), ("99", MOST), ("0", 5), ("many", 5)])
def test_the_person_may_ask_for_a_number(asked: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 5)
    monkeypatch.setenv(VARIABLE, asked)
    assert worker_count() == expected


def test_the_requested_number_of_workers_also_holds_in_child_processes() -> None:
    worker_count()
    ask_for_workers(3)
    assert worker_count() == 3
    assert os.environ[VARIABLE] == "3"


def test_tasks_are_done_at_once() -> None:
    # Each waits for all the others.
    meeting = threading.Barrier(3, timeout=20)
    side_by_side([meeting.wait] * 3)


def test_the_first_exception_in_order_is_raised_after_all_tasks() -> None:
    done = []

    def fail(name: str) -> None:
        done.append(name)
        raise ValueError(name)

    with pytest.raises(ValueError, match="second"):
        side_by_side([lambda: done.append("first"), lambda: fail("second"), lambda: fail("third")])
    assert sorted(done) == ["first", "second", "third"]
    side_by_side([lambda: done.append("on we go")] * 2)
    assert done.count("on we go") == 2
