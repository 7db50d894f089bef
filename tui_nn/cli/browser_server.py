"""The web server of `tui-nn serve`. This module needs textual-serve."""

from __future__ import annotations

import logging
import socket
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

from tui_nn.cli.output import note


class BrowserServer(Server):
    """A web server that limits the number of sessions at the same time.

    Only the pages of this server can open a session.
    """

    def __init__(self, command: str, host: str, port: int, public_url: str | None, *, most: int) -> None:
        """Run `command` for each session. There are at most `most` sessions at the same time. Port 0 stands for a free port."""
        super().__init__(command, host, port or _free_port(host), "tui-nn", public_url)
        self._most, self._sessions = most, 0

    def initialize_logging(self) -> None:
        """Let the log contain only errors."""
        logging.basicConfig(level=logging.ERROR, format="tui-nn serve: %(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Print no address yet, because the server does not listen before all start-up functions have ended."""

    def serve(self, debug: bool = False) -> None:
        """Serve until ctrl+c, and print the address as soon as the server listens.

        Raises:
            OSError: if the server cannot listen at this address and port.
        """
        self.debug = debug
        self.initialize_logging()
        web.run_app(self._make_app(), host=self.host, port=self.port, print=lambda _: self._print_address())

    def _print_address(self) -> None:
        note(f"tui-nn serve: the app is at {self.public_url} (at most {self._most} sessions); ctrl+c ends the server.")

    async def handle_index(self, request: web.Request) -> Any:
        """Return the page with the app. If there are too many sessions, the page only says so."""
        self._check_room()
        return await super().handle_index(request)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run one session, until its page is closed."""
        self._check_room()
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in (request.host, urlsplit(self.public_url).netloc):
            # Another website could make the browser of its visitor open a session here. Such a request is refused.
            raise web.HTTPForbidden(text="This page is not allowed to open a session of tui-nn.")
        self._sessions += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._sessions -= 1

    def _check_room(self) -> None:
        if self._sessions >= self._most:
            raise web.HTTPServiceUnavailable(
                text=f"All {self._most} sessions of tui-nn are in use. Close another session, or try again later."
            )


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port
