"""The driver of the app under `textual serve`, where a browser is the terminal."""

from __future__ import annotations

from textual.drivers import web_driver
from textual.messages import ExitApp

from tui_nn.ui.shell.terminal_input import InputFilter


class GuardedWebDriver(web_driver.WebDriver):
    """A driver that reads keys through the filter, and ends the app together with the server."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends, or until the server has closed the pipe."""
        vars(web_driver).update(XTermParser=InputFilter)
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.send_message(ExitApp())
