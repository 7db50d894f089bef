"""`tests/run.py`: it does what it is told, and nothing where it is told something else."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

MAIN = runpy.run_path(str(Path(__file__).with_name("run.py")))["main"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines of the checks, none of which is run."""
    lines: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda line, **_: lines.append(line[2:]) or SimpleNamespace(returncode=0))
    return lines


@pytest.mark.parametrize(("argv", "code"), [(["--slwo"], 2), (["tests/core"], 2), (["--help"], 0)])
def test_what_it_does_not_know_runs_nothing(started: list[list[str]], argv: list[str], code: int) -> None:
    with pytest.raises(SystemExit) as ended:
        MAIN(argv)
    assert (ended.value.code, started) == (code, [])


def test_slow_is_the_slow_tests_alone(started: list[list[str]]) -> None:
    assert MAIN([]) == 0
    assert [line[0] for line in started] == ["ruff", "ruff", "mypy", "pytest"]
    started.clear()
    assert MAIN(["--slow"]) == 0
    assert [line[-1] for line in started] == ["slow"]
