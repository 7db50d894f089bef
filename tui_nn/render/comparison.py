"""The comparison of two networks in words: McNemar's test as a sentence."""

from __future__ import annotations

from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.render.numbers import percent


def disagreement_sentences(found: Disagreement, first: str, second: str, noun: str) -> tuple[str, ...]:
    """Return the result of McNemar's test as text, the longest form first. `noun` is "digit" or "picture".

    The longest form is "Of the 1,000 test digits, A alone reads 31 and B alone 12: a difference this large happens by chance
    in 0.5 % of cases."
    """
    read = "reads" if noun == "digit" else "classifies correctly"
    if not found.first_only + found.second_only:
        words = f"{first} and {second} are right about the same test {noun}s"
        return f"{words}: on these {found.examples:,}, the test finds no difference.", f"{words}."
    chance = chance_text(found.chance)
    counts = f"{first} alone {read} {found.first_only:,} and {second} alone {found.second_only:,}"
    return (
        f"Of the {found.examples:,} test {noun}s, {counts}: a difference this large happens by chance in {chance} of cases.",
        f"{counts} of {found.examples:,}; by chance in {chance} of cases.",
        f"{first} {found.first_only:,}, {second} {found.second_only:,}; chance {chance}",
    )


def chance_text(chance: float) -> str:
    """Return the probability of a difference as text: "0.5 %", "<0.1 %" or "100 %"."""
    return percent(chance).replace(".0 %", " %") if chance == 1 else percent(chance)
