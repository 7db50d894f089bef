"""kill -9 while a run is saved or trained: the file is the old or the new one, and no more than an epoch is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from real_app import real_app
from terminal import TUI_NN
from waiting import PATIENCE

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import Run, Save, StepBatch
from tui_nn.engine.messages import Notice, Opened, Start, Stopped
from tui_nn.engine.process import ProcessEngine
from tui_nn.presets import load_preset
from tui_nn.session.file.rescue import RescueFile, found_rescue_paths, new_rescue_path
from tui_nn.session.file.runs import read_run
from tui_nn.session.file.summary import summarize
from tui_nn.session.run.snapshot import Snapshot

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")

KILLS = 200
LARGE = NetworkConfig(hidden_sizes=(512, 512))
"""Its file has 5 MB, and saving it takes some hundredths of a second."""
SHORT = TrainingConfig(train_limit=10, epochs=1)

ANNOUNCING = """
import sys
from tui_nn.__main__ import main
from tui_nn.session.file import archive

replace_file = archive.replace_file

def announced(*arguments, **more):
    print("saving", file=sys.stderr, flush=True)
    stamp = replace_file(*arguments, **more)
    print("saved", file=sys.stderr, flush=True)
    return stamp

archive.replace_file = announced
sys.exit(main(sys.argv[1:]))
"""


def temporaries(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.name.endswith(".tmp")]


def train(path: Path, seed: int, *flags: str) -> subprocess.Popen[str]:
    """Begin a short training, and return when it begins to save."""
    argv = [
        "train",
        "--hidden-sizes",
        "512,512",
        "--train-limit",
        "10",
        "--epochs",
        "1",
        "--seed",
        str(seed),
        "--quiet",
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", ANNOUNCING, *argv, "--save", str(path), *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "saving\n"
    return process


def kill_after(seconds: float, process: subprocess.Popen[str]) -> bool:
    """Kill a process after some time. Return whether it was still at work."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_killed_save_of_the_command_line_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path, chance = tmp_path / "a.run", random.Random(1)
    train(path, 0).communicate()
    old, news, left = 0, 0, 0
    process = train(path, 0, "--overwrite")
    begun = perf_counter()
    process.communicate()
    length = perf_counter() - begun
    for seed in range(1, KILLS + 1):
        kill_after(chance.uniform(0, length), train(path, seed, "--overwrite"))
        found = read_run(path).training.seed
        assert found in (old, seed)
        news, old = news + (found == seed), found
        left += bool(temporaries(tmp_path))
        # The next start has removed what all kills before have left.
        assert len(temporaries(tmp_path)) <= 1
    train(path, 0, "--overwrite").communicate()
    assert temporaries(tmp_path) == []
    assert left > KILLS / 10, "hardly any kill met a save"
    print(
        f"{KILLS} kills: {news} new files, {KILLS - news} old ones, {left} temporary files, none after the next start"
    )


def first(engine: ProcessEngine, wanted: Callable[[Any], bool]) -> Any:
    """Wait for a message for which `wanted` is true."""
    while messages := engine.listen(PATIENCE):
        for message in messages:
            if wanted(message):
                return message
    raise AssertionError("nothing was heard")


@pytest.mark.slow
def test_a_killed_save_of_the_app_leaves_the_old_or_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's process is killed; the next app sweeps when it opens the run."""
    monkeypatch.chdir(tmp_path)
    path, chance = tmp_path / "a.run", random.Random(2)
    engine = ProcessEngine(Start(LARGE, SHORT))
    engine.send(Save(str(path)))
    first(engine, lambda message: isinstance(message, Notice))
    engine.close()
    length, step, news, left = 0.0, 0, 0, 0
    for number in range(KILLS + 1):
        engine = ProcessEngine(Start(run=str(path)), RescueFile(new_rescue_path()))
        try:
            first(engine, lambda message: isinstance(message, Snapshot))
            assert temporaries(tmp_path) == []
            engine.send(StepBatch())
            first(engine, lambda message, step=step: isinstance(message, Snapshot) and message.step > step)
            engine.send(Save(str(path)))
            begun = perf_counter()
            if number == 0:
                first(engine, lambda message: isinstance(message, Notice))
                length = perf_counter() - begun
            else:
                engine._process.join(chance.uniform(0, length))
            assert engine._process.pid is not None
            os.kill(engine._process.pid, signal.SIGKILL)
            first(engine, lambda message: isinstance(message, Stopped))
            engine.dismiss()
        finally:
            engine.close()
        found = read_run(path).step
        assert found in (step, step + 1)
        news, step = news + (found > step), found
        left += bool(temporaries(tmp_path))
    engine = ProcessEngine(Start(run=str(path)), RescueFile(new_rescue_path()))
    first(engine, lambda message: isinstance(message, Opened))
    engine.close()
    assert temporaries(tmp_path) == []
    assert left > KILLS / 10, "hardly any kill met a save"
    print(f"{KILLS} kills: {news} new files, {left} temporary files, none after the next start")


@pytest.mark.slow
def test_a_killed_training_is_at_most_one_epoch_behind() -> None:
    """The default network. Its engine is killed at random moments, and loses its last words."""
    preset, chance, behind = load_preset("quick-start"), random.Random(3), []
    training = replace(preset.training, epochs=1_000_000)
    for _ in range(40):
        file = RescueFile(new_rescue_path())
        engine = ProcessEngine(Start(preset.network, training, preset.name), file)
        try:
            engine.send(Run())
            until = chance.uniform(1, 12)
            newest = first(engine, lambda message, until=until: isinstance(message, Snapshot) and message.epoch > until)
            engine._process.join(chance.uniform(0, 0.3))
            assert engine._process.pid is not None
            os.kill(engine._process.pid, signal.SIGKILL)
            stopped = False
            while not stopped:
                for message in engine.listen(PATIENCE):
                    newest = message if isinstance(message, Snapshot) else newest
                    stopped = stopped or isinstance(message, Stopped)
            behind.append(newest.epoch - read_run(file.path).epoch)
            engine.dismiss()
        finally:
            engine.close()
    print(
        f"behind by {max(behind)} at most; by epochs: { {number: behind.count(number) for number in sorted(set(behind))} }"
    )
    assert max(behind) <= 1


def test_an_app_that_is_killed_offers_its_run_at_the_next_start(tmp_path: Path) -> None:
    """Both processes of the app are killed at once; the next app opens the run, and ends without leaving anything."""
    environment = {"TUI_NN_STATE_DIR": str(tmp_path / "state")}
    with real_app(env=environment, cwd=tmp_path) as app:
        app.type("  ")
        app.wait("epoch 2 done", PATIENCE)
        os.killpg(app.process.pid, signal.SIGKILL)
        app.process.wait()
    listed = subprocess.run([*TUI_NN, "runs"], env=os.environ | environment, capture_output=True, text=True)
    assert re.search(r"quick-start  784-128-10  epoch [12]  test \d\d\.\d %", listed.stdout)
    with real_app(env=environment, cwd=tmp_path) as app:
        app.wait("was not saved", PATIENCE)
        app.type("\r")
        app.wait("the unsaved run is open", PATIENCE)
        app.type("\x13")
        app.wait("saved to", PATIENCE)
        app.type("\x11")
        assert app.end(PATIENCE) == 0
    assert summarize(tmp_path / "quick-start.run").epoch in (1, 2)
    assert list((tmp_path / "state" / "rescue").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_an_app_that_is_ended_by_a_signal_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("TUI_NN_STATE_DIR", str(tmp_path / "state"))
    with real_app(env={"TUI_NN_STATE_DIR": str(tmp_path / "state")}, cwd=tmp_path) as app:
        app.type("  ")
        app.wait("epoch 2 done", PATIENCE)
        os.killpg(app.process.pid, number)
        assert app.end(PATIENCE) == 128 + number
    (path,) = found_rescue_paths()
    assert read_run(path).epoch == 2
