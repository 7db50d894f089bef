"""The hint rule about the training data.

It comes before all other rules, because unusual data makes all other measurements unusual.
"""

from __future__ import annotations

from tui_nn.render.numbers import percent
from tui_nn.session.hints.hint import Facts, Finding, Fix, Rule, change

_DIVIDED = 1
"""If the largest pixel value is at most this number, the pixels were probably divided by 255 already."""
_ONE_SIDED = 0.8
"""If one class has more than this share of the data, a network reaches a good accuracy by always predicting this class."""


def _unusual(facts: Facts) -> Finding | None:
    data = facts.snapshot.data_facts
    if data is None:
        return None
    look, name = Fix(pane="Mistakes"), data.commonest[0]
    if data.smallest == data.largest:
        says = (
            f"Every pixel of the {data.examples:,} training pictures is {data.largest}, so all pictures are the same."
        )
        return Finding(says, look)
    if len(data.counts) - len(data.missing) == 1:
        says = (
            f"All {data.examples:,} training examples are of one class, {name}, so the network has nothing to "
            "distinguish."
        )
        return Finding(says, look)
    if data.largest <= _DIVIDED and facts.network.scale_pixels:
        says = (
            f"The largest pixel of the training pictures is {data.largest}, and the setting 'scale pixels' divides it "
            "by 255 again."
        )
        return Finding(says, change(scale_pixels=False))
    if data.is_reversed:
        says = (
            f"The pixels at the border of the training pictures are {data.border:.0f} of 255 on average, so the "
            "ink seems to be reversed."
        )
        return Finding(says, look)
    if data.missing and 2 * len(data.missing) <= len(data.counts):
        classes = f"class {data.missing[0]}" if len(data.missing) == 1 else f"the classes {', '.join(data.missing)}"
        says = f"None of the {data.examples:,} training examples is of {classes}, so the network cannot learn it."
        return Finding(says, look)
    if data.commonest[1] > _ONE_SIDED:
        says = f"{percent(data.commonest[1], 0)} of the {data.examples:,} training examples are of one class, {name}."
        return Finding(says, look)
    return None


DATA = Rule(
    "data_unusual", "the data is unusual",
    "A network learns what the data shows. If all pictures are alike, inverted or scaled twice, or a class has "
      "no examples, no training setting helps. Prepare the data again, or look at the pictures first.", _unusual,
)  # fmt: skip
