"""The form: the list of presets, and the columns of fields for the network and for the training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from textwrap import shorten
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_nn.config.setting import Setting
from tui_nn.presets import Preset, load_preset, preset_names
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.configure.draft import NETWORK_ROWS, OVERFITTING_ROWS, SETTINGS, TRAINING_ROWS, Draft
from tui_nn.ui.configure.field import Field, FieldRows, Heading
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.roles import CHANGED, CURSOR_ROW, HOVERED, KEY, MUTED

_LEGEND = Content.assemble(
    ("•", CHANGED), (" changed\n", MUTED), "↺", (" new network\n", MUTED), "–", (" not used", MUTED)
)

_RESULTS = Content.assemble(("001, 003: on train data", MUTED))
"""A note under the list of presets. The listed results are for test data, except those of notebooks 001 and 003."""

HELP = """\
Here you choose what the network is and how it learns. Your changes wait until you press `a` here, or `P` in any pane. The row
with the names of the panes shows how many changes wait.

- **•** before a name means that you changed this setting, and that the change is not applied yet. `u` undoes this change.
- **↺** at the end of a row means that a change of this setting starts a new network at epoch 0, because the shape of
the network,
  its start weights and its training examples belong to one run. `ctrl+u` brings the complete old run back. All other settings
  change at once, and the training goes on.
- **–** before a value means that this setting has no effect with your other settings. For example, plain sgd has no momentum.
- **=** before a value and "locked" after it mean that the lesson you play locks this setting.
- **▴ ▾** in a heading stand beside the numbers of rows that are hidden above and below. The form scrolls as you move.

**Typing.** `enter` opens a number or the hidden sizes for typing; so do 0, 6 to 9 and a point (1 to 5 lead to the panes). The
field then accepts only the characters of its value. After any other key, a message names the allowed characters. `enter` keeps
the value and `esc` drops it. You never type in a field with a list, such as the activation: `←` and `→` choose a value, `enter`
chooses the next one, and all other keys work as in every pane.

`+` adds a hidden layer and `-` removes the last one. You can also type the sizes: `64 64`.

**First settings.** Three settings matter most, and they stand on top: the hidden sizes, the activation and the learning rate. The
form begins with the settings that people change often. `o` shows all settings, and hides the others again.

Tab goes to the next column. The columns are the presets, the network, the training, and the settings against overfitting.

The two rows under the form explain the selected setting: its possible values, its formula, and the time when a change takes effect.
The boxes below show the network of the form. The numbers above the lines between the boxes are numbers of parameters.

A **preset** is a complete configuration. Five of them come from notebooks, and show the results of these notebooks for up to
60,000 examples. If the data has fewer examples, the presets train on all of them. If the list of presets has the focus, it
describes each preset. Enter loads a preset into the form, and esc goes back to the form.

The **share** line contains all settings in one row. `c` copies it. To load a share line into the form, paste it here.
"""
"""The help of the pane, in Markdown: what each mark means."""


_FIELD = Binding.Group("field", compact=True)
_PRESET = Binding.Group("preset", compact=True)
_GROUPS = (NETWORK_ROWS, TRAINING_ROWS, OVERFITTING_ROWS)
_OVERFITTING = ("overfitting", "what helps")

_RESULT = 10
"""The width of the column with the results of the presets, in cells."""
_LEAST_ROWS = 12
"""The smallest height of a column, in rows. Because of it, the key `o` does not change the form's height in a terminal of 80x24."""
_LEAST_ABOUT = 20
"""The smallest width, in cells, in which a row shows the description of its preset."""

PRESETS = "presets"
"""The name of the list of presets among the parts of the form. Each other part is a field with the name of its setting."""


class PresetList(OptionList):
    """A widget that lists the presets.

    Each row shows the name, the notebook, the description and the result, if the width allows.

    After enter or a click, the list posts `OptionList.OptionSelected`, and the form loads the preset.
    """

    DEFAULT_CSS = f"""
    PresetList, PresetList:focus {{ border: none; padding: 0; background: transparent; background-tint: transparent; }}
    PresetList {{ scrollbar-size: 0 0; text-wrap: nowrap; text-overflow: clip; }}
    PresetList > .option-list--option {{ padding: 0; }}
    PresetList > .option-list--option-hover {{ background: {HOVERED}; }}
    PresetList > .option-list--option-highlighted {{ background: transparent; text-style: none; }}
    PresetList:focus > .option-list--option-highlighted {{ background: {CURSOR_ROW}; text-style: none; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "cursor_up", "previous preset", group=_PRESET, id="preset-before", tooltip="Go to the preset above"
        ),
        Binding(
            "down", "cursor_down", "next preset", group=_PRESET, id="preset-next", tooltip="Go to the preset below"
        ),
        Binding(
            "enter", "select", "load", key_display="enter", id="preset-take", tooltip="Load the preset into the form"
        ),
        Binding("escape", "leave", "back", key_display="esc", id="preset-leave", tooltip="Go back to the fields"),
    ]

    class Left(Message):
        """This message is sent when you leave the list without loading a preset."""

    marks: reactive[tuple[str, bool, str]] = reactive(("", False, ""))
    """The preset of the run, whether the run differs from it, and the preset that was loaded into the form."""

    def __init__(self) -> None:
        super().__init__(*(Option(name, id=name) for name in preset_names()))

    def action_leave(self) -> None:
        """Leave the list without loading a preset."""
        self.post_message(self.Left())

    def on_resize(self) -> None:
        """Draw all rows again for the new width."""
        self.watch_marks()

    def watch_marks(self) -> None:
        """Draw all rows again."""
        for index, name in enumerate(preset_names()):
            self.replace_option_prompt_at_index(index, self._row(load_preset(name)))

    def _row(self, preset: Preset) -> Content:
        of_run, differs, taken = self.marks
        mark = "▸" if preset.name == of_run else ("•" if preset.name == taken else " ")
        changed = "•" if preset.name == of_run and differs else " "
        row = Content.assemble(
            (mark, KEY),
            (f"{preset.name:12}", "bold" if mark != " " else ""),
            (changed, CHANGED),
            (f"{preset.notebook:3}", MUTED),
        )
        room = self.size.width - len(row) - len(" ") - _RESULT
        if room < _LEAST_ABOUT:
            return Content.assemble(row, f"{preset.result:>{_RESULT}}")
        about = shorten(preset.about, room, placeholder="…")
        return Content.assemble(row, (f" {about:{room}}", MUTED), f"{preset.result:>{_RESULT}}")


class Fold(Static):
    """The row under the network settings that names the key `o`, which shows all settings. A click does the same."""

    DEFAULT_CSS = f"""
    Fold {{ height: 1; padding-left: 1; }}
    Fold:hover {{ background: {HOVERED}; }}
    """

    folded: reactive[bool] = reactive(True)
    changed: reactive[int] = reactive(0)
    """The number of rarely used settings with a change that is not applied yet."""

    def render(self) -> Content:
        """Draw the key, the number of hidden settings, and the number of hidden settings with a change."""
        if not self.folded:
            return Content.assemble(("o", KEY), "  main settings only")
        more = f"{sum(setting.rare for setting in SETTINGS.values())} more"
        if not self.changed:
            return Content.assemble(("o", KEY), f"  {more} settings")
        return Content.assemble(("o", KEY), f"  {more}  ", ("•", CHANGED), f" {self.changed} changed")

    def on_click(self) -> None:
        """Do the same as the key `o`: show all settings, or only the main ones."""
        self.query_ancestor(Form).action_fold(not self.folded)


class Form(Horizontal):
    """A widget that shows the columns, and moves the focus in them. The pane handles the changes of a field or preset."""

    DEFAULT_CSS = """
    Form { height: 13; }
    Form Vertical { padding-right: 1; }
    Form #choose { width: 17; padding-right: 0; }
    Form #network { width: 32fr; }
    Form #training { width: 31fr; }
    Form .rows, Form .group { padding-right: 0; }
    Form .group { height: auto; }
    Form .headings { height: 1; }
    Form #beside { display: none; }
    Form PresetList { height: auto; width: 17; }
    Form #legend { padding: 1 0 0 1; }
    Form #results { display: none; padding: 0 0 0 1; }
    Form.-wide #results, Form.-choosing #results { display: block; }
    Form.-wide #choose { width: 27; }
    Form.-wide PresetList { width: 27; }
    Form.-wide #network { width: 1fr; }
    Form.-wide #training { width: 2fr; }
    Form.-wide #training .rows { layout: horizontal; }
    Form.-wide .group { width: 1fr; padding-right: 1; }
    Form.-wide #beside { display: block; }
    Form.-wide #under { display: none; }
    Form.-slim #choose { width: 14; }
    Form.-choosing #choose, Form.-choosing PresetList { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "previous field", group=_FIELD, id="field-before", tooltip="Go to the field above"),
        Binding("down", "move(1)", "next field", group=_FIELD, id="field-next", tooltip="Go to the field below"),
        Binding(
            "o", "fold(False)", "all settings", show=False, id="settings-all",
            tooltip="Show the other, rarely used settings too",
        ),
        Binding(
            "o", "fold(True)", "main settings", show=False, id="settings-main",
            tooltip="Hide the other, rarely used settings",
        ),
        *first_and_last("field", "field", f"move(-{FAR})", f"move({FAR})"),
        Binding("tab", "column(1)", "next column", show=False, id="column-next", tooltip="Go to the next column"),
        Binding("shift+tab", "column(-1)", "previous column", show=False, id="column-before", tooltip="Go to the previous column"),
    ]  # fmt: skip

    class Folded(Message):
        """This message reports that the form now shows more or fewer settings. The pane must then change the form's height."""

    def __init__(self) -> None:
        super().__init__()
        self.at: Field | PresetList | None = None
        """The field, or the list of presets, that has the focus or had it last."""
        self._folded = True
        """True if only the main settings are visible, False if all settings are."""

    def compose(self) -> ComposeResult:
        """Yield three columns: presets, network and training. The last one contains the settings against overfitting too."""
        with Vertical(id="choose"):
            yield Heading(PRESETS, "test results")
            yield PresetList()
            yield Static(_LEGEND, id="legend")
            yield Static(_RESULTS, id="results")
        network, training = Heading("network", "what it is"), Heading("training", "how it learns")
        with Vertical(id="network"):
            yield network
            with FieldRows(network):
                yield from _fields(NETWORK_ROWS)
                yield Fold()
        with Vertical(id="training"):
            with Horizontal(classes="headings"):
                yield training
                yield Heading(*_OVERFITTING, id="beside")
            with FieldRows(training):
                with Vertical(classes="group"):
                    yield from _fields(TRAINING_ROWS)
                with Vertical(classes="group"):
                    yield Heading(*_OVERFITTING, id="under")
                    yield from _fields(OVERFITTING_ROWS)

    def show(self, draft: Draft, differs: bool, width: int) -> None:
        """Show a draft in `width` columns. `differs` is True if the run differs from its preset.

        Below 75 columns, the list of presets is visible only while it has the focus.
        """
        self.update_classes({"-wide": width >= 110, "-slim": width < 80, "-slimmest": width < 75})
        self._show_columns()
        for field in self.query(Field):
            field.view = draft.view(field.setting.name)
        self.query_one(Fold).changed = sum(setting.rare for setting in draft.changed)
        self.query_one(PresetList).marks = (draft.preset, differs, draft.taken)
        if (focused := self.field) is not None and not focused.view.used:
            self._focus_part(self._nearest(focused, _rows_of(focused)))

    def spots(self, page: Page, explain: Callable[[Setting | Preset], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each field and each preset. The field or preset with the focus comes first."""
        fields = [field for field in self.query(Field) if field.display]
        presets = self.query_one(PresetList)
        rows = [(preset, row) for row, preset in enumerate(map(load_preset, preset_names()))]
        shown: list[tuple[Field, int] | tuple[Preset, int]] = [*((field, 0) for field in fields), *rows]
        topic = self.topic
        for part, row in sorted(shown, key=lambda pair: _topic_of(pair[0]) != topic):
            if isinstance(part, Field):
                yield from page.on(part, partial(explain, part.setting))
            else:
                top = row - round(presets.scroll_y)
                yield from page.on_cells(presets, 0, top, presets.size.width, 1, partial(explain, part))

    def take_focus(self, name: str = "") -> None:
        """Focus the field with this name, or the list of presets if the name is `PRESETS`. Without a name, focus the part of the
        form that had the focus last.
        """
        if name == PRESETS:
            self._focus_part(self.query_one(PresetList))
            return
        field = self.query_one(f"#{name or NETWORK_ROWS[0].name}", Field)
        if name and field.setting.rare:
            self.fold(False)
        self._focus_part(field if name or self.at is None else self.at)

    def take_focus_of_fields(self) -> None:
        """Move the focus from the list of presets to the first field."""
        self.take_focus(NETWORK_ROWS[0].name)

    def fold(self, folded: bool) -> None:
        """Show only the main settings if `folded` is True, else all settings."""
        self._folded = folded
        # This function and `_show_columns` set `display` on each widget, so that the widget can get the focus at once. A CSS
        # class would show it only at the next refresh.
        for field in self.query(Field):
            field.display = not (folded and field.setting.rare)
        self.query_one(Fold).folded = folded
        if (focused := self.field) is not None and not focused.display:
            self._focus_part(self._nearest(focused, _rows_of(focused)))
        self.post_message(self.Folded())

    def _show_columns(self) -> None:
        """Show only the list of presets while it has the focus. It then describes each preset."""
        choosing = isinstance(self.at, PresetList)
        self.set_class(choosing, "-choosing")
        self.query_one(Heading).about = "enter loads a preset into the form" if choosing else "test results"
        self.query_one("#choose").display = choosing or not self.has_class("-slimmest")
        for name in ("#network", "#training"):
            self.query_one(name).display = not choosing

    def _focus_part(self, part: Field | PresetList) -> None:
        # `part.focus()` would move the focus only at the next refresh, and a key pressed before that would change the old field.
        self.at = part
        self._show_columns()
        self.screen.set_focus(part, scroll_visible=False)
        self._scroll_to_focus()
        # A new form gets its size only at the first refresh. It cannot scroll before that, so it scrolls again then.
        self.call_after_refresh(self._scroll_to_focus)

    def _scroll_to_focus(self) -> None:
        if (part := self.at) is None:
            return
        used = self._used()
        for end, row in ((0, used[:1]), (1, used[-1:])):
            if part in row:
                # The focus cannot go to unused fields above the first used field or below the last used field. When one of these
                # two used fields gets the focus, the column scrolls to its end. So the unused fields become visible.
                part.query_ancestor(FieldRows).scroll_to(y=10_000 * end, animate=False)
                return
        part.scroll_visible(animate=False)

    def rows(self, errors: Iterable[str]) -> tuple[int, int]:
        """Return two heights of the form, in rows with the headings: one at which the columns of presets and network show all
        their rows, and one at which all columns do.

        `errors` are the names of the fields with an error. Such a field takes two rows.
        """
        wrong = set(errors)
        network, training, overfitting = (
            sum(1 + (row.name in wrong) for row in rows if not (self._folded and row.rare))
            for rows in (NETWORK_ROWS, TRAINING_ROWS, OVERFITTING_ROWS)
        )
        last = max(training, overfitting) if self.has_class("-wide") else training + 1 + overfitting
        first = max(network + 1, _LEAST_ROWS)
        return 1 + first, 1 + max(first, last)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember which field or list has the focus."""
        # Ignore the event if this part of the form has lost the focus again. If the focus moves twice at once, the older event may
        # arrive last.
        if isinstance(event.widget, Field | PresetList) and event.widget is self.screen.focused:
            self.at = event.widget
            self._show_columns()

    @property
    def topic(self) -> Setting | Preset:
        """Return the setting or the preset that has the focus, or had it last."""
        if isinstance(self.at, PresetList):
            return load_preset(preset_names()[self.at.highlighted or 0])
        return self.at.setting if self.at else NETWORK_ROWS[0]

    @property
    def field(self) -> Field | None:
        """Return the field with the focus; None while the focus is elsewhere or in an input line."""
        focused = self.screen.focused
        return focused if isinstance(focused, Field) and self in focused.ancestors else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now.

        The form's up and down keys work only in a field, because the list of presets has its own up and down keys. The key `o` has
        two actions: to show all settings, and to show only the main ones. Only the action that would change the form works.
        """
        if action == "fold":
            return self.field is not None and parameters != (self._folded,)
        return action != "move" or self.field is not None

    def action_fold(self, folded: bool) -> None:
        """Show only the main settings if `folded` is True, else all settings."""
        self.fold(folded)

    def action_move(self, direction: int) -> None:
        """Go to the previous or next field. After the last field of a column comes the first of the next one."""
        fields = self._used()
        if self.field in fields:
            self._focus_part(fields[min(max(fields.index(self.field) + direction, 0), len(fields) - 1)])

    def action_column(self, direction: int) -> None:
        """Go to the nearest row of the next or previous column. After the last column comes the first."""
        field = self.at if isinstance(self.at, Field) else None
        columns: tuple[tuple[Setting, ...], ...] = ((), *_GROUPS)
        here = columns.index(_rows_of(field)) if field else 0
        there = columns[(here + direction) % len(columns)]
        if not there:
            self._focus_part(self.query_one(PresetList))
            return
        first = next(other for other in self._used() if other.setting in there)
        self._focus_part(self._nearest(field, there) if field else first)

    def _used(self) -> list[Field]:
        return [field for field in self.query(Field) if field.view.used and field.display]

    def _nearest(self, field: Field, rows: tuple[Setting, ...]) -> Field:
        """Among the used fields of the settings `rows`, return the one whose screen row is nearest to that of `field`."""
        fields = [other for other in self._used() if other.setting in rows]
        return min(fields, key=lambda other: abs(other.region.y - field.region.y))


def _topic_of(part: Field | Preset) -> Setting | Preset:
    return part.setting if isinstance(part, Field) else part


def _rows_of(field: Field) -> tuple[Setting, ...]:
    return next(rows for rows in _GROUPS if field.setting in rows)


def _fields(rows: tuple[Setting, ...]) -> ComposeResult:
    # The two groups of the training column use the same label width, so that their values are aligned.
    column = NETWORK_ROWS if rows is NETWORK_ROWS else TRAINING_ROWS + OVERFITTING_ROWS
    label_width = max(len(setting.label) for setting in column)
    for setting in rows:
        field = Field(setting, label_width)
        field.display = not setting.rare
        yield field
