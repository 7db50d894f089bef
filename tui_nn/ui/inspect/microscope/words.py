"""The help of the microscope, and the sentences that it shows beside its pictures."""

from __future__ import annotations

from textual.content import Content

from tui_nn.core.losses import LOSSES
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import act_name
from tui_nn.render.acts.scene import level_name
from tui_nn.ui.kit.roles import FAINTEST, MUTED

HELP = """
## The microscope

The microscope goes through one **update** step by step. You see the numbers of the real training, which pauses after each
step. No weight changes before the last step.

- **forward**: `batch` shows the examples. `z` of a layer is its input × its weights, plus its bias. `a` is the activation of
  z. `p` are the outputs; with sigmoid outputs they are called `a`. `loss` is how wrong the outputs are.
- **back**: `δ` of a layer says how the loss changes if a z of this layer grows. `dW` is the gradient of its weights: the input
  of the layer × δ, added up over the batch.
- **update**: the optimizer moves each weight. `g·Δw` is the predicted change of the loss, `change` is the real change. `g` is
  the gradient of the loss that is shown: without penalty, clipping and smoothed labels.

The example, the unit and the pixel that you choose stay the same in all steps, so you can follow one number from the picture
to the update. You can check each line of numbers on a calculator: "780 more: 1.43" is the sum of 780 terms that are not shown.
`f` shows the step as a line of NumPy.

In pictures of products, orange is above 0 and blue is below 0 (without colours: `+ #` and `- =`). `!` is NaN or infinite.
"""


def failure_words(view: UpdateView) -> tuple[str, ...]:
    """Return a sentence, in several lengths, about the step in which NaN or infinity first appeared.

    The long forms also contain the number of such values, and the example and the unit of the first one.
    """
    failure = view.failure
    assert failure is not None
    act = view.plan[failure.act]
    name = "the update" if act.made is Made.STEP else act_name(view, act)
    cells = "1 number" if failure.count == 1 else f"{failure.count:,} numbers"
    first = _cell(view) if failure.count == 1 else _cell(view).replace("in ", "the first in ")
    found = f"NaN or infinity first appeared in {name}"
    return (
        f"{found}, epoch {view.epoch:,}, batch {view.batch:,}: {cells}{first}.",
        f"{found}: {cells}{first}.",
        f"{found}: {cells}.",
        f"{found}.",
    )


def overflow_words(view: UpdateView) -> str:
    """Return the sentence that some values exceeded the largest number of their data type."""
    assert view.failure is not None
    act, dtype = view.plan[view.failure.act], view.network.dtype
    what = "weights" if act.made is Made.STEP else f"values of {act_name(view, act)}"
    limit = {"float32": "3.4e38", "float64": "1.8e308"}[dtype]
    return f"Some {what} are beyond ±{limit}, the limit of {dtype}."


def _cell(view: UpdateView) -> str:
    failure = view.failure
    assert failure is not None
    act = view.plan[failure.act]
    match act.made, failure.place:
        case ((Made.Z | Made.A | Made.OUTPUT | Made.DELTA), (row, unit)):
            assert act.layer is not None
            return f", in example {int(view.positions[row])}, {level_name(view, act.layer + 1, unit)}"
        case Made.LOSS, (row,):
            return f", in example {int(view.positions[row])}"
        case _:
            return ""


def network_line(view: UpdateView, act: Act, width: int) -> Content:
    """Return one line with the parts of the network, from the pixels to the loss.

    The part that the step `act` computes is marked.
    """
    network, last = view.network, view.network.layer_count
    output = LOSSES[network.loss].output
    units = [
        f"{size} {output if layer == last - 1 else network.activation}" for layer, size in enumerate(network.sizes[1:])
    ]
    pixels = f"{network.sizes[0]} pixels"
    parts = [pixels, *(part for layer, text in enumerate(units) for part in (f"W{layer}", text)), "loss"]
    if len("  ─ ".join(parts)) + 2 > width:
        parts = [part.split()[0] for part in parts]
    at = 2 * (act.layer or 0)
    match act.made:
        case Made.X:
            active = {0}
        case Made.Z:
            active = {at + 1, at + 2}
        case Made.LOSS:
            active = {len(parts) - 1}
        case Made.GRADIENT if act.layer is not None:
            active = {at + 1}
        case Made.STEP | Made.GRADIENT:
            active = set(range(1, 2 * last, 2))
        case _:
            active = {at + 2}
    pieces: list[tuple[str, str]] = []
    for index, part in enumerate(parts):
        pieces.append((f"▸{part} ", "bold reverse") if index in active else (f" {part} ", MUTED))
        pieces.append(("─", FAINTEST))
    return Content.assemble(*pieces[:-1])
