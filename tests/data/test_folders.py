"""The folders of the program can be moved, each by its own variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_nn.data.folders import VARIABLES, folder


@pytest.mark.parametrize("kind", ["config", "state", "cache", "data"])
def test_an_environment_variable_moves_one_kind_of_folder(kind: str, tmp_path: Path, monkeypatch) -> None:
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    usual = {each: folder(each) for each in VARIABLES}
    monkeypatch.setenv(f"TUI_NN_{kind.upper()}_DIR", str(tmp_path))
    assert folder(kind) == tmp_path
    assert all(folder(each) == usual[each] for each in VARIABLES if each != kind)
    assert all("tui-nn" in str(path) for path in usual.values())


def test_there_is_no_other_kind() -> None:
    with pytest.raises(KeyError):
        folder("music")
