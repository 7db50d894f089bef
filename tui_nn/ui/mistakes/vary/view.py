"""The vary view: change one picture and see how the outputs change, or measure the accuracy on changed pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.prediction import Prediction
from tui_nn.analysis.robustness import EXAMPLES, Sweep, measure
from tui_nn.analysis.transforms import Transformation
from tui_nn.render.caption import symbol_of
from tui_nn.render.cells import cells_of
from tui_nn.render.numbers import probability
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.ui.kit.background import Background
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.roles import HEADING, TEXT, colour
from tui_nn.ui.kit.words import epoch_words
from tui_nn.ui.mistakes import words
from tui_nn.ui.mistakes.cursor_view import CursorView
from tui_nn.ui.mistakes.explained import changed_spots, robust_spots
from tui_nn.ui.mistakes.vary.robustness_chart import POINTS, RobustnessChart
from tui_nn.ui.mistakes.vary.two_outputs import TwoOutputs

HELP = """\
Change the picture under the cursor with the keys below. The outputs follow at once, beside the outputs for the unchanged
picture.

| word | means |
| --- | --- |
| **thicker, thinner** | every pixel takes the most (the least) ink of itself and its four neighbours |
| **noise** | adds a random Gaussian number to each pixel. Its std is a share of full ink; results are clipped to none and full |
| **shuffle** | puts the pixels into a random order, the same for every picture. A network can learn shuffled pictures as well |
| **was, now** | the outputs for the unchanged picture, and for the picture that you see |

`h` measures how robust the network is: its accuracy when all test pictures get noise, are turned, or are moved. The
accuracy of a network that never trained on such pictures falls quickly. Train with input noise, shifts or rotations (see
Configure), and measure again.
"""

NOISES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
"""The amounts of noise among which the key `o` chooses, each as a fraction of the largest pixel value."""

MOST_SHIFT, MOST_THICKNESS, STEP = 12, 3, 5
"""The largest shift and the largest thickness in pixels, and the angle of one turn in degrees."""


class VaryView(CursorView):
    """A view of how changes of a picture change the prediction.

    It shows a picture, the changed picture, and the outputs for both; or a chart of the accuracy on changed test pictures.
    """

    KEY: ClassVar[str] = "v"
    NAME: ClassVar[str] = "vary"
    TOOLTIP: ClassVar[str] = "Move, turn or thicken a picture, add noise, and see the new outputs"
    HELP: ClassVar[str] = HELP
    DEFAULT_CSS = f"""
    VaryView {{
        .title {{ text-style: bold; }}
        Container {{ height: 1fr; }}
        Horizontal {{ height: 15; padding: 0 0 0 2; }}
        Vertical {{ width: 28; height: 15; margin: 0 3 0 0; }}
        Static {{ height: 1; color: {colour(HEADING)}; text-style: bold; }}
        TwoOutputs {{ width: 16; margin: 1 0 0 0; }}
        .words {{ height: 2; padding: 1 0 0 2; width: 1fr; color: {TEXT}; }}
        RobustnessChart {{ display: none; }}
        &.-curves Horizontal, &.-curves .words {{ display: none; }}
        &.-curves RobustnessChart {{ display: block; }}
        &.-narrow #unchanged {{ display: none; }}
        &.-names TwoOutputs {{ width: 1fr; }}
        &.-wide Horizontal, &.-wide .words, &.-wide RobustnessChart {{ display: block; }}
        &.-wide TwoOutputs {{ width: 40; }}
        &.-wide .words {{ height: 3; }}
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up",
            "change('down', -1)",
            "move",
            key_display="←↑↓→",
            id="vary-up",
            tooltip="Move the picture one pixel up",
        ),
        Binding(
            "down",
            "change('down', 1)",
            "move down",
            show=False,
            id="vary-down",
            tooltip="Move the picture one pixel down",
        ),
        Binding(
            "left",
            "change('right', -1)",
            "move left",
            show=False,
            id="vary-left",
            tooltip="Move the picture one pixel to the left",
        ),
        Binding(
            "right",
            "change('right', 1)",
            "move right",
            show=False,
            id="vary-right",
            tooltip="Move the picture one pixel to the right",
        ),
        Binding(
            "comma",
            "change('degrees', 1)",
            "turn",
            key_display=",.",
            id="vary-turn-left",
            tooltip="Turn the picture 5 degrees to the left",
        ),
        Binding(
            "full_stop",
            "change('degrees', -1)",
            "turn right",
            False,
            id="vary-turn-right",
            tooltip="Turn the picture 5 degrees to the right",
        ),
        Binding(
            "plus,equals_sign",
            "change('thickness', 1)",
            "thick",
            key_display="+-",
            id="vary-thicker",
            tooltip="Make the strokes thicker",
        ),
        Binding(
            "minus", "change('thickness', -1)", "thinner", False, id="vary-thinner", tooltip="Make the strokes thinner"
        ),
        Binding(
            "o",
            "noise",
            "noise",
            id="vary-noise",
            tooltip="Add more noise; after the largest amount, the noise returns to 0",
        ),
        Binding("i", "flip('inverted')", "invert", show=False, id="vary-invert", tooltip="Swap ink and background"),
        Binding(
            "j",
            "flip('permuted')",
            "shuffle",
            show=False,
            id="vary-permute",
            tooltip="Put the pixels into a random order",
        ),
        Binding("0,backspace", "reset", "reset", key_display="0", id="vary-reset", tooltip="Undo all changes"),
        Binding(
            "h",
            "page('curves')",
            "robust",
            id="vary-curves",
            tooltip="Measure the accuracy under noise, rotation and shift",
        ),
        Binding("h", "page('digit')", "the picture", id="vary-digit", tooltip="Go back to the picture"),
        Binding(
            "left", "point(-1)", "level", key_display="←→", id="vary-level-left", tooltip="Go to the bar on the left"
        ),
        Binding(
            "right", "point(1)", "next level", show=False, id="vary-level-right", tooltip="Go to the bar on the right"
        ),
        Binding("n", "next(1)", "next", id="vary-next", tooltip="Go to the next example of the list"),
        Binding(
            "p",
            "next(-1)",
            "previous",
            show=False,
            id="vary-previous",
            tooltip="Go to the previous example of the list",
        ),
    ]

    transformation: reactive[Transformation] = reactive(Transformation(), init=False)
    """The changes that the person has chosen, such as a shift. They also apply to the next picture."""

    page: reactive[str] = reactive("digit", init=False)
    """The part that is shown: "digit" is the picture with its outputs, "curves" is the chart of the accuracy."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = FittedLine(classes="title"), Static(classes="words", markup=False)
        self._before, self._now, self._outputs = DigitView(), DigitView(), TwoOutputs()
        self._chart = RobustnessChart()
        self._measuring = Background[tuple[Sweep, float, float]](self, self._measured)
        self._measured_of: object = None

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the unchanged and the changed picture, their outputs, and the chart of accuracies."""
        yield self._title
        with Container():
            with Horizontal():
                with Vertical(id="unchanged"):
                    yield Static("unchanged")
                    yield self._before
                with Vertical():
                    yield Static("the changed picture")
                    yield self._now
                yield self._outputs
            yield self._words
            yield self._chart

    # ---- reactions to new values

    def watch_cursor(self, cursor: MistakeCursor | None) -> None:
        """Show the example under the cursor."""
        self._show()
        self._measure()

    def watch_transformation(self) -> None:
        """Show the picture with the new changes."""
        self._show()
        self.refresh_bindings()

    def watch_page(self, before: str, page: str) -> None:
        """Show the changed picture and its outputs, or the chart of the accuracy."""
        self.set_class(page == "curves", "-curves")
        self._show()
        self._measure()
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Show the pictures and the chart together if both fit."""
        self._fit()
        self.set_class(self.size.width >= 90 and self.size.height >= 35, "-wide")
        self._measure()

    def _fit(self) -> None:
        """Leave out the unchanged picture if there is no room for it. Its outputs stay, because they are more important."""
        longest = max(cells_of(name) for name in self._outputs.class_names)
        self.set_class(longest > 1, "-names")
        self.set_class(self.size.width < 79 + (0 if longest == 1 else 8), "-narrow")

    def _show(self) -> None:
        """Show both pictures and the outputs for both."""
        cursor, test = self.cursor, self.test
        mistake = None if cursor is None else cursor.mistake
        if cursor is None or mistake is None or test is None:
            self._title.texts = (words.LOADING if cursor is None else words.EMPTY_LIST,)
            self._before.image = self._now.image = self._outputs.before = self._outputs.now = None
            self._words.update("")
            return
        if self._outputs.class_names != test.class_names:
            self._outputs.class_names = test.class_names
            self._fit()
        mlp, image, names = cursor.snapshot.mlp, test.images[mistake.index], test.class_names
        changed = self.transformation.apply(image[None])[0]
        prediction = Prediction.of(mlp, changed)
        self._before.image, self._now.image = image, changed
        self._outputs.true = mistake.true
        self._outputs.before = cursor.found.evaluation.outputs[mistake.index]
        self._outputs.now = prediction.outputs
        done = str(self.transformation)
        hint = (
            "Press i to invert the picture, j to shuffle its pixels, n for the next one.",
            "Press i to invert the picture, j to shuffle its pixels.",
        )
        self.message = hint if self.page == "digit" and not done else ()
        name = f"#{mistake.index}, true class {names[mistake.true]}"
        if self.page == "curves" and not self.has_class("-wide"):
            self._title.texts = (f"How robust is the network of epoch {epoch_words(cursor.snapshot)}?",)
        else:
            self._title.texts = f"{name}: {done or 'unchanged'}", f"{name}: changed" if done else name
        self._words.update(sentence(prediction, mistake.true, names, symbol_of(mlp.config.loss)))

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield `Spot`s (explained regions) for the outputs for the changed picture, and for the bars of the chart."""
        changed = self._now.image
        if self.cursor is not None and self.test is not None and changed is not None:
            yield from changed_spots(page, self._outputs, self.cursor, self.test, changed)
        yield from robust_spots(page, self._chart)

    # ---- the chart

    @property
    def pending(self) -> bool:
        """Return whether accuracies are still being measured."""
        return self._measuring.busy

    def _measure(self) -> None:
        """Start the measurement for the chart, if the chart is shown and was not measured for the present network."""
        cursor, test = self.cursor, self.test
        in_view = self.page == "curves" or self.has_class("-wide")
        if not in_view or cursor is None or test is None or cursor.snapshot.parameters is self._measured_of:
            return
        self._measured_of = cursor.snapshot.parameters
        self._chart.noun, self._chart.found, self._chart.examples = test.noun, {}, min(len(test), EXAMPLES)
        self._measuring.ask(measure(cursor.snapshot.mlp, test))

    def _measured(self, point: tuple[Sweep, float, float]) -> None:
        sweep, level, share = point
        self._chart.found = self._chart.found | {(sweep.name, level): share}

    @on(RobustnessChart.Chosen)
    def _bar_clicked(self, message: RobustnessChart.Chosen) -> None:
        self._chart.chosen = message.place

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey out the keys that have no effect now."""
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
        """Move, turn or thicken the picture by one step, up to a limit."""
        value = getattr(self.transformation, name)
        if name == "degrees":
            value = (value + STEP * by + 180) % 360 - 180
        else:
            most = MOST_THICKNESS if name == "thickness" else MOST_SHIFT
            value = min(max(value + by, -most), most)
        self.transformation = replace(self.transformation, **{name: value})

    def action_noise(self) -> None:
        """Choose the next amount of noise. After the largest amount comes none."""
        place = NOISES.index(self.transformation.noise)
        self.transformation = replace(self.transformation, noise=NOISES[(place + 1) % len(NOISES)])

    def action_flip(self, name: str) -> None:
        """Invert the picture or shuffle its pixels. If that is done already, undo it."""
        self.transformation = replace(self.transformation, **{name: not getattr(self.transformation, name)})

    def action_reset(self) -> None:
        """Undo all changes."""
        self.transformation = Transformation()

    def action_page(self, page: str) -> None:
        """Show the changed picture and its outputs, or the chart of the accuracy."""
        self.page = page

    def action_point(self, by: int) -> None:
        """Choose another bar."""
        self._chart.chosen = min(max(self._chart.chosen + by, 0), len(POINTS) - 1)

    def action_next(self, by: int) -> None:
        """Go to another example of the list."""
        if self.page == "curves" and not self.has_class("-wide"):
            self.notify(
                "The chart shows results for all test examples, not for one. Press h to see the picture.", markup=False
            )
            return
        self.change(lambda cursor: cursor.at(cursor.position + by))


def sentence(prediction: Prediction, true: int, names: Sequence[str], symbol: str) -> str:
    """Return a text with the prediction for the changed picture, and whether it is right."""
    now, outputs = prediction.predicted, prediction.outputs
    if now is None:
        return "There is no prediction, because the outputs are NaN."
    said = f"Prediction now: {names[now]}, {symbol} {probability(float(outputs[now]))}"
    if now == true:
        return f"{said}. It is right."
    return f"{said}. True class: {names[true]}, {symbol} {probability(float(outputs[true]))}."
