"""The strip of views shows the name of the view in front, and as many other names as fit."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui_nn.ui.kit.sub_views import SubViews

VIEWS = [
    ("l", "layers", ""),
    ("h", "histograms", "hist"),
    ("f", "flow", ""),
    ("u", "unit", ""),
    ("q", "quantities", ""),
]


class Strip(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen = ""

    def compose(self) -> ComposeResult:
        yield SubViews(VIEWS, "quantities")

    def on_sub_views_chosen(self, event: SubViews.Chosen) -> None:
        self.chosen = event.name


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "  l layers  h histograms  f flow  u unit ▸q quantities"),
        (50, "  l layers  h hist  f flow  u unit ▸q quantities"),
        (46, "  l layers  h hist  f flow  u ▸q quantities"),
        (34, "  l layers  h  f  u ▸q quantities"),
        (20, "  l  h  f  u ▸q quantities"),
    ],
)
async def test_the_names_that_fit_are_shown_and_that_of_the_view_in_front_always(width: int, shown: str) -> None:
    async with Strip().run_test(size=(width, 5)) as pilot:
        strip = pilot.app.query_one(SubViews)
        assert strip.render().plain == shown


@pytest.mark.parametrize("width", [60, 46, 20])
async def test_a_click_on_a_key_or_a_name_chooses_its_view(width: int) -> None:
    app = Strip()
    async with app.run_test(size=(width, 5)) as pilot:
        plain = app.query_one(SubViews).render().plain
        for mark, name in (("h", "histograms"), ("u", "unit"), ("q", "quantities")):
            await pilot.click(SubViews, offset=(plain.index(f" {mark}".replace(" q", "▸q")) + 1, 0))
            assert app.chosen == name
