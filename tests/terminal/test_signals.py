"""Every signal that ends a program: the terminal is put back, the exit code is 128 + n, and nothing is left running."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from real_app import OVERLAYS, Processes, begin_training, long_run, open_overlay, real_app
from waiting import PATIENCE, TimeLimit, wait_for_end

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a matter of POSIX")

RESTORED = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l")
"""Leave the alternate screen, show the cursor, let go of the mouse."""

WITHIN = 2.0
"""The seconds in which everything must have ended, on a machine that does nothing else."""


def ending() -> list[int]:
    """The signals, of the real-time ones only the first and the last."""
    from tui_nn.engine.signals import ending_signals

    return [number for number in ending_signals() if not signal.SIGRTMIN < number < signal.SIGRTMAX]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_run(tmp_path_factory.mktemp("run"))


def check(run: Path, number: int, overlay: str, training: bool, seconds: float) -> None:
    """Send one signal to a new app."""
    with real_app("--run", run, cwd=run.parent) as app:
        if training:
            begin_training(app)
        open_overlay(app, overlay)
        processes = Processes(app)
        os.kill(app.process.pid, number)
        processes.end_within(seconds)
        assert app.process.returncode == 128 + number
        assert app.restored()
        for code in RESTORED:
            assert code.encode() in app.raw
        assert b"Traceback" not in app.raw


@pytest.mark.parametrize(
    ("name", "overlay", "training"),
    [("TERM", "palette", False), ("HUP", "no overlay", True)],
)
def test_a_signal_puts_the_terminal_back(run: Path, name: str, overlay: str, training: bool) -> None:
    check(run, getattr(signal, f"SIG{name}"), overlay, training, PATIENCE)


@pytest.mark.parametrize(("name", "training"), [("SEGV", True), ("KILL", False)])
def test_the_engine_puts_the_terminal_back_where_the_app_cannot(run: Path, name: str, training: bool) -> None:
    check_that_the_engine_restores(run, getattr(signal, f"SIG{name}"), "no overlay", training, PATIENCE)


def check_that_the_engine_restores(run: Path, number: int, overlay: str, training: bool, seconds: float) -> None:
    """Send a signal that the app cannot handle. Its own end by this signal is the exit code."""
    with real_app("--run", run, cwd=run.parent) as app:
        if training:
            begin_training(app)
        open_overlay(app, overlay)
        processes = Processes(app)
        app.forget()
        os.kill(app.process.pid, number)
        processes.end_within(seconds)
        written = app.raw + app.drain(0)
        assert app.process.returncode == -number
        assert app.restored()
        for code in RESTORED:
            assert code.encode() in written


@pytest.mark.slow
@pytest.mark.parametrize("training", [False, True], ids=["idle", "training"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_fault_in_every_state(run: Path, overlay: str, training: bool) -> None:
    for name in ("SEGV", "BUS", "FPE", "ILL", "KILL"):
        check_that_the_engine_restores(run, getattr(signal, f"SIG{name}"), overlay, training, WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("training", [False, True], ids=["idle", "training"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_signal_in_every_state(run: Path, overlay: str, training: bool) -> None:
    for number in ending():
        check(run, number, overlay, training, WITHIN)


def test_a_signal_ends_an_app_whose_terminal_is_not_read(run: Path) -> None:
    """A terminal that hangs takes no more output, so the app can neither draw nor put it back."""
    with real_app("--run", run, cwd=run.parent, columns=200, rows=60) as app:
        begin_training(app)
        children = app.children()
        for _ in range(100):
            app.type("1234")
        os.kill(app.process.pid, signal.SIGTERM)
        wait_for_end(app.process.pid)
        assert app.process.wait() == 128 + signal.SIGTERM
        for child in children:
            wait_for_end(child)


def test_a_signal_that_the_parent_ignores_is_ignored(run: Path) -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        with real_app("--run", run, cwd=run.parent) as app:
            os.kill(app.process.pid, signal.SIGUSR2)
            app.forget()
            app.type("?")
            app.wait("esc", PATIENCE)
            app.type("\x1b\x11\x11")
            assert app.end(PATIENCE) == 0
    finally:
        signal.signal(signal.SIGUSR2, before)


def test_an_app_that_is_stopped_without_notice_takes_the_terminal_again(run: Path) -> None:
    """Three times, so that a thread that reads keys would be left behind each time."""
    with real_app("--run", run, cwd=run.parent) as app:
        for _ in range(3):
            app.forget()
            os.kill(app.process.pid, signal.SIGSTOP)
            os.kill(app.process.pid, signal.SIGCONT)
            app.wait("Mistakes", PATIENCE)
        limit = TimeLimit()
        while app.restored():
            limit.left("the terminal is not raw")
            app.read(0.05)
        app.forget()
        app.type("?")
        app.wait("esc", PATIENCE)
        app.type("\x1b\x11\x11")
        assert app.end(PATIENCE) == 0
        assert app.restored()
