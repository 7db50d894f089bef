"""A look has a text form that reads back as itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.engine.look import Look, LookTextError, read_look

NUMBERS = st.none() | st.integers(0, 10**9)
NAMES = st.sampled_from(["Configure", "Train", "Inspect", "Mistakes"])
VIEWS = st.sampled_from(["layers", "test map", "unit", "by class", "why"])
LOOKS = st.builds(
    Look, st.none() | NAMES, st.none() | VIEWS, NUMBERS, NUMBERS, NUMBERS,
    st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99)), NUMBERS, NUMBERS, NUMBERS,
)  # fmt: skip


@given(LOOKS)
def test_the_text_of_every_look_reads_back_as_that_look(look: Look) -> None:
    assert read_look(look.text) == look


def test_texts_name_the_place_and_then_what_is_chosen() -> None:
    assert Look("Inspect", "unit", layer=0, unit=5, epoch=3).text == "inspect/unit layer=0 unit=5 epoch=3"
    assert Look("Inspect", "test map", cell=(3, 14)).text == "inspect/test-map cell=3,14"
    assert Look().text == "-"


@pytest.mark.parametrize(
    "text", ["", "inspect/", "/unit", "a b", "inspect unit", "inspect unit=", "inspect unit=x", "inspect unit=-1",
             "inspect cell=3", "inspect unit=1 unit=2", "inspect unit=1,2", "in--spect"],
)  # fmt: skip
def test_a_text_that_is_no_look_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(LookTextError, match="does not describe a view"):
        read_look(text)
