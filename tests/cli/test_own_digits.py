"""`--own-digits`: digits that were drawn are trained on, and a run remembers which."""

import numpy as np
import pytest

from tui_nn.data.own import PLACE, add_own
from tui_nn.session.runs import load_run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path / "own"))


def test_they_are_trained_on_and_the_run_goes_on_with_the_same(tui_nn, data, tmp_path):
    """A digit that is drawn after the run was saved does not change what it goes on with: the replay stays exact."""
    path = tmp_path / "a.run"
    assert "draw some first" in tui_nn("train", "--data", data, "--own-digits").err
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
    assert "leave --own-digits out" in said.err
