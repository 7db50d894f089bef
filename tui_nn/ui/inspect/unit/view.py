"""The unit view: what one unit has learned, when it is active, and how well the network works without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.core.choices.edits import BIAS, WEIGHT, Edit
from tui_nn.data.dataset import Split
from tui_nn.engine.look import Look
from tui_nn.session.questions.explaining import units
from tui_nn.session.questions.unit_look import ORDERS, UnitLook, look_at_units, ordered
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.edited_copy import EDIT_KEYS, EditedCopyView
from tui_nn.ui.inspect.explained import unit_spots
from tui_nn.ui.inspect.unit.activity import PictureRow, UnitActivity
from tui_nn.ui.inspect.unit.weights import UnitWeights
from tui_nn.ui.inspect.unit.words import HELP, small, source_in_words, title
from tui_nn.ui.kit.ask_line import AskNumber
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import first_and_last
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.steadily import Steadily


def ask_for_unit(owner: Widget, look: UnitLook, take: Callable[[int], None]) -> None:
    """Ask the person for the number of a unit of the shown layer, and call `take` with it."""
    last = look.units - 1

    def fault(value: float) -> str:
        return "" if value in range(last + 1) else f"Layer {look.layer} has the units 0 to {last}."

    def answered(value: float | None) -> None:
        if value is not None:
            take(int(value))

    owner.app.push_screen(AskNumber("Go to unit", f"The unit must be a number from 0 to {last}.", "", fault), answered)


def ask_for_value(owner: Widget, look: UnitLook, unit: int, source: int | None, take: Callable[[Edit], None]) -> None:
    """Ask the person for a new value of a weight or bias, and call `take` with the edit.

    The value is the weight from the input `source`, or the bias of the unit if `source` is None. If it cannot be changed, a
    message gives the reason.
    """
    parameters, layer = look.mlp.parameters, look.layer
    edit = Edit(BIAS, layer, unit) if source is None else Edit(WEIGHT, layer, unit, source)
    if refused := edit.fault(look.mlp.config):
        owner.notify(f"{refused[0].upper()}{refused[1:]}", markup=False)
        return
    if source is not None:
        name, now = (
            f"Weight from {source_in_words(look, source)} to unit {unit}",
            parameters.weights[layer][source, unit],
        )
    else:
        bias = parameters.biases[layer]
        name, now = f"Bias of unit {unit}", 0.0 if bias is None else bias[unit]

    def fault(value: float) -> str:
        return replace(edit, value=value).fault(look.mlp.config)

    def answered(value: float | None) -> None:
        if value is not None:
            take(replace(edit, value=value))

    remark = f"The present value is {small(float(now))}. You change only a copy of the network."
    owner.app.push_screen(AskNumber(name, remark, f"{now:.4g}", fault), answered)


_ZOOM_AT = 100, 33
"""The numbers of columns and rows from which the view has room for the map at twice its size."""


class UnitView(EditedCopyView):
    """A view of one unit. Its incoming weights are on the left, its activations, outgoing weights and examples on the right."""

    DEFAULT_CSS = """
    UnitView { padding: 0 1 0 0; }
    UnitView #unit-title { height: 1; padding: 0 0 0 1; }
    UnitView > Horizontal { height: 1fr; }
    UnitView.-zoomed UnitActivity { margin: 0 0 0 2; }
    """

    KEY: ClassVar[str] = "u"
    NAME: ClassVar[str] = "unit"
    TOOLTIP: ClassVar[str] = "What one unit has learned, and how the network works without it"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "unit(-1)", "unit", key_display="←→", id="unit-before", tooltip="Go to the previous unit in the list"),
        Binding("right", "unit(1)", "next unit", show=False, id="unit-after", tooltip="Go to the next unit in the list"),
        *first_and_last("unit", "unit", "unit_at(0)", "unit_at(-1)"),
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="unit-layer-up", tooltip="Go to the previous layer"),
        Binding("down", "layer(1)", "next layer", show=False, id="unit-layer-down", tooltip="Go to the next layer"),
        Binding("left", "move(0, -1)", "move", key_display="←↑↓→", id="weight-left", tooltip="Move to the weight on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="weight-right", tooltip="Move to the weight on the right"),
        Binding("up", "move(-1, 0)", "up", show=False, id="weight-up", tooltip="Move to the weight above"),
        Binding("down", "move(1, 0)", "down", show=False, id="weight-down", tooltip="Move to the weight below"),
        *EDIT_KEYS[:2],
        Binding("e", "edit", "edit", id="edit-number", tooltip="Change this weight or bias in a copy of the network"),
        *EDIT_KEYS[2:],
        Binding("d", "kind", "draw", id="unit-draw", tooltip="Draw the weights, their gradient, or their changes"),
        Binding(
            "s", "sort", "sort", id="unit-sort",
            tooltip="Sort the units by number, by how often they are on, or by selectivity, or put dead units first",
        ),
        Binding("c", "cursor", "cursor", id="unit-cursor", tooltip="Show a cursor on the weights"),
        Binding("g", "go", "go to", show=False, id="unit-go", tooltip="Go to a unit by its number"),
        Binding("Z", "zoom", "large map", show=False, id="unit-zoom", tooltip="Double the size of the map, or halve it again"),
        Binding("enter", "open", "its example", show=False, id="unit-open", tooltip="Show the example with the largest activation"),
        Binding("escape", "leave", "leave cursor", show=False, id="unit-cursor-off", tooltip="Remove the cursor from the weights"),
    ]  # fmt: skip

    kind: reactive[str] = reactive("learned", init=False)
    """The quantity that is drawn for each incoming weight, such as its gradient: one of `UnitLook.kinds`."""

    order: reactive[str] = reactive("number", init=False)
    """The order of the units: a name in `ORDERS`."""

    source: reactive[int | None] = reactive(None, init=False)
    """The number of the pixel, or of the unit of the previous layer, whose weight is under the cursor; None without a cursor."""

    large: reactive[bool] = reactive(True, init=False)
    """True if the map is drawn at twice its size whenever that fits."""

    shown: UnitLook | None = None
    """The measured data of all units of the shown layer; None before the first measurement."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._looking = Steadily[UnitLook](self, self._take)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the map of incoming weights, and the activity of the unit."""
        yield Static(id="unit-title")
        with Horizontal():
            yield UnitWeights()
            yield UnitActivity()

    def on_resize(self, event: events.Resize) -> None:
        """Leave out parts that do not fit, and enlarge parts if there is room."""
        activity = self.query_one(UnitActivity)
        activity.set_class(event.size.width < 72, "-narrow")
        activity.set_class(event.size.height >= 24, "-tall")
        self._show()

    def on_unmount(self) -> None:
        """Stop measuring."""
        super().on_unmount()
        self._looking.drop()

    # ---- looking

    @property
    def pending(self) -> bool:
        """Return whether newer numbers are still being measured."""
        return super().pending or self._looking.busy

    @property
    def pointed(self) -> tuple[int, int] | None:
        """Return the layer and the number of the shown unit."""
        return self.choice.layer, self.choice.unit

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the measured data depend on.

        The unit is not one of them, because all units of a layer are measured together.
        """
        return *super().question(snapshot, test)[:-1], self.choice.layer, self.choice.edits

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return a text, in two lengths, with the order of the units and the rank of the shown unit in this order."""
        if self.order == "number" or self.shown is None or self.shown.layer != self.choice.layer:
            return f"units by number, on all {len(test):,} test examples", "units by number"
        place = ordered(self.shown.responses, self.order).index(self.choice.unit) + 1
        return f"{self.order}: place {place} of {self.shown.units}", f"{self.order}: {place}"

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) with the pixel under the cursor, if there is one. The pane adds the unit to it."""
        if self.source is None or self.choice.layer or self.test is None:
            return Look()
        return Look(cell=divmod(self.source, self.test.side))

    def show_look(self, look: Look) -> None:
        """Put the cursor on the pixel that the `Look` (view description) names."""
        if look.cell is not None and self.choice.layer == 0 and self.test is not None:
            last = self.test.side - 1
            row, column = (min(place, last) for place in look.cell)
            self.source = row * self.test.side + column

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Measure all units of the layer on a thread."""
        super().look(snapshot, test)
        layer, edits = self.choice.layer, self.choice.edits
        running = snapshot.status.state is State.RUNNING
        self._looking.ask(partial(look_at_units, snapshot, test, layer, edits), (layer, edits), running=running)

    def _take(self, look: UnitLook) -> None:
        self.shown = look
        self._show()
        self._describe()
        self.refresh_bindings()

    def watch_choice(self) -> None:
        """Show the chosen unit, and measure its layer if that is new."""
        super().watch_choice()
        self._show()
        self._say()

    def watch_kind(self) -> None:
        """Draw the chosen quantity, such as the gradient, for each incoming weight."""
        self._show()

    def watch_order(self) -> None:
        """Write the rank of the unit in the order that the person has just chosen."""
        self._describe()

    def watch_source(self) -> None:
        """Draw the cursor on another incoming weight, because `source` has changed."""
        self._show()
        self.refresh_bindings()

    def watch_large(self) -> None:
        """Draw the map at its new size."""
        self._show()

    def _describe(self) -> None:
        if self.snapshot is not None and self.test is not None:
            self.subjects = self.subject(self.snapshot, self.test)

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the weight or bias under the cursor, and for the numbers of the unit."""
        look, test = self.shown, self.test
        if look is not None and test is not None and look.layer == self.choice.layer:
            unit = min(self.choice.unit, look.units - 1)
            parts = self.query_one(UnitWeights), self.query_one(UnitActivity)
            yield from unit_spots(page, look, unit, self.source, self._drawn(look), parts, test.labels)
            yield from page.on(self.query_one("#unit-title"), partial(units.on_share, look, unit))

    # ---- drawing

    def _show(self) -> None:
        look, test = self.shown, self.test
        if look is None or test is None or look.layer != self.choice.layer:
            return
        unit = min(self.choice.unit, look.units - 1)
        if self.source is not None and self.source >= look.fan_in:
            self.set_reactive(UnitView.source, 0)
        zoom = self.large and self._has_room and look.layer == 0
        self.set_class(zoom, "-zoomed")
        self.query_one("#unit-title", Static).update(title(look, unit, self.size.width - 2))
        self.query_one(UnitWeights).show(look, self._drawn(look), unit, self.source, zoom=zoom)
        self.query_one(UnitActivity).show(look, unit, self.source, test)

    def _drawn(self, look: UnitLook) -> str:
        """Return the quantity to draw: the chosen one, or the first known one if the chosen one is not known yet."""
        return self.kind if self.kind in look.kinds else look.kinds[0]

    @property
    def _has_room(self) -> bool:
        return self.size.width >= _ZOOM_AT[0] and self.size.height >= _ZOOM_AT[1]

    # ---- actions

    @on(UnitWeights.Chosen)
    def _choose_weight(self, event: UnitWeights.Chosen) -> None:
        self.source = event.source

    @on(PictureRow.Chosen)
    def _choose_picture(self, event: PictureRow.Chosen) -> None:
        self.post_message(Show(Look("Inspect", example=event.example)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. The arrow keys choose units, or move the cursor while there is one."""
        match action:
            case "unit" | "layer":
                return self.source is None
            case "move" | "leave":
                return self.source is not None
            case "zoom":
                return self._has_room and self.choice.layer == 0
            case _:
                return super().check_action(action, parameters)

    def action_unit(self, step: int) -> None:
        """Go to the next or the previous unit in the chosen order of the units; after the last comes the first."""
        look = self.shown
        if look is not None and look.layer == self.choice.layer:
            units = ordered(look.responses, self.order)
            self.choose(unit=units[(units.index(self.choice.unit) + step) % len(units)])
            self._describe()

    def action_unit_at(self, place: int) -> None:
        """Go to the unit with the index `place` in the chosen order of the units: 0 is the first one, −1 the last."""
        look = self.shown
        if look is not None and look.layer == self.choice.layer:
            self.choose(unit=ordered(look.responses, self.order)[place])
            self._describe()

    def action_layer(self, step: int) -> None:
        """Go to unit 0 of the next or the previous layer."""
        if self.snapshot is not None:
            layer = min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1)
            if layer != self.choice.layer:
                self.choose(layer=layer, unit=0)

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor to a neighbouring weight."""
        if self.shown is not None and self.source is not None:
            self.source = self.query_one(UnitWeights).beside(self.shown, self.source, down, right)

    def action_cursor(self) -> None:
        """Put the cursor on the weight that is drawn strongest, or remove it."""
        look = self.shown
        if self.source is not None or look is None:
            self.source = None
            return
        self.source = look.strongest_source(self._drawn(look), min(self.choice.unit, look.units - 1))

    def action_leave(self) -> None:
        """Remove the cursor."""
        self.source = None

    def action_kind(self) -> None:
        """Draw the next quantity for each incoming weight, such as its gradient."""
        if (look := self.shown) is not None:
            kinds = look.kinds
            self.kind = kinds[(kinds.index(self._drawn(look)) + 1) % len(kinds)]

    def action_sort(self) -> None:
        """Sort the units in the next order, and go to the first unit of this order."""
        names = list(ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        if self.order != "number" and self.shown is not None and self.shown.layer == self.choice.layer:
            self.choose(unit=ordered(self.shown.responses, self.order)[0])
        self._describe()

    def action_zoom(self) -> None:
        """Draw the map at twice its size, or at its usual size again."""
        self.large = not self.large

    def action_open(self) -> None:
        """Show the example for which the unit is most active in the example view."""
        if (example := self.query_one(UnitActivity).first_example) is not None:
            self.post_message(Show(Look("Inspect", example=example)))

    def action_go(self) -> None:
        """Ask for the number of a unit, and show this unit."""
        if (look := self.shown) is not None:
            ask_for_unit(self, look, lambda unit: self.choose(unit=unit))

    def action_edit(self) -> None:
        """Ask for a new value of the weight under the cursor, or of the bias, and set it in the copy."""
        if (look := self.shown) is not None:
            ask_for_value(self, look, self.choice.unit, self.source, self.edit)
