"""The words of the Draw view, from what they speak of."""

from __future__ import annotations

import numpy as np

from tui_nn.core.parameters import Array
from tui_nn.render.numbers import probability

HELP = """\
Draw a digit with the mouse, or with keys: `p` puts the pen down, the arrows draw, `p` lifts it.

The network does not see your drawing as it is. Like the digits of MNIST it is scaled until its longer side is 20 pixels,
keeping its proportions, and placed so that its centre of mass is in the middle of 28 x 28 (LeCun's page on MNIST). That is
the second picture. A network reads your digits worse than MNIST's if you write them otherwise: a 1 with a foot, a 7 with a bar.

| key | does |
| --- | --- |
| `p` | puts the pen down, or lifts it |
| `x` | puts the rubber down, or lifts it; the right mouse button rubs out too |
| `u` | takes the last stroke back |
| `backspace` | begins anew |
| `enter` | adds the drawing, with the digit that it is, to a set of your own, which is kept between runs |
| `X` | drops the one that was added last |
| `t` | starts over and trains on all your own digits too, before the others |

Your own digits are trained on and never tested with. `tui-nn --own-digits` starts with them, `tui-nn train --own-digits` too;
without the flag a run knows none of them.
"""

NOTHING_DRAWN = "There is nothing to add: draw a digit first."
_NONE_YET = "enter adds it to a set of your own"


def titles(pen: str) -> tuple[str, ...]:
    """What to do next."""
    match pen:
        case "ink":
            return "The pen is down: arrows draw, p lifts it", "Arrows draw, p lifts the pen"
        case "rubber":
            return "The rubber is down: arrows rub out, x lifts it", "Arrows rub out, x lifts the rubber"
        case _:
            return "Draw a digit: hold the mouse button, or p and then arrows", "Draw: mouse, or p and arrows"


def said(outputs: Array, symbol: str, untrained: bool) -> str:
    """The answer in a line."""
    if not np.isfinite(outputs).all():
        return "No answer: the network gives NaN."
    first, second = (int(digit) for digit in np.argsort(-outputs, kind="stable")[:2])
    text = f"It says {first}, {symbol} {probability(float(outputs[first]))}"
    text += f"; next {second}, {symbol} {probability(float(outputs[second]))}."
    return f"{text} Untrained: a guess." if untrained else text


def of_own(own: int, trained: int, *, drawn: bool) -> str:
    """How many digits of one's own there are, how many of them the run is trained on, and what can be done."""
    if not own:
        return f"This run is trained on {trained:,} of your own, which are not kept any more" if trained else _NONE_YET
    text = f"{own:,} of your own"
    if trained > own:
        text += f" (this run is trained on {trained:,})"
    elif trained:
        text += f", {trained:,} of them trained on"
    return f"{text}: enter adds this one" if drawn else f"{text}. X drops the last"


def nothing_new(own: int, *, drawn: bool) -> str:
    """Why one's own digits are not trained on: there are none but those that the run is trained on already."""
    if drawn:
        return "There is no new digit to train on: enter adds the drawing first."
    if own:
        return "Your own digits are trained on already: draw another, and enter adds it."
    return "There is no digit of your own to train on: draw one, and enter adds it."
