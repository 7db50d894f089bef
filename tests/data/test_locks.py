"""A lock ends with its process, and a temporary file without a lock is left over from a killed process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_nn.data.atomic import replace_file, sweep
from tui_nn.data.locks import hold

HOLDER = """
import sys
from pathlib import Path
from tui_nn.data.locks import hold
held = hold(Path(sys.argv[1]), shared=sys.argv[2:] == ["shared"])
print("held", flush=True)
sys.stdin.read()
"""

WRITER = """
import sys
from pathlib import Path
from tui_nn.data.atomic import replace_file

def write(file):
    file.write(b"half")
    file.flush()
    print("half", flush=True)
    sys.stdin.read()

replace_file(Path(sys.argv[1]), write)
"""


@pytest.fixture
def start() -> Iterator[object]:
    """Return a function that runs a script until it has printed a word."""
    started: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_a_lock_keeps_others_out_until_its_process_is_killed(start, tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    holder = start(HOLDER, path)
    with pytest.raises(BlockingIOError):
        hold(path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    hold(path).close()


def test_several_processes_share_a_lock_and_none_gets_it_alone(start, tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first, second = start(HOLDER, path, "shared"), start(HOLDER, path, "shared")
    for holder in (first, second):
        with pytest.raises(BlockingIOError):
            hold(path)
        holder.kill()
        holder.wait()
    hold(path).close()


def temporaries(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize("sweeper", ["the next save", "the next start"])
def test_a_temporary_file_is_removed_once_its_writer_is_dead(start, tmp_path: Path, sweeper: str) -> None:
    target = tmp_path / "a.run"
    writer = start(WRITER, target)

    def act() -> None:
        if sweeper == "the next save":
            replace_file(target, lambda file: file.write(b"whole"))
        else:
            sweep(tmp_path)

    act()
    assert len(temporaries(tmp_path)) == 1
    writer.kill()
    writer.wait()
    act()
    assert temporaries(tmp_path) == []


def test_a_slow_save_is_complete_after_another_process_has_swept(start, tmp_path: Path) -> None:
    target = tmp_path / "a.run"
    writer = start(WRITER, target)
    sweep(tmp_path)
    writer.communicate("")
    assert writer.returncode == 0
    assert target.read_bytes() == b"half"


def test_the_next_start_leaves_files_of_other_programs_alone(tmp_path: Path) -> None:
    for name in (".a.run.0123abcd.tmp", "a.tmp", ".a.tui-nn.tmp", "b.0123abcd.tui-nn.tmp"):
        (tmp_path / name).touch()
    (tmp_path / ".c.run.0123abcd.tui-nn.tmp").touch()
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
