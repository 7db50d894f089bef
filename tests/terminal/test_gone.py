"""The terminal goes away without a signal, as under some wrappers and in some containers: everything ends."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from real_app import OVERLAYS, Processes, begin_training, long_run, open_overlay, real_app
from waiting import PATIENCE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a matter of POSIX")

WITHIN = 2.0
"""The seconds in which everything must have ended, on a machine that does nothing else."""

HUNG_UP = 129
TIMES = 10


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_run(tmp_path_factory.mktemp("run"))


def check(run: Path, overlay: str, training: bool, seconds: float) -> None:
    """Close the terminal of a new app."""
    with real_app("--run", run, cwd=run.parent) as app:
        if training:
            begin_training(app)
        open_overlay(app, overlay)
        processes = Processes(app)
        app.hang_up()
        processes.end_within(seconds)
        assert app.process.returncode == HUNG_UP


@pytest.mark.parametrize(("overlay", "training"), [("no overlay", True), ("palette", False)])
def test_everything_ends_where_the_terminal_is_closed(run: Path, overlay: str, training: bool) -> None:
    check(run, overlay, training, PATIENCE)


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Other programs that want all of the processor."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("training", [False, True], ids=["idle", "training"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ten_times_in_every_state(run: Path, overlay: str, training: bool) -> None:
    for _ in range(TIMES):
        check(run, overlay, training, WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("training", [False, True], ids=["idle", "training"])
def test_ten_times_under_load(run: Path, training: bool) -> None:
    with load(os.cpu_count() or 1):
        for _ in range(TIMES):
            check(run, "no overlay", training, 2 * WITHIN)


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_one_of_two_terminals_is_closed(run: Path, stream: str) -> None:
    """The keys come from one terminal, the app draws on another, and one of them goes away."""
    master, slave = pty.openpty()
    try:
        with real_app("--run", run, cwd=run.parent, streams={"stdin": slave} if stream == "stdin" else {}) as app:
            os.close(slave)
            begin_training(app) if stream == "stdout" else None
            processes = Processes(app)
            if stream == "stdin":
                os.close(master)
                master = -1
            else:
                app.hang_up()
            processes.end_within(PATIENCE)
            assert app.process.returncode == HUNG_UP
    finally:
        if master >= 0:
            os.close(master)
