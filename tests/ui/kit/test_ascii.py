"""Plain ASCII: a mark beside a digit is no digit and no sign."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from piloting import drawn, press, rows

import tui_nn
from tui_nn.render.ascii import to_ascii
from tui_nn.render.bars import bar
from tui_nn.ui.inspect.flow import FlowChart
from tui_nn.ui.train.chart import Chart


@pytest.mark.parametrize("mark", "✓✗∅▾▸★•↺±")
def test_a_mark_beside_a_number_does_not_look_like_a_digit(mark: str) -> None:
    plain = to_ascii(f"4{mark} 2{mark}3")
    assert plain.isascii()
    assert len(plain) == len(f"4{mark} 2{mark}3")
    if mark != "•":  # that is never beside a digit
        assert not set(plain[1:2]) & set("0123456789+-.,e")


def test_the_signs_for_product_and_nearly_equal_stay_readable() -> None:
    assert to_ascii("(0.4·0.8 + 8 more) · 1.43 ≈ 0.2") == "(0.4*0.8 + 8 more) * 1.43 ~ 0.2"
    assert to_ascii("w 0.520 · gradient") == "w 0.520 . gradient"


def test_a_mean_and_its_spread_have_different_characters() -> None:
    assert to_ascii("0.41 ± 0.12") == "0.41+/-0.12"
    assert to_ascii("a mean ± std") == "a mean+/-std"


def test_an_arrow_does_not_look_like_a_comparison() -> None:
    assert to_ascii("0.41 → 1.35") == "0.41-->1.35"
    assert to_ascii("w ← w") == "w<--w"
    assert to_ascii("0 → −9.9e−3, >.99 → <.01") == "0-> -9.9e-3, >.99-> <.01"


@pytest.mark.parametrize("keys", [("1",), ("3", "u"), ("3", "m"), ("4", "c"), ("4", "d")], ids="".join)
async def test_no_arrow_key_is_written_as_another_key(open_app: Any, keys: tuple[str, ...]) -> None:
    """This holds in the footer and in the help, where a letter stands for its own key."""
    async with open_app(ascii_only=True, epochs=2, hidden_sizes=(4,), train_limit=200) as pilot:
        await press(pilot, *keys)
        await drawn(pilot)
        footer = to_ascii(rows(pilot)[-1])
        assert re.search(r" (arrows|up/dn|lt/rt) ", footer), footer
        assert not re.search(r"\b(UD|LR)\b|[\^<>]v? [a-z]", footer.partition("^p")[0]), footer
        await press(pilot, "question_mark")
        await drawn(pilot)
        assert "up/dn scroll" in "\n".join(rows(pilot))


@pytest.mark.parametrize("eighths", range(1, 80))
def test_the_end_of_a_bar_does_not_look_like_an_upright_line(eighths: int) -> None:
    """An upright line in or beside a bar has its own meaning: the middle, or the mean confidence."""
    plain = to_ascii(bar(eighths / 80, 10))
    assert plain.strip()
    assert set(plain) <= set("#: ")
    assert to_ascii("█████┃██") == "#####|##"
    assert to_ascii("▐2 Train▌") == "|2 Train|"


def test_marks_that_appear_together_have_different_characters() -> None:
    """These are the marks for right, wrong, lowest, never predicted, here, best and ready, and the letters of keys."""
    marks = ["✓", "✗", "3▾", "∅", "●", "★", "○"]
    plain = [to_ascii(mark)[-1] for mark in marks]
    assert len(set(plain)) == len(plain), dict(zip(marks, plain, strict=True))
    assert not set(plain) & set("vo")  # `v accuracy`, `o start`
    assert to_ascii("▾ lowest") == "! lowest"
    assert to_ascii("▾84%") == "!84%"


async def test_curves_differ_by_their_characters(open_app: Any) -> None:
    """They differ in the chart and in its heading even without colour."""
    async with open_app(ascii_only=True, hidden_sizes=(16,), train_limit=400, learning_rate=0.1) as pilot:
        for _ in range(4):
            await press(pilot, "space")
        await drawn(pilot)
        assert re.search(r"\.\.\. train  v v validation  o o test", rows(pilot)[2])
        cells: dict[str, set[str]] = {}
        for row in pilot.app.screen.query_one(Chart)._rows:
            for text, role in row:
                cells.setdefault(role, set()).update(to_ascii(text))
        assert cells["chart--train"] - {" "} == {"."}
        assert cells["chart--test"] - {" "} == {"o"}
        chart = [line[:50] for line in rows(pilot)[3:12]]
        assert any("." in line for line in chart)
        assert any("o" in line for line in chart)


async def test_the_flow_of_the_chosen_layer_differs_from_the_others(open_app: Any) -> None:
    async with open_app(ascii_only=True, hidden_sizes=(16,), train_limit=400) as pilot:
        await press(pilot, "space", "space", "3", "f")
        await drawn(pilot)
        chart = pilot.app.screen.query(FlowChart).first()
        parts = [(to_ascii(text), role) for row in chart._rows for text, role in row]
        assert any("#" in text for text, role in parts if role == "flow-chart--chosen")
        assert not any("#" in text for text, role in parts if role != "flow-chart--chosen")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_class_with_the_lowest_accuracy_has_its_mark_at_every_width(
    open_app: Any, size: tuple[int, int]
) -> None:
    async with open_app(size, ascii_only=True, hidden_sizes=(16,), train_limit=400) as pilot:
        await press(pilot, *["space"] * 4)
        line = next(line for line in rows(pilot) if line.startswith(" by class"))
        assert re.search(r"[!n] *\d+%", line), line
        assert "v" not in line


def test_every_character_of_the_app_has_an_ascii_form() -> None:
    """Text that a person types may have other characters. Sources of formulas and notes for docs are never drawn."""
    not_drawn = {"source", "in_full", "beside_pytorch"}
    lost = {}
    for path in (Path(tui_nn.__file__).parent).rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        passed_over = {
            inner
            for node in ast.walk(tree)
            for part in (
                [node.value] if isinstance(node, ast.keyword) and node.arg in not_drawn
                else [node] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                else []
            )
            for inner in ast.walk(part)
        }  # fmt: skip
        for node in set(ast.walk(tree)) - passed_over:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "cli" not in path.parts:
                for character in to_ascii(node.value.replace("?", "")):
                    if character == "?":
                        lost[f"{path.name}:{node.lineno}"] = node.value
    assert not lost


def test_braille_becomes_the_character_of_the_same_shape() -> None:
    """A stroke keeps its direction, so that a small digit can be read."""
    assert to_ascii("⠀⠒⣀⡇⢸⠛⠁") == " -_||\"'"
    assert to_ascii("⡠⠊⠑⢄") == ",'`."
