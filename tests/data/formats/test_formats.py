"""Every form in which people have their data is read as the same data, or refused with one sentence."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from data_files import CLOTHES, GOOD, LETTERS, OTHER, REFUSED, WARNED, class_folders, digits, idx, save

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.dataset import DIGITS, DataError, Dataset
from tui_nn.data.formats.reading import read_data
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import load_run, save_run
from tui_nn.session.run.session import Session

SHOULD_SPLIT = ("names_x_y_only", "kaggle", "kaggle_gz", "no_header", "label_last", "semicolons", "class_folders")


def all_examples(dataset: Dataset) -> set[tuple[bytes, int]]:
    return {
        (image.tobytes(), int(label))
        for split in (dataset.train, dataset.test)
        for image, label in zip(split.images, split.labels, strict=True)
    }


def in_one_sentence(text: str) -> bool:
    return text.isprintable() and text.rstrip(".").count(". ") == 0 and len(text) < 600


@pytest.mark.parametrize("name", GOOD)
def test_the_same_digits_are_read_from_every_form(name: str, tmp_path: Path) -> None:
    dataset, expected = read_data(GOOD[name](tmp_path / name)), digits()
    assert dataset.class_names == DIGITS
    if name in SHOULD_SPLIT:
        together = Dataset.from_arrays(expected.x, expected.y)
        assert all_examples(dataset) == all_examples(together)
        assert [note for note in dataset.notes if "no test examples" not in note] == []
        assert len(dataset.test) == len(together.test)
    elif name.startswith("class_folders"):
        whole = Dataset.from_arrays(*expected)
        assert all_examples(dataset) == all_examples(whole)
    else:
        assert np.array_equal(dataset.train.images, expected.x.reshape(-1, 784))
        assert np.array_equal(dataset.train.labels, expected.y)
        assert np.array_equal(dataset.test.images, expected.x_test.reshape(-1, 784))
        assert np.array_equal(dataset.test.labels, expected.y_test)


@pytest.mark.parametrize("name", OTHER)
def test_other_sizes_and_classes_train_and_are_saved(name: str, tmp_path: Path) -> None:
    write, side, classes = OTHER[name]
    dataset = read_data(write(tmp_path / name))
    assert (dataset.side, len(dataset.class_names)) == (side, classes)
    session = Session(dataset, NetworkConfig(hidden_sizes=(4,)), TrainingConfig(batch_size=20))
    session.step_epoch()
    save_run(tmp_path / "a.run", session.snapshot(), dataset)
    assert load_run(tmp_path / "a.run").dataset.digest == dataset.digest


def test_class_names_come_from_texts_folders_and_an_array_of_names(tmp_path: Path) -> None:
    names = {name: read_data(OTHER[name][0](tmp_path / name)).class_names for name in OTHER}
    assert names["letters"] == LETTERS
    assert names["clothes"] == CLOTHES
    assert set(names["csv_with_names"]) == set(CLOTHES)
    assert names["folders_with_names"] == tuple(sorted(name.replace("/", "-") for name in CLOTHES))
    assert names["emnist-letters"] == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize("name", WARNED)
def test_a_suspicious_file_trains_and_is_reported(name: str, tmp_path: Path) -> None:
    write, sentence = WARNED[name]
    dataset = read_data(write(tmp_path / name))
    assert any(sentence in note for note in dataset.notes)
    assert all(map(in_one_sentence, dataset.notes))
    Session(dataset, NetworkConfig(hidden_sizes=()), TrainingConfig(batch_size=50)).step_epoch()


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_gives_one_sentence(name: str, tmp_path: Path) -> None:
    write, sentence = REFUSED[name]
    path = write(tmp_path / name)
    with pytest.raises(DataError) as caught:
        read_data(path)
    said = str(caught.value).replace(str(path), "PATH")
    assert sentence in said
    assert said.startswith("Cannot use 'PATH")
    assert in_one_sentence(said)


def test_an_address_is_refused_with_the_line_that_downloads_it() -> None:
    with pytest.raises(
        DataError, match=r"download it with curl -L -o mnist\.npz https://example\.org/mnist\.npz, then give"
    ):
        load_dataset("https://example.org/mnist.npz")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that can be opened but not read")
def test_a_disk_that_fails_while_reading_gives_one_sentence() -> None:
    """The memory of a process can be opened, but nothing is at its beginning."""
    with pytest.raises(
        DataError, match=r"^Cannot use '/proc/self/mem': it cannot be read \(input/output error\); copy"
    ):
        load_dataset("/proc/self/mem")


def test_a_file_of_tests_alone_is_split(tmp_path: Path) -> None:
    dataset = read_data(idx()(tmp_path / "idx") / "t10k-images-idx3-ubyte")
    assert len(dataset.train) + len(dataset.test) == 100


def test_a_folder_with_two_idx_datasets_asks_for_one_file(tmp_path: Path) -> None:
    folder = idx()(tmp_path / "idx")
    for file in idx(start="emnist-digits-")(tmp_path / "other").iterdir():
        file.rename(folder / file.name)
    with pytest.raises(
        DataError, match=r"the folder contains several datasets .*emnist-digits.* give the path of one file instead"
    ):
        read_data(folder)
    assert len(read_data(folder / "train-images-idx3-ubyte").train) == 200


def test_the_split_is_stratified_and_the_same_each_time() -> None:
    x, y, *_ = digits()
    first, second = Dataset.from_arrays(x, y), Dataset.from_arrays(x, y)
    assert first.digest == second.digest
    for label in range(10):
        assert (first.test.labels == label).sum() == round(0.2 * (y == label).sum())
    assert not all_examples_of(first, "train") & all_examples_of(first, "test")


def all_examples_of(dataset: Dataset, part: str) -> set[bytes]:
    return {image.tobytes() for image in getattr(dataset, part).images}


def test_png_folders_are_read_like_pgm_folders(tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image")
    pgm = class_folders()(tmp_path / "pgm")
    for path in pgm.rglob("*.pgm"):
        other = tmp_path / "png" / path.parent.name / f"{path.stem}.png"
        other.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        images.open(path).save(buffer, "PNG")
        other.write_bytes(buffer.getvalue())
    assert read_data(tmp_path / "png").digest == read_data(pgm).digest


def test_a_run_of_ten_digits_opens_data_with_some_of_them(tmp_path: Path) -> None:
    x, y, x_test, y_test = digits()
    session = Session(load_dataset(save(tmp_path / "all")), NetworkConfig(hidden_sizes=()), TrainingConfig())
    save_run(tmp_path / "a.run", session.snapshot(), session.dataset)
    some, some_test = y < 2, y_test < 2
    path = save(tmp_path / "few", x=x[some], y=y[some], x_test=x_test[some_test], y_test=y_test[some_test])
    from tui_nn.session.file.runs import read_run

    assert load_dataset(path).class_names == ("0", "1")
    assert read_run(tmp_path / "a.run").open_data(path).class_names == DIGITS
    assert np.array_equal(read_run(tmp_path / "a.run").open_data(path).test.labels, y_test[some_test])


def test_arrays_are_checked_like_files() -> None:
    x, y, *_ = digits()
    assert Dataset.from_arrays(x / 255, y.tolist()).side == 28
    assert Dataset.from_arrays(x, y, class_names=CLOTHES).class_names == CLOTHES
    with pytest.raises(DataError, match="x has 200 pictures, but y has 3 labels"):
        Dataset.from_arrays(x, y[:3])
    with pytest.raises(DataError, match="only one of x_test and y_test"):
        Dataset.from_arrays(x, y, x)
    with pytest.raises(DataError, match="arrays in a Python program"):
        load_dataset(Dataset.from_arrays(x, y).source)
