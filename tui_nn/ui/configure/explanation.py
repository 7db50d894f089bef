"""The two rows under the form that explain the selected setting or preset."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_nn.config.setting import Setting
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.presets import Preset
from tui_nn.render.numbers import fitting
from tui_nn.ui.configure.draft import SETTINGS, Draft
from tui_nn.ui.kit.roles import KEY, MUTED

_GAP = 3
"""The width of the gap between two values in the row of values, in cells."""


class Explanation(Static):
    """A widget that shows two rows: the values that you can choose, and a sentence about the setting."""

    DEFAULT_CSS = """
    Explanation { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Explanation.-airy { margin: 1 0; }
    """

    class Chosen(Message):
        """This message reports that you clicked a value. It contains the name of the setting and the index of the value."""

        def __init__(self, name: str, index: int) -> None:
            super().__init__()
            self.name, self.index = name, index

    _shown: tuple[str, dict[int, range]] | None = None
    """The name of the explained setting and the columns of each of its values, by which a click finds the value."""

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked value."""
        if self._shown is None or event.y:
            return
        name, columns = self._shown
        for index, column in columns.items():
            if event.x - 1 in column:  # The text begins one cell to the right of the edge.
                self.post_message(self.Chosen(name, index))

    def show(self, draft: Draft, topic: Setting | Preset, width: int) -> None:
        """Explain a setting or a preset in `width` columns."""
        if isinstance(topic, Preset):
            self._shown = None
            self.update(explain_preset(topic, draft.total, width), layout=False)
        else:
            self._shown = _value_columns(draft, topic.name, width)
            self.update(explain_field(draft, topic.name, width), layout=False)


def explain_field(draft: Draft, name: str, width: int) -> Content:
    """Return two rows about a setting: its possible values, then its formula and the time when a change takes effect.

    While the field has an error, the first row explains which values are allowed.
    """
    setting, view = SETTINGS[name], draft.view(name)
    label = Content.assemble((_label(setting).removesuffix(" "), "bold"), " ")
    was = _right(draft, name)
    if view.kept:
        first, was = Content.assemble(label, "  ", (view.text, "bold")), draft.kept.sentence
    elif view.error and not setting.options:
        first = Content.assemble(label, f"must be {setting.allowed}")
        was = was if len(first) + len(was) < width else ""
    else:
        room = width - len(label) - len(was) - 1
        first = Content.assemble(label, _choice_line(*draft.choices(name), view.lower, view.higher, room))
    first = Content.assemble(first.pad_right(max(width - len(first) - len(was), 0)), (was, MUTED))
    sentence = _sentence(draft, name, width)
    effects = (f" A change {setting.effect}.", f" {setting.effect.capitalize()}.", "")
    effect = "" if view.kept else fitting(effects, max(width - len(sentence), 0))
    return Content.assemble(first, "\n", _highlight_formula(sentence), (effect, MUTED))


def _label(setting: Setting) -> str:
    return f"{setting.label:13} "


def _right(draft: Draft, name: str) -> str:
    """Return the text at the right end of the first row: the applied value if it was changed, and for the hidden sizes a key."""
    was = f"was {draft.was(name)}" if draft.was(name) else ""
    return f"+ adds a layer  {was}".rstrip() if name == "hidden_sizes" else was


def _value_columns(draft: Draft, name: str, width: int) -> tuple[str, dict[int, range]] | None:
    """Return the name of the setting, and a dict from the index of each value to its columns in the first row. Return None if the
    row lists no values.
    """
    setting, view, was = SETTINGS[name], draft.view(name), _right(draft, name)
    texts, index = draft.choices(name)
    if view.kept:
        return name, {index: range(width)}  # A click anywhere in the row shows that the setting is locked.
    if view.error and not setting.options:
        return None
    start = len(_label(setting))
    first, last = _fitting_choices(texts, index, width - start - len(was) - 1)
    columns, start = {}, start + len("… ")
    for number in range(first, last + 1):
        edge = 2 if number == index else 1
        start += 1 + edge
        columns[number] = range(start, start + len(texts[number]))
        start += len(texts[number]) + edge
    return name, columns


def explain_preset(preset: Preset, total: int | None, width: int) -> Content:
    """Return two rows: the description of the preset, and the result that was reported in its notebook.

    If the notebook used another number of examples than this app would use, the second row also contains the app's number.
    """
    reported = (f"notebook {preset.notebook}: " if preset.notebook else "") + preset.reported
    examples = min(total, preset.training.train_limit or total) if total else 0
    here = f"; here {examples:,}"
    if preset.notebook and examples and f"{examples:,} digits" not in reported and len(reported + here) <= width:
        reported += here
    return Content.assemble((f"{preset.name:13} ", "bold"), preset.about, "\n", (reported, MUTED))


def _sentence(draft: Draft, name: str, width: int) -> str:
    """Return a sentence that explains a setting. For some settings, the sentence depends on other values of the draft."""
    optimizer, limit = str(draft.value("optimizer")), draft.training.train_limit
    if name in ("optimizer", "learning_rate") and draft.rate_follows:
        rate = draft.view("learning_rate").text
        return f"The form set the learning rate to {rate} for {optimizer}; u in its row undoes this."
    if name == "learning_rate":
        rate = SETTINGS[name].format(draft.value(name))
        formula = OPTIMIZERS[optimizer].formula.replace("rate", rate)
        # If a formula is too long, only its last part is shown, which contains the change of the weights.
        return fitting([f"One update changes a weight: {part}." for part in (formula, formula.split(", ")[-1])], width)
    if name == "l2" and optimizer == "adamw":
        return f"Each update subtracts from each weight rate × {draft.view(name).text} × the weight."
    if name == "train_limit" and limit and draft.total and limit > draft.total:
        return f"The data has only {draft.total:,} examples, so the network trains on all of them."
    return SETTINGS[name].describe(draft.value(name))


def _fitting_choices(texts: Sequence[str], index: int, width: int) -> tuple[int, int]:
    """Return the indices of the first and the last value in the row of values. The row contains as many values as fit, with the
    present one in the middle.
    """
    first = last = index
    used = len(texts[index]) + 4
    while True:
        before, after = first - 1, last + 1
        # Add the next value on the left or on the right, whichever is nearer to the present value. So the present value stays in
        # the middle.
        candidates = sorted((abs(i - index), i) for i in (before, after) if 0 <= i < len(texts))
        next_ones = [i for _, i in candidates if used + len(texts[i]) + _GAP + 4 <= width]
        if not next_ones:
            break
        used += len(texts[next_ones[0]]) + _GAP
        first, last = min(first, next_ones[0]), max(last, next_ones[0])
    return first, last


def _choice_line(texts: Sequence[str], index: int, lower: bool, higher: bool, width: int) -> Content:
    """Return one line with as many values as fit. The present value stands between two arrows."""
    first, last = _fitting_choices(texts, index, width)
    parts: list[Content] = [Content.assemble(("… " if first else "  ", MUTED))]
    for i in range(first, last + 1):
        if i == index:
            arrows = ("◂ " if lower else "  ", " ▸" if higher else "  ")
            parts.append(Content.assemble((arrows[0], KEY), (texts[i], "bold"), (arrows[1], KEY)))
        else:
            parts.append(Content.assemble((f" {texts[i]} ", MUTED)))
    tail = Content.assemble((" …" if last < len(texts) - 1 else "", MUTED))
    return Content.assemble(Content(" ").join(parts), tail)


def _highlight_formula(sentence: str) -> Content:
    """Return the sentence in two colours: the words are muted, and a formula before or after the colon is not."""
    before, colon, after = sentence.partition(": ")
    if any(sign in before for sign in "=←√"):
        return Content.assemble(before, (colon + after, MUTED))
    if any(sign in after for sign in "=←×"):
        return Content.assemble((before + colon, MUTED), after)
    return Content.assemble((sentence, MUTED))
