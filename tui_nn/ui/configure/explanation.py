"""Two rows about one field or one preset: what it may be, what it does, when that takes effect."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui_nn.config.setting import Setting
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.presets import Preset
from tui_nn.render.fitting import fitting
from tui_nn.ui.configure.field import QUIET
from tui_nn.ui.configure.form import SETTINGS, Form

_KEY = "bold $text-accent"
_GAP = 3


class Explanation(Static):
    """The two rows."""

    DEFAULT_CSS = """
    Explanation { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Explanation.-airy { margin: 1 0; }
    """

    def show(self, form: Form, topic: Setting | Preset, width: int) -> None:
        """Explain a field, or a preset, in `width` columns."""
        if isinstance(topic, Preset):
            self.update(explain_preset(topic, form.total, width), layout=False)
        else:
            self.update(explain_field(form, topic.name, width), layout=False)


def explain_field(form: Form, name: str, width: int) -> Content:
    """Its values in a line, the present one between the arrows; then the formula, and when a change counts."""
    setting, view = SETTINGS[name], form.view(name)
    label = Content.assemble((f"{setting.label:13}", "bold"), " ")
    was = f"was {form.was(name)}" if form.was(name) else ""
    if view.error and not setting.options:
        first = Content.assemble(label, f"must be {setting.allowed}")
        was = was if len(first) + len(was) < width else ""
    else:
        room = width - len(label) - len(was) - 1
        first = Content.assemble(label, _choice_line(*form.choices(name), view.lower, view.higher, room))
    first = Content.assemble(first.pad_right(max(width - len(first) - len(was), 0)), (was, QUIET))
    sentence = _OWN_WORDS[name](form, width) if name in _OWN_WORDS else setting.describe(form.value(name))
    effect = f" {setting.effect.capitalize()}."
    if name in ("optimizer", "learning_rate") and form.rate_follows:
        now, before = form.view("learning_rate").text, form.was("learning_rate")
        sentence = f"Learning rate {before} is large for {form.value('optimizer')}: it is {now} now; u there undoes it."
    if len(sentence) + len(effect) > width:
        effect = ""
    return Content.assemble(first, "\n", _formula_apart(sentence), (effect, QUIET))


def explain_preset(preset: Preset, total: int | None, width: int) -> Content:
    """What it is, what the notebook reported, and how many examples there are here if that is not as many."""
    reported = (f"notebook {preset.notebook}: " if preset.notebook else "") + preset.reported
    examples = min(total, preset.training.train_limit or total) if total else 0
    here = f"; here {examples:,}"
    if preset.notebook and examples and f"{examples:,} examples" not in reported and len(reported + here) <= width:
        reported += here
    return Content.assemble((f"{preset.name:13} ", "bold"), preset.about, "\n", (reported, QUIET))


def _learning_rate(form: Form, width: int) -> str:
    """With the formula of the optimizer that is chosen; the step alone where that is too long."""
    rate = SETTINGS["learning_rate"].format(form.value("learning_rate"))
    formula = OPTIMIZERS[str(form.value("optimizer"))].formula.replace("rate", rate)
    words = [f"The size of one step: {formula}.", f"The size of one step: {formula.split(', ')[-1]}."]
    return fitting(words, width)


def _train_limit(form: Form, width: int) -> str:
    limit = form.training.train_limit
    if limit and form.total and limit > form.total:
        return f"It asks for {limit:,} examples: there are {form.total:,}, and it trains on those."
    return SETTINGS["train_limit"].describe(limit)


_OWN_WORDS = {"learning_rate": _learning_rate, "train_limit": _train_limit}
"""What is said of a field that goes by more than its own value."""


def _choice_line(texts: Sequence[str], index: int, lower: bool, higher: bool, width: int) -> Content:
    """As many values as there is room for, the present one among them."""
    first = last = index
    used = len(texts[index]) + 4
    while True:
        before, after = first - 1, last + 1
        # The nearer end grows first, so that the present value stays in the middle while it can.
        candidates = sorted((abs(i - index), i) for i in (before, after) if 0 <= i < len(texts))
        fitting = [i for _, i in candidates if used + len(texts[i]) + _GAP + 4 <= width]
        if not fitting:
            break
        used += len(texts[fitting[0]]) + _GAP
        first, last = min(first, fitting[0]), max(last, fitting[0])
    parts: list[Content] = [Content.assemble(("… " if first else "  ", QUIET))]
    for i in range(first, last + 1):
        if i == index:
            arrows = ("◂ " if lower else "  ", " ▸" if higher else "  ")
            parts.append(Content.assemble((arrows[0], _KEY), (texts[i], "bold"), (arrows[1], _KEY)))
        else:
            parts.append(Content.assemble((f" {texts[i]} ", QUIET)))
    tail = Content.assemble((" …" if last < len(texts) - 1 else "", QUIET))
    return Content.assemble(Content(" ").join(parts), tail)


def _formula_apart(sentence: str) -> Content:
    """The sentence muted, but for the formula in it, which stands before or after a colon."""
    before, colon, after = sentence.partition(": ")
    if any(sign in before for sign in "=←√"):
        return Content.assemble(before, (colon + after, QUIET))
    if any(sign in after for sign in "=←×"):
        return Content.assemble((before + colon, QUIET), after)
    return Content.assemble((sentence, QUIET))
