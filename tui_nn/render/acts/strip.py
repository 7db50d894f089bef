"""The acts of an update in one line, the present one marked, and the far ones left out where there are many."""

from __future__ import annotations

from collections.abc import Sequence

_GAP = "…"
FORWARD, BACK = "forward", "back"


def act_strip(names: Sequence[str], current: int, loss: int, width: int) -> list[tuple[str, int | None]]:
    """Pieces of the line with the act each stands for: "forward  batch ▸z0  a0 …  loss    back …dW0  update".

    Args:
        names: of all acts, the first is the batch and the last the update.
        current: the act that is marked.
        loss: the last act that goes forward.
        width: cells there are.
    """
    shown = {0, loss, len(names) - 1, current}
    near = sorted((index for index in range(len(names)) if index not in shown), key=lambda index: abs(index - current))
    line = _line(names, current, loss, shown)
    for index in near:
        longer = _line(names, current, loss, shown | {index})
        if _length(longer) > width:
            break
        shown.add(index)
        line = longer
    spare = width - _length(line)
    # Where there is room, the three parts stand apart.
    return [
        (text + " " * min(spare // 2, 4) if act is loss or act == len(names) - 2 else text, act) for text, act in line
    ]


def _line(names: Sequence[str], current: int, loss: int, shown: set[int]) -> list[tuple[str, int | None]]:
    pieces: list[tuple[str, int | None]] = [(f" {FORWARD} ", None)]
    for index, name in enumerate(names):
        if index == loss + 1:
            pieces.append((f" {BACK} ", None))
        if index in shown:
            pieces.append((f"{'▸' if index == current else ' '}{name} ", index))
        elif index - 1 in shown:
            pieces.append((_GAP, None))
    return pieces


def _length(pieces: list[tuple[str, int | None]]) -> int:
    return sum(len(text) for text, _ in pieces)
