"""The activations of the hidden layers for one example, one layer below the other."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_nn.core.activations import Activation
from tui_nn.core.parameters import Array
from tui_nn.render.numbers import fitted, fitting
from tui_nn.session.questions.example_look import ExampleLook
from tui_nn.ui.kit.roles import HEADING, MUTED, POINTED, bold
from tui_nn.ui.kit.unit_grid import UnitGrid


class HiddenLayer(Vertical):
    """A widget that shows one hidden layer: its name, the number of its units that are on, and a cell for each unit."""

    DEFAULT_CSS = """
    HiddenLayer { height: 1fr; }
    HiddenLayer > Static { height: 2; }
    HiddenLayer.-short > Static { height: 1; }
    """

    class Chosen(Message):
        """This message reports that a unit was clicked."""

        def __init__(self, layer: int, unit: int) -> None:
            super().__init__()
            self.layer = layer
            self.unit = unit

    def __init__(self, number: int) -> None:
        """Create the widget for layer `number`."""
        super().__init__()
        self._number = number
        self._heading = Static()
        self._said: tuple[tuple[str, str], str, str, tuple[str, ...]] = ("", ""), "", "", ("",)
        self._grid = UnitGrid()

    def compose(self) -> ComposeResult:
        """Yield the widgets: the heading and the grid of units."""
        yield self._heading
        yield self._grid

    @property
    def columns(self) -> int:
        """Return the number of units in one row of the grid."""
        layout = self._grid.layout_of_units
        return layout.columns if layout is not None else 1

    def show(self, look: ExampleLook, chosen: int | None, rows: int | None) -> None:
        """Show an example in `rows` rows, with the cursor at unit `chosen`. If `rows` is None, all layers get equal heights."""
        values, activation = look.trace.a[self._number], look.mlp.activation
        several = look.hidden > 1
        self.set_class(several, "-short")
        self.styles.height = "1fr" if rows is None else rows
        mark = ("▸" if chosen is not None and several else " ", bold(POINTED))
        name, gap = (f"layer {self._number}", "  ") if several else (f"layer {self._number} {activation.name}", "\n ")
        self._grid.signed, self._grid.chosen, self._grid.values = activation.signed, chosen, values
        legend = (self._grid.legend(short=True).plain,) if activation.signed else ()
        self._said = mark, name, gap, (*legend, *on_in_words(values, activation))
        self._head()

    def on_resize(self) -> None:
        """Write the heading again, now that its width is known."""
        self._head()

    def _head(self) -> None:
        mark, name, gap, texts = self._said
        room = self.size.width - len(mark[0] + name + gap) if "\n" not in gap else self.size.width - 1
        words = Content.styled(fitting(texts, room), MUTED)
        low, to, high = words.plain.partition(" to ")
        if to and self._grid.signed and self._grid.in_colour:
            # The heading has no room for the legend of colours, only for "−1.2 to 3.4". So each of these two numbers is
            # written in the colour of its sign.
            below, above = self._grid.sign_inks
            words = Content.assemble((low, below), (to, MUTED), (high, above))
        self._heading.update(Content.assemble(mark, (name, HEADING), gap, words))

    def on_unit_grid_chosen(self, event: UnitGrid.Chosen) -> None:
        """Replace the message of the grid, which contains only the unit, by a message with the unit and its layer."""
        event.stop()
        self.post_message(self.Chosen(self._number, event.unit))


def on_in_words(values: Array, activation: Activation) -> tuple[str, ...]:
    """Return the number of units that are on as text, in several lengths: "72 of 128 on, max 4.4".

    For an activation function without an off state, the text contains the smallest and the largest activation.
    """
    if not activation.can_die:
        return (f"{fitted(float(values.min()), 2, 6)} to {fitted(float(values.max()), 2, 6)}",)
    of = f" of {len(values)}" if len(values) < 1000 else ""
    on = np.count_nonzero(np.abs(values) > 0)
    return f"{on}{of} on, max {fitted(float(values.max()), 1, 6)}", f"{on}{of} on", f"{on} on"


class HiddenLayers(Vertical):
    """A column with a `HiddenLayer` widget for each hidden layer. After a change to a network with fewer layers, the widgets
    that are too many are hidden.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._layers: list[HiddenLayer] = []

    def columns(self, layer: int) -> int:
        """Return the number of units in one row of this layer's grid."""
        return self._layers[layer].columns

    def show(self, look: ExampleLook, layer: int, unit: int, height: int) -> None:
        """Show all layers in `height` rows together, with the cursor at `unit` of `layer`."""
        count, height = look.hidden, max(height, 1)
        self._layers += [HiddenLayer(number) for number in range(len(self._layers), count)]
        self.mount(*(part for part in self._layers if not part.is_attached))
        # If there are few rows, the other layers get as few as possible, and the layer with the cursor gets the rest.
        least = None if height >= 4 * count else max((height - 7) // max(count - 1, 1), 1)
        for number, part in enumerate(self._layers):
            part.display = number < count
            if number < count:
                chosen = number == layer
                part.show(look, unit if chosen else None, None if chosen else least)
