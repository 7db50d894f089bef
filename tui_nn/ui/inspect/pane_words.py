"""What the Inspect pane says in words, whatever the view: the beginning of its help, and its message row."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.render.numbers import loss_text
from tui_nn.session.hints import Hint
from tui_nn.session.questions.probe import PROBE
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.hint_watch import hint_texts
from tui_nn.ui.kit.words import epoch_words

NEAR = 0.15
"""Share of the loss of guessing within which a loss is called close to it."""

INTRODUCTION = f"""
A layer computes `z = x @ W + b` and then its activation `a`; training changes `W` and `b`. Nothing here trains: every
number is measured on the **probe batch**, the first {PROBE} test digits, always the same ones, or with `p` on one
test digit. What is looked at stands at the right, below the names of the views.
"""


def message(snapshot: Snapshot | None, found: Sequence[Hint] = ()) -> tuple[str, ...]:
    """The one thing to be said about the state of the run, in several lengths, or nothing; `found` is what is wrong."""
    if snapshot is None:
        return ("Loading digits",)
    if snapshot.status.state is State.DIVERGED:
        return f"Diverged  {snapshot.status.reason}", snapshot.status.reason
    if snapshot.epoch < snapshot.newest_epoch:
        said = f"Looking back at epoch {epoch_words(snapshot)} of {snapshot.newest_epoch:,}"
        return f"{said}   ] on   end newest", said
    if found:
        return hint_texts(found[0])
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
