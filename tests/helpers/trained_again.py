"""Random runs, and the results of the programs that are exported from them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.run.session import Session
from tui_nn.session.run.status import State

SIDE = 8
NUMBERS = {
    "hidden_sizes": [(), (1,), (5,), (16,), (9, 4), (8, 3, 7)],
    "leaky_slope": [0.0, 0.01, 0.3],
    "weight_init_scale": [0.01, 0.3],
    "bias_init_scale": [0.01, 0.2],
    "learning_rate": [0.001, 0.05, 0.3],
    "momentum": [0.0, 0.5, 0.9],
    "beta1": [0.0, 0.9],
    "beta2": [0.9, 0.999],
    "epsilon": [1e-8, 1e-3],
    "batch_size": [1, 7, 64, 199, 200, 210, None],
    "epochs": [1, 2, 3, 5],
    "seed": [0, 1, 40],
    "train_limit": [None, 57, 205],
    "warmup_epochs": [0.0, 0.5, 1.0, 4.0],
    "drop_epochs": [1, 2],
    "drop_factor": [0.0, 0.5],
    "l1": [0.0, 0.001],
    "l2": [0.0, 0.01],
    "dropout": [0.0, 0.1, 0.5],
    "label_smoothing": [0.0, 0.1],
    "clip_norm": [0.0, 0.05, 3.0],
    "noise_std": [0.1, 0.3],
    "noise_shift": [0, 1, 2],
    "noise_angle": [0.0, 10.0, 90.0],
    "validation": [0.0, 0.1, 0.3],
    "patience": [None, 1, 2],
}
"""The values that the random runs try, for the settings that are neither names nor yes or no."""

CHANGING = [
    s for s in TrainingConfig.settings if s.effect.name != "NEW_NETWORK" and s.name not in ("epochs", "patience")
]


def values(setting: Setting) -> st.SearchStrategy[Any]:
    if setting.kind == "yes_no":
        return st.booleans()
    return st.sampled_from(list(setting.options) or NUMBERS[setting.name])


def configs(table: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({setting.name: values(setting) for setting in table.settings})


def changes() -> st.SearchStrategy[list[tuple[int, dict[str, Any]]]]:
    """Changes of up to three settings at a time, each after some number of batches, or an edit."""
    one = st.lists(st.sampled_from(CHANGING), min_size=1, max_size=3, unique=True).flatmap(
        lambda found: st.fixed_dictionaries({setting.name: values(setting) for setting in found})
    )
    edits = st.sampled_from([{"edit": kind} for kind in (WEIGHT, BIAS, OFF)])
    return st.lists(st.tuples(st.integers(0, 5), st.one_of(one, one, edits)), max_size=2)


def pictures(examples: int = 230, tests: int = 23, validation: int = 0, classes: int = 4) -> Dataset:
    """Noisy pictures of a bright row for each class, so that some are learned at once."""
    random = np.random.default_rng(5)

    def split(count: int) -> Split:
        labels = (random.permutation(count) % classes).astype(np.uint8)
        images = random.integers(0, 90, (count, SIDE, SIDE), dtype=np.uint8)
        images[np.arange(count), labels * 2] += 150
        return Split(images.reshape(count, -1), labels, tuple("abcdefghij"[:classes]))

    return Dataset("rows", "rows.npz", split(examples), split(tests), split(validation) if validation else None)


def trained(
    dataset: Dataset, network: dict[str, Any], training: dict[str, Any], more: Any = (), epochs: int = 2
) -> Session:
    """Return a session after some epochs, with changes in between. It may have diverged on the way."""
    session = Session(dataset, NetworkConfig(**network), TrainingConfig(**training))
    for batches, change in more:
        for _ in range(batches):
            if session.status.state is not State.DIVERGED:
                for _ in session.train_batch():
                    pass
        if session.status.state is State.DIVERGED:
            return session
        if kind := change.get("edit"):
            edit = Edit(kind, 0, 0, 0, 0.0 if kind == OFF else 0.25)
            if not edit.fault(session.snapshot().network):
                session.edit((edit,))
        else:
            session.change(replace(session.training, **change))
    for _ in session.train(session.epoch + epochs):
        pass
    return session


NUMBER = re.compile(r"(train|validation|test) loss (\S+?)(?:,|$)", re.MULTILINE)


def in_full(script: str) -> str:
    """Return the script with all digits of the losses, so that a difference in the last bit is seen."""
    assert ":.6g}" in script
    return script.replace(":.6g}", ":.17g}")


def run_script(script: str, data: Path, folder: Path) -> list[dict[str, float]]:
    """Run a script alone in a new process, and return the losses that it prints for each epoch."""
    path = folder / "exported.py"
    path.write_text(script, encoding="utf-8")
    command = [sys.executable, "-I", str(path), str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return losses_in(done.stdout)


def losses_in(text: str) -> list[dict[str, float]]:
    """Return the losses in the lines of a script."""
    return [{name: float(value) for name, value in NUMBER.findall(line)} for line in text.splitlines()]


def losses_of(session: Session) -> list[dict[str, float]]:
    """Return the losses that the app shows for each epoch."""
    return [
        {"train": record.train_loss}
        | ({"validation": record.validation_loss} if record.has_validation else {})
        | {"test": record.test_loss}
        for record in session.history.records
    ]
