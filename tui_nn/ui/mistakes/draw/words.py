"""The texts that the draw view shows."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.analysis.prediction import Prediction
from tui_nn.render.numbers import probability

HELP = """\
Draw with the mouse, or with keys: `p` lowers the pen, the arrow keys draw, and `p` lifts the pen again.

The network does not receive your drawing itself, but a picture made from it. Like the digits of MNIST, the drawing is scaled
so that its longer side is 20 pixels, and moved so that its centre of mass is in the middle of 28 x 28 pixels (LeCun's page on
MNIST). Networks often read drawn digits worse than those of MNIST, above all if you write in another style: a 1 with a foot,
a 7 with a bar.

| key | does |
| --- | --- |
| `p` | lowers the pen, or lifts it |
| `x` | lowers the rubber, or lifts it; the right mouse button erases as well |
| `u` | undoes the last stroke |
| `backspace` | removes the whole drawing |
| `enter` | saves the drawing with its label to your own digits, a file that stays between runs |
| `X` | removes the digit that you saved last |
| `t` | starts over, and trains on all your own digits as well; they come before the others |

The network trains on your own digits, but is never tested on them. `tui-nn --own-digits` and `tui-nn train --own-digits`
start with them; without this flag a run does not use them.
"""

NOTHING_DRAWN = "There is no drawing to save. Draw a digit first."
ONLY_DIGITS = "Only digits of 28 x 28 pixels can be saved, and this data has pictures of another kind or size."
_NONE_YET = "Press enter to save the drawing to your own digits."


def titles(pen: str, noun: str) -> tuple[str, ...]:
    """Return the title in two lengths. It explains how to draw with the present tool."""
    match pen:
        case "ink":
            return "The pen is down: the arrow keys draw, and p lifts it.", "The arrow keys draw. Press p to stop."
        case "rubber":
            return (
                "The rubber is down: the arrow keys erase, and x lifts it.",
                "The arrow keys erase. Press x to stop.",
            )
        case _:
            return (
                f"Draw a {noun}: hold the mouse button, or press p and then the arrow keys.",
                "Draw with the mouse, or with p and arrows.",
            )


def prediction_sentence(prediction: Prediction, names: Sequence[str], symbol: str, *, untrained: bool) -> str:
    """Return a sentence with the prediction and the class with the second largest output."""
    if prediction.predicted is None:
        return "There is no prediction, because the outputs are NaN."
    first, second = (
        f"{names[label]}, {symbol} {probability(float(prediction.outputs[label]))}" for label in prediction.two_largest
    )
    text = f"Prediction: {first}; next: {second}."
    return f"{text} Untrained: a guess." if untrained else text


def of_own(own: int, trained: int, *, drawn: bool) -> str:
    """Return a text with the number of digits that you saved, the number that the run trains on, and the next useful key."""
    if not own:
        return (
            f"This run trains on {trained:,} of your own digits, but the file contains none now."
            if trained
            else _NONE_YET
        )
    text = f"{own:,} of your own digits {'is' if own == 1 else 'are'} saved"
    if trained > own:
        text += f" (this run trains on {trained:,})"
    elif trained:
        text += f", and the run trains on {trained:,} of them"
    return f"{text}. Press enter to add this digit." if drawn else f"{text}. Press X to remove the last digit."


def nothing_new(own: int, *, drawn: bool) -> str:
    """Return a text about why the run cannot start over on your own digits: the drawing is not saved, the run already trains
    on all saved digits, or there are none.
    """
    if drawn:
        return "This drawing is not saved yet. Press enter to save it first, and then t to train on it."
    if own:
        return "The run already trains on all your saved digits. Draw another digit, and press enter to save it."
    return "You have not saved any digits yet. Draw a digit, and press enter to save it."
