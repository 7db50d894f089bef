"""The example view: the pixels, activations and outputs of one test example."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
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
from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.session.questions.example_look import ExampleLook, look_at_example, next_misclassified
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.edited_copy import EDIT_KEYS, EditedCopyView
from tui_nn.ui.inspect.example.hidden_layers import HiddenLayer, HiddenLayers
from tui_nn.ui.inspect.example.output_table import LONGEST_NAME, OutputTable
from tui_nn.ui.inspect.explained import example_spots
from tui_nn.ui.inspect.statistics_view import examples_in_words
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import first_and_last
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import BROKEN, HEADING, MUTED, POINTED, RIGHT, WARNING, WRONG, bold

HELP = """
**example** shows what the network computes for one test example: the pixels, the activations of the hidden layers, and the
outputs. Each cell is one unit; brighter means a larger `a`. If activations can be negative, blue is negative and orange is
positive. `z` is an output before softmax or sigmoid.

The ticks point at the unit that supports the prediction most. It is compared with the true class or, if the prediction is
right, with the second most likely class: a unit adds its `a` times its weight `w` to the `z` of a class. `↑↓` go to the
next units, `c` puts a cursor on the units of all layers, and `u` shows the unit under the cursor alone.

**Temperature**: softmax turns the `z` into probabilities, softmax(z / T). `−` and `+` change T. A small T makes the largest
probability almost 1, and a large T makes all probabilities almost equal. Their order stays the same. The network itself uses
T = 1, and so does the line with the loss.

**What if?** `o` switches the unit off in a copy of the network. The table then shows the outputs of the copy, and under
*was* those of the network. `k` keeps the copy, `backspace` drops it.
"""


def caption(look: ExampleLook, temperature: float = 1.0) -> Content:
    """Return prediction, true class and loss in one line: "pred 5 .55 · true 9 <.01 · loss 6.86 · #1247".

    The numbers are always those at temperature 1. The line begins with "at T 1:" if `temperature` differs, and with "in the
    copy" if they come from an edited copy of the network.
    """
    true, predicted = look.class_names[look.label], look.class_names[look.predicted]
    copy = Content.styled("in the copy ", "bold") if look.was is not None else Content("")
    if not np.isfinite(look.outputs).all():
        rest = f": the outputs are NaN · true {true} · #{look.index}"
        return Content.assemble(copy, ("no prediction", bold(BROKEN)), rest)
    if temperature != 1:
        copy = Content.assemble(copy, ("at T 1: ", MUTED))
    loss = f" · loss {fitted(look.loss, 2, 7)} · #{look.index}"
    p_predicted, p_true = (probability(float(look.outputs[label])) for label in (look.predicted, look.label))
    if look.predicted == look.label:
        return Content.assemble(copy, (f"pred and true {true} {p_true}", bold(RIGHT)), loss)
    return Content.assemble(
        copy, (f"pred {predicted} {p_predicted}", bold(WRONG)), " · ", (f"true {true} {p_true}", bold(RIGHT)), loss
    )


def unit_in_words(look: ExampleLook, layer: int, unit: int, edits: Edits) -> Content:
    """Return three lines about a unit: its activation `a`, and two of its outgoing weights.

    In the last hidden layer, the weights lead to classes. The lines then also show a × weight, the unit's part of the z of the
    class.
    """
    a = float(look.trace.a[layer][unit])
    off = Edit(OFF, layer, unit) in edits
    state = (" off here", bold(WARNING)) if off else f"  a {fitted(a, 2, 5)}"
    lines = [Content.assemble(("[] ", bold(POINTED)), (f"unit {unit}", "bold"), state)]
    for target, weight in look.weights_of(layer, unit):
        if layer == look.hidden - 1:
            name = f"  × w{short_name(look.class_names[target], LONGEST_NAME)} "
            lines.append(Content.assemble((name, MUTED), term(weight), (" = ", MUTED), term(weight * a)))
        else:
            lines.append(Content.assemble((f"  w to {target} ", MUTED), term(weight)))
    return Content("\n").join(lines)


def term(value: float) -> str:
    """Return a number as text with its sign in five characters: "+1.43", "−12.3", "+2e38"."""
    text = signed(value)
    if len(text) <= 5:
        return text
    return f"+{compact(value, 4)}" if value > 0 else compact(value, 5)


_ROWS_OF_UNIT = 3
"""The number of rows that `unit_in_words` returns."""

TEMPERATURES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class ExampleView(EditedCopyView):
    """A view that shows pixels, hidden layers and outputs from left to right, and the prediction in one line below them."""

    DEFAULT_CSS = f"""
    ExampleView {{ height: 1fr; layout: vertical; padding: 0 1; }}
    ExampleView > Horizontal {{ height: 1fr; }}
    ExampleView Static {{ height: auto; }}
    ExampleView .heading {{ height: 2; }}
    ExampleView #pixels {{ width: auto; }}
    ExampleView .arrow {{ width: 3; content-align: center middle; color: {MUTED}; height: 100%; }}
    ExampleView #hidden {{ width: 1fr; }}
    ExampleView #answer > .heading {{ height: 1; }}
    ExampleView #caption {{ height: 1; }}
    ExampleView.-low .heading, ExampleView.-low HiddenLayer > Static {{ height: 1; }}
    ExampleView.-lowest #caption {{ display: none; }}
    ExampleView.-narrow #hidden, ExampleView.-narrow #second-arrow {{ display: none; }}
    ExampleView.-direct #hidden, ExampleView.-direct #second-arrow, ExampleView.-direct #unit-in-words {{ display: none; }}
    ExampleView.-direct #answer {{ max-width: 46; }}
    """

    KEY: ClassVar[str] = "x"
    NAME: ClassVar[str] = "example"
    TOOLTIP: ClassVar[str] = "Follow one example through the network"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "example(-1)", "example", key_display="←→", id="digit-left", tooltip="Go to the previous example"),
        Binding("right", "example(1)", "next example", show=False, id="digit-right", tooltip="Go to the next example"),
        *first_and_last("example", "digit", "example_at(0)", "example_at(-1)"),
        Binding("n", "mistake", "mistake", id="next-mistake", tooltip="Go to the next misclassified test example"),
        Binding(
            "up", "unit(-1)", "unit", key_display="↑↓", id="unit-up",
            tooltip="Go to the unit above, which supports the prediction more",
        ),
        Binding(
            "down", "unit(1)", "next unit", show=False, id="unit-down",
            tooltip="Go to the unit below, which supports the prediction less",
        ),
        Binding("left", "move(0, -1)", "move", key_display="←↑↓→", id="cell-left", tooltip="Move to the unit on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="cell-right", tooltip="Move to the unit on the right"),
        Binding("up", "move(-1, 0)", "up", show=False, id="cell-up", tooltip="Move to the unit above or the previous layer"),
        Binding("down", "move(1, 0)", "down", show=False, id="cell-down", tooltip="Move to the unit below or the next layer"),
        *EDIT_KEYS,
        Binding("c", "cursor", "cursor", id="example-cursor", tooltip="Put a cursor on the units of any layer"),
        Binding("escape", "leave", "leave cursor", show=False, id="example-cursor-off", tooltip="Remove the cursor from the units"),
        Binding("plus,equals_sign", "temperature(1)", "T", key_display="−+", id="temperature-up", tooltip="Raise the temperature"),
        Binding("minus", "temperature(-1)", "lower T", show=False, id="temperature-down", tooltip="Lower the temperature"),
        Binding(
            "enter", "mistakes", "in Mistakes", show=False, id="open-mistake",
            tooltip="Show this example in the Mistakes pane",
        ),
    ]  # fmt: skip

    shown: ExampleLook | None = None
    """The results for the example that is on the screen; None before the first one."""

    unit: reactive[int] = reactive(0, init=False)
    """The number of the unit under the cursor."""

    depth: reactive[int] = reactive(0, init=False)
    """The number of the hidden layer that contains the unit under the cursor. A network without hidden layers does not use it."""

    pointing: reactive[bool] = reactive(False, init=False)
    """True if the arrow keys move the cursor from unit to unit, False if they choose examples."""

    temperature: reactive[float] = reactive(1.0, init=False)
    """The temperature T. The view shows softmax(z / T), so a large T makes the outputs more alike."""

    def compose(self) -> ComposeResult:
        """Yield the widgets: pixels, hidden layers and outputs in three columns, and a line about the prediction below."""
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
        """Leave out parts that do not fit, and enlarge parts if there is room."""
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
        """The layer and the number of the unit that is marked in the grid; None if the network has no hidden layer."""
        return (self.depth, self.unit) if self.shown is not None and self.shown.hidden else None

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the results depend on. The results do not depend on the chosen layer and unit."""
        return *super().question(snapshot, test)[:-1], self.choice.example, self.choice.edits

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return a text with the number and the class of the example, in several lengths."""
        return examples_in_words(test, self.choice.example)

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Compute and show the results for the example.

        The cursor stays on its unit if the example and the layer sizes are the same as before. Otherwise it goes to the
        unit that supports the prediction most.
        """
        super().look(snapshot, test)
        before = self.shown
        look = self.shown = look_at_example(snapshot, test, self.choice.example, self.choice.edits)
        stays = before is not None and before.index == look.index and before.network.sizes == look.network.sizes
        if not stays and look.hidden:
            self.set_reactive(ExampleView.depth, look.hidden - 1)
            self.set_reactive(ExampleView.unit, look.strongest_units[0])
        self._show()

    def watch_unit(self) -> None:
        """Draw the cursor at the new unit."""
        self._show()

    def watch_depth(self) -> None:
        """Draw the cursor in the new layer."""
        self._show()

    def watch_pointing(self) -> None:
        """Write the keys in the footer again, because the arrow keys have another meaning now."""
        self.refresh_bindings()

    def watch_temperature(self) -> None:
        """Show the probabilities at the new temperature."""
        self._show()

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the unit under the cursor, and for the numbers of the example."""
        if self.shown is not None:
            yield from example_spots(page, self.shown, self, self.pointed, self.choice.edits, self.temperature)

    # ---- drawing

    def _show(self) -> None:
        look = self.shown
        if look is None:
            return
        self.set_class(not look.hidden, "-direct")
        side = isqrt(look.image.size)
        ends = "0 to 1" if look.network.scale_pixels else "0 to 255"
        heading = Content.assemble(("pixels x", HEADING), (f"\n{side} × {side}, {ends}", MUTED))
        self.query_one("#pixels-heading", Static).update(heading)
        self.query_one(DigitView).image = look.image
        self.query_one(HiddenLayers).show(look, self.depth, self.unit, self.size.height - 1)
        output = f"layer {look.hidden} {look.output}"
        self.query_one("#output-heading", Static).update(Content.assemble((output, HEADING)))
        table = self.query_one(OutputTable)
        self._fit_answer(look, table)
        table.look, table.temperature = look, self.temperature
        if self.pointed is not None:
            words = unit_in_words(look, *self.pointed, self.choice.edits)
            self.query_one("#unit-in-words", Static).update(words)
        self.query_one("#caption", Static).update(caption(look, self.temperature))

    def _fit_answer(self, look: ExampleLook, table: OutputTable) -> None:
        """Make the output table as wide as the class names need, and as high as the other rows allow."""
        longest = max(cells_of(short_name(name, LONGEST_NAME)) for name in look.class_names)
        if look.hidden:
            width = (28 if self.has_class("-roomy") else 20) + longest - 1
            self.query_one("#answer").styles.width = width
        else:
            self.query_one("#answer").styles.width = "1fr"
        table.fit(look, self.size.height - len(("heading", "caption")) - _ROWS_OF_UNIT)

    # ---- actions

    @on(HiddenLayer.Chosen)
    def _choose_unit(self, event: HiddenLayer.Chosen) -> None:
        self._point(event.layer, event.unit)

    def _point(self, layer: int, unit: int) -> None:
        """Move the cursor to a unit that a person chose. The other views will then show this unit too."""
        self.set_reactive(ExampleView.depth, layer)
        self.set_reactive(ExampleView.unit, unit)
        self._show()
        self.choose(layer=layer, unit=unit)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now.

        For example, the key that leads to Mistakes needs a misclassified example, and the temperature needs softmax.
        """
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
        """Go to the next or the previous test example; after the last comes the first."""
        if self.test is not None:
            self.choose(example=(self.choice.example + step) % len(self.test))

    def action_example_at(self, place: int) -> None:
        """Go to the test example with this index: 0 is the first one, −1 the last."""
        if self.test is not None:
            self.choose(example=place % len(self.test))

    def action_mistake(self) -> None:
        """Go to the next misclassified test example."""
        if self.snapshot is not None and self.test is not None:
            example = next_misclassified(self.snapshot, self.test, self.choice.example)
            if example is not None:
                self.choose(example=example)

    def action_unit(self, step: int) -> None:
        """Choose the unit that supports the prediction next less strongly (`step` 1) or next more strongly (−1)."""
        if self.shown is not None and self.pointed is not None:
            order = self.shown.units_of(self.depth)
            self._point(self.depth, order[min(max(order.index(self.unit) + step, 0), len(order) - 1)])

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor to a neighbouring unit, or from the first or last row into the next layer."""
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
        """Put the cursor on the units, or remove it."""
        self.pointing = not self.pointing

    def action_leave(self) -> None:
        """Remove the cursor, so that the arrow keys choose examples again."""
        self.pointing = False

    def action_temperature(self, step: int) -> None:
        """Raise or lower the temperature by one step."""
        place = TEMPERATURES.index(self.temperature) + step
        self.temperature = TEMPERATURES[min(max(place, 0), len(TEMPERATURES) - 1)]

    def action_mistakes(self) -> None:
        """Show this example in the Mistakes pane."""
        self.post_message(Show(Look("Mistakes", example=self.choice.example)))

    def _is_misclassified(self) -> bool:
        if self.snapshot is None or self.test is None:
            return False
        example = self.choice.example
        return bool(self.snapshot.evaluation.predicted[example] != self.test.labels[example])
