"""The row above the chart of Train: the names of the curves, or their values at the cursor."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.run.run_set import LETTERS
from tui_nn.ui.kit.roles import BEFORE, KEY, MUTED, TEST, TRAIN, VALIDATION
from tui_nn.ui.train.chart_curves import Curves

_LINES = {"train": "⠒⠒⠒", "validation": "⠒⠂⠒", "test": "⠒⠀⠒", "other": "⠂⠐⠀", "before": "⠂⠀⠂"}
_SHORT_KINDS = {"loss": "loss", "accuracy": "acc."}
_PLAIN = {"train": "...", "validation": "v v", "test": "o o", "other": ", ,", "before": "- -"}
"""The samples in the heading, by the kind of curve. `_LINES` has them in Braille dots, `_PLAIN` in plain ASCII."""


@dataclass(frozen=True, slots=True)
class Legend:
    """The row with the names of the curves, and the columns of each name."""

    content: Content
    columns: dict[str, range]
    """The columns of each name and its sample, by the kind of its curve."""


class ChartHeading(Widget):
    """The row above the chart with the kind of the chart, the names of its curves, and two keys.

    A click on a name hides its curve, or shows it again. A narrow row has shorter names, and no keys, because the help lists
    them too.
    """

    DEFAULT_CSS = """
    ChartHeading { height: 1; }
    """

    class Turned(Message):
        """This message reports that you clicked a key of this row: `what` is "kind" for v, "log" for y."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Hidden(Message):
        """This message reports that you clicked the name of a curve, which hides the curve or shows it again."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    curves: reactive[Curves | None] = reactive(None)
    """The data of the chart. This row names their curves."""

    _keys_at: tuple[int, int] | None = None
    """The columns where the names of the keys v and y begin; None if the row is too narrow for them."""

    _names_at: Mapping[str, range] = MappingProxyType({})
    """The columns of the names, by the kinds of their curves."""

    def on_click(self, event: events.Click) -> None:
        """Report a click on a key or on the name of a curve. A click on a name hides the curve, or shows it again."""
        if self._keys_at is not None and event.x >= self._keys_at[0]:
            self.post_message(self.Turned("log" if event.x >= self._keys_at[1] else "kind"))
        for line, columns in self._names_at.items():
            if event.x in columns:
                self.post_message(self.Hidden(line))

    def render(self) -> Content:
        """Draw the row at its present width."""
        curves = self.curves
        kind = curves.kind if curves else "loss"
        log = curves is not None and curves.log and kind == "loss"
        samples = _PLAIN if getattr(self.app, "ascii_only", False) else _LINES
        name, short = ("loss log", "log") if log else (kind, _SHORT_KINDS[kind])
        hidden = curves.hidden if curves is not None else frozenset()
        self._keys_at, self._names_at = None, {}
        if curves is not None and curves.window.cursor is not None:
            return fitted_content(cursor_values(curves, curves.window.cursor), self.size.width)
        if curves is not None and curves.batches is not None:
            name, short = f"batch {name}", "batch"
        if curves is not None and curves.window.smoothing:
            average = f" ~{curves.window.smoothing:.1g}"
            name, short = name + average, short + average
        validation, others = curves is not None and curves.has_validation, _other_lines(curves)
        forms = [
            _legend(f"{name:<8}", samples, 3, "  ", "validation" if validation else "", others, hidden),
            _legend(name, samples, 3, " ", "validation" if validation else "", others, hidden),
            _legend(name, samples, 2, " ", "val." if validation else "", others, hidden),
            _legend(short, samples, 2, " ", "val." if validation else "", [], hidden),
        ]
        legend = next((form for form in forms if len(form.content) <= self.size.width), forms[-1])
        left, self._names_at = legend.content, legend.columns
        other = "accuracy"
        if kind == "accuracy":
            other = "batch loss"
        elif curves is not None and curves.batches is not None:
            other = "loss"
        right = Content.assemble(
            ("v", KEY), (f" {other} ", MUTED), ("y", KEY), (f" {'linear' if log else 'log'}", MUTED)
        )
        gap = self.size.width - len(left) - len(right)
        start = len(left) + gap
        self._keys_at = (start, start + len(f"v {other} ")) if gap > 0 else None
        return Content.assemble(left, " " * gap, right) if gap > 0 else left


def cursor_values(curves: Curves, epoch: int) -> list[Content]:
    """Return a text with the values of all curves at an epoch, in several lengths, the longest first."""
    batches = curves.batches.in_epoch(epoch) if curves.batches is not None else None
    live = curves.live.curves
    parts: list[tuple[str, str, float]] = []
    if batches is None:
        parts = [("train", TRAIN, _value(live.values[f"train_{curves.kind}"], epoch))]
    elif len(batches):
        for name, value in (("batches", batches.mean()), ("lowest", batches.min()), ("highest", batches.max())):
            parts.append((name, TRAIN, float(value)))
    if batches is None:
        colours = {"validation": VALIDATION, "test": TEST}
        parts += [
            (split, colours[split], _value(live.values[f"{split}_{curves.kind}"], epoch)) for split in live.splits[1:]
        ]
    for line in curves.others:
        parts.append((line.name, BEFORE if line.kind == "before" else MUTED, _value(line.values, epoch)))
    text = percent if curves.kind == "accuracy" else loss_text
    shorter = {"validation": "val.", "lowest": "low", "highest": "high"}
    shorter |= {f"run {letter}": letter for letter in LETTERS}
    forms = []
    for kept in range(len(parts), 0, -1):
        for head, gap, words in (("epoch", "  ", {}), ("at", "  ", shorter), ("at", " ", shorter)):
            named = [(f"{gap}{words.get(name, name)} {text(value)}", role) for name, role, value in parts[:kept]]
            forms.append(Content.assemble((f"{head} {epoch:,}", "bold"), *named))
    return forms or [
        Content.assemble((f"epoch {epoch:,}", "bold"), ("  the losses of its batches were not saved", MUTED))
    ]


def _value(values: NDArray[np.float64], epoch: int) -> float:
    return float(values[epoch]) if epoch < len(values) else math.nan


def fitted_content(forms: Sequence[Content], width: int) -> Content:
    """Return the first of `forms` that fits into `width` cells. If none fits, return the last one."""
    return next((form for form in forms if len(form) <= width), forms[-1])


def _legend(
    kind: str,
    samples: Mapping[str, str],
    cells: int,
    gap: str,
    validation: str,
    others: Sequence[tuple[str, str]],
    hidden: Collection[str],
) -> Legend:
    """Return the row with the kind of the chart. For each curve, it contains a sample of at most `cells` cells, and the name.

    `validation` is the name of the validation curve; "" if there is no such curve.
    """
    named = [("train", "train"), *([("validation", validation)] if validation else []), ("test", "test"), *others]
    parts: list[str | tuple[str, str]] = [(f"{kind} ", "bold")]
    start, columns = len(kind) + 1, {}
    for line, name in named:
        if start > len(kind) + 1:
            parts.append(gap)
            start += len(gap)
        is_hidden = line in hidden
        text = f"{('off' if cells > 2 else 'x ') if is_hidden else samples[line][:cells]} {name}"
        parts.append((text, MUTED if is_hidden else _NAME_ROLES[line]))
        columns[line] = range(start, start + len(text))
        start += len(text)
    return Legend(Content.assemble(*parts), columns)


_NAME_ROLES = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "other": MUTED, "before": BEFORE}
"""The colour of the name of each kind of curve."""


def _other_lines(curves: Curves | None) -> list[tuple[str, str]]:
    """Return the kind and the name of the curves from other branches and other runs."""
    if curves is None:
        return []
    branches = len(curves.live.branches)
    names = [("other", "other branch" if branches == 1 else "other branches")] if branches else []
    return names + [("before", run.name) for run in curves.runs[1:]]
