"""`tui-nn` without a command: the command lines that it refuses, and the arguments that it passes to the app."""

import contextlib
import os
import select
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from lesson_text import GOOD

from tui_nn.engine.messages import Opened, Start, Stopped
from tui_nn.session.file.rescue import RescueFile, rescue_folder


@pytest.fixture
def terminal(monkeypatch, capsys):
    """Make stdin and stdout look like a terminal."""

    def install(encoding="utf-8", term="xterm-256color"):
        # pytest's own streams are put back before a test begins.
        monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        monkeypatch.setattr("tui_nn.cli.app._has_unicode", lambda: "utf" in encoding)
        monkeypatch.setenv("TERM", term)

    return install


@pytest.fixture
def opened(monkeypatch):
    """Record the app and the engine that the command would start."""
    seen = SimpleNamespace(start=None, app=None, waited=False, closed=0, word=Opened("digits", 1, None), return_code=0)

    class Engine:
        def __init__(self, start: Start, rescue: RescueFile | None) -> None:
            seen.start, self._rescue = start, rescue

        def wait(self) -> object:
            seen.waited = True
            return seen.word

        def close(self) -> None:
            seen.closed += 1
            if self._rescue is not None:
                self._rescue.release()

    def run(app):
        seen.app = app
        app._return_code = seen.return_code

    monkeypatch.setattr("tui_nn.engine.process.ProcessEngine", Engine)
    monkeypatch.setattr("tui_nn.ui.shell.app.TuiNN.run", run)
    return seen


def test_the_first_preset_opens_without_waiting_for_the_engine(tui_nn, terminal, opened):
    terminal()
    assert tui_nn().code == 0
    assert (opened.start.preset, opened.start.source, opened.start.run) == ("quick-start", None, None)
    assert not opened.waited
    assert opened.closed == 1
    assert opened.app._save_as is None
    assert not opened.app.ascii_only


def test_another_preset(tui_nn, terminal, opened):
    terminal()
    tui_nn("--preset", "leaky-he")
    assert opened.start.preset == "leaky-he"
    assert opened.app._save_as is None


def test_only_a_run_and_a_missing_file_are_waited_for(tui_nn, terminal, opened, tmp_path):
    terminal()
    (tmp_path / "mine.npz").touch()
    tui_nn("--data", str(tmp_path / "mine.npz"))
    assert opened.start.source == str(tmp_path / "mine.npz")
    assert not opened.waited
    tui_nn("--data", "missing.npz")
    assert opened.waited
    opened.waited = False
    tui_nn("--run", "mine/a.run")
    assert opened.waited
    assert opened.start.run == "mine/a.run"
    assert opened.app._save_as == "mine/a.run"


def test_an_unusable_file_is_reported_before_the_app_opens(tui_nn, terminal, opened):
    terminal()
    opened.word = Stopped("'a.run' is damaged")
    said = tui_nn("--run", "a.run")
    assert (said.code, said.err) == (2, "tui-nn: 'a.run' is damaged.\n")
    assert opened.app is None
    assert opened.closed == 1


def test_unusable_data_are_reported_after_the_app_has_closed(tui_nn, terminal, opened, tmp_path, monkeypatch):
    terminal()
    (tmp_path / "cut.npz").touch()
    monkeypatch.setattr("tui_nn.ui.shell.app.TuiNN.run", lambda app: setattr(app, "refused", "the file is incomplete"))
    said = tui_nn("--data", str(tmp_path / "cut.npz"))
    assert (said.code, said.err) == (2, "tui-nn: the file is incomplete.\n")
    assert opened.closed == 1


def test_ctrl_c_while_waiting_ends_the_engine(tui_nn, terminal, opened, monkeypatch):
    terminal()

    def wait(_engine):
        raise KeyboardInterrupt

    monkeypatch.setattr("tui_nn.engine.process.ProcessEngine.wait", wait)
    assert tui_nn("--run", "a.run").code == 130
    assert opened.closed == 1


def test_the_apps_return_code_is_the_commands(tui_nn, terminal, opened):
    terminal()
    opened.return_code = 143
    assert tui_nn().code == 143


def test_the_app_uses_ascii_on_request_or_without_utf8(tui_nn, terminal, opened):
    terminal()
    tui_nn("--ascii")
    assert opened.app.ascii_only
    terminal(encoding="iso-8859-1")
    tui_nn()
    assert opened.app.ascii_only


@pytest.mark.parametrize(
    ("term", "flag", "ascii_only"),
    [
        ("linux", (), True), ("vt100", (), True), ("vt220", (), True), ("vte-256color", (), False), ("xterm", (), False),
        ("linux", ("--no-ascii",), False),
    ],
)  # fmt: skip
def test_terminals_whose_fonts_lack_the_characters_get_ascii(tui_nn, terminal, opened, term, flag, ascii_only):
    terminal(term=term)
    tui_nn(*flag)
    assert opened.app.ascii_only == ascii_only


def test_a_theme_is_set_or_refused(tui_nn, terminal, opened):
    terminal()
    tui_nn("--theme", "textual-light")
    assert opened.app.theme == "textual-light"
    opened.app = None
    said = tui_nn("--theme", "textual-lihgt")
    assert said.code == 2
    assert "there is no theme 'textual-lihgt' (did you mean textual-light?); the themes are ansi-dark," in said.err
    assert opened.app is None
    assert opened.closed == 2


def test_a_run_and_a_preset_are_one_too_many(tui_nn, terminal, opened):
    terminal()
    assert tui_nn("--run", "a.run", "--preset", "leaky-he").code == 2
    assert opened.start is None


@pytest.mark.parametrize("missing", ["stdin", "stdout"])
def test_without_a_terminal_the_app_names_the_train_command(tui_nn, terminal, opened, monkeypatch, missing):
    terminal()
    monkeypatch.setattr(f"sys.{missing}.isatty", lambda: False, raising=False)
    said = tui_nn()
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "tui-nn: the app must run in a terminal, but its input or output is redirected; "
        "to train without a screen, use tui-nn train.\n"
    )
    assert opened.start is None


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_refused(tui_nn, terminal, opened, term):
    terminal(term=term)
    said = tui_nn()
    assert (said.code, opened.start) == (2, None)
    reason = "cannot draw on this terminal, because TERM is not set or is dumb"
    assert f"{reason}; to train without a screen, use tui-nn train" in said.err


def in_terminal(argv, keys, until, **environment):
    """Return the output of `tui-nn` on a real terminal, and its exit code. Press `keys` when `until` has been drawn."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "PYTHONUTF8": "1"} | environment
    with subprocess.Popen(
        [sys.executable, "-m", "tui_nn", *argv], stdin=slave, stdout=slave, stderr=slave, env=environment
    ) as process:
        os.close(slave)
        drawn, pressed, deadline = b"", False, time.monotonic() + 60
        with contextlib.suppress(OSError):  # the other end is closed
            while select.select([master], [], [], deadline - time.monotonic())[0] and (part := os.read(master, 65536)):
                drawn += part
                if not pressed and until in drawn:
                    os.write(master, keys)
                    pressed = True
        if time.monotonic() >= deadline:
            process.kill()
        code = process.wait(timeout=60)
    os.close(master)
    return drawn.decode(errors="replace"), code


def test_the_real_app_opens_a_run_and_is_left(saved):
    drawn, code = in_terminal(["--run", str(saved)], b"\x11", b"epoch 3")
    assert "\x1b[?1049h" in drawn
    assert drawn.index("\x1b[?1049l") > drawn.index("epoch 3")
    assert code == 0


def test_the_real_app_refuses_a_missing_file_without_taking_the_screen():
    drawn, code = in_terminal(["--data", "missing.npz"], b"", b"never")
    assert code == 2
    assert drawn.count("\n") == 1
    assert "there is no such file" in drawn
    assert "\x1b" not in drawn


def test_read_only_leaves_the_file_of_the_run(tui_nn, terminal, opened):
    terminal()
    tui_nn("--run", "a.run", "--read-only")
    assert opened.app._read_only
    said = tui_nn("--read-only")
    assert (said.code, said.err) == (
        2,
        "tui-nn: --read-only needs --run: add --run and the file that the app must not change.\n",
    )


def test_a_rescue_file_is_not_the_file_to_save_to(tui_nn, terminal, opened):
    terminal()
    tui_nn("--run", rescue_folder() / "20260131-140200.run")
    assert opened.app._save_as is None


def test_a_lesson_opens_in_the_app(tui_nn, terminal, opened, tmp_path):
    terminal()
    said = tui_nn("lesson", "learning-rate", "--report", tmp_path / "ada.json", "--name", "Ada", "--ascii")
    assert (said.code, said.err) == (0, "")
    shelf = opened.app._opening.lessons
    assert (shelf.begin, shelf.report, shelf.learner) == ("learning-rate", str(tmp_path / "ada.json"), "Ada")
    assert opened.app.ascii_only
    assert "there is no directory" in tui_nn("lesson", "learning-rate", "--report", tmp_path / "no" / "a.json").err


def test_the_app_takes_the_lessons_of_a_folder_that_has_some(tui_nn, terminal, opened, tmp_path):
    terminal()
    assert "contains no lessons" in tui_nn("--lessons", tmp_path).err
    (tmp_path / "small.toml").write_text(GOOD, encoding="utf-8")
    tui_nn("--lessons", tmp_path)
    assert opened.app._opening.lessons.folder == str(tmp_path)


def test_a_lesson_without_a_terminal_is_one_sentence(tui_nn):
    said = tui_nn("lesson", "learning-rate")
    assert (said.code, said.out) == (2, "")
    assert "the app must run in a terminal" in said.err
    assert "to play the lesson line by line, add --plain" in said.err


def test_a_network_and_a_view_are_prepared_on_the_command_line(tui_nn, terminal, opened):
    terminal()
    said = tui_nn(
        "--hidden-sizes", "16", "--learning-rate", "0.3", "--do", "run", "--do", "seek 3", "--look", "inspect/unit unit=3",
        "--keys", "m right", "--pace", "2",
    )  # fmt: skip
    assert (said.code, said.err) == (0, "preparing: run; seek 3\n")
    start, opening = opened.start, opened.app._opening
    assert (start.network.hidden_sizes, start.training.learning_rate, start.preset) == ((16,), 0.3, "quick-start")
    assert start.commands == ("run", "seek 3")
    assert opened.waited
    assert (opening.look.text, opening.keys, opening.epochs_a_second) == ("inspect/unit unit=3", ("m", "right"), 2.0)
    assert not opening.welcome


def test_a_share_line_and_a_preset_file_are_starts(tui_nn, terminal, opened, tmp_path):
    terminal()
    tui_nn("--share", "784-16-10 tanh lr=.1", "--epochs", "7")
    assert (opened.start.network.hidden_sizes, opened.start.network.activation) == ((16,), "tanh")
    assert (opened.start.training.learning_rate, opened.start.training.epochs) == (0.1, 7)
    file = tmp_path / "mine.toml"
    file.write_text('about = "x"\nreported = "unknown"\n[network]\nhidden_sizes = [5]\n[training]\nepochs = 3\n')
    tui_nn("--preset", file)
    assert (opened.start.preset, opened.start.network.hidden_sizes, opened.start.training.epochs) == ("mine", (5,), 3)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--share", "784-10 lr=x"], "--share: lr=x: must be a number above 0"),
        (
            ["--share", "784-10", "--preset", "best"],
            "--share cannot be used with --preset: a share line contains all settings.",
        ),
        (["--run", "a.run", "--epochs", "3"], "--epochs cannot be used with --run, because a saved run has its own"),
        (["--run", "a.run", "--share", "784-10"], "--share cannot be used with --run, because a saved run has its own"),
        (["--preset", "none.toml"], "--preset: 'none.toml' cannot be read: no such file or directory."),
        (["--learning-rate", "0"], "--learning-rate is '0': it must be a number above 0"),
        (["--look", "inspect/moon"], "--look is 'inspect/moon': the views of inspect are layers,"),
        (["--keys", "m rihgt"], "--keys contains 'rihgt', which is not the name of a key (did you mean right?)."),
        (["--pace", "0"], "--pace is '0': it must be a speed from 0.01 to 1000 epochs a second."),
    ],
)
def test_a_wrong_preparation_is_one_sentence(tui_nn, terminal, opened, argv, sentence):
    terminal()
    said = tui_nn(*argv)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert opened.app is None
