"""The words of the Vary view."""

from __future__ import annotations

import numpy as np

from tui_nn.core.parameters import Array
from tui_nn.render.numbers import probability

HELP = """\
The digit that is looked at, made different: the ten answers follow at once, beside those to the digit as it is.

| word | means |
| --- | --- |
| **thicker, thinner** | every pixel takes the most (the least) ink of itself and its four neighbours |
| **noise** | each pixel gets its own Gaussian number, std in shares of full ink, cut off at none and full |
| **shuffle** | puts the pixels into another order, the same for every digit. It could have learned those as well |
| **was, now** | the outputs for the digit as it is, and for what you see |

`h` measures how robust the network is: its accuracy when all test digits get noise, are turned, or moved. A network that
was never shown such digits loses quickly; train with input noise, shifts or rotations (Configure), and measure again.
"""


def said(outputs: Array, true: int, symbol: str) -> str:
    """The answer to what it has become, in a line."""
    if not np.isfinite(outputs).all():
        return "No answer: the network gives NaN."
    now = int(outputs.argmax())
    words = f"Now it says {now}, {symbol} {probability(float(outputs[now]))}"
    return (
        f"{words}: right." if now == true else f"{words}; it is a {true}, {symbol} {probability(float(outputs[true]))}."
    )
