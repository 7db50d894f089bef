"""Downloads from a server on this machine: good, cut, slow, missing and with wrong bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from data_files import CLOTHES, idx, save

from tui_nn.data import fetching
from tui_nn.data.dataset import DataError
from tui_nn.data.fetching import KNOWN, Known, fetch
from tui_nn.data.folders import VARIABLES
from tui_nn.data.loading import load_dataset

pytest.importorskip("pooch")

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def good(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(contents)))
    handler.end_headers()
    handler.wfile.write(contents)


def cut(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(contents)))
    handler.end_headers()
    handler.wfile.write(contents[: len(contents) // 2])


def missing(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
    handler.send_error(404, "Not Found")


def wrong(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
    good(handler, contents[:-1] + b"?")


def too_large(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(2**40))
    handler.end_headers()
    with contextlib.suppress(OSError):  # The reader hangs up.
        handler.wfile.write(contents * 20)


class Server:
    """A server of files on the loopback interface."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.answer: Answer = good
        self.asked: list[str] = []
        self.done = threading.Event()
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                ours.asked.append(name)
                ours.answer(self, ours.files[name])

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def known(self, **more: object) -> Known:
        sums = {name: "sha256:" + hashlib.sha256(contents).hexdigest() for name, contents in self.files.items()}
        return Known("a test", self.address, sums, **more)  # type: ignore[arg-type]

    def close(self) -> None:
        self.done.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv(VARIABLES["cache"], str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Server()
    yield server
    server.close()


def silent(_file: str, _there: int, _total: int) -> None:
    pass


def serve_idx(server: Server, folder: Path) -> None:
    server.files = {path.name: path.read_bytes() for path in idx(packed=True)(folder).iterdir()}


def test_four_files_become_one_with_class_names(server: Server, tmp_path: Path) -> None:
    serve_idx(server, tmp_path / "idx")
    reports: list[tuple[str, int, int]] = []
    path = fetch("clothes", lambda *report: reports.append(report), known=server.known(class_names=CLOTHES))
    dataset = load_dataset(path)
    assert dataset.class_names == CLOTHES
    assert (len(dataset.train), len(dataset.test)) == (200, 100)
    assert {(name, total) for name, _, total in reports} == {(name, len(c)) for name, c in server.files.items()}
    assert all(there <= total for _, there, total in reports)


def test_a_second_fetch_downloads_nothing(server: Server, tmp_path: Path) -> None:
    server.files = {"mnist.npz": save(tmp_path / "mnist").read_bytes()}
    first = fetch("mnist", silent, known=server.known())
    assert fetch("mnist", silent, known=server.known()) == first
    assert server.asked == ["mnist.npz"]


def test_an_archive_gives_only_the_files_that_are_needed(server: Server, tmp_path: Path) -> None:
    letters = idx(packed=True, start="emnist-letters-", test="test", turned=True, first=1)(tmp_path / "letters")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in letters.iterdir():
            archive.write(path, f"gzip/{path.name}")
        archive.writestr("gzip/emnist-digits-train-images-idx3-ubyte.gz", b"other")
    server.files = {"gzip.zip": buffer.getvalue()}
    path = fetch("letters", silent, known=server.known(members=KNOWN["emnist-letters"].members))
    assert load_dataset(path).class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (cut, "was cut|has a wrong checksum"),
        (
            missing,
            "answers with 404 Not Found; try again later, or download the files in another way and give their folder with --data",
        ),
        (
            wrong,
            "mnist.npz from 127.0.0.1:.* has a wrong checksum, so it was removed",
        ),
        (too_large, "mnist.npz has more than 1,073,741,824 bytes"),
    ],
)
def test_a_bad_download_gives_one_sentence_and_leaves_nothing(
    answer: Answer, sentence: str, server: Server, tmp_path: Path
) -> None:
    server.files = {"mnist.npz": save(tmp_path / "mnist").read_bytes()}
    server.answer = answer
    with pytest.raises(DataError, match=sentence) as caught:
        fetch("mnist", silent, known=server.known())
    assert str(caught.value).isprintable()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    server.answer = good
    assert len(load_dataset(fetch("mnist", silent, known=server.known())).train) == 200


def test_a_server_that_stops_sending_is_given_up(server: Server, tmp_path: Path) -> None:
    def stall(handler: BaseHTTPRequestHandler, contents: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(contents)))
        handler.end_headers()
        handler.wfile.write(contents[:1000])
        handler.wfile.flush()
        server.done.wait()

    server.files = {"mnist.npz": save(tmp_path / "mnist").read_bytes()}
    server.answer = stall
    with pytest.raises(DataError, match=r"sent nothing for 0\.2 seconds"):
        fetch("mnist", silent, known=server.known(), timeout=(0.2, 0.2))


def test_without_a_network_one_sentence_names_the_server(server: Server) -> None:
    server.files = {"mnist.npz": b""}
    known = server.known()
    server.close()
    with pytest.raises(
        DataError,
        match=r"there is no connection to 127\.0\.0\.1:\d+; check the internet connection, or download the files",
    ):
        fetch("mnist", silent, known=known)


def test_without_pooch_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setitem(fetching.sys.modules, "pooch", None)
    with pytest.raises(DataError, match=r"get it with .* -m pip install 'tui-nn\[fetch\]'"):
        fetch("mnist", silent)


def test_the_table_is_complete() -> None:
    assert list(KNOWN) == ["mnist", "fashion-mnist", "kmnist", "emnist-letters"]
    lengths = {"md5": 32, "sha256": 64}
    for known in KNOWN.values():
        assert known.address.endswith("/")
        for checksum in known.files.values():
            kind, _, digits = checksum.partition(":")
            assert len(digits) == lengths[kind]
