"""A small data set, a small run, and a function that runs a command line and returns its output."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from json_schema import faults_of

from tui_nn.__main__ import main
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import save_run
from tui_nn.session.run.session import Session


@dataclass(frozen=True)
class Said:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str
    command: str = ""

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON lines, each checked against the schema of its command."""
        events = [
            json.loads(line, parse_constant=lambda text: pytest.fail(f"{text} is no JSON")) for line in self.lines
        ]
        assert [fault for event in events for fault in faults_of(self.command, event)] == []
        return events


@pytest.fixture
def tui_nn(capsys: pytest.CaptureFixture[str]):
    """Return a function that runs a command line in this process."""

    def run(*argv: object) -> Said:
        code = main([str(word) for word in argv])
        return Said(code, *capsys.readouterr(), str(argv[0]) if argv else "")

    return run


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with sixty training and twenty test pictures. Each class is a square in its own place, with some noise."""
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
    """A saved run of three epochs on the squares, which classifies some of them correctly."""
    path = tmp_path_factory.mktemp("runs") / "a.run"
    training = TrainingConfig(batch_size=10, learning_rate=0.1, epochs=3)
    session = Session(load_dataset(data), NetworkConfig(hidden_sizes=(6,)), training, preset="quick-start")
    for _ in session.run(3):
        pass
    save_run(path, session.snapshot(), session.dataset)
    return path
