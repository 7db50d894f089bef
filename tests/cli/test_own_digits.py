"""`--own-digits`: a run trains on digits that were drawn, and its file contains them."""

from pathlib import Path

import numpy as np
import pytest

from tui_nn.data.own import PLACE, add_own, drop_last_of, read_own
from tui_nn.engine.messages import Start
from tui_nn.engine.training_split import load_training_split
from tui_nn.engine.worker import Worker
from tui_nn.session.file.runs import load_run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path / "own"))


def test_own_digits_are_trained_on_and_a_run_keeps_them(tui_nn, data, tmp_path):
    """A digit that is drawn after the save does not change the data of the run, so the replay stays exact."""
    path = tmp_path / "a.run"
    assert "draw more digits first" in tui_nn("train", "--data", data, "--own-digits").err
    add_own(np.full(784, 90, np.uint8), 7)
    told = tui_nn("train", "--data", data, "--own-digits", "--epochs", 2, "--save", path, "--json")
    assert told.code == 0, told.err
    add_own(np.full(784, 10, np.uint8), 1)
    session = load_run(path)
    assert session.dataset.name == "squares.npz + 1 own"
    assert len(session.dataset.train) == 61
    again = tui_nn("train", "--run", path, "--epochs", 4, "--json").events[-2]
    both = tui_nn("train", "--data", f"{data}+own:1", "--epochs", 4, "--json").events[-2]
    assert (again["test_loss"], again["train_loss"]) == (both["test_loss"], both["train_loss"])


def test_a_run_is_not_given_other_digits(tui_nn, saved):
    said = tui_nn("train", "--run", saved, "--own-digits")
    assert said.code == 2
    assert "--own-digits cannot be used with --run" in said.err


def test_a_run_brings_the_digits_it_was_trained_on(tui_nn, data, tmp_path):
    """The run can be evaluated and continued without the file of own digits, and with other digits in it."""
    path, drawn = tmp_path / "a.run", np.arange(784, dtype=np.uint16).astype(np.uint8)
    add_own(drawn, 7)
    assert tui_nn("train", "--data", data, "--own-digits", "--epochs", 2, "--save", path).code == 0
    drop_last_of(read_own())
    assert tui_nn("evaluate", path, "--json").events[0]["data"] == "squares.npz + 1 own"
    kept = load_run(path)
    assert (kept.dataset.train.images[0] == drawn).all()
    add_own(np.full(784, 10, np.uint8), 1)
    assert load_run(path).dataset.digest == kept.dataset.digest
    again = tui_nn("train", "--run", path, "--epochs", 4, "--save", path, "--json").events[-2]
    assert again["epoch"] == 4
    assert load_run(path).dataset.digest == kept.dataset.digest


def test_the_others_may_have_moved(tui_nn, data, tmp_path):
    path, moved = tmp_path / "a.run", tmp_path / "moved.npz"
    moved.write_bytes(Path(data).read_bytes())
    add_own(np.full(784, 90, np.uint8), 7)
    assert tui_nn("train", "--data", moved, "--own-digits", "--epochs", 1, "--save", path).code == 0
    drop_last_of(read_own())
    moved.unlink()
    assert "moved.npz" in tui_nn("train", "--run", path).err
    assert load_run(path, data).dataset.name == "squares.npz + 1 own"


def test_training_digits_are_those_that_were_trained_on(data):
    """The file of own digits may contain others now, which are not used."""
    add_own(np.full(784, 90, np.uint8), 7)
    opened = Worker(Start(source=f"{data}+own:1")).opened
    drop_last_of(read_own())
    add_own(np.full(784, 10, np.uint8), 1)
    train = load_training_split(opened)
    assert (train.labels[0], train.images[0, 0]) == (7, 90)
