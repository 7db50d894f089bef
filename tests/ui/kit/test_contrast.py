"""Test that the text of every theme can be read: the contrast of its colours, by the formula of WCAG 2."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tui_nn.ui.kit import roles
from tui_nn.ui.kit.contrast import LEAST, contrast, readable

ON_PAGE = ("TEXT", "MUTED", "KEY", "HEADING", "RIGHT", "WRONG", "BROKEN", "TRAIN", "VALIDATION", "TEST", "UNCHOSEN")
IN_FRAME = ("TEXT", "KEY", "RIGHT", "WRONG", "BROKEN")


def contrasts(theme: str, mended: bool = True) -> dict[str, float]:
    """Return the contrast of each role on the page and in the frame."""
    app = App[None]()
    app.theme = theme
    variables = readable(app.get_css_variables()) if mended else app.get_css_variables()

    def colour(style: str, ground: Color) -> Color:
        name, _, share = style.removeprefix("bold ").partition(" ")
        strength = float(share.rstrip("%")) / 100 if share else 1.0
        return ground.blend(Color.parse(variables[name.removeprefix("$")]), strength)

    page = Color.parse(variables["background"])
    frame = page + Color.parse(variables["panel"])
    return {f"{role} on the page": contrast(colour(getattr(roles, role), page), page) for role in ON_PAGE} | {
        f"{role} in the frame": contrast(colour(getattr(roles, role), frame), frame) for role in IN_FRAME
    }


@pytest.mark.parametrize("theme", [name for name in BUILTIN_THEMES if not name.startswith("ansi")])
def test_every_theme_can_be_read(theme: str) -> None:
    low = {where: round(found, 2) for where, found in contrasts(theme).items() if found < LEAST}
    assert not low


def test_curves_keys_and_changes_on_the_chart_have_different_colours() -> None:
    styles = (roles.TRAIN, roles.VALIDATION, roles.TEST, roles.BEFORE, roles.CHANGED, roles.TIMELINE)
    assert len({roles.colour(style) for style in styles}) == len(styles)
    assert roles.colour(roles.KEY) not in (roles.TRAIN, roles.VALIDATION, roles.TEST)


def test_a_theme_that_can_be_read_keeps_its_colours() -> None:
    app = App[None]()
    assert readable(app.get_css_variables()) == app.get_css_variables()


def test_the_measure_is_that_of_wcag_and_finds_a_theme_that_is_too_pale() -> None:
    assert contrast(Color.parse("black"), Color.parse("white")) == pytest.approx(21)
    assert contrasts("solarized-light", mended=False)["MUTED on the page"] < LEAST
