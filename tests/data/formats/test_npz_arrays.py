import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from numpy.typing import NDArray

from tui_nn.data.dataset import DataError
from tui_nn.data.formats import reading
from tui_nn.data.formats.reading import read_data
from tui_nn.data.loading import load_dataset

Members = dict[str, bytes]


def some_arrays() -> dict[str, NDArray[np.generic]]:
    generator = np.random.default_rng(7)
    return {
        "x_train": generator.integers(0, 256, (6, 28, 28), dtype=np.uint8),
        "y_train": generator.integers(0, 10, 6, dtype=np.uint8),
        "x_test": generator.integers(0, 256, (4, 28, 28), dtype=np.uint8),
        "y_test": generator.integers(0, 10, 4, dtype=np.uint8),
    }


def npy(array: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def npy_with_header(header: str, values: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    text = header.encode("latin1") + b"\n"
    return b"\x93NUMPY" + bytes(version) + len(text).to_bytes(2 if version == (1, 0) else 4, "little") + text + values


def some_members() -> Members:
    return {name: npy(array) for name, array in some_arrays().items()}


def write_zip(path: Path, members: Members, compression: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content, compression)


def valid_bytes() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **some_arrays())  # type: ignore[arg-type]
    return buffer.getvalue()


# Files that load


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "digits of mine.npz"
    path.write_bytes(valid_bytes())
    return path


def test_a_good_file_loads_flat_and_unchanged(good: Path) -> None:
    dataset, arrays = read_data(good), some_arrays()
    assert (dataset.name, dataset.source) == ("digits of mine.npz", str(good))
    assert np.array_equal(dataset.train.images, arrays["x_train"].reshape(6, 784))
    assert np.array_equal(dataset.train.labels, arrays["y_train"])
    assert np.array_equal(dataset.test.images, arrays["x_test"].reshape(4, 784))
    assert np.array_equal(dataset.test.labels, arrays["y_test"])
    assert not dataset.train.images.flags.writeable


def test_source_is_the_path_from_the_root(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(good.parent)
    assert load_dataset("./digits of mine.npz").source == str(good)
    monkeypatch.setenv("HOME", str(good.parent))
    monkeypatch.setenv("USERPROFILE", str(good.parent))
    assert load_dataset("~/digits of mine.npz").source == str(good)


def test_uncompressed_fortran_order_python_2_and_other_arrays_are_fine(good: Path) -> None:
    wanted = read_data(good).digest
    members = some_members()
    members["x_train"] = npy(np.asfortranarray(some_arrays()["x_train"]))
    members["y_train"] = npy_with_header(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (6L,), }", some_arrays()["y_train"].tobytes()
    )
    members["x_test"] = npy_with_header(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 28, 28)}", some_arrays()["x_test"].tobytes(), (2, 0)
    )
    members["notes"] = npy(np.array([{"pickled": "and never read"}]))
    write_zip(good, members, zipfile.ZIP_STORED)
    assert read_data(good).digest == wanted


def test_a_name_that_would_upset_the_screen_is_made_printable(good: Path) -> None:
    odd = good.with_name("a\nb\x1b[31m.npz")
    try:
        good.rename(odd)
    except OSError:
        pytest.skip("this system has no such file names")
    dataset = read_data(odd)
    assert (dataset.name, dataset.source) == ("a?b?[31m.npz", str(odd))
    odd.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_data(odd)
    assert "a?b?[31m.npz" in str(caught.value)
    assert str(caught.value).isprintable()


# Files that do not: each maker spoils the path it is given

BAD: dict[str, tuple[str, Callable[[Path], object]]] = {}
"""By the maker's name: a part of the message, and the maker."""


def bad(message: str) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    def register(make: Callable[[Path], object]) -> Callable[[Path], object]:
        BAD[make.__name__] = (message, make)
        return make

    return register


def bad_member(message: str, case: str, name: str, content: bytes) -> None:
    BAD[case] = (message, lambda path: write_zip(path, some_members() | {name: content}))


def bad_array(message: str, case: str, name: str, array: NDArray[np.generic]) -> None:
    bad_member(message, case, name, npy(array))


def bad_header(message: str, case: str, header: str, version: tuple[int, int] = (1, 0)) -> None:
    bad_member(message, case, "x_train", npy_with_header(header, bytes(784), version))


@bad("there is no such file")
def missing(path: Path) -> None:
    pass


@bad("the folder has nothing, but no IDX files")
def directory(path: Path) -> None:
    path.mkdir()


@bad("the file is empty")
def empty(path: Path) -> None:
    path.write_bytes(b"")


@bad("the file is not an .npz, IDX or CSV file (it begins with 'label,pixel0')")
def text(path: Path) -> None:
    path.write_text("label,pixel0\n5,0\n")


@bad("the file is a single NumPy array without labels; convert it with python -c")
def one_npy_array(path: Path) -> None:
    path.write_bytes(npy(some_arrays()["x_train"]))


@bad("the .npz file is incomplete")
def truncated(path: Path) -> None:
    path.write_bytes(valid_bytes()[:-100])


@bad("damaged")
def start_is_lost(path: Path) -> None:
    path.write_bytes(valid_bytes()[100:])


@bad("the file contains no arrays, but needs pictures and labels")
def zip_of_nothing(path: Path) -> None:
    write_zip(path, {})


@bad("the file has no y_test, which should contain the labels for x_test (the file contains x_train uint8 (6, 28, 28)")
def one_array_missing(path: Path) -> None:
    members = some_members()
    del members["y_test"]
    write_zip(path, members)


@bad("damaged")
def bad_zlib_data(path: Path) -> None:
    content = bytearray(valid_bytes())
    content[200:260] = b"\xff" * 60
    path.write_bytes(content)


@bad("damaged")
def bad_checksum(path: Path) -> None:
    write_zip(path, some_members(), zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[1000] ^= 1  # a pixel
    path.write_bytes(content)


@bad("the file is compressed in a way that NumPy never uses")
def packed_with_lzma(path: Path) -> None:
    write_zip(path, some_members(), zipfile.ZIP_LZMA)


@bad("damaged")
def encrypted(path: Path) -> None:
    write_zip(path, some_members())
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)


def declare(path: Path, name: str, size: int) -> None:
    """Let the zip directory say that a member has `size` bytes."""
    write_zip(path, some_members())
    with zipfile.ZipFile(path, "a") as archive:
        archive.getinfo(f"{name}.npy").file_size = size
        archive.writestr("more", b"")  # the directory is written again only after a change


@bad("the size of the array differs from the shape in its header")
def zip_bomb(path: Path) -> None:
    declare(path, "x_train", 2**40)


@bad("damaged")
def size_too_large_in_the_directory(path: Path) -> None:
    declare(path, "x_train", 10_000_000)


@bad("damaged")
def size_too_small_in_the_directory(path: Path) -> None:
    write_zip(path, some_members() | {"x_train": npy(np.zeros((6, 28, 28), np.uint8)) + bytes(50_000_000)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.getinfo("x_train.npy").file_size = 128 + 6 * 784
        archive.writestr("more", b"")


@bad("but at most 1,073,741,824 are allowed")
def giant_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**30 + 1)  # sparse: it takes no room


if hasattr(os, "mkfifo"):
    BAD["fifo"] = ("not an ordinary file", os.mkfifo)
if Path("/dev/zero").exists():
    BAD["device"] = ("not an ordinary file", lambda path: path.symlink_to("/dev/zero"))

X = some_arrays()["x_train"]
bad_array("x_train has pixels that are NaN", "nan_images", "x_train", np.full((6, 28, 28), np.nan))
bad_array(
    "x_train has the shape (6, 700), but the shape must be", "odd_images", "x_train", np.zeros((6, 700), np.uint8)
)
bad_array("x_train has 28 pictures, but y_train has 6 labels", "one_image", "x_train", X[0])
bad_array(
    "the pictures have different sizes, 28 x 28 in x_train and 32 x 32 in x_test; scale",
    "larger_images",
    "x_test",
    np.zeros((4, 32, 32), np.uint8),
)
bad_array("y_train has the label 0.5", "labels_that_are_not_whole", "y_train", np.full(6, 0.5))
bad_array(
    "y_train has the shape (6, 10), but each row must contain a single 1 and zeros",
    "empty_one_hot_labels",
    "y_train",
    np.zeros((6, 10), np.uint8),
)
bad_array("y_test is a single number", "label_without_an_axis", "y_test", np.uint8(3))  # type: ignore[arg-type]
bad_array("some labels are numbers, but others are texts", "labels_in_words", "y_test", np.array(["a"] * 4))
bad_array("y_test has labels from 0 to 9000000000", "giant_labels", "y_test", np.arange(4) * 3 * 10**9)
bad_array("x_train has 6 pictures, but y_train has 5 labels", "label_missing", "y_train", np.zeros(5, np.uint8))
bad_array(
    "y_train contains Python objects, which are not read",
    "pickled_labels",
    "y_train",
    np.array([1, "two", None, 4, 5, 6], dtype=object),
)
bad_array(
    "x_train has the type void", "structured_images", "x_train", np.zeros(6, np.dtype([("a\nb", "u1", (28, 28))]))
)
bad_member("damaged", "member_is_empty", "x_test", b"")
bad_member("damaged", "member_is_not_npy", "x_test", b"not an array at all")
bad_member("damaged", "array_is_cut_short", "x_test", some_members()["x_test"][:-1])
bad_member("damaged", "array_runs_on", "x_test", some_members()["x_test"] + b"\0")
bad_member("damaged", "header_is_cut_short", "x_test", some_members()["x_test"][:60])
bad_member("damaged", "header_longer_than_the_file", "x_test", b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{")

HEADER = "{{'descr': '|u1', 'fortran_order': False, 'shape': {}}}"
bad_header("damaged", "giant_shape", HEADER.format("(100000000000000000000, 28, 28)"))
bad_header("damaged", "shape_past_printing", HEADER.format(f"(0x{'f' * 9000}, 28)"))
bad_header("damaged", "negative_shape", HEADER.format("(-1, 28, 28)"))
bad_header("damaged", "true_is_no_shape", HEADER.format("(True, 28.0, 28)"))
bad_header("damaged", "header_with_an_open_bracket", "{'descr': '|u1', 'shape': (1, 28, 28")
bad_header("damaged", "header_with_an_open_string", "{'descr': '''|u1")
bad_header("damaged", "header_is_code", "__import__('os').abort()")
bad_header("damaged", "header_is_a_deep_nest", "[" * 9000)
bad_header("damaged", "header_is_all_minus", "-" * 9000 + "1")
bad_header("damaged", "header_is_too_long", HEADER.format("(1, 28, 28)") + " " * 20_000)
bad_header("damaged", "header_with_an_odd_escape", r"{'descr': '\d', 'fortran_order': False, 'shape': (1, 28, 28)}")
bad_header("damaged", "header_with_a_null", "{'descr': '|u1\0'}")
bad_header("damaged", "header_of_another_version", HEADER.format("(1, 28, 28)"), (9, 9))
BAD["no_examples"] = (
    "there are no examples",
    lambda path: write_zip(
        path,
        some_members() | {"x_test": npy(np.zeros((0, 28, 28), np.uint8)), "y_test": npy(np.zeros(0, np.uint8))},
    ),
)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gives_one_sentence(case: str, tmp_path: Path) -> None:
    message, make = BAD[case]
    path = tmp_path / f"{case}.npz"
    make(path)
    with pytest.raises(DataError) as caught:
        read_data(path)
    said = str(caught.value)
    assert message in said
    assert f"{case}.npz" in said
    assert said.isprintable()
    assert said.startswith("Cannot use '")
    assert said.endswith(".")
    assert len(said) < len(str(path)) * 2 + 400


def test_a_file_without_read_permission_is_refused(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"digits of mine\.npz': the file cannot be read \(Permission denied\); check"):
        read_data(good)


def test_a_text_that_is_no_path_is_refused() -> None:
    for source in ("a\0b.npz", "~nobody-of-this-name/mnist.npz", "x" * 5000, "", "/dev/null/mnist.npz", "\udc80.npz"):
        with pytest.raises(DataError) as caught:
            load_dataset(source)
        assert str(caught.value).isprintable()


def test_file_is_closed_again(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[IO[bytes]] = []
    really_open = reading.open_file

    def open_and_note(source: str, layout: str) -> IO[bytes]:
        files.append(really_open(source, layout))
        return files[-1]

    monkeypatch.setattr(reading, "open_file", open_and_note)
    read_data(good)
    good.write_bytes(valid_bytes()[:-1])
    with pytest.raises(DataError):
        read_data(good)
    assert [file.closed for file in files] == [True, True]


# Random damage: a DataError, or by luck a file that is still good


def load_or_refuse(path: Path) -> bool:
    try:
        dataset = read_data(path)
    except DataError as error:
        said = str(error)
    else:
        assert dataset.train.images.shape == (len(dataset.train), 784)
        return True
    assert path.name in said
    assert said.isprintable()
    return False


def flip(content: bytes, chance: random.Random, start: int = 0, stop: int | None = None) -> bytes:
    """Change one to four bytes between start and stop."""
    spoilt = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        spoilt[chance.randrange(start, len(spoilt) if stop is None else stop)] = chance.randrange(256)
    return bytes(spoilt)


def test_random_bytes_changed_anywhere(tmp_path: Path) -> None:
    chance, path, content = random.Random(1), tmp_path / "flipped.npz", valid_bytes()
    for _ in range(300):
        path.write_bytes(flip(content, chance))
        load_or_refuse(path)


def test_random_bytes_changed_in_the_zip_directory(tmp_path: Path) -> None:
    chance, path, content = random.Random(2), tmp_path / "directory.npz", valid_bytes()
    start = content.index(b"PK\x01\x02")
    for _ in range(300):
        path.write_bytes(flip(content, chance, start))
        load_or_refuse(path)


def test_random_bytes_changed_in_a_header_under_a_good_checksum(tmp_path: Path) -> None:
    chance, path, members = random.Random(3), tmp_path / "header.npz", some_members()
    for _ in range(300):
        name = chance.choice(list(members))
        write_zip(path, members | {name: flip(members[name], chance, 0, 80)})
        load_or_refuse(path)


def test_every_kind_of_truncation(tmp_path: Path) -> None:
    chance, path, content = random.Random(4), tmp_path / "cut.npz", valid_bytes()
    for _ in range(200):
        path.write_bytes(content[: chance.randrange(len(content))])
        assert not load_or_refuse(path)
        start = chance.randrange(1, len(content))
        path.write_bytes(content[start:])
        load_or_refuse(path)


def test_a_path_may_be_a_path(tmp_path: Path) -> None:
    write_zip(tmp_path / "digits.npz", some_members())
    assert load_dataset(tmp_path / "digits.npz").digest == load_dataset(str(tmp_path / "digits.npz")).digest
