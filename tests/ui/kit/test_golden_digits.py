"""Three test digits in every way that the Mistakes pane draws one, compared to a stored text that was looked at.

TERM=xterm-256color python tests/ui/kit/test_golden_digits.py > tests/ui/kit/golden_digits.txt
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from textual.app import App, ComposeResult

from tui_nn.core.parameters import Pixels
from tui_nn.data.loading import load_dataset
from tui_nn.render.ascii import to_ascii
from tui_nn.render.pictures import braille, shades
from tui_nn.ui.kit.digit import DigitView

GOLDEN = Path(__file__).parent / "golden_digits.txt"
CHOSEN = (42, 420, 866)
"""Places among the bundled test digits."""


class Plate(App[None]):
    """One digit and nothing else."""

    def compose(self) -> ComposeResult:
        yield DigitView()


async def on_screen(image: Pixels, *, zoom: bool) -> list[str]:
    """What the widget draws where there is colour: upper and lower halves that differ are a half block."""
    app = Plate()
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.query_one(DigitView)
        view.image, view.zoom = image, zoom
        await pilot.pause()
        return ["".join(segment.text for segment in view.render_line(y)) for y in range(view.size.height)]


async def drawn() -> str:
    """All of them, with headings; blanks at the ends of lines are left out."""
    test = load_dataset().test
    lines = []
    for index in CHOSEN:
        image = test.images[index]
        ways = {
            "half blocks": await on_screen(image, zoom=False),
            "shades": shades(image),
            "shades, large": shades(image, 56, 28),
            "thumbnail": braille(image),
            "thumbnail, large": braille(image, 10, 5),
            "thumbnail in ASCII": shades(image, 6, 3),
            "thumbnail of Train in ASCII": [to_ascii(line) for line in braille(image)],
        }
        for way, rows in ways.items():
            lines += [f"--- #{index}, a {test.labels[index]}: {way}, {len(rows[0])} x {len(rows)}", *rows]
    return "".join(line.rstrip() + "\n" for line in lines)


async def test_digits_are_drawn_as_in_the_stored_pictures() -> None:
    assert await drawn() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(drawn()))
