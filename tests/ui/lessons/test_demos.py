"""The demonstrations of docs/teaching.md: each line opens the screen that it promises, with the same bits every time."""

from __future__ import annotations

import shlex
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from piloting import drawn, snapshot, text, until

from tui_nn.cli import COMMANDS, app
from tui_nn.cli.parser import Parser
from tui_nn.engine.inline import InlineEngine
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.shell.app import TuiNN

PAGE = Path(__file__).parents[3] / "docs" / "teaching.md"
LINES = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("   tui-nn ")]
PROMISED = {
    0: ("Train", 0, ["Nothing trained yet"]),
    1: ("Inspect", 0, ["Batch 1 of 19 holds 16 examples", "step 1 of 11"]),
    2: ("Train", 60, ["A 3, C 0.1", "chance"]),
    3: ("Inspect", 6, ["gradient", "layer 0"]),
    4: ("Train", 40, ["100.00 %"]),
    5: ("Mistakes", 10, ["9", "true 4"]),
    6: ("Train", 3, ["learning rate"]),
}
"""For each demonstration: the pane, the epoch and words on the screen."""
QUICK = (0, 1, 6)


def parsed(line: str) -> Namespace:
    """Return the arguments of a command line."""
    parser = Parser("tui-nn", app.ABOUT, app.EXAMPLES, COMMANDS)
    app.add_arguments(parser)
    return parser.parse(shlex.split(line)[1:])


def test_there_are_seven_demonstrations_and_every_line_is_understood() -> None:
    assert len(LINES) == len(PROMISED)
    for line in LINES:
        start, opening = app.prepared(parsed(line))
        assert start.network is not None
        assert opening.look or opening.keys or opening.epochs_a_second


@pytest.mark.parametrize("number", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in PROMISED])
async def test_a_line_opens_the_screen_that_it_promises(number: int) -> None:
    start, opening = app.prepared(parsed(LINES[number]))
    pane, epoch, words = PROMISED[number]
    async with TuiNN(InlineEngine(start), opening=opening).run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        await until(pilot, lambda: all(word in text(pilot) for word in words))
        assert pilot.app.screen_stack[0].current == pane  # type: ignore[attr-defined]
        assert snapshot(pilot).epoch == epoch


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
def test_a_line_computes_the_same_bits_every_time(line: str) -> None:
    def bits() -> list[Any]:
        opened, *others = InlineEngine(app.prepared(parsed(line))[0]).poll()
        run = next(message for message in others if isinstance(message, Snapshot))
        return [run.parameters.vector.tobytes(), [s.parameters.vector.tobytes() for s in opened.earlier]]  # type: ignore[union-attr]

    assert bits() == bits()
