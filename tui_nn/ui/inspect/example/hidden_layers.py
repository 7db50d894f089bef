"""The hidden layers of a network, one below the other, as one example goes through them."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_nn.core.activations import Activation
from tui_nn.core.parameters import Array
from tui_nn.render.fitting import fitting
from tui_nn.render.numbers import fitted
from tui_nn.session.questions.example_look import ExampleLook
from tui_nn.ui.kit.unit_grid import UnitGrid

_MUTED = "$foreground 62%"


class HiddenLayer(Vertical):
    """Its name, how many units answer, and a cell for each."""

    DEFAULT_CSS = """
    HiddenLayer { height: 1fr; }
    HiddenLayer > Static { height: 2; }
    HiddenLayer.-short > Static { height: 1; }
    """

    class Chosen(Message):
        """A unit was clicked."""

        def __init__(self, layer: int, unit: int) -> None:
            super().__init__()
            self.layer = layer
            self.unit = unit

    def __init__(self, number: int) -> None:
        """Layer `number` of the network."""
        super().__init__()
        self._number = number
        self._heading = Static()
        self._said: tuple[tuple[str, str], str, str, tuple[str, ...]] = ("", ""), "", "", ("",)
        self._grid = UnitGrid()

    def compose(self) -> ComposeResult:
        """Heading and grid."""
        yield self._heading
        yield self._grid

    @property
    def columns(self) -> int:
        """Units in a row."""
        layout = self._grid.layout_of_units
        return layout.columns if layout is not None else 1

    def show(self, look: ExampleLook, chosen: int | None, rows: int | None) -> None:
        """Show an example; `chosen` is a unit to point at, `rows` how high to be, None for an equal share."""
        values, activation = look.trace.a[self._number], look.mlp.activation
        several = look.hidden > 1
        self.set_class(several, "-short")
        self.styles.height = "1fr" if rows is None else rows
        mark = ("▸" if chosen is not None and several else " ", "bold $text-success")
        name, gap = (f"layer {self._number}", "  ") if several else (f"layer {self._number} {activation.name}", "\n ")
        self._said = mark, name, gap, on_in_words(values, activation)
        self._head()
        self._grid.signed, self._grid.chosen, self._grid.values = activation.signed, chosen, values

    def on_resize(self) -> None:
        """Say as much as fits: a layer is shown before it has its width."""
        self._head()

    def _head(self) -> None:
        mark, name, gap, texts = self._said
        room = self.size.width - len(mark[0] + name + gap) if "\n" not in gap else self.size.width - 1
        words = fitting(texts, room)
        self._heading.update(Content.assemble(mark, (name, "bold $text-primary"), gap, (words, _MUTED)))

    def on_unit_grid_chosen(self, event: UnitGrid.Chosen) -> None:
        """Say in which layer."""
        event.stop()
        self.post_message(self.Chosen(self._number, event.unit))


def on_in_words(values: Array, activation: Activation) -> tuple[str, ...]:
    """How much of a layer answers, in several lengths: "72 of 128 on, max 4.4"; where units are not off at 0, its range."""
    if not activation.can_die:
        return (f"{fitted(float(values.min()), 2, 6)} to {fitted(float(values.max()), 2, 6)}",)
    of = f" of {len(values)}" if len(values) < 1000 else ""
    on = np.count_nonzero(np.abs(values) > 0)
    return f"{on}{of} on, max {fitted(float(values.max()), 1, 6)}", f"{on}{of} on", f"{on} on"


class HiddenLayers(Vertical):
    """As many as the network has; those of a deeper one stay, and are hidden."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin without any."""
        super().__init__(id=id)
        self._layers: list[HiddenLayer] = []

    def columns(self, layer: int) -> int:
        """Units in a row of this layer."""
        return self._layers[layer].columns

    def show(self, look: ExampleLook, layer: int, unit: int, height: int) -> None:
        """Show every layer of a network in `height` rows; ticks are at the unit of this layer."""
        count, height = look.hidden, max(height, 1)
        self._layers += [HiddenLayer(number) for number in range(len(self._layers), count)]
        self.mount(*(part for part in self._layers if not part.is_attached))
        # Where each would have too few rows, the one with the chosen unit has what the others need not.
        least = None if height >= 4 * count else max((height - 7) // max(count - 1, 1), 1)
        for number, part in enumerate(self._layers):
            part.display = number < count
            if number < count:
                chosen = number == layer
                part.show(look, unit if chosen else None, None if chosen else least)
