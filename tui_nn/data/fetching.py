"""Download of known datasets, with the extra `fetch` (pooch): checked by checksum, and kept in the cache folder as .npz files.

The addresses and checksums are those of other loaders: MNIST as in `keras.datasets.mnist` (Keras, `load_data`), the
others as in `torchvision.datasets` (torchvision, `mnist.py`). They were copied from there, but not tried, because this
program was written on a machine that cannot reach these servers.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from tui_nn.data.dataset import DataError, Dataset, Split
from tui_nn.data.folders import folder
from tui_nn.data.formats.reading import read_data
from tui_nn.data.printable import printable
from tui_nn.data.writing import write_data

LARGEST = 2**30
"""The largest size in bytes of a download. The archive of EMNIST has about 560 million bytes."""

TIMEOUT = (15.0, 30.0)
"""The longest times in seconds for connecting to the server, and for waiting for its next bytes."""

_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset that can be downloaded."""

    about: str
    address: str
    """The address of the folder with the files."""
    files: dict[str, str]
    """The checksum of each file, in the form that pooch needs."""
    class_names: tuple[str, ...] | None = None
    """The names of the classes; None if the files contain them, or if they are the ten digits."""
    members: tuple[str, ...] = ()
    """The files that are taken out of a zip archive."""


def _idx(images: str, labels: str, test_images: str, test_labels: str) -> dict[str, str]:
    """Return MNIST's four files with their MD5 sums."""
    sums = {"train-images-idx3": images, "train-labels-idx1": labels}
    sums |= {"t10k-images-idx3": test_images, "t10k-labels-idx1": test_labels}
    return {f"{name}-ubyte.gz": f"md5:{md5}" for name, md5 in sums.items()}


KNOWN = {
    "mnist": Known(
        "60,000 + 10,000 handwritten digits (LeCun, Cortes, Burges)",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        {"mnist.npz": "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
    ),
    "fashion-mnist": Known(
        "60,000 + 10,000 pictures of ten kinds of clothes (Xiao, Rasul, Vollgraf)",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        _idx(
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    "kmnist": Known(
        "60,000 + 10,000 pictures of ten cursive Japanese characters (Clanuwat et al.)",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        _idx(
            "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    ),
    "emnist-letters": Known(
        "124,800 + 20,800 handwritten letters (Cohen et al.), in an archive of 560 MB",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
        {"gzip.zip": "md5:58c8d27c78d21e728a6bc7b3cc06412e"},
        members=tuple(
            f"gzip/emnist-letters-{part}-{kind}-ubyte.gz"
            for part in ("train", "test")
            for kind in ("images-idx3", "labels-idx1")
        ),
    ),
}  # fmt: skip
"""The datasets that can be downloaded, by their names."""

Report = Callable[[str, int, int], None]
"""A function that receives the progress of a download: the name of the file, the number of bytes so far, and the expected number.

The last number is 0 if the server does not report the size of the file.
"""


def fetch(name: str, report: Report, *, known: Known | None = None, timeout: tuple[float, float] = TIMEOUT) -> Path:
    """Download a dataset, and return the path of its .npz file in the cache folder. A file that is already in the
    folder is not downloaded again.

    A test passes `known`, to download from its own server in place of the server in the table.

    Raises:
        DataError: if pooch is missing, the download fails, or the files are not the expected ones.
    """
    known = known or KNOWN[name]
    target = folder("cache") / "data" / f"{name}.npz"
    if target.is_file():
        return target
    place = folder("cache") / "downloads" / name
    try:
        place.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        for file, checksum in known.files.items():
            _download(known.address + file, checksum, place, report, timeout)
        if known.members:
            _unzip(place / next(iter(known.files)), known.members, place / "files")
        source = (
            place / "files" if known.members else place / next(iter(known.files)) if len(known.files) == 1 else place
        )
        write_data(_named(read_data(source), known.class_names), target)
        shutil.rmtree(place)
    except OSError as error:
        raise DataError(f"{name} cannot be stored in '{printable(str(place))}': {error.strerror or error}") from error
    return target


def _download(address: str, checksum: str, place: Path, report: Report, timeout: tuple[float, float]) -> None:
    """Download a file into a folder, unless it is there already.

    Raises:
        DataError: if the download fails. The message is one sentence.
    """
    try:
        import pooch
        from requests import Response, exceptions
    except ImportError:
        remedy = f"{shlex.quote(sys.executable)} -m pip install 'tui-nn[fetch]'"
        raise DataError(f"data can only be downloaded with pooch; get it with {remedy}") from None
    pooch.get_logger().setLevel("CRITICAL")
    file, host = address.rpartition("/")[2], urlsplit(address).netloc
    elsewhere = "or download the files in another way and give their folder with --data"
    answers: list[Response] = []
    downloader = pooch.HTTPDownloader(
        progressbar=_Progress(file, report),
        chunk_size=_CHUNK,
        timeout=timeout,
        headers={"Accept-Encoding": "identity"},
        hooks={"response": lambda answer, **_: answers.append(answer)},
    )
    try:
        pooch.retrieve(address, checksum, fname=file, path=place, downloader=downloader)
    except exceptions.HTTPError as error:
        reply = error.response
        said = "an error" if reply is None else f"{reply.status_code} {reply.reason}".strip()
        raise DataError(
            f"{file} cannot be downloaded, because {host} answers with {printable(said)}; try again later, {elsewhere}"
        ) from None
    except exceptions.Timeout:
        raise DataError(
            f"{file} cannot be downloaded, because {host} sent nothing for {max(timeout):g} seconds; try "
            f"again later, {elsewhere}"
        ) from None
    except exceptions.ChunkedEncodingError:
        raise DataError(
            f"{file} cannot be downloaded, because the connection to {host} was cut; try again, {elsewhere}"
        ) from None
    except exceptions.ConnectionError as error:
        if "timed out" in str(error).lower():
            what = f"{host} sent nothing for {max(timeout):g} seconds"
        else:
            what = f"there is no connection to {host}"
        raise DataError(f"{file} cannot be downloaded: {what}; check the internet connection, {elsewhere}") from None
    except ValueError as error:
        if "hash" not in str(error).lower():
            raise DataError(
                f"{file} cannot be downloaded from {host} (the reason is: {printable(str(error))[:100]}); {elsewhere}"
            ) from None
        raise DataError(
            f"{file} from {host} has a wrong checksum, so it was removed; try again later, {elsewhere}"
        ) from None
    finally:
        for answer in answers:  # Close the connection, because pooch leaves it open if the download fails.
            answer.close()


class _Progress:
    """The progress bar that pooch calls. This class ends a download that is too large."""

    def __init__(self, file: str, report: Report) -> None:
        self.total = 0
        self._file, self._report, self._there = file, report, 0

    def update(self, count: int) -> None:
        self._there += count
        if max(self._there, self.total) > LARGEST:
            raise DataError(
                f"{self._file} has more than {LARGEST:,} bytes, so it is not the expected file; it was removed"
            )
        self._report(self._file, min(self._there, self.total or self._there), self.total)

    def reset(self) -> None:
        self._there = 0

    def close(self) -> None:
        """Do nothing: pooch requires this method, and calls it at the end of a download."""


def _unzip(archive: Path, members: tuple[str, ...], place: Path) -> None:
    """Unpack some files of a zip archive into a folder. Afterwards the folder contains only these files."""
    place.mkdir(exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            for member in members:
                if packed.getinfo(member).file_size > LARGEST:
                    raise DataError(f"{member} has more than {LARGEST:,} bytes, so it is not the expected file")
                with packed.open(member) as source, (place / os.path.basename(member)).open("wb") as file:
                    shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"'{archive.name}' does not contain the expected files; remove it and try again") from error


def _named(dataset: Dataset, names: tuple[str, ...] | None) -> Dataset:
    """Return the dataset with these class names in place of its own."""
    if names is None:
        return dataset
    if len(names) != len(dataset.class_names):
        raise DataError(f"the file has {len(dataset.class_names)} classes, but {len(names)} are expected")

    def renamed(split: Split) -> Split:
        return Split(split.images, split.labels, names)

    return replace(dataset, train=renamed(dataset.train), test=renamed(dataset.test))
