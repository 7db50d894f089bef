"""Plain ASCII: a mark beside a digit is no digit and no sign."""

from __future__ import annotations

import pytest

from tui_nn.ui.ascii import to_ascii


@pytest.mark.parametrize("mark", "✓✗∅▾▸★•↺±")
def test_a_mark_makes_no_other_number(mark: str) -> None:
    plain = to_ascii(f"4{mark} 2{mark}3")
    assert plain.isascii()
    assert len(plain) == len(f"4{mark} 2{mark}3")
    if mark != "•":  # that is never beside a digit
        assert not set(plain[1:2]) & set("0123456789+-.,e")


def test_a_product_is_no_point_and_nearly_equal_no_question() -> None:
    assert to_ascii("(0.4·0.8 + 8 more) · 1.43 ≈ 0.2") == "(0.4*0.8 + 8 more) * 1.43 ~ 0.2"
    assert to_ascii("w 0.520 · gradient") == "w 0.520 . gradient"


def test_a_mean_and_its_spread_are_told_apart() -> None:
    assert to_ascii("0.41 ± 0.12") == "0.41+- 0.12"
