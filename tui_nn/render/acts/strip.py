"""The names of all steps of an update in one line.

The current step is marked. If there are too many steps, those far from the current one are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

_GAP = "…"
FORWARD, BACK = "forward", "back"


def strip_pieces(names: Sequence[str], current: int, loss: int, width: int) -> list[tuple[str, int | None]]:
    """Return the line of steps, such as "forward batch ▸z0 a0 … loss back …dW0 update", as pairs (text, number of the step).

    The number is None for a text that does not name a step.

    Args:
        names: the names of all steps; the first is the batch and the last the update.
        current: the step that is marked.
        loss: the last step of the forward pass.
        width: the largest width of the line, in cells.
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
    # If there is room, a gap separates the steps of the forward pass, the backward pass and the update.
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
