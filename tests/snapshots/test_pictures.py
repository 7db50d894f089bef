"""Every pane as it is seen, compared to a stored picture.

The run is a stored one, so that no digit of a loss depends on this machine's arithmetic. It was made with
`tui-nn train --hidden-sizes 16 --epochs 6 --save tests/snapshots/six_epochs.run`. After a wanted change of looks:
`pytest tests/snapshots --snapshot-update`, and look at every picture that changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import textual
from textual.pilot import Pilot

from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.app import TuiNN

RUN = Path(__file__).parent / "six_epochs.run"
PINNED = "8.2.8"

pytestmark = pytest.mark.skipif(
    textual.__version__ != PINNED, reason=f"pictures are those of Textual {PINNED}, this is {textual.__version__}"
)


class StillApp(TuiNN):
    """The app with a cursor that does not blink."""

    CSS = "Input { &>.input--cursor { text-style: reverse; } }"


async def shown(pilot: Pilot[Any], keys: list[str]) -> None:
    """Press the keys once the data is there, and wait for all that is drawn later."""
    for key in [None, *keys]:
        if key is not None:
            await pilot.press(key)
        for _ in range(3):
            pilot.app.screen_stack[0].listen()
            await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    for _ in range(100):
        if not any(getattr(part, "pending", False) for part in pilot.app.screen.walk_children()):
            break
        await pilot.pause(0.02)
    await pilot.pause()


def picture(snap_compare: Any, size: tuple[int, int], *keys: str, start: Start | None = None, theme: str = "") -> bool:
    app = StillApp(InlineEngine(start or Start(run=str(RUN))))
    if theme:
        app.theme = theme

    async def before(pilot: Pilot[Any]) -> None:
        await shown(pilot, list(keys))

    return bool(snap_compare(app, terminal_size=size, run_before=before))


SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("key", "pane"), [("1", "configure"), ("2", "train"), ("3", "inspect"), ("4", "mistakes")])
def test_a_pane_after_six_epochs(snap_compare: Any, size: tuple[int, int], key: str, pane: str) -> None:
    """Each pane at the smallest usual size and a roomy one."""
    assert picture(snap_compare, size, key)


@pytest.mark.parametrize("view", ["h", "x"])
def test_the_other_views_of_inspect(snap_compare: Any, view: str) -> None:
    """Histograms, and one example."""
    assert picture(snap_compare, (80, 24), "3", view)


def test_an_untrained_network(snap_compare: Any) -> None:
    """The first screen a newcomer sees."""
    assert picture(snap_compare, (80, 24), start=Start())


def test_all_panes_at_once(snap_compare: Any) -> None:
    """The projector's size."""
    assert picture(snap_compare, (160, 50))


def test_a_light_theme(snap_compare: Any) -> None:
    """Dark ink on a light plate."""
    assert picture(snap_compare, (80, 24), "4", theme="textual-light")


def test_accuracy_on_the_chart(snap_compare: Any) -> None:
    """The other kind of curve."""
    assert picture(snap_compare, (80, 24), "v")
