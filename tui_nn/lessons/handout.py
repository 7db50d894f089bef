"""The handout of a lesson, a work sheet for a class without computers: the questions, the pictures, and room for the answers.

A sheet is a list of parts. `as_text` and `as_svg` turn it into a page. The answers stand at the end, below a line at which the
teacher cuts the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape

from tui_nn.glossary import GLOSSARY
from tui_nn.lessons.checking import Result
from tui_nn.lessons.lesson import LETTERS, CheckStep, Claim, Do, Lesson, LookAt, Predict, Why
from tui_nn.lessons.reading import wrapped

WIDTH = 80
"""The width of a sheet as text, in columns."""
SHEET, MARGIN, LINE, SIZE = 794.0, 48.0, 21.0, 14
"""The width of an SVG sheet (that of A4 at 96 pixels an inch), its margins, the height of a line, and the font size in pixels."""
ROOM = 3
"""The number of empty lines on the sheet for each answer."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the app in two forms: rows of text, and an SVG element with its width and height."""

    rows: tuple[str, ...]
    svg: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sheet: a heading, a text, lines to write on, a picture, or the line at which the sheet is cut."""

    text: str = ""
    is_heading: bool = False
    room: int = 0
    picture: Picture | None = None
    is_cut: bool = False


def parts_of(lesson: Lesson, pictures: Mapping[int, Picture], results: Sequence[Result]) -> list[Part]:
    """Return the sheet of a lesson. `pictures` has the picture of each step that shows one, by the number of the step."""
    kind = "Challenge" if lesson.is_challenge else "Lesson"
    parts = [Part(f"{kind}: {lesson.title}", is_heading=True), Part("Name:" + " " * 40 + "Date:", room=1)]
    answers = []
    measured = {result.check: result for result in results}
    for number, step in enumerate(lesson.steps):
        match step:
            case Claim(text):
                parts.append(Part(text))
                parts += [Part(f"New word. {word}: {GLOSSARY[word]}") for word in lesson.words]
            case Predict(text, choices, outcome):
                parts += [Part("What do you predict?", is_heading=True), Part(text)]
                parts += [Part(f"[ ] {letter}  {choice}") for letter, choice in zip(LETTERS, choices, strict=False)]
                parts.append(Part("Why do you think so?", room=ROOM))
                answers.append(Part(f"The outcome was {outcome}: {choices[LETTERS.index(outcome)]}"))
            case Do(text, actions):
                parts += [Part("What was done", is_heading=True), Part(text)]
                parts += [Part(f"- {action.run + ': ' if action.run else ''}{action.say}") for action in actions]
            case LookAt(text):
                parts += [Part("What the network showed", is_heading=True), Part(picture=pictures[number])]
                parts.append(Part("What do you see in the picture?", room=ROOM))
                answers.append(Part(text))
            case CheckStep(text, checks):
                parts += [Part("Is the claim true?", is_heading=True), Part(text)]
                for check in checks:
                    found = measured[check]
                    run = f"{check.run}: " if check.run else ""
                    parts.append(Part(f"[ ] yes  [ ] no   {run}{found.label}: {found.shown} (wanted: {found.bound})"))
                    answers.append(Part(f"{run}{found.label}: {'yes' if found.passed else 'no'}."))
            case Why(text):
                parts.append(Part("Why did this happen?", is_heading=True, room=ROOM + 1))
                answers.append(Part(text))
    answers += [Part(f"Hint {number}: {hint}") for number, hint in enumerate(lesson.hints, start=1)]
    return [*parts, Part(is_cut=True), Part("For the teacher", is_heading=True), *answers]


def as_text(parts: Sequence[Part]) -> str:
    """Return the sheet as lines of at most 80 columns. Each picture is the text on the screen."""
    lines: list[str] = []
    for before, part in zip([Part(), *parts], parts, strict=False):
        if part.is_cut:
            lines += ["", "- " * (WIDTH // 2 - 4) + "cut here"]
            continue
        if not _follows(part, before):
            lines.append("")
        lines += _lines(part.text)
        lines += ["=" * len(part.text)] if part.is_heading and not part.room else []
        lines += part.picture.rows if part.picture is not None else ()
        for _ in range(part.room if not part.text.startswith("Name") else 0):
            lines += ["", "_" * WIDTH]
    return "\n".join(line.rstrip() for line in lines[1:]) + "\n"


def _lines(text: str) -> list[str]:
    """Return a text in lines of at most 80 characters. An item of a list keeps its spaces."""
    if text.startswith(("[ ", "- ", "Name")):
        return wrap(text, WIDTH, subsequent_indent=" " * 6)
    return wrapped(text, WIDTH)


def _follows(part: Part, before: Part) -> bool:
    """Return whether a part of the sheet and the part before it are items of one list."""
    return part.text[:2] in ("[ ", "- ") and part.text[:2] == before.text[:2]


def as_svg(parts: Sequence[Part], title: str) -> str:
    """Return the sheet as one SVG picture, as wide as A4 and as high as its contents."""
    drawn: list[str] = []
    y = MARGIN
    for before, part in zip([Part(), *parts], parts, strict=False):
        y += 0 if _follows(part, before) else LINE / 2
        for element, height in _elements(part, y):
            drawn.append(element)
            y += height
    height = y + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {SHEET:g} {height:g}" width="{SHEET:g}" '
        f'height="{height:g}"><title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<g font-family="DejaVu Sans,Verdana,sans-serif" font-size="{SIZE}" fill="#111">{"".join(drawn)}</g></svg>\n'
    )


def _elements(part: Part, y: float) -> Iterator[tuple[str, float]]:
    """Yield the SVG elements of a part of the sheet, each with its height. The part begins `y` pixels from the top."""
    right = SHEET - MARGIN
    if part.is_cut:
        yield f'<path d="M0 {y + LINE:g}H{SHEET:g}" stroke="#888" stroke-dasharray="6"/>', 2 * LINE
        return
    weight = ' font-weight="bold"' if part.is_heading else ""
    for line in _lines(part.text):
        yield f'<text x="{MARGIN:g}" y="{y + SIZE:g}"{weight}>{escape(line)}</text>', LINE
        y += LINE
    if part.picture is not None:
        shown = part.picture
        scale = (right - MARGIN) / shown.width
        yield f'<g transform="translate({MARGIN:g} {y:g}) scale({scale:.4g})">{shown.svg}</g>', shown.height * scale
    for _ in range(part.room):
        yield f'<path d="M{MARGIN:g} {y + LINE:g}H{right:g}" stroke="#888"/>', LINE * 1.3
        y += LINE * 1.3
