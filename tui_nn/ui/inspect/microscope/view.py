"""The microscope: one update, act by act, with the real numbers of one example, one unit and one weight."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui_nn.core.network import MLP
from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Made
from tui_nn.engine.commands import Act, DropUpdate, FinishUpdate
from tui_nn.render.acts import Place, Scene
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.microscope.board import ActBoard, ActStrip, Shown
from tui_nn.ui.inspect.microscope.cursor import ActCursor
from tui_nn.ui.inspect.microscope.words import HELP
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pointed_digit import PointedDigit
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid
from tui_nn.ui.kit.view import View


class MicroscopeView(View):
    """Strip, sentence, formula, numbers, three pictures: the same in every act, so that only what is new moves.

    Acts that are done are kept: to look at one again asks nothing of the engine.
    """

    KEY: ClassVar[str] = "m"
    NAME: ClassVar[str] = "microscope"
    TOOLTIP: ClassVar[str] = "One update, act by act"
    HELP: ClassVar[str] = HELP
    OWN_STRIP: ClassVar[bool] = True

    DEFAULT_CSS = """
    MicroscopeView { padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "next", "next", id="act-next", tooltip="Do the next act, or look at it again"),
        Binding("M", "back", "back", show=False, id="act-back", tooltip="Look at the act before; nothing is undone"),
        Binding("up", "move(-1, 0)", "cell", key_display="↑↓", id="cell-up", tooltip="The cell above"),
        Binding("down", "move(1, 0)", "cell below", show=False, id="cell-down", tooltip="The cell below"),
        Binding("left", "move(0, -1)", "cell left", show=False, id="cell-left", tooltip="The cell to the left"),
        Binding("right", "move(0, 1)", "cell right", show=False, id="cell-right", tooltip="The cell to the right"),
        Binding("n", "example(1)", "example", id="act-example", tooltip="The next example of the batch"),
        Binding("p", "example(-1)", "previous example", show=False, id="act-example-back", tooltip="The example before"),
        Binding("u", "unit(1)", "unit", id="act-unit", tooltip="The next unit, or the next digit"),
        Binding("U", "unit(-1)", "previous unit", show=False, id="act-unit-back", tooltip="The unit before"),
        Binding("f", "code", "code", id="act-code", tooltip="The line of NumPy, or the formula"),
        Binding("w", "weights", "weights", show=False, id="act-weights", tooltip="In the last act: the weights of the next layer"),
        Binding("enter", "finish", "finish", key_display="enter", id="act-finish", tooltip="Do all acts that are left"),
        Binding("escape", "drop", "drop", key_display="esc", id="act-drop", tooltip="Drop the update: nothing has changed"),
        Binding("home", "look(0)", "first act", show=False, id="act-first", tooltip="Look at the first act"),
        Binding("end", "look(-1)", "newest act", show=False, id="act-newest", tooltip="Look at the newest act"),
    ]  # fmt: skip

    place: reactive[Place] = reactive(Place(), init=False)
    """The example, unit and cell that are chosen."""

    in_code: reactive[bool] = reactive(False, init=False)
    """Whether the line of code is shown in place of the formula."""

    def __init__(self) -> None:
        super().__init__()
        self._board = ActBoard()
        self._cursor = ActCursor()
        self._scene: Scene | None = None
        self._start: tuple[object, Parameters] | None = None

    def compose(self) -> ComposeResult:
        """All of it is the board's."""
        yield self._board

    def on_resize(self) -> None:
        """What there is room for may be another."""
        self.show_act()

    # ---- what comes

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Look at the update that is under the microscope; at the newest act, unless an earlier one is looked at."""
        view = snapshot.update if snapshot else None
        if view is not self._cursor.view and self._cursor.take(view) and view is not None:
            # The same unit and cell as before, as far as they are there.
            place = self.place.within(view) if self.place.path else Place.opening(view)
            self.set_reactive(MicroscopeView.place, place.failing(view) if view.failure else place)
        self.show_act()

    # ---- what is shown

    def watch_place(self) -> None:
        """Look at another example, unit or cell."""
        self.show_act()

    def watch_in_code(self) -> None:
        """Say it in code, or in a formula."""
        self.show_act()

    def show_act(self) -> None:
        """Bring everything up to date."""
        view, snapshot = self._cursor.view, self.snapshot
        if snapshot is not None and (view is None or not self.size.width):
            self.message = self._board.invite(snapshot)
        elif snapshot is not None and view is not None:
            shown = Shown(view, self._cursor.at, self.place, self._start_of(snapshot))
            self.message = self._board.show(shown, in_code=self.in_code)
            self._scene = shown.scene
        self.refresh_bindings()

    def _start_of(self, snapshot: Snapshot) -> Parameters | None:
        """The start weights, made again from the seed."""
        made_of = snapshot.network, snapshot.training.seed, snapshot.training.generator
        if self._start is None or self._start[0] != made_of:
            self._start = made_of, MLP.initialize(*made_of).parameters
        return self._start[1]

    # ---- keys

    def begin(self) -> None:
        """Begin the next update, unless one is under way."""
        if not self._cursor.under_way:
            self._ask()

    def _ask(self) -> None:
        self._cursor.ask()
        self.post_message(Tell(Act()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey what cannot be done now."""
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
        """What the act that is looked at has made."""
        view = self._cursor.view
        return view.plan[self._cursor.at].made if view is not None else None

    def action_next(self) -> None:
        """Look at the next act; it is done if it is not yet."""
        if self._cursor.go_on():
            self._ask()
        else:
            self.show_act()

    def action_back(self) -> None:
        """Look at the act before."""
        self._cursor.back()
        self.show_act()

    def action_look(self, act: int) -> None:
        """Look at the first act (0) or the newest (-1)."""
        self._cursor.look(act)
        self.show_act()

    def action_finish(self) -> None:
        """Do what is left."""
        self._cursor.finish()
        self.post_message(Tell(FinishUpdate()))

    def action_drop(self) -> None:
        """Let it be as if it had not begun."""
        self.post_message(Tell(DropUpdate()))
        self.notify("The update was dropped: nothing has changed.", markup=False)

    def action_example(self, step: int) -> None:
        """Look at another example of the batch."""
        if self._cursor.view is not None:
            self.place = Place((self.place.row + step) % self._cursor.view.rows, self.place.path, self.place.layer)

    def action_unit(self, step: int) -> None:
        """Look at another unit, or another digit."""
        view, scene = self._cursor.view, self._scene
        if view is not None and scene is not None and scene.turns is not None:
            size = view.network.sizes[scene.turns]
            self.place = self.place.at(scene.turns, (self.place.path[scene.turns] + step) % size)

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor; every picture of the same thing moves with it."""
        view, scene = self._cursor.view, self._scene
        if view is None or scene is None:
            return
        if scene.moves is None:
            self.action_example(down + right)
            return
        level, size = scene.moves, view.network.sizes[scene.moves]
        columns = 28 if level == 0 else self._board.columns if level < view.network.layer_count else 1
        to = self.place.path[level] + down * columns + right
        if 0 <= to < size:
            self.place = self.place.at(level, to)

    def action_code(self) -> None:
        """The line of NumPy in place of the formula, and back."""
        self.in_code = not self.in_code

    def action_weights(self) -> None:
        """Show the weights of the next layer, in the act that has them; elsewhere the key does nothing, and leads nowhere."""
        if self._cursor.view is not None and self._made is Made.STEP:
            layer = (self.place.layer + 1) % self._cursor.view.network.layer_count
            self.place = Place(self.place.row, self.place.path, layer)

    # ---- mouse

    @on(ActStrip.Chosen)
    def _choose_act(self, event: ActStrip.Chosen) -> None:
        self.action_look(event.act)

    @on(PointedDigit.Pointed)
    @on(SignedMap.Chosen)
    def _choose_pixel(self, event: PointedDigit.Pointed | SignedMap.Chosen) -> None:
        self.place = self.place.at(0, event.row * 28 + event.column)

    @on(UnitGrid.Chosen)
    def _choose_unit(self, event: UnitGrid.Chosen) -> None:
        view, scene = self._cursor.view, self._scene
        if view is None or scene is None:
            return
        right = self._board.is_last(event.control)
        if right and self._made is Made.GRADIENT:
            self.place = Place(event.unit, self.place.path, self.place.layer)
        elif (level := scene.turns if right else scene.moves) is not None:
            self.place = self.place.at(level, event.unit)
