"""`tui-nn export` writes a run to files of several kinds."""

import pytest
from trained_again import run_script

from tui_nn.export.files import KINDS
from tui_nn.session.file.runs import read_run


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_script_reads_the_exported_data_and_repeats_the_run(tui_nn, saved, tmp_path):
    said = tui_nn("export", saved, "--to", "script")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith(
        "written to a.py\nThe script reads the examples of the run from a file. To write that file: tui-nn export "
    )
    assert tui_nn("export", saved, "--to", "data", "-o", "squares.npz").err == "written to squares.npz\n"
    printed = run_script((tmp_path / "a.py").read_text(encoding="utf-8"), tmp_path / "squares.npz", tmp_path)
    records = read_run(saved).history.records
    assert [losses["test"] for losses in printed] == [float(f"{record.test_loss:.6g}") for record in records]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_under_its_ending(tui_nn, saved, tmp_path, kind):
    said = tui_nn("export", saved, "--to", kind, "--json")
    name = f"a{KINDS[kind].ending}"
    assert (said.code, said.events) == (0, [{"event": "exported", "path": name, "kind": kind, "epoch": 3}])
    assert (tmp_path / name).stat().st_size > 100


def test_a_file_is_replaced_only_when_asked(tui_nn, saved, tmp_path):
    (tmp_path / "m.csv").write_text("mine")
    said = tui_nn("export", saved, "--to", "csv", "-o", "m.csv")
    assert said.code == 2
    assert "'m.csv' exists; give another name with -o, or replace the file with --overwrite." in said.err
    assert (tmp_path / "m.csv").read_text() == "mine"
    assert tui_nn("export", saved, "--to", "csv", "-o", "m.csv", "--overwrite").code == 0
    assert (tmp_path / "m.csv").read_text().startswith("true / predicted,0,1,")


@pytest.mark.parametrize(
    ("argv", "code", "sentence"),
    [
        (
            ["--to", "scrip"],
            2,
            "--to is 'scrip': it must be one of script, pytorch, notebook, npz, safetensors, csv, data",
        ),
        ([], 2, "--to is missing"),
        (["--to", "npz", "-o", "no/a.npz"], 1, "'no/a.npz' cannot be saved: there is no directory"),
        (["--to", "npz", "--data", "no.npz"], 2, "no.npz"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tui_nn, saved, argv, code, sentence):
    said = tui_nn("export", saved, *argv)
    assert said.code == code
    assert sentence in said.err
