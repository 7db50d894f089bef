"""A digit made a little different, and what the network says then."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.robustness import EXAMPLES, Sweep, measure
from tui_nn.analysis.transforms import Transformation
from tui_nn.render.caption import symbol_of
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.vary import words
from tui_nn.ui.mistakes.vary.robustness_chart import POINTS, RobustnessChart
from tui_nn.ui.mistakes.vary.two_answers import TwoAnswers

NOISES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
"""What the key for noise goes through."""

MOST_SHIFT, MOST_THICKNESS, STEP = 12, 3, 5
"""Pixels, pixels, degrees."""


class VaryView(CursorView):
    """Two pictures and the answers to both; or three curves of accuracy."""

    KEY: ClassVar[str] = "v"
    NAME: ClassVar[str] = "vary"
    TOOLTIP: ClassVar[str] = "Move, turn, thicken, blur it with noise, and see what is said"
    HELP: ClassVar[str] = words.HELP
    DEFAULT_CSS = """
    VaryView {
        .title { text-style: bold; }
        Container { height: 1fr; }
        Horizontal { height: 15; padding: 0 0 0 2; }
        Vertical { width: 28; height: 15; margin: 0 3 0 0; }
        Static { height: 1; color: $text-primary; text-style: bold; }
        TwoAnswers { width: 16; margin: 1 0 0 0; }
        .words { height: 2; padding: 1 0 0 2; width: 1fr; color: $foreground; }
        RobustnessChart { display: none; }
        &.-curves Horizontal, &.-curves .words { display: none; }
        &.-curves RobustnessChart { display: block; }
        &.-narrow #as-it-is { display: none; }
        &.-wide Horizontal, &.-wide .words, &.-wide RobustnessChart { display: block; }
        &.-wide TwoAnswers { width: 40; }
        &.-wide .words { height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "change('down', -1)", "move", key_display="←↑↓→", id="vary-up", tooltip="A pixel up"),
        Binding("down", "change('down', 1)", "move down", show=False, id="vary-down", tooltip="A pixel down"),
        Binding("left", "change('right', -1)", "move left", show=False, id="vary-left", tooltip="A pixel to the left"),
        Binding("right", "change('right', 1)", "move right", show=False, id="vary-right", tooltip="A pixel to the right"),
        Binding("comma", "change('degrees', 1)", "turn", key_display=",.", id="vary-turn-left", tooltip="5 degrees left"),
        Binding("full_stop", "change('degrees', -1)", "turn right", False, id="vary-turn-right", tooltip="5 degrees right"),
        Binding("plus,equals_sign", "change('thickness', 1)", "thick", key_display="+-", id="vary-thicker", tooltip="More ink"),
        Binding("minus", "change('thickness', -1)", "thinner", False, id="vary-thinner", tooltip="Less ink"),
        Binding("o", "noise", "noise", id="vary-noise", tooltip="More noise; after the most comes none"),
        Binding("i", "flip('inverted')", "invert", show=False, id="vary-invert", tooltip="Ink becomes background, background ink"),
        Binding("p", "flip('permuted')", "shuffle", show=False, id="vary-permute", tooltip="Put the pixels into another order"),
        Binding("0,backspace", "reset", "reset", key_display="0", id="vary-reset", tooltip="The digit as it is"),
        Binding("h", "page('curves')", "robust", id="vary-curves", tooltip="Accuracy over noise, rotation and shift"),
        Binding("h", "page('digit')", "the digit", id="vary-digit", tooltip="Back to the digit"),
        Binding("left", "point(-1)", "level", key_display="←→", id="vary-level-left", tooltip="A level to the left"),
        Binding("right", "point(1)", "next level", show=False, id="vary-level-right", tooltip="A level to the right"),
        Binding("n", "next(1)", "next", id="vary-next", tooltip="The next digit of the list"),
        Binding("N", "next(-1)", "previous", show=False, id="vary-previous", tooltip="The digit before in the list"),
    ]  # fmt: skip

    transformation: reactive[Transformation] = reactive(Transformation(), init=False)
    """What is done to the digit; it stays when another one is looked at."""

    page: reactive[str] = reactive("digit", init=False)
    """"digit" or "curves"."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = FittedLine(classes="title"), Static(classes="words", markup=False)
        self._before, self._now, self._answers = DigitView(), DigitView(), TwoAnswers()
        self._chart = RobustnessChart()
        self._measuring = Background[tuple[Sweep, float, float]](self, self._measured)
        self._measured_of: object = None

    def compose(self) -> ComposeResult:
        """Title; the two pictures and the answers; the curves."""
        yield self._title
        with Container():
            with Horizontal():
                with Vertical(id="as-it-is"):
                    yield Static("as it is")
                    yield self._before
                with Vertical():
                    yield Static("as you made it")
                    yield self._now
                yield self._answers
            yield self._words
            yield self._chart

    # ---- what comes in

    def watch_cursor(self, cursor: MistakeCursor | None) -> None:
        """Ask about its digit."""
        self._ask()
        self._measure()

    def watch_transformation(self) -> None:
        """Ask about what it has become."""
        self._ask()
        self.refresh_bindings()

    def watch_page(self, before: str, page: str) -> None:
        """Show the digit or the curves."""
        self.set_class(page == "curves", "-curves")
        self._ask()
        self._measure()
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Show both where there is room."""
        # The answers tell of the digit as it is too; without them its picture says little.
        self.set_class(self.size.width < 79, "-narrow")
        self.set_class(self.size.width >= 90 and self.size.height >= 35, "-wide")
        self._measure()

    def _ask(self) -> None:
        cursor, test = self.cursor, self.test
        mistake = None if cursor is None else cursor.mistake
        if cursor is None or mistake is None or test is None:
            self._title.texts = (
                "loading digits" if cursor is None else "No digit is listed here: esc, f lists others",
            )
            self._before.image = self._now.image = self._answers.before = self._answers.now = None
            self._words.update("")
            return
        mlp, image = cursor.snapshot.mlp, test.images[mistake.index]
        changed = self.transformation.apply(image[None])
        outputs = mlp.evaluate(changed, np.zeros(1, np.uint8)).outputs[0]
        self._before.image, self._now.image = image, changed[0]
        self._answers.true = mistake.true
        self._answers.before, self._answers.now = cursor.found.evaluation.outputs[mistake.index], outputs
        done = str(self.transformation)
        hint = "i inverts it, p shuffles its pixels, n takes the next digit", "i inverts it, p shuffles it"
        self.message = hint if self.page == "digit" and not done else ()
        name = f"#{mistake.index}, a {mistake.true}"
        if self.page == "curves" and not self.has_class("-wide"):
            self._title.texts = (f"How robust is the network of epoch {epoch_words(cursor.snapshot)}?",)
        else:
            self._title.texts = f"{name}: {done or 'as it is'}", f"{name}: changed" if done else name
        self._words.update(words.said(outputs, mistake.true, symbol_of(mlp.config.loss)))

    # ---- the curves

    @property
    def pending(self) -> bool:
        """Whether something is being measured."""
        return self._measuring.busy

    def _measure(self) -> None:
        """Begin anew if the curves are seen, and are of another network."""
        cursor, test = self.cursor, self.test
        seen = self.page == "curves" or self.has_class("-wide")
        if not seen or cursor is None or test is None or cursor.snapshot.parameters is self._measured_of:
            return
        self._measured_of = cursor.snapshot.parameters
        self._chart.found, self._chart.examples = {}, min(len(test), EXAMPLES)
        self._measuring.ask(measure(cursor.snapshot.mlp, test))

    def _measured(self, point: tuple[Sweep, float, float]) -> None:
        sweep, level, share = point
        self._chart.found = self._chart.found | {(sweep.name, level): share}

    @on(RobustnessChart.Chosen)
    def _level_clicked(self, message: RobustnessChart.Chosen) -> None:
        self._chart.chosen = message.place

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what has no use now."""
        if self.cursor is None or self.cursor.mistake is None:
            return False
        match action:
            case "page":
                return self.page != parameters[0]
            case "point":
                return self.page == "curves"
            case "change" | "noise" | "flip":
                return self.page == "digit"
            case "reset":
                return self.page == "digit" and (True if str(self.transformation) else None)
            case _:
                return True

    def action_change(self, name: str, by: int) -> None:
        """Move, turn or thicken by a step, as far as that goes."""
        value = getattr(self.transformation, name)
        if name == "degrees":
            value = (value + STEP * by + 180) % 360 - 180
        else:
            most = MOST_THICKNESS if name == "thickness" else MOST_SHIFT
            value = min(max(value + by, -most), most)
        self.transformation = replace(self.transformation, **{name: value})

    def action_noise(self) -> None:
        """More of it, or after the most none."""
        place = NOISES.index(self.transformation.noise)
        self.transformation = replace(self.transformation, noise=NOISES[(place + 1) % len(NOISES)])

    def action_flip(self, name: str) -> None:
        """Invert or shuffle, or undo it."""
        self.transformation = replace(self.transformation, **{name: not getattr(self.transformation, name)})

    def action_reset(self) -> None:
        """Undo all."""
        self.transformation = Transformation()

    def action_page(self, page: str) -> None:
        """Show the digit or the curves."""
        self.page = page

    def action_point(self, by: int) -> None:
        """Point at another level."""
        self._chart.chosen = min(max(self._chart.chosen + by, 0), len(POINTS) - 1)

    def action_next(self, by: int) -> None:
        """Turn to another digit of the list."""
        self.change(lambda cursor: cursor.at(cursor.position + by))
