"""One answer to one digit in a line, under its picture."""

from __future__ import annotations

from typing import Protocol

from tui_nn.core.losses import LOSSES
from tui_nn.render.numbers import fitted, probability


class Answered(Protocol):
    """A digit and the answer to it: a `Mistake` is one."""

    @property
    def index(self) -> int:
        """Its place among the test digits, from 0."""

    @property
    def true(self) -> int:
        """What it is."""

    @property
    def predicted(self) -> int:
        """What it is taken for."""

    @property
    def p_true(self) -> float:
        """The output for `true`."""

    @property
    def p_predicted(self) -> float:
        """The output for `predicted`."""

    @property
    def loss(self) -> float:
        """What the answer costs."""


def symbol_of(loss: str) -> str:
    """What the outputs under this loss are called: "p" if they are probabilities, else "a"."""
    return "p" if LOSSES[loss].output == "softmax" else "a"


def caption(answer: Answered, symbol: str) -> str:
    """One digit in a line: "pred 2 >.99 · true 7 <.01 · loss 10.64 · #9009"; outputs that are no p have their name."""
    return " · ".join(_parts(answer, symbol))


def short_caption(answer: Answered, symbol: str) -> str:
    """The same in two lines of at most 28 characters."""
    predicted, true, loss, number = _parts(answer, symbol)
    return f"{predicted} · {true}\n{loss} · {number}"


def _parts(answer: Answered, symbol: str) -> tuple[str, str, str, str]:
    name = "" if symbol == "p" else f"{symbol} "
    return (
        f"pred {answer.predicted} {name}{probability(answer.p_predicted)}",
        f"true {answer.true} {name}{probability(answer.p_true)}",
        f"loss {fitted(answer.loss, 2, 7)}",
        f"#{answer.index}",
    )
