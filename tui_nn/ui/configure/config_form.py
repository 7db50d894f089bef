"""The form itself: presets, and a column of fields for each of the two configs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.config.setting import Setting
from tui_nn.presets import Preset, load_preset, preset_names
from tui_nn.ui.configure.field import QUIET, Field
from tui_nn.ui.configure.field_rows import FieldRows, Heading
from tui_nn.ui.configure.form import NETWORK_ROWS, OVERFITTING_ROWS, TRAINING_ROWS, Form
from tui_nn.ui.configure.preset_list import PresetList

_LEGEND = Content.assemble(
    ("•", "bold $text-accent"), (" changed\n", QUIET), "↺", (" new network\n", QUIET), "–", (" not used", QUIET)
)

_RESULTS = Content.assemble(("% of test; 001, 003: train", QUIET))
"""Of which digits the notebooks' results in the list are."""

HELP = """\
What the network is, and how it learns. Nothing that you change here happens before `a` applies it.

- **•** before a name: it differs from what is applied. `u` takes the change back.
- **↺** at the end of a row: it takes a new network. A run is one shape of network, its start weights, and the examples
  it learns from; with others it would be another run. So applying begins at epoch 0, and asks first if something has
  been trained. Rows without the mark take effect while the network goes on learning.
- **–** before a value: it does not matter beside the other choices, as the momentum of plain sgd.

- **▴ ▾** in a heading: so many rows are above and below those in sight. The form follows the keys.

Tab goes from column to column: presets, network, training, and what helps against overfitting.

The two rows under the form explain the field with the keys: its values, its formula, and when a change counts. The
boxes are the network that the form describes; over a line stands the arithmetic of its parameters, under it the result.

A **preset** is a whole configuration. Five of them are notebooks, with what these reported of up to 60,000 examples;
where there are fewer, they train on what there is. Enter takes one into the form.

The **share** line says everything in one row. `c` copies it; paste one here to take it into the form.
"""
"""What the form says, mark by mark: Markdown for the help of its pane."""


_FIELD = Binding.Group("field", compact=True)
_GROUPS = (NETWORK_ROWS, TRAINING_ROWS, OVERFITTING_ROWS)
_OVERFITTING = ("overfitting", "what helps")


class ConfigForm(Horizontal):
    """Knows where the keys are. What is done to a field or a preset goes further up."""

    DEFAULT_CSS = """
    ConfigForm { height: 13; }
    ConfigForm Vertical { padding-right: 1; }
    ConfigForm #choose { width: 17; padding-right: 0; }
    ConfigForm #network { width: 32fr; }
    ConfigForm #training { width: 31fr; }
    ConfigForm .rows, ConfigForm .group { padding-right: 0; }
    ConfigForm .group { height: auto; }
    ConfigForm .headings { height: 1; }
    ConfigForm #beside { display: none; }
    ConfigForm PresetList { height: auto; width: 17; }
    ConfigForm #legend { padding: 1 0 0 1; }
    ConfigForm #results { display: none; padding: 0 0 0 1; }
    ConfigForm.-wide #results { display: block; }
    ConfigForm.-wide #choose { width: 27; }
    ConfigForm.-wide PresetList { width: 27; }
    ConfigForm.-wide #network { width: 1fr; }
    ConfigForm.-wide #training { width: 2fr; }
    ConfigForm.-wide #training .rows { layout: horizontal; }
    ConfigForm.-wide .group { width: 1fr; padding-right: 1; }
    ConfigForm.-wide #beside { display: block; }
    ConfigForm.-wide #under { display: none; }
    ConfigForm.-slim #choose { width: 14; }
    ConfigForm.-slimmest #choose { display: none; }
    ConfigForm.-slimmest.-choosing #choose { display: block; width: 33fr; }
    ConfigForm.-slimmest.-choosing #network { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "field before", group=_FIELD, id="field-before", tooltip="Go to the field above"),
        Binding("down", "move(1)", "next field", group=_FIELD, id="field-next", tooltip="Go to the field below"),
        Binding("tab", "column(1)", "next column", show=False, id="column-next", tooltip="The next column"),
        Binding("shift+tab", "column(-1)", "column before", show=False, id="column-before", tooltip="The one before"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.at: Field | PresetList | None = None
        """Where the keys are, or were last."""

    def compose(self) -> ComposeResult:
        """Three columns; the last holds two groups, one under the other or beside it."""
        with Vertical(id="choose"):
            yield Heading("presets", "")
            yield PresetList()
            yield Static(_LEGEND, id="legend")
            yield Static(_RESULTS, id="results")
        network, training = Heading("network", "what it is"), Heading("training", "how it learns")
        with Vertical(id="network"):
            yield network
            with FieldRows(network):
                yield from _fields(NETWORK_ROWS)
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

    def show(self, form: Form, differs: bool, width: int) -> None:
        """Show a draft; `differs` says whether the run is other than the preset it began from.

        Below 75 columns the presets take turns with the network.
        """
        self.set_class(width >= 110, "-wide")
        self.set_class(width < 80, "-slim")
        self.set_class(width < 75, "-slimmest")
        for field in self.query(Field):
            field.view = form.view(field.setting.name)
        self.query_one(PresetList).marks = (form.preset, differs, form.taken)
        if (focused := self.field) is not None and not focused.view.used:
            self._give(self._beside(focused, _rows_of(focused)))

    def give_keys(self, name: str = "") -> None:
        """Focus a field, or where the keys were last."""
        field = self.query_one(f"#{name or NETWORK_ROWS[0].name}", Field)
        self._give(field if name or self.at is None else self.at)

    def _give(self, widget: Field | PresetList) -> None:
        # At once, where `focus` would take its time: keys that follow quickly go to the field that is meant.
        self.at = widget
        self.screen.set_focus(widget, scroll_visible=False)
        self._bring_into_sight()
        # Once more: a form that has just been mounted does not know yet how large it is.
        self.call_after_refresh(self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        if (widget := self.at) is None:
            return
        used = self._used()
        for end, row in ((0, used[:1]), (1, used[-1:])):
            if widget in row:
                # What is not used and lies beyond, and the heading, come into sight too.
                widget.query_ancestor(FieldRows).scroll_to(y=10_000 * end, animate=False)
                return
        widget.scroll_visible(animate=False)

    def rows(self, errors: Iterable[str]) -> tuple[int, int]:
        """Rows that it takes with its headings: as few as will do, the shorter column whole; and all there are."""
        wrong = set(errors)
        network, training, overfitting = (
            len(rows) + sum(row.name in wrong for row in rows)
            for rows in (NETWORK_ROWS, TRAINING_ROWS, OVERFITTING_ROWS)
        )
        last = max(training, overfitting) if self.has_class("-wide") else training + 1 + overfitting
        return 1 + network, 1 + max(network, last)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember where the keys are."""
        if isinstance(event.widget, Field | PresetList):
            self.at = event.widget
            self.set_class(isinstance(event.widget, PresetList), "-choosing")

    @property
    def topic(self) -> Setting | Preset:
        """What the keys are on, or were last."""
        if isinstance(self.at, PresetList):
            return load_preset(preset_names()[self.at.highlighted or 0])
        return self.at.setting if self.at else NETWORK_ROWS[0]

    @property
    def field(self) -> Field | None:
        """The field with the keys; None while they are elsewhere, or on a line to type in."""
        focused = self.screen.focused
        return focused if isinstance(focused, Field) and focused in self.query(Field) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Presets have their own up and down."""
        return action != "move" or self.field is not None

    def action_move(self, direction: int) -> None:
        """Go to the field before or the next; from one column to the other too."""
        fields = self._used()
        if self.field in fields:
            self._give(fields[min(max(fields.index(self.field) + direction, 0), len(fields) - 1)])

    def action_column(self, direction: int) -> None:
        """Go to the same row of the column beside; after the last comes the first."""
        field = self.at if isinstance(self.at, Field) else None
        columns: tuple[tuple[Setting, ...], ...] = ((), *_GROUPS)
        here = columns.index(_rows_of(field)) if field else 0
        there = columns[(here + direction) % len(columns)]
        if not there:
            # Only what is displayed can be focused.
            self.add_class("-choosing")
            if self.query_one(PresetList).focusable:
                self._give(self.query_one(PresetList))
            else:
                self.call_after_refresh(self.query_one(PresetList).focus)
            return
        first = next(other for other in self._used() if other.setting in there)
        self._give(self._beside(field, there) if field else first)

    def _used(self) -> list[Field]:
        return [field for field in self.query(Field) if field.view.used]

    def _beside(self, field: Field, rows: tuple[Setting, ...]) -> Field:
        """The field of a column that is nearest to the row of another."""
        row = _rows_of(field).index(field.setting)
        fields = [other for other in self._used() if other.setting in rows]
        return min(fields, key=lambda other: abs(rows.index(other.setting) - row))


def _rows_of(field: Field) -> tuple[Setting, ...]:
    return next(rows for rows in _GROUPS if field.setting in rows)


def _fields(rows: tuple[Setting, ...]) -> ComposeResult:
    # Groups that share a column have their values under each other.
    column = NETWORK_ROWS if rows is NETWORK_ROWS else TRAINING_ROWS + OVERFITTING_ROWS
    label_width = max(len(setting.label) for setting in column)
    for setting in rows:
        yield Field(setting, label_width)
