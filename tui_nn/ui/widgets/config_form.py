"""The form itself: presets, and a column of fields for each of the two configs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.core.config import Setting
from tui_nn.ui.form import NETWORK_ROWS, TRAINING_ROWS, Form
from tui_nn.ui.widgets.field import QUIET, Field
from tui_nn.ui.widgets.preset_list import PresetList

_LEGEND = Content.assemble(
    ("•", "bold $text-accent"), (" changed\n", QUIET), "↺", (" new network\n", QUIET), "–", (" not used", QUIET)
)


class ConfigForm(Horizontal):
    """Knows where the keys are. What is done to a field or a preset goes further up."""

    DEFAULT_CSS = """
    ConfigForm { height: 13; }
    ConfigForm Vertical { padding-right: 1; }
    ConfigForm #choose { width: 18; padding-right: 0; }
    ConfigForm #network { width: 33fr; }
    ConfigForm #training { width: 29fr; }
    ConfigForm .heading { height: 1; padding-left: 1; }
    ConfigForm .rows { height: 1fr; padding-right: 0; overflow-y: auto; scrollbar-size: 0 0; }
    ConfigForm PresetList { height: auto; }
    ConfigForm #legend { padding: 1 0 0 1; }
    ConfigForm.-wide #choose { width: 48; }
    ConfigForm.-slim #choose { width: 14; }
    ConfigForm.-slimmest #choose { display: none; }
    ConfigForm.-slimmest.-choosing #choose { display: block; width: 33fr; }
    ConfigForm.-slimmest.-choosing #network { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "column(1)", "next column", show=False, id="column-next", tooltip="The next column"),
        Binding("shift+tab", "column(-1)", "column before", show=False, id="column-before", tooltip="The one before"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.at: Field | PresetList | None = None
        """Where the keys are, or were last."""

    def compose(self) -> ComposeResult:
        """Three columns."""
        with Vertical(id="choose"):
            yield Static(Content.assemble(("presets", "bold")), classes="heading")
            yield PresetList()
            yield Static(_LEGEND, id="legend")
        yield from _column("network", "what it is", NETWORK_ROWS)
        yield from _column("training", "how it learns", TRAINING_ROWS)

    def show(self, form: Form, differs: bool) -> None:
        """Show a draft; `differs` says whether the run is other than the preset it began from."""
        for field in self.query(Field):
            field.view = form.view(field.setting.name)
        self.query_one(PresetList).marks = (form.preset, differs, form.taken)
        if isinstance(self.at, Field) and self.at.has_focus and not self.at.view.used:
            self._nearest(self._used(), self.at).focus()

    def give_keys(self, name: str = "") -> None:
        """Focus a field, or where the keys were last."""
        if name or self.at is None:
            self.query_one(f"#{name or NETWORK_ROWS[0].name}", Field).focus()
        else:
            self.at.focus()

    def rows(self, errors: Iterable[str]) -> int:
        """Rows that the taller column takes, with its heading."""
        wrong = set(errors)
        return 1 + max(len(rows) + sum(row.name in wrong for row in rows) for rows in (NETWORK_ROWS, TRAINING_ROWS))

    def on_resize(self) -> None:
        """Keep to what there is room for: below 75 columns the presets take turns with the network."""
        self.set_class(self.size.width >= 110, "-wide")
        self.set_class(self.size.width < 80, "-slim")
        self.set_class(self.size.width < 75, "-slimmest")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember where the keys are."""
        if isinstance(event.widget, Field | PresetList):
            self.at = event.widget
            self.set_class(isinstance(event.widget, PresetList), "-choosing")

    @on(Field.Moved)
    def _move(self, message: Field.Moved) -> None:
        message.stop()
        fields = self._used()
        index = fields.index(message.field) + message.direction if message.field in fields else 0
        fields[min(max(index, 0), len(fields) - 1)].focus()

    def action_column(self, direction: int) -> None:
        """Go to the same row of the column beside; after the last comes the first."""
        field = self.at if isinstance(self.at, Field) else None
        columns: tuple[tuple[Setting, ...], ...] = ((), NETWORK_ROWS, TRAINING_ROWS)
        here = 0 if field is None else (1 if field.setting in NETWORK_ROWS else 2)
        there = columns[(here + direction) % len(columns)]
        if not there:
            self.query_one("#choose").display = True
            self.query_one(PresetList).focus()
            return
        fields = [other for other in self._used() if other.setting in there]
        (fields[0] if field is None else self._nearest(fields, field)).focus()

    def _used(self) -> list[Field]:
        return [field for field in self.query(Field) if field.view.used]

    def _nearest(self, fields: list[Field], field: Field) -> Field:
        return min(
            fields, key=lambda other: (abs(other.region.y - field.region.y), abs(other.region.x - field.region.x))
        )


def _column(name: str, about: str, rows: tuple[Setting, ...]) -> ComposeResult:
    label_width = max(len(setting.label) for setting in rows)
    with Vertical(id=name):
        yield Static(Content.assemble((name, "bold"), (f"  {about}", QUIET)), classes="heading")
        with Vertical(classes="rows"):
            for setting in rows:
                yield Field(setting, label_width)
