"""`tui-nn serve` serves sessions to browsers: a bounded number, only to pages of its own, each with a folder of its own."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from pathlib import Path

import numpy as np
import pytest
from aiohttp import ClientSession, WSMsgType, web
from textual_serve.app_service import AppService

from tui_nn.cli.browser_server import BrowserServer, _free_port

# A program that looks like a Textual app to the server, and ends when it is told to.
APP = """
import sys
sys.stdout.write('__GANGLION__\\n'); sys.stdout.flush()
text = sys.argv[1].encode()
sys.stdout.buffer.write(b'D' + len(text).to_bytes(4, 'big') + text); sys.stdout.flush()
while sys.stdin.buffer.read(1) not in (b'M', b''):
    pass
"""


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server with room for one session."""
    started, start = [], AppService._open_app_process

    async def remember(service: AppService, width: int = 80, height: int = 24) -> Process:
        started.append(await start(service, width, height))
        return started[-1]

    monkeypatch.setattr(AppService, "_open_app_process", remember)
    (tmp_path / "app.py").write_text(APP)
    command = shlex.join([sys.executable, str(tmp_path / "app.py"), "hello"])
    served = BrowserServer(command, "127.0.0.1", 0, None, most=1)
    runner = web.AppRunner(await served._make_app())
    await runner.setup()
    await web.TCPSite(runner, served.host, served.port).start()
    yield served
    await runner.cleanup()
    for process in started:
        # textual-serve does not wait for its processes and leaves their transports open. They would warn in a later test.
        await process.wait()
        process._transport.close()


@pytest.mark.parametrize(
    ("host", "code", "sentence"),
    [
        ("", 2, "--host is empty: it must be the name or address of this computer, such as 127.0.0.1"),
        (" ", 2, "--host is empty"),
        ("x" * 99, 1, "port 8000: this is not the name of a computer"),
    ],
)
def test_a_host_that_is_none_gives_one_sentence(tui_nn, monkeypatch, host: str, code: int, sentence: str) -> None:
    """A label of a name has at most 63 characters: the longer one cannot be encoded for a question to the network."""

    def serve(server: BrowserServer) -> None:
        server.host.encode("idna")

    monkeypatch.setattr(BrowserServer, "serve", serve)
    said = tui_nn("serve", "--host", host)
    assert said.code == code
    assert sentence in said.err


async def test_one_session_too_many_is_refused_until_another_ends(server: BrowserServer) -> None:
    async with ClientSession() as browser:
        async with browser.get(server.public_url) as page:
            assert page.status == 200
            assert "textual-terminal" in await page.text()
        async with browser.ws_connect(f"{server.public_url}/ws") as first:
            message = await first.receive(timeout=20)
            assert (message.type, message.data) == (WSMsgType.BINARY, b"hello")
            async with browser.get(server.public_url) as page:
                assert page.status == 503
                assert "All 1 sessions of tui-nn are in use" in await page.text()
            async with browser.get(f"{server.public_url}/ws") as refused:
                assert refused.status == 503
        while server._sessions:
            await asyncio.sleep(0)
        async with browser.get(server.public_url) as page:
            assert page.status == 200


async def test_a_page_of_another_site_opens_no_session(server: BrowserServer) -> None:
    async with ClientSession() as browser:
        async with browser.get(f"{server.public_url}/ws", headers={"Origin": "http://elsewhere.example"}) as refused:
            assert refused.status == 403
        async with browser.ws_connect(f"{server.public_url}/ws", origin=server.public_url) as mine:
            assert (await mine.receive(timeout=20)).data == b"hello"


def test_mistakes_are_one_sentence(tui_nn, monkeypatch) -> None:
    for argv, sentence in [
        (("--port", "70000"), "--port is '70000': it must be a whole number from 0 to 65,535"),
        (("--sessions", "0"), "--sessions is '0': it must be a whole number from 1 to 1,000"),
        (("--data", "gone.npz"), "'gone.npz' cannot be opened: no such file or directory"),
        (("--preset", "gone"), "there is no preset 'gone'"),
    ]:
        said = tui_nn("serve", *argv)
        assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
        assert sentence in said.err
    monkeypatch.setitem(sys.modules, "tui_nn.cli.browser_server", None)
    said = tui_nn("serve")
    assert said.code == 1
    assert "pip install 'tui-nn[serve]'" in said.err


@pytest.mark.slow
def test_a_browser_trains_looks_clicks_and_downloads_the_run(tmp_path: Path) -> None:
    """In headless Chromium. The run that is downloaded shows that the keys and the click have arrived."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs: pip install playwright")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium")
    from tui_nn.session.file.summary import summarize

    command = [sys.executable, "-P", "-m", "tui_nn", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        assert server.stderr is not None
        address = re.search(r"http://\S+", server.stderr.readline())
        assert address is not None
        try:
            with playwright.sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=str(chromium),
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                page = browser.new_page(accept_downloads=True, viewport={"width": 800, "height": 480})
                page.goto(address[0])
                page.wait_for_selector("body.-first-byte", timeout=60_000)
                page.mouse.click(400, 200)
                # Keys that arrive while the data are being loaded are kept.
                page.keyboard.press("Space")
                page.keyboard.press("3")
                with page.expect_download(timeout=60_000) as first:
                    page.keyboard.press("Control+s")
                first.value.save_as(tmp_path / "first.run")
                assert summarize(tmp_path / "first.run").epoch == 1
                page.screenshot(path=tmp_path / "inspect.png")
                # A click on the first key of the footer trains one more epoch.
                page.keyboard.press("2")
                page.mouse.click(40, 459)  # 26 rows of 18 pixels fit into the page.
                epoch = 1
                while epoch == 1:  # A run that is saved inside the second epoch is at epoch 1, too.
                    with page.expect_download(timeout=60_000) as second:
                        page.keyboard.press("Control+s")
                    second.value.save_as(tmp_path / "second.run")
                    epoch = summarize(tmp_path / "second.run").epoch
                assert epoch == 2
                # The browser also gets an export.
                page.keyboard.press("Shift+E")
                for _ in range(40):  # Chromium itself uses ctrl+u, which would empty the line.
                    page.keyboard.press("Backspace")
                page.keyboard.type("weights.npz")
                with page.expect_download(timeout=60_000) as third:
                    page.keyboard.press("Enter")
                third.value.save_as(tmp_path / "weights.npz")
                with np.load(tmp_path / "weights.npz") as weights:
                    assert weights.files
                # A name outside the folder of the session is refused, and nothing is written.
                page.keyboard.press("Shift+S")
                for _ in range(40):
                    page.keyboard.press("Backspace")
                page.keyboard.type(str(tmp_path / "stolen.run"))
                page.keyboard.press("Enter")
                page.keyboard.press("Escape")
                # A terminal that gets escape and another key at once takes them for one key with alt.
                page.wait_for_timeout(500)
                with page.expect_download(timeout=60_000):
                    page.keyboard.press("Control+s")
                assert not (tmp_path / "stolen.run").exists()
                browser.close()
        finally:
            server.terminate()
    assert server.returncode == 0
    assert json.dumps(sorted(file.suffix for file in tmp_path.iterdir())) == json.dumps(
        [".npz", ".png", ".run", ".run"]
    )


def test_no_address_is_printed_for_a_port_that_is_taken(tui_nn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = tui_nn("serve", "--port", str(other.getsockname()[1]))
    assert said.code == 1
    assert "the app cannot be served at 127.0.0.1" in said.err
    assert "the app is at" not in said.err


def test_a_free_port_is_found() -> None:
    assert 0 < _free_port("127.0.0.1") < 65536
