"""The contrast of text: how it is measured, and how the colours of a theme are changed so that all text can be read."""

from __future__ import annotations

from textual.color import Color

from tui_nn.ui.kit.roles import MUTED

LEAST = 3.0
"""The least contrast that WCAG 2 allows for signs and for bold text. The muted text of many themes has less contrast."""

_STEP = 0.02
_MENDED = ("text-primary", "text-secondary", "text-success", "text-warning", "text-error", "text-accent")
_MUTED_SHARE = float(MUTED.split()[1].rstrip("%")) / 100


def luminance(colour: Color) -> float:
    """Return the relative luminance of a colour by WCAG 2, from 0 to 1."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: Color, ground: Color) -> float:
    """Return the contrast of two colours by WCAG 2, from 1 (none) to 21."""
    darker, lighter = sorted((luminance(text), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(variables: dict[str, str]) -> dict[str, str]:
    """Return the variables of a theme. Text colours with too little contrast are replaced by darker or lighter ones.

    The muted text must have enough contrast on the page (the background of panes). Signs and keys must have enough contrast on the
    page and on the frame (the background of dialogs and of the footer).
    """
    page, frame = Color.parse(variables["background"]), Color.parse(variables["panel"])
    frame = page + frame
    mended = {"foreground": _away(Color.parse(variables["foreground"]), page, [page], _MUTED_SHARE)}
    for name in _MENDED:
        mended[name] = _away(Color.parse(variables[name]), page, [page, frame], 1.0)
    return variables | {name: colour.hex for name, colour in mended.items() if colour != Color.parse(variables[name])}


def _away(colour: Color, page: Color, grounds: list[Color], share: float) -> Color:
    """Return `colour`, made lighter on a dark `page` or darker on a light one, until it can be read on all backgrounds in
    `grounds`.
    """
    end = Color.parse("white" if luminance(page) < 0.2 else "black")
    moved, steps = colour, 0
    while steps < 1 / _STEP and any(contrast(ground.blend(moved, share), ground) < LEAST for ground in grounds):
        steps += 1
        moved = colour.blend(end, steps * _STEP)
    return moved
