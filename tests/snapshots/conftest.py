"""How a picture is taken: of a stored run, once all is drawn that comes later.

A skip where Textual is another version: pictures are those of the one that the extra `test` pins.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import textual
from piloting import drawn, press, settle, without_a_clock  # noqa: F401
from textual.pilot import Pilot

from tui_nn.data.own import PLACE
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.shell.app import TuiNN

RUN = Path(__file__).parent / "six_epochs.run"
PINNED = "8.2.8"


class StillApp(TuiNN):
    """The app with a cursor that does not blink."""

    CSS = "Input { &>.input--cursor { text-style: reverse; } }"


async def shown(pilot: Pilot[Any], keys: list[str]) -> None:
    """Press the keys once the data is there, and wait for all that is drawn later."""
    await settle(pilot)
    await press(pilot, *keys)
    await drawn(pilot)


@pytest.fixture
def picture(snap_compare: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., bool]:
    """Compares the app at a size after some keys with the stored picture: `picture((80, 24), "4", "w")`."""
    if textual.__version__ != PINNED:
        pytest.skip(f"pictures are those of Textual {PINNED}, this is {textual.__version__}")
    # Whoever runs the tests may have drawn digits.
    monkeypatch.setenv(PLACE, str(tmp_path))

    def taken(size: tuple[int, int], *keys: str, start: Start | None = None, theme: str = "") -> bool:
        app = StillApp(InlineEngine(start or Start(run=str(RUN))))
        if theme:
            app.theme = theme

        async def before(pilot: Pilot[Any]) -> None:
            await shown(pilot, list(keys))

        return bool(snap_compare(app, terminal_size=size, run_before=before))

    return taken
