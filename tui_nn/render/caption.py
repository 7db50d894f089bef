"""The caption of one example: a line with its prediction, its true class, its loss and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui_nn.core.losses import LOSSES
from tui_nn.render.numbers import fitted, probability


class Answered(Protocol):
    """An example with its prediction, such as a `Mistake`."""

    @property
    def index(self) -> int:
        """The index of the example in the test data, from 0."""

    @property
    def true(self) -> int:
        """The true class."""

    @property
    def predicted(self) -> int:
        """The predicted class."""

    @property
    def p_true(self) -> float:
        """The output of the true class."""

    @property
    def p_predicted(self) -> float:
        """The output of the predicted class."""

    @property
    def loss(self) -> float:
        """The loss of the example."""


def symbol_of(loss: str) -> str:
    """Return the symbol of the outputs for this loss: "p" if they are probabilities, else "a"."""
    return "p" if LOSSES[loss].output == "softmax" else "a"


def caption(answer: Answered, symbol: str, class_names: Sequence[str]) -> str:
    """Return the caption, such as "pred 2 >.99 · true 7 <.01 · loss 10.64 · #9009".

    If the outputs are not probabilities, each has an "a" before it.
    """
    return " · ".join(_parts(answer, symbol, class_names))


def short_caption(answer: Answered, symbol: str, class_names: Sequence[str]) -> str:
    """Return the caption as two lines. With class names of one character, each line has at most 28 characters."""
    predicted, true, loss, number = _parts(answer, symbol, class_names)
    return f"{predicted} · {true}\n{loss} · {number}"


def _parts(answer: Answered, symbol: str, class_names: Sequence[str]) -> tuple[str, str, str, str]:
    name = "" if symbol == "p" else f"{symbol} "
    return (
        f"pred {class_names[answer.predicted]} {name}{probability(answer.p_predicted)}",
        f"true {class_names[answer.true]} {name}{probability(answer.p_true)}",
        f"loss {fitted(answer.loss, 2, 7)}",
        f"#{answer.index}",
    )
