"""The epoch, the loss and the accuracy in large digits, for a projector."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.reactive import reactive
from textual.renderables.digits import Digits
from textual.widget import Widget

from tui_nn.ui.kit.roles import MUTED, TEXT, TRAIN, bold
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.shell.status import shown_accuracy

if TYPE_CHECKING:
    from tui_nn.engine.messages import Opened
    from tui_nn.session.run.snapshot import Snapshot

ROWS = 3
"""The height of a large digit."""


def large(text: str) -> tuple[str, str, str]:
    """Return the three rows of a text with digits that are three rows high. Other characters stand in the last row.

    A blank separates the digits in plain ASCII.
    """
    glyphs = []
    for character in text:
        segments = (part for part in Digits(character, Style()).render(Style()) if isinstance(part, Segment))
        glyphs.append(["".join(segment.text for segment in row) for row in Segment.split_lines(segments)])
    top, middle, bottom = (" ".join(glyph[row] for glyph in glyphs) for row in range(ROWS))
    # The ASCII filter would turn Textual's large point into a plus sign.
    return top, middle, bottom.replace("•", ".")


class LargeNumbers(Widget):
    """A widget that shows the numbers in three rows. They are hidden unless the screen has the class `-large`."""

    DEFAULT_CSS = f"""
    LargeNumbers {{ display: none; height: {ROWS}; padding: 0 2; }}
    """

    snapshot: reactive[Snapshot | None] = reactive(None)
    """The snapshot whose numbers are shown."""

    opened: reactive[Opened | None] = reactive(None)
    """The data; None while they are being loaded."""

    def render(self) -> Content:
        """Return three rows with all numbers for which there is room."""
        snapshot = self.snapshot
        if snapshot is None:
            return Content()
        rows = [Content(), Content(), Content()]
        for label, text, style in numbers_of(snapshot, self.opened):
            digits = large(text)
            start = len(rows[0]) + 4 * bool(len(rows[0]))
            if start + len(label) + 1 + len(digits[0]) > self.content_size.width:
                break
            for at, row in enumerate(rows):
                lead = " " * (start - len(row)) + (label if at == ROWS - 1 else " " * len(label)) + " "
                rows[at] = Content.assemble(row, (lead, MUTED), (digits[at], style))
        return Content("\n").join(rows)


def numbers_of(snapshot: Snapshot, opened: Opened | None) -> list[tuple[str, str, str]]:
    """Return the label, the text and the style of each number: the epoch, the loss, and the accuracy of the status line.

    While an update is under the microscope, the loss is that of its batch.
    """
    # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
    from tui_nn.render.numbers import loss_text

    share, name, style = shown_accuracy(snapshot, opened)
    label, loss, update = "loss", snapshot.record.train_loss, snapshot.update
    if update is not None and (update.step is not None or isfinite(update.batch_loss)):
        label, loss = "batch loss", update.batch_loss if update.step is None else update.step.loss
    return [
        ("epoch", epoch_words(snapshot), bold(TEXT)),
        (label, loss_text(loss), bold(TRAIN)),
        (name, f"{100 * share:.1f}%", bold(style)),
    ]
