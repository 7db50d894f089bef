"""Texts from outside are cleaned and cut before they are shown."""

from __future__ import annotations

from tui_nn.data.printable import printable


def test_a_text_of_one_line_is_quoted_whole() -> None:
    assert printable("a/b c.run") == "a/b c.run"
    assert printable("x" * 400) == "x" * 400


def test_what_a_terminal_would_act_on_becomes_a_question_mark() -> None:
    assert printable("a\nb\x1b[31mc\ud800") == "a?b?[31mc?"


def test_of_a_very_long_text_both_ends_are_quoted() -> None:
    said = printable("begin" + "x" * 5000 + "end")
    assert len(said) == 400
    assert said.startswith("begin")
    assert said.endswith("end")
    assert said.count("…") == 1
