"""The digits of one's own that were added last, small."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.data.dataset import Split
from tui_nn.render.pictures import braille, shades

_ACROSS, _DOWN, _GAP = 6, 3, 1


class OwnDigits(Widget):
    """As many as have room side by side, each over its label. The newest is the last, and the one that is dropped first."""

    DEFAULT_CSS = """
    OwnDigits { height: 4; width: 100%; }
    """

    own: reactive[Split | None] = reactive(None)
    """All of them, oldest first."""

    def render(self) -> Content:
        """Three rows of pictures, a row of labels."""
        if self.own is None:
            return Content("")
        room = max((self.size.width + _GAP) // (_ACROSS + _GAP), 1)
        images, labels = self.own.images[-room:], self.own.labels[-room:]
        draw = shades if getattr(self.app, "ascii_only", False) else braille
        gap = " " * _GAP
        pictures = [draw(image, _ACROSS, _DOWN) for image in images]
        names = [f"a {label}".center(_ACROSS) for label in labels]
        rows = [Content(gap.join(row)) for row in zip(*pictures, strict=True)]
        older, newest = gap.join(names[:-1]), names[-1]
        rows.append(Content.assemble((f"{older}{gap if older else ''}", "$foreground 62%"), (newest, "bold")))
        return Content("\n").join(rows)
