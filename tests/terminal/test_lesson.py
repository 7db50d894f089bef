"""A lesson in a real terminal: it is played to its end by keys alone, and its report says what was measured."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from terminal import TUI_NN, Terminal
from waiting import PATIENCE

from tui_nn.lessons.lesson import Do, LookAt, Predict
from tui_nn.lessons.library import load_lesson

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a matter of POSIX")


@pytest.mark.slow
def test_a_lesson_is_played_to_its_end_in_a_real_terminal(tmp_path: Path) -> None:
    lesson, report = load_lesson("look-first"), tmp_path / "report.json"
    terminal = Terminal([*TUI_NN, "lesson", lesson.name, "--report", str(report)])

    def press(key: str, shown: str) -> None:
        terminal.forget()
        terminal.type(key)
        terminal.wait(shown, PATIENCE)

    try:
        titles = [f"step {number + 1} of {len(lesson.steps)}" for number in range(len(lesson.steps))]
        terminal.wait(titles[0], PATIENCE)
        for number, step in enumerate(lesson.steps):
            match step:
                case Predict():
                    press("b", "● b")
                case Do(actions=actions):
                    for action in actions:
                        press("n", f"✓ {action.run}")
                case LookAt():
                    press("\r", f"Lesson {lesson.number} · Look .*5 back to")
                    press("5", titles[number])
            press("n", "✓ done" if number + 1 == len(lesson.steps) else titles[number + 1])
        terminal.type("\x11\x11")
        assert terminal.end(PATIENCE) == 0
        assert terminal.restored()
    finally:
        terminal.kill()
    read = json.loads(report.read_text(encoding="utf-8"))
    assert read["finished"]
    assert [prediction["said"] for prediction in read["predictions"]] == ["b"]
    assert [check["passed"] for check in read["checks"]] == [True] * len(lesson.checks)
