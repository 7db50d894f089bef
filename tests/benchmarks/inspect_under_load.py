"""What an open Inspect pane costs the training, and the screen at a refresh.

    python tests/benchmarks/inspect_under_load.py MNIST.npz [rounds]

784-128-10 on the full MNIST in mini-batches of 128, in a real pseudo-terminal of 80x24. While it trains, Configure (which
draws nothing then) and a view of Inspect are in front in turn, five seconds each; the steps that were done meanwhile are read
in Train. Prints the median of the ratios of neighbours. Then, in this process, how long the event loop computes at one
refresh of each view of a snapshot with 100 epochs: asking the network, and drawing. Goals: under 3 %, under 25 ms.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from app_under_load import open_app, steps_shown, untrained_run

from tui_nn import load_dataset, load_preset
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Start
from tui_nn.ui.app import TuiNN
from tui_nn.ui.panes.inspect import InspectPane
from tui_nn.ui.screens.main import MainScreen
from tui_nn.ui.views.inspect_view import InspectView

SECONDS = 5.0
VIEWS = ("l", "h", "f", "w")
REFRESHES = 30


def steps_in(terminal: object, keys: str) -> float:
    """Steps a second while what these keys lead to is in front; counted from Train to Train."""
    before, start = steps_shown(terminal), time.perf_counter()  # type: ignore[arg-type]
    for key in keys:
        terminal.type(key)  # type: ignore[attr-defined]
        terminal.listen(0.05)  # type: ignore[attr-defined]
    terminal.listen(SECONDS)  # type: ignore[attr-defined]
    terminal.forget()  # type: ignore[attr-defined]
    terminal.type("2")  # type: ignore[attr-defined]
    terminal.wait(re.escape("▐2 Train▌"), 5)  # type: ignore[attr-defined]
    after = steps_shown(terminal)  # type: ignore[arg-type]
    return (after - before) / (time.perf_counter() - start)


def costs(run: Path, rounds: int) -> dict[str, float]:
    """Share of the steps that each view costs."""
    ratios: dict[str, list[float]] = {view: [] for view in VIEWS}
    terminal = open_app(run)
    try:
        terminal.type("r")
        terminal.wait("running", 5)
        terminal.listen(2.0)
        for _ in range(rounds):
            for view in VIEWS:
                before = steps_in(terminal, "1")
                there = steps_in(terminal, f"3{view}")
                after = steps_in(terminal, "1")
                ratios[view].append(2 * there / (before + after))
    finally:
        terminal.kill()
    return {view: 1 - statistics.median(found) for view, found in ratios.items()}


async def refreshes(data: str) -> dict[str, tuple[float, float]]:
    """Milliseconds of the event loop for one refresh of each view, (asking, drawing)."""
    preset = load_preset("quick-start")
    training = replace(preset.training, batch_size=128, epochs=100, train_limit=2000)
    app = TuiNN(InlineEngine(Start(preset.network, training, "quick-start", data)))
    found = {}
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        screen._engine.send("run")
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
            found[view.NAME] = statistics.median(asked) * 1000, statistics.median(drawn) * 1000
    return found


def main() -> None:
    data = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    load_dataset(data)
    with tempfile.TemporaryDirectory() as folder:
        for view, cost in costs(untrained_run(data, Path(folder)), rounds).items():
            print(f"{view}: costs {100 * cost:.1f} % of the training (goal: under 3 %)")
    for name, (asked, drawn) in asyncio.run(refreshes(data)).items():
        print(
            f"{name}: a refresh is {asked + drawn:.1f} ms, {asked:.1f} asking and {drawn:.1f} drawing (goal: under 25 ms)"
        )


if __name__ == "__main__":
    main()
