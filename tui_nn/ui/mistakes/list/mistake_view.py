"""One test digit, large, with the ten answers to it and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.parameters import Array, Pixels
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.loss_steps import loss_steps
from tui_nn.session.questions.mistakes import Mistake
from tui_nn.ui.kit.digit import DigitView
from tui_nn.ui.kit.output_bars import OutputBars


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A digit and the answer to it."""

    mistake: Mistake
    image: Pixels
    """(784,)"""
    outputs: Array
    """(10,)"""
    loss: str
    """Its name in `LOSSES`."""


class MistakeView(Vertical):
    """The picture and the bars side by side, the loss worked out under the bars, a caption and a remark below."""

    DEFAULT_CSS = """
    MistakeView {
        Horizontal { height: auto; }
        Vertical { width: 1fr; max-width: 42; height: auto; }
        DigitView { margin: 1 2 0 0; }
        Static { width: 1fr; height: 1; }
        .loss { margin: 1 0 0 1; height: 3; }
        .caption { text-style: bold; }
        .past, .remark { color: $foreground 62%; }
    }
    """

    subject: reactive[Subject | None] = reactive(None, always_update=True, init=False)
    """What is shown; None for an empty plate."""

    nothing: reactive[str] = reactive("", init=False)
    """The caption of an empty plate."""

    past: reactive[str] = reactive("", init=False)
    """The line under the caption: what was answered before."""

    remark: reactive[str] = reactive("", init=False)
    """The line under that."""

    large: reactive[bool] = reactive(False, init=False)
    """Whether the picture is 56 x 28."""

    def __init__(self) -> None:
        super().__init__()
        self._digit = DigitView()
        self._bars = OutputBars()
        self._loss = Static(classes="loss")
        self._caption = Static(classes="caption", markup=False)
        self._past = Static(classes="past", markup=False)
        self._remark = Static(classes="remark", markup=False)

    def compose(self) -> ComposeResult:
        """Picture, bars, loss; caption; two remarks."""
        with Horizontal():
            yield self._digit
            with Vertical():
                yield self._bars
                yield self._loss
        yield self._caption
        yield self._past
        yield self._remark

    def watch_subject(self, subject: Subject | None) -> None:
        """Hand each part its own."""
        if subject is None:
            self._digit.image = self._bars.outputs = self._bars.predicted = self._bars.true = None
            self._loss.update("", layout=False)
            self._caption.update(self.nothing, layout=False)
            return
        mistake, symbol = subject.mistake, symbol_of(subject.loss)
        self._digit.image = subject.image
        self._bars.symbol = symbol
        self._bars.predicted, self._bars.true = mistake.predicted, mistake.true
        self._bars.outputs = subject.outputs
        first, second, third = loss_steps(subject.loss, str(mistake.true), mistake.p_true, mistake.loss)
        loss = Content.assemble(("loss ", "bold $text-primary"), f"{first}\n     {second}\n     ", (third, "bold"))
        self._loss.update(loss, layout=False)
        self._caption.update(caption(mistake, symbol, tuple("0123456789")), layout=False)

    def watch_nothing(self, nothing: str) -> None:
        """Say why there is nothing."""
        if self.subject is None:
            self._caption.update(nothing, layout=False)

    def watch_past(self, past: str) -> None:
        """Say it."""
        self._past.update(past, layout=False)

    def watch_remark(self, remark: str) -> None:
        """Say it."""
        self._remark.update(remark, layout=False)

    def watch_large(self, large: bool) -> None:
        """Change the picture's size."""
        self._digit.zoom = large
