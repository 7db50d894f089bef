"""What the view of one example says in words."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from tui_nn.core.choices.edits import OFF, Edit, Edits
from tui_nn.render.numbers import compact, fitted, probability, signed
from tui_nn.session.questions.example_look import ExampleLook

_MUTED = "$foreground 62%"

HELP = """
**example**: pixels, activations of the hidden layers, outputs. A cell is a unit, the brighter the larger its `a`;
where units may go below 0, blue is below and orange above. `z` is an output before softmax or sigmoid. The unit with
the ticks is the one that speaks most for the answer, against the true digit or, if the answer is right, against the
next likely: what it adds to a digit's `z` is its `a` times its weight `w` to that digit. `↑↓` go to the next of them,
`c` puts a cursor among the units of all layers, and `u` shows the one that was chosen by itself.

**Temperature**: softmax makes the `z` into probabilities, softmax(z / T). `−` and `+` turn T: a small T makes the
largest sure, a large one makes all alike, and the order never changes. The network's own T is 1: the line below, with the
loss, is of that.

**What if?** `o` switches the unit off, in a copy: the probabilities are then the copy's, and *was* what they were. `k`
keeps the copy, `backspace` drops it.
"""


def caption(look: ExampleLook, temperature: float = 1.0) -> Content:
    """The answer in a line: "pred 5 .55 · true 9 <.01 · loss 6.86 · #1247"; of a copy it says so.

    It is the network's own answer: where a `temperature` softens what stands above, it says that this is at 1.
    """
    copy = Content.styled("in the copy ", "bold") if look.was is not None else Content("")
    if not np.isfinite(look.outputs).all():
        rest = f": the outputs are NaN · true {look.label} · #{look.index}"
        return Content.assemble(copy, ("no answer", "bold $text-error"), rest)
    if temperature != 1:
        copy = Content.assemble(copy, ("at T 1: ", _MUTED))
    loss = f" · loss {fitted(look.loss, 2, 7)} · #{look.index}"
    if look.predicted == look.label:
        p = probability(float(look.outputs[look.label]))
        return Content.assemble(copy, (f"pred and true {look.label} {p}", "bold $text-success"), loss)
    pred, true = (f"{digit} {probability(float(look.outputs[digit]))}" for digit in (look.predicted, look.label))
    return Content.assemble(
        copy, (f"pred {pred}", "bold $text-warning"), " · ", (f"true {true}", "bold $text-success"), loss
    )


def unit_in_words(look: ExampleLook, layer: int, unit: int, edits: Edits) -> Content:
    """Three lines on a unit: its a and, of the last hidden layer, its a times its weight is what it adds to a digit's z.

    Of a layer further down, where its strongest weights go.
    """
    a = float(look.trace.a[layer][unit])
    off = Edit(OFF, layer, unit) in edits
    state = (" off here", "bold $text-warning") if off else f"  a {fitted(a, 2, 5)}"
    lines = [Content.assemble(("[] ", "bold $text-success"), (f"unit {unit}", "bold"), state)]
    last = layer == look.hidden - 1
    weights = look.mlp.parameters.weights[layer + 1][unit]
    strongest = [int(target) for target in np.argsort(-np.abs(weights), kind="stable")[:2]]
    for target in (look.predicted, look.against) if last else strongest:
        weight, name = float(weights[target]), f"w{target}" if last else f"w to {target}"
        if last:
            lines.append(Content.assemble((f"  × {name} ", _MUTED), term(weight), (" = ", _MUTED), term(weight * a)))
        else:
            lines.append(Content.assemble((f"  {name} ", _MUTED), term(weight)))
    return Content("\n").join(lines)


def term(value: float) -> str:
    """A number with its sign in five characters: "+1.43", "−12.3", "+2e38"."""
    text = signed(value)
    if len(text) <= 5:
        return text
    return f"+{compact(value, 4)}" if value > 0 else compact(value, 5)
