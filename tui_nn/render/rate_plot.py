"""The curve of the learning-rate finder as text: a bar for each loss, and the learning rates below the bars."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.config.setting import format_value
from tui_nn.render.bars import columns
from tui_nn.render.numbers import loss_text

_HEIGHT = 10
_GUTTER = 8


def rate_plot(losses: Sequence[float], mark: int | None, each: int, decade: int, lowest: int) -> list[str]:
    """Return lines of text for the losses at rising rates, with "▴" below the loss at index `mark`.

    Of every `each` losses, one has a bar. The learning rate begins at 10 to the power `lowest`, and rises by a factor
    of 10 every `decade` losses. Bars are cut off at 1.2 times the first loss.
    """
    shown = losses[::each]
    top = shown[0] * 1.2
    bars = columns([min(loss, top) for loss in shown], _HEIGHT)
    highest = min(max(shown), top)
    labels = {0: loss_text(highest), _HEIGHT // 2: loss_text(highest / 2)}
    lines = [f"{labels.get(row, ''):>{_GUTTER - 2}}  {line}".rstrip() for row, line in enumerate(bars)]
    powers = range((len(losses) - 1) // decade + 1)
    names = "".join(f"{format_value(10.0 ** (lowest + power)):<{decade // each}}" for power in powers)
    lines.append(" " * _GUTTER + names.rstrip())
    if mark is not None:
        lines.insert(-1, " " * (_GUTTER + mark // each) + "▴")
    return lines
