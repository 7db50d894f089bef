"""Commands: each has one text form that reads back as itself, and a wrong argument is a type error."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError, Setting
from tui_nn.core.choices.edits import KINDS, Edit
from tui_nn.engine import commands
from tui_nn.engine.command_text import FASTEST, SLOWEST, CommandTextError, command_text, read_command
from tui_nn.engine.commands import Change, Command, Rename, Restart, Run, Seek

ROOT = Path(__file__).parents[2]
WHOLE = st.integers(0, 10**9)
FINITE = st.floats(allow_nan=False)


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Return a strategy for values that a setting accepts."""
    default = st.just(setting.default)
    return default | st.sampled_from(setting.steps) if setting.steps else default


def configs(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({s.name: values_of(s) for s in kind.settings}).map(lambda values: kind(**values))


NETWORKS, TRAININGS = configs(NetworkConfig), configs(TrainingConfig)
EDITS = st.lists(st.builds(Edit, st.sampled_from(KINDS), WHOLE, WHOLE, WHOLE, FINITE), max_size=4).map(tuple)
KINDS_OF_FIELD = {
    "int": st.integers(-(10**9), 10**9), "str": st.text(),
    "float | None": st.none() | st.floats(SLOWEST, FASTEST), "NetworkConfig": NETWORKS, "TrainingConfig": TRAININGS,
    "Edits": EDITS,
}  # fmt: skip
COMMANDS = st.one_of(
    [
        st.builds(kind, **{field.name: KINDS_OF_FIELD[str(field.type)] for field in fields(kind)})
        for kind in get_args(commands.Command)
    ]
)


@given(COMMANDS, NETWORKS, TRAININGS)
def test_the_text_of_every_command_reads_back_as_that_command(
    command: Command, network: NetworkConfig, training: TrainingConfig
) -> None:
    assert read_command(command_text(command)) == command
    assert read_command(command_text(command, network, training), network, training) == command


def test_texts_are_short_and_name_only_what_differs() -> None:
    assert command_text(Run()) == "run"
    assert command_text(Seek(3)) == "seek 3"
    assert command_text(Seek(3, 4)) == "seek 3 batch 4"
    assert command_text(Rename(1, "twice as fast")) == "rename 1 'twice as fast'"
    assert command_text(Change(TrainingConfig(learning_rate=0.3))) == "change learning-rate=0.3"
    network = NetworkConfig(hidden_sizes=(64, 32))
    assert command_text(Restart(network, TrainingConfig(), "tiny")) == "restart tiny hidden-sizes=64,32"


def test_settings_that_a_text_leaves_out_stay_as_they_are() -> None:
    now = TrainingConfig(learning_rate=0.3, batch_size=32)
    assert read_command("change momentum=0.5", training=now) == Change(replace(now, momentum=0.5))


@pytest.mark.parametrize(
    "text",
    ["", "  ", "jump", "seek", "seek three", "seek 3 batch", "seek 1_0", "run 3", "save", "rename 1", "edit off:0",
     "edit on:0:1", "edit bias:0:1=x", "change speed=1", "rename 1 'open"],
)  # fmt: skip
def test_a_text_that_is_no_command_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CommandTextError, match="is not a command"):
        read_command(text)


def test_a_value_that_a_setting_does_not_allow_is_refused_by_the_setting() -> None:
    with pytest.raises(ConfigError, match="learning_rate is '-1'"):
        read_command("change learning-rate=-1")


@pytest.mark.slow
def test_the_type_checker_refuses_wrong_arguments(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(
        "from tui_nn.engine.commands import Rename, Save, Seek\n"
        "from tui_nn.ui.shell.engine import Engine\n"
        "def send(engine: Engine) -> None:\n"
        "    engine.send(Seek(3, batch=4))\n"
        "    engine.send(Seek('3'))\n"
        "    engine.send(Seek(epoch=3, bach=4))\n"
        "    engine.send(Save())\n"
        "    engine.send(Rename(1, title=2))\n"
        "    engine.send('run')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(snippet)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
    )  # fmt: skip
    wrong = [line.split(":")[1] for line in done.stdout.splitlines() if "error" in line and "snippet.py" in line]
    assert wrong == ["5", "6", "7", "8", "9"], done.stdout
