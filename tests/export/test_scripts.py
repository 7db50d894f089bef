"""The exported programs train the run again: the NumPy script with the same bits, PyTorch but for rounding."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trained_again import (
    changes,
    configs,
    in_full,
    losses_in,
    losses_of,
    pictures,
    run_script,
    trained,
)

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.data.own import add_to
from tui_nn.data.writing import write_data
from tui_nn.export.plan import KNOWN, ExportError, Plan
from tui_nn.export.script import notebook, numpy_script, torch_script
from tui_nn.presets import load_preset, preset_names
from tui_nn.session.run.session import Session

DATA = {"plain": pictures(), "validation": pictures(validation=11), "two classes": pictures(classes=2)}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundled") / "digits.npz"
    write_data(load_dataset(), path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("data")
    for name, dataset in DATA.items():
        write_data(dataset, folder / f"{name}.npz")
    return {name: folder / f"{name}.npz" for name in DATA}


def plan_of(session: Session) -> Plan:
    return Plan.of(session.snapshot(), session.dataset.source)


def of_preset(name: str, epochs: int = 2) -> Session:
    preset = load_preset(name)
    session = Session(load_dataset(), preset.network, preset.training, preset=name)
    for _ in session.train(epochs):
        pass
    return session


def is_equal(found: list[dict[str, float]], expected: list[dict[str, float]]) -> bool:
    """Compare bit by bit. NaN is equal to NaN: sigmoids may send a picture of the test data to infinity."""
    return json.dumps(found) == json.dumps(expected)


@pytest.mark.parametrize("name", preset_names())
def test_the_script_of_a_preset_gets_the_same_losses_to_the_last_bit(name: str, bundled: Path, tmp_path: Path) -> None:
    session = of_preset(name, epochs=1 if name == "best" else 2)  # "best" takes seconds for each epoch.
    script = numpy_script(plan_of(session))
    assert is_equal(run_script(in_full(script), bundled, tmp_path), losses_of(session))
    if load_preset(name).notebook:
        assert len(script.splitlines()) <= 60


@pytest.mark.parametrize("name", ["quick-start", "sigmoid-mse"])
def test_the_printed_digits_are_those_of_the_train_command(
    name: str, bundled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_nn.__main__ import main

    assert main(["train", "--preset", name, "--epochs", "2", "--quiet"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:4]]
    printed = run_script(numpy_script(plan_of(of_preset(name))), bundled, tmp_path)
    for row, losses in zip(rows, printed, strict=True):
        monitored = losses.get("validation", losses["test"])
        for word, loss in ((row[1], losses["train"]), (row[4], monitored)):
            decimals = len(word.partition(".")[2])
            assert decimals > 2
            assert word == f"{loss:.{decimals}f}"


def check_a_random_run(
    files: dict[str, Path], folder: Path, network: dict[str, Any], training: dict[str, Any], more: Any, data: str
) -> None:
    session = trained(DATA[data], network, training, more)
    script = numpy_script(plan_of(session))
    if len(session.history.records) > 1:  # An untrained run plans more epochs than the app has trained.
        assert is_equal(run_script(in_full(script), files[data], folder), losses_of(session))


RANDOM_RUNS = given(configs(NetworkConfig), configs(TrainingConfig), changes(), st.sampled_from(list(DATA)))


@settings(max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@RANDOM_RUNS
def test_random_runs_with_changes_get_the_same_losses_to_the_last_bit(
    files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, network: Any, training: Any, more: Any, data: Any
) -> None:
    check_a_random_run(files, tmp_path_factory.getbasetemp(), network, training, more, data)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@RANDOM_RUNS
def test_many_random_runs_get_the_same_losses_to_the_last_bit(
    files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, network: Any, training: Any, more: Any, data: Any
) -> None:
    check_a_random_run(files, tmp_path_factory.getbasetemp(), network, training, more, data)


def test_a_script_sets_the_same_examples_aside_when_some_are_your_own(tmp_path: Path) -> None:
    data = load_dataset()
    few = replace(data, train=data.train.first(300), test=data.test.first(50))
    mixed = add_to(few, data.test.first(12))
    write_data(mixed, tmp_path / "mixed.npz")
    session = trained(mixed, {"hidden_sizes": (5,)}, {"validation": 0.2, "batch_size": 64})
    assert plan_of(session).own == 12
    found = run_script(in_full(numpy_script(plan_of(session))), tmp_path / "mixed.npz", tmp_path)
    assert is_equal(found, losses_of(session))


def test_the_script_of_an_untrained_run_trains_the_planned_epochs_and_stops_early(
    files: dict[str, Path], tmp_path: Path
) -> None:
    # With a rate this large, the loss soon rises, so patience ends the training before the plan does.
    network = NetworkConfig(hidden_sizes=(5,))
    training = TrainingConfig(epochs=30, patience=2, learning_rate=2.0, batch_size=7)
    session = Session(DATA["plain"], network, training)
    script = in_full(numpy_script(plan_of(session)))
    while session.epoch < 30 and not session.stalled(0):
        session.step_epoch()
    assert session.epoch < 30
    assert is_equal(run_script(script, files["plain"], tmp_path), losses_of(session))


def test_a_run_whose_beginning_is_unknown_is_refused_in_a_sentence() -> None:
    session = trained(DATA["plain"], {}, {}, [(1, {"momentum": 0.5, "learning_rate": 0.01})])
    snapshot = session.snapshot()
    unknown = replace(snapshot, history=replace(snapshot.history, begun_with=None))
    with pytest.raises(
        ExportError, match="has the format 1, which does not store the settings before the first change"
    ):
        Plan.of(unknown, "rows.npz")


def test_the_scripts_know_every_row_of_every_table() -> None:
    for setting in (*NetworkConfig.settings, *TrainingConfig.settings):
        if setting.table:
            assert KNOWN[setting.name] == set(setting.options)


def test_a_row_without_code_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    session = trained(DATA["plain"], {"activation": "silu"}, {})
    monkeypatch.setitem(KNOWN, "activation", KNOWN["activation"] - {"silu"})
    with pytest.raises(
        ExportError, match="scripts have no code yet for the activation 'silu'; export the weights instead"
    ):
        plan_of(session)


def test_the_notebook_is_valid_and_its_cells_get_the_same_losses(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import nbformat

    session = trained(DATA["validation"], {"hidden_sizes": (5,)}, {"dropout": 0.1, "schedule": "cosine"})
    book = nbformat.reads(notebook(plan_of(session)), as_version=nbformat.NO_CONVERT)
    nbformat.validate(book)
    assert (book.nbformat, book.cells[0].cell_type) == (4, "markdown")
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    code = "\n".join(cells).replace('path = "mnist.npz"', f"path = {str(files['validation'])!r}")
    found = run_script(in_full(code), files["validation"], tmp_path)
    assert is_equal(found, losses_of(session))


TORCH_RUNS: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[int, dict[str, Any]]]]] = {
    "gelu, adamw, chunks": (
        {"activation": "gelu", "hidden_sizes": (9, 4)},
        {"optimizer": "adamw", "l2": 0.01, "learning_rate": 0.01, "batch_size": 210, "dropout": 0.2, "noise": "shift_rotation"},
        [],
    ),
    "mse, nesterov, penalties, clipping": (
        {"loss": "sigmoid_mse", "use_bias": False, "activation": "tanh"},
        {"optimizer": "nesterov", "l1": 0.001, "l2": 0.01, "clip_norm": 0.05, "label_smoothing": 0.1, "validation": 0.2},
        [],
    ),
    "changes in the middle": (
        {"activation": "leaky_relu", "leaky_slope": 0.3},
        {"optimizer": "momentum", "schedule": "warmup_cosine", "batch_size": 64},
        [(2, {"optimizer": "adam", "learning_rate": 0.01}), (1, {"edit": "weight"}), (3, {"beta1": 0.5, "reduction": "sum"})],
    ),
    "no hidden layer": ({"hidden_sizes": ()}, {"optimizer": "rmsprop", "noise": "gaussian", "batch_size": None}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", TORCH_RUNS)
def test_the_pytorch_script_gets_the_same_losses_but_for_rounding(
    name: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    network, training, more = TORCH_RUNS[name]
    session = trained(DATA["plain"], {"dtype": "float64", **network}, training, more)
    monkeypatch.setattr("sys.argv", ["script", str(files["plain"])])
    with np.load(files["plain"]) as arrays:  # The script leaves the file open until its process ends.
        monkeypatch.setattr(np, "load", lambda path, known=dict(arrays): known)
    exec(compile(in_full(torch_script(plan_of(session))), name, "exec"), {"__name__": "__main__"})
    found, expected = losses_in(capsys.readouterr().out), losses_of(session)
    assert len(found) == len(expected) == session.epoch + 1
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_the_pytorch_script_of_every_choice_is_python() -> None:
    for table in (NetworkConfig, TrainingConfig):
        for setting in table.settings:
            for option in setting.options:
                network, training = NetworkConfig(), TrainingConfig()
                config = network if table is NetworkConfig else training
                changed = replace(config, **{setting.name: option})
                pair = (changed, training) if table is NetworkConfig else (network, changed)
                session = Session(_tiny(), *pair)
                compile(torch_script(plan_of(session)), setting.name, "exec")
    assert math.isfinite(session.history.records[0].train_loss)


def _tiny() -> Dataset:
    return pictures(examples=8, tests=4)
