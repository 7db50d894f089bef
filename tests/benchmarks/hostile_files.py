"""Files that try to use up time or memory, and what reading each of them takes.

Run it as a script for the table: python tests/benchmarks/hostile_files.py [WORD ...]
Each file is read in a copy of a process that has read good files of all formats. The measures are the processor time, and the
largest memory beyond that of the process before.
"""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import resource
import struct
import sys
import tempfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import tui_nn.lessons
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.centring import centre
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.formats.reading import read_data
from tui_nn.data.images import read_image
from tui_nn.data.page import read_page
from tui_nn.home.preferences import load_preferences
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.library import load_lessons
from tui_nn.session.file.archive import read_archive
from tui_nn.session.file.runs import FORMATS, RunFileError, layout_of, read_run, save_run
from tui_nn.session.run.session import Session

MIB = 2**20
SECONDS, MEMORY = 0.2, 64
"""The most processor time, and the most memory in MiB, for a file that is refused."""

Writer = Callable[[Path], None]


# ---- readers


def picture(path: Path) -> None:
    """Read a picture as `predict` does."""
    centre(read_page(read_image(path).grey).ink)


def data(path: Path) -> None:
    read_data(path).digest  # noqa: B018 - it reads every byte


def idx_file(path: Path) -> None:
    """Read a file of pictures. The file of its labels is written beside it."""
    pictures = path.with_name("x-images-idx3-ubyte" + ".gz" * path.name.endswith(".gz"))
    path.rename(pictures)
    path.with_name("x-labels-idx1-ubyte").write_bytes(idx((40,), 0) + bytes(range(10)) * 4)
    try:
        data(pictures)
    finally:
        pictures.rename(path)


def class_folders(path: Path) -> None:
    """Read a folder of two classes. The file is one of their pictures."""
    for name in ("a", "b"):
        folder = path.with_name("classes") / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "good.pgm").write_bytes(b"P5 8 8 255 " + bytes(range(64)))
        (folder / "second.pgm").write_bytes(b"P5 8 8 255 " + bytes(range(1, 65)))
        (folder / "third.pgm").write_bytes(b"P5 8 8 255 " + bytes(range(2, 66)))
    bad = path.with_name("classes") / "a" / "picture.png"
    path.rename(bad)
    try:
        data(path.with_name("classes"))
    finally:
        bad.rename(path)


def run(path: Path) -> None:
    read_run(path)


def lesson(path: Path) -> None:
    """Read a folder of lessons. The file is one of them."""
    folder = path.with_name("lessons")
    folder.mkdir(exist_ok=True)
    path.rename(folder / "a.toml")
    try:
        load_lessons(folder)
    finally:
        (folder / "a.toml").rename(path)


def preferences(path: Path) -> None:
    _, problems = load_preferences(path)
    if problems:
        raise DataError(problems[0])


READERS: dict[str, Callable[[Path], None]] = {
    "pgm": picture, "png": picture, "jpg": picture, "npz": data, "run": run,
    "csv": data, "csv.gz": data, "idx": idx_file, "idx.gz": idx_file, "folder": class_folders,
    "lesson": lesson, "preferences": preferences,
}  # fmt: skip


# ---- good files


@cache
def small() -> Dataset:
    """Return a few of the bundled digits."""
    digits = load_bundled()
    return Dataset("small", "bundled", digits.train.first(40), digits.test.first(10))


def good_run(path: Path) -> None:
    """Save a small run with two branches, an edit and a bookmark."""
    session = Session(small(), NetworkConfig(hidden_sizes=(2,)), TrainingConfig(optimizer="momentum", batch_size=10))
    session.step_epoch()
    session.change(TrainingConfig(optimizer="momentum", batch_size=10, learning_rate=0.01))
    session.step_epoch()
    session.seek(1)
    session.change(TrainingConfig(optimizer="momentum", batch_size=10, learning_rate=0.02))
    session.step_batch()
    session.bookmark("here", "train")
    save_run(path, session.snapshot(), session.dataset)


def good_npz(path: Path) -> None:
    digits, square = small(), (-1, 28, 28)
    np.savez_compressed(
        path, x_train=digits.train.images.reshape(square), y_train=digits.train.labels,
        x_test=digits.test.images.reshape(square), y_test=digits.test.labels,
    )  # fmt: skip


def good_picture(path: Path) -> None:
    """Save a digit in the format of the path's ending."""
    grey = 255 - np.kron(small().test.images[0].reshape(28, 28), np.ones((4, 4), np.uint8))
    if path.suffix == ".pgm":
        path.write_bytes(b"P5 112 112 255\n" + grey.tobytes())
        return
    from PIL import Image

    exif = Image.Exif()
    exif[274] = 1
    Image.fromarray(grey).save(path, exif=exif)


def good_small_picture(path: Path) -> None:
    """Save a picture of 8 x 8 pixels as PNG."""
    from PIL import Image

    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(path, "PNG")


def good_csv(path: Path) -> None:
    """Write some of the digits as a CSV file, compressed if the name ends with ".gz"."""
    train = small().train
    rows = (",".join(map(str, (label, *image))) for image, label in zip(train.images, train.labels, strict=True))
    contents = ("\n".join(rows) + "\n").encode()
    path.write_bytes(gzip.compress(contents, mtime=0) if path.suffix == ".gz" else contents)


def good_idx(path: Path) -> None:
    """Write some of the digits as an IDX file, compressed if the name ends with ".gz"."""
    contents = idx((40, 28, 28), 0) + small().train.images.tobytes()
    path.write_bytes(gzip.compress(contents, mtime=0) if path.suffix == ".gz" else contents)


def good_lesson(path: Path) -> None:
    path.write_bytes((Path(tui_nn.lessons.__file__).parent / "curriculum/momentum.toml").read_bytes())


GOOD: dict[str, Writer] = {
    "pgm": good_picture, "png": good_picture, "jpg": good_picture, "npz": good_npz, "run": good_run,
    "csv": good_csv, "csv.gz": good_csv, "idx": good_idx, "idx.gz": good_idx, "folder": good_small_picture,
    "lesson": good_lesson, "preferences": lambda path: void(path.write_text('theme = "nord"\n[keys]\nepoch = "space,x"\n')),
}  # fmt: skip


# ---- hostile files


def text(*parts: bytes) -> Writer:
    """Return a function that writes these parts into a file."""
    return lambda path: void(path.write_bytes(b"".join(parts)))


def void(_: object) -> None:
    """Return None."""


def png_chunk(name: bytes, contents: bytes) -> bytes:
    return struct.pack(">I", len(contents)) + name + contents + struct.pack(">I", zlib.crc32(name + contents))


def png(
    width: int, height: int, *between: bytes, depth: int = 8, colour: int = 0, packed: bytes | None = None
) -> Writer:
    """Return a function that writes a PNG file with these chunks before its pixels, which are all 0."""

    def write(path: Path) -> None:
        head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
        channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
        pixels = zeros((width * channels * depth // 8 + 1) * height) if packed is None else packed
        parts = b"\x89PNG\r\n\x1a\n", head, *between, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")
        path.write_bytes(b"".join(parts))

    return write


def zeros(size: int, value: bytes = b"\0") -> bytes:
    """Return this many bytes, packed by zlib."""
    packer, parts, piece = zlib.compressobj(1), [], value * MIB
    for _ in range(size // MIB):
        parts.append(packer.compress(piece))
    return b"".join((*parts, packer.compress(value * (size % MIB)), packer.flush()))


def jpeg(change: Callable[[bytes], bytes]) -> Writer:
    """Return a function that writes a good JPEG file, changed."""

    def write(path: Path) -> None:
        good_picture(path)
        path.write_bytes(change(path.read_bytes()))

    return write


def jpeg_size(width: int, height: int) -> Writer:
    def change(contents: bytes) -> bytes:
        at = contents.index(b"\xff\xc0") + 5
        return contents[:at] + struct.pack(">HH", height, width) + contents[at + 4 :]

    return jpeg(change)


def many_scans(path: Path) -> None:
    """Write a progressive JPEG file of 50 megapixels with the same scan 2,000 times."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (7000, 7000), 255).save(buffer, "JPEG", progressive=True)
    contents = buffer.getvalue()
    at = contents.rindex(b"\xff\xda")
    path.write_bytes(contents[:at] + contents[at:-2] * 2000 + contents[-2:])


def npy(
    shape: Any, size: int = 0, dtype: str = "|u1", header: bytes | None = None, value: bytes = b"\0"
) -> list[bytes]:
    """Return the parts of an array file with this header, and `size` bytes of the value."""
    head = header or repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode() + b"\n"
    start = b"\x93NUMPY\x02\x00" + struct.pack("<I", len(head)) + head
    return [start, *[value * MIB] * (size // MIB), value * (size % MIB)]


def zipped(members: dict[str, list[bytes]], method: int = zipfile.ZIP_DEFLATED, extra: int = 0) -> Writer:
    """Return a function that writes an archive of these members, and `extra` empty ones."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
            for name, parts in members.items():
                with archive.open(name, "w") as member:
                    for part in parts:
                        member.write(part)
            for number in range(extra):
                archive.writestr(f"{number}.npy", b"")

    return write


def doubles(train: int) -> dict[str, list[bytes]]:
    """Return the four arrays of a data file, with `train` black training pictures whose pixels have 8 bytes."""
    return arrays(train, x_train=npy((train, 28, 28), train * 784 * 8, "<f8"))


def arrays(train: int = 1, **other: list[bytes]) -> dict[str, list[bytes]]:
    """Return the four arrays of a data file, with `train` black training pictures; some of them are replaced."""
    members = {
        "x_train": npy((train, 28, 28), train * 784), "y_train": npy((train,), train),
        "x_test": npy((1, 28, 28), 784), "y_test": npy((1,), 1),
    }  # fmt: skip
    return {f"{name}.npy": parts for name, parts in (members | other).items()}


def lying(writer: Writer, members: int) -> Writer:
    """Return a function that writes an archive whose end record states another number of members."""

    def write(path: Path) -> None:
        writer(path)
        contents = bytearray(path.read_bytes())
        at = contents.rindex(b"PK\x05\x06")
        contents[at + 8 : at + 12] = struct.pack("<HH", members, members)
        path.write_bytes(contents)

    return write


def run_with(change: Callable[[dict[str, Any]], object]) -> Writer:
    """Return a function that writes a good run with a changed header. The checksum does not fit any more."""

    def write(path: Path) -> None:
        good_run(path)
        header, vectors = read_archive(path, FORMATS, layout_of)
        text = change(header)
        contents = text if isinstance(text, bytes) else json.dumps(header).encode()
        with path.open("wb") as file:
            np.savez(file, header=np.frombuffer(contents, np.uint8), **vectors)

    return write


def _set(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda header: header.update(fields)


EDIT = {"kind": "weight", "layer": 0, "unit": 0, "source": 0, "value": 0.5}
MANY_EDITS = {"epoch": 1, "batch": 0, "values": {}, "edits": [EDIT] * 100}

BRANCH = {
    "name": "x",
    "parent": 0,
    "fork": [0, 0],
    "before": {"seed": 1},
    "batch": 0,
    "diverged": "",
    "changes": [],
    "records": 0,
}
FORTY_MIB = 40 * MIB


def idx(shape: tuple[int, ...], size: int, kind: int = 8) -> bytes:
    """Return an IDX file with this header and `size` bytes of values."""
    return struct.pack(">HBB", 0, kind, len(shape)) + struct.pack(f">{len(shape)}I", *shape) + bytes(size)


def squeezed(contents: bytes, times: int = 1) -> bytes:
    """Return the contents, repeated, compressed with gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(contents) for _ in range(times)) + packer.flush()


CSV_ROW = b"1" + b",0" * 784 + b"\n"

HOSTILE_TOML: dict[str, bytes] = {
    "40 MiB of comments": b"#\n" * (20 * MIB),
    "a key of 19,000 parts": b".".join([b"a"] * 19_000) + b" = 1",
    "500 keys of 30 parts": b"".join(b"a%d.%s = 1\n" % (number, b".".join([b"b"] * 30)) for number in range(500)),
    "500 tables of 30 parts": b"".join(b"[a%d.%s]\n" % (number, b".".join([b"b"] * 30)) for number in range(500)),
    "30,000 brackets": b"a = " + b"[" * 30_000,
    "7,000 braces": b"a = " + b"{a = " * 7_000,
    "a number of 30,000 digits": b"a = " + b"9" * 30_000,
    "4,000 keys": b"".join(b"a%d = 1\n" % number for number in range(4_000)),
    "4,000 tables": b"".join(b"[a%d]\n" % number for number in range(4_000)),
    "a list of 19,000 numbers": b"a = [" + b"1," * 19_000 + b"]",
}
"""The contents of TOML files, which several readers must refuse."""

HOSTILE: dict[str, Writer] = {
    "pgm 40 MiB of blanks in its head": lambda path: text(b"P5", b" " * FORTY_MIB, b"2 2 255 abcd")(path),
    "pgm 20 million comment lines": lambda path: text(b"P5\n", b"#\n" * 20_000_000, b"2 2 255 abcd")(path),
    "pgm a comment of 40 MiB": lambda path: text(b"P5\n#", b"x" * FORTY_MIB, b"\n2 2 255 abcd")(path),
    "pgm a number of 40 MiB": lambda path: text(b"P5 ", b"9" * FORTY_MIB, b" 2 255 abcd")(path),
    "pgm 25 million numbers": lambda path: text(b"P2 5000 5000 255 ", b"255 " * 25_000_000)(path),
    "pgm numbers and 60 MiB of blanks": lambda path: text(b"P2 500 1000 255 ", b" " * (60 * MIB), b"255 " * 1000)(path),
    "pgm half a million numbers, each too large": lambda path: text(b"P2 500 1000 255 ", b"65535 " * 500_000)(path),
    "pgm 60 MiB of comments among numbers": lambda path: text(b"P2 10 10 255\n", b"#\n" * (30 * MIB))(path),
    "pgm 99,999,999 pixels that are not there": lambda path: text(b"P5 99999999 1 255 abc")(path),
    "pgm over 100 million pixels": lambda path: text(b"P5 100001 1000 255 abc")(path),
    "png over 100 million pixels": lambda path: png(10_001, 10_000, packed=b"")(path),
    "png 2 thousand million pixels a side": lambda path: png(2**31 - 1, 2**31 - 1, packed=b"")(path),
    "png 99 million pixels that are not there": lambda path: png(9949, 9949, colour=6, packed=zeros(1000))(path),
    "png 99 million pixels of noise": lambda path: png(9949, 9949, colour=6, packed=bytes(range(256)) * 4096)(path),
    "png 5 million empty blocks": lambda path: png(10, 10, png_chunk(b"teSt", b"") * 5_000_000)(path),
    "png 5 million empty pixel blocks": lambda path: png(10, 10, png_chunk(b"IDAT", b"") * 5_000_000)(path),
    "png a text of 60 MiB": lambda path: png(10, 10, png_chunk(b"tEXt", b"x\0" + b"y" * (60 * MIB)))(path),
    "png a packed text of 1 GiB": lambda path: png(10, 10, png_chunk(b"zTXt", b"x\0\0" + zeros(1023 * MIB)[:1_000_000]))(path),
    "png 300 packed texts of 1 MiB": lambda path: png(10, 10, png_chunk(b"zTXt", b"x\0\0" + zeros(MIB - 64)) * 300)(path),
    "png a colour profile of 1 GiB": lambda path: png(10, 10, png_chunk(b"iCCP", b"x\0\0" + zeros(1023 * MIB)[:1_000_000]))(path),
    "png an EXIF block of 60 MiB": lambda path: png(10, 10, png_chunk(b"eXIf", b"MM\0*" + b"\0" * (60 * MIB)))(path),
    "png pixels that unpack to 1 GiB": lambda path: png(10, 10, packed=zeros(1023 * MIB))(path),
    "jpg over 100 million pixels": lambda path: jpeg_size(65_535, 65_535)(path),
    "jpg 99 million pixels that are not there": lambda path: jpeg_size(9949, 9949)(path),
    "jpg 10 million empty blocks": lambda path: jpeg(lambda good: good[:2] + b"\xff\xfe\0\2" * 10_000_000 + good[2:])(path),
    "jpg 60 MiB of blocks": lambda path: jpeg(lambda good: good[:2] + (b"\xff\xe1\xff\xff" + b"x" * 65_533) * 960 + good[2:])(path),
    "jpg 2,000 scans of 50 million pixels": many_scans,
    "npz a header of 400 MiB of blanks": lambda path: zipped(arrays(x_train=npy(None, 0, header=b" " * (400 * MIB))))(path),
    "npz a header of brackets": lambda path: zipped(arrays(x_train=npy(None, 0, header=b"(" * 4000)))(path),
    "npz a header with a number of 4,000 digits": lambda path: zipped(arrays(x_train=npy(None, 0, header=b"9" * 4000)))(path),
    "npz 500 MiB of zeros": lambda path: zipped(arrays(500 * MIB // 785))(path),
    "npz 1,023 MiB of zeros": lambda path: zipped(arrays(1023 * MIB // 785))(path),
    "npz 1,023 MiB of zeros in another array": lambda path: zipped(arrays() | {"more.npy": npy((1,), 1023 * MIB)})(path),
    "npz a thousand million pictures that are not there": lambda path: zipped(arrays(x_train=npy((10**9, 28, 28))))(path),
    "npz pictures of another size": lambda path: zipped(arrays(x_train=npy((1, 10**6, 10**6), 500 * MIB)))(path),
    "npz a negative number of pictures": lambda path: zipped(arrays(x_train=npy((-1, 28, 28))))(path),
    "npz 300,000 members": lambda path: zipped(arrays(), extra=300_000)(path),
    "npz 60,000 members, stated as 4": lambda path: lying(zipped(arrays(), extra=60_000), 4)(path),
    "npz objects": lambda path: zipped(arrays(x_train=npy((1, 28, 28), 784 * 8, "|O")))(path),
    "npz packed by lzma": lambda path: zipped(arrays(), zipfile.ZIP_LZMA)(path),
    "npz 60 MiB of zeros as numbers of 8 bytes": lambda path: zipped(doubles(10_000))(path),
    "npz 31 MiB of zeros as numbers of 8 bytes": lambda path: zipped(doubles(5_000))(path),
    "npz labels of a million characters": lambda path: zipped(arrays(y_train=npy((1,), 4_000_000, "<U1000000")))(path),
    "npz labels of 30 MiB": lambda path: zipped(arrays(y_train=npy((30 * MIB,), 30 * MIB)))(path),
    "npz a million class names": lambda path: zipped(arrays(class_names=npy((10**6,), 4 * 10**6, "<U1")))(path),
    "csv a line of 40 MiB": lambda path: text(b"1,2" * (FORTY_MIB // 3))(path),
    "csv 40 MiB of commas": lambda path: text(b"," * FORTY_MIB)(path),
    "csv 40 MiB of line ends": lambda path: text(CSV_ROW, b"\n" * FORTY_MIB, b"x")(path),
    "csv a wrong second line before 40 MiB": lambda path: text(CSV_ROW, b"1,2\n", CSV_ROW * 26_000)(path),
    "csv a word before 40 MiB": lambda path: text(CSV_ROW, CSV_ROW.replace(b"0\n", b"x\n"), CSV_ROW * 26_000)(path),
    "csv numbers of 100,000 digits": lambda path: text(CSV_ROW, (b"9" * 100_000 + b"," + CSV_ROW[4:]) * 400)(path),
    "csv.gz 1 GiB of zeros": lambda path: text(squeezed(b"\0" * MIB, 1023))(path),
    "csv.gz 1 GiB of rows": lambda path: text(squeezed(CSV_ROW * 600, 1023))(path),
    "csv.gz 1 GiB in one line": lambda path: text(squeezed(b"1," * (MIB // 2), 1023))(path),
    "idx a thousand million pictures that are not there": lambda path: text(idx((10**9, 28, 28), 784))(path),
    "idx a thousand pictures that are not there": lambda path: text(idx((40, 64, 64), 784))(path),
    "idx 255 dimensions": lambda path: text(b"\0\0\x08\xff" + b"\0\0\0\x02" * 255)(path),
    "idx pictures of 4 thousand million pixels": lambda path: text(idx((40, 2**16, 2**16), 784))(path),
    "idx.gz 1 GiB of zeros": lambda path: text(squeezed(idx((40, 10**6, 28), 0)), squeezed(b"\0" * MIB, 1023))(path),
    "idx.gz 31 MiB of zeros": lambda path: text(squeezed(idx((40, 64, 64), 0, 0x0E) + bytes(MIB), 40))(path),
    "idx.gz a header of 1 GiB": lambda path: text(squeezed(b"\0\0\x08\x03" + b"\xff" * 12 + bytes(MIB), 1023))(path),
    "folder a picture of 25 million pixels": lambda path: png(5000, 5000)(path),
    "folder a text of 60 MiB": lambda path: png(10, 10, png_chunk(b"tEXt", b"x\0" + b"y" * (60 * MIB)))(path),
    "folder pixels that unpack to 1 GiB": lambda path: png(10, 10, packed=zeros(1023 * MIB))(path),
    **{f"{kind} {name}": text(contents) for kind in ("lesson", "preferences") for name, contents in HOSTILE_TOML.items()},
    "run 16 MiB of lists": lambda path: run_with(lambda header: b"[" + b"[]," * (16 * MIB // 3) + b"[]]")(path),
    "run 7 MiB of lists": lambda path: run_with(lambda header: b"[" + b"[]," * (7 * MIB // 3) + b"[]]")(path),
    "run 299,000 tables": lambda path: run_with(lambda header: b"[" + b'{"a":0},' * 149_000 + b"0]")(path),
    "run a million brackets": lambda path: run_with(lambda header: b"[" * 1_000_000)(path),
    "run a number of 8 million digits": lambda path: run_with(lambda header: b'{"format": ' + b"9" * 8_000_000 + b"}")(path),
    "run a header of 400 MiB": lambda path: run_with(lambda header: b" " * (400 * MIB))(path),
    "run 20,000 branches": lambda path: run_with(lambda header: header["branches"].extend([BRANCH] * 20_000))(path),
    "run 5,000 branches": lambda path: run_with(lambda header: header["branches"].extend([BRANCH] * 5_000))(path),
    "run 200,000 edits": lambda path: run_with(lambda header: header["changes"].extend([MANY_EDITS] * 2000))(path),
    "run 10 million records that are not there": lambda path: run_with(_set(records=10_000_000, layer_records=True))(path),
    "run a layer of 4,096 units that is not there": lambda path: run_with(_set(network={"hidden_sizes": [4096] * 8}))(path),
    "run 300,000 members": lambda path: zipped({}, zipfile.ZIP_STORED, extra=300_000)(path),
    "run 60,000 members, stated as 4": lambda path: lying(zipped({}, zipfile.ZIP_STORED, extra=60_000), 4)(path),
    "run a packed header of 1 GiB": lambda path: zipped({"header.npy": npy((1023 * MIB,), 1023 * MIB)})(path),
    "run zeros": lambda path: text(b"\0" * FORTY_MIB)(path),
}  # fmt: skip
"""The function that writes each hostile file. The first word is its format. The bytes exist only while they are written."""

LARGE: dict[str, tuple[Writer, float]] = {
    "png 5,792 x 5,792 pixels in grey": (png(5792, 5792), 1.0),
    "png 5,792 x 5,792 pixels in colour": (png(5792, 5792, colour=2), 4.0),
    "png 5,792 x 5,792 pixels, transparent": (png(5792, 5792, colour=6), 4.0),
    "png 5,792 x 5,792 pixels of 16 bits": (png(5792, 5792, depth=16), 2.0),
    "pgm 5,792 x 5,792 pixels, the last above white": (
        lambda path: text(b"P5 5792 5792 254 ", b"\0" * (PIXELS - 1), b"\xff")(path),
        0.0,
    ),
    "pgm 5,792 x 5,792 pixels": (lambda path: text(b"P5 5792 5792 255 ", b"\0" * PIXELS)(path), 0.0),
}
"""Large pictures that may be read, but show nothing, with the bytes that each pixel takes in Pillow."""
PIXELS = 5792**2


# ---- measuring


@dataclass(frozen=True)
class Measured:
    """What it took to read a file."""

    seconds: float
    """The processor time."""
    memory: float
    """The largest memory beyond that of the process before, in MiB."""
    error: str
    """The kind of the error."""
    sentence: str


def _read(name: str, path: Path, answers: Any) -> None:
    def largest() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    begun, before, error, sentence = time.process_time(), largest(), "", ""
    try:
        READERS[name.split()[0]](path)
    except (DataError, RunFileError, LessonError) as known:
        error, sentence = type(known).__name__, str(known)
    except BaseException as other:
        error, sentence = f"other: {type(other).__name__}", str(other)
    answers.send(Measured(time.process_time() - begun, largest() - before, error, sentence))


def measure(name: str, write: Writer, folder: Path) -> Measured:
    """Write a file and read it in a copy of this process, which must be warm."""
    path = folder / f"a.{name.split()[0]}"
    context = multiprocessing.get_context("fork")
    answers, ours = context.Pipe(duplex=False)
    # Another copy writes the file. Otherwise the reader could use memory that the writer has freed.
    for task, arguments in ((write, (path,)), (_read, (name, path, ours))):
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # Python warns of threads beside a fork; these only compute.
            copy = context.Process(target=task, args=arguments)
            copy.start()
        copy.join()
    found: Measured = answers.recv()
    path.unlink()
    return found


def warm(folder: Path) -> None:
    """Read a good file of each format, twice."""
    for kind, write in GOOD.items():
        path = folder / f"good.{kind}"
        write(path)
        READERS[kind](path)
        READERS[kind](path)


def main(words: list[str]) -> None:
    """Print a row for every file whose name contains one of the words."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        warm(folder)
        for name, write in (HOSTILE | {name: write for name, (write, _) in LARGE.items()}).items():
            if not words or any(word in name for word in words):
                found = measure(name, write, folder)
                sentence = found.sentence.replace(str(folder) + "/", "")
                print(
                    f"{name:52} {found.seconds:5.2f} s {found.memory:6.1f} MiB  {found.error}: {sentence[:90]}",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
