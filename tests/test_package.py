"""The package that is published: it has every file that the app reads, and its README works outside the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_dev_container_is_correct_json_and_names_the_usual_setup() -> None:
    content = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert "pip install -e '.[test]'" in content["postCreateCommand"]
    assert "pip install -e '.[test]'" in (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_package_is_complete_and_runs_without_the_repository(tmp_path: Path) -> None:
    """Build both files, check them, install the wheel without an index, and run it in another folder."""
    pytest.importorskip("build", reason="needs: pip install build twine")
    pytest.importorskip("twine", reason="needs: pip install build twine")
    subprocess.run([sys.executable, "-m", "build", "-o", tmp_path, ROOT], check=True, capture_output=True, timeout=600)
    (wheel,), (source,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", wheel, source], check=True, timeout=60)

    suffixes = (".py", ".toml", ".tcss", ".npz", ".txt", ".typed")
    mine = {file.relative_to(ROOT).as_posix() for file in (ROOT / "tui_nn").rglob("*") if file.suffix in suffixes}
    with zipfile.ZipFile(wheel) as archive:
        assert mine - set(archive.namelist()) == set()
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        assert mine | {"README.md", "docs/tour.svg", "tests/run.py"} <= names

    target = tmp_path / "installed"
    install = ["-m", "pip", "install", "--no-index", "--no-deps", "--target", target, wheel]
    subprocess.run([sys.executable, *install], check=True, capture_output=True, timeout=120)
    command = [sys.executable, "-P", "-m", "tui_nn", "train", "--epochs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert "epoch" in done.stdout
