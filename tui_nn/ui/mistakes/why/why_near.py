"""The training digits that the last hidden layer can hardly tell from one: thumbnails with their labels."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.neighbours import Neighbours
from tui_nn.core.parameters import Labels, Pixels
from tui_nn.render.numbers import fitted
from tui_nn.render.pictures import braille
from tui_nn.session.questions.why import Why
from tui_nn.ui.mistakes.why import words

COUNT = 8
"""Neighbours that are looked for."""

_MUTED = "$foreground 62%"
_ACROSS, _DOWN, _STEP = 14, 7, 19


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """What was found for one answer."""

    why: Why
    neighbours: Neighbours
    images: Pixels
    """(k, 784): theirs."""
    labels: Labels
    """(k,)"""
    searched: int
    """Training digits among which they were looked for."""


class WhyNear(Widget):
    """As many as have room: four in a row of 80 cells, two in one of 40."""

    DEFAULT_CSS = """
    WhyNear { height: 18; width: 80; padding: 0 0 0 2; }
    """

    near: reactive[Near | None] = reactive(None, always_update=True)
    """What is shown; None while it is looked for."""

    problem: reactive[str] = reactive("")
    """Why there is nothing."""

    def render(self) -> Content:
        """A heading, then rows of thumbnails with a caption under each."""
        near = self.near
        if near is None:
            return Content.assemble((self.problem or "looking through the training digits…", _MUTED))
        across = max(self.content_size.width // _STEP, 1)
        down = max((self.content_size.height - 2) // (_DOWN + 1), 1)
        count = min(len(near.labels), across * down)
        layer = "last hidden layer" if near.why.unit_count else "pixels, for there is no hidden layer"
        lines = self._heading(near, count, layer)
        for first in range(0, count, across):
            shown = range(first, min(first + across, count))
            pictures = [braille(near.images[place], _ACROSS, _DOWN) for place in shown]
            lines += [Content("".join(f"{row:<{_STEP}}" for row in rows)) for rows in zip(*pictures, strict=True)]
            lines.append(Content("").join(self._caption(near, place) for place in shown))
        return Content("\n").join(lines)

    def _heading(self, near: Near, count: int, layer: str) -> list[Content]:
        if not count:
            return [Content("No training digit is at a distance that is a number.")]
        labels = [int(label) for label in near.labels[:count]]
        most = Content.assemble((words.alike(labels), "bold"))
        text = f"The nearest of {near.searched:,} training digits, by the {layer}:"
        if len(text) > self.content_size.width:
            text = f"The nearest training digits, by the {layer}:"
        if len(text) > self.content_size.width:
            text = "The nearest training digits:"
        return [Content.assemble((text, "$text-primary")), most]

    @staticmethod
    def _caption(near: Near, place: int) -> Content:
        """Label, distance, number: marked where the label is one of the two digits."""
        label = int(near.labels[place])
        answer = near.why.answer
        mark, colour = " ", ""
        if label == answer.true:
            mark, colour = "✓", "bold $text-success"
        elif label == answer.predicted:
            mark, colour = "▸", "bold $text-warning"
        rest = f" {fitted(float(near.neighbours.distances[place]), 1, 5)} #{int(near.neighbours.indices[place])}"
        return Content.assemble((f"{mark}{label}", colour), (rest.ljust(_STEP - 2), _MUTED))
