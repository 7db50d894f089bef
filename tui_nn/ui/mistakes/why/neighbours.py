"""The nearest training examples: the examples for which the last hidden layer has the most similar activations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.analysis.neighbours import Neighbours
from tui_nn.analysis.why import Why
from tui_nn.core.parameters import Labels, Pixels
from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import fitted
from tui_nn.render.pictures import braille
from tui_nn.session.questions.explaining import whys
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import HEADING, MUTED, RIGHT, WRONG, bold, colour

COUNT = 8
"""The number of nearest training examples that the search returns."""

_ACROSS, _DOWN, _STEP = 14, 7, 19


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The training examples that are nearest to the explained example."""

    why: Why
    neighbours: Neighbours
    images: Pixels
    """The pictures of the n neighbours, the nearest first: a uint8 array of shape (n, side * side)."""
    labels: Labels
    """The labels of the neighbours, an array of shape (n,)."""
    searched: int
    """The number of training examples that were searched."""


class NearestExamples(Widget):
    """A widget that shows as many pictures as fit: four in a row of 80 cells, two in a row of 40."""

    DEFAULT_CSS = """
    NearestExamples { height: 18; width: 80; padding: 0 0 0 2; }
    """

    near: reactive[Near | None] = reactive(None, always_update=True)
    """The neighbours; None while the search runs."""

    problem: reactive[str] = reactive("")
    """The sentence about why there are no neighbours; "" if there are some or the search is still running."""

    def render(self) -> Content:
        """Return a heading, then rows of pictures with a caption under each."""
        near = self.near
        if near is None:
            return Content.assemble((self.problem or "Searching the training data…", MUTED))
        across = max(self.content_size.width // _STEP, 1)
        down = max((self.content_size.height - 2) // (_DOWN + 1), 1)
        count = min(len(near.labels), across * down)
        layer = "last hidden layer" if near.why.unit_count else "pixels"
        lines = self._heading(near, count, layer)
        for first in range(0, count, across):
            shown = range(first, min(first + across, count))
            pictures = [braille(near.images[place], _ACROSS, _DOWN) for place in shown]
            lines += [Content("".join(f"{row:<{_STEP}}" for row in rows)) for rows in zip(*pictures, strict=True)]
            lines.append(Content("").join(self._caption(near, place) for place in shown))
        return Content("\n").join(lines)

    def spots(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for the distance of each example in view."""
        near = self.near
        if near is None:
            return
        for place in range(len(near.labels)):
            distance, index = float(near.neighbours.distances[place]), int(near.neighbours.indices[place])
            found = partial(whys.neighbour, near.why, index, int(near.labels[place]), distance)
            yield from page.on_text(self, f"{fitted(distance, 1, 5)} #{index}", found)

    def _heading(self, near: Near, count: int, layer: str) -> list[Content]:
        if not count:
            return [Content("No distance could be computed: the activations are NaN or infinite.")]
        most = Content.assemble((alike([near.why.class_names[int(label)] for label in near.labels[:count]]), "bold"))
        texts = (
            f"The nearest of {near.searched:,} training examples, by the {layer}:",
            f"The nearest training examples, by the {layer}:",
            "The nearest training examples:",
        )
        text = next((text for text in texts if len(text) <= self.content_size.width), texts[-1])
        return [Content.assemble((text, colour(HEADING))), most]

    @staticmethod
    def _caption(near: Near, place: int) -> Content:
        """Return the caption of a neighbour: its class, distance and number.

        A mark shows whether its class is the true class (✓) or the predicted class (▸) of the explained example.
        """
        label = int(near.labels[place])
        answer = near.why.answer
        mark, style = " ", ""
        if label == answer.true:
            mark, style = "✓", bold(RIGHT)
        elif label == answer.predicted:
            mark, style = "▸", bold(WRONG)
        name = short_name(near.why.class_names[label], 6)
        rest = f" {fitted(float(near.neighbours.distances[place]), 1, 5)} #{int(near.neighbours.indices[place])}"
        return Content.assemble((f"{mark}{name}", style), (rest.ljust(_STEP - 1 - cells_of(name)), MUTED))


def alike(names: Sequence[str]) -> str:
    """Return a text with the number of nearest examples of each class, such as "Class 4: 6 of these 8; class 6: 2."."""
    counts = sorted(((names.count(name), name) for name in set(names)), key=lambda pair: (-pair[0], pair[1]))
    (most, name), *others = counts
    if not others:
        return f"Class {name}: all {most}."
    first = f"Class {name}: {most} of these {len(names)}"
    return "; ".join([first, *(f"class {name}: {count}" for count, name in others[:3])]) + "."
