"""`tui_nn.testing`: the fixture for other projects, and the example project in the documentation."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tui_nn.data.loading import load_dataset
from tui_nn.presets import load_preset
from tui_nn.session.run.session import Session
from tui_nn.testing import Trainer, trainer

__all__ = ["trainer"]

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "example-project"


def test_the_example_project_passes(tmp_path):
    """It runs in a process of its own, without the settings of this project."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TUI_NN"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={tmp_path / 'base'}",
        str(EXAMPLE),
    ]
    done = subprocess.run(
        [*command, f"--rootdir={EXAMPLE}", "-c", str(EXAMPLE / "pyproject.toml")],
        env=environment | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TEXTUAL_THEME": "nord"},
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_lesson_of_the_example_is_that_of_the_documentation():
    page = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    assert (EXAMPLE / "lessons" / "slow.toml").read_text(encoding="utf-8") == shown[1]


def test_a_run_is_that_of_a_session_without_times(trainer: Trainer):
    run = trainer.run(epochs=2, train_limit=300, seed=3)
    preset = load_preset("quick-start")
    session = Session(load_dataset(), preset.network, replace(preset.training, train_limit=300, seed=3))
    for _ in session.run(2):
        pass
    assert digest(run) == digest(session.snapshot())
    assert run.history.records == session.history.records
    assert [record.seconds for record in run.history.records] == [0, 0, 0]


def digest(run):
    return hashlib.sha256(run.parameters.vector.tobytes()).hexdigest()


def test_a_screen_trains_and_leaves_the_user_alone(trainer: Trainer):
    screen = trainer.screen(train_limit=300)
    assert screen.snapshot.epoch == 0
    assert "epoch 2 " in screen.press("space", "space").text
    assert digest(screen.snapshot) == digest(trainer.run(epochs=2, train_limit=300))
    assert screen.svg.startswith("<svg")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda trainer: trainer.run("quick"), "there is no preset 'quick'"),
        (lambda trainer: trainer.run(speed=1), "speed"),
        (lambda trainer: trainer.run(learning_rate=-1), "learning_rate is -1"),
        (lambda trainer: trainer.lesson("slow"), "slow"),
    ],
)
def test_a_mistake_is_one_sentence(trainer: Trainer, wrong, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as error:
        wrong(trainer)
    assert "\n" not in str(error.value)


def test_a_wrong_key_or_view_is_named(trainer: Trainer):
    screen = trainer.screen(train_limit=300, hidden_sizes=(4,))
    with pytest.raises(ValueError, match="'spacebar' is not the name of a key"):
        screen.press("spacebar")
    with pytest.raises(ValueError, match="'train/graph' names no view: the views of train are"):
        screen.show("train/graph")


def test_nothing_is_loaded_by_projects_that_do_not_ask_for_it():
    code = "import sys, tui_nn.testing; print(*sorted({'numpy', 'textual', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""
    assert "pytest11" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
