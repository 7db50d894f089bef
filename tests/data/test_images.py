"""Reading of picture files, valid and damaged ones."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tui_nn.data import images
from tui_nn.data.dataset import DataError
from tui_nn.data.images import read_image as read_picture


def read_image(path: object) -> np.ndarray:
    return read_picture(path).grey


GREY = np.arange(6, dtype=np.uint8).reshape(2, 3) * 50


def pgm(binary: bool = True, white: int = 255) -> bytes:
    header = f"P{5 if binary else 2}\n# made by hand\n3 2\n{white}\n".encode()
    values = np.rint(GREY / 255 * white).astype(int).ravel()
    if not binary:
        return header + " ".join(map(str, values)).encode()
    return header + values.astype(">u2" if white > 255 else "u1").tobytes()


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("white", [255, 65535])
def test_pgm_is_read(binary: bool, white: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pgm"
    path.write_bytes(pgm(binary, white))
    assert (read_image(path) == GREY).all()


def test_png_is_read_and_transparent_is_white(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(GREY).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png") == GREY).all()
    clear = np.zeros((2, 3, 4), np.uint8)
    clear[0, 0] = (0, 0, 0, 255)
    Image.fromarray(clear).save(tmp_path / "b.png")
    assert read_image(tmp_path / "b.png").tolist() == [[0, 255, 255], [255, 255, 255]]


def test_a_white_digit_on_nothing_is_on_black(tmp_path: Path) -> None:
    from PIL import Image

    white = np.full((2, 3, 4), 255, np.uint8)
    white[..., 3] = GREY
    Image.fromarray(white).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png") == GREY).all()


def test_png_of_16_bits_keeps_its_greys(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(GREY.astype(np.uint16) * 257).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png") == GREY).all()


def test_without_pillow_the_error_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    Image.fromarray(GREY).save(tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(DataError, match=r"Cannot use '.*a\.png'.* without Pillow") as caught:
        read_image(tmp_path / "a.png")
    assert f"{shlex.quote(sys.executable)} -m pip install 'tui-nn[images]'" in str(caught.value)
    (tmp_path / "a.pgm").write_bytes(pgm())
    assert (read_image(tmp_path / "a.pgm") == GREY).all()


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"P5 3 2 255 abc", "ends after 3 of 6"),
        (b"P5 3 2", "no complete PGM head"),
        (b"P5 0 2 255 abc", "0 x 2 pixels"),
        (b"P5 99999999 99999999 255 a", "give a smaller picture"),
        (b"P2 1 1 0 0", "the header states that white is 0"),
        (b"P2 1 1 9 10", "a pixel has the value 10, but the header states that white is 9"),
        (b"P2 1 1 9 x", "something other than numbers"),
        (b"", "the file is empty"),
        (b"hello", "not a picture"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(contents: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.pgm"
    path.write_bytes(contents)
    with pytest.raises(DataError, match=words) as caught:
        read_image(path)
    assert str(caught.value).startswith("Cannot use '")
    assert str(caught.value).count(". ") == 0


def test_only_ordinary_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "none", "\0"):
        with pytest.raises(DataError, match="Cannot use"):
            read_image(path)
    monkeypatch.setattr(images, "LARGEST", 4)
    (tmp_path / "a.pgm").write_bytes(pgm())
    with pytest.raises(DataError, match="more than 4 bytes"):
        read_image(tmp_path / "a.pgm")


def test_damaged_files_raise_nothing_else(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.tile(GREY, (9, 9))).save(tmp_path / "a.png")
    whole, chance = (tmp_path / "a.png").read_bytes(), random.Random(3)
    for good in (whole, pgm(), pgm(binary=False)):
        for _ in range(150):
            bad = bytearray(good[: chance.randrange(1, len(good) + 1)])
            for _ in range(chance.randrange(4)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            (tmp_path / "b.png").write_bytes(bad)
            with contextlib.suppress(DataError):
                assert read_image(tmp_path / "b.png").ndim == 2


@pytest.mark.parametrize(
    ("head", "surplus"),
    [
        (b"P2\n3 2\n255\n# a row\n", 0),
        (b"P2\n3# of three\n 2 # rows\n255# white\n", 0),
        (b"P2 3 2 255 # one line\n#another\r", 0),
        (b"P5\r# an old computer\r3 2\r255\r", 0),
        (b"P5\n3 2\n255# white\n", 0),
        (b"P5\n# a\n#b\n#\n3#c\n2\n255\n", 0),
    ],
)
def test_comments_in_a_pgm_head_are_ignored(head: bytes, surplus: int, tmp_path: Path) -> None:
    """A comment may be anywhere before the pixels, and among pixels that are text."""
    pixels = GREY.tobytes() if head.startswith(b"P5") else b"0 50 100 # three\n150 200 250\n"
    (tmp_path / "a.pgm").write_bytes(head + pixels)
    picture = read_picture(tmp_path / "a.pgm")
    assert (picture.grey == GREY).all()
    assert picture.notes == ()


def test_bytes_after_the_pixels_are_said(tmp_path: Path) -> None:
    """The pixels of a binary file begin after one blank, so that a comment there is part of them."""
    (tmp_path / "a.pgm").write_bytes(b"P5 3 2 255 # white\n" + GREY.tobytes())
    (tmp_path / "b.pgm").write_bytes(b"P2 3 2 255 0 50 100 150 200 250 300 1\n")
    assert read_picture(tmp_path / "a.pgm").notes == ("the file has 8 bytes after its pixels, which were ignored",)
    assert read_picture(tmp_path / "b.pgm").notes == ("the file has 5 bytes after its pixels, which were ignored",)


@pytest.mark.parametrize("kind", ["png", "jpg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    """Pillow's own function is the judge. The shape is odd, so that a turn by a quarter shows."""
    from PIL import Image, ImageOps

    grey = np.kron(np.arange(15, dtype=np.uint8).reshape(3, 5) * 16, np.ones((8, 8), np.uint8))
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"a.{kind}"
    Image.fromarray(grey).save(path, exif=exif)
    with Image.open(path) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    assert (read_image(path) == upright).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_large_picture_is_reduced_to_means(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setattr(images, "REDUCED", 20)
    monkeypatch.setattr(images, "_STRIP", 500)
    grey = np.kron(np.arange(35, dtype=np.uint16).reshape(5, 7) * 7 // 230 * 255, np.ones((9, 9), np.uint16))
    image = Image.fromarray(grey * 257) if mode == "I;16" else Image.fromarray(grey.astype(np.uint8)).convert(mode)
    image.save(tmp_path / "a.png")
    (tmp_path / "a.pgm").write_bytes(b"P5 63 45 255 " + grey.astype(np.uint8).tobytes())
    for name in ("a.png", "a.pgm"):
        assert (read_image(tmp_path / name) == grey.reshape(15, 3, 21, 3).mean(axis=(1, 3))).all()


def test_a_pipe_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as pool:
        written = pool.submit((tmp_path / "pipe").write_bytes, pgm())
        assert (read_image(tmp_path / "pipe") == GREY).all()
        written.result()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pgm())))
    assert (read_image("-") == GREY).all()
    monkeypatch.setattr(images, "LARGEST_PIPE", 5)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pgm())))
    with pytest.raises(DataError, match="Cannot use standard input: the picture has more than 5 bytes"):
        read_image("-")


@pytest.mark.parametrize("kind", ["png", "jpg", "pgm"])
def test_more_than_100_million_pixels_are_refused_from_the_head(kind: str, tmp_path: Path) -> None:
    from PIL import Image

    path, size = tmp_path / f"a.{kind}", (20_000).to_bytes(4, "big")
    if kind == "pgm":
        path.write_bytes(b"P5 20000 20000 255 a")
    else:
        Image.fromarray(GREY).save(path)
        old, new = {
            "png": (b"IHDR\0\0\0\3\0\0\0\2", b"IHDR" + size * 2),
            "jpg": (b"\xff\xc0\0\x0b\x08\0\2\0\3", b"\xff\xc0\0\x0b\x08" + size[2:] * 2),
        }[kind]
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(DataError, match="the file has 20,000 x 20,000 pixels, but 1 to 100,000,000 pixels are allowed"):
        read_image(path)
