"""One example on its way through the network: pixels, activations, outputs."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.activations import Activation, bind_activation
from tui_nn.core.arrays import Array
from tui_nn.data.dataset import Split
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.session.snapshot import Snapshot
from tui_nn.ui.messages import ShowPane
from tui_nn.ui.probe import ExampleLook, Probe
from tui_nn.ui.views.inspect_view import InspectView
from tui_nn.ui.views.probed import digits_in_words
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


class ExampleView(InspectView):
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

    KEY: ClassVar[str] = "x"
    NAME: ClassVar[str] = "example"
    TOOLTIP: ClassVar[str] = "One digit through the network"
    HELP: ClassVar[str] = """
**example**: pixels, activations of the hidden layers, outputs. A cell is a unit, the brighter the larger its `a`;
where units may go below 0, blue is below and orange above. `z` is an output before softmax or sigmoid. The unit with
the ticks is the one that speaks most for the answer, against the true digit or, if the answer is right, against the
next likely: what it adds to a digit's `z` is its `a` times its weight `w` to that digit.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "example(-1)", "example", key_display="←→", id="digit-left", tooltip="The digit before"),
        Binding("right", "example(1)", "next example", show=False, id="digit-right", tooltip="The digit after"),
        Binding("n", "mistake", "next mistake", id="next-mistake", tooltip="The next misclassified test digit"),
        Binding("up", "unit(-1)", "unit", key_display="↑↓", id="unit-up", tooltip="A unit that says more for it"),
        Binding("down", "unit(1)", "next unit", show=False, id="unit-down", tooltip="A unit that says less for it"),
        Binding("enter", "mistakes", "in Mistakes", show=False, key_display="enter", id="open-mistake", tooltip="Show it there"),
    ]  # fmt: skip

    shown: ExampleLook | None = None
    """The numbers on the screen."""

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

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        width, height = event.size
        self.set_class(width < 76, "-narrow")
        self.set_class(width >= 100, "-roomy")
        self.set_class(height < 18, "-low")
        self.set_class(height < 16, "-lowest")
        self.query_one(DigitView).zoom = width >= 116 and height >= 32

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """One test digit."""
        return *super().question(snapshot, test)[:-1], self.choice.example

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Which digit."""
        return digits_in_words(test, self.choice.example)

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Look at another example, or another network. While an example stays, so does its unit, whatever is learned."""
        before, look = self.shown, Probe.example(snapshot, test, self.choice.example)
        stays = before is not None and before.index == look.index and len(before.last_weights) == len(look.last_weights)
        if not stays:
            self.set_reactive(ExampleView.unit, look.strongest_units[0])
        self.shown = look
        self._show()

    def watch_unit(self) -> None:
        """Choose another unit."""
        self._show()

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        self.unit = event.unit

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a misclassified digit is in Mistakes."""
        return self._is_misclassified() if action == "mistakes" else super().check_action(action, parameters)

    def action_example(self, step: int) -> None:
        """Go to the test digit after or before; behind the last comes the first."""
        if self.test is not None:
            self.choose(example=(self.choice.example + step) % len(self.test))

    def action_mistake(self) -> None:
        """Go to the next misclassified test digit."""
        if self.snapshot is not None and self.test is not None:
            wrong = np.flatnonzero(self.snapshot.evaluation.predicted != self.test.labels)
            if wrong.size:
                after = np.searchsorted(wrong, self.choice.example, side="right")
                self.choose(example=int(wrong[after % wrong.size]))

    def action_unit(self, step: int) -> None:
        """Choose the unit that speaks less for the prediction than the present one, or more for a step of −1."""
        if self.shown is not None:
            order = self.shown.strongest_units
            self.unit = order[min(max(order.index(self.unit) + step, 0), len(order) - 1)]

    def action_mistakes(self) -> None:
        """Show this digit in the Mistakes pane."""
        self.post_message(ShowPane("Mistakes", example=self.choice.example))

    def _is_misclassified(self) -> bool:
        if self.snapshot is None or self.test is None:
            return False
        example = self.choice.example
        return bool(self.snapshot.evaluation.predicted[example] != self.test.labels[example])

    def _show(self) -> None:
        look = self.shown
        if look is None:
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
