"""One example on its way through the network: pixels, activations, outputs."""

from __future__ import annotations

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.activations import Activation, bind_activation
from tui_nn.core.arrays import Array
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.ui.probe import ExampleLook
from tui_nn.ui.widgets.digit import DigitView
from tui_nn.ui.widgets.output_table import OutputTable
from tui_nn.ui.widgets.unit_grid import UnitGrid

_MUTED = "$foreground 62%"


class HiddenLayer(Vertical):
    """The activations of one hidden layer: its name, how many units answer, and a cell for each."""

    DEFAULT_CSS = """
    HiddenLayer { height: 1fr; }
    HiddenLayer > Static { height: 2; padding: 0 0 0 1; }
    HiddenLayer.-short > Static { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._heading = Static()
        self._grid = UnitGrid()

    def compose(self) -> ComposeResult:
        """Heading and grid."""
        yield self._heading
        yield self._grid

    def show(self, look: ExampleLook, number: int, chosen: int | None) -> None:
        """Show layer `number` of the network; `chosen` is a unit of it to point at."""
        values, activation = look.trace.a[number], bind_activation(look.network.activation, look.network.leaky_slope)
        several = look.network.layer_count > 2
        self.set_class(several, "-short")
        name, gap = (f"layer {number}", "  ") if several else (f"layer {number} {activation.name}", "\n")
        words = on_in_words(values, activation)
        self._heading.update(Content.assemble((name, "bold $text-primary"), gap, (words, _MUTED)))
        self._grid.signed, self._grid.chosen, self._grid.values = activation.signed, chosen, values


class ExampleView(Widget):
    """Left to right as the numbers flow; below, the answer in a line."""

    DEFAULT_CSS = """
    ExampleView { height: 1fr; layout: vertical; padding: 0 1; }
    ExampleView > Horizontal { height: 1fr; }
    ExampleView Static { height: auto; }
    ExampleView .heading { height: 2; }
    ExampleView #pixels { width: auto; }
    ExampleView .arrow { width: 3; content-align: center middle; color: $foreground 62%; height: 100%; }
    ExampleView #hidden { width: 1fr; }
    ExampleView #answer { width: 20; }
    ExampleView #answer > .heading { height: 1; }
    ExampleView #caption { height: 1; }
    ExampleView.-roomy #answer { width: 28; }
    ExampleView.-low .heading, ExampleView.-low HiddenLayer > Static { height: 1; }
    ExampleView.-lowest #caption { display: none; }
    ExampleView.-narrow #hidden, ExampleView.-narrow #second-arrow { display: none; }
    """

    look: reactive[ExampleLook | None] = reactive(None, init=False)
    """What is shown."""

    unit: reactive[int] = reactive(0, init=False)
    """The chosen unit of the last hidden layer."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin without an example."""
        super().__init__(id=id)
        self._layers: list[HiddenLayer] = []

    def compose(self) -> ComposeResult:
        """Three columns with arrows between them, and a line."""
        with Horizontal():
            with Vertical(id="pixels"):
                heading = Content.assemble(("pixels x", "bold $text-primary"), ("\n28 × 28", _MUTED))
                yield Static(heading, classes="heading")
                yield DigitView()
            yield Static("→", classes="arrow")
            yield Vertical(id="hidden")
            yield Static("→", classes="arrow", id="second-arrow")
            with Vertical(id="answer"):
                yield Static(classes="heading", id="output-heading")
                yield OutputTable()
                yield Static(id="unit-in-words")
        yield Static(id="caption")

    def on_mount(self) -> None:
        """Show what was given before there was anything to show it with."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        width, height = event.size
        self.set_class(width < 76, "-narrow")
        self.set_class(width >= 100, "-roomy")
        self.set_class(height < 18, "-low")
        self.set_class(height < 16, "-lowest")
        self.query_one(DigitView).zoom = width >= 116 and height >= 32

    def watch_look(self, before: ExampleLook | None, look: ExampleLook | None) -> None:
        """Show another example, or another network. While an example stays, so does its unit, whatever is learned."""
        if look is None:
            return
        stays = before is not None and before.index == look.index and len(before.last_weights) == len(look.last_weights)
        if not stays:
            self.set_reactive(ExampleView.unit, look.strongest_units[0])
        self._show()

    def watch_unit(self) -> None:
        """Choose another unit."""
        self._show()

    def move_unit(self, step: int) -> None:
        """Choose the unit that speaks less for the prediction than the present one, or more for a step of −1."""
        if self.look is not None:
            order = self.look.strongest_units
            self.unit = order[min(max(order.index(self.unit) + step, 0), len(order) - 1)]

    def _show(self) -> None:
        look = self.look
        if look is None or not self.is_mounted:
            return
        self.query_one(DigitView).image = look.image
        self._show_hidden(look)
        output = f"layer {look.network.layer_count - 1} {look.output}"
        self.query_one("#output-heading", Static).update(Content.assemble((output, "bold $text-primary")))
        self.query_one(OutputTable).look = look
        self.query_one("#unit-in-words", Static).update(self._unit_in_words(look))
        self.query_one("#caption", Static).update(caption(look))

    def _show_hidden(self, look: ExampleLook) -> None:
        container, count = self.query_one("#hidden", Vertical), look.network.layer_count - 1
        self._layers += [HiddenLayer() for _ in range(count - len(self._layers))]
        container.mount(*(layer for layer in self._layers if not layer.is_attached))
        for number, layer in enumerate(self._layers):
            layer.display = number < count
            if number < count:
                layer.show(look, number, self.unit if number == count - 1 else None)

    def _unit_in_words(self, look: ExampleLook) -> Content:
        """What the chosen unit says, as products: its a times its weight is what it adds to a digit's z."""
        a = float(look.trace.a[-2][self.unit])
        lines = [
            Content.assemble(("[] ", "bold $text-success"), (f"unit {self.unit}", "bold"), f"  a {fitted(a, 2, 5)}")
        ]
        for digit in (look.predicted, look.against):
            weight = float(look.last_weights[self.unit, digit])
            lines.append(
                Content.assemble((f"  × w{digit} ", _MUTED), _term(weight), (" = ", _MUTED), _term(weight * a))
            )
        return Content("\n").join(lines)


def caption(look: ExampleLook) -> Content:
    """The answer in a line: "pred 5 .55 · true 9 <.01 · loss 6.86 · #1247"."""
    if not np.isfinite(look.outputs).all():
        rest = f": the outputs are NaN · true {look.label} · #{look.index}"
        return Content.assemble(("no answer", "bold $text-error"), rest)
    loss = f" · loss {fitted(look.loss, 2, 7)} · #{look.index}"
    if look.predicted == look.label:
        p = probability(float(look.outputs[look.label]))
        return Content.assemble((f"pred and true {look.label} {p}", "bold $text-success"), loss)
    pred, true = (f"{digit} {probability(float(look.outputs[digit]))}" for digit in (look.predicted, look.label))
    return Content.assemble((f"pred {pred}", "bold $text-warning"), " · ", (f"true {true}", "bold $text-success"), loss)


def on_in_words(values: Array, activation: Activation) -> str:
    """How much of a layer answers: "72 of 128 on, max 4.4"; where units are not off at 0, its range."""
    if not activation.can_die:
        return f"{fitted(float(values.min()), 2, 6)} to {fitted(float(values.max()), 2, 6)}"
    of = f" of {len(values)}" if len(values) < 1000 else ""
    return f"{np.count_nonzero(np.abs(values) > 0)}{of} on, max {fitted(float(values.max()), 1, 6)}"


def _term(value: float) -> str:
    """A number with its sign in five characters: "+1.43", "−12.3", "+2e38"."""
    text = signed(value)
    if len(text) <= 5:
        return text
    return f"+{compact(value, 4)}" if value > 0 else compact(value, 5)
