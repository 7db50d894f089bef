"""Reading of picture files, valid and damaged ones."""

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from tui_nn.data import images
from tui_nn.data.dataset import DataError
from tui_nn.data.images import read_image

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
    Image.fromarray(GREY.astype(np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(DataError, match=r"a\.tiff': its pixels are floating-point numbers; give a PNG"):
        read_image(tmp_path / "a.tiff")


def test_without_pillow_the_error_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match=r"Cannot use '.*a\.png'.* without Pillow; get it with .*tui-nn\[images\]"):
        read_image(tmp_path / "a.png")
    (tmp_path / "a.pgm").write_bytes(pgm())
    assert (read_image(tmp_path / "a.pgm") == GREY).all()


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"P5 3 2 255 abc", "ends after 3 of 6"),
        (b"P5 3 2", "not a complete PGM"),
        (b"P5 0 2 255 abc", "0 x 2 pixels"),
        (b"P5 99999999 99999999 255 a", "give a smaller picture"),
        (b"P2 1 1 0 0", "its value of white"),
        (b"P2 1 1 9 10", "a pixel is 10, but white is 9"),
        (b"P2 1 1 9 x", "something other than numbers"),
        (b"", "not an image"),
        (b"hello", "not an image"),
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
