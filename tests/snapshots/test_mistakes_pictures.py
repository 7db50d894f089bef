"""The views of the Mistakes pane as they are seen, compared to stored pictures.

The run is a stored one that keeps its answers to the test digits epoch by epoch. It was made with
`tui-nn train --hidden-sizes 16 --epochs 6 --save tests/snapshots/six_epochs_answers.run`. After a wanted change of looks:
`pytest tests/snapshots --snapshot-update`, and look at every picture that changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import textual
from piloting import drawn, press, settle
from textual.pilot import Pilot

from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.shell.app import TuiNN

RUN = Path(__file__).parent / "six_epochs_answers.run"
PINNED = "8.2.8"

pytestmark = pytest.mark.skipif(
    textual.__version__ != PINNED, reason=f"pictures are those of Textual {PINNED}, this is {textual.__version__}"
)


def picture(snap_compare: Any, size: tuple[int, int], keys: str, *, theme: str = "") -> bool:
    """Mistakes after these keys, with blanks between them, once nothing more is to be drawn."""
    app = TuiNN(InlineEngine(Start(run=str(RUN))))
    if theme:
        app.theme = theme

    async def before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "4", *keys.split())
        await drawn(pilot)

    return bool(snap_compare(app, terminal_size=size, run_before=before))


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ("c n", (80, 24)),
        ("c n", (120, 40)),
        ("g right down", (80, 24)),
        ("g right down", (120, 40)),
        ("a", (80, 24)),
        ("k", (80, 24)),
    ],
    ids=["confusion", "confusion-roomy", "gallery", "gallery-roomy", "by_class", "calibration"],
)
def test_a_view_after_six_epochs(snap_compare: Any, size: tuple[int, int], keys: str) -> None:
    """Each view at the smallest usual size; a roomy one where it makes another picture."""
    assert picture(snap_compare, size, keys)


def test_what_changed_since_an_earlier_epoch(snap_compare: Any) -> None:
    """The difference between two epochs, with one of the digits behind it."""
    assert picture(snap_compare, (80, 24), "c minus < < full_stop".replace("<", "less_than_sign"))


def test_a_light_matrix(snap_compare: Any) -> None:
    """Tints and ink on a light page."""
    assert picture(snap_compare, (80, 24), "c percent_sign", theme="textual-light")


def test_sure_answers_only_while_looking_back(snap_compare: Any) -> None:
    """A threshold, another kind, and an earlier epoch."""
    assert picture(snap_compare, (80, 24), "left_square_bracket o o greater_than_sign")
