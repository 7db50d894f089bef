"""`tui-nn screenshot` draws the app into a file, and gives the same picture every time."""

import itertools
import os
import subprocess
import sys
import xml.etree.ElementTree

import pytest

from tui_nn.cli import screenshot
from tui_nn.engine import script
from tui_nn.ui.shell.arrangement import SMALLEST


def text_of(tui_nn, tmp_path, *flags):
    said = tui_nn("screenshot", *flags, "-o", tmp_path / "a.txt")
    assert (said.code, said.out) == (0, "")
    assert said.err == f"written to {tmp_path / 'a.txt'}\n"
    return (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()


def test_text_is_the_screen_row_by_row(tui_nn, saved, tmp_path):
    rows = text_of(tui_nn, tmp_path, "--run", saved, "--size", "90x30")
    assert len(rows) == 30
    assert max(map(len, rows)) <= 90
    assert rows[0].startswith(" quick-start")
    assert "epoch 3" in rows[0]
    assert "ready" in rows[0]


def test_a_png_picture_is_drawn_from_the_svg(tui_nn, saved, tmp_path):
    from PIL import Image

    assert tui_nn("screenshot", "--run", saved, "--size", "60x20", "-o", tmp_path / "a.png").code == 0
    picture = Image.open(tmp_path / "a.png")
    assert picture.width > 600
    assert len(picture.getcolors(100_000)) > 10


@pytest.mark.parametrize("pane", ["configure", "train", "inspect", "Mistakes"])
def test_every_pane_can_be_drawn(tui_nn, saved, tmp_path, pane):
    rows = text_of(tui_nn, tmp_path, "--run", saved, "--size", "80x24", "--pane", pane)
    assert f"{pane.title()}▌" in rows[1]


@pytest.mark.parametrize(
    ("look", "pane", "key"), [("inspect/unit", "inspect", "u"), ("inspect/test-map", "inspect", "t")]
)
def test_a_view_can_be_named_instead_of_pressing_its_key(tui_nn, saved, tmp_path, look, pane, key):
    shared = ("--run", saved, "--size", "80x24", "--pane")
    assert text_of(tui_nn, tmp_path, *shared, look) == text_of(tui_nn, tmp_path, *shared, pane, "--keys", key)


def test_a_look_shows_its_unit_and_its_step(tui_nn, saved, tmp_path):
    shared = ("--run", saved, "--size", "80x24", "--pane")
    assert "unit 5 of 6 in layer 0" in "\n".join(text_of(tui_nn, tmp_path, *shared, "inspect/unit layer=0 unit=5"))
    assert "step 4 of " in "\n".join(text_of(tui_nn, tmp_path, *shared, "inspect/microscope act=3"))


def test_a_look_goes_back_to_its_epoch(tui_nn, saved, tmp_path):
    assert "epoch 1 " in text_of(tui_nn, tmp_path, "--run", saved, "--size", "80x24", "--pane", "train epoch=1")[0]


def test_screenshot_trains_before_it_presses_keys(tui_nn, data, tmp_path):
    shared = ("--data", data, "--size", "80x24")
    assert "epoch 2 " in text_of(tui_nn, tmp_path, *shared, "--epochs", "2")[0]
    assert "epoch 5 " in text_of(tui_nn, tmp_path, *shared, "--epochs", "2", "--keys", "space space space")[0]
    assert "▐1 Configure▌" in text_of(tui_nn, tmp_path, *shared, "--keys", "4 1")[1]


def test_a_long_run_is_waited_for(tui_nn, data, tmp_path):
    rows = text_of(tui_nn, tmp_path, "--data", data, "--size", "80x24", "--keys", "r")
    assert "epoch 20 " in rows[0]
    assert "ready" in rows[0]


QUICK = ("--hidden-sizes", "8", "--optimizer", "sgd", "--batch-size", "full", "--train-limit", "300", "--size", "80x24")


def test_do_prepares_the_state_that_the_app_would_open_with(tui_nn, tmp_path):
    """--epochs is then the length of a run, as it is for the app, so a line for the app needs only another command."""
    flags = (*QUICK, "--epochs", "4", "--do", "run", "--do", "again learning-rate=3", "--look", "train/compare")
    rows = text_of(tui_nn, tmp_path, *flags)
    assert "epoch 4 " in rows[0]
    assert "learning rate: A 3, B 0.1" in "\n".join(rows)
    assert text_of(tui_nn, tmp_path, *flags) == rows
    assert "epoch 3 " in text_of(tui_nn, tmp_path, *QUICK, "--do", "train-to 4", "--do", "seek 3", "--pane", "train")[0]


def test_a_share_line_and_a_preset_file_begin_the_run(tui_nn, tmp_path):
    share = ("--share", "784-16-10 relu lr=.25", "--size", "80x24", "--look", "configure")
    assert "16 relu" in "\n".join(rows := text_of(tui_nn, tmp_path, *share))
    assert "0.25" in "\n".join(rows)
    (tmp_path / "mine.toml").write_text(
        'about = "mine"\nreported = "unknown"\n[network]\nhidden_sizes = [9]\n[training]\n'
    )
    rows = text_of(tui_nn, tmp_path, "--preset", tmp_path / "mine.toml", "--activation", "tanh", "--size", "80x24")
    assert rows[0].startswith(" mine  784 ─ 9 tanh ─ 10")


def test_a_wrong_first_command_is_refused_in_one_sentence(tui_nn, tmp_path):
    said = tui_nn("screenshot", *QUICK, "--do", "dance", "-o", tmp_path / "a.txt")
    assert said.code == 2
    assert "'dance' is not a command" in said.err
    assert said.err.count("\n") == 1


def test_ascii_is_ascii(tui_nn, saved, tmp_path):
    rows = text_of(tui_nn, tmp_path, "--run", saved, "--ascii")
    assert all(row.isascii() for row in rows)


def test_svg_is_the_same_twice_and_in_any_environment(data, tmp_path):
    """Two processes train and draw. The picture depends neither on the clock nor on the terminal."""
    argv = [sys.executable, "-m", "tui_nn", "screenshot", "--data", data, "--epochs", "2", "--size", "80x24", "-o"]
    strange = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40", "LINES": "9", "TEXTUAL_THEME": "nord", "LC_ALL": "C"}
    for name, environment in (("a.svg", {}), ("b.svg", strange)):
        subprocess.run([*argv, str(tmp_path / name)], env=os.environ | environment, check=True, capture_output=True)
    picture = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert xml.etree.ElementTree.fromstring(picture).tag.endswith("svg")
    assert (tmp_path / "b.svg").read_text(encoding="utf-8") == picture


def test_a_screenshot_does_not_show_the_training_time(tui_nn, data, tmp_path, monkeypatch):
    flags = ("--data", data, "--epochs", "3", "--keys", "R")  # which asks first where much time would be lost
    quick = text_of(tui_nn, tmp_path, *flags)
    monkeypatch.setattr("tui_nn.session.run.epoch.perf_counter", itertools.count(0, 7).__next__)
    assert text_of(tui_nn, tmp_path, *flags) == quick


def test_training_by_keys_gives_the_same_picture_twice(tui_nn, data, tmp_path):
    """How long an update took is another number each time."""
    flags = ("--data", data, "--keys", "space b")
    first = text_of(tui_nn, tmp_path, *flags)
    assert "ms per update" not in "".join(first)
    assert text_of(tui_nn, tmp_path, *flags) == first


def test_the_smallest_picture_is_the_smallest_screen():
    assert script.SIZES[0] == SMALLEST


def test_a_theme_changes_the_colours(tui_nn, saved, tmp_path):
    for theme in ("textual-dark", "textual-light"):
        said = tui_nn("screenshot", "--run", saved, "--theme", theme, "-o", tmp_path / f"{theme}.svg")
        assert said.code == 0
    assert (tmp_path / "textual-dark.svg").read_bytes() != (tmp_path / "textual-light.svg").read_bytes()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--theme", "drakula"), "there is no theme 'drakula' (did you mean dracula?); the themes are ansi-dark,"),
        (("--pane", "lesions"), "--look is 'lesions': it must be one of configure, train, inspect, mistakes, lessons."),
        (("--pane", "inspect/units"), "--look is 'inspect/units': the views of inspect are layers, histograms, flow,"),
        (
            ("--pane", "train/chart"),
            "--look is 'train/chart': the views of train are loss, log-loss, accuracy, batch-loss, log-batch-loss, compare.",
        ),
        (
            ("--pane", "inspect unit=x"),
            "--look: 'inspect unit=x' does not describe a view: unit must be a whole number from 0.",
        ),
        (("--keys", "down foo"), "--keys contains 'foo', which is not the name of a key."),
        (("--keys", "escpe"), "--keys contains 'escpe', which is not the name of a key (did you mean escape?)."),
        (("--preset", "leaky-he"), "--preset cannot be used with --run, because a saved run has its own settings."),
        (("--epochs", "1000001"), "--epochs is '1000001': it must be a whole number from 0 to 1,000,000."),
        (("--size", "٨٠x٢٤"), "--size is '٨٠x٢٤': it must be columns x rows"),
        (("--share", "784-8-10"), "--share cannot be used with --run, because a saved run has its own settings."),
        (("--lr", "0.5"), "--learning-rate cannot be used with --run, because a saved run has its own settings."),
        (("-o", "/no/such/place/a.svg"), "there is no directory '/no/such/place'."),
    ],
)
def test_wrong_arguments_of_screenshot_are_refused_before_training(
    tui_nn, saved, tmp_path, monkeypatch, flags, sentence
):
    monkeypatch.setattr(screenshot, "_train", lambda *_: pytest.fail("it trains first"))
    said = tui_nn("screenshot", "--run", saved, "-o", tmp_path / "a.svg", "--epochs", 3, *flags)
    assert said.code == 2
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_preset_without_a_name_is_none(tui_nn, tmp_path):
    said = tui_nn("screenshot", "--preset", "", "-o", tmp_path / "a.svg")
    assert said.code == 2
    assert "there is no preset ''; the presets are quick-start," in said.err


def test_a_file_that_cannot_be_written(tui_nn, saved, tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = tui_nn("screenshot", "--run", saved, "-o", tmp_path / "a.svg")
    assert said.code == 1
    assert said.err.endswith("a.svg' cannot be written: no space left on device.\n")
