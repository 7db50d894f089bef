"""One unit: what it has learned to see, what it answers, and what the network would be without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
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
from tui_nn.session.questions.unit_look import ORDERS, UnitLook, look_at_units, ordered
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.edited_copy import EDIT_KEYS, EditedCopyView
from tui_nn.ui.inspect.unit.answers import DigitRow, UnitAnswers
from tui_nn.ui.inspect.unit.weights import UnitWeights
from tui_nn.ui.inspect.unit.words import HELP, small, source_in_words, title
from tui_nn.ui.kit.ask_number import AskNumber
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.steadily import Steadily


def ask_for_unit(owner: Widget, look: UnitLook, take: Callable[[int], None]) -> None:
    """Ask for the number of a unit of the layer that is looked at."""
    last = look.units - 1

    def fault(value: float) -> str:
        return "" if value in range(last + 1) else f"units of layer {look.layer} are 0 to {last}"

    def answered(value: float | None) -> None:
        if value is not None:
            take(int(value))

    owner.app.push_screen(AskNumber("Go to unit", f"0 to {last}", "", fault), answered)


def ask_for_value(owner: Widget, look: UnitLook, unit: int, source: int | None, take: Callable[[Edit], None]) -> None:
    """Ask for another value of the weight that comes from `source`, or without one of the unit's bias; or say why not."""
    parameters, layer = look.mlp.parameters, look.layer
    edit = Edit(BIAS, layer, unit) if source is None else Edit(WEIGHT, layer, unit, source)
    if refused := edit.fault(look.mlp.config):
        owner.notify(f"{refused[0].upper()}{refused[1:]}", markup=False)
        return
    if source is not None:
        name, now = f"Weight to unit {unit}, {source_in_words(look, source)}", parameters.weights[layer][source, unit]
    else:
        bias = parameters.biases[layer]
        name, now = f"Bias of unit {unit}", 0.0 if bias is None else bias[unit]

    def fault(value: float) -> str:
        return replace(edit, value=value).fault(look.mlp.config)

    def answered(value: float | None) -> None:
        if value is not None:
            take(replace(edit, value=value))

    remark = f"now {small(float(now))}; it is changed in a copy"
    owner.app.push_screen(AskNumber(name, remark, f"{now:.4g}", fault), answered)


_ZOOM_AT = 100, 33
"""Columns and rows from which the map has room at twice its size."""


class UnitView(EditedCopyView):
    """Weights on the left; answers, votes, the most exciting digits and one number in words on the right."""

    DEFAULT_CSS = """
    UnitView { padding: 0 1 0 0; }
    UnitView #unit-title { height: 1; padding: 0 0 0 1; }
    UnitView > Horizontal { height: 1fr; }
    UnitView.-zoomed UnitAnswers { margin: 0 0 0 2; }
    """

    KEY: ClassVar[str] = "u"
    NAME: ClassVar[str] = "unit"
    TOOLTIP: ClassVar[str] = "One unit, and the network without it"
    HELP: ClassVar[str] = HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "unit(-1)", "unit", key_display="←→", id="unit-before", tooltip="The unit before, in this order"),
        Binding("right", "unit(1)", "next unit", show=False, id="unit-after", tooltip="The unit after, in this order"),
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="unit-layer-up", tooltip="The layer before"),
        Binding("down", "layer(1)", "next layer", show=False, id="unit-layer-down", tooltip="The layer after"),
        Binding("left", "move(0, -1)", "move", key_display="←↑↓→", id="weight-left", tooltip="The weight on the left"),
        Binding("right", "move(0, 1)", "right", show=False, id="weight-right", tooltip="The weight on the right"),
        Binding("up", "move(-1, 0)", "up", show=False, id="weight-up", tooltip="The weight above"),
        Binding("down", "move(1, 0)", "down", show=False, id="weight-down", tooltip="The weight below"),
        *EDIT_KEYS[:2],
        Binding("e", "edit", "edit", id="edit-number", tooltip="Another value for this weight or bias, in a copy"),
        *EDIT_KEYS[2:],
        Binding("d", "kind", "draw", id="unit-draw", tooltip="Draw what was learned, the weights, the gradient, or the last step"),
        Binding("s", "sort", "sort", id="unit-sort", tooltip="By number, most on, most choosy, or dead first"),
        Binding("c", "cursor", "cursor", id="unit-cursor", tooltip="Point at single weights"),
        Binding("g", "go", "go to", show=False, id="unit-go", tooltip="A unit by its number"),
        Binding("z", "zoom", "zoom", show=False, id="unit-zoom", tooltip="The map at twice its size, where there is room"),
        Binding("enter", "open", "its digit", show=False, key_display="enter", id="unit-open", tooltip="What excites it most"),
        Binding("escape", "leave", "leave cursor", show=False, id="unit-cursor-off", tooltip="Stop pointing at weights"),
    ]  # fmt: skip

    kind: reactive[str] = reactive("learned", init=False)
    """What is drawn of the weights."""

    order: reactive[str] = reactive("number", init=False)
    """How units are sorted."""

    source: reactive[int | None] = reactive(None, init=False)
    """The pixel or the unit below whose weight is pointed at; None without a cursor."""

    large: reactive[bool] = reactive(True, init=False)
    """Whether the map is drawn at twice its size where there is room."""

    shown: UnitLook | None = None
    """The numbers on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin with nothing."""
        super().__init__(id=id)
        self._looking = Steadily[UnitLook](self, self._take)

    def compose(self) -> ComposeResult:
        """Title; weights; answers."""
        yield Static(id="unit-title")
        with Horizontal():
            yield UnitWeights()
            yield UnitAnswers()

    def on_resize(self, event: events.Resize) -> None:
        """See what there is room for."""
        answers = self.query_one(UnitAnswers)
        answers.set_class(event.size.width < 72, "-narrow")
        answers.set_class(event.size.height >= 24, "-tall")
        self._show()

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        super().on_unmount()
        self._looking.drop()

    # ---- looking

    @property
    def pending(self) -> bool:
        """Whether something newer is still to come."""
        return super().pending or self._looking.busy

    @property
    def pointed(self) -> tuple[int, int] | None:
        """The unit that is shown."""
        return self.choice.layer, self.choice.unit

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """All units of a layer are asked at once."""
        return *super().question(snapshot, test)[:-1], self.choice.layer, self.choice.edits

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """In which order, and where in it."""
        if self.order == "number" or self.shown is None or self.shown.layer != self.choice.layer:
            return f"units by number, all {len(test):,} test digits", "units by number"
        place = ordered(self.shown.responses, self.order).index(self.choice.unit) + 1
        return f"{self.order}: place {place} of {self.shown.units}", f"{self.order}: {place}"

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Ask all units of the layer."""
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
        """Show another unit, or ask another layer."""
        super().watch_choice()
        self._show()
        self._say()

    def watch_kind(self) -> None:
        """Draw something else."""
        self._show()

    def watch_order(self) -> None:
        """Say where in the order the unit is."""
        self._describe()

    def watch_source(self) -> None:
        """Point at another weight."""
        self._show()
        self.refresh_bindings()

    def watch_large(self) -> None:
        """Draw it at another size."""
        self._show()

    def _describe(self) -> None:
        if self.snapshot is not None and self.test is not None:
            self.subjects = self.subject(self.snapshot, self.test)

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
        self.query_one(UnitAnswers).show(look, unit, self.source, test)

    def _drawn(self, look: UnitLook) -> str:
        """What is drawn of the weights: what was chosen, or the first there is."""
        return self.kind if self.kind in look.kinds else look.kinds[0]

    @property
    def _has_room(self) -> bool:
        return self.size.width >= _ZOOM_AT[0] and self.size.height >= _ZOOM_AT[1]

    # ---- actions

    @on(UnitWeights.Chosen)
    def _choose_weight(self, event: UnitWeights.Chosen) -> None:
        self.source = event.source

    @on(DigitRow.Chosen)
    def _choose_digit(self, event: DigitRow.Chosen) -> None:
        self.post_message(Show(Look("Inspect", example=event.example)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """With a cursor the arrows move it; `escape` leaves it."""
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
        """Go to the next unit in this order, or the one before; behind the last comes the first."""
        look = self.shown
        if look is not None and look.layer == self.choice.layer:
            units = ordered(look.responses, self.order)
            self.choose(unit=units[(units.index(self.choice.unit) + step) % len(units)])
            self._describe()

    def action_layer(self, step: int) -> None:
        """Go a layer down or up: to the first unit of this order."""
        if self.snapshot is not None:
            layer = min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1)
            if layer != self.choice.layer:
                self.choose(layer=layer, unit=0)

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor from weight to weight."""
        if self.shown is not None and self.source is not None:
            self.source = self.query_one(UnitWeights).beside(self.shown, self.source, down, right)

    def action_cursor(self) -> None:
        """Put the cursor on the strongest weight that is drawn, or take it away."""
        look = self.shown
        if self.source is not None or look is None:
            self.source = None
            return
        sizes = np.abs(look.incoming(self._drawn(look), min(self.choice.unit, look.units - 1)))
        self.source = int(np.where(np.isfinite(sizes), sizes, -1).argmax())

    def action_leave(self) -> None:
        """Take the cursor away."""
        self.source = None

    def action_kind(self) -> None:
        """Draw something else of the weights."""
        if (look := self.shown) is not None:
            kinds = look.kinds
            self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)] if self.kind in kinds else kinds[0]

    def action_sort(self) -> None:
        """Sort the units another way, and show the first."""
        names = list(ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        if self.order != "number" and self.shown is not None and self.shown.layer == self.choice.layer:
            self.choose(unit=ordered(self.shown.responses, self.order)[0])
        self._describe()

    def action_zoom(self) -> None:
        """Draw the map at the other size."""
        self.large = not self.large

    def action_open(self) -> None:
        """Show the digit that excites it most on its way through the network."""
        if (example := self.query_one(UnitAnswers).first_digit) is not None:
            self.post_message(Show(Look("Inspect", example=example)))

    def action_go(self) -> None:
        """Ask for a unit's number."""
        if (look := self.shown) is not None:
            ask_for_unit(self, look, lambda unit: self.choose(unit=unit))

    def action_edit(self) -> None:
        """Ask for another value of the weight under the cursor, or of the bias."""
        if (look := self.shown) is not None:
            ask_for_value(self, look, self.choice.unit, self.source, self.edit)
