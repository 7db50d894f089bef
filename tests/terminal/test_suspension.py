"""ctrl+z and fg in a real shell: training waits meanwhile, nothing is left behind, and everything answers afterwards."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from real_app import long_run
from terminal import TUI_NN, Terminal
from waiting import PATIENCE, wait_for_end

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="this needs a shell with job control")

SHELL = [
    TUI_NN[0],
    "-c",
    "import fcntl, os, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp('bash', ['bash', '--norc', '-b', '-i'])",
]
"""An interactive shell whose controlling terminal is that of the test. It reports at once (-b) when a job stops."""


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """A shell in which the app trains for hours."""
    run = long_run(tmp_path)
    terminal = Terminal(SHELL, cwd=tmp_path, env={"PS1": "ready> ", "RUN": str(run), "APP": TUI_NN[0]})
    try:
        terminal.wait("ready> ", PATIENCE)
        terminal.type('"$APP" -m tui_nn --run "$RUN"\r')
        terminal.wait("epoch +2 ", PATIENCE)
        terminal.type("r")
        terminal.wait("running", PATIENCE)
        yield terminal
    finally:
        for pid in (*descendants(terminal.process.pid), terminal.process.pid):
            # A command of the shell, such as tr, may just have ended by itself.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        terminal.kill()


def descendants(pid: int) -> list[int]:
    """The processes that have come from `pid`, the app first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop(0)
        with suppress(FileNotFoundError, ProcessLookupError):  # It may just have ended.
            children = [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
            found += children
            waiting += children
    return found


def used(pid: int) -> int:
    """The ticks of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def suspend(shell: Terminal, way: str) -> list[int]:
    """Suspend the app, and return its processes."""
    processes = descendants(shell.process.pid)
    shell.forget()
    if way == "ctrl+z":
        shell.type("\x1a")
    else:
        os.kill(processes[0], signal.SIGTSTP)
    shell.wait("Stopped", PATIENCE)
    assert b"\x1b[?1049l" in shell.raw
    return processes


@pytest.mark.parametrize("way", ["ctrl+z", pytest.param("kill -TSTP", marks=pytest.mark.slow)])
def test_training_waits_while_the_app_is_suspended(shell: Terminal, way: str) -> None:
    processes = suspend(shell, way)
    shell.listen(0.2)  # What is under way may be finished.
    before = [used(pid) for pid in processes]
    shell.listen(0.5)
    assert [used(pid) for pid in processes] == before
    shell.forget()
    shell.type('fg; echo "code $?"\r')
    for part in ("running", "Configure", "Mistakes", "epoch"):
        shell.wait(part, PATIENCE)
    shell.forget()
    shell.type("r")
    shell.wait("paused|ready", PATIENCE)
    shell.type("?")
    shell.wait("esc", PATIENCE)
    shell.type("\x1b\x11\x11")
    shell.wait("code 0", PATIENCE)
    for pid in processes:
        wait_for_end(pid)


def test_what_is_killed_while_it_is_suspended_leaves_nothing_behind(shell: Terminal) -> None:
    processes = suspend(shell, "ctrl+z")
    shell.forget()
    os.kill(processes[0], signal.SIGKILL)
    for pid in processes:
        wait_for_end(pid)
    shell.type("echo answers | tr a-z A-Z\r")
    shell.wait("ANSWERS", PATIENCE)
    assert b"\x1b[?1049l" not in shell.raw, "the terminal belongs to the shell, so the engine writes nothing"


def test_the_shell_answers_after_a_fault_that_the_app_cannot_catch(shell: Terminal) -> None:
    processes = descendants(shell.process.pid)
    shell.forget()
    os.kill(processes[0], signal.SIGSEGV)
    for pid in processes:
        wait_for_end(pid)
    shell.type("echo answers | tr a-z A-Z\r")
    shell.wait("ANSWERS", PATIENCE)
    assert b"\x1b[?1049l" in shell.raw


def test_bg_stops_it_again_and_fg_brings_it_back(shell: Terminal) -> None:
    suspend(shell, "ctrl+z")
    shell.forget()
    shell.type("bg\r")
    shell.wait("Stopped", PATIENCE)
    shell.type('fg; echo "code $?"\r')
    shell.wait("Mistakes", PATIENCE)
    shell.type("\x11\x11")
    shell.wait("code 0", PATIENCE)
    assert not re.search("Traceback", shell.text)
