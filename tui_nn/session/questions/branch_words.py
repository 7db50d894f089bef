"""Texts about branches: the changes that begin a branch, and the tree of all branches."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import BIAS, OFF, Edit
from tui_nn.render.numbers import MINUS
from tui_nn.session.run.history import Change
from tui_nn.session.run.timeline import Branch

_SETTINGS = {setting.name: setting for setting in TrainingConfig.settings}


def changed_words(branch: Branch, side: int) -> tuple[str, ...]:
    """Return the changes that began a branch as text, the longest first: "learning rate 0.03 → 0.3", "lr → 0.3, 1 more".

    A pixel is named by its row and column in a picture of `side` pixels. For the first branch of a run, the only text
    is "".
    """
    parts = [_setting_words(name, *values) for name, values in branch.changed.items()]
    parts += [edit_words(edit, side) for edit in branch.by_hand]
    if not parts:
        return ("",)
    rows = [[words[min(level, len(words) - 1)] for words in parts] for level in range(max(map(len, parts)))]
    more = [f"{row[0]}, {len(row) - 1} more" for row in rows if len(row) > 1]
    return *(", ".join(row) for row in rows), *more, "1 change" if len(parts) == 1 else f"{len(parts)} changes"


def change_words(change: Change, side: int) -> str:
    """Return the new values of a change as text: "learning rate 0.3, unit 5 of layer 0 off".

    A pixel is named by its row and column in a picture of `side` pixels.
    """
    settings = (f"{_SETTINGS[name].label} {_SETTINGS[name].show(value)}" for name, value in change.values.items())
    return ", ".join([*settings, *(edit_words(edit, side)[0] for edit in change.edits)])


def _setting_words(name: str, old: object, new: object) -> tuple[str, ...]:
    """Return the text of one changed setting in several lengths, the longest first."""
    setting = _SETTINGS[name]
    short, before, after = setting.short or name, setting.show(old), setting.show(new)
    return f"{setting.label} {before} → {after}", f"{short} {before} → {after}", f"{short} → {after}"


def edit_words(edit: Edit, side: int) -> tuple[str, ...]:
    """Return texts of several lengths for one edit by hand, the longest first: "weight row 7, col 15 → unit 0 of layer 0: 5",
    "r7 c15 → u0: 5".
    """
    layer, unit = edit.layer, edit.unit
    value = f"{edit.value:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-").replace("-", MINUS)
    if edit.kind == OFF:
        return f"unit {unit} of layer {layer} off", f"unit {unit} off"
    if edit.kind == BIAS:
        of_unit = f"bias of unit {unit}"
        return f"{of_unit} of layer {layer}: {value}", f"{of_unit}: {value}", f"bias u{unit}: {value}"
    source, short = (f"unit {edit.source}", f"u{edit.source}") if layer else pixel_in_words(edit.source, side)
    return (
        f"weight {source} → unit {unit} of layer {layer}: {value}",
        f"weight {source} → unit {unit}: {value}",
        f"{source} → unit {unit}: {value}",
        f"{source} → u{unit}: {value}",
        f"{short} → u{unit}: {value}",
    )


def fork_words(branch: Branch) -> str:
    """Return the position where a branch begins as text: "epoch 8", "epoch 8, batch 3"."""
    epoch, batch = branch.fork
    return f"epoch {epoch:,}" + (f", batch {batch:,}" if batch else "")


def branch_tree(branches: Sequence[Branch]) -> list[tuple[int, str]]:
    """Return the numbers of all branches in tree order, each with the text that draws the tree before its name, such as "│ └ "."""
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


def pixel_in_words(pixel: int, side: int) -> tuple[str, str]:
    """Return a long and a short text for the row and column of a pixel in a picture of this side: "row 12, col 17", "r12 c17"."""
    row, column = divmod(pixel, side)
    return f"row {row}, col {column}", f"r{row} c{column}"
