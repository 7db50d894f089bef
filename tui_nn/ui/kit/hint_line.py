"""The first hint in one row, with the keys that lead to all hints and to the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.roles import WARNING, WARNING_ROW

if TYPE_CHECKING:
    from tui_nn.session.hints import Hint


class HintLine(FittedLine):
    """A widget that shows the first hint. The row is hidden while there are no hints."""

    DEFAULT_CSS = f"""
    HintLine {{ display: none; background: {WARNING_ROW}; color: {WARNING}; text-style: bold; }}
    HintLine.-said {{ display: block; }}
    """

    hints: reactive[tuple[Hint, ...]] = reactive((), init=False, repaint=False)
    """The hints of the run, the most important first."""

    def watch_hints(self, hints: tuple[Hint, ...]) -> None:
        """Write the first hint."""
        self.texts = hint_texts(hints[0]) if hints else ("",)
        self.right = hint_keys(hints[0]) if hints else ""


def hint_texts(hint: Hint) -> tuple[str, ...]:
    """Return a hint in several lengths, for one row."""
    title = f"{hint.title[0].upper()}{hint.title[1:]}"
    return f"! {title}. {hint.sentence}", f"! {title}"


def hint_keys(hint: Hint) -> str:
    """Return the keys that help with a hint, for the end of its row."""
    return "w why  F fix" if hint.fix else "w why"
