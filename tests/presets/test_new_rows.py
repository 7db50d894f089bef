"""A row that is added to a table is found by all that there is, and nothing else needs to be touched."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docs_writer import WRITER

from tui_nn.__main__ import main
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.config.setting import Setting
from tui_nn.presets.share import read_share_line, share_line
from tui_nn.session.file.runs import read_run
from tui_nn.ui.configure.draft import Draft
from tui_nn.ui.configure.explanation import explain_field

TESTS = Path(__file__).parents[1]
CHOICES = [setting for setting in settings() if setting.table]


def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, TESTS / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLUGIN = load("helpers/rows_plugin.py")


@pytest.fixture(params=CHOICES, ids=lambda setting: setting.name)
def setting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A setting whose table has one row more."""
    chosen: Setting = request.param
    table, _ = PLUGIN.TABLES[chosen.name]
    monkeypatch.setitem(table, PLUGIN.NEW, PLUGIN.new_row(chosen.name))
    return chosen


def configs(setting: Setting) -> tuple[NetworkConfig, TrainingConfig]:
    values: dict[str, Any] = {setting.name: PLUGIN.NEW}
    if setting in NetworkConfig.settings:
        return NetworkConfig(**values), TrainingConfig()
    return NetworkConfig(), TrainingConfig(**values)


def test_there_is_a_new_row_for_every_table() -> None:
    assert {setting.name for setting in CHOICES} == set(PLUGIN.TABLES)


def test_the_form_walks_to_it_and_explains_it(setting: Setting) -> None:
    form = Draft(NetworkConfig(), TrainingConfig(), "custom")
    for _ in setting.options:
        form.step(setting.name, 1)
        if form.value(setting.name) == PLUGIN.NEW:
            break
    first, second = explain_field(form, setting.name, 78).plain.split("\n")
    assert form.view(setting.name).text in ("quite_new", "quite new")
    assert form.view(setting.name).text in first
    assert f"{setting.name} → new: to be found everywhere." in second


def test_a_share_line_carries_it(setting: Setting) -> None:
    assert read_share_line(share_line(*configs(setting))) == configs(setting)


def test_a_preset_file_and_a_wrong_value_name_it(setting: Setting) -> None:
    for config in configs(setting):
        assert type(config).from_dict(config.to_dict()) == config
    assert setting.allowed.endswith(PLUGIN.NEW)


def test_the_page_of_tables_shows_it(setting: Setting) -> None:
    page: str = WRITER.tables_page()
    assert f"| `{PLUGIN.NEW}` | {setting.name} → new |" in page


def test_a_network_trains_with_it_from_the_command_line_and_the_run_is_read(
    setting: Setting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flag = "--" + setting.name.replace("_", "-")
    path = tmp_path / "new.run"
    small = ("--hidden-sizes", "3", "--train-limit", "50", "--epochs", "1")
    assert main(["train", *small, flag, PLUGIN.NEW, "--save", str(path), "--quiet"]) == 0
    assert "epochs done" in capsys.readouterr().out
    run = read_run(path)
    assert PLUGIN.NEW in (getattr(run.network, setting.name, ""), getattr(run.training, setting.name, ""))
    main(["train", "--help"])
    assert PLUGIN.NEW in capsys.readouterr().out


def test_the_tests_find_it_by_themselves() -> None:
    """A pytest with a new row in every table: those that go through a table go through it too, and pass."""
    paths = (
        "test_activations", "test_losses", "test_optimizers", "choices/test_schedules", "choices/test_augmentation",
        "fast/test_training_step",
    )  # fmt: skip
    words = "quite_new or row or optimizer or saturates"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "rows_plugin", "-p", "no:cacheprovider", "-k", words,
         *(f"tests/core/{path}.py" for path in paths)],
        cwd=TESTS.parent, env={**os.environ, "PYTHONPATH": f"{TESTS.parent}:{TESTS / 'helpers'}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    for path in paths[:-1]:
        assert f"{path}.py::" in run.stdout, path
