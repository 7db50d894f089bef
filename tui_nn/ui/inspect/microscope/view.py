"""The microscope shows one update in steps, with the real numbers of one example, one unit and one weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.core.choices.initializers import start_network
from tui_nn.core.network import MLP
from tui_nn.core.watch.acts import Made
from tui_nn.engine.commands import Act, DropUpdate, FinishUpdate
from tui_nn.engine.look import Look
from tui_nn.render.acts import ChosenPath, Scene
from tui_nn.render.pictures import from_screen, side_of
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.explained import scene_spots
from tui_nn.ui.inspect.microscope.board import ActBoard, ActStrip, Shown
from tui_nn.ui.inspect.microscope.cursor import ActCursor
from tui_nn.ui.inspect.microscope.words import HELP
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid
from tui_nn.ui.kit.view import View


class MicroscopeView(View):
    """A view that shows one update step by step. It stores the finished steps, so you can go back without the engine."""

    KEY: ClassVar[str] = "m"
    NAME: ClassVar[str] = "microscope"
    SHORT: ClassVar[str] = "micro"
    TOOLTIP: ClassVar[str] = "One update, step by step"
    HELP: ClassVar[str] = HELP
    OWN_STRIP: ClassVar[bool] = True

    DEFAULT_CSS = """
    MicroscopeView { padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "next", "next", id="act-next", tooltip="Do the next step of the update, or show a finished step again"),
        Binding("M", "back", "back", show=False, id="act-back", tooltip="Show the previous step of the update; nothing is undone"),
        Binding("up", "move(-1, 0)", "cell", key_display="↑↓", id="cell-up", tooltip="Move the cursor up"),
        Binding("down", "move(1, 0)", "cell below", show=False, id="cell-down", tooltip="Move the cursor down"),
        Binding("left", "move(0, -1)", "cell left", show=False, id="cell-left", tooltip="Move the cursor left"),
        Binding("right", "move(0, 1)", "cell right", show=False, id="cell-right", tooltip="Move the cursor right"),
        Binding("n", "example(1)", "example", id="act-example", tooltip="Show the next example of the batch"),
        Binding(
            "p", "example(-1)", "previous example", show=False, id="act-example-back",
            tooltip="Show the previous example of the batch",
        ),
        Binding("u", "unit(1)", "unit", id="act-unit", tooltip="Choose the next unit or class"),
        Binding("U", "unit(-1)", "previous unit", show=False, id="act-unit-back", tooltip="Choose the previous unit or class"),
        Binding("f", "code", "code", id="act-code", tooltip="Switch between the formula and its NumPy code"),
        Binding(
            "w", "weights", "weights", show=False, id="act-weights",
            tooltip="In the last step, show the weights of the next layer",
        ),
        Binding("enter", "finish", "finish", key_display="enter", id="act-finish", tooltip="Do all remaining steps of the update"),
        Binding("escape", "drop", "drop", key_display="esc", id="act-drop", tooltip="Cancel the update; no weight has changed"),
        Binding("home", "look(0)", "first step", show=False, id="act-first", tooltip="Go to the first step of the calculation"),
        Binding("end", "look(-1)", "newest step", show=False, id="act-newest", tooltip="Go to the newest step of the calculation"),
    ]  # fmt: skip

    path: reactive[ChosenPath] = reactive(ChosenPath(), init=False)
    """The example, the pixel and the units whose numbers are shown in all steps."""

    in_code: reactive[bool] = reactive(False, init=False)
    """True if NumPy code is shown in place of the formula."""

    def __init__(self) -> None:
        super().__init__()
        self._board = ActBoard()
        self._cursor = ActCursor()
        self._scene: Scene | None = None
        self._wanted = Look()
        """The `Look` (view description) that will be shown when its step arrives; an empty one if none is expected."""

    def compose(self) -> ComposeResult:
        """Yield the only widget: the board, which fills the view."""
        yield self._board

    def on_resize(self) -> None:
        """Draw the step again, because the size has changed."""
        self.show_act()

    # ---- news

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the newest step of the update, unless an earlier one is on the screen."""
        view = snapshot.update if snapshot else None
        if view is not self._cursor.view:
            if view is None:
                self._wanted = Look()
            if self._cursor.take(view) and view is not None:
                # In a new update, the pixel and the units stay chosen, unless a new network lacks them.
                path = self.path.within(view) if self.path.path else ChosenPath.opening(view)
                self.set_reactive(MicroscopeView.path, path.failing(view) if view.failure else path)
            if view is not None:
                self._follow(self._wanted)
        self.show_act()

    # ---- looks

    @property
    def pending(self) -> bool:
        """Return whether the view still waits for the step that a `Look` (view description) names."""
        return self._wanted.act is not None

    @property
    def current_look(self) -> Look:
        """Return a `Look` (view description) with the step, the example of the batch, the pixel, and the chosen unit."""
        view = self._cursor.view
        if view is None:
            return Look()
        layer = self._layer
        cell = divmod(self.path.path[0], side_of(view.pixels[0]))
        return Look(layer=layer, unit=self.path.path[layer + 1], example=self.path.row, cell=cell, act=self._cursor.at)

    def show_look(self, look: Look) -> None:
        """Show the step, example, pixel and unit that `look` names.

        Steps that are not done are requested from the engine, but never the last one, because it changes the weights.
        """
        if self._cursor.view is not None:
            self._follow(look)
            self.show_act()
            return
        self._wanted = look
        if look.act is not None:
            self.begin()

    def _follow(self, look: Look) -> None:
        view = self._cursor.view
        assert view is not None
        path = self.path
        if look.layer is not None:
            path = replace(path, layer=min(look.layer, view.network.layer_count - 1))
        if look.unit is not None:
            path = path.at((self._layer if look.layer is None else path.layer) + 1, look.unit)
        if look.cell is not None:
            last = side_of(view.pixels[0]) - 1
            row, column = (min(place, last) for place in look.cell)
            path = path.at(0, row * (last + 1) + column)
        if look.example is not None:
            path = replace(path, row=look.example)
        if path is not self.path:
            self.path = path.within(view)
        self._wanted = Look()
        if look.act is not None:
            self._go_to_step(look.act)

    def _go_to_step(self, act: int) -> None:
        """Show a step. If it is not done yet, request the next step. This method is called again when the next step arrives."""
        view = self._cursor.view
        assert view is not None
        there = min(act, max(view.done, len(view.plan) - 1) - 1)
        self._cursor.go_to(min(there, view.done - 1))
        arrived = there < view.done or view.failure is not None
        self._wanted = Look() if arrived else Look(act=there)
        if not arrived:
            self._request()

    @property
    def _layer(self) -> int:
        """Return the number of the layer whose unit the key `u` changes in this step."""
        turns = self._scene.turns if self._scene is not None else None
        return self.path.layer if turns is None else turns - 1

    # ---- drawing

    def watch_path(self) -> None:
        """Show the numbers of another example, unit or pixel."""
        self.show_act()

    def watch_in_code(self) -> None:
        """Show NumPy code in place of the formula, or the formula again."""
        self.show_act()

    def show_act(self) -> None:
        """Draw the current step, or name the key that starts an update."""
        view, snapshot = self._cursor.view, self.snapshot
        if snapshot is not None and (view is None or not self.size.width):
            self.message = self._board.invite(snapshot, self._network_at_start(snapshot))
        elif snapshot is not None and view is not None:
            shown = Shown(view, self._cursor.at, self.path, self._network_at_start(snapshot).parameters)
            self.message = self._board.show(shown, in_code=self.in_code)
            self._scene = shown.scene
        self.refresh_bindings()

    def _network_at_start(self, snapshot: Snapshot) -> MLP:
        return start_network(snapshot.network, snapshot.training.seed, snapshot.training.generator)

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the numbers, the formula and the pictures of the step."""
        view, snapshot = self._cursor.view, self.snapshot
        if view is not None and snapshot is not None:
            start = self._network_at_start(snapshot).parameters
            yield from scene_spots(page, self._board, Shown(view, self._cursor.at, self.path, start))

    # ---- keys

    def begin(self) -> None:
        """Request the first step of the next update, unless an update has begun already."""
        if not self._cursor.under_way:
            self._request()

    def _request(self) -> None:
        self._cursor.count_request()
        self.post_message(Tell(Act()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out the keys that have no effect now."""
        view = self._cursor.view
        match action:
            case "next":
                failed = view is not None and view.failure is not None
                return None if failed and self._cursor.at_the_end else True
            case "back":
                return True if view is not None and self._cursor.at > 0 else None
            case "finish" | "drop":
                return self._cursor.under_way
            case _:
                return view is not None

    @property
    def _made(self) -> Made | None:
        """Return the kind of result that the step on the screen has computed, such as z or a gradient; None without a step."""
        view = self._cursor.view
        return view.plan[self._cursor.at].made if view is not None else None

    def action_next(self) -> None:
        """Show the next step. If it is not done yet, request it from the engine."""
        if self._cursor.go_on():
            self._request()
        else:
            self.show_act()

    def action_back(self) -> None:
        """Show the previous step."""
        self._cursor.back()
        self.show_act()

    def action_look(self, act: int) -> None:
        """Show the finished step with this number: 0 is the first one, -1 the newest."""
        self._cursor.go_to(act)
        self.show_act()

    def action_finish(self) -> None:
        """Do all remaining steps."""
        self._cursor.finish()
        self.post_message(Tell(FinishUpdate()))

    def action_drop(self) -> None:
        """Cancel the update. No weight has changed, so the training continues as if it had not begun."""
        self.post_message(Tell(DropUpdate()))
        self.notify("The update was cancelled. No weight has changed.", markup=False)

    def action_example(self, step: int) -> None:
        """Show another example of the batch."""
        if self._cursor.view is not None:
            self.path = replace(self.path, row=(self.path.row + step) % self._cursor.view.rows)

    def action_unit(self, step: int) -> None:
        """Choose another unit, or another class."""
        view, scene = self._cursor.view, self._scene
        if view is not None and scene is not None and scene.turns is not None:
            size = view.network.sizes[scene.turns]
            self.path = self.path.at(scene.turns, (self.path.path[scene.turns] + step) % size)
        else:
            self.notify("In this step there is no unit to choose. Press m for the next step.", markup=False)

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor to another pixel or unit. All pictures of the same layer show the cursor there."""
        view, scene = self._cursor.view, self._scene
        if view is None or scene is None:
            return
        if scene.moves is None:
            self.action_example(down + right)
            return
        level, size = scene.moves, view.network.sizes[scene.moves]
        columns = (
            side_of(view.pixels[0]) if level == 0 else self._board.columns if level < view.network.layer_count else 1
        )
        to = self.path.path[level] + down * columns + right
        if 0 <= to < size:
            self.path = self.path.at(level, to)

    def action_code(self) -> None:
        """Switch between the formula and NumPy code."""
        self.in_code = not self.in_code

    def action_weights(self) -> None:
        """In the last step, show the weights of the next layer. In other steps, show a message."""
        if self._cursor.view is not None and self._made is Made.STEP:
            layer = (self.path.layer + 1) % self._cursor.view.network.layer_count
            self.path = replace(self.path, layer=layer)
        else:
            self.notify(
                "w works only in the last step, the update of the weights. Press m for the next step.", markup=False
            )

    # ---- mouse

    @on(ActStrip.Chosen)
    def _choose_act(self, event: ActStrip.Chosen) -> None:
        self.action_look(event.act)

    @on(PointedDigit.Pointed)
    def _choose_pixel(self, event: PointedDigit.Pointed) -> None:
        if self._cursor.view is not None:
            self.path = self.path.at(0, event.row * side_of(self._cursor.view.pixels[0]) + event.column)

    @on(SignedMap.Chosen)
    def _choose_pixel_of_map(self, event: SignedMap.Chosen) -> None:
        if self._cursor.view is not None:
            side = side_of(self._cursor.view.pixels[0])
            row, column = from_screen(event.row, side), from_screen(event.column, side)
            self.path = self.path.at(0, row * side + column)

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        view, scene = self._cursor.view, self._scene
        if view is None or scene is None:
            return
        right = self._board.is_last(event.control)
        if right and self._made is Made.GRADIENT:
            self.path = replace(self.path, row=event.unit)
        elif (level := scene.turns if right else scene.moves) is not None:
            self.path = self.path.at(level, event.unit)
