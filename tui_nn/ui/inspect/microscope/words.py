"""What the microscope says beside its pictures."""

from __future__ import annotations

from textual.content import Content

from tui_nn.core.losses import LOSSES
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import act_name
from tui_nn.render.acts.scene import level_name

HELP = """
## The microscope

One **update**, stopped after each **act**. It is the training path itself, paused: what you see are the numbers that training
computes, and nothing is changed until the last act.

- **forward**: `batch` are the examples drawn; `z` of a layer is what comes from below × weights + bias; `a` is what its activation
  makes of z; `p` are the answers, `loss` is what they cost.
- **back**: `δ` of a layer is how much the loss changes when its z change; `dW` is the gradient of its weights: what came from
  below × δ, summed over the batch.
- **update**: the optimizer moves every weight. `g·Δw` is what the loss should change by to first order, `change` is what it does.

The example, the unit and the cell you choose stay from act to act: follow one number through the whole chain rule. The line with
numbers is right on a pocket calculator; what is "more" takes the rounding. `f` shows the line of NumPy that did it.

Pictures of weights × something: orange is above 0, blue below; `+ #` and `- =` without colours; `!` is not a number.
"""


def failure_words(view: UpdateView) -> tuple[str, ...]:
    """Which act made the first number that is not finite, and where."""
    failure = view.failure
    assert failure is not None
    act = view.plan[failure.act]
    name = "the update" if act.made is Made.STEP else act_name(view, act)
    cells = "" if failure.count == 1 else f", and {failure.count - 1:,} more"
    return (
        f"In epoch {view.epoch:,}, batch {view.batch:,}, {name} made the first number that is not finite{_cell(view)}{cells}",
        f"{name} made the first number that is not finite{_cell(view)}{cells}",
        f"{name} made the first number that is not finite{cells}",
        f"{name} made the first number that is not finite",
    )


def overflow_words(view: UpdateView) -> str:
    """Why a number is not finite: it would have to be larger than there are."""
    assert view.failure is not None
    act, dtype = view.plan[view.failure.act], view.network.dtype
    what = "weights" if act.made is Made.STEP else f"of {act_name(view, act)}"
    limit = {"float32": "3.4e38", "float64": "1.8e308"}[dtype]
    return f"Some {what} are beyond ±{limit}, where {dtype} ends."


def _cell(view: UpdateView) -> str:
    failure = view.failure
    assert failure is not None
    act = view.plan[failure.act]
    match act.made, failure.place:
        case ((Made.Z | Made.A | Made.OUTPUT | Made.DELTA), (row, unit)):
            assert act.layer is not None
            return f": example {int(view.positions[row])}, {level_name(view, act.layer + 1, unit)}"
        case Made.LOSS, (row,):
            return f": example {int(view.positions[row])}"
        case _:
            return ""


def network_line(view: UpdateView, act: Act, width: int) -> Content:
    """The network from the pixels to the loss, with the part marked that an act is at work on."""
    network, last = view.network, view.network.layer_count
    output = LOSSES[network.loss].output
    units = [
        f"{size} {output if layer == last - 1 else network.activation}" for layer, size in enumerate(network.sizes[1:])
    ]
    parts = ["784 pixels", *(part for layer, text in enumerate(units) for part in (f"W{layer}", text)), "loss"]
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
        pieces.append((f"▸{part} ", "bold reverse") if index in active else (f" {part} ", "$foreground 62%"))
        pieces.append(("─", "$foreground 38%"))
    return Content.assemble(*pieces[:-1])


def plain_words(text: str) -> str:
    """Mathematics in ASCII, where one character for one would make something else of it."""
    for symbol, words in (("→", "to"), ("²", "^2"), ("√", "sqrt "), ("Σ", "sum")):
        text = text.replace(symbol, words)
    return text
