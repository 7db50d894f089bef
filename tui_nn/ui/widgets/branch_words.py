"""Branches in words."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.core.config import TrainingConfig
from tui_nn.session.timeline import Branch

_SETTINGS = {setting.name: setting for setting in TrainingConfig.settings}


def changed_words(branch: Branch) -> str:
    """What made it another branch: "learning rate 0.03 → 0.3", "unit 3 of layer 0 off"; "" for the first."""
    parts = (
        f"{_SETTINGS[name].label} {_SETTINGS[name].show(old)} → {_SETTINGS[name].show(new)}"
        for name, (old, new) in branch.changed.items()
    )
    return ", ".join((*parts, *branch.by_hand))


def fork_words(branch: Branch) -> str:
    """Where it left: "epoch 8", "epoch 8, batch 3"."""
    epoch, batch = branch.fork
    return f"epoch {epoch:,}" + (f", batch {batch:,}" if batch else "")


def branch_tree(branches: Sequence[Branch]) -> list[tuple[int, str]]:
    """All branches in the order of a tree: the number of each, and the lines that lead to it."""
    rows: list[tuple[int, str]] = []

    def add(number: int, lead: str, mark: str) -> None:
        rows.append((number, lead + mark))
        below = [child for child, branch in enumerate(branches) if branch.parent == number]
        inner = lead + {"": "", "├ ": "│ ", "└ ": "  "}[mark]
        for child in below:
            add(child, inner, "└ " if child == below[-1] else "├ ")

    for number, branch in enumerate(branches):
        if branch.parent is None:
            add(number, "", "")
    return rows
