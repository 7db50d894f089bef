"""Small digits, a small run, and a way to give a command line and read what it says."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.__main__ import main
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import save_run
from tui_nn.session.run.session import Session


@dataclass(frozen=True)
class Said:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_constant=lambda text: pytest.fail(f"{text} is no JSON")) for line in self.lines]


@pytest.fixture
def tui_nn(capsys: pytest.CaptureFixture[str]):
    """Give a command line to the program, in this process."""

    def run(*argv: object) -> Said:
        code = main([str(word) for word in argv])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixty images to train on and twenty to test with, each class a square in a place of its own, in some noise."""
    noise = np.random.default_rng(1)

    def images(labels: np.ndarray) -> np.ndarray:
        drawn = noise.integers(0, 60, (len(labels), 28, 28), dtype=np.uint8)
        for image, label in zip(drawn, labels, strict=True):
            row, column = divmod(int(label), 5)
            image[4 + 12 * row : 12 + 12 * row, 1 + 5 * column : 6 + 5 * column] = 250
        return drawn

    path = tmp_path_factory.mktemp("data") / "squares.npz"
    y_train, y_test = np.arange(60, dtype=np.uint8) % 10, np.arange(20, dtype=np.uint8) % 10
    np.savez(path, x_train=images(y_train), y_train=y_train, x_test=images(y_test), y_test=y_test)
    return str(path)


@pytest.fixture(scope="session")
def saved(data: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three epochs on the squares, which reads some of them."""
    path = tmp_path_factory.mktemp("runs") / "a.run"
    training = TrainingConfig(batch_size=10, learning_rate=0.1, epochs=3)
    session = Session(load_dataset(data), NetworkConfig(hidden_sizes=(6,)), training, preset="quick-start")
    for _ in session.run(3):
        pass
    save_run(path, session.snapshot(), session.dataset)
    return path
