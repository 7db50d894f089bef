"""What the Inspect pane says in words: its help, its message row, and what it is looking at."""

from __future__ import annotations

from tui_nn.data.dataset import Split
from tui_nn.render.numbers import loss_text
from tui_nn.session.snapshot import Snapshot, State
from tui_nn.ui.probe import PROBE

NEAR = 0.15
"""Share of the loss of guessing within which a loss is called close to it."""

HELP = f"""
A layer computes `z = x @ W + b` and then its activation `a`; training changes `W` and `b`. Nothing here trains: every
number is measured on the **probe batch**, the first {PROBE} test digits, always the same ones, or with `p` on one
test digit. What is looked at stands at the right of the first row.

**layers**: a row for what a layer gives out, `a`, and one for the **gradient** of the mean loss by its weights; below
its name is where its number of parameters comes from: weights, and a bias a unit. On a high screen `z` and the
weights have rows too. *mean* and *std* say where the numbers are and how far they spread; *min* and *max* are the
smallest and the largest; *zeros* is the share that is exactly 0. **health** is `ok`; `dead 43 %` for the share of
relu units that give 0 for every probe digit, so that these digits teach them nothing; `saturated` where most
outputs of a sigmoid or tanh are so near a limit that the slope is almost 0; `NaN` where numbers stopped being finite.

**histograms**: bars are now, `o` is what the start weights give on the same digits. One scale for both; *height* says
what is drawn: the square root of the share shows rare values too. Exact zeros are counted under the picture and not
drawn, for the half that a relu makes 0 would flatten the rest; the outermost half percent at either end is left out
as well. *std* and *RMS* (root of the mean square) say how large a typical number is, at the start → now.

**example**: pixels, activations of the hidden layers, outputs. A cell is a unit, the brighter the larger its `a`;
where units may go below 0, blue is below and orange above. `z` is an output before softmax or sigmoid. The unit with
the ticks is the one that speaks most for the answer, against the true digit or, if the answer is right, against the
next likely: what it adds to a digit's `z` is its `a` times its weight `w` to that digit.
"""


def subject(test: Split | None, example: int | None) -> tuple[str, ...]:
    """What is looked at, in several lengths: "probe  the first 256 test digits", "example #1247, a 7"."""
    if test is None:
        return ("",)
    if example is not None:
        return f"example #{example}, a {test.labels[example]}", f"#{example}, a {test.labels[example]}"
    count = min(len(test), PROBE)
    which = "the first" if len(test) > count else "all"
    return f"probe  {which} {count} test digits", f"{count} test digits"


def message(snapshot: Snapshot | None) -> tuple[str, ...]:
    """The one thing to be said about the state of the run, in several lengths, or nothing."""
    if snapshot is None:
        return ("Loading digits",)
    if snapshot.status.state is State.DIVERGED:
        return f"Diverged  {snapshot.status.reason}", snapshot.status.reason
    if snapshot.step == 0 and snapshot.status.state is not State.RUNNING:
        return _untrained(snapshot)
    return ("",)


def _untrained(snapshot: Snapshot) -> tuple[str, ...]:
    loss, classes = snapshot.evaluation.loss, snapshot.network.output_size
    chance = snapshot.mlp.loss.chance(classes)
    formula = f"ln {classes} = {loss_text(chance)}" if snapshot.mlp.loss.output == "softmax" else loss_text(chance)
    if abs(loss - chance) < NEAR * chance:
        said = f"Untrained  loss {loss_text(loss)}, close to {formula}: it is guessing."
    else:
        said = f"Untrained  loss {loss_text(loss)}; guessing costs {formula}."
    return f"{said} space trains", said, "Untrained  space trains"
