"""Which module may import which.

The contracts of pyproject.toml check the source. Other tests import a module in a new process and look at what was loaded,
because the contracts cannot see an import that happens late. `core/test_one_sitting.py` counts what a reader of the core needs, and
`ui/test_rooms.py` checks the rooms of the screens.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LATE = {"numpy", "textual", "rich", "plotext"}

LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted(set(sys.argv[2:]) & set(sys.modules)))
"""


def loaded(module: str) -> set[str]:
    """Return which of the large libraries an import of `module` loads in a new Python process."""
    command = [sys.executable, "-c", LOADED, module, *sorted(LATE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "tui_nn",
        "tui_nn.__main__",
        "tui_nn.config.configs",
        "tui_nn.presets",
        "tui_nn.session.run.status",
        "tui_nn.engine.messages",
        "tui_nn.engine.process",
    ],
)
def test_modules_needed_before_the_first_paint_load_no_large_library(module: str) -> None:
    assert loaded(module) == set()


@pytest.mark.parametrize("module", ["tui_nn.ui.shell.app", "tui_nn.ui.shell.main_screen"])
def test_the_screens_load_neither_numpy_nor_plotext(module: str) -> None:
    assert loaded(module) == {"textual", "rich"}


@pytest.mark.parametrize(
    "module",
    [
        "tui_nn.analysis.gradient_check",
        "tui_nn.analysis.statistics",
        "tui_nn.session.run.session",
        "tui_nn.session.file.runs",
        "tui_nn.engine.inline",
        "tui_nn.engine.worker",
        "tui_nn.lessons.headless",
    ],
)
def test_modules_that_train_load_numpy_and_no_screens(module: str) -> None:
    assert loaded(module) == {"numpy"}


def test_every_public_name_of_the_package_is_found() -> None:
    import tui_nn

    for name in tui_nn.__all__:
        assert getattr(tui_nn, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tui_nn.nothing


def test_the_import_contracts_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)
