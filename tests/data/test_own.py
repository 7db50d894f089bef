"""Your own digits: they are stored, checked when they are read, and added to the data on request."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from data_files import OTHER

from tui_nn.data import locks
from tui_nn.data import own as own_module
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.data.locks import hold
from tui_nn.data.own import PLACE, add_own, drop_last_of, own_path, parted, read_own, with_own


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PLACE, str(tmp_path / "new" / "place"))
    return own_path()


def drop_last() -> None:
    """Remove the digit that was added last."""
    own = read_own()
    assert own is not None
    assert drop_last_of(own) is True


def picture(value: int) -> np.ndarray:
    return np.full(784, value, np.uint8)


def test_they_are_kept_in_the_order_they_came() -> None:
    assert read_own() is None
    assert [add_own(picture(value), label) for value, label in ((10, 3), (20, 0), (30, 9))] == [1, 2, 3]
    own = read_own()
    assert own is not None
    assert own.images[:, 0].tolist() == [10, 20, 30]
    assert own.labels.tolist() == [3, 0, 9]


def test_own_digits_come_first_in_the_data_and_in_its_name() -> None:
    add_own(picture(10), 3)
    add_own(picture(20), 4)
    plain, both = load_dataset(), load_dataset("bundled+own")
    assert (both.name, both.source) == ("bundled digits + 2 own", "bundled+own:2")
    assert both.train.labels[:2].tolist() == [3, 4]
    assert (both.train.images[2:] == plain.train.images).all()
    assert (both.test.images == plain.test.images).all()
    assert both.digest != plain.digest


def test_the_first_of_them_stay_the_same_when_there_are_more() -> None:
    add_own(picture(10), 3)
    before = load_dataset("bundled+own")
    add_own(picture(20), 4)
    assert load_dataset(before.source).digest == before.digest
    assert load_dataset("bundled+own").source == "bundled+own:2"


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(DataError, match=r"there are none in .*; draw more digits first"):
        load_dataset("bundled+own")
    add_own(picture(10), 3)
    with pytest.raises(DataError, match="the run needs 2 digits of your own, but there are only 1"):
        load_dataset("bundled+own:2")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (None, (None, None)),
        ("bundled", ("bundled", None)),
        ("+own", (None, 0)),
        ("a/b+own:12", ("a/b", 12)),
        ("a+owner.npz", ("a+owner.npz", None)),
        ("a+own+own:2", ("a+own", 2)),
    ],
)
def test_a_source_is_parted(source: str | None, parts: tuple[str | None, int | None]) -> None:
    assert parted(source) == parts


def test_with_own_adds_the_own_digits_only_once() -> None:
    assert with_own(None) == "bundled+own"
    assert with_own("m.npz+own:3") == "m.npz+own"


def test_a_file_that_is_something_else_is_not_believed_and_not_replaced() -> None:
    own_path().parent.mkdir(parents=True)
    own_path().write_bytes(b"not an archive")
    for act in (read_own, lambda: add_own(picture(1), 1)):
        with pytest.raises(DataError, match=r"Your own digits in .* cannot be used: the file is not an \.npz file"):
            act()
    assert own_path().read_bytes() == b"not an archive"
    np.savez(own_path(), x=np.zeros((1, 28, 28), np.uint8), y=np.array([12], np.uint8))
    with pytest.raises(DataError, match="label is 12"):
        read_own()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a directory that cannot be written")
def test_an_own_digit_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataError, match="your own digits could not be written"):
        add_own(picture(1), 1)
    tmp_path.chmod(0o700)


def test_a_save_that_fails_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    add_own(picture(10), 3)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"your own digits could not be written to .*: no space left"):
        add_own(picture(20), 4)
    own = read_own()
    assert own is not None
    assert own.labels.tolist() == [3]
    assert os.listdir(own_path().parent) == ["own-digits.npz"]


def test_the_last_one_can_be_dropped_and_what_was_trained_on_it_is_known_to_be_other_data() -> None:
    add_own(picture(10), 3)
    add_own(picture(20), 4)
    both = load_dataset("bundled+own")
    drop_last()
    own = read_own()
    assert own is not None
    assert own.labels.tolist() == [3]
    add_own(picture(30), 4)
    assert load_dataset(both.source).digest != both.digest
    drop_last()
    drop_last()
    assert read_own() is None


def test_own_digits_are_added_only_to_data_of_such_digits(tmp_path: Path) -> None:
    add_own(np.zeros(784, np.uint8), 3)
    for name in ("clothes", "load_digits"):
        with pytest.raises(DataError, match="Your own digits have 28 x 28 pixels, but"):
            load_dataset(with_own(str(OTHER[name][0](tmp_path / name))))
    few = load_dataset(with_own(str(OTHER["classes_2"][0](tmp_path / "few"))))
    assert few.train.labels[0] == 3


SLOW = """
import sys
import numpy as np
from tui_nn.data import own

read = own.read_own

def slowly():
    there = read()
    print("read", flush=True)
    sys.stdin.readline()
    return there

own.read_own = slowly
own.add_own(np.full(784, 50, np.uint8), 5)
"""


def test_a_digit_that_two_apps_save_at_once_is_lost_by_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    """One app has read the file and not written it yet. The other one waits until it has."""
    add_own(picture(10), 3)
    going_on = Event()

    def waits(seconds: float) -> None:
        going_on.set()
        time.sleep(seconds)

    monkeypatch.setattr(locks, "sleep", waits)
    command = [sys.executable, "-c", SLOW]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
        ThreadPoolExecutor() as threads,
    ):
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "read\n"
        adding = threads.submit(add_own, picture(20), 4)
        adding.add_done_callback(lambda _: going_on.set())
        assert going_on.wait(60)
        other.stdin.write("\n")
        other.stdin.close()
        assert other.wait(60) == 0
        assert adding.result() == 3
    own = read_own()
    assert own is not None
    assert own.labels.tolist() == [3, 5, 4]
    assert os.listdir(own_path().parent) == ["own-digits.npz"]


def test_a_file_that_another_app_never_lets_go_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    add_own(picture(10), 3)
    monkeypatch.setattr(own_module, "PATIENCE", 0)
    with hold(own_path().with_suffix(".lock")):
        for change in (lambda: add_own(picture(20), 4), drop_last):
            with pytest.raises(DataError, match="another copy of the app is changing your own digits; try again"):
                change()
    assert add_own(picture(20), 4) == 2


def test_a_digit_that_another_app_saved_is_not_removed_instead() -> None:
    add_own(picture(10), 3)
    seen = read_own()
    assert seen is not None
    add_own(picture(20), 4)
    assert drop_last_of(seen) is False
    drop_last()
    assert drop_last_of(seen) is True
    assert drop_last_of(seen) is False, "there is none"
    add_own(picture(11), 3)
    assert drop_last_of(seen) is False, "as many, but another one"
    own = read_own()
    assert own is not None
    assert own.images[0, 0] == 11
