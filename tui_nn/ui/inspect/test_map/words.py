"""What the map of the test set says in words."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from tui_nn.analysis.projection import PROJECTIONS
from tui_nn.data.dataset import Split
from tui_nn.render.bars import bar
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import percent, probability
from tui_nn.session.questions.map_look import MOST, MapLook
from tui_nn.session.run.snapshot import Snapshot

_MUTED = "$foreground 62%"

HELP = f"""
**test map**: every character is a test digit, its true label, where one layer puts it: digits for which its units
answer alike are close together (of the last layer, by its `z`). Up to {MOST:,} are shown, the first. Misclassified ones
are bold and underlined. `,` and `.` go from the pixels through the layers: what lay in one heap comes apart. Of a
layer's many directions two are drawn, and `v` says which: **Fisher's**, {PROJECTIONS["Fisher"].purpose}, or the
**principal** ones, {PROJECTIONS["principal"].purpose}. They keep their order and signs from epoch to epoch. *apart* is
the share of the variance of all units of the layer that the label explains: 0 % for one heap, 100 % for ten points.
"""


def title(look: MapLook, layer: int, width: int) -> Content:
    """What is placed, by what, and how far apart the digits are where there is room to say it."""
    by = "the pixels" if layer < 0 else f"layer {layer}"
    said = Content.assemble((f"{len(look.labels):,} test digits", "bold"), (f" placed by {by}", _MUTED))
    share = f" · apart {percent(look.layers[layer + 1].apart, 0)}"
    return Content.assemble(said, (share, _MUTED)) if len(said) + len(share) <= width else said


def apart_in_words(look: MapLook, here: int) -> Content:
    """A bar a layer: how far apart the digits are; `here` is the layer that is drawn."""
    lines = [Content.assemble(("apart, layer by layer", "bold $text-primary"))]
    for layer, placed in enumerate(look.layers, -1):
        lines.append(
            Content.assemble(
                ("▸" if layer == here else " ", "bold $text-accent"),
                (f"{'pixels' if layer < 0 else f'layer {layer}':8}", "bold" if layer == here else ""),
                (bar(placed.apart, 12), "$primary 75%"),
                (f"{percent(placed.apart, 0):>6}", "bold" if layer == here else _MUTED),
            )
        )
    return Content("\n").join(lines)


def legend(asking: bool, only: int | None) -> Content:
    """What the marks are; of one digit alone, how all come back; or what may be pressed."""
    key = "bold $text-accent"
    if asking:
        return Content.assemble(("0-9", key), " which digit?   ", ("d", key), " all")
    if only is not None:
        return Content.assemble((f"only {only}", "bold"), (", others ·   ", _MUTED), ("d d", key), " all")
    wrong = ("7", "bold underline $text-warning")
    return Content.assemble("7", (" a digit, true label   ", _MUTED), wrong, (" misclassified", _MUTED))


def answer(snapshot: Snapshot, test: Split, example: int) -> Content:
    """The answer to a digit in a line of 28 cells: "pred 2 .84 · true 7 .02"."""
    outputs, label = snapshot.evaluation.outputs[example], int(test.labels[example])
    predicted = int(snapshot.evaluation.predicted[example])
    symbol = symbol_of(snapshot.network.loss)
    name = "" if symbol == "p" else f"{symbol} "
    if not np.isfinite(outputs).all():
        return Content.assemble(("no answer", "bold $text-error"), f" · true {label}")
    true = (f"true {label} {name}{probability(float(outputs[label]))}", "bold $text-success")
    if predicted == label:
        return Content.assemble(("pred and ", "bold $text-success"), true)
    pred = (f"pred {predicted} {name}{probability(float(outputs[predicted]))}", "bold $text-warning")
    return Content.assemble(pred, " · ", true)
