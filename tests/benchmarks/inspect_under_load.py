"""What an open Inspect pane costs the training, and the screen at a refresh.

    python tests/benchmarks/inspect_under_load.py MNIST.npz [rounds]

784-128-10 on the full MNIST in mini-batches of 128, in a real pseudo-terminal of 80x24. While it trains, Configure (which
draws nothing then) and a view of Inspect are in front in turn, five seconds each; the updates that were done meanwhile are read
in Train. Prints the median of the ratios of neighbours, and how much more of a core the screen's process takes: this hardly
depends on what else the machine does. Then, in this process, how long the event loop computes at one
refresh of each view of a snapshot with 100 epochs: asking the network, and drawing. Goals: under 3 %, under 25 ms.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from app_under_load import open_app, untrained_run, updates_shown
from terminal import Terminal

from tui_nn import load_dataset, load_preset
from tui_nn.engine.commands import Run
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.shell.main_screen import MainScreen

SECONDS = 5.0
VIEWS = ("l", "h", "f", "w")
REFRESHES = 30


def cpu_seconds(terminal: Terminal) -> float:
    """What the screen's own process has computed so far; the engine is another."""
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def with_front(terminal: Terminal, keys: str) -> tuple[float, float]:
    """(updates a second, share of a core that the screen takes) while what these keys lead to is in front."""
    before, start, busy = updates_shown(terminal), time.perf_counter(), cpu_seconds(terminal)
    for key in keys:
        terminal.type(key)
        terminal.listen(0.05)
    terminal.listen(SECONDS)
    busy, watched = cpu_seconds(terminal) - busy, time.perf_counter() - start
    terminal.forget()
    terminal.type("2")
    terminal.wait(re.escape("▐2 Train▌"), 5)
    return (updates_shown(terminal) - before) / (time.perf_counter() - start), busy / watched


def costs(run: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """For each view the share of the updates that it costs, and the share of a core that the screen takes more."""
    ratios: dict[str, list[tuple[float, float]]] = {view: [] for view in VIEWS}
    terminal = open_app(run)
    try:
        terminal.type("r")
        terminal.wait("running", 5)
        terminal.listen(2.0)
        for _ in range(rounds):
            for view in VIEWS:
                before, there, after = (with_front(terminal, keys) for keys in ("1", f"3{view}", "1"))
                ratios[view].append((2 * there[0] / (before[0] + after[0]), there[1] - (before[1] + after[1]) / 2))
    finally:
        terminal.kill()
    return {view: (1 - median(r for r, _ in found), median(c for _, c in found)) for view, found in ratios.items()}


async def refreshes(data: str) -> dict[str, tuple[float, float]]:
    """Milliseconds of the event loop for one refresh of each view, (asking, drawing)."""
    preset = load_preset("quick-start")
    training = replace(preset.training, batch_size=128, epochs=100, train_limit=2000)
    app = TuiNN(InlineEngine(Start(preset.network, training, "quick-start", data)))
    found = {}
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        screen._engine.send(Run())
        while screen.snapshot is None or screen.snapshot.epoch < 100:
            screen.listen()
            await pilot.pause()
        await pilot.press("3")
        pane = screen.query_one(InspectPane)
        for key in VIEWS:
            await pilot.press(key)
            for _ in range(20):
                await pilot.pause(0.02)
            view = pane.front
            assert isinstance(view, InspectView)
            asked, drawn = [], []
            for _ in range(REFRESHES):
                view._asked = ()
                started = time.thread_time()
                view._look()
                asked.append(time.thread_time() - started)
                started = time.thread_time()
                for widget in view.walk_children(with_self=True):
                    widget._styles_cache.clear()  # type: ignore[attr-defined]
                    if widget.size.height:
                        widget._render_content()  # type: ignore[attr-defined]
                screen._compositor.render_full_update()
                drawn.append(time.thread_time() - started)
                await pilot.pause()
            found[view.NAME] = median(asked) * 1000, median(drawn) * 1000
    return found


def main() -> None:
    data = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    load_dataset(data)
    with tempfile.TemporaryDirectory() as folder:
        for view, (cost, busy) in costs(untrained_run(data, Path(folder)), rounds).items():
            print(
                f"{view}: costs {100 * cost:.1f} % of the training (goal: under 3 %), the screen {100 * busy:.1f} % of a core"
            )
    for name, (asked, drawn) in asyncio.run(refreshes(data)).items():
        print(
            f"{name}: a refresh is {asked + drawn:.1f} ms, {asked:.1f} asking and {drawn:.1f} drawing (goal: under 25 ms)"
        )


if __name__ == "__main__":
    main()
