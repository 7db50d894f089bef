"""The widths of texts: as Rich counts them, which Textual draws with."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui_nn.render.cells import cells_of, cut, shortened, to_centre, to_left, to_right

TEXTS = ["", "abc", "漢字", "お", "a漢b", "é", "e\u0301", "─│█▀⠿", "한국", "Ω", "→·×−√", "ﾊﾝ", "全角"]


@pytest.mark.parametrize("text", TEXTS)
def test_cells_are_counted_as_they_are_drawn(text: str) -> None:
    assert cells_of(text) == cell_len(text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", range(1, 8))
def test_a_text_takes_the_cells_that_it_is_given(text: str, width: int) -> None:
    assert cells_of(cut(text, width)) <= width
    assert text.startswith(shortened(text, width))
    for place in (to_left, to_right, to_centre):
        assert cells_of(place(cut(text, width), width)) == width


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert cut("漢字", 4) == "漢字"
    assert cut("漢字", 3) == "漢…"
    assert cut("Ankle boot", 10) == "Ankle boot"


@pytest.mark.parametrize("width", [0, -1, -30])
def test_no_text_fits_where_there_is_no_room(width: int) -> None:
    assert cut("Ankle boot", width) == shortened("Ankle boot", width) == ""
