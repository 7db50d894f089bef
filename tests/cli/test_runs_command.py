"""`tui-nn runs` lists what apps have left without saving it."""

from __future__ import annotations

from tui_nn.session.file.rescue import RescueFile, new_rescue_path


def left(saved, *, held=False):
    file = RescueFile(new_rescue_path())
    file.path.write_bytes(saved.read_bytes())
    if not held:
        file.release()
    return file


def test_unsaved_runs_are_listed_newest_first(tui_nn, saved):
    files = [left(saved), left(saved, held=True)]
    said = tui_nn("runs")
    assert (said.code, said.err) == (0, "")
    assert "  quick-start  784-6-10  epoch 3  test " in said.lines[0]
    assert said.lines[1] == f"  {files[1].path}  (not saved; this run is open in an app now)"
    assert said.lines[3] == f"  {files[0].path}  (not saved)"
    events = tui_nn("runs", "--json").events
    assert [(event["path"], event["open"], event["epoch"]) for event in events] == [
        (str(files[1].path), True, 3),
        (str(files[0].path), False, 3),
    ]
    assert events[0]["sizes"] == [784, 6, 10]
    files[1].release()


def test_no_unsaved_runs_is_one_sentence(tui_nn):
    said = tui_nn("runs")
    assert (said.code, said.out) == (0, "")
    assert "contains no unsaved runs" in said.err
    assert tui_nn("runs", "--json").out == ""


def test_a_damaged_file_does_not_hide_the_others(tui_nn, saved):
    left(saved)
    left(saved).path.write_text("damaged")
    said = tui_nn("runs")
    assert said.code == 0
    assert len(said.lines) == 2
    assert "is not a saved run" in said.err


def test_files_that_were_saved_are_listed_after_unsaved_runs(tui_nn, saved, tmp_path):
    gone, kept = tmp_path / "gone.run", tmp_path / "kept.run"
    for path in (gone, kept):
        assert tui_nn("train", "--run", saved, "--epochs", "4", "--save", path).code == 0
    gone.unlink()
    unsaved = left(saved)
    events = tui_nn("runs", "--json").events
    assert [(event["path"], event["saved"]) for event in events] == [(str(unsaved.path), False), (str(kept), True)]
    assert tui_nn("runs").lines[3] == f"  {kept}"
