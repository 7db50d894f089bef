"""`tui-nn completion` prints scripts with which shells complete commands, flags, names and files."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tui_nn.cli import COMMANDS


@pytest.fixture
def script(tui_nn, tmp_path):
    def write(shell):
        said = tui_nn("completion", shell)
        assert (said.code, said.err) == (0, "")
        path = tmp_path / f"completion.{shell}"
        path.write_text(said.out)
        return path

    return write


BASH = """
source "$1"
complete_words() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _shtab_tui_nn
    echo "${COMPREPLY[@]}"
}
complete_words tui-nn tra
complete_words tui-nn train --activation le
complete_words tui-nn train --preset sig
complete_words tui-nn lesson dead-u
complete_words tui-nn evaluate --js
complete_words tui-nn --theme textual-l
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_flags_and_names(script):
    done = subprocess.run(["bash", "-c", BASH, "bash", script("bash")], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [
        "train trace",
        "leaky_relu",
        "sigmoid-mse",
        "dead-units",
        "--json",
        "textual-light",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_accepts_its_script_and_finds_every_command_in_it(script, shell):
    path = script(shell)
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n", path], check=True, timeout=60)
    text = path.read_text()
    assert [name for name in COMMANDS if name not in text] == []
    assert "--learning-rate" in text or "learning-rate" in text


def test_an_unknown_shell_and_a_missing_package_are_one_sentence_each(tui_nn, monkeypatch):
    said = tui_nn("completion", "bsh")
    assert (said.code, said.out) == (2, "")
    assert said.err == ("tui-nn completion: SHELL is 'bsh': it must be one of bash, zsh, fish (did you mean bash?).\n")
    monkeypatch.setitem(sys.modules, "shtab", None)
    said = tui_nn("completion", "bash")
    assert (said.code, said.out) == (1, "")
    assert "pip install 'tui-nn[completion]'" in said.err
