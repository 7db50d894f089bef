"""`tui-nn data` shows and converts data files of every format."""

from __future__ import annotations

import pytest
from data_files import CLOTHES, GOOD, OTHER, WARNED, csv, digits, save

from tui_nn.data.loading import load_dataset
from tui_nn.data.resizing import resize


def test_show_prints_examples_classes_picture_and_pixels(tui_nn, tmp_path):
    said = tui_nn("data", "show", save(tmp_path / "a"))
    assert said.code == 0
    assert said.lines[0] == "a.npz · 28 x 28 pixels · 10 classes"
    assert said.lines[1] == "200 training examples, 100 test examples"
    counts = [int(line.split()[1]) for line in said.lines[4:14]]
    assert counts == [(digits().y == label).sum() for label in range(10)]
    assert "pixels from 0 to 255" in said.out
    assert said.lines[-1] == "No fault was found in the data."
    assert max(map(len, said.lines)) < 120


def test_show_lists_what_looks_like_a_mistake(tui_nn, tmp_path):
    said = tui_nn("data", "show", WARNED["wrong_ink_and_paper_swapped"][0](tmp_path / "a"))
    assert said.lines[-1].startswith("- The ink is reversed:")


def test_show_as_json_has_the_same_facts(tui_nn, tmp_path):
    (found,) = tui_nn("data", "show", OTHER["clothes"][0](tmp_path / "a"), "--json").events
    assert [each["name"] for each in found["classes"]] == list(CLOTHES)
    assert (found["side"], found["training"], found["test"], found["validation"]) == (28, 200, 100, None)
    assert found["pixels"]["mean"] == pytest.approx(digits().x.mean())
    assert found["pixels"]["deviation"] == pytest.approx(digits().x.std())


def test_show_without_a_path_shows_the_bundled_digits(tui_nn):
    assert tui_nn("data", "show").lines[0] == "bundled digits · 28 x 28 pixels · 10 classes"


@pytest.mark.parametrize("name", ["kaggle", "idx_gz", "images_float_0_to_1", "class_folders_in_parts"])
def test_a_converted_file_has_the_same_data(name, tui_nn, tmp_path):
    path, out = GOOD[name](tmp_path / name), tmp_path / "out.npz"
    assert tui_nn("data", "convert", path, out).code == 0
    assert load_dataset(out).digest == load_dataset(path).digest


@pytest.mark.parametrize("name", OTHER)
def test_sizes_and_class_names_survive_the_conversion(name, tui_nn, tmp_path):
    path, out = OTHER[name][0](tmp_path / name), tmp_path / "out.npz"
    assert tui_nn("data", "convert", path, out).code == 0
    assert load_dataset(out).digest == load_dataset(path).digest


@pytest.mark.parametrize(("name", "side"), [("load_digits", 28), ("clothes", 14), ("letters", 28)])
def test_convert_resizes_the_pictures_to_another_side(name, side, tui_nn, tmp_path):
    path, out = OTHER[name][0](tmp_path / name), tmp_path / "out.npz"
    said = tui_nn("data", "convert", path, out, "--side", side)
    before, after = load_dataset(path), load_dataset(out)
    assert said.code == 0
    assert (f"of {side} x {side} pixels" in said.err) == (before.side != side)
    assert (after.side, after.class_names) == (side, before.class_names)
    assert after.digest == resize(before, side).digest


def test_a_file_is_replaced_only_on_request(tui_nn, tmp_path):
    path, out = csv()(tmp_path / "a"), tmp_path / "out.npz"
    out.write_bytes(b"mine")
    said = tui_nn("data", "convert", path, out)
    assert (said.code, out.read_bytes()) == (2, b"mine")
    assert "exists; give another name, or replace the file with --overwrite" in said.err
    assert tui_nn("data", "convert", path, out, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["data", "shw"], "ACTION is 'shw': it must be one of show, convert, fetch"),
        (["data", "show", "a", "b"], "the argument 'b' is one too many; show takes only one PATH"),
        (["data", "convert", "a.csv"], "convert needs PATH, the data to read, and OUT"),
        (["data", "convert", "a.csv", "b.csv"], "OUT is 'b.csv': the name must end in .npz"),
        (["data", "show", "--side", "28"], "--side is only for convert, but ACTION is show; leave --side out"),
        (["data", "convert", "a", "b.npz", "--side", "7"], "--side is '7': it must be a whole number from 8 to 64"),
        (["data", "convert", "a", "b.npz", "--side", "65"], "--side is '65': it must be a whole number from 8 to 64"),
        (["data", "convert", "a", "b.npz", "--side", "x"], "--side is 'x': it must be a whole number from 8 to 64"),
        (["data", "convert", "a", "b.npz", "--side"], "--side needs a value"),
        (["data", "fetch", "mnst"], "fetch needs the name of one dataset: mnist (60,000 + 10,000 handwritten digits"),
        (["data", "show", "no-such-file"], "Cannot use 'no-such-file': there is no such file; check the path"),
        (
            ["data", "convert", "bundled", "/no/such/folder/a.npz"],
            "'/no/such/folder/a.npz' cannot be written: no such file",
        ),
    ],
)
def test_wrong_use_is_one_sentence(tui_nn, argv, sentence):
    said = tui_nn(*argv)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.err


def test_commands_report_what_is_suspicious_on_stderr(tui_nn, tmp_path):
    path = WARNED["wrong_no_test"][0](tmp_path / "a")
    said = tui_nn("train", "--data", path, "--epochs", 1, "--save", tmp_path / "a.run")
    assert "a.npz: the data has no test examples, so 20 % of each class are set aside" in said.err
    assert "the data has no test examples" in tui_nn("evaluate", tmp_path / "a.run").err
    assert "the data has no test examples" not in tui_nn("train", "--quiet", "--data", path, "--epochs", 1).err


def test_flags_take_the_names_of_classes_in_any_case(tui_nn, tmp_path):
    path, run = OTHER["clothes"][0](tmp_path / "a"), tmp_path / "a.run"
    tui_nn("train", "--data", path, "--epochs", 1, "--hidden-sizes", 4, "--save", run)
    exact = tui_nn("mistakes", run, "--true", "Ankle boot", "--json")
    assert exact.code == 0
    assert {each["true"] for each in exact.events[:-1]} == {CLOTHES.index("Ankle boot")}
    assert tui_nn("mistakes", run, "--true", "ankle BOOT", "--json").out == exact.out
    assert tui_nn("trace", "--data", path, "--class", "shirt").code == 0
    said = tui_nn("mistakes", run, "--predicted", "Trousers")
    assert "--predicted is 'Trousers': it must be one of T-shirt/top, Trouser," in said.err
