"""Sentences that compare two networks or two settings, from McNemar's test and from the paired test over seeds."""

from __future__ import annotations

from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.analysis.paired_test import PairedTest
from tui_nn.render.numbers import percent

RARE = 0.05
"""The significance level: a difference counts as real if the probability that chance alone causes it is below this number."""

FEW = 100
"""With fewer examples than this, one right prediction more raises the accuracy by more than one percentage point."""


def few_sentences(examples: int) -> tuple[str, ...]:
    """Return sentences that warn that scores on so few validation examples are coarse, the longest first.

    Return () if no example is set aside, or if enough are.
    """
    if not 0 < examples < FEW:
        return ()
    if examples == 1:
        return ("Only 1 example decides the validation accuracy, so it means little.",)
    decide = f"Only {examples} examples decide the validation accuracy: each counts for {100 / examples:.2g} percentage points"
    return (
        f"{decide}, so small differences mean little.",
        f"{decide}.",
        f"Only {examples} examples for validation: small gaps mean little.",
    )


def disagreement_sentence(found: Disagreement, first: str, second: str, noun: str) -> str:
    """Return the result of McNemar's test as a sentence. `noun` is "digit" or "picture".

    An example is "Of the 1,000 test digits, A alone reads 31 and B alone 12. A difference this large happens by chance
    in 0.5 % of cases."
    """
    read = "reads" if noun == "digit" else "classifies correctly"
    if not found.first_only + found.second_only:
        return (
            f"{first} and {second} classify the same test {noun}s correctly, so the test finds no difference on these "
            f"{found.examples:,}."
        )
    chance = chance_text(found.chance)
    counts = f"{first} alone {read} {found.first_only:,} and {second} alone {found.second_only:,}"
    return (
        f"Of the {found.examples:,} test {noun}s, {counts}. A difference this large happens by chance in "
        f"{chance} of cases."
    )


def chance_text(chance: float) -> str:
    """Return the probability of a difference as text: "0.5 %", "<0.1 %" or "100 %"."""
    return percent(chance).replace(".0 %", " %") if chance == 1 else percent(chance)


def chance_sentences(test: PairedTest) -> tuple[str, ...]:
    """Return sentences that say whether the difference of a paired test may be chance, the longest first."""
    share = chance_text(test.chance)
    if test.chance < RARE:
        return (
            f"The difference is hardly chance: runs with equal settings differ as much in {share} of cases.",
            f"The gap is hardly chance: equal runs have it in {share} of cases.",
        )
    return (
        f"The difference may be chance: runs with equal settings differ as much in {share} of cases.",
        f"The gap may be chance: equal runs have it in {share} of cases.",
    )


def seeds_sentences(test: PairedTest, best: str, following: str, data: str) -> tuple[str, ...]:
    """Return sentences that say whether the settings `best` are better than `following`, by a paired test over seeds.

    `data` names the data of the accuracies, such as "validation".
    """
    gap = f"{max(test.difference * 100, 0):.1f} percentage points"
    first = f"Over {test.pairs} seeds, the mean {data} accuracy is {gap} higher with {best} than with {following}."
    if test.chance < RARE:
        return (
            first,
            f"If both were equally good, a difference this large would appear in {chance_text(test.chance)} of cases.",
        )
    sentences = (
        first,
        (
            "The difference may be chance: if both were equally good, one this large would appear in "
            f"{chance_text(test.chance)} of cases."
        ),
    )
    if test.least < RARE:
        return sentences
    needed = next(pairs for pairs in range(2, 20) if 2.0 ** (1 - pairs) < RARE)
    return (
        *sentences,
        (
            f"With {test.pairs} seeds, this test cannot report less than {chance_text(test.least)}; use {needed} "
            "seeds or more."
        ),
    )
