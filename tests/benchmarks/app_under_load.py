"""What the screen costs training, and training the screen.

    python tests/benchmarks/app_under_load.py MNIST.npz [rounds]

784-128-10 on the full MNIST in mini-batches of 128, in a real pseudo-terminal of 80x24, the chart in view. Each round runs, one
after the other: `tui-nn train` headless (examples a second of wall time, test evaluation included), the app idle, the app
training (both: time from a key to the screen that shows it, for `v`, which redraws the chart, and for 1 and 2, which
change the pane; the latter also examples a second, of the updates it shows). Prints medians over the rounds and the ratios,
then how long a pause and ctrl+q take while training. Goals: at least 0.90 of the throughput, p99 at most 1.3 times idle.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from terminal import TUI_NN, Terminal

from tui_nn import Session, load_dataset, load_preset, save_run

BATCH = "128"
EPOCHS = 8
KEYS = 150
UPDATES = r"updates +([\d,]+)"


def headless(data: str) -> float:
    """Examples a second of `tui-nn train`, from its first epoch's line to its last."""
    argv = [
        *TUI_NN,
        "train",
        "--preset",
        "quick-start",
        "--batch-size",
        BATCH,
        "--epochs",
        str(EPOCHS),
        "--data",
        data,
        "--validation",
        "0",
    ]
    process = subprocess.Popen([*argv, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    times = [time.perf_counter() for line in process.stdout if json.loads(line)["event"] == "epoch"]
    process.wait()
    return 60_000 * (len(times) - 2) / (times[-1] - times[1])


def untrained_run(data: str, folder: Path) -> Path:
    """A run that is about to begin, with batches of 128 and more epochs than the benchmark needs."""
    path = folder / "load.run"
    preset, dataset = load_preset("quick-start"), load_dataset(data)
    training = replace(preset.training, batch_size=int(BATCH), epochs=100_000, validation=0.0)
    save_run(path, Session(dataset, preset.network, training, preset="quick-start").snapshot(), dataset)
    return path


def open_app(run: Path) -> Terminal:
    """The app on that run, ready."""
    terminal = Terminal([*TUI_NN, "--run", str(run)])
    terminal.wait("untrained", 30)
    terminal.listen(1.0)
    return terminal


def key_times(terminal: Terminal, keys: int) -> list[float]:
    """Seconds from a key to the screen that shows it, at random moments."""
    pairs = [
        ("v", "chance: 10 %"),
        ("v", "batch loss"),
        ("v", "chance: ln 10"),
        ("1", "▐1 Configure▌"),
        ("2", "▐2 Train▌"),
    ]
    seconds = []
    # The first round of keys is not counted: a pane is imported when it is first shown.
    for index in range(-len(pairs), keys):
        key, shows = pairs[index % len(pairs)]
        terminal.listen(random.uniform(0.1, 0.3))
        terminal.forget()
        terminal.type(key)
        seconds.append(terminal.wait(re.escape(shows), 5))
    return seconds[len(pairs) :]


def updates_shown(terminal: Terminal) -> int:
    """The newest number of updates on the screen.

    Raises:
        TimeoutError: if none is drawn.
    """
    terminal.forget()
    terminal.wait(UPDATES, 5)
    return int(re.findall(UPDATES, terminal.text)[-1].replace(",", ""))


def under_load(run: Path) -> tuple[float, list[float]]:
    """Examples a second while the app trains with nobody at the keys, then the key times while it does."""
    terminal = open_app(run)
    try:
        terminal.type("r")
        terminal.wait("running", 5)
        terminal.listen(1.0)
        before, start = updates_shown(terminal), time.perf_counter()
        terminal.listen(5.0)
        speed = 128 * (updates_shown(terminal) - before) / (time.perf_counter() - start)
        return speed, key_times(terminal, KEYS)
    finally:
        terminal.kill()


def idle(run: Path) -> list[float]:
    """Key times with nothing to train."""
    terminal = open_app(run)
    try:
        return key_times(terminal, KEYS)
    finally:
        terminal.kill()


def pause_and_quit(run: Path) -> tuple[float, float, bool]:
    """Seconds from r to the paused screen, and from ctrl+q to the end; whether the terminal was restored."""
    terminal = open_app(run)
    try:
        terminal.type("r")
        terminal.wait("running", 5)
        terminal.listen(1.5)
        terminal.forget()
        terminal.type("r")
        pause = terminal.wait("paused|ready", 5)
        terminal.type("r")
        terminal.listen(1.0)
        start = time.perf_counter()
        # The second leaves where the first asks whether to.
        terminal.type("\x11\x11")
        terminal.end(5)
        return pause, time.perf_counter() - start, terminal.restored()
    finally:
        terminal.kill()


def p(values: list[float], share: float) -> float:
    """A quantile, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1000


def main() -> None:
    data = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    random.seed(0)
    speeds, app_speeds, idles, loads, pauses, quits = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        run = untrained_run(data, Path(folder))
        for number in range(rounds):
            speeds.append(headless(data))
            idles.append(idle(run))
            speed, keys = under_load(run)
            app_speeds.append(speed)
            loads.append(keys)
            pause, quit_time, restored = pause_and_quit(run)
            pauses.append(pause)
            quits.append(quit_time)
            print(
                f"round {number + 1}: headless {speeds[-1]:,.0f} examples a second, app {speed:,.0f};"
                f" key to screen idle p50 {p(idles[-1], 0.5):.1f} p99 {p(idles[-1], 0.99):.1f} ms,"
                f" training p50 {p(keys, 0.5):.1f} p99 {p(keys, 0.99):.1f} ms;"
                f" pause {pause * 1000:.0f} ms, quit {quit_time * 1000:.0f} ms, terminal restored: {restored}"
            )
    ratio = statistics.median(a / b for a, b in zip(app_speeds, speeds, strict=True))
    late = statistics.median(p(a, 0.99) / p(b, 0.99) for a, b in zip(loads, idles, strict=True))
    print(f"throughput in the app / headless: {ratio:.2f} (goal: at least 0.90)")
    print(f"p99 key to screen, training / idle: {late:.2f} (goal: at most 1.30)")
    print(f"pause: {statistics.median(pauses) * 1000:.0f} ms (goal: under 100)")
    print(f"quit: {statistics.median(quits) * 1000:.0f} ms (goal: under 1000)")


if __name__ == "__main__":
    main()
