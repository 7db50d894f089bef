"""The hidden layers of a network, one below the other, as one example goes through them."""

from __future__ import annotations

from textual.containers import Vertical

from tui_nn.session.questions.example_look import ExampleLook
from tui_nn.ui.inspect.example.hidden_layer import HiddenLayer


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
