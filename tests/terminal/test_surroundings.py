"""What surrounds the app at its start changes nothing that it should not, or gets one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_app import Processes, real_app
from terminal import TUI_NN, Terminal
from waiting import PATIENCE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a matter of POSIX")

FOOTER = r"space epoch.*palette"
"""It is drawn where the app has its 80 columns and 24 rows."""

WHOLE = [
    {"COLUMNS": "40", "LINES": "10"}, {"COLUMNS": "abc"}, {"COLUMNS": "500", "LINES": "200"}, {"NO_COLOR": "1"},
    {"NO_COLOR": ""}, {"FORCE_COLOR": "1"}, {"FORCE_COLOR": "0"}, {"COLORTERM": "truecolor"}, {"COLORTERM": "nonsense"},
    {"TERM": "linux"}, {"TERM": "vt100"}, {"TERM": "screen"}, {"TERM": "nonsense"}, {"TERM": "xterm-kitty"},
    {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "utf-16"}, {"PYTHONIOENCODING": "latin-1:strict"},
    {"PYTHONUTF8": "0", "LANG": "C", "LC_ALL": "C"}, {"PYTHONUTF8": "0", "LANG": None}, {"LC_ALL": "tlh_XX.UTF-8"},
    {"PYTHONUNBUFFERED": "1"}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONWARNINGS": "error"}, {"PYTHONWARNINGS": "default"},
    {"PYTHONDEVMODE": "1"}, {"PYTHONSAFEPATH": "1"}, {"PYTHONASYNCIODEBUG": "1"}, {"PYTHONFAULTHANDLER": "1"},
    {"HOME": None}, {"HOME": "/proc"}, {"TMPDIR": "/proc", "TMP": "/proc", "TEMP": "/proc"}, {"PATH": None},
    {"XDG_STATE_HOME": "/proc", "XDG_DATA_HOME": "/proc", "XDG_CONFIG_HOME": "/proc", "XDG_CACHE_HOME": "/proc"},
    {"TEXTUAL": "debug"}, {"TEXTUAL_THEME": "nonsense"}, {"TEXTUAL_FPS": "abc"}, {"ESCDELAY": "abc"},
    {"OMP_NUM_THREADS": "abc"}, {"OPENBLAS_NUM_THREADS": "0"}, {"TZ": "nonsense"},
]  # fmt: skip
"""Variables with which the app must be as it always is, apart from its colours and its characters."""


def check(folder: Path, **options: object) -> Terminal:
    """Open the app, train an epoch, and quit; its terminal."""
    with real_app(cwd=folder, **options) as app:
        app.wait(FOOTER, PATIENCE)
        app.type(" ")
        app.wait("epoch 1 done", PATIENCE)
        app.type("\x11\x11")
        assert app.end(PATIENCE) == 0
        assert app.restored()
        return app


@pytest.mark.slow
@pytest.mark.parametrize("environment", WHOLE, ids=str)
def test_a_variable_changes_nothing(tmp_path: Path, environment: dict[str, str | None]) -> None:
    check(tmp_path, env=environment)


def test_sizes_in_variables_and_a_log_of_errors_change_nothing(tmp_path: Path) -> None:
    """COLUMNS and LINES are of another terminal, and standard error is a file, which stays empty."""
    log = tmp_path / "err.log"
    with (
        log.open("wb") as errors,
        real_app(cwd=tmp_path, env={"COLUMNS": "40", "LINES": "10"}, streams={"stderr": errors}) as app,
    ):
        app.wait(FOOTER, PATIENCE)
        app.forget()
        app.resize(59, 24)
        app.wait("tui-nn needs", PATIENCE)
        app.type("\x11\x11")
        assert app.end(PATIENCE) == 0
    assert log.read_bytes() == b""


def test_a_folder_without_rights_and_no_home_change_nothing(tmp_path: Path) -> None:
    folders = ("HOME", "TMPDIR", "TMP", "TEMP", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    check(tmp_path, env=dict.fromkeys(folders, "/proc/none"))


def test_files_named_like_modules_are_not_run(tmp_path: Path) -> None:
    """In the current folder, where `python -m` and every child process would look first."""
    for name in ("numpy", "random", "signal", "struct", "multiprocessing", "plotext", "rich", "select", "enum"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    (tmp_path / "textual").mkdir()
    (tmp_path / "textual" / "__init__.py").write_text("raise SystemExit('the wrong module')")
    # Python itself imports some of them before the program has a say: the command is not started by -m.
    entry = "import sys; sys.path.remove(''); from tui_nn.__main__ import main; sys.exit(main())"
    terminal = Terminal([sys.executable, "-c", entry], cwd=tmp_path)
    try:
        terminal.wait("untrained", PATIENCE)
        terminal.type(" ")
        terminal.wait("epoch 1 done", PATIENCE)
    finally:
        terminal.kill()


def test_python_m_leaves_the_current_folder_out(tmp_path: Path) -> None:
    for name in ("numpy", "random", "plotext"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    check(tmp_path)


def test_what_others_print_comes_after_the_app(tmp_path: Path) -> None:
    """A library that writes on standard error while the app draws."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys, threading, time\n"
        "def say():\n"
        "    while 'tui_nn.ui.train.pane' not in sys.modules: time.sleep(0.05)\n"
        "    os.write(2, b'a stray warning'); os.write(1, b'a stray line')\n"
        "if 'spawn_main' not in ' '.join(sys.orig_argv): threading.Thread(target=say, daemon=True).start()\n"
    )
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    app = check(tmp_path, env={"PYTHONPATH": path})
    screen, _, after = app.raw.rpartition(b"\x1b[?1049l")
    assert b"stray" not in screen
    assert b"a stray warning" in after
    assert b"a stray line" in after


def said(arguments: list[str], folder: Path, **environment: str) -> str:
    """What the app says on a terminal where it cannot start."""
    terminal = Terminal(arguments, cwd=folder, env=dict(environment), columns=200)
    try:
        assert terminal.end(PATIENCE) == 2
        return terminal.text.strip()
    finally:
        terminal.kill()


@pytest.mark.parametrize("environment", [{"TEXTUAL_DRIVER": "nonsense"}, {"TEXTUAL_COLOR_SYSTEM": "nonsense"}], ids=str)
def test_what_textual_cannot_start_with_is_one_sentence(tmp_path: Path, environment: dict[str, str]) -> None:
    (name, value), *_ = environment.items()
    assert said(TUI_NN, tmp_path, **environment) == (
        f"tui-nn: Textual cannot start with the environment variables {name}={value}; unset those that you do not need."
    )


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"import os; os.rmdir({str(gone)!r}); os.execv({TUI_NN[0]!r}, {TUI_NN!r})"
    assert "the current folder was deleted" in said([sys.executable, "-c", line], gone)


class Browser:
    """The other end of Textual's protocol for browsers."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ | {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
        self.process = subprocess.Popen(
            TUI_NN,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def children(self) -> list[int]:
        listed = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        return [int(pid) for pid in subprocess.run(listed, capture_output=True, text=True).stdout.split()]

    def end(self, seconds: float) -> int:
        return self.process.wait(seconds)

    def wait(self, pattern: str) -> None:
        """Read packets until a pattern has been drawn."""
        assert self.process.stdout is not None
        drawn = ""
        while not re.search(pattern, drawn):
            kind = self.process.stdout.read(1)
            assert kind in (b"D", b"M", b"P"), kind
            drawn += self.process.stdout.read(int.from_bytes(self.process.stdout.read(4), "big")).decode()

    def type(self, keys: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"D" + len(keys).to_bytes(4, "big") + keys.encode())
        self.process.stdin.flush()


def test_a_browser_is_a_terminal_too(tmp_path: Path) -> None:
    """As under `textual serve`. When the server is gone, everything ends."""
    browser = Browser(tmp_path)
    process = browser.process
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"__GANGLION__\n"
        browser.wait("untrained")
        browser.type(" ")
        browser.wait("epoch 1 done")
        processes = Processes(browser)  # type: ignore[arg-type]
        process.stdin.close()
        processes.end_within(PATIENCE)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
