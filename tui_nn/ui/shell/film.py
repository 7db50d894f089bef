"""A film: some pictures of the screen, as an animated SVG or as an asciicast."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

CELL = 8.4, 18.0
"""The width and the height of a cell in an animated SVG, in pixels."""
FONT_SIZE = 14
LAST = 3.0
"""The last picture of a film is shown this many times as long as each other picture."""


class Film:
    """Pictures of the screen, all of the same size. A picture that equals the previous one is left out."""

    def __init__(self, size: tuple[int, int], pace: float) -> None:
        """Begin a film of `size` columns and rows, with a picture every `pace` seconds."""
        self._size, self._pace = size, pace
        self._pictures: list[tuple[tuple[Segment, ...], ...]] = []

    def take(self, strips: list[Strip]) -> bool:
        """Add a picture: the rows of the screen. Return False if it is left out."""
        picture = tuple(tuple(Segment.simplify(strip)) for strip in strips)
        if self._pictures and self._pictures[-1] == picture:
            return False
        self._pictures.append(picture)
        return True

    @property
    def seconds(self) -> float:
        """The length of the film in seconds."""
        return (len(self._pictures) - 1 + LAST) * self._pace

    def cast(self, title: str) -> str:
        """Return the film as an asciicast of version 2: JSON lines that asciinema plays."""
        columns, rows = self._size
        head = {"version": 2, "width": columns, "height": rows, "title": title, "env": {"TERM": "xterm-256color"}}
        lines = [json.dumps(head)]
        before: tuple[tuple[Segment, ...], ...] = ((),) * rows
        for number, picture in enumerate(self._pictures):
            text = "" if number else "\x1b[?25l\x1b[2J"
            for row, (old, new) in enumerate(zip(before, picture, strict=True), start=1):
                if old != new:
                    text += f"\x1b[{row};1H" + "".join(map(_ansi, new)) + "\x1b[0m"
            lines.append(json.dumps([round(number * self._pace, 3), "o", text]))
            before = picture
        lines.append(json.dumps([round(self.seconds, 3), "o", "\x1b[?25h"]))
        return "\n".join(lines) + "\n"

    def svg(self, title: str) -> str:
        """Return the film as an animated SVG picture without a script. Equal rows are stored only once.

        If the settings of a person ask for less motion, the SVG shows only the last picture.
        """
        columns, rows = self._size
        width, height = columns * CELL[0], rows * CELL[1]
        classes: dict[str, str] = {}
        stored: dict[tuple[Segment, ...], str] = {}
        frames = []
        ground = _ground(self._pictures[0])
        for number, picture in enumerate(self._pictures):
            uses = []
            for at, row in enumerate(picture):
                name = stored.setdefault(row, f"r{len(stored)}")
                uses.append(f'<use href="#{name}" y="{at * CELL[1]:g}"/>')
            frames.append(f'<g transform="translate(0 {number * height:g})">{"".join(uses)}</g>')
        drawn = [f'<g id="{name}">{"".join(_row(row, ground, classes))}</g>' for row, name in stored.items()]
        count = len(frames)
        moments = ((number / (count - 1 + LAST) * 100, number * -height) for number in range(count))
        keys = "".join(f"{share:.4g}%{{transform:translateY({shift:g}px)}}" for share, shift in moments)
        last = f"transform:translateY({(count - 1) * -height:g}px)"
        styles = "".join(f".{name}{{{style}}}" for style, name in classes.items())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}">'
            f"<title>{escape(title)}</title><style>"
            f"text{{font:{FONT_SIZE}px Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}}{styles}"
            f"#film{{animation:film {self.seconds:g}s step-end infinite}}@keyframes film{{{keys}100%{{{last}}}}}"
            f"@media(prefers-reduced-motion:reduce){{#film{{animation:none;{last}}}}}</style>"
            f'<defs>{"".join(drawn)}</defs><rect width="100%" height="100%" fill="{ground}"/>'
            f'<g id="film">{"".join(frames)}</g></svg>\n'
        )


def still(strips: Sequence[Strip], name: str) -> tuple[str, float, float]:
    """Return an SVG element with these rows of the screen, and its width and its height in pixels.

    The names of its styles begin with `name`, because they must differ from those of other elements in the same file.
    """
    picture = tuple(tuple(Segment.simplify(strip)) for strip in strips)
    classes: dict[str, str] = {}
    ground = _ground(picture)
    width, height = sum(segment.cell_length for segment in picture[0]) * CELL[0], len(picture) * CELL[1]
    rows = "".join(
        f'<g transform="translate(0 {at * CELL[1]:g})">{"".join(_row(row, ground, classes))}</g>'
        for at, row in enumerate(picture)
    )
    rows = rows.replace('class="', f'class="{name}')
    styles = "".join(f".{name}{number}{{{style}}}" for style, number in classes.items())
    box = f'<rect width="{width:g}" height="{height:g}" fill="{ground}"/>'
    font = f'font-family="Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="{FONT_SIZE}"'
    return f"<g {font}><style>{styles}</style>{box}{rows}</g>", width, height


def _ansi(segment: Segment) -> str:
    style = segment.style or Style.null()
    # In a recording, links and actions of the app would have no effect, so they are removed.
    return style.clear_meta_and_links().render(segment.text, color_system=ColorSystem.TRUECOLOR)


def _colours(style: Style | None) -> tuple[str, str]:
    """Return the colours of the text and of the background as "#rrggbb"."""
    text, ground = (style.color, style.bgcolor) if style else (None, None)
    pair = (
        "#e0e0e0" if text is None or text.is_default else text.get_truecolor().hex,
        "#121212" if ground is None or ground.is_default else ground.get_truecolor().hex,
    )
    return (pair[1], pair[0]) if style and style.reverse else pair


def _ground(picture: tuple[tuple[Segment, ...], ...]) -> str:
    """Return the most frequent background colour of a picture's cells, as "#rrggbb"."""
    cells: dict[str, int] = {}
    for row in picture:
        for segment in row:
            colour = _colours(segment.style)[1]
            cells[colour] = cells.get(colour, 0) + segment.cell_length
    return max(cells, key=lambda colour: cells[colour])


def _row(row: tuple[Segment, ...], ground: str, classes: dict[str, str]) -> Iterator[str]:
    """Yield the SVG elements of a row: first the backgrounds that differ from the colour `ground`, then the texts."""
    width, height = CELL
    column = 0
    words = []
    for below, run in groupby(row, key=lambda segment: _colours(segment.style)[1]):
        begin = column
        for segment in run:
            if segment.text.strip():
                words.append(_word(segment, column, classes))
            column += segment.cell_length
        if below != ground:
            box = f'x="{begin * width:.5g}" width="{(column - begin) * width:.5g}"'
            yield f'<rect {box} height="{height:g}" fill="{below}"/>'
    if words:
        yield f'<text y="{height * 0.75:g}">{"".join(words)}</text>'


def _word(segment: Segment, column: int, classes: dict[str, str]) -> str:
    """Return an SVG element with the text of a segment that begins in `column`, without the spaces around the text."""
    text, style = segment.text.strip(), segment.style or Style.null()
    look = f"fill:{_colours(style)[0]}" + (";font-weight:bold" if style.bold else "")
    look += (";opacity:.6" if style.dim else "") + (";text-decoration:underline" if style.underline else "")
    name = classes.setdefault(look, f"c{len(classes)}")
    begin = column + cell_len(segment.text) - cell_len(segment.text.lstrip())
    # `textLength` keeps the columns in place if the viewer's font has wider or narrower characters.
    length = f' textLength="{cell_len(text) * CELL[0]:.5g}"' if len(text) > 1 else ""
    return f'<tspan class="{name}" x="{begin * CELL[0]:.5g}"{length}>{escape(text)}</tspan>'
