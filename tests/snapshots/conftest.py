"""How a picture is taken: of a stored run, once all is drawn that comes later.

A skip where Textual is another version: pictures are those of the one that the extra `test` pins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
import textual
from piloting import drawn, press, settle, without_a_clock  # noqa: F401
from textual.pilot import Pilot

from tui_nn.core.parameters import Parameters
from tui_nn.data.own import PLACE
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.session.file.compared import read_compared
from tui_nn.session.file.runs import load_run, save_run
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.run_set import OtherRun
from tui_nn.ui.shell.app import TuiNN

RUN = Path(__file__).parent / "six_epochs.run"


@cache
def run_in_float64(path: Path = RUN) -> Path:
    """A copy of a stored run whose network computes in float64, so that no BLAS kernel's rounding reaches a printed digit.

    In float32 a number near the middle between two printed ones is rounded up by one kernel and down by another.
    """
    session = load_run(path)
    snapshot = session.snapshot()
    network = replace(snapshot.network, dtype="float64")
    vectors = [vector.astype("float64") for vector in (snapshot.parameters.vector, *snapshot.moments)]
    parameters = Parameters(network.sizes, network.use_bias, vectors[0])
    copy = Path(mkdtemp()) / path.name
    converted = replace(snapshot, network=network, parameters=parameters, moments=tuple(vectors[1:]))
    save_run(copy, converted, session.dataset)
    return copy


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
def in_float64() -> Start:
    """Opens the stored run in float64."""
    return Start(run=str(run_in_float64()))


@pytest.fixture
def picture(snap_compare: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., bool]:
    """Compares the app at a size after some keys with the stored picture: `picture((80, 24), "4", "w")`."""
    if textual.__version__ != PINNED:
        pytest.skip(f"pictures are those of Textual {PINNED}, this is {textual.__version__}")
    # Whoever runs the tests may have drawn digits.
    monkeypatch.setenv(PLACE, str(tmp_path))

    def taken(
        size: tuple[int, int],
        *keys: str,
        start: Start | None = None,
        theme: str = "",
        compared: Sequence[OtherRun] = (),
        ascii_only: bool = False,
    ) -> bool:
        engine = InlineEngine(start or Start(run=str(RUN)))
        app = StillApp(engine, ascii_only=ascii_only, compared=compared)
        if theme:
            app.theme = theme

        async def before(pilot: Pilot[Any]) -> None:
            await shown(pilot, list(keys))

        return bool(snap_compare(app, terminal_size=size, run_before=before))

    return taken


@pytest.fixture
def others() -> list[OtherRun]:
    """Return five other runs: one that diverged, and four with curves of other lengths and heights."""
    _, usual, test = read_compared([run_in_float64()])[0]
    found = [("fast.run", read_compared([run_in_float64(RUN.parent / "too_fast.run")])[0][1], test)]
    for number, sizes in enumerate([(8,), (64,), (32, 32), ()]):
        falls = 0.3 + 0.1 * number + 2.0 * np.exp(-np.arange(5 + 3 * number) / (1 + number))
        values = {name: falls if name.endswith("loss") else 1 - falls / 3 for name in usual.curves.values}
        values["validation_loss"] = values["validation_accuracy"] = np.full(len(falls), np.nan)
        network = replace(usual.network, hidden_sizes=sizes)
        found.append((f"{number}.run", replace(usual, network=network, curves=RunCurves(values)), test))
    return found
