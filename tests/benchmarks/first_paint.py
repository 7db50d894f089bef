"""How long until something is seen: tui-nn beside a bare Textual app with Header and Footer.

    python tests/benchmarks/first_paint.py [rounds [MNIST.npz]]

Interleaved rounds in a real pseudo-terminal, from the start of the process to the first drawn text. Prints medians and
their ratio; the goal is at most 1.6. With a file of the full MNIST, the first paint must come as soon as with the bundled digits.
"""

from __future__ import annotations

import statistics
import sys
import time

from terminal import TUI_NN, Terminal

BARE = """
from textual.app import App
from textual.widgets import Footer, Header
class Bare(App):
    TITLE = "bare app"
    BINDINGS = [("q", "quit", "quit")]
    def compose(self):
        yield Header()
        yield Footer()
Bare().run()
"""


def first_paint(argv: list[str], text: str) -> float:
    """Seconds from the start of `argv` to `text` on the screen."""
    terminal = Terminal(argv)
    try:
        terminal.wait(text, 20)
        seconds = time.perf_counter() - terminal.started
        terminal.listen(0.6)
        return seconds
    finally:
        terminal.kill()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    bare: list[float] = []
    ours: list[float] = []
    digits: list[float] = []
    full: list[float] = []
    of_all = [*TUI_NN, "--data", sys.argv[2]] if len(sys.argv) > 2 else None
    for _ in range(rounds):
        bare.append(first_paint([sys.executable, "-c", BARE], "bare app"))
        ours.append(first_paint(TUI_NN, "Configure"))
        digits.append(first_paint(TUI_NN, "untrained"))
        if of_all:
            full.append(first_paint(of_all, "Configure"))
    for name, seconds in (
        ("bare Textual app", bare),
        ("tui-nn, first paint", ours),
        ("tui-nn, digits on screen", digits),
    ):
        print(f"{name:26} {statistics.median(seconds) * 1000:6.0f} ms   (best {min(seconds) * 1000:.0f})")
    if full:
        print(f"first paint, full MNIST    {statistics.median(full) * 1000:6.0f} ms   (best {min(full) * 1000:.0f})")
        ratio = statistics.median(a / b for a, b in zip(full, ours, strict=True))
        print(f"full MNIST / bundled digits {ratio:6.2f}")
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    print(f"ratio of first paints       {ratio:6.2f}    (goal: at most 1.60)")


if __name__ == "__main__":
    main()
