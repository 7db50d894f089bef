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

from tui_nn.core.choices.edits import OFF, Edit, Edits
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.session.questions.example_look import ExampleLook, look_at_example
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.edited_copy import EDIT_KEYS, EditedCopyView
from tui_nn.ui.inspect.example.hidden_layers import HiddenLayer, HiddenLayers
from tui_nn.ui.inspect.example.output_table import OutputTable
from tui_nn.ui.inspect.statistics_view import examples_in_words
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.messages import Show

_MUTED = "$foreground 62%"

HELP = """
**example**: pixels, activations of the hidden layers, outputs. A cell is a unit, the brighter the larger its `a`;
where units may go below 0, blue is below and orange above. `z` is an output before softmax or sigmoid. The unit with
the ticks is the one that speaks most for the answer, against the true digit or, if the answer is right, against the
next likely: what it adds to a digit's `z` is its `a` times its weight `w` to that digit. `↑↓` go to the next of them,
`c` puts a cursor among the units of all layers, and `u` shows the one that was chosen by itself.

**Temperature**: softmax makes the `z` into probabilities, softmax(z / T). `−` and `+` turn T: a small T makes the
largest sure, a large one makes all alike, and the order never changes. The network's own T is 1: the line below, with the
loss, is of that.

**What if?** `o` switches the unit off, in a copy: the probabilities are then the copy's, and *was* what they were. `k`
keeps the copy, `backspace` drops it.
"""


def caption(look: ExampleLook, temperature: float = 1.0) -> Content:
    """The answer in a line: "pred 5 .55 · true 9 <.01 · loss 6.86 · #1247"; of a copy it says so.

    It is the network's own answer: where a `temperature` softens what stands above, it says that this is at 1.
    """
    copy = Content.styled("in the copy ", "bold") if look.was is not None else Content("")
    if not np.isfinite(look.outputs).all():
        rest = f": the outputs are NaN · true {look.label} · #{look.index}"
        return Content.assemble(copy, ("no answer", "bold $text-error"), rest)
    if temperature != 1:
        copy = Content.assemble(copy, ("at T 1: ", _MUTED))
    loss = f" · loss {fitted(look.loss, 2, 7)} · #{look.index}"
    if look.predicted == look.label:
        p = probability(float(look.outputs[look.label]))
        return Content.assemble(copy, (f"pred and true {look.label} {p}", "bold $text-success"), loss)
    pred, true = (f"{digit} {probability(float(look.outputs[digit]))}" for digit in (look.predicted, look.label))
    return Content.assemble(
        copy, (f"pred {pred}", "bold $text-warning"), " · ", (f"true {true}", "bold $text-success"), loss
    )


def unit_in_words(look: ExampleLook, layer: int, unit: int, edits: Edits) -> Content:
    """Three lines on a unit: its a and, of the last hidden layer, its a times its weight is what it adds to a digit's z.

    Of a layer further down, where its strongest weights go.
    """
    a = float(look.trace.a[layer][unit])
    off = Edit(OFF, layer, unit) in edits
    state = (" off here", "bold $text-warning") if off else f"  a {fitted(a, 2, 5)}"
    lines = [Content.assemble(("[] ", "bold $text-success"), (f"unit {unit}", "bold"), state)]
    last = layer == look.hidden - 1
    weights = look.mlp.parameters.weights[layer + 1][unit]
    strongest = [int(target) for target in np.argsort(-np.abs(weights), kind="stable")[:2]]
    for target in (look.predicted, look.against) if last else strongest:
        weight, name = float(weights[target]), f"w{target}" if last else f"w to {target}"
        if last:
            lines.append(Content.assemble((f"  × {name} ", _MUTED), term(weight), (" = ", _MUTED), term(weight * a)))
        else:
            lines.append(Content.assemble((f"  {name} ", _MUTED), term(weight)))
    return Content("\n").join(lines)


def term(value: float) -> str:
    """A number with its sign in five characters: "+1.43", "−12.3", "+2e38"."""
    text = signed(value)
    if len(text) <= 5:
        return text
    return f"+{compact(value, 4)}" if value > 0 else compact(value, 5)


_MUTED = "$foreground 62%"

TEMPERATURES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class ExampleView(EditedCopyView):
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
    ExampleView.-direct #hidden, ExampleView.-direct #second-arrow, ExampleView.-direct #unit-in-words { display: none; }
    ExampleView.-direct #answer { width: 1fr; max-width: 46; }
    """

    KEY: ClassVar[str] = "x"
    NAME: ClassVar[str] = "example"
    TOOLTIP: ClassVar[str] = "One digit through the network"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "example(-1)", "digit", key_display="←→", id="digit-left", tooltip="The digit before"),
        Binding("right", "example(1)", "next example", show=False, id="digit-right", tooltip="The digit after"),
        Binding("n", "mistake", "mistake", id="next-mistake", tooltip="The next misclassified test digit"),
        Binding("up", "unit(-1)", "unit", key_display="↑↓", id="unit-up", tooltip="A unit that says more for it"),
        Binding("down", "unit(1)", "next unit", show=False, id="unit-down", tooltip="A unit that says less for it"),
        Binding("left", "move(0, -1)", "move", key_display="←↑↓→", id="cell-left", tooltip="The unit on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="cell-right", tooltip="The unit on the right"),
        Binding("up", "move(-1, 0)", "up", show=False, id="cell-up", tooltip="The unit above, or the layer before"),
        Binding("down", "move(1, 0)", "down", show=False, id="cell-down", tooltip="The unit below, or the layer after"),
        *EDIT_KEYS,
        Binding("c", "cursor", "cursor", id="example-cursor", tooltip="Point at single units of any layer"),
        Binding("escape", "leave", "leave cursor", show=False, id="example-cursor-off", tooltip="Stop pointing at units"),
        Binding("plus,equals_sign", "temperature(1)", "T", key_display="−+", id="temperature-up", tooltip="A higher temperature"),
        Binding("minus", "temperature(-1)", "lower T", show=False, id="temperature-down", tooltip="A lower temperature"),
        Binding("enter", "mistakes", "in Mistakes", show=False, key_display="enter", id="open-mistake", tooltip="Show it there"),
    ]  # fmt: skip

    shown: ExampleLook | None = None
    """The numbers on the screen."""

    unit: reactive[int] = reactive(0, init=False)
    """The unit that is pointed at."""

    depth: reactive[int] = reactive(0, init=False)
    """Its layer: a hidden one; of no meaning where there is none."""

    pointing: reactive[bool] = reactive(False, init=False)
    """Whether arrows move among the units."""

    temperature: reactive[float] = reactive(1.0, init=False)
    """What the z are divided by before softmax."""

    def compose(self) -> ComposeResult:
        """Three columns with arrows between them, and a line."""
        with Horizontal():
            with Vertical(id="pixels"):
                yield Static(classes="heading", id="pixels-heading")
                yield DigitView()
            yield Static("→", classes="arrow")
            yield HiddenLayers(id="hidden")
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
        self._show()

    # ---- looking

    @property
    def pointed(self) -> tuple[int, int] | None:
        """The unit with the ticks; None without hidden layers."""
        return (self.depth, self.unit) if self.shown is not None and self.shown.hidden else None

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """One test digit, in the network or in the copy."""
        return *super().question(snapshot, test)[:-1], self.choice.example, self.choice.edits

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Which digit."""
        return examples_in_words(test, self.choice.example)

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Look at another example, or another network. While an example stays, so does its unit, whatever is learned."""
        super().look(snapshot, test)
        before = self.shown
        look = self.shown = look_at_example(snapshot, test, self.choice.example, self.choice.edits)
        stays = before is not None and before.index == look.index and before.network.sizes == look.network.sizes
        if not stays and look.hidden:
            self.set_reactive(ExampleView.depth, look.hidden - 1)
            self.set_reactive(ExampleView.unit, look.strongest_units[0])
        self._show()

    def watch_unit(self) -> None:
        """Point at another unit."""
        self._show()

    def watch_depth(self) -> None:
        """Point into another layer."""
        self._show()

    def watch_pointing(self) -> None:
        """Arrows mean something else."""
        self.refresh_bindings()

    def watch_temperature(self) -> None:
        """Show the probabilities at it."""
        self._show()

    # ---- drawing

    def _show(self) -> None:
        look = self.shown
        if look is None:
            return
        self.set_class(not look.hidden, "-direct")
        ends = "0 to 1" if look.network.scale_pixels else "0 to 255"
        heading = Content.assemble(("pixels x", "bold $text-primary"), (f"\n28 × 28, {ends}", _MUTED))
        self.query_one("#pixels-heading", Static).update(heading)
        self.query_one(DigitView).image = look.image
        self.query_one(HiddenLayers).show(look, self.depth, self.unit, self.size.height - 1)
        output = f"layer {look.hidden} {look.output}"
        self.query_one("#output-heading", Static).update(Content.assemble((output, "bold $text-primary")))
        table = self.query_one(OutputTable)
        table.look, table.temperature = look, self.temperature
        if self.pointed is not None:
            words = unit_in_words(look, *self.pointed, self.choice.edits)
            self.query_one("#unit-in-words", Static).update(words)
        self.query_one("#caption", Static).update(caption(look, self.temperature))

    # ---- actions

    @on(HiddenLayer.Chosen)
    def _choose_unit(self, event: HiddenLayer.Chosen) -> None:
        self._point(event.layer, event.unit)

    def _point(self, layer: int, unit: int) -> None:
        """Point at a unit that a person chose: other views turn to it too."""
        self.set_reactive(ExampleView.depth, layer)
        self.set_reactive(ExampleView.unit, unit)
        self._show()
        self.choose(layer=layer, unit=unit)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a misclassified digit is in Mistakes; only softmax has a temperature; with a cursor arrows move it."""
        match action:
            case "mistakes":
                return self._is_misclassified()
            case "temperature":
                return self.shown is None or self.shown.output == "softmax"
            case "example":
                return not self.pointing
            case "unit":
                return not self.pointing and self.pointed is not None
            case "move" | "leave":
                return self.pointing
            case "cursor":
                return self.pointed is not None
            case _:
                return super().check_action(action, parameters)

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
        if self.shown is not None and self.pointed is not None:
            order = self.shown.units_of(self.depth)
            self._point(self.depth, order[min(max(order.index(self.unit) + step, 0), len(order) - 1)])

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor from unit to unit; past the first or the last row into the next layer."""
        look = self.shown
        if look is None or self.pointed is None:
            return
        units = look.network.sizes[self.depth + 1]
        there = self.unit + right + down * self.query_one(HiddenLayers).columns(self.depth)
        if 0 <= there < units:
            self._point(self.depth, there)
        elif down and 0 <= self.depth + down < look.hidden:
            self._point(self.depth + down, 0)

    def action_cursor(self) -> None:
        """Let arrows move among the units, or not any more."""
        self.pointing = not self.pointing

    def action_leave(self) -> None:
        """Let arrows move among the examples again."""
        self.pointing = False

    def action_temperature(self, step: int) -> None:
        """Turn the temperature up or down."""
        place = TEMPERATURES.index(self.temperature) + step
        self.temperature = TEMPERATURES[min(max(place, 0), len(TEMPERATURES) - 1)]

    def action_mistakes(self) -> None:
        """Show this digit in the Mistakes pane."""
        self.post_message(Show(Look("Mistakes", example=self.choice.example)))

    def _is_misclassified(self) -> bool:
        if self.snapshot is None or self.test is None:
            return False
        example = self.choice.example
        return bool(self.snapshot.evaluation.predicted[example] != self.test.labels[example])
