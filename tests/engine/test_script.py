"""A session script is a file of commands and looks. What the recorder writes leads back to the same network, bit for bit."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import OFF, Edit
from tui_nn.data.dataset import Dataset
from tui_nn.engine.commands import (
    Again,
    ApplyEdits,
    BackABatch,
    Change,
    Command,
    Pause,
    Rename,
    Restart,
    Run,
    Save,
    Seek,
    StepBatch,
    StepEpoch,
    Switch,
    Travel,
    Undo,
)
from tui_nn.engine.look import Look
from tui_nn.engine.messages import CarriedOut
from tui_nn.engine.recorder import Recorder
from tui_nn.engine.script import Head, Script, ScriptError, load_script, read_script, script_text
from tui_nn.engine.worker import Worker

NETWORK, TRAINING = NetworkConfig(hidden_sizes=(3,)), TrainingConfig(batch_size=4, learning_rate=0.1, epochs=3)
HEAD = Head(NETWORK, TRAINING, "custom")


@cache
def tiny() -> Dataset:
    """Twenty-two examples, so that an epoch has six batches."""
    noise = np.random.default_rng(0)
    images, labels = noise.integers(0, 256, (30, 64), dtype=np.uint8), np.arange(30, dtype=np.uint8) % 3
    return Dataset.from_arrays(images[:22], labels[:22], images[22:], labels[22:], name="tiny")


class Live:
    """A worker that is given commands, and trains some batches in between, as a person sees it do."""

    def __init__(self) -> None:
        self.worker = Worker(replace(HEAD.start, dataset=tiny()))
        self.recorder = Recorder()

    def send(self, command: Command, slices: int) -> None:
        """Send a command; then train that many batches, or until nothing is left to do if the number is negative."""
        self.recorder.sent(command)
        self.worker.handle(command)
        for message in self.worker.notices():
            if isinstance(message, CarriedOut):
                self.recorder.carried_out(message)
        while slices and self.worker.busy:
            self.worker.work(0.0)
            slices -= 1


def replay(script: Script) -> Worker:
    """Carry out the lines of a script, each to its end."""
    worker = Worker(replace(script.head.start, dataset=tiny()))
    for line in script.lines:
        if line.look is None:
            worker.handle(line.command(worker.session.network, worker.session.training))
            while worker.busy:
                worker.work(inf)
    return worker


def state(worker: Worker) -> tuple[object, ...]:
    """Return what two equal sessions have in common."""
    run = worker.session.snapshot()
    branches = [(b.name, b.parent, b.fork, b.tip, b.history.changes) for b in run.branches]
    moments = [moment.tobytes() for moment in run.moments]
    return run.place, run.branch, branches, run.training, run.parameters.vector.tobytes(), moments


def script_of(live: Live) -> Script:
    return read_script(script_text(HEAD, live.recorder.lines), "a.session")


TIMES = st.integers(0, 9) | st.just(-1)
COMMANDS = st.sampled_from(
    [
        StepEpoch(), StepBatch(), Run(), Run(), Pause(), Travel(-1), Travel(1), Seek(1), Seek(0, 3), BackABatch(), Undo(),
        Change(replace(TRAINING, learning_rate=0.7)), Change(replace(TRAINING, batch_size=7)),
        Again(NETWORK, replace(TRAINING, momentum=0.5, epochs=2)), Restart(NETWORK, replace(TRAINING, seed=4), "custom"),
        ApplyEdits((Edit(OFF, 0, 1),)), Switch(0), Rename(0, "my own"),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(COMMANDS, TIMES), max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_recording_leads_to_the_same_network_whenever_the_keys_came(steps) -> None:
    live = Live()
    for command, slices in steps:
        live.send(command, slices)
        if live.recorder.ended:
            return
    live.send(Pause(), 0)
    assert state(replay(script_of(live))) == state(live.worker)


def test_an_interrupted_run_is_written_as_the_place_that_it_reached(tmp_path) -> None:
    live = Live()
    live.recorder.saw(Look("Train", "loss", epoch=0))
    live.send(Run(), 10)
    epoch, batch = live.worker.session.place
    assert (epoch, bool(batch)) == (1, True)
    live.recorder.saw(Look("Train", "loss", epoch=1))
    live.recorder.saw(Look("Inspect", "unit", layer=0, unit=2))
    live.send(Change(replace(TRAINING, learning_rate=0.5)), -1)
    live.send(Travel(-2), 1)
    live.send(Save(str(tmp_path / "a.run")), 0)
    assert live.recorder.lines == [
        "look train/loss", f"train-to 1 batch {batch}", "look inspect/unit layer=0 unit=2", "change learning-rate=0.5",
        "run", "travel -2",
    ]  # fmt: skip


def test_a_recording_ends_where_a_replay_could_not_follow() -> None:
    live = Live()
    live.send(Change(replace(TRAINING, momentum=0.5)), 0)
    live.recorder = Recorder()
    live.send(StepEpoch(), -1)
    live.send(Undo(), 0)  # which undoes a change from before the recording
    live.send(StepEpoch(), -1)
    assert live.recorder.lines == ["step-epoch"]
    assert live.recorder.ended


def test_a_script_reads_back_as_what_was_written() -> None:
    head = Head(
        replace(NETWORK, activation="tanh"), replace(TRAINING, seed=9), "quick-start", "my digits.npz", size=(120, 40)
    )
    script = read_script(script_text(head, ["look train", "step-epoch", "rename 0 'a b'"], "By Ada."), "a.session")
    assert script.head == head
    assert [line.text for line in script.lines] == ["look train", "step-epoch", "rename 0 'a b'"]
    assert [line.number for line in script.lines] == [7, 8, 9]
    assert script.lines[0].look == Look("Train")


def test_settings_that_a_line_leaves_out_stay_as_they_are() -> None:
    text = "tui-nn session 1\nbegin quick-start hidden-sizes=16\nchange learning-rate=0.5\nrestart custom seed=2\n"
    script = read_script(text, "a")
    command = script.lines[1].command(script.head.network, replace(script.head.training, learning_rate=0.5))
    assert isinstance(command, Restart)
    assert (command.network.hidden_sizes, command.training.learning_rate, command.training.seed) == ((16,), 0.5, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a, line 1: '' is the first line, but the first line of a session must be 'tui-nn session 1'"),
        (
            "# x\nrun\n",
            "a, line 2: 'run' is the first line, but the first line of a session must be 'tui-nn session 1'",
        ),
        ("tui-nn session 2\n", "a, line 1: the format is 2, but this version reads only format 1"),
        ("tui-nn session 1\n\nrunn\n", "a, line 3: 'runn' is not a command"),
        (
            "tui-nn session 1\nlook train unit=x\n",
            "a, line 2: look 'train unit=x' does not describe a view: unit must be a whole number from 0",
        ),
        ("tui-nn session 1\nrun\nsize 80x24\n", "a, line 3: 'size 80x24' must come before the first command"),
        (
            "tui-nn session 1\nsize 8x24\n",
            "a, line 2: the size is '8x24': it must be columns x rows from 60x20 to 500x200",
        ),
        (
            "tui-nn session 1\nbegin quick seed=1\n",
            "a, line 2: there is no preset 'quick'; the presets are custom, quick-start, ",
        ),
        (
            "tui-nn session 1\nbegin custom speed=1\n",
            "a, line 2: 'begin custom speed=1' is not a command: there is no setting 'speed'",
        ),
        (
            "tui-nn session 1\nbegin custom\nbegin custom\n",
            "a, line 3: 'begin custom' must be removed, because an earlier line already starts with 'begin' or 'continue'",
        ),
        ("tui-nn session 1\ncontinue\n", "a, line 2: continue needs the name of a run file"),
        ("tui-nn session 1\nchange learning-rate=-1\n", "a, line 2: learning_rate is '-1': it must be"),
        ("tui-nn session 1\nquit\n", "a, line 2: a session cannot contain 'quit'"),
        ("tui-nn session 1\nreplace a.run\n", "a, line 2: a session cannot contain 'replace a.run'"),
    ],
)
def test_a_wrong_line_gets_one_sentence_with_file_and_line(text, sentence) -> None:
    with pytest.raises(ScriptError) as error:
        read_script(text, "a")
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


@given(
    st.lists(
        st.sampled_from(["run", "look", "train", "begin", "size", "=", "seek", "3", "'", "edit", "off:0:1", "\0", "é"]),
        max_size=8,
    )
)
def test_any_line_is_read_or_refused_with_its_number(words) -> None:
    try:
        read = read_script(f"tui-nn session 1\n{' '.join(words)}\n", "a")
    except ScriptError as error:
        reason = str(error)
    else:
        reason = f"a, line 2: {len(read.lines)} lines are read"
    assert reason.startswith("a, line 2: ")


def test_a_file_that_is_no_script_is_refused(tmp_path) -> None:
    with pytest.raises(ScriptError, match="cannot be read: no such file"):
        load_script(tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ScriptError, match="is not text in UTF-8"):
        load_script(tmp_path / "binary")
    (tmp_path / "long").write_bytes(b"#" * 1_000_001)
    with pytest.raises(ScriptError, match="more than 1,000,000 bytes"):
        load_script(tmp_path / "long")


def test_a_session_finds_its_run_beside_it(tmp_path) -> None:
    (tmp_path / "a.session").write_text("tui-nn session 1\ncontinue a.run\n")
    assert load_script(tmp_path / "a.session").head.run == str(tmp_path / "a.run")


def test_scripts_need_neither_numpy_nor_textual() -> None:
    code = "import sys, tui_nn.engine.script, tui_nn.engine.recorder; print('numpy' in sys.modules, 'textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
